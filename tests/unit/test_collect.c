/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "series/collect.h"
#include "series/order.h"

/* A mail in a line; the subject is read by the module that does it in earnest, the rest is set by hand. */
typedef struct {
  const char *id, *subject;
  gint64 date;
  const char *sender;
  const char *answers; /* NULL: nothing */
  gboolean has_no_diff;
} Row;

static LbMail *build_mail(LbArena *arena, const Row *row) {
  LbMail *mail = lb_mail_new(arena);
  LbPerson *sender = lb_arena_new_array(arena, LbPerson, 1);

  LbSubject *parsed = lb_arena_new_array(arena, LbSubject, 1);
  lb_subject_parse(row->subject, arena, parsed);
  mail->parsed = parsed;
  mail->title = parsed->title;
  mail->msgid = row->id;
  mail->date = row->date;
  mail->subject = row->subject;
  *sender = (LbPerson){"", row->sender ? row->sender : "ann@example.org"};
  mail->author = mail->sender = sender;
  mail->in_reply_to = row->answers;
  mail->is_stable = mail->parsed->is_stable;
  mail->is_pull = mail->parsed->has_pull_tag;
  if (mail->parsed->is_reply)
    mail->mail_class = LB_CLASS_REPLY;
  else if (mail->parsed->index == 0)
    mail->mail_class = LB_CLASS_COVER;
  else if (!row->has_no_diff)
    mail->mail_class = LB_CLASS_PATCH;
  return mail;
}

static GPtrArray *build_mails(LbArena *arena, const Row *rows) {
  GPtrArray *mails = g_ptr_array_new();

  for (; rows->id; rows++)
    g_ptr_array_add(mails, build_mail(arena, rows));
  return mails;
}

/* "a0: a1 a2 a4 v2 of 4, missing 3 5, again x0, replaces y0, stable, pull" */
static char *describe(const LbCollection *collection) {
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(collection->postings, i);
    g_autofree int *missing = lb_posting_build_missing(posting);

    assert_ptr_equal(posting->first,
                     posting->cover ? posting->cover : g_ptr_array_index(posting->patches, 0));
    assert_true(posting->date == posting->first->date);
    g_string_append_printf(out, "%s:", posting->cover ? posting->cover->msgid : "-");
    for (guint j = 0; j < posting->patches->len; j++) {
      const LbMail *patch = g_ptr_array_index(posting->patches, j);

      assert_ptr_equal(lb_collection_find_posting(collection, patch), posting);
      g_string_append_printf(out, " %s", patch->msgid);
    }
    g_string_append_printf(out, " v%d of %d", posting->version, posting->total);
    for (guint j = 0; j < posting->n_missing; j++)
      g_string_append_printf(out, "%s %d", j == 0 ? ", missing" : "", missing[j]);
    if (posting->repost)
      g_string_append_printf(out, ", again %s", posting->repost->first->msgid);
    if (posting->rerolls)
      g_string_append_printf(out, ", replaces %s", posting->rerolls->first->msgid);
    g_string_append(out, posting->is_stable ? ", stable" : "");
    g_string_append(out, posting->is_pull ? ", pull" : "");
    g_string_append(out, posting->diagnostics & LB_DIAG_BIT(LB_DIAG_TOTAL_DIFFERS) ? ", total differs" : "");
    g_string_append_c(out, '\n');
  }
  return g_string_free(out, FALSE);
}

static void shuffle(GPtrArray *mails, GRand *random) {
  for (guint i = mails->len; i > 1; i--) {
    guint j = (guint)g_rand_int_range(random, 0, (gint32)i);
    gpointer swap = mails->pdata[j];

    mails->pdata[j] = mails->pdata[i - 1];
    mails->pdata[i - 1] = swap;
  }
}

