/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the objects of a git repository, read whole, by their ids.  Nothing but its folder of
 * objects is looked at; of alternates only those inside the inbox.
 */
#pragma once
#include <git2.h>
#include <glib.h>

/* A thread's own access: libgit2 locks an object database while it inflates. */
typedef struct LbObjects LbObjects;

/* folder: .../objects; inside: what alternates must not lead out of, NULL: none are followed.  NULL with
 * *failure, a sentence of why. */
LbObjects *lb_objects_open(const char *folder, const char *inside, const char **failure);
void lb_objects_free(LbObjects *objects);
/* For what needs no reading: whether an object is there, what begins so. */
git_odb *lb_objects_get_odb(LbObjects *objects);

typedef struct {
  git_object_t type;
  gsize size;
  const char *bytes;
  git_odb_object *owner; /* of the bytes */
} LbObject;

/* An object of type; NULL with *failure, a sentence of why. */
LbObject *lb_git_read(LbObjects *objects, const git_oid *id, git_object_t type, const char **failure);
void lb_object_free(LbObject *object);

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
