/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of the facts of all sources side by side: deletions carried out, repeated mails marked. */
#pragma once
#include "message/message.h"

/* mails: of LbMail, of one source, in archive order.  Takes out the mails that a later deletion takes back,
 * and the deletions themselves. */
void lb_merge_remove_deleted(GPtrArray *mails);

/* Gives the hashes of a mail once more read; FALSE if it can't be had any more. */
typedef gboolean (*LbMergeHashFunc)(const LbMail *mail, LbMailHashes *hashes, gpointer data);
/* mails: of all sources.  Of copies one counts, the others name it in duplicate_of; unlike mails with one
 * Message-ID get ids of their own but for the earliest.  The outcome is the same for any order of mails. */
void lb_merge_mark_duplicates(GPtrArray *mails, LbArena *arena, LbMergeHashFunc hash, gpointer data);
