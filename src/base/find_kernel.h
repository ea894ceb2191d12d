/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to base/find.c, which includes this once for each width of vectors: what runs over every byte of an
 * archive, 64 of them in a step.  Before it are defined
 *   KERNEL(name)  the name of that width's function    TARGET  the attribute that lets it use such vectors
 *   Block         a vector of that width               MASK(block)  a bit for each byte, its highest
 *   WITHOUT(block, other)  bits of block that other hasn't: GCC makes slow blends of "& ~"
 *
 * Those that return a place look from p on for bytes that, with the one behind them, meet a test, and return
 * NULL if none does; begin, which isn't behind p, is where reading may go back to: the last step ends where
 * the text does, as bytes one after the other take as long as all steps before.
 */

#define SPAN_BITS(p, TEST)                                                                                   \
  ({                                                                                                         \
    guint64 bits = 0;                                                                                        \
    _Pragma("GCC unroll 4") for (gsize i = 0; i < SPAN; i += sizeof(Block)) {                                \
      Block here = LOAD(Block, (p) + i), next = LOAD(Block, (p) + i + 1);                                    \
      bits |= MASK(TEST(here, next)) << i;                                                                   \
    }                                                                                                        \
    bits;                                                                                                    \
  })

/* The same for tests of three bytes. */
#define LONG_BITS(p, TEST)                                                                                   \
  ({                                                                                                         \
    guint64 bits = 0;                                                                                        \
    _Pragma("GCC unroll 4") for (gsize i = 0; i < SPAN; i += sizeof(Block)) {                                \
      Block here = LOAD(Block, (p) + i), next = LOAD(Block, (p) + i + 1), third = LOAD(Block, (p) + i + 2);  \
      bits |= MASK(TEST(here, next, third)) << i;                                                            \
    }                                                                                                        \
    bits;                                                                                                    \
  })

#define SHORT_BITS(p, TEST)                                                                                  \
  ({                                                                                                         \
    ShortBlock here = LOAD(ShortBlock, (p)), next = LOAD(ShortBlock, (p) + 1);                               \
    SHORT_MASK(TEST(here, next));                                                                            \
  })

#define SEARCH_BY(size, BITS, begin, p, end, TEST)                                                           \
  do {                                                                                                       \
    for (; (end) - (p) > (size); (p) += (size)) {                                                            \
      guint64 found = BITS(p, TEST);                                                                         \
      if (found)                                                                                             \
        return (p) + __builtin_ctzll(found);                                                                 \
    }                                                                                                        \
    if ((end) - (begin) > (size)) {                                                                          \
      const char *last = (end) - (size)-1;                                                                   \
      guint64 found = (end) - (p) > 1 ? BITS(last, TEST) >> ((p)-last) : 0;                                  \
      return found ? (p) + __builtin_ctzll(found) : NULL;                                                    \
    }                                                                                                        \
  } while (0)

#define SEARCH(begin, p, end, TEST)                                                                          \
  do {                                                                                                       \
    SEARCH_BY(SPAN, SPAN_BITS, begin, p, end, TEST);                                                         \
    SEARCH_BY(SHORT_SPAN, SHORT_BITS, begin, p, end, TEST);                                                  \
    for (; (end) - (p) > 1; (p)++)                                                                           \
      if (TEST((guint8)(p)[0], (guint8)(p)[1]))                                                              \
        return p;                                                                                            \
    return NULL;                                                                                             \
  } while (0)

TARGET static const char *KERNEL(find_exact)(const char *begin, const char *p, const char *end,
                                             const char *pair) {
  guint8 first = (guint8)pair[0], second = (guint8)pair[1];
#define IS_PAIR(here, next) (((here) == first) & ((next) == second))
  SEARCH(begin, p, end, IS_PAIR);
#undef IS_PAIR
}

TARGET static const char *KERNEL(find_folded)(const char *begin, const char *p, const char *end,
                                              const char *pair) {
  guint8 first = (guint8)pair[0] | 0x20, second = (guint8)pair[1] | 0x20;
#define IS_PAIR(here, next) ((((here) | 0x20) == first) & (((next) | 0x20) == second))
  SEARCH(begin, p, end, IS_PAIR);
#undef IS_PAIR
}

