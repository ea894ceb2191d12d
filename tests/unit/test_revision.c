/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series_unit.h"

/* A line of work each: "a0, b0 <- a0 title, c0 <- b0 url; newest c0; after a0 c0, b0 c0" */
static void describe(GString *out, const LbOverview *overview) {
  for (guint i = 0; i < overview->works->works->len; i++) {
    const LbWork *work = g_ptr_array_index(overview->works->works, i);
    g_autofree char *newest = unit_series_get_id(work->newest->posting->first);
    g_autoptr(GString) after = g_string_new(NULL);
    for (guint k = 0; k < work->revisions->len; k++) {
      const LbRevision *revision = g_ptr_array_index(work->revisions, k);
      g_autofree char *id = unit_series_get_id(revision->posting->first);
      assert_ptr_equal(revision->work, work);
      assert_ptr_equal(lb_works_find(overview->works, revision->posting), revision);
      assert_true((revision->before != NULL) == (revision->evidence != NULL));
      g_string_append_printf(out, "%s%s", k ? ", " : "", id);
      if (revision->before) {
        g_autofree char *before = unit_series_get_id(revision->before->first);
        g_string_append_printf(out, " <- %s %s", before, lb_rule_get_name(revision->rule));
      }
      if (revision->after) {
        g_autofree char *next = unit_series_get_id(revision->after->first);
        g_string_append_printf(after, "%s%s %s", after->len ? ", " : "; after ", id, next);
      }
    }
    g_string_append_printf(out, "; newest %s%s\n", newest, after->str);
  }
}

static void check(const Row *rows, const char *wanted) {
  unit_series_check(rows, describe, wanted);
}

#define URL(id) "https://lore.kernel.org/r/" id "@example.org"

static void test_title(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] Area: Do  x.", NULL, NULL, "1"},
                      {"b", NULL, 1, "[PATCH v2] area: do x", NULL, NULL, "2"},
                      {"c", NULL, 2, "[PATCH v3] area: do x", NULL, NULL, "3"},
                      {"o", BOB, 3, "[PATCH v4] area: do x", NULL, NULL, "b.c:4"},
                      END},
        "a, b <- a title, c <- b title; newest c; after a c, b c\no; newest o\n");
}

/* The same full name from another address, the name turned round, a name with an aside; never a name of one
 * word. */
static void test_people(void **state) {
  (void)state;
  check((const Row[]){{"a", "Ann Author <ann@example.org>", 0, "[PATCH] x", NULL, NULL, "1"},
                      {"b", "\"Author, Ann\" <a@example.com>", 1, "[PATCH v2] x", NULL, NULL, "2"},
                      {"c", "\"Ann Author (Corp)\" <aa@example.net>", 2, "[PATCH v3] x", NULL, NULL, "3"},
                      {"d", "root <root@example.org>", 3, "[PATCH] y", NULL, NULL, "b.c:1"},
                      {"e", "root <root@example.com>", 4, "[PATCH v2] y", NULL, NULL, "b.c:2"},
                      END},
        "a, b <- a title, c <- b title; newest c; after a c, b c\nd; newest d\ne; newest e\n");
}

static void test_mailmap(void **state) {
  (void)state;
  unit_mailmap = "Ann Author <ann@example.org> <old@example.com>\n";
  check((const Row[]){{"a", "ann-old <old@example.com>", 0, "[PATCH] x", NULL, NULL, "1"},
                      {"b", "A. Author <ann@example.org>", 1, "[PATCH v2] x", NULL, NULL, "2"},
                      END},
        "a, b <- a title; newest b; after a b\n");
}

/* Who sends a series on, with its patches in their author's name. */
static void test_other_sender(void **state) {
  (void)state;
  check((const Row[]){{"a0", NULL, 0, "[PATCH 0/1] x", NULL, NULL, NULL},
                      {"a1", NULL, 0, "[PATCH 1/1] x1", "a0", NULL, "1"},
                      {"b0", BOB, 5, "[PATCH v2 0/1] x", NULL, NULL, NULL},
                      {"b1", BOB, 5, "[PATCH v2 1/1] x1", "b0", "From: Ann Author <ann@example.org>\n\nlog",
                       "2"},
                      END},
        "a0, b0 <- a0 title; newest b0; after a0 b0\n");
}

