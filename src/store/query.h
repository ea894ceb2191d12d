/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts of mails out of a store, the same as parsing gave them. */
#pragma once
#include "message/message.h"
#include "store/store.h"

typedef struct {
  const guint32 *sources; /* by their order LbMail.source is numbered; others' mails aren't loaded */
  guint n_sources;
  LbWants wants; /* LB_WANT_RECIPIENTS: fills to and cc of all mails */
  gint64 until;  /* mails dated at or after it are left out; LB_TIME_UNKNOWN: none */
  guint jobs;    /* threads; 0 is as good as 1 */
} LbStoreFilter;

typedef struct LbStoredMails LbStoredMails;
/* Of the sources in order, each in archive order.  Locators are those of lb_locator_parse_place(): they know
 * of no files.  Needs no transaction. */
LbStoredMails *lb_store_load(LbStore *store, const LbStoreFilter *filter, GError **error);
/* The mails don't outlive it. */
void lb_stored_mails_free(LbStoredMails *mails);
/* Of LbMail; the caller may take out and reorder (lb_merge_remove_deleted()). */
GPtrArray *lb_stored_mails_get(LbStoredMails *mails);
/* Where mail was found, for lb_source_parse_place(): FALSE if it is none of these. */
gboolean lb_stored_mails_find_place(const LbStoredMails *mails, const LbMail *mail, const guint8 **place,
                                    gsize *length);
/* For what is made of these mails and lives as long. */
LbArena *lb_stored_mails_get_arena(LbStoredMails *mails);
/* The subject that lb_store_save_printed() noted for key; NULL if none was, or the store can't be read: the
 * entry is then printed again.  Owned by the caller; from any thread. */
char *lb_store_find_printed(LbStore *store, const char *key);
/* What was saved by lb_store_save_hashes(); FALSE if nothing was. */
gboolean lb_store_find_hashes(LbStore *store, const LbStoredMails *mails, const LbMail *mail,
                              LbMailHashes *hashes);
/* The message of a mail that was pending at load, as LbMail.message names it; from any thread. */
char *lb_store_read_text(LbStore *store, const LbTextRef *ref, GError **error);
LbTextReader lb_store_get_text_reader(LbStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbStoredMails, lb_stored_mails_free)
