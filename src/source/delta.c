/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/delta.h"
#include <string.h>

#define IS_COPY 0x80
/* A copy of no size is one of this size. */
#define COPY_DEFAULT 0x10000

/* Seven bits in each byte, the lowest first. */
static gboolean parse_size(const guint8 **p, const guint8 *end, guint64 *size) {
  int shift = 0;
  guint8 byte = IS_COPY;
  for (*size = 0; byte & 0x80; shift += 7) {
    if (*p == end || shift > 56)
      return FALSE;
    byte = *(*p)++;
    *size |= (guint64)(byte & 0x7f) << shift;
  }
  return TRUE;
}

gboolean lb_delta_parse(LbDelta *delta, const guint8 *bytes, gsize length) {
  delta->steps = bytes;
  delta->end = bytes + length;
  return parse_size(&delta->steps, delta->end, &delta->base_size) &&
         parse_size(&delta->steps, delta->end, &delta->result_size);
}

/* Those of n bytes of a number, the lowest first, that are there: a bit in which says so. */
static gboolean parse_number(const guint8 **p, const guint8 *end, guint which, int n, guint32 *number) {
  *number = 0;
  for (int i = 0; i < n; i++)
    if (which >> i & 1) {
      if (*p == end)
        return FALSE;
      *number |= (guint32) * (*p)++ << 8 * i;
    }
  return TRUE;
}

gboolean lb_delta_apply(const LbDelta *delta, const guint8 *base, guint8 *result) {
  const guint8 *p = delta->steps, *end = delta->end;
  guint64 left = delta->result_size;
  while (p < end) {
    guint8 step = *p++;
    const guint8 *from = p;
    guint32 offset, size = step;
    if (step & IS_COPY) {
      if (!parse_number(&p, end, step, 4, &offset) || !parse_number(&p, end, step >> 4 & 7, 3, &size))
        return FALSE;
      if (size == 0)
        size = COPY_DEFAULT;
      if (offset > delta->base_size || size > delta->base_size - offset)
        return FALSE;
      from = base + offset;
    } else if (size == 0 || size > (gsize)(end - p)) {
      return FALSE;
    } else {
      p += size;
    }
    if (size > left)
      return FALSE;
    memcpy(result, from, size);
    result += size;
    left -= size;
  }
  return left == 0;
}
