/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/find.h"
#include <string.h>

/* Sixteen bytes at once in the compiler's own vector type: SSE2 and NEON alike. */
typedef guint8 Block __attribute__((vector_size(16)));

static inline Block find_pair(const char *p, guint8 first, guint8 second) {
  Block here, after;
  memcpy(&here, p, sizeof here);
  memcpy(&after, p + 1, sizeof after);
  return (Block)((here == first) & (after == second));
}

static const char *find_in(const char *p, const char *end, const char *needle, gsize n, int span) {
  for (int i = 0; i < span && n <= (gsize)(end - p - i); i++)
    if (p[i] == needle[0] && !memcmp(p + i, needle, n))
      return p + i;
  return NULL;
}

const char *lb_find_bytes(const char *haystack, gsize length, const char *needle, gsize n) {
  const char *p = haystack, *end = haystack + length;
  if (n == 0)
    return haystack;
  if (n == 1)
    return length ? memchr(haystack, *needle, length) : NULL;
  guint8 first = (guint8)needle[0], second = (guint8)needle[1];
  for (; end - p > 64; p += 64) {
    Block any = find_pair(p, first, second) | find_pair(p + 16, first, second) | find_pair(p + 32, first, second) |
                find_pair(p + 48, first, second);
    guint64 halves[2];
    memcpy(halves, &any, sizeof halves);
    const char *found = halves[0] | halves[1] ? find_in(p, end, needle, n, 64) : NULL;
    if (found)
      return found;
  }
  return find_in(p, end, needle, n, 64);
}
