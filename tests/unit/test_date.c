/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/period.h"
#include "message/date.h"
#include "unit.h"

static void test_parse(void **state) {
  (void)state;
  static const struct {
    const char *text, *time; /* "unknown": no date */
  } cases[] = {
      /* RFC 5322 3.3 */
      {" Tue, 02 Jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue, 2 Jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue,  2 Jan 2024 10:00:00 +0000 (UTC)", "2024-01-02T10:00:00Z"},
      {"Tue,  2 Jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue,   2 Jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 15:30:00 +0530", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 02:00:00 -0800", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00 +0000", "2024-01-02T10:00:00Z"},
      {"02 Jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Fri, 02 Jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00 +0000 (UTC)", "2024-01-02T10:00:00Z"},
      {"Tue (a (nested) one), 02 Jan (x) 2024 10:00:00 (y) +0000 (UTC)", "2024-01-02T10:00:00Z"},
      {"tue, 02 jan 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue,\r\n 02 Jan 2024\r\n\t10:00:00 +0000\r\n", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00 -0000", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 23:59:60 +0000", "2024-01-02T23:59:59Z"},
      {"Thu, 29 Feb 2024 00:00:00 +0000", "2024-02-29T00:00:00Z"},
      {"Sat, 31 Dec 2022 23:59:59 -2359", "2023-01-01T23:58:59Z"},
      {"Wed, 1 Jan 1969 00:00:00 +0000", "1969-01-01T00:00:00Z"},
      {"Fri, 1 Jan 1904 10:12:31 +0100", "1904-01-01T09:12:31Z"},
      /* RFC 5322 4.3 */
      {"Tue, 02 Jan 24 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 49 10:00:00 +0000", "2049-01-02T10:00:00Z"},
      {"Tue, 02 Jan 50 10:00:00 +0000", "1950-01-02T10:00:00Z"},
      {"Tue, 02 Jan 99 10:00:00 +0000", "1999-01-02T10:00:00Z"},
      {"Tue, 02 Jan 124 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 05:00:00 EST", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 06:00:00 EDT", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 04:00:00 CST", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 03:00:00 pdt", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00 GMT", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00 UT", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00 Z", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00 A", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00", "2024-01-02T10:00:00Z"},
      {"Tue , 02 Jan 2024 10 : 00 : 00 +0000", "2024-01-02T10:00:00Z"},
      /* met */
      {"Tue Jan  2 10:00:00 2024", "2024-01-02T10:00:00Z"},
      {"Tue Jan  2 02:00:00 2024 -0800", "2024-01-02T10:00:00Z"},
      {"Tue Jan  2 02:00:00 PST 2024", "2024-01-02T10:00:00Z"},
      {"Tuesday, 02-Jan-24 10:00:00 GMT", "2024-01-02T10:00:00Z"},
      {"Tue, 02 January 2024 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00.123 +0000", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 12:00:00 +02:00", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 12:00:00 +02", "2024-01-02T10:00:00Z"},
      {"Tue, 02 Jan 2024 10:00:00 GMT+0000", "2024-01-02T10:00:00Z"},
      {"2024-01-02T12:00:00+02:00", "2024-01-02T10:00:00Z"},
      {"2024-01-02 10:00:00 +0000", "2024-01-02T10:00:00Z"},
      {"2024-01-02 10:00", "2024-01-02T10:00:00Z"},
      /* none */
      {"", "unknown"},
      {"()", "unknown"},
      {"(unclosed Tue, 02 Jan 2024 10:00:00 +0000", "unknown"},
      {"Tue", "unknown"},
      {"Tue, 02", "unknown"},
      {"Tue, 02 Jan", "unknown"},
      {"Tue, 02 Jan 2024", "unknown"},
      {"Tue, 02 Jan 2024 10", "unknown"},
      {"Tue, 02 Jan 2024 10:", "unknown"},
      {"Fri, 9 Mar 71685 18:45:56 +0000", "unknown"},
      {"Wed, 4 Jun 207777777777777777777714 17:50:46 +0000", "unknown"},
      {"Tue, 02 \xff Jan zzzz", "unknown"},
      {"Tue, 32 Foo 2024 25:61:61 +0000", "unknown"},
      {"Tue, 32 Jan 2024 10:00:00 +0000", "unknown"},
      {"Tue, 30 Feb 2024 10:00:00 +0000", "unknown"},
      {"Wed, 29 Feb 2023 10:00:00 +0000", "unknown"},
      {"Tue, 00 Jan 2024 10:00:00 +0000", "unknown"},
      {"Tue, 02 Foo 2024 10:00:00 +0000", "unknown"},
      {"Tue, 02 Ja 2024 10:00:00 +0000", "unknown"},
      {"Tue, 02 Jan 2024 24:00:00 +0000", "unknown"},
      {"Tue, 02 Jan 2024 10:60:00 +0000", "unknown"},
      {"Tue, 02 Jan 2024 10:00:61 +0000", "unknown"},
      {"Tue, 02 Jan 2024 10:00:00 +9999", "unknown"},
      {"Tue, 02 Jan 2024 10:00:00 +00000", "unknown"},
      {"2024-13-02T12:00:00+02:00", "unknown"},
      {"99999999999999999999999999", "unknown"},
      {"=?utf-8?q?Tue?=", "unknown"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    /* No byte behind the slice may count. */
    g_autofree char *copy = g_memdup2(cases[i].text, MAX(1, strlen(cases[i].text)));
    gint64 time = lb_date_parse(copy, strlen(cases[i].text));
    g_autofree char *text = lb_period_format_time(time);
    unit_check_string(text, cases[i].time, cases[i].text);
  }
}

static void test_months(void **state) {
  static const char *const months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int i = 0; i < 12; i++)
    for (int kind = 0; kind < 2; kind++) {
      /* as nearly all have it, and without the weekday, which is read in another way */
      g_autofree char *date =
          g_strdup_printf("%s3 %.3s 2024 10:00:00 +0000", kind ? "" : "Wed, ", months + 3 * i);
      g_autofree char *expected = g_strdup_printf("2024-%02d-03T10:00:00Z", i + 1);
      g_autofree char *text = lb_period_format_time(lb_date_parse(date, strlen(date)));
      unit_check_string(text, expected, date);
    }
  assert_true(lb_date_parse("Wed, 3 Jnn 2024 10:00:00 +0000", 30) == LB_TIME_UNKNOWN);
}

