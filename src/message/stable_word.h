/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words in a tag that say that a patch goes to a stable tree: "5.10", "linux-4.19.y", "AUTOSEL".  Of tag.c
 * alone.
 */
#pragma once
#include <glib.h>

/* "5.10", "6.1.y", "5.10/5.15", "5.4-6.6", "linux-4.19.y", "5.10-stable", "4.{4, 9}"; no "5.10-rc1" and no
 * "for-6.2", which name where new work goes. */
gboolean lb_stable_word_is_kernel(const char *bytes, gsize length);
/* "AUTOSEL", "stable-8.0", "linux-stable". */
gboolean lb_stable_word_is_known(const char *bytes, gsize length);
