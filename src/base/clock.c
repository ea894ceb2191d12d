/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"
#include "base/error.h"
#include "base/period.h"

static gint64 fixed_now = LB_TIME_UNKNOWN;

gboolean lb_clock_init(GError **error) {
  const char *text = g_getenv("LISTBRIEF_NOW");
  fixed_now = LB_TIME_UNKNOWN;
  if (!text || !*text)
    return TRUE;
  g_autoptr(GError) why = NULL;
  if (lb_period_parse_time(text, g_get_real_time() / G_USEC_PER_SEC, &fixed_now, &why))
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "LISTBRIEF_NOW: %s", why->message);
  return FALSE;
}

gint64 lb_clock_now(void) {
  return fixed_now != LB_TIME_UNKNOWN ? fixed_now : g_get_real_time() / G_USEC_PER_SEC;
}
