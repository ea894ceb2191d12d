/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: what an id that people write, in full or its first digits, can mean; found without
 * opening anything: to set libgit2 up takes longer than to report a week.
 */
#pragma once
#include <git2.h>
#include <glib.h>

/* Objects of the folders whose ids begin with the digits, at least two: 0, 1, or 2 for more; *id is one of
 * them. */
guint lb_short_id_find(char *const *folders, const char *digits, git_oid *id);
