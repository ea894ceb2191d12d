/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/error.h"
#include "base/period.h"
#include "base/progress.h"
#include "unit.h"

/* Odd sizes around the block sizes; nothing overlaps, all is zeroed and aligned. */
static void test_arena(void **state) {
  (void)state;
  static const gsize sizes[] = {0,     1,     3, 17,      100,           4095,    16384,
                                16385, 70000, 5, 1 << 20, (1 << 20) + 1, 3 << 20, 9};
  g_autoptr(LbArena) arena = lb_arena_new();
  char *got[5][G_N_ELEMENTS(sizes)];
  for (guint round = 0; round < 5; round++)
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
      char *bytes = got[round][i] = lb_arena_alloc(arena, sizes[i]);
      assert_non_null(bytes);
      assert_int_equal((guintptr)bytes % sizeof(guint64), 0);
      for (gsize k = 0; k < sizes[i]; k++)
        if (bytes[k])
          fail_msg("not zeroed");
      memset(bytes, (int)(round * 16 + i + 1), sizes[i]);
      assert_string_equal(lb_arena_strndup(arena, "abc", 2), "ab");
    }
  for (guint round = 0; round < 5; round++)
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
      for (gsize k = 0; k < sizes[i]; k++)
        if (got[round][i][k] != (char)(round * 16 + i + 1))
          fail_msg("overwritten");
  assert_true(lb_arena_size(arena) > 5 * (5u << 20));
  assert_true(lb_arena_size(arena) < 8 * (5u << 20));
  lb_arena_free(NULL);
}

static void test_arena_intern(void **state) {
  (void)state;
  g_autoptr(LbArena) arena = lb_arena_new();
  const char *first[3000];
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 3000; i++) {
      g_autofree char *name = g_strdup_printf("p%d@example.org", i);
      const char *one = lb_arena_intern(arena, name, strlen(name));
      assert_string_equal(one, name);
      if (round)
        assert_ptr_equal(one, first[i]);
      first[i] = one;
    }
  assert_ptr_equal(lb_arena_intern(arena, "", 0), lb_arena_intern(arena, "x", 0));
  assert_ptr_not_equal(lb_arena_intern(arena, "ab", 2), lb_arena_intern(arena, "ab", 1));
  /* So many that the first are forgotten: what is given is right, and the tables don't grow with them. */
  gsize size = lb_arena_size(arena), bytes = 0;
  for (int i = 0; i < 500000; i++) {
    char name[16];
    gsize length = (gsize)g_snprintf(name, sizeof name, "%d", i);
    const char *one = lb_arena_intern(arena, name, length);
    if (strcmp(one, name) != 0 || one != lb_arena_intern(arena, name, length))
      fail_msg("%s", name);
    bytes += length + 1;
  }
  assert_true(lb_arena_size(arena) - size < bytes + (6u << 20));
  /* What is long isn't shared, but is there. */
  g_autofree char *text = g_strnfill(5000, 'x');
  assert_string_equal(lb_arena_intern(arena, text, 5000), text);
}

static void test_arena_rows(void **state) {
  (void)state;
  g_autoptr(LbArena) arena = lb_arena_new();
  static const char names[1000];
  gconstpointer first[1000];
  for (int round = 0; round < 2; round++)
    for (int i = 0; i + 2 < 1000; i++) {
      const char *const row[] = {names + i, names + i + 1, names + i + 2, NULL};
      guint n = (guint)(i % 4) + 1;
      gconstpointer one = lb_arena_intern_pointers(arena, row, n);
      assert_memory_equal(one, row, n * sizeof *row);
      assert_true(one != (gconstpointer)row);
      if (round)
        assert_ptr_equal(one, first[i]);
      first[i] = one;
    }
  const char *const row[] = {names, NULL};
  gconstpointer one = lb_arena_intern_pointers(arena, row, 1), two = lb_arena_intern_pointers(arena, row, 2);
  assert_ptr_not_equal(one, two);
  assert_ptr_equal(lb_arena_intern_pointers(arena, row, 2), two);
  assert_non_null(lb_arena_intern_pointers(arena, row, 0));
}

