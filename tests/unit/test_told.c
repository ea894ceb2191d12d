/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each report tells, of mails that come in time, late, or again. */
#include "history_unit.h"

#define RB "Looks good.\n\nReviewed-by: Bob Builder <bob@example.com>\n"
#define APPLIED "Applied to for-next, thanks."

/* Each state once, in the report that counts the mail that decided. */
static void test_states(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, 1 * WEEK, "[PATCH] a: one", NULL, NULL, "x"}},
      {0, {"r1", BOB, 2 * WEEK, "Re: [PATCH] a: one", "a1", RB, NULL}},
      {0, {"r2", CAT, 3 * WEEK, "Re: [PATCH] a: one", "a1", RB, NULL}},
      {0, {"d1", BOB, 3 * WEEK + 1, "Re: [PATCH] a: one", "a1", APPLIED, NULL}},
      {0, {"b1", NULL, 1 * WEEK + 2, "[PATCH] b: two", NULL, NULL, "y"}},
      {0, {"b2", NULL, 2 * WEEK + 2, "[PATCH v2] b: two", NULL, NULL, "z"}},
      LAST,
  };
  const Scene scene = {rows, 4, NULL, NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: b1 a1 | print [PATCH] b: two | print [PATCH] a: one\n"
                             "2 | New versions: b2 | Reviewed: a1 | print [PATCH v2] b: two\n"
                             "3 | Applied: a1\n"
                             "4\n");
}

/* What came before the first report is no news; what becomes of it later is. */
static void test_before(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, 10, "[PATCH] a: one", NULL, NULL, "x"}},
      {0, {"r1", BOB, 11, "Re: [PATCH] a: one", "a1", RB, NULL}},
      {0, {"d1", BOB, 2 * WEEK, "Re: [PATCH] a: one", "a1", APPLIED, NULL}},
      /* The cover came before, its patch after. */
      {0, {"c0", NULL, WEEK - 1, "[PATCH 0/1] c: three", NULL, NULL, NULL}},
      {0, {"c1", NULL, WEEK, "[PATCH 1/1] c: four", "c0", NULL, "v"}},
      {0, {"b1", NULL, WEEK + 2, "[PATCH] b: two", NULL, NULL, "y"}},
      LAST,
  };
  const Scene scene = {rows, 3, NULL, NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: b1 | print [PATCH] b: two | print [PATCH 1/1] c: four\n"
                             "2 | Applied: a1\n"
                             "3\n");
}

/* Late is in the next report, a report behind what it is dated. */
static void test_late(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, WEEK, "[PATCH] a: one", NULL, NULL, "x"}},
      {2, {"b1", NULL, WEEK + 5, "[PATCH] b: two", NULL, NULL, "y"}},
      {3, {"r1", BOB, WEEK + 6, "Re: [PATCH] a: one", "a1", RB, NULL}},
      /* Dated in week 0, but it wasn't there for the first report to pass over. */
      {2, {"c1", NULL, 3, "[PATCH] c: three", NULL, NULL, "z"}},
      /* Of the future: its own report counts it. */
      {1, {"e1", NULL, 3 * WEEK, "[PATCH] e: five", NULL, NULL, "w"}},
      LAST,
  };
  const Scene scene = {rows, 4, NULL, NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: a1 | print [PATCH] a: one\n"
                             "2 | New: b1 c1 | print [PATCH] b: two | print [PATCH] c: three\n"
                             "3 | New: e1 | Reviewed: a1 | print [PATCH] e: five\n"
                             "4\n");
}

static void test_undated(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, -1, "[PATCH] a: one", NULL, NULL, "x"}},
      {2, {"b1", NULL, -1, "[PATCH] b: two", NULL, NULL, "y"}},
      {3, {"d1", BOB, -1, "Re: [PATCH] a: one", "a1", APPLIED, NULL}},
      LAST,
  };
  const Scene scene = {rows, 4, "patches,incomplete,messages", NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: a1 | Without a usable date: a1 | print [PATCH] a: one\n"
                             "2 | New: b1 | Without a usable date: b1 | print [PATCH] b: two\n"
                             "3 | Applied: a1 | Without a usable date: d1\n"
                             "4\n");
}

