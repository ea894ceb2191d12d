/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hunks of unified diffs, plain ones and those of merges: how many lines they add and remove. */
#pragma once
#include "message/header.h"

/* Merges have up to this many parents in our reading; git's own octopus rarely has more. */
#define LB_HUNK_MAX_PARENTS 16

typedef struct {
  guint n_parents;
  guint64 before[LB_HUNK_MAX_PARENTS], after; /* lines still to come */
} LbHunk;

/* "@@ -1,5 +1,6 @@ function", "@@@ -1,5 -1,5 +1,6 @@@" of a merge; FALSE if the line is neither. */
gboolean lb_hunk_parse(LbSlice line, LbHunk *hunk);
/* Reads the lines under the header, from offset pos on; adds to the counts.  Returns the offset behind them;
 * *is_cut is set if some were missing. */
gsize lb_hunk_read(const char *text, gsize length, gsize pos, const LbHunk *hunk, guint64 *added,
                   guint64 *removed, gboolean *is_cut);
