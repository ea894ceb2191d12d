/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the report prints of a mail's text: log, trailers, notes and diffstat, without diff, footers and
 * range-diffs. */
#pragma once
#include "message/patch.h"

/* parts: as lb_patch_split() found them in text.  No newline at the end.  Of the text itself, or in buffer,
 * which it replaces. */
LbSlice lb_commit_message_build(const char *text, const LbPatchText *parts, gboolean is_cover,
                                GString *buffer);
