/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/span.h"
#include <string.h>

/* place, or what follows it if an empty line stands there. */
static guint64 skip_empty_line(const LbWindow *window, guint64 place) {
  const char *p = lb_window_at(window, place);
  gsize left = lb_window_end(window) - place;
  if (left >= 2 && p[0] == '\r' && p[1] == '\n')
    return place + 2;
  return left >= 1 && p[0] == '\n' ? place + 1 : place;
}

/* Whether a Content-Length that ends a mail at target leads to a From_ line or the end of the file: it comes
 * from the sender and is believed in no other case.  span->next and is_counted tell which. */
static gboolean leads_somewhere(const LbWindow *window, guint64 target, LbSpan *span) {
  LbReader room = {0};
  LbWindow there = {.fd = window->fd, .size = window->size, .reader = &room};
  if (target > window->size || target == 0)
    return FALSE;
  gboolean leads = FALSE;
  lb_window_start(&there, target - 1, LB_FROM_LINE_MAX + 16);
  if (lb_window_end(&there) >= target &&
      (*lb_window_at(&there, target - 1) == '\n' || target == window->size)) {
    guint64 place = skip_empty_line(&there, target);
    gboolean is_from_line = lb_window_has_from_line(&there, place);
    leads = is_from_line || place == window->size;
    if (leads) {
      span->is_counted = is_from_line;
      span->next = place;
    }
  }
  g_free(room.bytes);
  return leads;
}

/* What lb_span_find_end() keeps: is_separator() looks at the lines before the first. */
static guint64 keep_of(const LbWindow *window, guint64 begin) {
  return begin - MIN(begin - window->base, 4);
}

/* Behind the header that holds the line at place, LB_WINDOW_NONE if it does not end within what is sensible.
 */
static guint64 find_body(LbWindow *window, guint64 begin, guint64 place) {
  while (place - begin < (1u << 20)) {
    guint64 line = lb_window_find_line_end(window, place);
    if (line == place || *lb_window_at(window, line - 1) != '\n') { /* it goes on behind the window */
      if (lb_window_end(window) - begin > (2u << 20) || !lb_window_extend(window, keep_of(window, begin)))
        return LB_WINDOW_NONE;
      continue;
    }
    if (skip_empty_line(window, place) == line)
      return line;
    place = line;
  }
  return LB_WINDOW_NONE;
}

