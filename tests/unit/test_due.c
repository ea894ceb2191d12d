/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <time.h>

#include "cli/due.h"

static const LbRhythm daily = {LB_RHYTHM_DAILY, 0}, weekly = {LB_RHYTHM_WEEKLY, 0},
                      monthly = {LB_RHYTHM_MONTHLY, 0};

static gint64 at(const char *text) {
  gint64 time;

  assert_true(lb_period_parse_time(text, 0, &time, NULL));
  return time;
}

static void check_time(gint64 got, const char *wanted, const char *name) {
  g_autofree char *text = lb_period_format_time(got);
  g_autofree char *whole = strlen(wanted) == 10 ? g_strconcat(wanted, "T00:00:00Z", NULL) : g_strdup(wanted);

  unit_check_string(text, whole, name);
}

static void reads_rhythms(void **state) {
  static const struct {
    const char *written;
    int kind; /* -1: none */
    guint n;
  } cases[] = {
      {"daily", LB_RHYTHM_DAILY, 0},
      {"weekly", LB_RHYTHM_WEEKLY, 0},
      {"monthly", LB_RHYTHM_MONTHLY, 0},
      {"commits", LB_RHYTHM_COMMITS, 0},
      {"100 mails", LB_RHYTHM_MAILS, 100},
      {"1 mail", LB_RHYTHM_MAILS, 1},
      {"1000000 mails", LB_RHYTHM_MAILS, 1000000},
      {"1000001 mails", -1, 0},
      {"99999999999999999999 mails", -1, 0},
      {"0 mails", -1, 0},
      {"-1 mails", -1, 0},
      {" 5 mails", -1, 0},
      {"5", -1, 0},
      {"5 weeks", -1, 0},
      {"mails", -1, 0},
      {"Weekly", -1, 0},
      {"", -1, 0},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbRhythm rhythm;
    gboolean is_read = lb_rhythm_parse(cases[i].written, &rhythm);

    unit_check(is_read == (cases[i].kind >= 0), "%s", cases[i].written);
    unit_check(!is_read || ((int)rhythm.kind == cases[i].kind && rhythm.n_mails == cases[i].n), "%s",
               cases[i].written);
    unit_check(!is_read || lb_rhythm_has_times(&rhythm) == (cases[i].n == 0 && cases[i].kind < 3), "%s",
               cases[i].written);
  }
}

