/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a list's reports are written to. */
#pragma once
#include <glib.h>

typedef struct {
  const char *list;
  guint number;
  gint64 last;   /* the last second of the report's period */
  gint64 before; /* the same of the report before it, LB_TIME_UNKNOWN if there is none */
} LbOutputName;

/* pattern with the conversions of strftime(3), of the last day in UTC, "{list}" and "{number}".  A pattern
 * with conversions that gives the report before the same name gives this one its number behind a dash:
 * reports whose periods end on one day don't replace each other.  Owned by the caller. */
char *lb_outputs_format(const char *pattern, const LbOutputName *name);
/* Whether a pattern is one: every % with a conversion behind it, every { one of the above. */
gboolean lb_outputs_check(const char *pattern, GError **error);
/* The whole file or none; folders are made.  mode: of a new file; folders get what goes with it.
 * LB_ERROR_CANNOT_CREATE, LB_ERROR_WRITE. */
gboolean lb_outputs_write(const char *path, const char *list, const GString *body, guint mode,
                          GError **error);
