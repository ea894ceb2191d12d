/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that is known of the lines of work of a set of mails at one moment: what report and series
 * commands start from.
 */
#pragma once
#include "series/status.h"

typedef struct {
  const LbCollection *collection; /* borrowed */
  LbPeople *people;
  LbReplies *replies;
  LbWorks *works;
  LbReceptions *receptions;
  LbStatusInput status; /* for lb_status_build() */
} LbOverview;

/* mails, mailmap (may be NULL) and collection are borrowed.  until: the moment, mails at or after it don't
 * count; LB_TIME_UNKNOWN: that of the newest mail, which counts. */
LbOverview *lb_overview_build(const LbCollection *collection, const GPtrArray *mails,
                              const LbMailmap *mailmap, gint64 until, guint stale_days);
void lb_overview_free(LbOverview *overview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbOverview, lb_overview_free)
