/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to source/: "A..B" over all epochs of a public-inbox taken as one line of commits. */
#pragma once
#include "source/epoch.h"

/* A commit and its epoch; epoch -1: before the first commit of all. */
typedef struct {
  int epoch;
  git_oid id;
} LbRangeEnd;

typedef struct {
  LbRangeEnd first; /* itself not in the range */
  LbRangeEnd last;
  char first_name[10], last_name[10]; /* nine hex digits each */
} LbRange;

/* epochs: of LbEpoch, oldest first, one at least with a tip.  A missing side is the beginning or the end; ids
 * may be short, names are looked for in the newest epoch first, "^" and "~N" cross epochs.  LB_ERROR_USAGE.
 */
gboolean lb_range_parse(const GPtrArray *epochs, const char *text, LbRange *range, GError **error);