/* The same in forty orders of arrival. */
static void check(const Row *rows, const char *wanted) {
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) mails = build_mails(arena, rows);
  g_autoptr(GRand) random = g_rand_new_with_seed(4242);

  for (int i = 0; i < 40; i++) {
    g_autoptr(LbCollection) collection = lb_collection_build(mails, 2);
    g_autofree char *got = describe(collection);

    assert_string_equal(got, wanted);
    shuffle(mails, random);
  }
}

#define END                                                                                                  \
  { NULL, NULL, 0, NULL, NULL, FALSE }

static void groups_threads(void **state) {
  check((const Row[]){{"a0", "[PATCH v2 0/3] x", 100, NULL, NULL, FALSE},
                      {"a1", "[PATCH v2 1/3] x1", 101, "bob@example.org", "a0", FALSE},
                      {"r", "Re: [PATCH v2 0/3] x", 102, "cat@example.org", "a0", FALSE},
                      {"a3", "[PATCH v2 3/3] x3", 99, NULL, "r", FALSE},
                      {"b", "[PATCH] y", 103, "bob@example.org", "a1", FALSE},
                      END},
        "a0: a1 a3 v2 of 3, missing 2\n-: b v1 of 1\n");
}

static void separates_versions(void **state) {
  check((const Row[]){{"a0", "[PATCH 0/2] x", 0, NULL, NULL, FALSE},
                      {"a1", "[PATCH 1/2] x1", 1, NULL, "a0", FALSE},
                      {"a2", "[PATCH 2/2] x2", 2, NULL, "a0", FALSE},
                      {"b0", "[PATCH v2 0/2] x", 5000, NULL, "a0", FALSE},
                      {"b1", "[PATCH 1/2] x1", 5001, NULL, "b0", FALSE},
                      {"b2", "[PATCH v2 2/2] x2", 5002, NULL, "b0", FALSE},
                      {"c1", "[PATCH v3 1/2] x1", 9001, NULL, "b0", FALSE},
                      {"c2", "[PATCH v3 2/2] x2", 9002, NULL, "b0", FALSE},
                      END},
        "a0: a1 a2 v1 of 2\nb0: b1 b2 v2 of 2\n-: c1 c2 v3 of 2\n");
}

static void inherits_versions(void **state) {
  check((const Row[]){{"a0", "[PATCH v3 0/2] x", 0, NULL, NULL, FALSE},
                      {"a1", "[PATCH 1/2] x1", 1, NULL, "a0", FALSE},
                      {"a2", "[PATCH 2/2] x2", 2, NULL, "a0", FALSE},
                      {"b0", "[PATCH 0/2] y", 5000, NULL, NULL, FALSE},
                      {"b1", "[PATCH v4 1/2] y1", 5001, NULL, "b0", FALSE},
                      {"b2", "[PATCH v4 2/2] y2", 5002, NULL, "b0", FALSE},
                      {"c0", "[PATCH 0/2] z", 6000, NULL, NULL, FALSE},
                      {"c1", "[PATCH v2 1/2] z1", 600000, NULL, "c0", FALSE},
                      {"c2", "[PATCH v2 2/2] z2", 600001, NULL, "c0", FALSE},
                      END},
        "a0: a1 a2 v3 of 2\nb0: b1 b2 v4 of 2\nc0: v1 of 2, missing 1 2\n-: c1 c2 v2 of 2\n");
}

static void takes_the_members_total(void **state) {
  check((const Row[]){{"a0", "[PATCH 0/10] x", 0, NULL, NULL, FALSE},
                      {"a1", "[PATCH 1/3] x1", 1, NULL, "a0", FALSE},
                      {"a2", "[PATCH 2/3] x2", 2, NULL, "a0", FALSE},
                      {"a3", "[PATCH 3/3] x3", 3, NULL, "a0", FALSE},
                      {"b1", "[PATCH 1/2] other", 4, NULL, "a0", FALSE},
                      END},
        "a0: a1 a2 a3 v1 of 3, total differs\n-: b1 v1 of 2, missing 2\n");
}

