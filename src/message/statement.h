/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A maintainer's own words for what became of a patch: "Applied 1-3 to net-next, thanks!", "I fixed up the
 * log and pushed it to drm-misc-next."  Reads English sentences by their words; knows no robot's forms, nor
 * who may say so.
 */
#pragma once
#include "message/applied.h"

/* Fills tree, branch, is_whole and patches (of LbAppliedPatch: by number, or one that has the commit alone)
 * from the first sentence of unquoted text that says so; FALSE if none does.  subject: the reply's own. */
gboolean lb_statement_parse(const char *text, gsize length, const LbSubject *subject, LbArena *arena,
                            LbApplied *applied, GArray *patches);
