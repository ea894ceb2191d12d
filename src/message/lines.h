/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of a decoded text, for the modules of message/ that read it line by line.  Offsets, never copies. */
#pragma once
#include <string.h>
#include "base/find.h"
#include "message/header.h"

/* Offset of the newline that ends the line at pos, or length. */
static inline gsize lb_line_end(const char *text, gsize length, gsize pos) {
  const char *newline = pos < length ? lb_find_newline(text + pos, text + length) : NULL;
  return newline ? (gsize)(newline - text) : length;
}

/* Offset of the line after the one at pos, or length. */
static inline gsize lb_line_next(const char *text, gsize length, gsize pos) {
  gsize end = lb_line_end(text, length, pos);
  return end < length ? end + 1 : length;
}

/* Offset of the line before the one at pos (which is > 0). */
static inline gsize lb_line_previous(const char *text, gsize pos) {
  const char *newline = pos > 1 ? memrchr(text, '\n', pos - 1) : NULL;
  return newline ? (gsize)(newline + 1 - text) : 0;
}

static inline gboolean lb_line_is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/* The line at pos, without its newline. */
static inline LbSlice lb_line_get(const char *text, gsize length, gsize pos) {
  return (LbSlice){text + pos, lb_line_end(text, length, pos) - pos};
}

/* Bytes of the white space at the line's beginning: mailers that write HTML turn blanks into U+00A0. */
static inline gsize lb_line_space(LbSlice line) {
  gsize n = 0;

  while (n < line.length) {
    if (lb_line_is_space(line.data[n]))
      n++;
    else if (n + 1 < line.length && memcmp(line.data + n, "\302\240", 2) == 0)
      n += 2;
    else
      break;
  }
  return n;
}

static inline gboolean lb_line_is_blank(LbSlice line) {
  return lb_line_space(line) == line.length;
}

/* Without white space at its ends. */
static inline LbSlice lb_line_strip(LbSlice line) {
  gsize n;

  while (line.length && lb_line_is_space(line.data[line.length - 1]))
    line.length--;
  n = lb_line_space(line);
  return (LbSlice){line.data + n, line.length - n};
}

static inline gboolean lb_line_starts(LbSlice line, const char *prefix) {
  gsize n = strlen(prefix);
  return line.length >= n && memcmp(line.data, prefix, n) == 0;
}

static inline gboolean lb_line_starts_nocase(LbSlice line, const char *prefix) {
  gsize n = strlen(prefix);
  return line.length >= n && g_ascii_strncasecmp(line.data, prefix, n) == 0;
}

/* Text from begin to end without blank lines at its ends; the first line keeps its indent. */
static inline LbSlice lb_line_trim(const char *text, gsize begin, gsize end) {
  for (gsize pos = begin; pos < end && (text[pos] == '\n' || lb_line_is_space(text[pos])); pos++)
    if (text[pos] == '\n')
      begin = pos + 1;
  while (end > begin && (text[end - 1] == '\n' || lb_line_is_space(text[end - 1])))
    end--;
  return (LbSlice){text + begin, end - begin};
}