#define NOW 1768867200 /* 2026-01-20T00:00:00Z */
#define BY "from a.example.org by b.example.org with ESMTP id 1;\r\n\t"
#define UNUSABLE LB_DIAG_BIT(LB_DIAG_DATE_UNUSABLE)
#define UNKNOWN (UNUSABLE | LB_DIAG_BIT(LB_DIAG_DATE_UNKNOWN))

/* What is of the common form to the letter is read as the same with a comment in it, whatever is wrong. */
static void test_plain(void **state) {
  (void)state;
  static const char plain[] = "Tue, 22 Jan 2024 10:37:45 +0130 (x)", letters[] = "0123456789 :,+-JanFebz";
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  guint n_known = 0;
  for (guint round = 0; round < 20000; round++) {
    char text[sizeof plain + 8];
    strcpy(text, plain);
    for (gint n = g_rand_int_range(rand, 0, 3); n > 0; n--)
      text[g_rand_int_range(rand, 3, 33)] = letters[g_rand_int_range(rand, 0, sizeof letters - 1)];
    g_autofree char *odd = g_strconcat("()", text, NULL);
    gsize length = (gsize)g_rand_int_range(rand, 24, sizeof plain);
    g_autofree char *copy = g_memdup2(text, length);
    gint64 time = lb_date_parse(copy, length);
    unit_check(time == lb_date_parse(odd, length + 2), "%.*s", (int)length, text);
    n_known += time != LB_TIME_UNKNOWN;
  }
  assert_in_range(n_known, 5000, 19000);
}

