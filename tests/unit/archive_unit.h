/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes public-inbox archives into the test's folder, for the tests of sources. */
#pragma once
#include <git2.h>
#include <glib.h>

/* A repository that is written to; ids of its commits as text, in order. */
typedef struct {
  git_repository *repository;
  GPtrArray *ids;
  char *name;
} Archive;

Archive *archive_new(const char *name, gboolean bare);
void archive_free(Archive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_free)

git_oid write_blob(Archive *archive, const char *bytes);
/* A tree of one entry, or of none (name NULL). */
git_oid write_tree(Archive *archive, const char *name, const git_oid *entry, git_filemode_t mode);
/* A commit upon parents (NULL-terminated, text); moves refs/heads/master. */
const char *commit_upon(Archive *archive, const git_oid *tree_id, const char *const *parents);
/* Of the commits made; -1: the last one. */
const char *get_id(const Archive *archive, int i);
/* Upon the last commit. */
const char *commit_tree(Archive *archive, git_oid tree);
/* v2: one entry, m or d. */
const char *commit_entry(Archive *archive, const char *name, const char *bytes, git_filemode_t mode);
/* A mail whose Subject is number. */
const char *add(Archive *archive, int number);
