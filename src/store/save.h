/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of mails into a store, as parsing gave them: before intake/merge.h marked or took out any. Within
 * a transaction. */
#pragma once
#include "message/message.h"
#include "store/query.h"
#include "store/store.h"

/* Appends mail to what is there of source.  place: what the source gives for its locator, any bytes. message:
 * what a report prints of it, NULL if nothing or if no report will.
 * LbMail.report 0 is noted: it came before the list's first report; others aren't. */
gboolean lb_store_save_mail(LbStore *store, guint32 source, const LbMail *mail, const guint8 *place,
                            gsize length, const char *message, GError **error);
/* There is no mail of this list at place: it needn't be looked at again. */
gboolean lb_store_save_nothing(LbStore *store, guint32 source, const guint8 *place, gsize length,
                               GError **error);

/* Notes which report each mail was counted in: those of mails whose report isn't what it was at load.  Their
 * texts go. */
gboolean lb_store_save_counted(LbStore *store, const LbStoredMails *mails, GError **error);
/* Notes what was told of this mail's posting, LbTold, beside what was told before. */
gboolean lb_store_save_told(LbStore *store, const LbStoredMails *mails, const LbMail *mail, guint told,
                            GError **error);
/* Notes that report number printed an entry under subject; one that stands there stays.  key: any text. */
gboolean lb_store_save_printed(LbStore *store, const char *key, const char *subject, guint32 number,
                               GError **error);
/* What telling copies apart took: so that the source needn't be asked again. */
gboolean lb_store_save_hashes(LbStore *store, const LbStoredMails *mails, const LbMail *mail,
                              const LbMailHashes *hashes, GError **error);