static void test_effective(void **state) {
  (void)state;
  static const struct {
    const char *date, *received[3], *time;
    LbDiagSet diagnostics;
  } cases[] = {
      {"Tue, 02 Jan 2024 10:00:00 +0000", {BY "Tue, 02 Jan 2024 10:00:05 +0000"}, "2024-01-02T10:00:00Z", 0},
      /* two days to the second, both ways, and one more */
      {"Tue, 02 Jan 2024 10:00:00 +0000", {BY "Thu, 04 Jan 2024 10:00:00 +0000"}, "2024-01-02T10:00:00Z", 0},
      {"Tue, 02 Jan 2024 10:00:00 +0000",
       {BY "Thu, 04 Jan 2024 10:00:01 +0000"},
       "2024-01-04T10:00:01Z",
       UNUSABLE},
      {"Tue, 02 Jan 2024 10:00:00 +0000", {BY "Sun, 31 Dec 2023 10:00:00 +0000"}, "2024-01-02T10:00:00Z", 0},
      {"Tue, 02 Jan 2024 10:00:00 +0000",
       {BY "Sun, 31 Dec 2023 09:59:59 +0000"},
       "2023-12-31T09:59:59Z",
       UNUSABLE},
      /* the topmost that parses */
      {"Tue, 02 Jan 2024 10:00:00 +0000",
       {BY "never", BY "Tue, 09 Jan 2024 10:00:00 +0000", BY "Tue, 02 Jan 2024 10:00:00 +0000"},
       "2024-01-09T10:00:00Z",
       UNUSABLE},
      {"Tue, 02 Jan 2024 10:00:00 +0000", {"by b.example.org without a date"}, "2024-01-02T10:00:00Z", 0},
      {"Tue, 02 Jan 2024 10:00:00 +0000",
       {BY "Tue, 02 Jan 2024 10:00:05 +0000 (sent; by hand)"},
       "2024-01-02T10:00:00Z",
       0},
      {"Tue, 02 Jan 2023 10:00:00 +0000",
       {BY "Tue, 02 Jan 2024 10:00:05 +0000 (sent; by hand)"},
       "2024-01-02T10:00:05Z",
       UNUSABLE},
      /* unusable ones */
      {NULL, {BY "Tue, 02 Jan 2024 10:00:05 +0000"}, "2024-01-02T10:00:05Z", UNUSABLE},
      {"()", {BY "Tue, 02 Jan 2024 10:00:05 +0000"}, "2024-01-02T10:00:05Z", UNUSABLE},
      {"Fri, 1 Jan 1904 10:12:31 +0100",
       {BY "Tue, 02 Jan 2024 10:00:05 +0000"},
       "2024-01-02T10:00:05Z",
       UNUSABLE},
      {"Wed, 31 Dec 1969 23:59:59 +0000",
       {BY "Thu, 01 Jan 1970 10:00:00 +0000"},
       "1970-01-01T10:00:00Z",
       UNUSABLE},
      {"Thu, 01 Jan 1970 00:00:00 +0000", {NULL}, "1970-01-01T00:00:00Z", 0},
      {"Wed, 31 Dec 1969 23:59:59 +0000", {NULL}, "unknown", UNKNOWN},
      {"Tue, 02 Jan 2024 10:00:00 +0000", {BY "Wed, 31 Dec 1969 23:59:59 +0000"}, "2024-01-02T10:00:00Z", 0},
      {NULL, {NULL}, "unknown", UNKNOWN},
      {"garbage", {"garbage"}, "unknown", UNKNOWN},
      /* without Received the clock and a day is the limit */
      {"Tue, 20 Jan 2026 23:59:59 +0000", {NULL}, "2026-01-20T23:59:59Z", 0},
      {"Wed, 21 Jan 2026 00:00:00 +0000", {NULL}, "unknown", UNKNOWN},
      {"Fri, 02 Jan 2099 10:00:00 +0000", {NULL}, "unknown", UNKNOWN},
      {"Fri, 02 Jan 2099 10:00:00 +0000",
       {BY "Wed, 03 Jan 2024 00:00:05 +0000"},
       "2024-01-03T00:00:05Z",
       UNUSABLE},
      {"Fri, 02 Jan 2099 10:00:00 +0000", {BY "Fri, 02 Jan 2099 10:00:00 +0000"}, "2099-01-02T10:00:00Z", 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbHeader header = {0};
    LbDiagSet diagnostics = 0;
    if (cases[i].date)
      header.fields[LB_FIELD_DATE] = (LbSlice){cases[i].date, strlen(cases[i].date)};
    for (guint k = 0; k < 3 && cases[i].received[k]; k++)
      header.received[header.n_received++] = (LbSlice){cases[i].received[k], strlen(cases[i].received[k])};
    g_autofree char *time = lb_period_format_time(lb_date_effective(&header, NOW, &diagnostics));
    g_autofree char *name = g_strdup_printf("%d: %s", (int)i, cases[i].date);
    unit_check_string(time, cases[i].time, name);
    unit_check(diagnostics == cases[i].diagnostics, "%s", name);
  }
}

/* Every day of four centuries, against GLib's calendar. */
static void test_calendar(void **state) {
  (void)state;
  g_autoptr(GDateTime) day = g_date_time_new_utc(1900, 1, 1, 12, 34, 56);
  while (g_date_time_get_year(day) < 2300) {
    g_autofree char *text = g_date_time_format(day, "%d %b %Y %H:%M:%S +0000");
    unit_check(lb_date_parse(text, strlen(text)) == g_date_time_to_unix(day), "%s", text);
    GDateTime *next = g_date_time_add_days(day, 1);
    g_date_time_unref(day);
    day = next;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parse),     cmocka_unit_test(test_months),   cmocka_unit_test(test_plain),
      cmocka_unit_test(test_effective), cmocka_unit_test(test_calendar),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