static void test_change_id(void **state) {
  (void)state;
  check(
      (const Row[]){{"a0", NULL, 0, "[PATCH 0/1] x", NULL, "change-id: 20250101-x-0123", NULL},
                    {"a1", NULL, 0, "[PATCH 1/1] x1", "a0", NULL, "1"},
                    {"b0", BOB, 1, "[PATCH v2 0/1] y", NULL, "change-id: 20250101-x-0123", NULL},
                    {"b1", BOB, 1, "[PATCH v2 1/1] y1", "b0", NULL, "2"},
                    {"c0", CAT, 2, "[PATCH 0/1] z", NULL, "prerequisite-change-id: 20250101-x-0123:v1", NULL},
                    {"c1", CAT, 2, "[PATCH 1/1] z1", "c0", NULL, "3"},
                    {"d", CAT, 3, "[PATCH v3] w\nX-Change-ID: 20250101-x-0123", NULL, NULL, "d.c:4"},
                    END},
      "a0, b0 <- a0 change-id, d <- b0 change-id; newest d; after a0 d, b0 d\nc0; newest c0\n");
}

static void test_url(void **state) {
  (void)state;
  check(
      (const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                    {"b", BOB, 1, "[PATCH v2] y", NULL,
                     "log\n---\nChanges in v2:\n- all\n- Link to v1: " URL("a"), "b.c:2"},
                    {"c", BOB, 2, "[PATCH v3] z", NULL, "log\n---\nv2: " URL("b") "\nv1: " URL("a"), "c.c:2"},
                    /* needs it first */
                    {"d", NULL, 3, "[PATCH v2] x2", NULL, "This depends on " URL("a"), "d.c:2"},
                    {"e", NULL, 4, "[PATCH v4] e", NULL, "log\n\nBased on v3 of\n" URL("c"), "e.c:2"},
                    END},
      "a, b <- a url, c <- b url; newest c; after a c, b c\nd; newest d\ne; newest e\n");
}

/* A URL without a word of versions wants more: the title, or a patch and the author. */
static void test_plain_url(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"b", NULL, 1, "[PATCH v2] y", NULL, "As seen in " URL("a"), "b.c:2"},
                      {"c", BOB, 2, "[PATCH v2] x", NULL, "As seen in " URL("a"), "c.c:3"},
                      {"d0", NULL, 3, "[PATCH v2 0/1] z", NULL, "As seen in " URL("a"), NULL},
                      {"d1", NULL, 3, "[PATCH v2 1/1] x", "d0", NULL, "4"},
                      END},
        "a, c <- a url, d0 <- a url; newest d0; after a d0\nb; newest b\n");
}

/* The changelog names v1 alone, v2 has come in between. */
static void test_url_or_title(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"b", NULL, 1, "[PATCH v2] x", NULL, NULL, "2"},
                      {"c", NULL, 2, "[PATCH v3] x", NULL, "log\n---\nLink to v1: " URL("a"), "3"},
                      END},
        "a, b <- a title, c <- b title; newest c; after a c, b c\n");
}

static void test_shared_patch(void **state) {
  (void)state;
  check((const Row[]){{"a0", NULL, 0, "[PATCH 0/2] x", NULL, NULL, NULL},
                      {"a1", NULL, 0, "[PATCH 1/2] x1", "a0", NULL, "1"},
                      {"a2", NULL, 0, "[PATCH 2/2] x2", "a0", NULL, "2"},
                      {"b0", NULL, 1, "[PATCH v2 0/3] y", NULL, NULL, NULL},
                      {"b1", NULL, 1, "[PATCH v2 1/3] y1", "b0", NULL, "3"},
                      {"b2", NULL, 1, "[PATCH v2 2/3] x2", "b0", NULL, "4"},
                      {"b3", NULL, 1, "[PATCH v2 3/3] y3", "b0", NULL, "5"},
                      /* the cover's title was the single patch's */
                      {"c", NULL, 2, "[PATCH v3] y", NULL, NULL, "6"},
                      /* builds on it */
                      {"d0", NULL, 3, "[PATCH 0/3] z", NULL, NULL, NULL},
                      {"d1", NULL, 3, "[PATCH 1/3] x1", "d0", NULL, "7"},
                      {"d2", NULL, 3, "[PATCH 2/3] z2", "d0", NULL, "8"},
                      {"d3", NULL, 3, "[PATCH 3/3] z3", "d0", NULL, "9"},
                      END},
        "a0, b0 <- a0 shared-patch, c <- b0 title; newest c; after a0 c, b0 c\nd0; newest d0\n");
}