static void test_arena_scratch(void **state) {
  (void)state;
  g_autoptr(LbArena) arena = lb_arena_new();
  LbArena *scratch = lb_arena_get_scratch(arena);
  assert_ptr_not_equal(scratch, arena);
  assert_ptr_equal(lb_arena_get_scratch(arena), scratch);
  assert_ptr_equal(lb_arena_get_scratch(scratch), scratch);
  const char *kept = lb_arena_strdup(arena, "kept");
  /* small mails, then a large one, then small ones again: always zeroed, never more than one block kept */
  static const gsize sizes[] = {10, 1000, 100000, 10, 3 << 20, 1, 60000, 60000};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    for (int k = 0; k < 3; k++) {
      char *bytes = lb_arena_alloc(scratch, sizes[i]);
      for (gsize n = 0; n < sizes[i]; n++)
        if (bytes[n])
          fail_msg("not zeroed");
      memset(bytes, 'x', sizes[i]);
      assert_string_equal(lb_arena_intern(scratch, "word", 4), "word");
    }
    lb_arena_clear_scratch(arena);
    assert_true(lb_arena_size(scratch) <= 66 << 10);
  }
  assert_string_equal(kept, "kept");
  lb_arena_clear_scratch(scratch);
  g_autoptr(LbArena) unused = lb_arena_new();
  lb_arena_clear_scratch(unused);
}

static void collect_line(LbDiag diag, const char *where, const char *detail, gpointer data) {
  g_string_append_printf(data, "%s %s %s\n", where, lb_diag_get_name(diag), detail ? detail : "-");
}

static void test_diag(void **state) {
  (void)state;
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  assert_true(LB_N_DIAGS <= 64);
  for (int i = 0; i < LB_N_DIAGS; i++) {
    const char *name = lb_diag_get_name((LbDiag)i);
    assert_non_null(name);
    assert_true(*name);
    assert_true(g_hash_table_add(names, (gpointer)name));
    assert_true(*lb_diag_get_sentence((LbDiag)i));
    for (const char *c = name; *c; c++)
      assert_true(g_ascii_islower(*c) || g_ascii_isdigit(*c) || *c == '-');
  }
  static const struct {
    LbDiag diag;
    const char *where, *detail;
  } entries[] = {
      {LB_DIAG_UNREADABLE, "b", "no"},  {LB_DIAG_NOT_MAIL, "a", NULL},      {LB_DIAG_EMPTY_FILE, "b", NULL},
      {LB_DIAG_NOT_MAIL, "a:10", NULL}, {LB_DIAG_NOT_REGULAR, "a", "fifo"}, {LB_DIAG_UNREADABLE, "b", "it"},
  };
  for (guint shift = 0; shift < G_N_ELEMENTS(entries); shift++) {
    g_autoptr(LbDiagLog) log = lb_diag_log_new();
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(entries); i++) {
      guint k = (i + shift) % G_N_ELEMENTS(entries);
      lb_diag_log_add(log, entries[k].diag, entries[k].where, entries[k].detail);
    }
    lb_diag_log_foreach(log, collect_line, out);
    assert_string_equal(out->str, "a not-regular fifo\na not-mail -\na:10 not-mail -\nb empty-file -\n"
                                  "b unreadable it\nb unreadable no\n");
    assert_int_equal(lb_diag_log_count(log, LB_LEVEL_PARTIAL), 2);
    assert_int_equal(lb_diag_log_count(log, LB_LEVEL_SKIP), 5);
    assert_int_equal(lb_diag_log_count(log, LB_LEVEL_NOTE), 6);
  }
  lb_diag_log_free(NULL);
}

static void count_entry(LbDiag diag, const char *where, const char *detail, gpointer data) {
  (*(guint *)data)++;
}

/* Millions of empty mails in one mbox are all counted; memory is not theirs to fill. */
static void test_diag_flood(void **state) {
  (void)state;
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  guint n_kept = 0;
  for (guint i = 0; i < 30000; i++)
    lb_diag_log_add(log, LB_DIAG_NOT_MAIL, "mbox", NULL);
  lb_diag_log_add(log, LB_DIAG_UNREADABLE, "z", NULL);
  lb_diag_log_foreach(log, count_entry, &n_kept);
  assert_int_equal(n_kept, 10001);
  assert_int_equal(lb_diag_log_count(log, LB_LEVEL_SKIP), 30001);
  assert_int_equal(lb_diag_log_count(log, LB_LEVEL_PARTIAL), 1);
}

