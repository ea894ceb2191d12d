/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reports of a list that are due, made of what its store has and kept in it: with a report go, in one
 * transaction, which mails it counted, what it told and where the next one begins.  Writing and sending them
 * is cli/distribution.h.
 */
#pragma once
#include "cli/due.h"
#include "cli/taking.h"

typedef struct {
  const LbListConfig *list;
  LbRhythm rhythm;
  LbStore *store;
  LbTaking *taking;
  LbDiagLog *log;
  gint64 now;
  guint jobs;
  gboolean is_incomplete; /* not all that there is could be taken in: an empty period is looked at again */
  /* from begin on */
  gint64 begin;    /* of the list's first period: what is older was there before there were reports */
  gboolean is_new; /* the list, to the store */
  gint64 mark; /* of the next one; LB_TIME_UNKNOWN with a rhythm of mails, until the first are told apart */
} LbEditions;

/* Learns where the list is; of a new list, notes it in the store. */
gboolean lb_editions_begin(LbEditions *editions, GError **error);
/* Whether a report may be due, as far as is known before sources are read. */
gboolean lb_editions_may_be_due(const LbEditions *editions);
/* Mail dated before it, of a source that the list hadn't before, is of no report: LbTaking.old_before. */
gint64 lb_editions_get_old_before(const LbEditions *editions);
/* Makes all that are due. */
gboolean lb_editions_make(LbEditions *editions, GError **error);

/* Whom a list's mail is from if that isn't said; owned by the caller. */
char *lb_edition_make_sender(const LbListConfig *list);