static void test_thread(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a", NULL, NULL},
                      {"b0", NULL, 2, "[PATCH v2 0/1] y", "r", NULL, NULL},
                      {"b1", NULL, 2, "[PATCH v2 1/1] y1", "b0", NULL, "b.c:2"},
                      /* somebody else's counter-proposal */
                      {"c", BOB, 3, "[PATCH v2] z", "r", NULL, "c.c:2"},
                      /* new work that happens to be sent there */
                      {"d", NULL, 4, "[PATCH] w", "r", NULL, "d.c:2"},
                      END},
        "a, b0 <- a thread; newest b0; after a b0\nc; newest c\nd; newest d\n");
}

/* A new title: the same author on the same files, the version before, nothing else that follows it. */
static void test_files(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] net: frob the widget early", NULL, NULL, "n.c:1"},
                      {"b", NULL, 24, "[PATCH v2] net: change it all", NULL, NULL, "n.c:2"},
                      {"c", NULL, 24 * 60, "[PATCH v3] net: now change everything", NULL, NULL, "n.c:3"},
                      {"d", NULL, 24 * 120, "[PATCH v4] net: nothing like that", NULL, NULL, "n.c:4"},
                      {"e", NULL, 24 * 121, "[PATCH v6] net: too high", NULL, NULL, "n.c:5"},
                      {"f", BOB, 24 * 121, "[PATCH v5] net: by somebody else", NULL, NULL, "n.c:6"},
                      {"g", NULL, 24 * 121, "[PATCH v5] net: other files", NULL, NULL, "o.c:6"},
                      END},
        "a, b <- a files, c <- b files; newest c; after a c, b c\nd; newest d\ne; newest e\nf; newest f\ng; "
        "newest g\n");
}

/* An RFC before what is none, of any number. */
static void test_rfc(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[RFC PATCH] x", NULL, NULL, "1"},
                      {"b", NULL, 1, "[RFC PATCH v2] x", NULL, NULL, "2"},
                      {"c", NULL, 2, "[PATCH] x", NULL, NULL, "3"},
                      {"d", NULL, 3, "[PATCH v2] x", NULL, NULL, "4"},
                      /* back to the drawing board and on from there */
                      {"e", NULL, 4, "[RFC PATCH v3] x", NULL, NULL, "5"},
                      {"f", NULL, 5, "[PATCH v4] x", NULL, NULL, "6"},
                      END},
        "a, b <- a title, c <- b title, d <- c title, e <- d title, f <- e title; newest f; "
        "after a f, b f, c f, d f, e f\n");
}

static void test_again(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"b", NULL, 1, "[PATCH RESEND] x", NULL, NULL, "1"},
                      {"c", NULL, 2, "[PATCH] x", NULL, NULL, "1"},
                      {"d", NULL, 3, "[PATCH v2] x", NULL, NULL, "2"},
                      {"e", NULL, 4, "[PATCH] x", NULL, NULL, "1"},
                      {"f", NULL, 5, "[PATCH RESEND v2] x", NULL, NULL, "2"},
                      END},
        "a, b <- a repost, c <- b repost, d <- c title, e <- c title, f <- d title; newest f; "
        "after a f, b f, c f, d f, e f\n");
}

static void test_reroll(void **state) {
  (void)state;
  check((const Row[]){{"a0", NULL, 0, "[PATCH 0/2] x", NULL, NULL, NULL},
                      {"a1", NULL, 0, "[PATCH 1/2] x1", "a0", NULL, "1"},
                      {"a2", NULL, 0, "[PATCH 2/2] x2", "a0", NULL, "2"},
                      {"p2", NULL, 5, "[PATCH v2 2/2] x2", "a2", NULL, "3"},
                      END},
        "a0, p2 <- a0 reroll; newest a0\n");
}