static gboolean has_empty_line(const char *p, const char *end) {
  while ((p = memchr(p, '\n', end - p)) && ++p < end)
    if (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'))
      return TRUE;
  return FALSE;
}

/* p: behind "Content-Length:".  Its value, LB_WINDOW_NONE if it has none. */
static guint64 parse_length(const char *p, const char *end) {
  guint64 value = 0;
  int digits = 0;
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  for (; p < end && g_ascii_isdigit(*p) && digits < 18; digits++)
    value = value * 10 + (*p++ - '0');
  return digits > 0 && p < end && g_ascii_isspace(*p) ? value : LB_WINDOW_NONE;
}

/* mark: the '-' of what may be a Content-Length field.  If it is one and to be believed, span->end becomes
 * the mail's. TRUE: no later field counts, because this is the first or because the header is over. */
static gboolean follow_content_length(LbWindow *window, guint64 mark, LbSpan *span) {
  static const char name[] = "Content-Length:";
  const gsize before = strlen("Content");
  if (mark < span->begin + before)
    return FALSE;
  guint64 field = mark - before;
  const char *p = lb_window_at(window, field), *end = lb_window_at(window, lb_window_end(window));
  if ((field > span->begin && p[-1] != '\n') || end - p < (gssize)strlen(name) ||
      g_ascii_strncasecmp(p, name, strlen(name)) != 0)
    return FALSE;
  if (has_empty_line(lb_window_at(window, span->begin), p))
    return TRUE;
  guint64 value = parse_length(p + strlen(name), end);
  guint64 body = value == LB_WINDOW_NONE ? LB_WINDOW_NONE : find_body(window, span->begin, field);
  if (body != LB_WINDOW_NONE && leads_somewhere(window, body + value, span))
    span->end = body + value;
  return TRUE;
}

/* place: a line break's last byte stands before it.  Takes off the empty line that separates mails. */
static guint64 cut_separator(const LbWindow *window, guint64 begin, guint64 end) {
  const char *p = lb_window_at(window, end);
  gsize length = end - begin;
  gsize own = length >= 2 && p[-1] == '\n' && p[-2] == '\r' ? 2 : length >= 1 && p[-1] == '\n' ? 1 : 0;
  return own > 0 && length > own && p[-(gssize)own - 1] == '\n' ? end - own : end;
}

/* A mail larger than the cap: its rest is searched for the next From_ line in a window of its own. */
static guint64 skip_giant(LbWindow *window, guint64 from) {
  LbReader room = {0};
  LbWindow rest = {.fd = window->fd, .size = window->size, .reader = &room};
  lb_window_start(&rest, from - 4, 1u << 20);
  guint64 next = lb_window_find_separator(&rest, from, rest.size);
  window->error_number = rest.error_number ? rest.error_number : window->error_number;
  g_free(room.bytes);
  return next == LB_WINDOW_NONE ? rest.size : next;
}

/* Judges one mark in a mail; TRUE: the mail ends before it. */
static gboolean take_mark(LbWindow *window, guint64 mark, LbSpan *span, gboolean *is_length_seen) {
  const char *p = lb_window_at(window, mark);
  if (*p == '-') {
    if (span->begin > 0 && !*is_length_seen)
      *is_length_seen = follow_content_length(window, mark, span);
    return FALSE;
  }
  if (lb_window_end(window) - mark < 5 || memcmp(p, "From ", 5) != 0)
    return FALSE;
  const char *line = p, *first = lb_window_at(window, span->begin);
  while (line > first && line[-1] == '>')
    line--;
  if (line > first && line[-1] != '\n')
    return FALSE;
  if (line < p)
    span->has_quoted = TRUE;
  else if (span->end == LB_WINDOW_NONE && mark > span->begin && lb_window_is_separator(window, mark))
    return TRUE;
  else
    span->has_unquoted = TRUE;
  return FALSE;
}

void lb_span_find_end(LbWindow *window, LbSpan *span) {
  gboolean is_length_seen = FALSE;
  guint64 place = span->begin, cap = span->begin + LB_MAIL_MAX_BYTES;
  guint64 keep = keep_of(window, span->begin);
  span->end = span->next = LB_WINDOW_NONE;
  for (;;) {
    guint64 end = MIN(MIN(lb_window_end(window), span->end), cap);
    const char *p = lb_window_at(window, place);
    const char *mark = place < end ? lb_from_line_find_mark(p, lb_window_at(window, end)) : NULL;
    if (mark) {
      place += mark - p;
      lb_window_ensure(window, place, LB_WINDOW_LOOKAHEAD, keep);
      if (take_mark(window, place, span, &is_length_seen)) {
        span->next = place;
        break;
      }
      place++;
    } else if (end == cap || end == span->end) {
      break;
    } else {
      place = MAX(place, lb_window_end(window) - 1);
      if (!lb_window_extend(window, keep))
        break;
    }
  }
  if (span->end != LB_WINDOW_NONE) {
    lb_window_ensure(window, span->begin, MIN(span->end, cap) - span->begin, keep);
    return;
  }
  if (span->next == LB_WINDOW_NONE)
    span->next =
        window->at_end && lb_window_end(window) <= cap ? lb_window_end(window) : skip_giant(window, cap - 1);
  span->end =
      span->next <= lb_window_end(window) ? cut_separator(window, span->begin, span->next) : span->next;
}

gsize lb_span_unquote(char *bytes, gsize length) {
  char *to = bytes;
  const char *from = bytes, *end = bytes + length, *p = bytes, *hit;
  while ((hit = memmem(p, end - p, ">From ", 6))) {
    const char *line = hit;
    while (line > p && line[-1] == '>')
      line--;
    p = hit + 6;
    if (line > bytes && line[-1] != '\n')
      continue;
    if (to != from)
      memmove(to, from, hit - from);
    to += hit - from;
    from = hit + 1;
  }
  memmove(to, from, end - from);
  return to + (end - from) - bytes;
}

gboolean lb_span_needs_unquoting(const LbSpan *span) {
  return span->has_quoted && span->begin > 0 && !(span->is_counted && span->has_unquoted);
}