#define NOW 1768867200 /* 2026-01-20T00:00:00Z */

static void test_period_parse(void **state) {
  (void)state;
  static const struct {
    const char *text, *time; /* NULL: no time */
  } cases[] = {
      {"2026-01-13", "2026-01-13T00:00:00Z"},
      {"1999-12-31", "1999-12-31T00:00:00Z"},
      {"2024-02-29", "2024-02-29T00:00:00Z"},
      {"2026-01-13T21:34:58Z", "2026-01-13T21:34:58Z"},
      {"2026-01-13T21:34:58+02:00", "2026-01-13T19:34:58Z"},
      {"2026-01-13T21:34:58-05:30", "2026-01-14T03:04:58Z"},
      {"now", "2026-01-20T00:00:00Z"},
      {"today", "2026-01-20T00:00:00Z"},
      {"yesterday", "2026-01-19T00:00:00Z"},
      {"@0", "1970-01-01T00:00:00Z"},
      {"@1768867201", "2026-01-20T00:00:01Z"},
      {"1.day", "2026-01-19T00:00:00Z"},
      {"7.days", "2026-01-13T00:00:00Z"},
      {"7.days.ago", "2026-01-13T00:00:00Z"},
      {"2 weeks", "2026-01-06T00:00:00Z"},
      {"2.WEEKS", "2026-01-06T00:00:00Z"},
      {"1.month", "2025-12-20T00:00:00Z"},
      {"3.months", "2025-10-20T00:00:00Z"},
      {"0.days", "2026-01-20T00:00:00Z"},
      {"", NULL},
      {"tomorrow-ish", NULL},
      {"2026-02-30", NULL},
      {"2026-13-01", NULL},
      {"2026-1-3", NULL},
      {"2026-01-13x", NULL},
      {"2026-01-1x", NULL},
      {"+026-01-13", NULL},
      {"2026- 1- 3", NULL},
      {"-1.days", NULL},
      {"7.", NULL},
      {"7.day s", NULL},
      {"7.days.before", NULL},
      {"7.ages", NULL},
      {"99999999999999999999.days", NULL},
      {"@", NULL},
      {"@-1", NULL},
      {"@99999999999999999999", NULL},
      {"12026-01-01", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gint64 time = 42;
    g_autoptr(GError) error = NULL;
    gboolean ok = lb_period_parse_time(cases[i].text, NOW, &time, &error);
    unit_check(ok == (cases[i].time != NULL), "%s", cases[i].text);
    if (!ok) {
      assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_USAGE));
      unit_check(strstr(error->message, cases[i].text), "%s", cases[i].text);
      continue;
    }
    assert_null(error);
    g_autofree char *text = lb_period_format_time(time);
    unit_check_string(text, cases[i].time, cases[i].text);
  }
}

static void test_period_contains(void **state) {
  (void)state;
  const LbPeriod all = {LB_TIME_UNKNOWN, LB_TIME_UNKNOWN}, both = {100, 200}, from = {100, LB_TIME_UNKNOWN},
                 to = {LB_TIME_UNKNOWN, 200};
  assert_true(lb_period_contains(&all, LB_TIME_UNKNOWN));
  assert_false(lb_period_contains(&both, LB_TIME_UNKNOWN));
  assert_false(lb_period_contains(&from, LB_TIME_UNKNOWN));
  assert_false(lb_period_contains(&to, LB_TIME_UNKNOWN));
  assert_false(lb_period_contains(&both, 99));
  assert_true(lb_period_contains(&both, 100));
  assert_true(lb_period_contains(&both, 199));
  assert_false(lb_period_contains(&both, 200));
  assert_true(lb_period_contains(&from, G_MAXINT64));
  assert_true(lb_period_contains(&to, 0));
  assert_false(lb_period_contains(&to, 200));
}

