/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once
#include <glib.h>

/* The kernel's huge pages, where it has any. */
#define LB_HUGE_PAGE ((gsize)2 << 20)

/* Zeros for what fills up: n * LB_HUGE_PAGE bytes, in huge pages if the kernel grants them.  A page is mapped
 * when it is first touched, which costs as much for a huge page as for some dozens of the 512 small ones.
 * Ends the program where there is no memory, as g_malloc() does.  Free with lb_pages_free(). */
gpointer lb_pages_new(gsize size);
void lb_pages_free(gpointer pages, gsize size);
/* Asks for huge pages where they fit into memory that nothing was written to yet. */
void lb_pages_advise(gpointer memory, gsize size);
