/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/due.h"
#include <string.h>

#define DAY 86400
#define MAX_MAILS 1000000
/* 9999-12-31: what is later is no time that anybody means, and has no name of four digits. */
#define LAST_DAY 2932896

gboolean lb_rhythm_parse(const char *written, LbRhythm *rhythm) {
  static const char *const words[] = {"daily", "weekly", "monthly"};
  char *end;
  guint64 n;

  rhythm->n_mails = 0;
  for (guint i = 0; i < G_N_ELEMENTS(words); i++)
    if (strcmp(written, words[i]) == 0) {
      rhythm->kind = (LbRhythmKind)i;
      return TRUE;
    }
  rhythm->kind = LB_RHYTHM_COMMITS;
  if (strcmp(written, "commits") == 0)
    return TRUE;
  rhythm->kind = LB_RHYTHM_MAILS;
  n = g_ascii_isdigit(*written) ? g_ascii_strtoull(written, &end, 10) : 0;
  if (n == 0 || n > MAX_MAILS || (strcmp(end, " mails") != 0 && strcmp(end, " mail") != 0))
    return FALSE;
  rhythm->n_mails = (guint)n;
  return TRUE;
}

gboolean lb_rhythm_has_times(const LbRhythm *rhythm) {
  return rhythm->kind <= LB_RHYTHM_MONTHLY;
}

/* Days since 1970-01-01 of a time, rounded down. */
static gint64 find_day(gint64 time) {
  gint64 day = time / DAY - (time % DAY < 0);

  return CLAMP(day, -LAST_DAY / 5, LAST_DAY);
}

static gint64 find_month_start(gint64 day, guint months_later) {
  GDate date;

  g_date_clear(&date, 1);
  g_date_set_julian(&date, (guint32)(day + 719163)); /* GDate counts from 0001-01-01, which is 1 */
  g_date_set_day(&date, 1);
  g_date_add_months(&date, months_later);
  return (gint64)g_date_get_julian(&date) - 719163;
}

/* The first moment of the period that time is in, or of the one behind it.  1970-01-01 was a Thursday. */
static gint64 find_start(const LbRhythm *rhythm, gint64 time, guint periods_later) {
  gint64 day = find_day(time);

  if (rhythm->kind == LB_RHYTHM_MONTHLY)
    return find_month_start(day, periods_later) * DAY;
  if (rhythm->kind == LB_RHYTHM_WEEKLY)
    return (day - (((day + 3) % 7) + 7) % 7 + 7 * periods_later) * DAY;
  return (day + periods_later) * DAY;
}

static gint64 find_last_whole(const LbRhythm *rhythm, gint64 now) {
  return find_start(rhythm, find_start(rhythm, now, 0) - 1, 0);
}

gint64 lb_due_begin(const LbRhythm *rhythm, gint64 now) {
  return find_last_whole(rhythm, now);
}

gint64 lb_due_mend(const LbRhythm *rhythm, gint64 mark, gint64 now) {
  return mark > find_start(rhythm, now, 1) ? find_last_whole(rhythm, now) : mark;
}

gboolean lb_due_is_over(const LbRhythm *rhythm, gint64 mark, gint64 now) {
  return find_start(rhythm, mark, 1) <= now;
}

gboolean lb_due_find(const LbRhythm *rhythm, gint64 mark, gint64 now, const LbWaiting *waiting,
                     LbPeriod *period) {
  gint64 today = find_start(rhythm, now, 0);

  if (waiting->earliest != LB_TIME_UNKNOWN && find_start(rhythm, waiting->earliest, 1) <= today) {
    period->since = MAX(mark, find_start(rhythm, waiting->earliest, 0));
    period->until = find_start(rhythm, waiting->earliest, 1);
    return TRUE;
  }
  period->since = MAX(mark, find_last_whole(rhythm, now));
  period->until = today;
  return waiting->has_late && mark < today;
}

gint64 lb_due_pass(const LbRhythm *rhythm, gint64 mark, gint64 now) {
  return MAX(mark, find_start(rhythm, now, 0));
}
