/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose turn it is: the status of a posting and of a line of work at a moment, with its evidence. */
#pragma once
#include "series/review.h"

typedef enum {
  LB_STATUS_APPLIED,
  LB_STATUS_APPLIED_IN_PART,
  LB_STATUS_SUPERSEDED,
  LB_STATUS_NACKED,
  LB_STATUS_READY,
  LB_STATUS_STALE,
  LB_STATUS_WAITING_ON_AUTHOR,
  LB_STATUS_WAITING_FOR_REVIEW,
  LB_N_STATUSES
} LbStatusKind;

typedef struct {
  LbStatusKind kind;
  guint n_applied, n_patches; /* "applied in part, 3 of 5" */
  const LbMail *evidence;     /* the mail that decided; never NULL */
  const char *rule;           /* "all-applied", "newer-revision", "nacked", "every-patch-reviewed", "silent",
                                 "last-word-other", "default" */
  gint64 since;               /* date of the evidence */
  guint days;                 /* whole days from since to now */
} LbStatus;

const char *lb_status_get_name(LbStatusKind kind);   /* "waiting-on-author" */
const char *lb_status_get_phrase(LbStatusKind kind); /* "waiting on author" */
LbStatusKind lb_status_find(const char *name);       /* LB_N_STATUSES if there is none */

typedef struct {
  const LbReceptions *receptions;
  const LbWorks *works;
  gint64 now;       /* the moment from which days are counted: end of the period, or the newest mail */
  guint stale_days; /* default 30 */
} LbStatusInput;

LbStatus lb_status_build(const LbStatusInput *input, const LbPosting *posting);
/* The mail by which the last patch came to have a review; NULL if one has none, or it was refused then. Mails
 * to come don't change which mail it is. */
const LbMail *lb_status_find_ready(const LbReception *reception);
/* Of its newest revision, or applied if any was applied in full. */
LbStatus lb_status_build_work(const LbStatusInput *input, const LbWork *work);