/* Neither up in version nor forward in date. */
static void test_order(void **state) {
  (void)state;
  check((const Row[]){{"b", NULL, 1, "[PATCH v2] x", NULL, NULL, "2"},
                      {"a", NULL, 2, "[PATCH] x", NULL, NULL, "b.c:1"},
                      {"c", NULL, -1, "[PATCH v3] x", NULL, NULL, "3"},
                      END},
        "b; newest b\na; newest a\nc; newest c\n");
}

static void test_split(void **state) {
  (void)state;
  check((const Row[]){{"a0", NULL, 0, "[PATCH 0/2] x", NULL, NULL, NULL},
                      {"a1", NULL, 0, "[PATCH 1/2] x1", "a0", NULL, "1"},
                      {"a2", NULL, 0, "[PATCH 2/2] x2", "a0", NULL, "b.c:2"},
                      {"b", NULL, 5, "[PATCH v2] x1", NULL, NULL, "3"},
                      {"c", NULL, 6, "[PATCH v2] x2", NULL, NULL, "b.c:4"},
                      END},
        "a0, b <- a0 shared-patch, c <- a0 shared-patch; newest c; after a0 c\n");
}

static void test_like(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"s", NULL, 1, "[PATCH 5.15] x", NULL, NULL, "1"},
                      {"t", NULL, 2, "[PATCH 5.15 v2] x", NULL, NULL, "2"},
                      {"b", NULL, 3, "[PATCH v2] x", NULL, NULL, "2"},
                      /* what a maintainer sends on for a pull */
                      {"p0", NULL, 4, "[PULL 0/1] tree for next", NULL, NULL, NULL},
                      {"p1", NULL, 4, "[PULL 1/1] x", "p0", NULL, "2"},
                      {"q0", NULL, 5, "[PULL v2 0/1] tree for next", NULL, NULL, NULL},
                      {"q1", NULL, 5, "[PULL v2 1/1] x", "q0", NULL, "2"},
                      {"c", NULL, 6, "[PATCH v3] x", NULL, NULL, "3"},
                      END},
        "a, b <- a title, c <- b title; newest c; after a c, b c\ns, t <- s title; newest t; after s t\n"
        "p0, q0 <- p0 title; newest q0; after p0 q0\n");
}

static void test_until(void **state) {
  (void)state;
  unit_until = HOUR(2);
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"b", NULL, 1, "[PATCH v2] x", NULL, NULL, "2"},
                      {"c", NULL, 2, "[PATCH v3] x", NULL, NULL, "3"},
                      END},
        "a, b <- a title; newest b; after a b\n");
}

/* "=1 !2 +3 -2" against the predecessor */
static void describe_changes(GString *out, const LbOverview *overview) {
  static const char marks[] = {
      [LB_CHANGE_SAME] = '=', [LB_CHANGE_CHANGED] = '!', [LB_CHANGE_NEW] = '+', [LB_CHANGE_DROPPED] = '-'};
  const LbWork *work = g_ptr_array_index(overview->works->works, 0);
  for (guint i = 0; i < work->revisions->len; i++) {
    g_autoptr(GArray) changes = lb_revision_build_changes(g_ptr_array_index(work->revisions, i));
    for (guint k = 0; k < changes->len; k++) {
      const LbChange *change = &g_array_index(changes, LbChange, k);
      g_autofree char *now = change->now ? unit_series_get_id(change->now) : g_strdup("");
      g_autofree char *before = change->before ? unit_series_get_id(change->before) : g_strdup("");
      g_string_append_printf(out, "%s%c%s/%s", k ? " " : "", marks[change->kind], before, now);
    }
    g_string_append_c(out, '\n');
  }
}

