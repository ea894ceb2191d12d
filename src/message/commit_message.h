/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the report prints of a mail's text: log, trailers, notes and diffstat, without diff, footers and
 * range-diffs. */
#pragma once
#include <glib.h>

/* text: the whole decoded text, in-body header and all; attached: LbBody.patch.  Owned by the caller, no
 * newline at the end. */
char *lb_commit_message_build(const char *text, gsize length, gssize attached, gboolean is_cover);
