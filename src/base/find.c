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
#ifdef __SSE2__
#define WITHOUT(block, other) _mm_andnot_si128((__m128i)(other), (__m128i)(block))
#else
#define WITHOUT(block, other) ((ShortBlock)(block) & ~(ShortBlock)(other))
#endif
#include "base/find_kernel.h"
#undef KERNEL
#undef TARGET
#undef Block
#undef MASK
#undef WITHOUT

#ifdef HAS_TWO_WIDTHS
#define KERNEL(name) name##_long
#define TARGET __attribute__((target("avx2")))
#define Block LongBlock
#define MASK(block) ((guint64)(guint32)_mm256_movemask_epi8((__m256i)(block)))
#define WITHOUT(block, other) _mm256_andnot_si256((__m256i)(other), (__m256i)(block))
#include "base/find_kernel.h"
#define CALL(name, ...)                                                                                      \
  (__builtin_cpu_supports("avx2") ? name##_long(__VA_ARGS__) : name##_short(__VA_ARGS__))
#else
#define CALL(name, ...) name##_short(__VA_ARGS__)
#endif

const char *lb_find_bytes(const char *haystack, gsize length, const char *needle, gsize n) {
  if (n == 0)
    return haystack;
  if (n == 1 || n > length)
    return n <= length ? memchr(haystack, *needle, length) : NULL;
  const char *end = haystack + length - (n - 2);
  for (const char *p = haystack; (p = CALL(find_exact, haystack, p, end, needle)); p++)
    if (n == 2 || (p[2] == needle[2] && !memcmp(p + 2, needle + 2, n - 2)))
      return p;
  return NULL;
}

const char *lb_find_nocase(const char *haystack, gsize length, const char *needle) {
  gsize n = strlen(needle);
  if (n == 0 || n > length)
    return n ? NULL : haystack;
  if (n == 1) {
    for (const char *p = haystack, *end = p + length; p < end; p++)
      if (g_ascii_tolower(*p) == g_ascii_tolower(*needle))
        return p;
    return NULL;
  }
  const char *end = haystack + length - (n - 2);
  for (const char *p = haystack; (p = CALL(find_folded, haystack, p, end, needle)); p++)
    if (!g_ascii_strncasecmp(p, needle, n))
      return p;
  return NULL;
}

const char *lb_find_either(const char *p, const char *end, const char *exact, const char *folded) {
  return CALL(find_either, p, p, end, exact, folded);
}

const char *lb_find_line_unlike(const char *p, const char *end, char first) {
  p = CALL(find_line_unlike, p, p, end, first);
  return p ? p + 1 : end;
}

const char *lb_find_verb_sign(const char *begin, const char *p, const char *end) {
  return CALL(find_verb_sign, begin, p, end);
}

const char *lb_find_line_of(const char *p, const char *end, const char six[6]) {
  p = CALL(find_line_of, p, p, end, six);
  return p ? p + 1 : end;
}

const char *lb_find_hunk_rest(const char *p, const char *end, LbHunkLines *lines) {
  return CALL(find_hunk_rest, p, end, lines);
}

const char *lb_find_high(const char *p, const char *end) {
  const char *high = CALL(find_high, p, p, end);
  if (high)
    return high;
  return p < end && end[-1] & 0x80 ? end - 1 : end;
}

const char *lb_find_unprintable(const char *p, const char *end, char one, char other) {
  if (end - p >= SHORT_SPAN)
    return CALL(find_unprintable, p, end, one, other);
  while (p < end && ((*p >= ' ' && *p < 0x7F) || *p == one || *p == other))
    p++;
  return p;
}

const char *lb_find_odd(const char *p, const char *end) {
  const char *odd = CALL(find_odd, p, p, end);
  if (odd)
    return odd;
  return p < end && (end[-1] & 0x80 || end[-1] == '\0' || end[-1] == '\r') ? end - 1 : end;
}

gsize lb_find_field_ends(const char *p, const char *end, guint16 *places, guint *n) {
  return CALL(find_field_ends, p, end, places, n);
}