static void finds_stems_and_times(void **state) {
  check(
      (const Row[]){{"20260113000000.1-1-a@x", "[PATCH 1/3] x1", 0, NULL, NULL, FALSE},
                    {"20260113000000.1-2-a@x", "[PATCH 2/3] x2", 50000, NULL, NULL, FALSE},
                    {"20260113000000.1-3-a@x", "[PATCH 3/3] x3", 100000, NULL, NULL, FALSE},
                    {"t1", "[PATCH net 1/3] y1", 200000, NULL, NULL, FALSE},
                    {"t2", "[PATCH net 2/3] y2", 201200, NULL, NULL, FALSE},
                    {"t3", "[PATCH NET 3/3] y3", 202400, NULL, NULL, FALSE},
                    {"u3", "[PATCH 3/3] z3", 202000, NULL, NULL, FALSE},
                    {"v1", "[PATCH 1/4] w1", 300000, NULL, NULL, FALSE},
                    {"v2", "[PATCH 2/4] w2", 301201, NULL, NULL, FALSE},
                    END},
      "-: 20260113000000.1-1-a@x 20260113000000.1-2-a@x 20260113000000.1-3-a@x v1 of 3\n-: t1 t2 t3 v1 of 3\n"
      "-: u3 v1 of 3, missing 1 2\n-: v1 v1 of 4, missing 2 3 4\n-: v2 v1 of 4, missing 1 3 4\n");
}

static void joins_the_rest_of_a_failed_send(void **state) {
  check((const Row[]){{"a0", "[PATCH 0/3] x", 0, NULL, NULL, FALSE},
                      {"a1", "[PATCH 1/3] x1", 1, NULL, "a0", FALSE},
                      {"b2", "[PATCH 2/3] x2", 7200, NULL, NULL, FALSE},
                      {"b3", "[PATCH 3/3] x3", 7201, NULL, "b2", FALSE},
                      END},
        "a0: a1 b2 b3 v1 of 3\n");
}

static void knows_reposts(void **state) {
  check(
      (const Row[]){{"a0", "[PATCH 0/2] x", 0, NULL, NULL, FALSE},
                    {"a1", "[PATCH 1/2] x1", 1, NULL, "a0", FALSE},
                    {"a2", "[PATCH 2/2] x2", 2, NULL, "a0", FALSE},
                    {"b0", "[PATCH RESEND 0/2] x", 50, NULL, "a0", FALSE},
                    {"b1", "[PATCH RESEND 1/2] x1", 51, NULL, "b0", FALSE},
                    {"b2", "[PATCH RESEND 2/2] x2", 52, NULL, "b0", FALSE},
                    {"c2", "[PATCH 2/2] x2", 9000, NULL, NULL, FALSE},
                    {"d1", "[PATCH v2 1/2] x1", 9001, NULL, NULL, FALSE},
                    END},
      "a0: a1 a2 v1 of 2\nb0: b1 b2 v1 of 2, again a0\n-: c2 v1 of 2, again b0\n-: d1 v2 of 2, missing 2\n");
}

static void knows_rerolls(void **state) {
  check((const Row[]){{"a0", "[PATCH v5 0/4] x", 0, NULL, NULL, FALSE},
                      {"a1", "[PATCH v5 1/4] x1", 1, NULL, "a0", FALSE},
                      {"a2", "[PATCH v5 2/4] x2", 2, NULL, "a0", FALSE},
                      {"a3", "[PATCH v5 3/4] x3", 3, NULL, "a0", FALSE},
                      {"a4", "[PATCH v5 4/4] x4", 4, NULL, "a0", FALSE},
                      {"b2", "[PATCH v5.1 2/4] x2", 1000, NULL, "a2", FALSE},
                      {"c2", "[PATCH v6 2/4] x2", 2000, NULL, "b2", FALSE},
                      {"c3", "[PATCH v6 3/4] x3", 2001, NULL, "a3", FALSE},
                      {"d4", "[PATCH v6] x4", 3000, NULL, "a4", FALSE},
                      END},
        "a0: a1 a2 a3 a4 v5 of 4\n-: b2 v5 of 4, replaces a0\n-: c2 v6 of 4, replaces a0\n"
        "-: c3 v6 of 4, replaces a0\n-: d4 v6 of 1, replaces a0\n");
}

