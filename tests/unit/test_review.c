/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series_unit.h"

static void append_people(GString *out, const LbReception *reception) {
  for (guint i = 0; i < reception->repliers->len; i++) {
    const LbReplier *replier = &g_array_index(reception->repliers, LbReplier, i);
    g_string_append_printf(out, "%s%s %u", i ? ", " : "; ",
                           lb_reception_map(reception, replier->first->author).name, replier->n_replies);
  }
}

/* A posting each: "a0: Reviewed-by Bob Builder 1 r carried; Bob Builder 2; applied 1 t tree/branch commit;
 * refused r" */
static void describe(GString *out, const LbOverview *overview) {
  for (guint i = 0; i < overview->collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(overview->collection->postings, i);
    const LbReception *reception = lb_receptions_get(overview->receptions, posting);
    g_autofree char *id = unit_series_get_id(posting->first);
    assert_ptr_equal(reception->posting, posting);
    g_string_append_printf(out, "%s:", id);
    for (guint k = 0; k < reception->reviews->len; k++) {
      const LbReview *review = &g_array_index(reception->reviews, LbReview, k);
      g_autofree char *mail = unit_series_get_id(review->mail);
      g_string_append_printf(out, "%s %s %s %d %s%s%s", k ? "," : "", lb_credit_get_name(review->kind),
                             lb_reception_map(reception, review->person).name, review->patch, mail,
                             review->is_carried ? " carried" : "",
                             review->is_mismatched ? " mismatched" : "");
    }
    append_people(out, reception);
    for (guint k = 0; k < reception->applications->len; k++) {
      const LbApplication *application = &g_array_index(reception->applications, LbApplication, k);
      g_autofree char *mail = unit_series_get_id(application->mail);
      g_string_append_printf(out, "; applied %d %s %s%s%s %s", application->patch, mail,
                             application->tree ? application->tree : "-", application->branch ? "/" : "",
                             application->branch ? application->branch : "",
                             application->commit ? application->commit : "-");
    }
    if (reception->refusal) {
      g_autofree char *mail = unit_series_get_id(reception->refusal);
      g_string_append_printf(out, "; refused %s", mail);
    }
    g_string_append_c(out, '\n');
  }
}

static void check(const Row *rows, const char *wanted) {
  unit_series_check(rows, describe, wanted);
}

#define SERIES                                                                                               \
  {"a0", NULL, 0, "[PATCH 0/3] x", NULL, NULL, NULL},                                                        \
      {"a1", NULL, 0, "[PATCH 1/3] x1", "a0", NULL, "a.c:1"},                                                \
      {"a2", NULL, 0, "[PATCH 2/3] x2", "a0", NULL, "b.c:2"}, {                                              \
    "a3", NULL, 0, "[PATCH 3/3] x3", "a0", NULL, "c.c:3"                                                     \
  }
#define BY_BOB "Reviewed-by: " BOB

static void test_given(void **state) {
  (void)state;
  check(
      (const Row[]){
          SERIES,
          {"r", BOB, 1, "Re: [PATCH 2/3] x2", "a2", "> Reviewed-by: Eve <eve@example.org>\n\n" BY_BOB, NULL},
          {"s", NULL, 2, "Re: [PATCH 2/3] x2", "r", "Thanks.", NULL},
          /* replies to replies count, a person once per kind */
          {"t", BOB, 3, "Re: [PATCH 2/3] x2", "s", "Ack-by: " BOB "\n" BY_BOB, NULL},
          {"u", CAT, 4, "Re: [PATCH 0/3] x", "a0", "For all:\nTested-By: Cat Checker\n <cat@example.net>",
           NULL},
          END},
      "a0: Reviewed-by Bob Builder 2 r, Acked-by Bob Builder 2 t, Tested-by Cat Checker 0 u; Bob Builder 2, "
      "Cat Checker 1\n");
}

static void test_mismatched(void **state) {
  (void)state;
  check(
      (const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                    {"r", BOB, 1, "Re: [PATCH] x", "a", "Reviewed-by: " CAT, NULL},
                    {"s", "Bob Builder <bob+lists@example.com>", 2, "Re: [PATCH] x", "a", BY_BOB, NULL},
                    {"t", CAT, 3, "Re: [PATCH] x", "a", "Acked-by: Cat Checker <cat@corp.example.com>", NULL},
                    END},
      "a: Reviewed-by Cat Checker 1 r mismatched, Reviewed-by Bob Builder 1 s, Acked-by Cat Checker 1 t; "
      "Bob Builder 2, Cat Checker 1\n");
}

