/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Long output on a terminal goes through a pager, as git's does: $LISTBRIEF_PAGER, $PAGER, else less. */
#pragma once
#include <glib.h>

typedef struct LbPager LbPager;
/* NULL, and standard output stays what it is, where that is no terminal, where the pager is "" or "cat", and
 * where it can't be started. */
LbPager *lb_pager_start(void);
/* Closes standard output and waits until the reader has left; bears NULL. */
void lb_pager_finish(LbPager *pager);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbPager, lb_pager_finish)
