/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a list's next report is due and which period it is about: days, weeks from Monday, months, all of
 * them in UTC.  Pure; what time it is and what waits is told.
 *
 * The mark is the end of what was reported (or passed over, as nothing came).  Which mails a report counts is
 * noted with each mail, so that a mark that a wrong clock set can lead to an odd title, but neither to a mail
 * told twice nor to one never told.
 */
#pragma once
#include "base/period.h"

typedef enum {
  LB_RHYTHM_DAILY,
  LB_RHYTHM_WEEKLY,
  LB_RHYTHM_MONTHLY,
  LB_RHYTHM_MAILS,   /* as soon as so many wait */
  LB_RHYTHM_COMMITS, /* whenever something came */
} LbRhythmKind;

typedef struct {
  LbRhythmKind kind;
  guint n_mails; /* of LB_RHYTHM_MAILS */
} LbRhythm;

/* "daily", "weekly", "monthly", "commits", "100 mails". */
gboolean lb_rhythm_parse(const char *written, LbRhythm *rhythm);
/* Whether periods are times; the functions below are about those alone. */
gboolean lb_rhythm_has_times(const LbRhythm *rhythm);

/* Of the mails that no report counted yet. */
typedef struct {
  gint64 earliest;   /* date of the earliest that isn't dated before the mark; LB_TIME_UNKNOWN: none */
  gboolean has_late; /* there are some that are dated before it, or not at all */
} LbWaiting;

/* The mark of a list that has none yet: its first report is about the last whole period before now. */
gint64 lb_due_begin(const LbRhythm *rhythm, gint64 now);
/* The mark, or where it was set by a clock that ran ahead by a whole period or more, one as above. */
gint64 lb_due_mend(const LbRhythm *rhythm, gint64 mark, gint64 now);
/* Whether the period that begins at the mark is over. */
gboolean lb_due_is_over(const LbRhythm *rhythm, gint64 mark, gint64 now);
/* The period of the next report; FALSE if none is due.  It is the first one that is over and has mail of its
 * own; where all that waits is late mail, the last one that is over. */
gboolean lb_due_find(const LbRhythm *rhythm, gint64 mark, gint64 now, const LbWaiting *waiting,
                     LbPeriod *period);
/* Where the mark goes when no report is due any more: periods without any mail are passed over. */
gint64 lb_due_pass(const LbRhythm *rhythm, gint64 mark, gint64 now);