/* The pair exact as it is, or the pair folded, of small letters and what has their bit, in any case. */
TARGET static const char *KERNEL(find_either)(const char *begin, const char *p, const char *end,
                                              const char *exact, const char *folded) {
  guint8 first = (guint8)exact[0], second = (guint8)exact[1];
  guint8 third = (guint8)folded[0], fourth = (guint8)folded[1];
#define IS_EITHER(here, next)                                                                                \
  ((((here) == first) & ((next) == second)) | ((((here) | 0x20) == third) & (((next) | 0x20) == fourth)))
  SEARCH(begin, p, end, IS_EITHER);
#undef IS_EITHER
}

/* "ed" behind one of g to l, t and u, "ook", "ken", and "l q" in any letter case: see lb_find_verb_sign(). */
TARGET static const char *KERNEL(find_verb_sign)(const char *begin, const char *p, const char *end) {
#define IS_SIGN(here, next, third)                                                                           \
  (((((here) >= 'g') & ((here) <= 'l')) | ((here) == 't') | ((here) == 'u')) & ((next) == 'e') &             \
   ((third) == 'd')) |                                                                                       \
      (((here) == 'o') & ((next) == 'o') & ((third) == 'k')) |                                               \
      (((here) == 'k') & ((next) == 'e') & ((third) == 'n')) |                                               \
      ((((here) | 0x20) == 'l') & ((next) == ' ') & (((third) | 0x20) == 'q'))
  SEARCH_BY(SPAN, LONG_BITS, begin, p, end - 1, IS_SIGN);
  for (; end - p > 2; p++)
    if (IS_SIGN((guint8)p[0], (guint8)p[1], (guint8)p[2]))
      return p;
  return NULL;
#undef IS_SIGN
}

/* A line feed with something else behind it than other. */
TARGET static const char *KERNEL(find_line_unlike)(const char *begin, const char *p, const char *end,
                                                   char unlike) {
  guint8 other = (guint8)unlike;
#define IS_UNLIKE(here, next) (((here) == '\n') & ((next) != other))
  SEARCH(begin, p, end, IS_UNLIKE);
#undef IS_UNLIKE
}

/* A line feed with one of the six behind it. */
TARGET static const char *KERNEL(find_line_of)(const char *begin, const char *p, const char *end,
                                               const char *six) {
  guint8 a = (guint8)six[0], b = (guint8)six[1], c = (guint8)six[2];
  guint8 d = (guint8)six[3], e = (guint8)six[4], f = (guint8)six[5];
#define IS_OF(here, next)                                                                                    \
  (((here) == '\n') &                                                                                        \
   (((next) == a) | ((next) == b) | ((next) == c) | ((next) == d) | ((next) == e) | ((next) == f)))
  SEARCH(begin, p, end, IS_OF);
#undef IS_OF
}

/* One that isn't ASCII; the last byte isn't looked at. */
TARGET static const char *KERNEL(find_high)(const char *begin, const char *p, const char *end) {
#define IS_HIGH(here, next) ((void)(next), (here)&0x80)
  SEARCH(begin, p, end, IS_HIGH);
#undef IS_HIGH
}

/* What is neither printable ASCII nor one of the two others.  There are SHORT_SPAN bytes at least: the last
 * ones are looked at together, some of them once more. */
TARGET static const char *KERNEL(find_unprintable)(const char *p, const char *end, char one, char other) {
  for (; end - p > SPAN; p += SPAN) {
    guint64 found = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block)) {
      Block here = LOAD(Block, p + i);
      found |= MASK((here - ' ' >= 0x7F - ' ') & (here != (guint8)one) & (here != (guint8)other)) << i;
    }
    if (found)
      return p + __builtin_ctzll(found);
  }
  for (; p < end; p += SHORT_SPAN) {
    p = MIN(p, end - SHORT_SPAN);
    ShortBlock here = LOAD(ShortBlock, p);
    guint64 found = SHORT_MASK((here - ' ' >= 0x7F - ' ') & (here != (guint8)one) & (here != (guint8)other));
    if (found)
      return p + __builtin_ctzll(found);
  }
  return end;
}

