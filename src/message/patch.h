/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a patch mail's decoded text: in-body header, commit log, trailers, notes, diffstat, diff.
 * Works on slices of the text; git-mailinfo(1) is the measure.  The diff itself: message/diff.h.
 */
#pragma once
#include "message/address.h"
#include "message/diff.h"

/* In-body header: From:/Subject:/Date: in the first lines, after blank lines and a
 * "From <sha> Mon Sep 17 …" line.  Absent ones have data NULL; folded ones keep their folds. */
typedef struct {
  LbSlice from, subject, date;
  gsize end; /* offset behind it, in what was searched: where the log begins */
} LbInBody;
/* text: decoded UTF-8 (from LbBody.patch on if there is one).  Returns whether any was found; end is set in
 * any case. */
gboolean lb_patch_find_in_body(const char *text, gsize length, LbInBody *in_body);

/* Slices of text behind the in-body header; ends trimmed of blank lines. */
typedef struct {
  LbInBody in_body; /* of the attached patch, if there is one */
  LbSlice before;  /* the mail's own text in front of an attached patch; notes come behind it; may be empty */
  LbSlice commit;  /* log and trailers, up to the first "---" line, the diffstat, the diff or the signature */
  LbSlice notes;   /* from behind "---" to the diffstat or diff, without the diffstat */
  LbSlice summary; /* "2 files changed, 3 insertions(+)" without the leading blank; data NULL if none */
  gsize log;       /* offset of the first line of the log */
  gsize diff;      /* offset of the first diff line; length if none */
  gsize end;       /* offset of the signature or list footer, else length; diff if that comes first */
} LbPatchText;
/* text: the whole decoded text, in-body header and all; attached: LbBody.patch. */
void lb_patch_split(const char *text, gsize length, gssize attached, LbPatchText *out);
/* Offset of the first line from pos on that is neither blank nor one of those that git writes under a
 * diffstat (" create mode 100644 x"). */
gsize lb_patch_skip_changes(const char *text, gsize pos, gsize end);
