/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diffs in mail: where they begin and what they change.  Counts come from the hunks by their lengths, never
 * from a diffstat; git-apply(1) is the measure where it accepts a patch.  Does not apply anything.
 */
#pragma once
#include "message/header.h"

typedef struct {
  guint n_files, added, removed; /* a rename, a new mode or a binary change is a file with +0 -0 */
  guint is_cut : 1;              /* a hunk ends before its counts do */
  guint is_combined : 1;    /* of merges alone ("diff --cc"): shows a resolution, and nobody can apply it */
  const char *const *paths; /* NULL-terminated, in order, a/ b/ stripped, C quoting undone */
  const guint8
      *id; /* LB_PATCH_ID_BYTES, see message/patch_id.h; NULL if it wasn't asked for or there is none */
} LbDiff;

/* Whether a diff begins with the line at offset pos: the word alone ("diff -u shows nothing") is none, nor is
 * a quoted or indented one. */
gboolean lb_diff_begins(const char *text, gsize length, gsize pos);
/* Whether some line looks as if a diff began there; FALSE: none does. */
gboolean lb_diff_is_likely(const char *text, gsize length);
/* From offset start on; NULL if there is no diff.  Lives in the arena. */
LbDiff *lb_diff_parse(const char *text, gsize length, gsize start, LbArena *arena);