/* Given by somebody else first, then by the person. */
static void test_mended(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a", "Reviewed-by: " CAT, NULL},
                      {"s", CAT, 2, "Re: [PATCH] x", "r", "Reviewed-by: " CAT, NULL},
                      END},
        "a: Reviewed-by Cat Checker 1 r; Bob Builder 1, Cat Checker 1\n");
}

static void test_carried(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a", BY_BOB, NULL},
                      {"b", NULL, 2, "[PATCH v2] x", NULL,
                       "log\n\nSigned-off-by: Ann Author <ann@example.org>\n" BY_BOB, "2"},
                      {"s", BOB, 3, "Re: [PATCH v2] x", "b", BY_BOB, NULL},
                      END},
        "a: Reviewed-by Bob Builder 1 r; Bob Builder 1\nb: Reviewed-by Bob Builder 1 b carried; Bob Builder "
        "1\n");
}

/* Several addresses of one person; whoever the author is, by mailmap too, is no other. */
static void test_people(void **state) {
  (void)state;
  unit_mailmap =
      "Ann Author <ann@example.org> <private@example.net>\nDee Dee <dee@example.org> <dd@example.com>\n";
  check(
      (const Row[]){
          {"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
          {"r", "A <private@example.net>", 1, "Re: [PATCH] x", "a", NULL, NULL},
          {"w", "eve@example.com", 9, "Re: [PATCH] z", "z", NULL, NULL},
          /* sent from an address whose name the author has, too */
          {"z", "Eve Else <eve@example.com>", 8, "[PATCH] z", NULL, "From: Eve Else <e@example.org>\n\nlog",
           "z.c:1"},
          {"s", "\"Builder, Bob\" <b@example.net>", 2, "Re: [PATCH] x", "a", "Acked-by: " BOB, NULL},
          {"t", BOB, 3, "Re: [PATCH] x", "a", "Acked-by: " BOB, NULL},
          {"u", "d <dd@example.com>", 4, "Re: [PATCH] x", "a", "Acked-by: d <dd@example.com>", NULL},
          {"v", "Dee Dee <dee@example.org>", 5, "Re: [PATCH] x", "a", "Acked-by: Dee Dee <dee@example.org>",
           NULL},
          END},
      "a: Acked-by Bob Builder 1 s, Acked-by Dee Dee 1 u; Builder, Bob 2, Dee Dee 2\nz:\n");
}

static void test_robots(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"r", "kernel test robot <lkp@example.com>", 1, "Re: [PATCH] x", "a",
                       "Tested-by: kernel test robot <lkp@example.com>", NULL},
                      END},
        "a:\n");
}

static void test_refused(void **state) {
  (void)state;
  check((const Row[]){SERIES,
                      {"r", BOB, 1, "Re: [PATCH 1/3] x1", "a1", "Nacked-by: " BOB, NULL},
                      {"b", NULL, 5, "[PATCH] y", NULL, NULL, "d.c:1"},
                      {"s", CAT, 6, "Re: [PATCH] y", "b", "Please redo.\n\npw-bot: changes-requested", NULL},
                      END},
        "a0: Nacked-by Bob Builder 1 r; Bob Builder 1; refused r\nb:; Cat Checker 1; refused s\n");
}

static void test_applied(void **state) {
  (void)state;
  check((const Row[]){SERIES,
                      {"r", BOB, 1, "Re: [PATCH 0/3] x", "a0", "Applied to widget-next, thanks.", NULL},
                      {"b", NULL, 2, "[PATCH] y", NULL, NULL, "d.c:1"},
                      {"s", BOB, 3, "Re: [PATCH] y", "b", "Applied to widget-next, thanks.", NULL},
                      {"c1", NULL, 4, "[PATCH 1/2] z1", NULL, NULL, "e.c:1"},
                      {"c2", NULL, 4, "[PATCH 2/2] z2", "c1", NULL, "f.c:1"},
                      {"t", BOB, 5, "Re: [PATCH 2/2] z2", "c2", "Applied to widget-next, thanks.", NULL},
                      END},
        "a0:; Bob Builder 1; applied 0 r widget-next -\nb:; Bob Builder 1; applied 1 s widget-next -\n"
        "c1:; Bob Builder 1; applied 2 t widget-next -\n");
}