static void takes_extras(void **state) {
  check((const Row[]){{"a1", "[PATCH 1/2] x1", 1, NULL, NULL, FALSE},
                      {"a2", "[PATCH 2/2] x2", 2, NULL, "a1", FALSE},
                      {"a3", "[PATCH 3/2] x3", 3, NULL, "a2", FALSE},
                      {"e1", "[PATCH 4/n] x4", 5, NULL, "a2", FALSE},
                      {"e2", "[PATCH 0.5/2] x0", 4, NULL, "a1", FALSE},
                      {"f", "[PATCH 4/n] alone", 6, NULL, NULL, FALSE},
                      END},
        "-: a1 a2 a3 e2 e1 v1 of 2\n-: f v1 of 1\n");
}

static void inherits_marks(void **state) {
  check((const Row[]){{"a0", "[PULL 0/1] x", 0, NULL, NULL, FALSE},
                      {"a1", "[PATCH 1/1] x1", 1, NULL, "a0", FALSE},
                      {"b0", "[PATCH 5.15 0/2] x", 2, NULL, NULL, FALSE},
                      {"b1", "[PATCH 1/2] y1", 3, NULL, "b0", FALSE},
                      END},
        "a0: a1 v1 of 1, pull\nb0: b1 v1 of 2, missing 2, stable\n");
}

static void reveals_covers(void **state) {
  const Row rows[] = {{"a0", "[PATCHSET v4] x", 0, NULL, NULL, TRUE},
                      {"a1", "[PATCH 1/2] x1", 1, NULL, "a0", FALSE},
                      {"b0", "[RFC] y", 2, NULL, NULL, TRUE},
                      {"b1", "[PATCH 1/1] y1", 3, "bob@example.org", "b0", FALSE},
                      END};
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) mails = build_mails(arena, rows);
  g_autoptr(LbCollection) collection = lb_collection_build(mails, 2);

  check(rows, "a0: a1 v4 of 2, missing 2\n-: b1 v1 of 1\n");
  assert_int_equal(lb_collection_get_class(collection, g_ptr_array_index(mails, 0)), LB_CLASS_COVER);
  assert_int_equal(lb_collection_get_class(collection, g_ptr_array_index(mails, 2)), LB_CLASS_DISCUSSION);
}

static void passes_over_duplicates(void **state) {
  const Row rows[] = {{"a1", "[PATCH 1/2] x", 0, NULL, NULL, FALSE},
                      {"a1", "[PATCH 1/2] x", 0, NULL, NULL, FALSE},
                      {"a2", "[PATCH 2/2] x", 1, NULL, "a1", FALSE},
                      END};
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) mails = build_mails(arena, rows);
  g_autoptr(LbCollection) collection = NULL;
  g_autofree char *got = NULL;

  ((LbMail *)g_ptr_array_index(mails, 1))->duplicate_of = g_ptr_array_index(mails, 0);
  collection = lb_collection_build(mails, 2);
  got = describe(collection);
  assert_string_equal(got, "-: a1 a2 v1 of 2\n");
}

static void sorts_unknown_dates_last(void **state) {
  check((const Row[]){{"a", "[PATCH] x", LB_TIME_UNKNOWN, NULL, NULL, FALSE},
                      {"c", "[PATCH] y", 7, NULL, NULL, FALSE},
                      {"b", "[PATCH] z", 7, NULL, NULL, FALSE},
                      {"d", "[PATCH] w", -5, NULL, NULL, FALSE},
                      END},
        "-: d v1 of 1\n-: b v1 of 1\n-: c v1 of 1\n-: a v1 of 1\n");
}

