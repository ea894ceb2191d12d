/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/period.h"
#include <stdio.h>
#include <string.h>
#include "base/error.h"

#define DAY (24 * 60 * 60)

static gint64 midnight(gint64 time) {
  gint64 past = time % DAY;
  return time - (past < 0 ? past + DAY : past);
}

/* "3.days", "2.weeks.ago", "1 month": back from now, as git's approxidate has it. */
static gboolean parse_ago(const char *text, gint64 now, gint64 *time) {
  char *rest = NULL;
  if (!g_ascii_isdigit(*text))
    return FALSE;
  guint64 n = g_ascii_strtoull(text, &rest, 10);
  if ((*rest != '.' && *rest != ' ') || n > 10000)
    return FALSE;
  rest++;
  gsize length = strcspn(rest, ". ");
  const char *tail = rest + length;
  if (*tail && g_ascii_strcasecmp(tail + 1, "ago") != 0)
    return FALSE;
  g_autofree char *unit = g_ascii_strdown(rest, (gssize)length);
  if (length > 1 && unit[length - 1] == 's')
    unit[length - 1] = '\0';
  if (!strcmp(unit, "hour"))
    *time = now - (gint64)n * 3600;
  else if (!strcmp(unit, "day"))
    *time = now - (gint64)n * DAY;
  else if (!strcmp(unit, "week"))
    *time = now - (gint64)n * 7 * DAY;
  else if (!strcmp(unit, "month") || !strcmp(unit, "year")) {
    g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(now);
    g_autoptr(GDateTime) to =
        from ? g_date_time_add_months(from, -(gint)n * (unit[0] == 'y' ? 12 : 1)) : NULL;
    if (!to)
      return FALSE;
    *time = g_date_time_to_unix(to);
  } else
    return FALSE;
  return TRUE;
}

/* sscanf() alone takes signs and blanks for digits. */
static gboolean is_iso_day(const char *text) {
  static const char pattern[] = "0000-00-00";
  gsize i = 0;
  while (pattern[i] && (pattern[i] == '0' ? g_ascii_isdigit(text[i]) : text[i] == pattern[i]))
    i++;
  return !pattern[i] && !text[i];
}

gboolean lb_period_parse_time(const char *text, gint64 now, gint64 *time, GError **error) {
  if (!g_ascii_strcasecmp(text, "now"))
    *time = now;
  else if (!g_ascii_strcasecmp(text, "today"))
    *time = midnight(now);
  else if (!g_ascii_strcasecmp(text, "yesterday"))
    *time = midnight(now) - DAY;
  else if (*text == '@' && g_ascii_string_to_unsigned(text + 1, 10, 0, G_MAXINT64 / 2, (guint64 *)time, NULL))
    return TRUE;
  else if (parse_ago(text, now, time))
    return TRUE;
  else {
    int year, month, day;
    gboolean is_day = is_iso_day(text) && sscanf(text, "%4d-%2d-%2d", &year, &month, &day) == 3;
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) moment =
        is_day ? g_date_time_new_utc(year, month, day, 0, 0, 0) : g_date_time_new_from_iso8601(text, utc);
    if (!moment) {
      g_set_error(error, LB_ERROR, LB_ERROR_USAGE,
                  "'%s' is no time: a date such as 2026-01-13, an RFC 3339 time, 7.days, 2.weeks, 1.month, "
                  "yesterday, today or now",
                  text);
      return FALSE;
    }
    *time = g_date_time_to_unix(moment);
  }
  return TRUE;
}

gboolean lb_period_contains(const LbPeriod *period, gint64 time) {
  if (period->since == LB_TIME_UNKNOWN && period->until == LB_TIME_UNKNOWN)
    return TRUE;
  if (time == LB_TIME_UNKNOWN)
    return FALSE;
  return (period->since == LB_TIME_UNKNOWN || time >= period->since) &&
         (period->until == LB_TIME_UNKNOWN || time < period->until);
}

/* 1000-01-01 and 9999-12-31, in days since the epoch. */
#define FIRST_DAY -354285
#define LAST_DAY 2932896

static char *format(gint64 time, const char *pattern) {
  g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(time);
  return moment ? g_date_time_format(moment, pattern) : g_strdup("unknown");
}

static gint64 find_day(gint64 time) {
  const gint64 day = 24 * 3600;
  return time / day - (time % day < 0);
}

gint64 lb_period_count_days(gint64 from, gint64 to) {
  return find_day(to) - find_day(from);
}

/* "2026-01-13" into out, which isn't ended.  FALSE: no year of four digits.  Days since 0000-03-01, a leap
 * day last in its year: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms. */
static gboolean write_day(gint64 days, char out[10]) {
  if (days < FIRST_DAY || days > LAST_DAY)
    return FALSE;
  guint since = (guint)(days + 719468), era = since / 146097, of_era = since % 146097;
  guint year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  guint of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  guint from_march = (5 * of_year + 2) / 153, day = of_year - (153 * from_march + 2) / 5 + 1;
  guint month = from_march < 10 ? from_march + 3 : from_march - 9;
  guint year = year_of_era + era * 400 + (month <= 2);
  const guint digits[10] = {year / 1000, year / 100 % 10, year / 10 % 10, year % 10,
                            0,           month / 10,      month % 10,     0,
                            day / 10,    day % 10};
  for (guint i = 0; i < 10; i++)
    out[i] = (char)('0' + digits[i]);
  out[4] = out[7] = '-';
  return TRUE;
}

void lb_period_append_day(GString *out, gint64 time) {
  char day[10];
  if (write_day(find_day(time), day)) {
    g_string_append_len(out, day, sizeof day);
    return;
  }
  g_autofree char *text = format(time, "%Y-%m-%d");
  g_string_append(out, text);
}

char *lb_period_format_day(gint64 time) {
  char day[10];
  return write_day(find_day(time), day) ? g_strndup(day, sizeof day) : format(time, "%Y-%m-%d");
}

char *lb_period_format_time(gint64 time) {
  return format(time, "%Y-%m-%dT%H:%M:%SZ");
}