#define THANKS                                                                                               \
  "On Mon, 03 Mar 2025, Ann Author wrote:\n> x\n\nApplied to widget-next, thanks!\n\n[1/3] x1\n"             \
  "      commit: 0123456789abcdef0123456789abcdef01234567\n[2/3] x2\n      (no commit info)\n"               \
  "[3/3] X3, retitled\n      commit: 1123456789abcdef0123456789abcdef01234567\n\nBest regards,\n"

/* Titles count, then numbers; what has no commit isn't applied; who thanks by a tool is no replier. */
static void test_thanks(void **state) {
  (void)state;
  check((const Row[]){SERIES, {"r", BOB, 1, "Re: [PATCH 0/3] x", "a0", THANKS, NULL}, END},
        "a0:; applied 1 r widget-next 0123456789abcdef0123456789abcdef01234567; applied 3 r widget-next "
        "1123456789abcdef0123456789abcdef01234567\n");
}

static void test_nothing_applied(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a",
                       "Applied to widget-next, thanks!\n\n[1/1] x\n      (no commit info)\n", NULL},
                      END},
        "a:\n");
}

/* An author's "Applied." is the answer to a suggestion, but a tree of his own is one. */
static void test_own_words(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a", "Please say why.", NULL},
                      {"s", NULL, 2, "Re: [PATCH] x", "r", "Applied, thanks.", NULL},
                      {"b", NULL, 3, "[PATCH] y", NULL, NULL, "b.c:1"},
                      {"t", NULL, 4, "Re: [PATCH] y", "b", "Applied to widget-next.", NULL},
                      END},
        "a:; Bob Builder 1\nb:; applied 1 t widget-next -\n");
}

#define TIP                                                                                                  \
  "The following commit has been merged into the core/widget branch of tip:\n\n"                             \
  "Commit-ID:     0123456789abcdef0123456789abcdef01234567\nGitweb:        "                                 \
  "https://git.example.org/tip/0123\n"                                                                       \
  "Author:        Ann Author <ann@example.org>\n\nx2\n\nlog\n---\n"

/* A notice that answers nothing here finds the newest patch of its title then. */
static void test_unthreaded(void **state) {
  (void)state;
  check((const Row[]){SERIES,
                      {"b", NULL, 5, "[PATCH v2] x2", NULL, NULL, "b.c:22"},
                      {"t", "tip-bot2 for Ann Author <tip-bot2@example.org>", 6, "[tip: core/widget] x2",
                       NULL, TIP, NULL},
                      {"c", NULL, 7, "[PATCH v3] x2", NULL, NULL, "b.c:23"},
                      {"s", NULL, 5, "[PATCH 5.15] x2", NULL, NULL, "b.c:22"},
                      END},
        "a0:\nb:; applied 1 t tip/core/widget 0123456789abcdef0123456789abcdef01234567\ns:\nc:\n");
}

/* A maintainer's list names patches that were not sent here; what answers a patch is about it, whatever its
 * title. */
static void test_elsewhere(void **state) {
  (void)state;
  check((const Row[]){{"a0", NULL, 0, "[PATCH 0/9] x", NULL, NULL, NULL},
                      {"a4", NULL, 0, "[PATCH 4/9] x4", "a0", NULL, "a.c:1"},
                      {"r", BOB, 1, "Re: [PATCH 0/9] x", "a0",
                       "Applied to widget-next, thanks!\n\n[3/9] x3\n      commit: "
                       "0123456789abcdef0123456789abcdef01234567\n"
                       "[4/9] x4\n      commit: 1123456789abcdef0123456789abcdef01234567\n",
                       NULL},
                      {"b", NULL, 5, "[PATCH] widget: x2", NULL, NULL, "b.c:22"},
                      {"c", BOB, 6, "[PATCH] x2", NULL, NULL, "b.c:23"},
                      {"t", "tip-bot2 for Ann Author <tip-bot2@example.org>", 7, "[tip: core/widget] x2", "b",
                       TIP, NULL},
                      END},
        "a0:; applied 3 r widget-next 0123456789abcdef0123456789abcdef01234567; applied 4 r widget-next "
        "1123456789abcdef0123456789abcdef01234567\n"
        "b:; applied 1 t tip/core/widget 0123456789abcdef0123456789abcdef01234567\n"
        "c:; applied 1 t tip/core/widget 0123456789abcdef0123456789abcdef01234567\n");
}

