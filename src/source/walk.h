/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the commits of an epoch, newest first, as git log walks them.  A public-inbox has no
 * branches, so this is mostly a walk from parent to parent; merges are followed by commit time.
 */
#pragma once
#include "source/epoch.h"

typedef struct LbWalk LbWalk;

typedef struct {
  git_oid commit, tree;
  gint64 time, author_time; /* as in LbCommit */
  gboolean is_merge;
} LbWalkStep;

/* Called for each commit that can't be read: what lies behind it is lost. */
typedef void (*LbWalkBrokenFunc)(const LbEpoch *epoch, const git_oid *commit, const char *failure,
                                 gpointer data);

/* From start on; hidden, a set of git_oid or NULL, of which a reference is taken, is left out with all that
 * follows only from it. */
LbWalk *lb_walk_new(const LbEpoch *epoch, const git_oid *start, GHashTable *hidden, LbWalkBrokenFunc broken,
                    gpointer data, GError **error);
/* What came after first: where history is one line from start to it, nothing before it is read; else all that
 * first is made of is found out and left out. */
LbWalk *lb_walk_new_after(const LbEpoch *epoch, const git_oid *start, const git_oid *first,
                          LbWalkBrokenFunc broken, gpointer data, GError **error);
void lb_walk_free(LbWalk *walk);
gboolean lb_walk_next(LbWalk *walk, LbWalkStep *step);
/* All that start is made of, itself too; owned by the caller. */
GHashTable *lb_walk_build_set(const LbEpoch *epoch, const git_oid *start, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbWalk, lb_walk_free)
