/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the mails that one commit of a public-inbox adds or takes back, in both formats
 * (public-inbox-v1-format(5), public-inbox-v2-format(5)).
 */
#pragma once
#include "source/walk.h"

/* How a commit touches one mail. */
typedef struct {
  git_oid blob;
  gboolean removes;
} LbInboxChange;

typedef void (*LbInboxChangeFunc)(const LbInboxChange *change, gpointer data);
/* object: what can't be had; failure NULL: it is no regular file and is passed over. */
typedef void (*LbInboxFailureFunc)(const git_oid *object, const char *failure, gpointer data);

/* Calls func for each mail that step changes, in the order of the paths. */
void lb_inbox_foreach_change(LbObjects *objects, const LbEpoch *epoch, const LbWalkStep *step,
                             LbInboxChangeFunc func, LbInboxFailureFunc failed, gpointer data);
/* Whether the tree is that of a public-inbox: m or d, or folders of two hex digits. */
gboolean lb_inbox_is_tree(const LbObject *tree);
