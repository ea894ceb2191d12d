/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: one git repository of a public-inbox (an "epoch"), and its objects.  Objects are read
 * from the object database alone, without a git_repository: no config is heard, no hook is run, and only
 * alternates inside the inbox are followed.
 */
#pragma once
#include <git2.h>
#include <glib.h>
#include "source/refs.h"

typedef struct {
  LbRefs refs;
  char *path;          /* as people know it: the locators' file */
  char *objects;       /* its folder of objects */
  char *inside;        /* the inbox: alternates outside it don't count */
  gboolean has_tip;    /* FALSE: nothing was ever committed */
  git_oid tip;         /* pinned when it was opened */
  GHashTable *shallow; /* of git_oid: commits whose parents a shallow clone left out; NULL: none */
} LbEpoch;

/* Sets up libgit2, whose settings are the process's: not while another thread uses it.  Each call needs an
 * lb_git_shutdown(). */
void lb_git_init(void);
void lb_git_shutdown(void);

/* LB_ERROR_BAD_INPUT. */
LbEpoch *lb_epoch_open(const char *path, const char *inside, GError **error);
void lb_epoch_free(LbEpoch *epoch);
/* A thread's own access to the objects: libgit2 locks one of them while it inflates. */
git_odb *lb_epoch_open_odb(const LbEpoch *epoch, GError **error);
/* The commit that a branch or tag stands for. */
gboolean lb_epoch_find_name(const LbEpoch *epoch, const char *name, git_oid *id);
gboolean lb_epoch_is_shallow(const LbEpoch *epoch, const git_oid *id);

/* A set of ids; add says whether it was not in it before. */
GHashTable *lb_git_set_new(void);
gboolean lb_git_set_add(GHashTable *set, const git_oid *id);

/* An object of type; NULL with *failure, a sentence of why. */
git_odb_object *lb_git_read(git_odb *odb, const git_oid *id, git_object_t type, const char **failure);

/* A commit's fields, as they stand in it. */
typedef struct {
  git_oid tree;
  guint n_parents;
  gint64 time;
} LbCommit;
gboolean lb_git_parse_commit(git_odb_object *object, LbCommit *commit);
void lb_git_get_parent(git_odb_object *object, guint i, git_oid *id);

/* One entry of a tree; *p moves on.  FALSE at the end or where the tree is broken. */
typedef struct {
  guint32 mode;
  const char *name;
  git_oid id;
} LbTreeEntry;
gboolean lb_git_next_entry(const char **p, const char *end, LbTreeEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbEpoch, lb_epoch_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(git_odb, git_odb_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(git_odb_object, git_odb_object_free)