/* What is said of a patch sent anew counts for the posting that it belongs into. */
static void test_reroll(void **state) {
  (void)state;
  check((const Row[]){SERIES,
                      {"p2", NULL, 5, "[PATCH v2 2/3] x2", "a2", "log\n\nAcked-by: " CAT, "b.c:22"},
                      {"r", BOB, 6, "Re: [PATCH v2 2/3] x2", "p2", BY_BOB, NULL},
                      END},
        "a0: Acked-by Cat Checker 2 p2 carried, Reviewed-by Bob Builder 2 r; Bob Builder 1\n"
        "p2: Acked-by Cat Checker 2 p2 carried, Reviewed-by Bob Builder 2 r; Bob Builder 1\n");
}

static void test_until(void **state) {
  (void)state;
  unit_until = HOUR(2);
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a", BY_BOB, NULL},
                      {"s", CAT, 2, "Re: [PATCH] x", "a", "Applied to widget-next.", NULL},
                      {"t", CAT, -1, "Re: [PATCH] x", "a", "Nacked-by: " CAT, NULL},
                      END},
        "a: Reviewed-by Bob Builder 1 r; Bob Builder 1\n");
}

#define MANY 30000

static void check_many(const LbOverview *overview) {
  const LbReception *reception =
      lb_receptions_get(overview->receptions, overview->collection->postings->pdata[0]);
  assert_int_equal(overview->collection->postings->len, 3);
  assert_int_equal(reception->reviews->len, MANY);
  assert_int_equal(reception->repliers->len, MANY);
  assert_ptr_equal(lb_status_find_ready(reception), g_array_index(reception->reviews, LbReview, 0).mail);
  assert_true(
      lb_receptions_get(overview->receptions, overview->collection->postings->pdata[2])->applications->len >
      0);
}

/* One patch, a trailer each by as many people. */
static void test_many(void **state) {
  (void)state;
  g_autoptr(GStringChunk) strings = g_string_chunk_new(4096);
  g_autofree Row *rows = g_new0(Row, 2 * MANY);
  rows[0] = (Row){"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"};
  rows[1] = (Row){"b1", NULL, 0, "[PATCH 1/2] x2", NULL, NULL, "b.c:1"};
  rows[2] = (Row){"b2", NULL, 0, "[PATCH 2/2] x3", "b1", NULL, "c.c:1"};
  rows[3] = (Row){"c", NULL, 0, "[PATCH] x2", NULL, NULL, "d.c:1"};
  for (guint i = 4; i < MANY + 4; i++) {
    g_autofree char *id = g_strdup_printf("m%u", i),
                    *from = g_strdup_printf("A%u B%u <p%u@example.org>", i, i, i);
    g_autofree char *text = g_strdup_printf("Reviewed-by: %s", from);
    rows[i] = (Row){g_string_chunk_insert(strings, id),
                    g_string_chunk_insert(strings, from),
                    (int)i / 5,
                    "Re: [PATCH] x",
                    "a",
                    g_string_chunk_insert(strings, text),
                    NULL};
  }
  /* and notices outside of all threads */
  for (guint i = MANY + 4; i < 2 * MANY; i++) {
    g_autofree char *id = g_strdup_printf("n%u", i);
    rows[i] = (Row){g_string_chunk_insert(strings, id),
                    "tip-bot2 for Ann Author <tip-bot2@example.org>",
                    (int)i / 5,
                    "[tip: core/widget] x2",
                    NULL,
                    TIP,
                    NULL};
  }
  unit_series_run(rows, 2 * MANY, check_many);
}

#define T(test) cmocka_unit_test_setup(test, unit_series_setup)
int main(void) {
  const struct CMUnitTest tests[] = {
      T(test_given),     T(test_mismatched),      T(test_mended),    T(test_carried),
      T(test_people),    T(test_robots),          T(test_refused),   T(test_applied),
      T(test_thanks),    T(test_nothing_applied), T(test_own_words), T(test_unthreaded),
      T(test_elsewhere), T(test_reroll),          T(test_until),     T(test_many),
  };
  return cmocka_run_group_tests(tests, NULL, unit_series_teardown);
}
