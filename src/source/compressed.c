/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/compressed.h"
gboolean lb_compressed_is_known(const char *head, gsize length) {
  return FALSE;
}
gboolean lb_compressed_unpack(LbUnpacking *unpacking, const char *head, gsize length, GError **error) {
  return TRUE;
}