/* A cover behind its patches, patches behind their cover, a patch behind all others. */
static void test_late_parts(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {2, {"a0", NULL, WEEK, "[PATCH 0/2] a: all", NULL, NULL, NULL}},
      {0, {"a1", NULL, WEEK, "[PATCH 1/2] a: one", "a0", NULL, "x"}},
      {0, {"a2", NULL, WEEK, "[PATCH 2/2] a: two", "a0", NULL, "y"}},
      {0, {"b0", NULL, WEEK + 1, "[PATCH 0/2] b: all", NULL, NULL, NULL}},
      {2, {"b1", NULL, WEEK + 1, "[PATCH 1/2] b: one", "b0", NULL, "z"}},
      {3, {"b2", NULL, WEEK + 1, "[PATCH 2/2] b: two", "b0", NULL, "w"}},
      /* Reviewed before it was whole. */
      {0, {"r0", BOB, WEEK + 2, "Re: [PATCH 0/2] b: all", "b0", RB, NULL}},
      {4, {"r1", CAT, WEEK + 3, "Re: [PATCH 0/2] b: all", "b0", RB, NULL}},
      LAST,
  };
  const Scene scene = {rows, 4, NULL, NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: b0 a1 | print [PATCH 0/2] b: all | print [PATCH 1/2] a: one\n"
                             "2 | print [PATCH 1/2] b: one | print [PATCH 0/2] a: all\n"
                             "3 | Reviewed: b0\n"
                             "4\n");
}

/* An unnumbered cover is known by the patches that answer it. */
static void test_revealed_cover(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a0", NULL, 2 * WEEK - 1, "[PATCH] a: all of it", NULL, "What this is about.", NULL}},
      {0, {"a1", NULL, 2 * WEEK, "[PATCH 1/2] a: one", "a0", NULL, "x"}},
      {0, {"a2", NULL, 2 * WEEK, "[PATCH 2/2] a: two", "a0", NULL, "y"}},
      LAST,
  };
  const Scene scene = {rows, 3, NULL, NULL, NULL, FALSE};
  unit_history_check(&scene, "1\n"
                             "2 | New: a0 | print [PATCH 1/2] a: one\n"
                             "3\n");
}

/* Two that were told of turn out to be one. */
static void test_merged(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, WEEK, "[PATCH 1/2] a: one", "a0", NULL, "x"}},
      {2, {"a2", NULL, WEEK + 100, "[PATCH 2/2] a: two", "q0", NULL, "y"}},
      {3, {"a0", NULL, WEEK, "[PATCH 0/2] a: all", NULL, NULL, NULL}},
      {3, {"q0", NULL, WEEK, "Re: [PATCH 0/2] a: all", "a0", "The second follows.", NULL}},
      {0, {"d1", BOB, 3 * WEEK, "Re: [PATCH 0/2] a: all", "a0", APPLIED, NULL}},
      LAST,
  };
  const Scene scene = {rows, 4, "patches", NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: a1\n"
                             "2 | New: a2\n"
                             "3 | Applied: a0\n"
                             "4\n");
}

/* A copy is no news, whichever of the copies speaks for all; nor does another mail under a known id hide. */
static void test_ids(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, WEEK + 4, "[PATCH] a: one", NULL, NULL, "x"}},
      /* A copy with an earlier date. */
      {2, {"a1", NULL, WEEK + 3, "[PATCH] a: one", NULL, NULL, "x"}},
      {0, {"d1", BOB, WEEK + 5, "Re: [PATCH] a: one", "a1", APPLIED, NULL}},
      /* A copy of what came before. */
      {0, {"o1", NULL, 5, "[PATCH] o: old", NULL, NULL, "x"}},
      {2, {"o1", NULL, 5, "[PATCH] o: old", NULL, NULL, "x"}},
      {2, {"d0", BOB, 6, "Re: [PATCH] o: old", "o1", APPLIED, NULL}},
      /* Another, later and earlier by date. */
      {0, {"b1", NULL, WEEK + 7, "[PATCH] b: one", NULL, NULL, "y"}},
      {2, {"b1", NULL, WEEK + 8, "[PATCH] b: of the same id", NULL, NULL, "z"}},
      {3, {"b1", NULL, WEEK + 6, "[PATCH] b: of the same id, too", NULL, NULL, "w"}},
      LAST,
  };
  const Scene scene = {rows, 4, NULL, NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: b1 a1 | Applied: a1 | print [PATCH] b: one | print [PATCH] a: one\n"
                             "2 | New: b1 | Applied: o1 | print [PATCH] b: of the same id\n"
                             "3 | New: b1 | print [PATCH] b: of the same id, too\n"
                             "4\n");
}

static void test_repeats(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, WEEK, "[PATCH net] a: one", NULL, NULL, "x"}},
      {0, {"a2", NULL, 2 * WEEK, "[PATCH RESEND] a: one", NULL, NULL, "x"}},
      {0, {"a3", NULL, 3 * WEEK, "[PATCH RESEND net] A: one", NULL, NULL, "x"}},
      {0, {"c1", BOB, 3 * WEEK, "[PATCH] a: one", NULL, NULL, "x"}},
      {0, {"c2", NULL, 3 * WEEK + 1, "[PATCH v2] a: one", NULL, NULL, "x2"}},
      /* A 0/1 behind its 1/1 of the same title. */
      {2, {"b0", NULL, WEEK, "[PATCH 0/1] b: only", NULL, NULL, NULL}},
      {0, {"b1", NULL, WEEK, "[PATCH 1/1] b: only", "b0", NULL, "y"}},
      LAST,
  };
  const Scene scene = {rows, 3, "messages", NULL, NULL, FALSE};
  unit_history_check(
      &scene, "1 | print [PATCH net] a: one | print [PATCH 1/1] b: only\n"
              "2 | exist [PATCH net] a: one skip [PATCH RESEND] a: one"
              " | exist [PATCH 1/1] b: only skip [PATCH 0/1] b: only\n"
              "3 | print [PATCH v2] a: one | print [PATCH RESEND net] A: one | print [PATCH] a: one\n");
}

