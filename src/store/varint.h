/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as few bytes: seven bits each, the lowest first, the eighth bit says that more follow.  What is
 * read is never believed to end where it should. */
#pragma once
#include <glib.h>

static inline void lb_varint_append(GByteArray *out, guint64 number) {
  guint8 bytes[10];
  guint n = 0;

  for (; number >= 0x80; number >>= 7)
    bytes[n++] = (guint8)(number | 0x80);
  bytes[n++] = (guint8)number;
  g_byte_array_append(out, bytes, n);
}

/* Numbers of either sign, small ones short. */
static inline guint64 lb_varint_fold(gint64 number) {
  return (guint64)number << 1 ^ (guint64)(number >> 63);
}

static inline gint64 lb_varint_unfold(guint64 number) {
  return (gint64)(number >> 1 ^ (0 - (number & 1)));
}

/* FALSE: the bytes end before the number does. */
static inline gboolean lb_varint_read(const guint8 **at, const guint8 *end, guint64 *number) {
  guint64 result = 0;

  /* Most are of one or two bytes. */
  if (end - *at >= 2) {
    const guint8 *bytes = *at;
    if (bytes[0] < 0x80) {
      *number = bytes[0];
      *at += 1;
      return TRUE;
    }
    if (bytes[1] < 0x80) {
      *number = (guint64)(bytes[0] & 0x7f) | (guint64)bytes[1] << 7;
      *at += 2;
      return TRUE;
    }
  }
  for (guint shift = 0; *at < end && shift < 64; shift += 7) {
    guint8 byte = *(*at)++;
    result |= (guint64)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) {
      *number = result;
      return TRUE;
    }
  }
  return FALSE;
}

/* Bytes with their length before them. */
static inline gboolean lb_varint_read_bytes(const guint8 **at, const guint8 *end, const guint8 **bytes,
                                            gsize *length) {
  guint64 size;

  if (!lb_varint_read(at, end, &size) || size > (guint64)(end - *at))
    return FALSE;
  *bytes = *at;
  *length = (gsize)size;
  *at += size;
  return TRUE;
}
