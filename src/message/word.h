/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of subjects: ASCII case-blind, by length. */
#pragma once
#include <glib.h>
#include <string.h>

static inline gboolean lb_word_is_in(const char *const *table, gsize n, const char *bytes, gsize length) {
  for (gsize i = 0; i < n; i++)
    if (strlen(table[i]) == length && g_ascii_strncasecmp(table[i], bytes, length) == 0)
      return TRUE;
  return FALSE;
}

/* How many digits stand at the front, 0 if more than max. */
static inline gsize lb_word_span_digits(const char *bytes, gsize length, gsize max) {
  gsize n = 0;
  while (n < length && g_ascii_isdigit(bytes[n]))
    n++;
  return n <= max ? n : 0;
}
