/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a patch mail's decoded text: in-body header, commit log, trailers, notes, diffstat, diff.
 * Works on slices of the text; git-mailinfo(1) and git-apply(1) are the measure.
 */
#pragma once
#include "message/address.h"

/* In-body header: From:/Subject:/Date: in the first lines, after blank lines and a
 * "From <sha> Mon Sep 17 …" line.  Absent ones have data NULL; folded ones keep their folds. */
typedef struct {
  LbSlice from, subject, date;
  gsize end;            /* offset behind it: where the log begins */
} LbInBody;
/* text: decoded UTF-8.  Returns whether any was found; end is set in any case. */
gboolean lb_patch_find_in_body(const char *text, gsize length, LbInBody *in_body);

/* Slices of text behind the in-body header; ends trimmed of blank lines. */
typedef struct {
  LbSlice commit;       /* log and trailers, up to the first "---" line, the diff or the signature */
  LbSlice notes;        /* from behind "---" to the diffstat or diff, without the diffstat */
  LbSlice summary;      /* "2 files changed, 3 insertions(+)" without the leading blank; data NULL if none */
  gsize diff;           /* offset of the first diff line; length if none */
} LbPatchText;
void lb_patch_split(const char *text, gsize length, LbPatchText *out);
/* What the report prints of it (report layout, "Message text"): owned by the caller, no newline at the end. */
char *lb_patch_format_message(const char *text, gsize length, gboolean is_cover);

typedef struct {
  guint n_files, added, removed;      /* from the hunks, by their lengths; never from the diffstat */
  const char *const *paths;           /* NULL-terminated, in order, a/ b/ stripped, C quoting undone */
  gboolean is_cut;                    /* a hunk ends before its counts do */
} LbDiff;
/* From offset start on; NULL if there is no diff.  Lives in the arena. */
LbDiff *lb_patch_parse_diff(const char *text, gsize length, gsize start, LbArena *arena);
