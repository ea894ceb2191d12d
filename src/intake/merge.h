/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of the facts of all sources side by side: deletions carried out, repeated mails marked. */
#pragma once
#include "message/message.h"

/* mails: of LbMail, of one source, in archive order.  Takes out the mails that a later deletion takes back,
 * and the deletions themselves. */
void lb_merge_remove_deleted(GPtrArray *mails);

/* One of several mails with one Message-ID. */
typedef struct {
  LbMail *mail;
  guint group;        /* the same for all with that id */
  gboolean needs_raw; /* else hashes.raw may be left as it is: dates tell which copy speaks */
  LbMailHashes hashes;
  gboolean is_there; /* FALSE: it can't be had any more, and hashes tell nothing */
} LbMergeCopy;

/* Fills hashes of mails once more read, and is_there. */
typedef void (*LbMergeHashFunc)(LbMergeCopy *copies, guint n, gpointer data);
/* mails: of all sources.  Of copies one counts, the others name it in duplicate_of; unlike mails with one
 * Message-ID get ids of their own but for the earliest.  The outcome is the same for any order of mails. */
void lb_merge_mark_duplicates(GPtrArray *mails, LbArena *arena, LbMergeHashFunc hash, gpointer data);