static void bears_nothing(void **state) {
  check((const Row[]){END}, "");
}

static const char *pick(GRand *random, const char *const *choices, guint n) {
  return choices[g_rand_int_range(random, 0, (gint32)n)];
}

/* Mails that answer anything, themselves and what isn't there among it; equal dates; every kind of subject.
 */
static GPtrArray *build_random_mails(LbArena *arena, GRand *random, guint n) {
  static const char *const tags[] = {
      "[PATCH]",
      "[PATCH 0/2]",
      "[PATCH 1/2]",
      "[PATCH 2/2]",
      "[PATCH 3/2]",
      "[PATCH v2 0/2]",
      "[PATCH v2 1/2]",
      "[PATCH v2 2/2]",
      "[PATCH v2.1 1/2]",
      "[PATCH 0/3]",
      "[PATCH 1/3]",
      "[PATCH 2/3]",
      "[PATCH 3/3]",
      "[PATCH 3/n]",
      "[PATCH net 1/2]",
      "[PATCHSET]",
      "[PATCH 0/1]",
      "[PATCH 1/1]",
      "Re:",
      "[PULL 0/2]",
      "[PATCH RESEND 2/2]",
  };
  static const char *const senders[] = {"ann@example.org", "bob@example.org", "cat@example.org"};
  static const char *const titles[] = {"x", "y"};
  GPtrArray *mails = g_ptr_array_new();

  for (guint i = 0; i < n; i++) {
    Row row = {NULL, NULL, 0, NULL, NULL, FALSE};
    gboolean has_stem = g_rand_int_range(random, 0, 4) == 0;
    g_autofree char *id =
        has_stem ? g_strdup_printf("20260113000000.%u-%u-a@x", i / 8, i) : g_strdup_printf("m%u", i);
    g_autofree char *above = g_strdup_printf("m%d", g_rand_int_range(random, 0, (gint32)n + 3));
    g_autofree char *subject = g_strdup_printf("%s %s", pick(random, tags, G_N_ELEMENTS(tags)),
                                               pick(random, titles, G_N_ELEMENTS(titles)));

    row.id = lb_arena_strdup(arena, id);
    row.subject = lb_arena_strdup(arena, subject);
    row.date = g_rand_int_range(random, 0, 20) == 0 ? LB_TIME_UNKNOWN : g_rand_int_range(random, 0, 6) * 900;
    row.sender = pick(random, senders, G_N_ELEMENTS(senders));
    row.answers = g_rand_int_range(random, 0, 3) == 0 ? NULL : lb_arena_strdup(arena, above);
    row.has_no_diff = strstr(subject, "SET") != NULL;
    g_ptr_array_add(mails, build_mail(arena, &row));
  }
  return mails;
}

/* Each patch and cover in one posting, no number twice in it, the same in any order of arrival. */
static void groups_random_archives(void **state) {
  g_autoptr(GRand) random = g_rand_new_with_seed(20260113);

  for (int round = 0; round < 400; round++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    g_autoptr(GPtrArray) mails = build_random_mails(arena, random, 5 + (guint)round / 8);
    g_autofree char *wanted = NULL;

    for (int order = 0; order < 4; order++) {
      g_autoptr(LbCollection) collection = lb_collection_build(mails, 2);
      g_autofree char *got = describe(collection);
      guint n_members = 0, n_placed = 0;

      if (!wanted)
        wanted = g_strdup(got);
      assert_string_equal(got, wanted);
      for (guint i = 0; i < mails->len; i++) {
        LbClass mail_class = lb_collection_get_class(collection, g_ptr_array_index(mails, i));

        n_members += mail_class == LB_CLASS_PATCH || mail_class == LB_CLASS_COVER;
      }
      for (guint i = 0; i < collection->postings->len; i++) {
        const LbPosting *posting = g_ptr_array_index(collection->postings, i);

        n_placed += posting->patches->len + (posting->cover != NULL);
        for (guint j = 1; j < posting->patches->len; j++) {
          const LbMail *one = g_ptr_array_index(posting->patches, j - 1),
                       *next = g_ptr_array_index(posting->patches, j);

          assert_true(next->parsed->index == LB_NO_NUMBER || one->parsed->index < next->parsed->index);
        }
      }
      assert_int_equal(n_members, n_placed);
      for (guint i = 0; i < mails->len; i++)
        n_placed -= lb_collection_find_posting(collection, g_ptr_array_index(mails, i)) != NULL;
      assert_int_equal(n_placed, 0);
      shuffle(mails, random);
    }
  }
}

