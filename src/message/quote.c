/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/quote.h"
#include "base/find.h"
#include "base/text.h"

/* The first line from p on, which begins one, that is a quotation's; NULL if there is none. */
static const char *find_quote(const char *p, const char *end) {
  if (p < end && *p == '>')
    return p;
  const char *newline = lb_find_literal(p, (gsize)(end - p), "\n>");
  return newline ? newline + 1 : NULL;
}

LbSlice lb_quote_shorten(const char *text, gsize length, GString *buffer) {
  const char *p = text, *end = text + length, *quote;
  gboolean is_copied = FALSE;
  lb_text_empty(buffer);
  while ((quote = find_quote(p, end))) {
    const char *newline = lb_find_newline(quote, end), *behind = newline ? newline + 1 : end;
    const char *next = newline ? lb_find_line_unlike(newline, end, '>') : end;
    if (!is_copied && next > behind) {
      lb_text_append(buffer, text, (gsize)(p - text));
      is_copied = TRUE;
    }
    if (is_copied)
      lb_text_append(buffer, p, (gsize)(behind - p));
    p = next;
  }
  if (!is_copied)
    return (LbSlice){text, length};
  lb_text_append(buffer, p, (gsize)(end - p));
  return (LbSlice){buffer->str, buffer->len};
}
