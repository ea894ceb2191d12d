/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking in what is new in the sources of a list: read on from where the last time ended, facts into the
 * store.  Each source is a transaction of its own, so that it is taken in once, whole or not yet.  Knows
 * nothing of reports.
 */
#pragma once
#include "cli/configuration.h"
#include "source/source.h"
#include "store/query.h"

typedef struct {
  const LbListConfig *list;
  LbStore *store;
  LbDiagLog *log;
  gint64
      old_before; /* of a source that is new, mails dated before it are of no report; LB_TIME_UNKNOWN: none */
  guint jobs;
  gboolean is_quiet;
  /* from run on */
  GPtrArray *sources; /* of LbSource, those that could be opened; NULL where one couldn't */
  GArray *ids;        /* of guint32: theirs in the store, 0 if it doesn't know them */
  guint64 n_new;      /* mails */
} LbTaking;

/* Opens the sources and takes in what is new.  One that can't be opened or read is logged, and what was taken
 * from it earlier stays.  Fails only for the store. */
gboolean lb_taking_run(LbTaking *taking, GError **error);
/* What the store has of these sources, merged as an intake would; mails dated at or after until left out.
 * Within a transaction: what telling copies apart took is noted. */
LbStoredMails *lb_taking_load(LbTaking *taking, LbWants wants, gint64 until, GError **error);
void lb_taking_clear(LbTaking *taking);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LbTaking, lb_taking_clear)