/* What is left out doesn't come all at once when it no longer is. */
static void test_left_out(void **state) {
  (void)state;
  static const char *const exclude[] = {"bob@example.com", NULL};
  static const Arrival rows[] = {
      {0, {"a1", NULL, WEEK, "[PATCH] a: one", NULL, NULL, "x"}},
      {0, {"d1", CAT, WEEK + 1, "Re: [PATCH] a: one", "a1", APPLIED, NULL}},
      {0, {"b1", BOB, WEEK, "[PATCH] b: one", NULL, NULL, "y"}},
      {0, {"d2", CAT, WEEK + 1, "Re: [PATCH] b: one", "b1", APPLIED, NULL}},
      {0, {"c1", BOB, 2 * WEEK, "[PATCH] c: one", NULL, NULL, "z"}},
      {0, {"d3", CAT, 3 * WEEK + 1, "Re: [PATCH] c: one", "c1", APPLIED, NULL}},
      LAST,
  };
  const Scene excluding = {rows, 3, "patches", exclude, NULL, FALSE};
  unit_history_check(&excluding, "1 | New: a1 | Applied: a1\n"
                                 "2\n"
                                 "3 | Applied: c1\n");
  const Scene hiding = {rows, 3, "patches", NULL, "messages", FALSE};
  unit_history_check(&hiding, "1 | print [PATCH] a: one | print [PATCH] b: one\n"
                              "2 | print [PATCH] c: one\n"
                              "3 | Applied: c1\n");
}

/* Work for stable kernels and pull requests is in no list, and isn't when it gets on. */
static void test_others(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0,
       {"a1", NULL, WEEK, "[PATCH 6.1 1/1] a: one", NULL,
        "commit 0123456789012345678901234567890123456789 upstream.", "x"}},
      {0, {"b0", NULL, WEEK, "[PULL 0/1] b: all", NULL, NULL, NULL}},
      {0, {"b1", NULL, WEEK, "[PULL 1/1] b: one", "b0", NULL, "y"}},
      {0, {"d1", BOB, 2 * WEEK, "Re: [PATCH 6.1 1/1] a: one", "a1", APPLIED, NULL}},
      LAST,
  };
  const Scene scene = {rows, 2, "patches", NULL, NULL, FALSE};
  unit_history_check(&scene, "1\n2\n");
}

static void test_revised(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a0", NULL, WEEK, "[PATCH 0/2] a: all", NULL, NULL, NULL}},
      {0, {"a1", NULL, WEEK, "[PATCH 1/2] a: one", "a0", NULL, "x"}},
      {0, {"a2", NULL, WEEK, "[PATCH 2/2] a: two", "a0", NULL, "y"}},
      {0, {"b2", NULL, 2 * WEEK, "[PATCH v2 2/2] a: two", "a2", NULL, "z"}},
      LAST,
  };
  const Scene scene = {rows, 3, "patches", NULL, NULL, FALSE};
  unit_history_check(&scene, "1 | New: a0\n"
                             "2 | Revised patches: b2\n"
                             "3\n");
}

static void test_newcomers(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"a1", NULL, 1, "[PATCH] a: one", NULL, NULL, "x"}},
      {0, {"q1", CAT, 2, "Re: [PATCH] a: one", "a1", NULL, NULL}},
      {0, {"a2", NULL, WEEK, "[PATCH] a: two", NULL, NULL, "y"}},
      {0, {"b0", BOB, WEEK, "[PATCH 0/2] b: all", NULL, NULL, NULL}},
      {0, {"b1", BOB, WEEK, "[PATCH 1/2] b: one", "b0", NULL, "z"}},
      {0, {"b2", BOB, WEEK, "[PATCH 2/2] b: two", "b0", NULL, "w"}},
      {0, {"b3", "Bob Builder <bob@example.net>", 2 * WEEK, "[PATCH] b: three", NULL, NULL, "v"}},
      {0, {"b4", "Robert <bob@EXAMPLE.com>", 2 * WEEK, "[PATCH] b: four", NULL, NULL, "u"}},
      {0, {"c1", CAT, 2 * WEEK + 1, "[PATCH] c: one", NULL, NULL, "t"}},
      {0,
       {"c2", CAT, 2 * WEEK, "[PATCH 6.1] c: two", NULL,
        "commit 0123456789012345678901234567890123456789 upstream.", "s"}},
      {0, {"e1", "eve@example.net", 3 * WEEK, "[PATCH] e: one", NULL, NULL, "r"}},
      LAST,
  };
  const Scene scene = {rows, 4, "newcomers", NULL, NULL, FALSE};
  unit_history_check(&scene, "1 b0\n"
                             "2 c1\n"
                             "3 e1\n"
                             "4\n");
  /* Nothing is known of the time before the first. */
  const Scene unknown = {rows + 2, 2, "newcomers", NULL, NULL, FALSE};
  unit_history_check(&unknown, "1\n"
                               "2 c1\n");
}

