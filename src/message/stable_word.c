/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/stable_word.h"
#include <string.h>
#include "message/word.h"

static const char *const stable_words[] = {"STABLE", "AUTOSEL", "BACKPORT", "BACKPORTED", "LTS", "SRU"};

/* What may be glued to a kernel version: "linux-5.10.y", "5.10-stable", "6.1.y-cip". */
static const char *const kernel_words[] = {"linux", "stable", "lts", "kernel", "cip", "rt", "autosel"};

/* One part of "5.10/5.15.y": digits, dot, digits, at most one more of "y", "x" or digits. */
static gsize match_kernel_part(const char *bytes, gsize length) {
  gsize n = 0, digits;
  if (n < length && (bytes[n] == 'v' || bytes[n] == 'V'))
    n++;
  if ((digits = lb_word_span_digits(bytes + n, length - n, 2)) == 0 || n + digits >= length ||
      bytes[n + digits] != '.')
    return 0;
  n += digits + 1;
  if (n < length && bytes[n] == '{') {
    const char *close = memchr(bytes + n, '}', length - n);
    return close ? (gsize)(close - bytes) + 1 : 0;
  }
  if (n < length && g_ascii_strncasecmp(bytes + n, "y", 1) != 0 &&
      g_ascii_strncasecmp(bytes + n, "x", 1) != 0) {
    if ((digits = lb_word_span_digits(bytes + n, length - n, 3)) == 0)
      return 0;
    n += digits;
    if (n + 1 >= length || bytes[n] != '.')
      return n;
    n++;
    if ((digits = lb_word_span_digits(bytes + n, length - n, 4)) > 0)
      return n + digits;
  }
  return n < length && strchr("yYxXzZ", bytes[n]) ? n + 1 : 0;
}

gboolean lb_stable_word_is_kernel(const char *bytes, gsize length) {
  gboolean found = FALSE;
  for (gsize at = 0; at < length;) {
    gsize n = match_kernel_part(bytes + at, length - at);
    if (n > 0)
      found = TRUE;
    else {
      while (at + n < length && g_ascii_isalpha(bytes[at + n]))
        n++;
      if (!lb_word_is_in(kernel_words, G_N_ELEMENTS(kernel_words), bytes + at, n))
        return FALSE;
    }
    at += n;
    if (at < length && !strchr("-/+&", bytes[at++]))
      return FALSE;
  }
  return found;
}

gboolean lb_stable_word_is_known(const char *bytes, gsize length) {
  if (lb_word_is_in(stable_words, G_N_ELEMENTS(stable_words), bytes, length))
    return TRUE;
  if (length > 7 &&
      (g_ascii_strncasecmp(bytes, "stable", 6) == 0 || g_ascii_strncasecmp(bytes, "autosel", 7) == 0))
    return !g_ascii_isalpha(bytes[bytes[0] == 's' || bytes[0] == 'S' ? 6 : 7]);
  if (length >= 10 && g_ascii_strncasecmp(bytes, "for-stable", 10) == 0)
    return TRUE;
  /* mm-stable and mm-hotfixes-stable are where new work for the next release ripens */
  return length > 7 && g_ascii_strncasecmp(bytes + length - 7, "-stable", 7) == 0 &&
         g_ascii_strncasecmp(bytes, "mm-", 3) != 0;
}
