/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to store/: texts made small, RFC 1951; short ones, and what doesn't get smaller, stay as they are, which
 * shows by their length. */
#pragma once
#include <glib.h>

GByteArray *lb_deflate(const char *bytes, gsize length);
/* NUL-terminated; NULL if that isn't size bytes deflated.  Owned by the caller. */
char *lb_inflate(gconstpointer bytes, gsize length, gsize size);
