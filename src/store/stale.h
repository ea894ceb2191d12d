/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What deliverers that were killed left in a maildir's tmp/.  maildir(5): a file there may be removed when it
 * is 36 hours old, as nobody delivers for so long.
 */
#pragma once
#include <glib.h>

#define LB_STALE_AGE (36 * 60 * 60) /* seconds */

/* Removes regular files in maildir/tmp that nobody has written to since LB_STALE_AGE before now, which is to
 * be the system's own clock: that is what files go by.  Other things, and names that begin with a dot, stay.
 * Returns how many it removed; what can't be read or removed is left. */
guint lb_stale_remove(const char *maildir, gint64 now);
