/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: one git repository of a public-inbox (an "epoch"), and its objects.  Objects are read
 * from the object database alone, without a git_repository: no config is heard, no hook is run, and only
 * alternates inside the inbox are followed.
 */
#pragma once
#include "source/objects.h"
#include "source/refs.h"

typedef struct {
  LbRefs refs;
  char *path;          /* as people know it: the locators' file */
  char **objects;      /* its folder of objects, and those that it borrows from */
  char *inside;        /* the inbox: alternates outside it don't count */
  gboolean has_tip;    /* FALSE: nothing was ever committed */
  git_oid tip;         /* pinned when it was opened */
  LbPackSet *packs;    /* NULL: libgit2 reads them */
  GHashTable *shallow; /* of git_oid: commits whose parents a shallow clone left out; NULL: none */
} LbEpoch;

/* LB_ERROR_BAD_INPUT. */
LbEpoch *lb_epoch_open(const char *path, const char *inside, GError **error);
void lb_epoch_free(LbEpoch *epoch);
/* Has packs read directly, by those that open objects to read many. */
void lb_epoch_use_packs(LbEpoch *epoch);
/* LB_ERROR_PARTIAL. */
LbObjects *lb_epoch_open_objects(const LbEpoch *epoch, gboolean reads_many, GError **error);
/* The commit that a branch or tag stands for. */
gboolean lb_epoch_find_name(const LbEpoch *epoch, const char *name, git_oid *id);
gboolean lb_epoch_is_shallow(const LbEpoch *epoch, const git_oid *id);

/* A set of ids; add says whether it was not in it before. */
GHashTable *lb_git_set_new(void);
gboolean lb_git_set_add(GHashTable *set, const git_oid *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbEpoch, lb_epoch_free)
