/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A raw mail with its text parts written anew as UTF-8 in 8bit, all else byte for byte as it was.  What is
 * signed or encrypted, can't be decoded in full, or wouldn't survive in 8bit stays as it is.
 */
#pragma once
#include <glib.h>

/* Appends the whole mail.  Returns FALSE, and appends nothing, if there is nothing to write anew. */
gboolean lb_rewrite_decoded(GString *out, const char *mail, gsize length);
