/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libdeflate.h>
#include "source/inflate.h"

/* Nearly all that is smaller, trees of v2 above all, is compressed by deflate's fixed codes (RFC 1951 3.2.6):
 * a decompressor that sees nothing else makes its tables of them once, not each time. */
#define TINY 128

struct LbInflater {
  struct libdeflate_decompressor *tiny, *other;
};

LbInflater *lb_inflater_new(void) {
  g_autoptr(LbInflater) inflater = g_new(LbInflater, 1);
  inflater->tiny = libdeflate_alloc_decompressor();
  inflater->other = libdeflate_alloc_decompressor();
  return inflater->tiny && inflater->other ? g_steal_pointer(&inflater) : NULL;
}

void lb_inflater_free(LbInflater *inflater) {
  if (!inflater)
    return;
  libdeflate_free_decompressor(inflater->tiny);
  libdeflate_free_decompressor(inflater->other);
  g_free(inflater);
}

gboolean lb_inflater_run(LbInflater *inflater, const guint8 *in, gsize length, guint8 *out, gsize size) {
  return libdeflate_zlib_decompress(size < TINY ? inflater->tiny : inflater->other, in, length, out, size,
                                    NULL) == LIBDEFLATE_SUCCESS;
}
