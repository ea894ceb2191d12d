/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings in mail found fast: what runs over every byte of an archive. */
#pragma once
#include <glib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* memmem(3), three times as fast on the short needles that mail is searched for. */
const char *lb_find_bytes(const char *haystack, gsize length, const char *needle, gsize n);
/* For a literal needle. */
#define lb_find_literal(haystack, length, literal)                                                           \
  lb_find_bytes((haystack), (length), (literal), sizeof(literal) - 1)
/* strcasestr(3) for ASCII letters in bytes; NULL if needle isn't there. */
const char *lb_find_nocase(const char *haystack, gsize length, const char *needle);

/* The first byte that isn't 0, in the order of memory; 8 * n if all are. */
static inline gsize lb_find_first_set(const guint64 *words, gsize n) {
  for (gsize i = 0; i < n; i++)
    if (words[i])
      return i * 8 + (gsize)__builtin_ctzll(GUINT64_FROM_LE(words[i])) / 8;
  return n * 8;
}

/* The beginning of the next line that doesn't begin with first, which may be end: over a quotation in one go.
 * p may stand anywhere in a line. */
const char *lb_find_line_unlike(const char *p, const char *end, char first);

/* The first place from p on where "ed" stands behind one of g to l, t and u, at that letter, or "ook", "ken",
 * or "l q" in any letter case: hardly more than the verbs of message/verb.h end like this.  NULL if there is
 * none.  begin: of the text, at p or before. */
const char *lb_find_verb_sign(const char *begin, const char *p, const char *end);

/* The beginning of the next line whose first byte is one of six; end if there is none.  p may stand anywhere
 * in a line. */
const char *lb_find_line_of(const char *p, const char *end, const char six[6]);

/* Lines that are still to come of a hunk of diff -u, and those seen. */
typedef struct {
  guint64 before, after, added, removed;
} LbHunkLines;
/* Over many of a hunk's lines at once: those that begin behind p with '+', '-' or ' ', but not with "--", as
 * long as there are 64 bytes.  Returns where to look for the beginning of the next line. */
const char *lb_find_hunk_rest(const char *p, const char *end, LbHunkLines *lines);

/* memchr(3) for where most calls end within a line: a call costs more than the search.  NULL if there is
 * none. */
static inline const char *lb_find_newline(const char *p, const char *end) {
#ifdef __SSE2__
  /* wide steps: how many a line takes isn't foreseen, most take one */
  const __m128i newline = _mm_set1_epi8('\n');
  for (; end - p >= 64; p += 64) {
    guint64 found = 0;
#pragma GCC unroll 4
    for (int i = 0; i < 64; i += 16) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
      found |= (guint64)(guint32)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline)) << i;
    }
    if (found)
      return p + __builtin_ctzll(found);
  }
#endif
  return p < end ? memchr(p, '\n', (gsize)(end - p)) : NULL;
}

/* Copies what is before the next byte stop, or before end, to *to, which has room for LB_COPY_SLACK bytes
 * more than there are and is moved behind the copy; returns where it stopped.  For where most bytes stop is
 * met soon. */
#define LB_COPY_SLACK 64
static inline const char *lb_find_copying(char **to, const char *p, const char *end, char stop) {
#ifdef __SSE2__
  const __m128i sought = _mm_set1_epi8(stop);
  for (; end - p >= 64; p += 64, *to += 64) {
    guint64 found = 0;
#pragma GCC unroll 4
    for (int i = 0; i < 64; i += 16) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
      _mm_storeu_si128((__m128i *)(*to + i), bytes);
      found |= (guint64)(guint32)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, sought)) << i;
    }
    if (found) {
      *to += __builtin_ctzll(found);
      return p + __builtin_ctzll(found);
    }
  }
  while (p < end && *p != stop)
    *(*to)++ = *p++;
  return p;
#else
  const char *found = p < end ? memchr(p, stop, (gsize)(end - p)) : NULL;
  gsize n = (gsize)((found ? found : end) - p);
  memcpy(*to, p, n);
  *to += n;
  return p + n;
#endif
}

/* Bytes before the first that is a blank, a control character, no ASCII, or one of the two. */
static inline gsize lb_find_span(const char *bytes, gsize length, char one, char other) {
  gsize n = 0;
#ifdef __SSE2__
  /* wide steps: most texts take one */
  for (; length - n >= 32; n += 32) {
    guint32 found = 0;
#pragma GCC unroll 2
    for (int i = 0; i < 32; i += 16) {
      __m128i here = _mm_loadu_si128((const __m128i *)(bytes + n + i));
      /* signed: what is above 127 is below 33, too */
      __m128i odd = _mm_or_si128(
          _mm_cmplt_epi8(here, _mm_set1_epi8(33)),
          _mm_or_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8(one)), _mm_cmpeq_epi8(here, _mm_set1_epi8(other))));
      found |= (guint32)_mm_movemask_epi8(odd) << i;
    }
    if (found)
      return n + (gsize)__builtin_ctz(found);
  }
#endif
  while (n < length && (gint8)bytes[n] > ' ' && bytes[n] != one && bytes[n] != other)
    n++;
  return n;
}

/* The first place where the two bytes exact stand, or the two of folded, small letters and signs that small
 * letters share a bit with, in any letter case; NULL if there is none. */
const char *lb_find_either(const char *p, const char *end, const char *exact, const char *folded);
/* Line feeds that neither blank nor tab follows, from p on: how far they are from it, in order.  n: how many.
 * Returns how many bytes were looked at: not many more than there are up to an empty line, LB_FIELD_ENDS_SPAN
 * at most, all but the last 64 or less before end. */
#define LB_FIELD_ENDS_SPAN 4096
#define LB_FIELD_ENDS_ROOM (LB_FIELD_ENDS_SPAN + 2)
gsize lb_find_field_ends(const char *p, const char *end, guint16 *places, guint *n);
/* The first byte that isn't ASCII, or end. */
const char *lb_find_high(const char *p, const char *end);
/* The first byte that isn't ASCII, is NUL or CR, or end. */
const char *lb_find_odd(const char *p, const char *end);

/* The first byte that is neither printable ASCII nor one of the two others, or end. */
const char *lb_find_unprintable(const char *p, const char *end, char one, char other);

#define LB_EACH_BYTE(byte) (G_GUINT64_CONSTANT(0x0101010101010101) * (byte))

/* Whether some byte of the word is below n, n at most 128. */
static inline gboolean lb_find_is_any_below(guint64 word, guint8 n) {
  return ((word - LB_EACH_BYTE(n)) & ~word & LB_EACH_BYTE(0x80)) != 0;
}

/* Whether all bytes are ASCII and none of them NUL. */
static inline gboolean lb_find_is_ascii(const char *bytes, gsize length) {
  guint64 word;
  for (; length >= 8; bytes += 8, length -= 8) {
    memcpy(&word, bytes, 8);
    if ((word & LB_EACH_BYTE(0x80)) || lb_find_is_any_below(word, 1))
      return FALSE;
  }
  for (; length; bytes++, length--)
    if (*bytes == '\0' || *bytes & 0x80)
      return FALSE;
  return TRUE;
}

/* Whether there is no blank and no control character among the bytes. */
static inline gboolean lb_find_is_dense(const char *bytes, gsize length) {
  guint64 word;
  for (; length >= 8; bytes += 8, length -= 8) {
    memcpy(&word, bytes, 8);
    if (lb_find_is_any_below(word, ' ' + 1))
      return FALSE;
  }
  for (; length; bytes++, length--)
    if ((guint8)*bytes <= ' ')
      return FALSE;
  return TRUE;
}
