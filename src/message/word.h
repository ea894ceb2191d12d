/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of subjects: ASCII case-blind, by length. */
#pragma once
#include <glib.h>
#include <string.h>

/* Whether the letters may be one, in whatever case: before a call that finds out, which nearly all fail. */
static inline gboolean lb_word_begins(const char *word, const char *bytes) {
  return ((*word ^ *bytes) & ~0x20) == 0;
}

static inline gboolean lb_word_is_in(const char *const *table, gsize n, const char *bytes, gsize length) {
  if (length == 0)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (lb_word_begins(table[i], bytes) && strlen(table[i]) == length &&
        g_ascii_strncasecmp(table[i], bytes, length) == 0)
      return TRUE;
  return FALSE;
}

/* Whether text, which may end before, begins with the word. */
static inline gboolean lb_word_starts(const char *text, const char *word) {
  return lb_word_begins(word, text) && g_ascii_strncasecmp(text, word, strlen(word)) == 0;
}

/* How many digits stand at the front, 0 if more than max. */
static inline gsize lb_word_span_digits(const char *bytes, gsize length, gsize max) {
  gsize n = 0;
  while (n < length && g_ascii_isdigit(bytes[n]))
    n++;
  return n <= max ? n : 0;
}
