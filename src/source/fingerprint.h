/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: by what a file is known again whose end was read in an earlier run: its size then, and
 * hashes of its first block and of the last one before that size.
 */
#pragma once
#include <glib.h>

/* "size head tail" of the file's first size bytes; NULL if they can't be read.  Owned by the caller. */
char *lb_fingerprint_format(int fd, guint64 size);
/* Whether the file begins with what *text was made of, whatever came behind it; *text is moved behind the
 * fingerprint and a space, *size is what it was then. */
gboolean lb_fingerprint_fits(int fd, const char **text, guint64 *size);