static void test_changes(void **state) {
  (void)state;
  unit_series_check((const Row[]){{"a0", NULL, 0, "[PATCH 0/4] x", NULL, NULL, NULL},
                                  {"a1", NULL, 0, "[PATCH 1/4] one", "a0", NULL, "a.c:1"},
                                  {"a2", NULL, 0, "[PATCH 2/4] two", "a0", NULL, "b.c:2"},
                                  {"a3", NULL, 0, "[PATCH 3/4] three", "a0", NULL, "c.c:3"},
                                  {"a4", NULL, 0, "[PATCH 4/4] four", "a0", NULL, "d.c:4"},
                                  {"b0", NULL, 5, "[PATCH v2 0/4] x", NULL, NULL, NULL},
                                  {"b1", NULL, 5, "[PATCH v2 1/4] zero", "b0", NULL, "z.c:0"},
                                  {"b2", NULL, 5, "[PATCH v2 2/4] two", "b0", NULL, "b.c:22"},
                                  {"b3", NULL, 5, "[PATCH v2 3/4] drei", "b0", NULL, "c.c:3"},
                                  {"b4", NULL, 5, "[PATCH v2 4/4] one", "b0", "Another log.", "a.c:1"},
                                  {"p", NULL, 6, "[PATCH v3 2/4] two", "b2", NULL, "b.c:222"},
                                  END},
                    describe_changes, "+/a1 +/a2 +/a3 +/a4\n+/b1 !a2/b2 =a3/b3 =a1/b4 -a4/\n!b2/p\n");
}

/* Two patches of one title keep their order. */
static void test_twins(void **state) {
  (void)state;
  unit_series_check((const Row[]){{"a1", NULL, 0, "[PATCH 1/2] fix", NULL, NULL, "a.c:1"},
                                  {"a2", NULL, 0, "[PATCH 2/2] fix", "a1", NULL, "a.c:2"},
                                  {"b1", NULL, 5, "[PATCH v2 1/2] fix", NULL, NULL, "a.c:3"},
                                  {"b2", NULL, 5, "[PATCH v2 2/2] fix", "b1", NULL, "a.c:1"},
                                  END},
                    describe_changes, "+/a1 +/a2\n!a2/b1 =a1/b2\n");
}

/* More postings of a title than are looked at: the same ones are, whatever came first. */
static void test_crowd(void **state) {
  (void)state;
  g_autoptr(GStringChunk) strings = g_string_chunk_new(4096);
  Row rows[201] = {0};
  for (guint i = 0; i < 200; i++) {
    g_autofree char *id = g_strdup_printf("m%u", i),
                    *from = g_strdup_printf("A%u B <p%u@example.org>", i % 70, i % 70);
    g_autofree char *subject = g_strdup_printf("[PATCH v%u] x", i / 50 + 1);
    rows[i] = (Row){g_string_chunk_insert(strings, id),
                    g_string_chunk_insert(strings, from),
                    (int)i / 3,
                    g_string_chunk_insert(strings, subject),
                    NULL,
                    NULL,
                    "1"};
  }
  check(rows, NULL);
}

#define MANY 30000

static void check_many(const LbOverview *overview) {
  assert_int_equal(overview->collection->postings->len, MANY);
}

/* One title, by as many people as there are postings, each named in the next one's changelog. */
static void test_many(void **state) {
  (void)state;
  g_autoptr(GStringChunk) strings = g_string_chunk_new(4096);
  g_autofree Row *rows = g_new0(Row, MANY);
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *id = g_strdup_printf("m%u", i),
                    *from = g_strdup_printf("A%u B%u <p%u@example.org>", i, i, i);
    rows[i] = (Row){g_string_chunk_insert(strings, id),
                    g_string_chunk_insert(strings, from),
                    (int)i / 5,
                    i % 2 ? "[PATCH v2] x" : "[PATCH] x",
                    i ? rows[i - 1].id : NULL,
                    NULL,
                    "1"};
  }
  unit_series_run(rows, MANY, check_many);
}

#define T(test) cmocka_unit_test_setup(test, unit_series_setup)
int main(void) {
  const struct CMUnitTest tests[] = {
      T(test_title), T(test_people),    T(test_mailmap),      T(test_other_sender), T(test_change_id),
      T(test_url),   T(test_plain_url), T(test_url_or_title), T(test_shared_patch), T(test_thread),
      T(test_files), T(test_rfc),       T(test_again),        T(test_reroll),       T(test_order),
      T(test_split), T(test_like),      T(test_until),        T(test_changes),      T(test_twins),
      T(test_crowd), T(test_many),
  };
  return cmocka_run_group_tests(tests, NULL, unit_series_teardown);
}