/* Numbers are those of the report before, which counted what came late. */
static void test_numbers(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"o1", NULL, 0, "[PATCH] o: one", NULL, NULL, "x"}},
      {0, {"a1", NULL, WEEK, "[PATCH] a: one", NULL, NULL, "x"}},
      {2, {"a2", NULL, WEEK, "[PATCH] a: two", NULL, NULL, "y"}},
      {0, {"a3", BOB, 2 * WEEK, "[PATCH] a: three", NULL, NULL, "z"}},
      {0, {"r3", NULL, 3 * WEEK + 1, "Re: [PATCH] a: three", "a3", NULL, NULL}},
      LAST,
  };
  const Scene scene = {rows, 3, "numbers", NULL, NULL, FALSE};
  unit_history_check(
      &scene,
      "1 | mails 1 (1) | people 1 (1) | postings 1 (1) | patches 1 (1) | unanswered after 7 days 1 (0)\n"
      "2 | mails 2 (1) | people 2 (1) | postings 2 (1) | patches 2 (1)"
      " | unanswered after 7 days 2 (1) | unanswered after 14 days 1 (0)\n"
      "3 | mails 1 (2) | people 1 (2) | postings 0 (2) | patches 0 (2) | replies 1 (0)"
      " | unanswered after 7 days 1 (2) | unanswered after 14 days 2 (1)\n");
}

/* Reports of so many mails: time is from one's newest mail to the next one's. */
static void test_open_numbers(void **state) {
  (void)state;
  static const Arrival rows[] = {
      {0, {"o1", NULL, 0, "[PATCH] o: one", NULL, NULL, "x"}},
      {0, {"a1", NULL, WEEK + 1, "[PATCH] a: one", NULL, NULL, "x"}},
      {0, {"a2", NULL, 2 * WEEK + 1, "[PATCH] a: two", NULL, NULL, "y"}},
      {0, {"r2", BOB, 2 * WEEK + 3, "Re: [PATCH] a: two", "a2", NULL, NULL}},
      {0, {"a3", NULL, 4 * WEEK, "[PATCH] a: three", NULL, NULL, "z"}},
      LAST,
  };
  const Scene scene = {rows, 4, "numbers", NULL, NULL, TRUE};
  unit_history_check(&scene, "1 | mails 1 (-1) | people 1 (-1) | postings 1 (-1) | patches 1 (-1)"
                             " | unanswered after 7 days 1 (-1)\n"
                             "2 | mails 2 (1) | people 2 (1) | postings 1 (1) | patches 1 (1) | replies 1 (0)"
                             " | median hours to a first answer 2 (-1) | unanswered after 7 days 1 (1)"
                             " | unanswered after 14 days 1 (0)\n"
                             "3\n"
                             "4 | mails 1 (0) | people 1 (0) | postings 1 (0) | patches 1 (0)"
                             " | unanswered after 14 days 1 (0)\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_states, unit_series_setup),
      cmocka_unit_test_setup(test_before, unit_series_setup),
      cmocka_unit_test_setup(test_late, unit_series_setup),
      cmocka_unit_test_setup(test_undated, unit_series_setup),
      cmocka_unit_test_setup(test_late_parts, unit_series_setup),
      cmocka_unit_test_setup(test_revealed_cover, unit_series_setup),
      cmocka_unit_test_setup(test_merged, unit_series_setup),
      cmocka_unit_test_setup(test_ids, unit_series_setup),
      cmocka_unit_test_setup(test_repeats, unit_series_setup),
      cmocka_unit_test_setup(test_left_out, unit_series_setup),
      cmocka_unit_test_setup(test_others, unit_series_setup),
      cmocka_unit_test_setup(test_revised, unit_series_setup),
      cmocka_unit_test_setup(test_newcomers, unit_series_setup),
      cmocka_unit_test_setup(test_numbers, unit_series_setup),
      cmocka_unit_test_setup(test_open_numbers, unit_series_setup),
  };
  return cmocka_run_group_tests_name("told", tests, NULL, unit_series_teardown);
}
