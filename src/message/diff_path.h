/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in a diff's header lines to paths: dates, C quoting and prefixes taken off. */
#pragma once
#include "message/header.h"

/* What stands behind "---" or "+++" without quoting and without the date that diff(1) writes behind it.  May
 * live in the arena's scratch. */
LbSlice lb_diff_path_clean(LbSlice name, LbArena *arena);
/* How much of path is a prefix: "a/", "b/" and other single letters (git's mnemonic prefixes); a component in
 * which both names differ (quilt's "linux.orig/", "linux/"; diff -r old new).  Names that are the same are
 * paths already
 * (-p0, git --no-prefix).  *strips: whether names of this diff carry a component to strip, where /dev/null,
 * as other, gives no hint. */
gsize lb_diff_path_prefix(LbSlice path, LbSlice other, gboolean *strips);
/* The second of two names behind "diff --git", prefix included.  May live in the arena's scratch. */
LbSlice lb_diff_path_split(LbSlice names, LbArena *arena);
/* Whether both names are the same: then they bear no prefix (git --no-prefix). */
gboolean lb_diff_path_is_twice(LbSlice names);
LbSlice lb_diff_path_last_word(LbSlice line);
gboolean lb_diff_path_is_null(LbSlice name);
gboolean lb_diff_path_is_same(LbSlice a, LbSlice b);
/* Length of what comes before the first slash, slash included; 0 if there is none. */
gsize lb_diff_path_component(LbSlice name);
