/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/find.h"
#if defined(__x86_64__) && defined(__GNUC__) && !defined(LB_FIND_NARROW)
#include <immintrin.h>
#define HAS_TWO_WIDTHS 1
#endif

/* Bytes looked at in one step, and in the last ones. */
#define SPAN 64
#define SHORT_SPAN 16

#define LOAD(type, p)                                                                                        \
  ({                                                                                                         \
    type loaded;                                                                                             \
    memcpy(&loaded, (p), sizeof loaded);                                                                     \
    loaded;                                                                                                  \
  })

/* The compiler's own vectors: SSE2, NEON or what else the machine has. */
typedef guint8 ShortBlock __attribute__((vector_size(SHORT_SPAN)));
typedef guint8 LongBlock __attribute__((vector_size(32)));

#ifdef __SSE2__
#define SHORT_MASK(block) ((guint64)(guint32)_mm_movemask_epi8((__m128i)(block)))
#else
/* The highest bits of eight bytes side by side. */
static inline guint64 gather(guint64 word) {
  word = GUINT64_FROM_LE(word) >> 7 & LB_EACH_BYTE(1);
  return word * G_GUINT64_CONSTANT(0x0102040810204080) >> 56;
}

static inline guint64 make_mask(ShortBlock block) {
  guint64 words[2];
  memcpy(words, &block, sizeof words);
  return gather(words[0]) | gather(words[1]) << 8;
}
#define SHORT_MASK(block) make_mask((ShortBlock)(block))
#endif

#define KERNEL(name) name##_short
#define TARGET
#define Block ShortBlock
#define MASK(block) SHORT_MASK(block)
#include "base/find_kernel.h"
#undef KERNEL
#undef TARGET
#undef Block
#undef MASK

#ifdef HAS_TWO_WIDTHS
#define KERNEL(name) name##_long
#define TARGET __attribute__((target("avx2")))
#define Block LongBlock
#define MASK(block) ((guint64)(guint32)_mm256_movemask_epi8((__m256i)(block)))
#include "base/find_kernel.h"
#define CALL(name, ...)                                                                                      \
  (__builtin_cpu_supports("avx2") ? name##_long(__VA_ARGS__) : name##_short(__VA_ARGS__))
#else
#define CALL(name, ...) name##_short(__VA_ARGS__)
#endif

const char *lb_find_bytes(const char *haystack, gsize length, const char *needle, gsize n) {
  const char *p = haystack, *end = haystack + length;
  if (n == 0)
    return haystack;
  if (n == 1)
    return length ? memchr(haystack, *needle, length) : NULL;
  for (; (p = CALL(find_exact, p, end, needle[0], needle[1])), end - p > SHORT_SPAN; p++)
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
  if (n > 1)
    for (; (p = CALL(find_folded, p, end, needle[0], needle[1])), end - p > SHORT_SPAN; p++)
      if (n <= (gsize)(end - p) && !g_ascii_strncasecmp(p, needle, n))
        return p;
  for (; n <= (gsize)(end - p); p++)
    if ((*p | 0x20) == (*needle | 0x20) && !g_ascii_strncasecmp(p, needle, n))
      return p;
  return NULL;
}

const char *lb_find_either(const char *p, const char *end, const char *exact, const char *folded) {
  p = CALL(find_either, p, end, exact, folded);
  for (; end - p > 1; p++)
    if ((p[0] == exact[0] && p[1] == exact[1]) || ((p[0] | 0x20) == folded[0] && (p[1] | 0x20) == folded[1]))
      return p;
  return NULL;
}

const char *lb_find_line_unlike(const char *p, const char *end, char first) {
  p = CALL(find_line_unlike, p, end, first);
  for (; p < end; p++)
    if (*p == '\n' && (p + 1 == end || p[1] != first))
      return p + 1;
  return end;
}

const char *lb_find_high(const char *p, const char *end) {
  p = CALL(find_high, p, end);
  while (p < end && !(*p & 0x80))
    p++;
  return p;
}

guint lb_find_field_ends(const char *p, const char *end, guint64 *found, guint n) {
  return CALL(find_field_ends, p, end, found, n);
}
