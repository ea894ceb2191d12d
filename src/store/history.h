/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a report knows of the list's earlier ones, and what it leaves to those that follow.  Which report
 * counted a mail and what was told of it stands with the mail: LbMail.report and .told.
 */
#pragma once
#include "base/period.h"
#include "message/message.h"
#include "store/query.h"

typedef struct {
  guint32 number;  /* of this report, from 1: its mails have it */
  LbPeriod before; /* of the report before; open where there is none, or none that dates bound */
  /* The subject under which an earlier report printed an entry, owned by the caller; NULL if none did.  May
   * be NULL: nothing is printed yet.  Asked by one thread at a time. */
  char *(*find_printed)(gpointer keeper, const char *key);
  gpointer keeper;
} LbHistory;

/* What a report told for the first time. */
typedef struct {
  const LbMail *mail; /* a cover or patch of the posting */
  guint told;         /* LbTold, beside what mail->told says */
} LbToldMail;

/* An entry that it printed, and none before. */
typedef struct {
  const char *key; /* author, version and title */
  const char *subject;
} LbPrinted;

/* mails: of LbMail, copies marked.  Report number counts those that wait: all that are there, as those of
 * later periods aren't loaded.  A copy is counted with what it is a copy of. */
void lb_history_count_mails(const GPtrArray *mails, guint32 number);

/* What a report of this number must know; store outlives it. */
gboolean lb_history_load(LbStore *store, guint32 number, LbHistory *history, GError **error);
/* What it told (of LbToldMail) and printed (of LbPrinted), in the transaction that adds the report.  Which
 * mails it counted is lb_store_save_counted()'s to note. */
gboolean lb_history_save(LbStore *store, const LbStoredMails *mails, guint32 number, const GArray *told,
                         const GArray *printed, GError **error);
