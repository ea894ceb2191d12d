/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to source/: up to which commit of each epoch earlier runs have read, and what that leaves to read.
 */
#pragma once
#include "base/diag.h"
#include "source/epoch.h"

typedef struct LbInboxPosition LbInboxPosition;

/* epochs: of LbEpoch, borrowed; text: "0.git=ID 1.git=ID" of an earlier run, or NULL.  What can't be told of
 * an epoch is named in log, and nothing of it is read this time. */
LbInboxPosition *lb_inbox_position_new(const GPtrArray *epochs, const char *text, LbDiagLog *log);
void lb_inbox_position_free(LbInboxPosition *position);
/* FALSE: all is to be read, for want of a text or because what it names is no part of the history any more.
 */
gboolean lb_inbox_position_continues(const LbInboxPosition *position);

/* Of epoch number i: whether there is nothing to read; what a walk leaves out, see lb_walk_new(); whether
 * mails of it may have been given before. */
gboolean lb_inbox_position_is_reached(const LbInboxPosition *position, int i);
GHashTable *lb_inbox_position_get_hidden(const LbInboxPosition *position, int i);
gboolean lb_inbox_position_is_again(const LbInboxPosition *position, int i);
/* Something of the epoch could not be read: all of it that is new is read again another time, when the disk
 * may be there or the repository be mended, as no mail is to be lost.  Any thread. */
void lb_inbox_position_fail(LbInboxPosition *position, int i);

/* Where all was read but what failed; the same text if there was nothing to read.  Owned by the caller. */
char *lb_inbox_position_format(const LbInboxPosition *position);
