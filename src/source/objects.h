/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the objects of a git repository, read whole, by their ids.  Nothing but its folder of
 * objects is looked at; of alternates only those inside the inbox.
 */
#pragma once
#include <git2.h>
#include <glib.h>
#include "source/pack_set.h"

/* A thread's own access: libgit2 locks an object database while it inflates. */
typedef struct LbObjects LbObjects;

/* folder, .../objects, and those that it borrows from; inside: what alternates must not lead out of, NULL:
 * none are followed.  Owned by the caller. */
char **lb_objects_list_folders(const char *folder, const char *inside);
/* packs: those of the folders, which are read directly, NULL: by libgit2, too; opens_packs FALSE: directly
 * only if they are in memory.  NULL with *failure, a sentence of why. */
LbObjects *lb_objects_open(char **folders, LbPackSet *packs, gboolean opens_packs, const char **failure);
void lb_objects_free(LbObjects *objects);

typedef struct {
  git_object_t type;
  gsize size;
  const char *bytes;
  gatomicrefcount n_refs;
  git_odb_object *owner; /* of the bytes, if they are libgit2's */
  char own[];
} LbObject;

/* An object of type; NULL with *failure, a sentence of why. */
LbObject *lb_git_read(LbObjects *objects, const git_oid *id, git_object_t type, const char **failure);
/* Objects whose ids begin with so many hex digits of id, for libgit2 to find: 0, 1, or 2 for more; *found is
 * one. */
guint lb_git_find_prefix(LbObjects *objects, const git_oid *id, gsize n_digits, git_oid *found);
void lb_object_free(LbObject *object);
/* Takes part in it: lb_object_free() once more. */
LbObject *lb_object_ref(LbObject *object);
/* With room for size bytes in own; NULL: no memory. */
LbObject *lb_object_new(git_object_t type, gsize size);

/* A commit's fields, as they stand in it. */
typedef struct {
  git_oid tree;
  guint n_parents;
  gint64 time, author_time; /* the committer's; the author's: in a public-inbox the mail's Date */
} LbCommit;
gboolean lb_git_parse_commit(const LbObject *object, LbCommit *commit);
void lb_git_get_parent(const LbObject *object, guint i, git_oid *id);

/* One entry of a tree; *p moves on.  FALSE at the end or where the tree is broken. */
typedef struct {
  guint32 mode;
  const char *name;
  git_oid id;
} LbTreeEntry;
gboolean lb_git_next_entry(const char **p, const char *end, LbTreeEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbObjects, lb_objects_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbObject, lb_object_free)
