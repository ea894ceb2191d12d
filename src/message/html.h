/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTML mail as text to read: no markup, no script, no style.  No parser of HTML: never fails, never recurses.
 */
#pragma once
#include <glib.h>

/* html: UTF-8, LF line ends.  Appends; quoted blocks get "> ". */
void lb_html_append_text(GString *out, const char *html, gsize length);
