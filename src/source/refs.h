/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: what the names in a git repository stand for (gitrepository-layout(5),
 * gitrevisions(7)), read from its files alone.  Opening it as a git_repository would parse its config and
 * what that includes: a stranger's text, of which nothing is needed.
 */
#pragma once
#include <git2.h>
#include <glib.h>

typedef struct {
  char *own;    /* HEAD is here */
  char *common; /* refs, objects and shallow are here: of a worktree, the main repository */
} LbRefs;

/* The id that text begins with, in hex.  git_oid_fromstrn() would do, but where it fails it needs libgit2 to
 * be set up. */
gboolean lb_refs_parse_id(const char *text, gsize length, git_oid *id);
/* Finds them at path, bare or with a .git in it.  LB_ERROR_BAD_INPUT. */
gboolean lb_refs_init(LbRefs *refs, const char *path, GError **error);
void lb_refs_clear(LbRefs *refs);
/* name: HEAD, a full or short name of a branch or tag. */
gboolean lb_refs_find(const LbRefs *refs, const char *name, git_oid *id);
/* Number of local branches; *id is what one of them stands for. */
guint lb_refs_count_branches(const LbRefs *refs, git_oid *id);
/* A small text file of the repository; NULL if it is none.  Owned by the caller. */
char *lb_refs_read_file(const char *folder, const char *name);
