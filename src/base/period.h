/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Half-open spans of time [since, until), in seconds since the epoch, UTC. */
#pragma once
#include <glib.h>

#define LB_TIME_UNKNOWN G_MININT64

typedef struct {
  gint64 since; /* LB_TIME_UNKNOWN: open */
  gint64 until; /* LB_TIME_UNKNOWN: open */
} LbPeriod;

/* An ISO date (midnight UTC), RFC 3339 time, "N.days", "N.weeks", "N.months" (ago;
 * singular too), "yesterday", "today", "now".  LB_ERROR_USAGE names text and what is wrong. */
gboolean lb_period_parse_time(const char *text, gint64 now, gint64 *time, GError **error);
/* An unknown time is in no period unless both ends are open. */
gboolean lb_period_contains(const LbPeriod *period, gint64 time);
/* Days from one to the other as a calendar (UTC) counts them: from late in the evening to the next morning
 * is 1. */
gint64 lb_period_count_days(gint64 from, gint64 to);
/* "2026-01-13", owned by the caller. */
char *lb_period_format_day(gint64 time);
void lb_period_append_day(GString *out, gint64 time);
/* "2026-01-13T21:34:58Z", owned by the caller. */
char *lb_period_format_time(gint64 time);