static void begins_with_the_last_whole_period(void **state) {
  static const struct {
    const LbRhythm *rhythm;
    const char *now, *begin;
  } cases[] = {
      {&daily, "2026-01-13T00:00:00Z", "2026-01-12"},   {&daily, "2026-01-12T23:59:59Z", "2026-01-11"},
      {&daily, "2024-03-01T12:00:00Z", "2024-02-29"},   {&daily, "2023-03-01T12:00:00Z", "2023-02-28"},
      {&daily, "2026-01-01T00:00:01Z", "2025-12-31"},   {&weekly, "2026-01-12T00:00:00Z", "2026-01-05"},
      {&weekly, "2026-01-11T23:59:59Z", "2025-12-29"},  {&weekly, "1970-01-15T00:00:00Z", "1970-01-05"},
      {&monthly, "2026-01-01T00:00:00Z", "2025-12-01"}, {&monthly, "2025-12-31T23:59:59Z", "2025-11-01"},
      {&monthly, "2024-03-31T00:00:00Z", "2024-02-01"}, {&monthly, "2000-03-01T00:00:00Z", "2000-02-01"},
      {&monthly, "2100-03-01T00:00:00Z", "2100-02-01"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    check_time(lb_due_begin(cases[i].rhythm, at(cases[i].now)), cases[i].begin, cases[i].now);
}

static void finds_the_period_of_a_report(void **state) {
  static const struct {
    const char *name;
    const LbRhythm *rhythm;
    const char *mark, *now, *earliest; /* NULL: nothing */
    gboolean has_late;
    const char *since, *until; /* NULL: none is due */
  } cases[] = {
      {"a week over", &weekly, "2026-01-05", "2026-01-12", "2026-01-07", FALSE, "2026-01-05", "2026-01-12"},
      {"a second short", &weekly, "2026-01-05", "2026-01-11T23:59:59Z", "2026-01-07", FALSE, NULL, NULL},
      {"empty weeks before", &weekly, "2025-11-03", "2026-01-13", "2026-01-07", FALSE, "2026-01-05",
       "2026-01-12"},
      {"the first of several", &weekly, "2025-12-01", "2026-01-13", "2025-12-03", FALSE, "2025-12-01",
       "2025-12-08"},
      {"nothing waits", &weekly, "2025-12-01", "2026-01-13", NULL, FALSE, NULL, NULL},
      {"late mail alone", &weekly, "2025-12-01", "2026-01-13", NULL, TRUE, "2026-01-05", "2026-01-12"},
      {"late mail waits for the end", &weekly, "2026-01-12", "2026-01-13", NULL, TRUE, NULL, NULL},
      {"late mail beside mail of its own", &weekly, "2025-12-01", "2026-01-13", "2025-12-10", TRUE,
       "2025-12-08", "2025-12-15"},
      {"late mail, and mail of a week that runs", &weekly, "2026-01-05", "2026-01-13", "2026-01-12", TRUE,
       "2026-01-05", "2026-01-12"},
      {"leap day", &monthly, "2024-02-01", "2024-03-01", "2024-02-29T23:59:59Z", FALSE, "2024-02-01",
       "2024-03-01"},
      {"no leap day in 2100", &daily, "2100-02-28", "2100-03-01", "2100-02-28T10:00:00Z", FALSE, "2100-02-28",
       "2100-03-01"},
      {"the year's end", &monthly, "2025-12-01", "2026-01-31", "2025-12-31T23:59:59Z", FALSE, "2025-12-01",
       "2026-01-01"},
      {"weeks become months", &monthly, "2026-01-12", "2026-02-01", "2026-01-13", FALSE, "2026-01-12",
       "2026-02-01"},
      {"months become weeks", &weekly, "2026-02-01", "2026-02-02", "2026-02-01", FALSE, "2026-02-01",
       "2026-02-02"},
      {"a date ahead of the clock", &weekly, "2026-01-05", "2026-01-20", "2038-01-19", FALSE, NULL, NULL},
      {"clock back by 2 days", &weekly, "2026-01-12", "2026-01-10", "2026-01-12", TRUE, NULL, NULL},
      {"clock forward by 10 years", &weekly, "2026-01-12", "2036-01-12", "2026-01-13", FALSE, "2026-01-12",
       "2026-01-19"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbWaiting waiting = {cases[i].earliest ? at(cases[i].earliest) : LB_TIME_UNKNOWN, cases[i].has_late};
    LbPeriod period;
    gboolean is_due = lb_due_find(cases[i].rhythm, at(cases[i].mark), at(cases[i].now), &waiting, &period);

    unit_check(is_due == (cases[i].since != NULL), "%s", cases[i].name);
    if (!is_due)
      continue;
    check_time(period.since, cases[i].since, cases[i].name);
    check_time(period.until, cases[i].until, cases[i].name);
  }
}

/* What `run --due` asks, and what becomes of the mark. */
static void passes_empty_periods(void **state) {
  gint64 mark = at("2026-01-05");

  assert_false(lb_due_is_over(&weekly, mark, at("2026-01-11T23:59:59Z")));
  assert_true(lb_due_is_over(&weekly, mark, at("2026-01-12")));
  check_time(lb_due_pass(&weekly, mark, at("2026-03-04")), "2026-03-02", "passed");
  check_time(lb_due_pass(&weekly, mark, at("2026-01-03")), "2026-01-05", "never back");
  check_time(lb_due_mend(&weekly, mark, at("2026-01-03")), "2026-01-05", "two days back is kept");
  check_time(lb_due_mend(&weekly, mark, at("2025-12-28")), "2025-12-15", "a clock that ran ahead");
}

/* A list of one mail a day lives through 3 years under a clock that jumps; each mail must be counted once,
 * and none may wait longer than a period once the clock is right again. */
typedef struct {
  gint64 dates[1200];
  guint report[1200];
  guint n_mails, n_reports;
  gint64 mark;
} List;

static void run_list(List *list, const LbRhythm *rhythm, gint64 now) {
  LbPeriod period;

  list->mark =
      list->mark == LB_TIME_UNKNOWN ? lb_due_begin(rhythm, now) : lb_due_mend(rhythm, list->mark, now);
  for (;;) {
    LbWaiting waiting = {LB_TIME_UNKNOWN, FALSE};

    for (guint i = 0; i < list->n_mails; i++) {
      if (list->report[i] == 0 && list->dates[i] < list->mark)
        waiting.has_late = TRUE;
      else if (list->report[i] == 0 &&
               (waiting.earliest == LB_TIME_UNKNOWN || list->dates[i] < waiting.earliest))
        waiting.earliest = list->dates[i];
    }
    if (!lb_due_find(rhythm, list->mark, now, &waiting, &period))
      break;
    assert_true(period.since < period.until && period.until <= now && period.since >= list->mark);
    list->n_reports++;
    guint n_counted = 0;
    for (guint i = 0; i < list->n_mails; i++)
      if (list->report[i] == 0 && list->dates[i] < period.until) {
        list->report[i] = list->n_reports;
        n_counted++;
      }
    assert_true(n_counted > 0);
    list->mark = period.until;
  }
  list->mark = lb_due_pass(rhythm, list->mark, now);
}

static void check_life(const LbRhythm *rhythm, guint seed) {
  g_autofree List *list = g_new0(List, 1);
  g_autoptr(GRand) random = g_rand_new_with_seed(seed);
  const gint64 begin = at("2023-12-25"), longest = 31 * 86400;
  gint64 now = begin;

  list->mark = LB_TIME_UNKNOWN;
  for (guint day = 0; day < 1100; day++, now = begin + day * (gint64)86400) {
    static const gint64 jumps[] = {-2 * 86400, 3650 * (gint64)86400, -86400, 40 * 86400};
    gint64 shown = now + g_rand_int_range(random, 0, 86400);

    /* sent at any time of the last two days, or with a clock of its own that runs ahead */
    list->dates[list->n_mails++] = g_rand_int_range(random, 0, 50)
                                       ? shown - g_rand_int_range(random, 0, 2 * 86400)
                                       : shown + 400 * (gint64)86400;
    if (g_rand_int_range(random, 0, 10) == 0)
      shown += jumps[g_rand_int_range(random, 0, 4)];
    else if (g_rand_int_range(random, 0, 3) == 0)
      continue;
    run_list(list, rhythm, shown);
  }
  run_list(list, rhythm, now + longest);
  run_list(list, rhythm, now + 2 * longest);
  for (guint i = 0; i < list->n_mails; i++)
    unit_check(list->report[i] > 0 || list->dates[i] >= now + longest, "seed %u: mail %u was never told",
               seed, i);
}

static void loses_nothing_to_clocks(void **state) {
  for (guint seed = 0; seed < 20; seed++) {
    check_life(&daily, seed);
    check_life(&weekly, seed);
    check_life(&monthly, seed);
  }
}

/* Nothing of this depends on where one is. */
static void knows_no_time_zone(void **state) {
  static const char *const zones[] = {"America/New_York", "Pacific/Kiritimati", "Asia/Kolkata", "UTC"};

  for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
    g_setenv("TZ", zones[i], TRUE);
    tzset();
    begins_with_the_last_whole_period(state);
    finds_the_period_of_a_report(state);
  }
}

static void bears_any_time(void **state) {
  static const gint64 times[] = {G_MININT64 + 1, -1, 0, 1, G_MAXINT64 / 2, G_MAXINT64};
  LbWaiting waiting = {LB_TIME_UNKNOWN, TRUE};
  LbPeriod period;

  for (gsize i = 0; i < G_N_ELEMENTS(times); i++)
    for (gsize j = 0; j < G_N_ELEMENTS(times); j++) {
      const LbRhythm *rhythms[] = {&daily, &weekly, &monthly};

      waiting.earliest = times[j];
      for (gsize k = 0; k < 3; k++) {
        lb_due_begin(rhythms[k], times[i]);
        lb_due_mend(rhythms[k], times[j], times[i]);
        lb_due_is_over(rhythms[k], times[j], times[i]);
        lb_due_pass(rhythms[k], times[j], times[i]);
        lb_due_find(rhythms[k], times[j], times[i], &waiting, &period);
      }
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_rhythms),
      cmocka_unit_test(begins_with_the_last_whole_period),
      cmocka_unit_test(finds_the_period_of_a_report),
      cmocka_unit_test(passes_empty_periods),
      cmocka_unit_test(loses_nothing_to_clocks),
      cmocka_unit_test(bears_any_time),
      cmocka_unit_test(knows_no_time_zone),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
