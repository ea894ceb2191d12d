/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LB_BASE_TABLE_H
#define LB_BASE_TABLE_H

#include <glib.h>

/* n * size bytes of zeros for a table that is looked into before it is filled: open addressing.  Its pages
 * are there at once: a fresh page that is read first is mapped twice, and the second time stops all other
 * threads of the process to tell them so.  Owned; free with g_free(). */
gpointer lb_table_new(gsize n, gsize size);

#endif