/* Collections of some of the same mails know them all at once, whichever was built last. */
static void shares_mails(void **state) {
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) mails =
      build_mails(arena, (const Row[]){{"a0", "[PATCH 0/1] a: b", 10, NULL, NULL, FALSE},
                                       {"a1", "[PATCH 1/1] a: c", 20, NULL, "a0", FALSE},
                                       {"b1", "[PATCH] d: e", 30, NULL, NULL, FALSE},
                                       {NULL, NULL, 0, NULL, NULL, FALSE}});
  g_autoptr(LbCollection) all = lb_collection_build(mails, 2);
  const LbMail *first = g_ptr_array_index(mails, 0), *last = g_ptr_array_index(mails, 2);

  g_ptr_array_remove_index(mails, 0);
  g_autoptr(LbCollection) some = lb_collection_build(mails, 2);
  assert_int_equal(lb_collection_find_place(some, last), 1);
  assert_int_equal(lb_collection_find_place(all, last), 2);
  assert_int_equal(lb_collection_find_place(some, first), LB_NO_MAIL);
  assert_ptr_equal(lb_collection_find_posting(all, first)->cover, first);
  assert_ptr_equal(lb_collection_find_posting(all, last)->first, last);
  assert_null(lb_collection_find_posting(some, first));
  (void)state;
}

static int compare_plainly(gconstpointer a, gconstpointer b) {
  return lb_order_compare(*(const LbMail *const *)a, *(const LbMail *const *)b);
}

/* Dates of all sizes, equal ones, unknown ones; the same as by comparing. */
static void sorts_by_date(void **state) {
  static const gint64 spans[] = {1, 3, 3000, 1 << 12, (gint64)1 << 33, G_MAXINT64};
  g_autoptr(GRand) random = g_rand_new_with_seed(99);

  for (gsize i = 0; i < 6 * G_N_ELEMENTS(spans); i++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    g_autoptr(GPtrArray) mails = g_ptr_array_new();
    guint n = i < 6 ? (guint)i : 500;

    for (guint k = 0; k < n; k++) {
      LbMail *mail = lb_mail_new(arena);
      guint64 bits = (guint64)g_rand_int(random) << 32 | g_rand_int(random);
      g_autofree char *id = g_strdup_printf("%08x@example.org", g_rand_int(random));

      mail->msgid = lb_arena_strdup(arena, id);
      mail->date = (gint64)(bits % (guint64)spans[i / 6]) - (i % 2 ? spans[i / 6] / 2 : 0);
      if (g_rand_int_range(random, 0, 20) == 0)
        mail->date = LB_TIME_UNKNOWN;
      g_ptr_array_add(mails, mail);
    }
    if (n > 10) {
      ((LbMail *)g_ptr_array_index(mails, 3))->date = G_MAXINT64;
      ((LbMail *)g_ptr_array_index(mails, 7))->date = i % 3 ? 0 : G_MININT64 + 1;
    }
    g_autoptr(GPtrArray) wanted = g_ptr_array_copy(mails, NULL, NULL);
    g_ptr_array_sort(wanted, compare_plainly);
    lb_order_sort(mails);
    assert_memory_equal(mails->pdata, wanted->pdata, n * sizeof(gpointer));
  }
  (void)state;
}

