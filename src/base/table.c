/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/table.h"
#include <string.h>
#include "base/pages.h"

gpointer lb_table_new(gsize n, gsize size) {
  /* Not calloc(), which leaves pages alone that are zero anyway. */
  gpointer table = g_malloc_n(n, size);
  lb_pages_advise(table, n * size);
  return memset(table, 0, n * size);
}