/* One that isn't ASCII, a NUL or a CR; the last byte isn't looked at. */
TARGET static const char *KERNEL(find_odd)(const char *begin, const char *p, const char *end) {
#define IS_ODD(here, next) ((void)(next), ((here) >= 0x80) | ((here) == '\r') | ((here) == 0))
  SEARCH(begin, p, end, IS_ODD);
#undef IS_ODD
}

/* See lb_find_field_ends().  Most spans have none or one: two are written down without a jump, which wouldn't
 * be foreseen. */
TARGET static gsize KERNEL(find_field_ends)(const char *p, const char *end, guint16 *places, guint *n) {
  const guint64 last = G_GUINT64_CONSTANT(1) << 63;
  gsize at = 0, stop = end - p > SPAN ? MIN((gsize)(end - p) - SPAN, LB_FIELD_ENDS_SPAN) : 0;
  guint64 ends = 0;
  guint k = 0;
  for (; at < stop && !(ends & ends >> 1); at += SPAN) {
    ends = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block)) {
      Block next = LOAD(Block, p + at + i + 1);
      Block blank = (Block)((next == ' ') | (next == '\t'));
      ends |= MASK(WITHOUT(LOAD(Block, p + at + i) == '\n', blank)) << i;
    }
    guint64 found = ends;
    guint16 *place = places + k;
    k += (guint)__builtin_popcountll(found);
    place[0] = (guint16)(at + (gsize)__builtin_ctzll(found | last));
    found &= found - 1;
    place[1] = (guint16)(at + (gsize)__builtin_ctzll(found | last));
    for (found &= found - 1, place += 2; found; found &= found - 1)
      *place++ = (guint16)(at + (gsize)__builtin_ctzll(found));
  }
  *n = k;
  return at;
}

/* Those of a hunk's lines that begin in one span, one after the other; where the next one begins. */
TARGET static inline gsize KERNEL(pass_lines)(guint64 all, guint64 added, guint64 removed, guint64 context,
                                              LbHunkLines *lines) {
  for (; all && (lines->before || lines->after); all &= all - 1) {
    guint64 bit = all & -all;
    guint64 is_added = (added & bit) != 0, is_removed = (removed & bit) != 0,
            is_context = (context & bit) != 0;
    if (!(is_added | is_removed | is_context) || (is_removed | is_context) > lines->before ||
        (is_added | is_context) > lines->after)
      break;
    lines->before -= is_removed | is_context;
    lines->after -= is_added | is_context;
    lines->added += is_added;
    lines->removed += is_removed;
  }
  return all ? (gsize)__builtin_ctzll(all) : SPAN;
}

/* See lb_find_hunk_rest(). */
TARGET static const char *KERNEL(find_hunk_rest)(const char *p, const char *end, LbHunkLines *lines) {
  for (; end - p > SPAN + 1; p += SPAN) {
    guint64 all = 0, added = 0, removed = 0, context = 0;
#pragma GCC unroll 4
    for (gsize i = 0; i < SPAN; i += sizeof(Block)) {
      Block here = LOAD(Block, p + i), next = LOAD(Block, p + i + 1), third = LOAD(Block, p + i + 2);
      guint64 bits = MASK(here == '\n');
      all |= bits << i;
      added |= (bits & MASK(next == '+')) << i;
      removed |= (bits & MASK((next == '-') & (third != '-'))) << i;
      context |= (bits & MASK(next == ' ')) << i;
    }
    guint64 n_before = (guint64)__builtin_popcountll(removed | context);
    guint64 n_after = (guint64)__builtin_popcountll(added | context);
    gboolean is_inside = lines->before >= n_before && lines->after >= n_after &&
                         (lines->before > n_before || lines->after > n_after);
    if (!is_inside || (added | removed | context) != all)
      return p + KERNEL(pass_lines)(all, added, removed, context, lines);
    lines->before -= n_before;
    lines->after -= n_after;
    lines->added += (guint64)__builtin_popcountll(added);
    lines->removed += (guint64)__builtin_popcountll(removed);
  }
  return p;
}

#undef SPAN_BITS
#undef LONG_BITS
#undef SHORT_BITS
#undef SEARCH_BY
#undef SEARCH
