/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/find.h"
#include "base/clones.h"

/* 32 bytes at once in the compiler's own vector type, which becomes what the machine has: AVX2, SSE2, NEON.
 */
typedef guint8 Block __attribute__((vector_size(32)));
typedef guint8 ShortBlock __attribute__((vector_size(16)));

/* Bytes looked at in one step, and in the last ones. */
#define SPAN 64
#define SHORT_SPAN 16

/* The next place where first and second follow each other, both taken with the bits of fold set, but in the
 * last SHORT_SPAN bytes: from there on the caller looks itself. */
LB_CLONES static const char *find_pair(const char *p, const char *end, guint8 first, guint8 second,
                                       guint8 fold) {
  guint64 words[SPAN / 8];
  for (; end - p > SPAN; p += SPAN) {
    Block here, after, next, after_next;
    memcpy(&here, p, sizeof here);
    memcpy(&after, p + 1, sizeof after);
    memcpy(&next, p + sizeof here, sizeof next);
    memcpy(&after_next, p + sizeof here + 1, sizeof after_next);
    here = (Block)(((here | fold) == first) & ((after | fold) == second));
    next = (Block)(((next | fold) == first) & ((after_next | fold) == second));
    after = here | next;
    memcpy(words, &after, sizeof after);
    if (words[0] | words[1] | words[2] | words[3]) {
      memcpy(words, &here, sizeof here);
      memcpy(words + 4, &next, sizeof next);
      return p + lb_find_first_set(words, SPAN / 8);
    }
  }
  for (; end - p > SHORT_SPAN; p += SHORT_SPAN) {
    ShortBlock here, after;
    memcpy(&here, p, SHORT_SPAN);
    memcpy(&after, p + 1, SHORT_SPAN);
    here = (ShortBlock)(((here | fold) == first) & ((after | fold) == second));
    memcpy(words, &here, SHORT_SPAN);
    if (words[0] | words[1])
      return p + lb_find_first_set(words, SHORT_SPAN / 8);
  }
  return p;
}

const char *lb_find_bytes(const char *haystack, gsize length, const char *needle, gsize n) {
  const char *p = haystack, *end = haystack + length;
  if (n == 0)
    return haystack;
  if (n == 1)
    return length ? memchr(haystack, *needle, length) : NULL;
  for (; (p = find_pair(p, end, (guint8)needle[0], (guint8)needle[1], 0)), end - p > SHORT_SPAN; p++)
    if (n <= (gsize)(end - p) && !memcmp(p, needle, n))
      return p;
  for (; n <= (gsize)(end - p); p++)
    if (*p == needle[0] && !memcmp(p, needle, n))
      return p;
  return NULL;
}

const char *lb_find_nocase(const char *haystack, gsize length, const char *needle) {
  const char *p = haystack, *end = haystack + length;
  gsize n = strlen(needle);
  if (n == 0)
    return haystack;
  guint8 first = (guint8)needle[0] | 0x20, second = (guint8)needle[1] | 0x20;
  if (n > 1)
    for (; (p = find_pair(p, end, first, second, 0x20)), end - p > SHORT_SPAN; p++)
      if (n <= (gsize)(end - p) && !g_ascii_strncasecmp(p, needle, n))
        return p;
  for (; n <= (gsize)(end - p); p++)
    if (((guint8)*p | 0x20) == first && !g_ascii_strncasecmp(p, needle, n))
      return p;
  return NULL;
}

LB_CLONES const char *lb_find_line_unlike(const char *p, const char *end, char first) {
  guint64 words[4];
  for (; end - p > (gssize)sizeof(Block); p += sizeof(Block)) {
    Block here, after;
    memcpy(&here, p, sizeof here);
    memcpy(&after, p + 1, sizeof after);
    here = (Block)((here == '\n') & (after != (guint8)first));
    memcpy(words, &here, sizeof here);
    if (words[0] | words[1] | words[2] | words[3])
      return p + lb_find_first_set(words, G_N_ELEMENTS(words)) + 1;
  }
  for (; p < end; p++)
    if (*p == '\n' && (p + 1 == end || p[1] != first))
      return p + 1;
  return end;
}

LB_CLONES const char *lb_find_high(const char *p, const char *end) {
  guint64 words[SPAN / 8];
  for (; end - p >= SPAN; p += SPAN) {
    Block here, next;
    memcpy(&here, p, sizeof here);
    memcpy(&next, p + sizeof here, sizeof next);
    here |= next;
    memcpy(words, &here, sizeof here);
    if ((words[0] | words[1] | words[2] | words[3]) & LB_EACH_BYTE(0x80))
      break;
  }
  while (p < end && !(*p & 0x80))
    p++;
  return p;
}