/* What would be quadratic if it were done in the plain way: seconds then, hours for what is larger still. */
typedef enum { SAME_NUMBER, CHAIN, ONE_STEM, NO_THREAD, REROLLS, N_SHAPES } Shape;

static void bears_hostile_threads(void **state) {
  enum { N = 60000 };
  const char *const subjects[] = {"[PATCH 1/9999] x", "[PATCH 7/9] x", "[PATCH 2/9] x", "[PATCH 3/4] x",
                                  "[PATCH v2 1/8] x"};

  for (int shape = 0; shape < N_SHAPES; shape++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    g_autoptr(GPtrArray) mails = g_ptr_array_new();
    g_autoptr(LbCollection) collection = NULL;
    gint64 begin = g_get_monotonic_time();

    for (guint i = 0; i < N; i++) {
      Row row = {NULL, subjects[shape], 1000, NULL, NULL, FALSE};
      g_autofree char *above = g_strdup_printf("m%u", i - 1);
      g_autofree char *id =
          shape == ONE_STEM ? g_strdup_printf("20260113000000.1-%u-a@x", i) : g_strdup_printf("m%u", i);

      if (shape == SAME_NUMBER || shape == REROLLS)
        row.answers = i == 0 ? NULL : "m0";
      else if (shape == CHAIN && i > 0)
        row.answers = lb_arena_strdup(arena, above);
      row.id = lb_arena_strdup(arena, id);
      g_ptr_array_add(mails, build_mail(arena, &row));
    }
    collection = lb_collection_build(mails, 2);
    assert_int_equal(collection->postings->len, N);
    assert_true(g_get_monotonic_time() - begin < 30 * G_USEC_PER_SEC);
  }
}

static void bears_a_full_series(void **state) {
  enum { N = 9999 };
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) mails = g_ptr_array_new();
  g_autoptr(LbCollection) collection = NULL;

  for (guint i = 0; i <= N; i++) {
    g_autofree char *subject = g_strdup_printf("[PATCH %u/%u] x%u", i, N, i);
    g_autofree char *id = g_strdup_printf("m%u", i);
    Row row = {
        lb_arena_strdup(arena, id), lb_arena_strdup(arena, subject), N - i, NULL, i ? "m0" : NULL, FALSE};

    g_ptr_array_add(mails, build_mail(arena, &row));
  }
  collection = lb_collection_build(mails, 2);
  assert_int_equal(collection->postings->len, 1);
  assert_int_equal(((LbPosting *)g_ptr_array_index(collection->postings, 0))->patches->len, N);
  assert_int_equal(((LbPosting *)g_ptr_array_index(collection->postings, 0))->n_missing, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_threads),
      cmocka_unit_test(separates_versions),
      cmocka_unit_test(inherits_versions),
      cmocka_unit_test(takes_the_members_total),
      cmocka_unit_test(finds_stems_and_times),
      cmocka_unit_test(joins_the_rest_of_a_failed_send),
      cmocka_unit_test(knows_reposts),
      cmocka_unit_test(knows_rerolls),
      cmocka_unit_test(takes_extras),
      cmocka_unit_test(inherits_marks),
      cmocka_unit_test(reveals_covers),
      cmocka_unit_test(passes_over_duplicates),
      cmocka_unit_test(sorts_unknown_dates_last),
      cmocka_unit_test(bears_nothing),
      cmocka_unit_test(groups_random_archives),
      cmocka_unit_test(shares_mails),
      cmocka_unit_test(sorts_by_date),
      cmocka_unit_test(bears_hostile_threads),
      cmocka_unit_test(bears_a_full_series),
  };

  return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}