static void test_period_format(void **state) {
  (void)state;
  static const struct {
    gint64 time;
    const char *day, *moment;
  } cases[] = {
      {0, "1970-01-01", "1970-01-01T00:00:00Z"},
      {-1, "1969-12-31", "1969-12-31T23:59:59Z"},
      {1768340098, "2026-01-13", "2026-01-13T21:34:58Z"},
      {253402300799, "9999-12-31", "9999-12-31T23:59:59Z"},
      {G_MAXINT64, "unknown", "unknown"},
      {LB_TIME_UNKNOWN, "unknown", "unknown"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *day = lb_period_format_day(cases[i].time),
                    *moment = lb_period_format_time(cases[i].time);
    unit_check_string(day, cases[i].day, cases[i].moment);
    unit_check_string(moment, cases[i].moment, cases[i].moment);
  }
}

/* Day for day what GLib says, and where GLib says it in another way. */
static void test_period_days_of_glib(void **state) {
  (void)state;
  const gint64 day = 24 * 3600;
  for (gint64 days = -800000; days <= 3000000; days += days % 97 ? 1 : 96) {
    gint64 time = days * day + (days & 1 ? day - 1 : 0);
    g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(time);
    g_autofree char *wanted = moment ? g_date_time_format(moment, "%Y-%m-%d") : g_strdup("unknown");
    g_autofree char *got = lb_period_format_day(time);
    g_autoptr(GString) appended = g_string_new("on ");
    lb_period_append_day(appended, time);
    unit_check_string(got, wanted, "day");
    unit_check_string(appended->str + 3, wanted, "appended");
  }
  g_autofree char *first = lb_period_format_day(G_MININT64 + 1), *last = lb_period_format_day(G_MAXINT64);
  assert_string_equal(first, "unknown");
  assert_string_equal(last, "unknown");
}

static void test_clock(void **state) {
  (void)state;
  g_autoptr(GError) error = NULL;
  g_setenv("LISTBRIEF_NOW", "2026-01-20T00:00:00Z", TRUE);
  assert_true(lb_clock_init(&error));
  assert_int_equal(lb_clock_now(), NOW);
  g_setenv("LISTBRIEF_NOW", "@12345", TRUE);
  assert_true(lb_clock_init(&error));
  assert_int_equal(lb_clock_now(), 12345);
  g_setenv("LISTBRIEF_NOW", "soon", TRUE);
  assert_false(lb_clock_init(&error));
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_USAGE));
  assert_non_null(strstr(error->message, "LISTBRIEF_NOW"));
  g_unsetenv("LISTBRIEF_NOW");
  assert_true(lb_clock_init(NULL));
  assert_true(ABS(lb_clock_now() - g_get_real_time() / G_USEC_PER_SEC) <= 1);
}

/* No terminal in tests, or switched off: every call is a no-op. */
static void test_progress(void **state) {
  (void)state;
  g_autoptr(LbProgress) progress = lb_progress_new("reading", FALSE);
  lb_progress_set_total(progress, 0);
  lb_progress_advance(progress, 10);
  lb_progress_free(NULL);
}

static void test_period_days(void **state) {
  const gint64 day = 24 * 3600, noon = 12 * 3600;
  assert_int_equal(lb_period_count_days(noon, noon), 0);
  assert_int_equal(lb_period_count_days(day - 1, day), 1);
  assert_int_equal(lb_period_count_days(day, 2 * day - 1), 0);
  assert_int_equal(lb_period_count_days(-1, 0), 1);
  assert_int_equal(lb_period_count_days(-day, -1), 0);
  assert_int_equal(lb_period_count_days(20 * day + noon, 3 * day), -17);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_arena),         cmocka_unit_test(test_arena_intern),
      cmocka_unit_test(test_arena_rows),    cmocka_unit_test(test_arena_scratch),
      cmocka_unit_test(test_diag),          cmocka_unit_test(test_diag_flood),
      cmocka_unit_test(test_period_parse),  cmocka_unit_test(test_period_contains),
      cmocka_unit_test(test_period_format), cmocka_unit_test(test_period_days),
      cmocka_unit_test(test_clock),         cmocka_unit_test(test_period_days_of_glib),
      cmocka_unit_test(test_progress),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
