/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to base/find.c, which includes this once for each width of vectors: what runs over every byte of an
 * archive, 64 of them in a step.  Before it are defined
 *   KERNEL(name)  the name of that width's function    TARGET  the attribute that lets it use such vectors
 *   Block         a vector of that width               MASK(block)  a bit for each byte, its highest
 *
 * Those that return a place give where they found something, or where at most SHORT_SPAN bytes are left:
 * these the caller looks at.
 */

/* first followed by second, both taken with the bits of fold set. */
TARGET static inline __attribute__((always_inline)) const char *
KERNEL(find_pair)(const char *p, const char *end, guint8 first, guint8 second, guint8 fold) {
  for (; end - p > SPAN; p += SPAN) {
    guint64 found = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block)) {
      Block here = LOAD(Block, p + i) | fold, next = LOAD(Block, p + i + 1) | fold;
      found |= MASK((here == first) & (next == second)) << i;
    }
    if (found)
      return p + __builtin_ctzll(found);
  }
  for (; end - p > SHORT_SPAN; p += SHORT_SPAN) {
    ShortBlock here = LOAD(ShortBlock, p) | fold, next = LOAD(ShortBlock, p + 1) | fold;
    guint64 found = SHORT_MASK((here == first) & (next == second));
    if (found)
      return p + __builtin_ctzll(found);
  }
  return p;
}

TARGET static const char *KERNEL(find_exact)(const char *p, const char *end, char first, char second) {
  return KERNEL(find_pair)(p, end, (guint8)first, (guint8)second, 0);
}

TARGET static const char *KERNEL(find_folded)(const char *p, const char *end, char first, char second) {
  return KERNEL(find_pair)(p, end, (guint8)first | 0x20, (guint8)second | 0x20, 0x20);
}

/* The pair exact as it is, or the pair folded, of small letters and what has their bit, in any case. */
TARGET static const char *KERNEL(find_either)(const char *p, const char *end, const char *exact,
                                              const char *folded) {
  guint8 first = (guint8)exact[0], second = (guint8)exact[1];
  guint8 third = (guint8)folded[0], fourth = (guint8)folded[1];
  for (; end - p > SPAN; p += SPAN) {
    guint64 found = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block)) {
      Block here = LOAD(Block, p + i), next = LOAD(Block, p + i + 1);
      found |=
          MASK(((here == first) & (next == second)) | (((here | 0x20) == third) & ((next | 0x20) == fourth)))
          << i;
    }
    if (found)
      return p + __builtin_ctzll(found);
  }
  return p;
}

/* A line feed with something else behind it than other. */
TARGET static const char *KERNEL(find_line_unlike)(const char *p, const char *end, char other) {
  for (; end - p > SPAN; p += SPAN) {
    guint64 found = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block))
      found |= MASK((LOAD(Block, p + i) == '\n') & (LOAD(Block, p + i + 1) != (guint8)other)) << i;
    if (found)
      return p + __builtin_ctzll(found);
  }
  for (; end - p > SHORT_SPAN; p += SHORT_SPAN) {
    guint64 found = SHORT_MASK((LOAD(ShortBlock, p) == '\n') & (LOAD(ShortBlock, p + 1) != (guint8)other));
    if (found)
      return p + __builtin_ctzll(found);
  }
  return p;
}

TARGET static const char *KERNEL(find_high)(const char *p, const char *end) {
  for (; end - p > SPAN; p += SPAN) {
    guint64 found = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block))
      found |= MASK(LOAD(Block, p + i)) << i;
    if (found)
      return p + __builtin_ctzll(found);
  }
  for (; end - p > SHORT_SPAN; p += SHORT_SPAN) {
    guint64 found = SHORT_MASK(LOAD(ShortBlock, p));
    if (found)
      return p + __builtin_ctzll(found);
  }
  return p;
}

/* Line feeds that neither blank nor tab follows, of as many spans as there are, n at most; returns how many.
 */
TARGET static guint KERNEL(find_field_ends)(const char *p, const char *end, guint64 *found, guint n) {
  guint k = 0;
  for (; k < n && end - p > SPAN; k++, p += SPAN) {
    found[k] = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block)) {
      Block next = LOAD(Block, p + i + 1);
      found[k] |= MASK((LOAD(Block, p + i) == '\n') & (next != ' ') & (next != '\t')) << i;
    }
  }
  return k;
}
