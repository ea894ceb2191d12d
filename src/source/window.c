/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/window.h"
#include <string.h>

/* What stands before a line that tells whether it follows an empty one: "\n\r\n". */
#define LOOKBACK 4

/* How much more is read at a time: as much again as there is, but a mail at the cap takes no double room. */
#define MIN_STEP ((gsize)128 << 10)
#define MAX_STEP ((gsize)4 << 20)

static void fill(LbWindow *window, gsize wanted) {
  guint64 left = window->size - lb_window_end(window);
  if (wanted >= left) {
    wanted = left;
    window->at_end = TRUE;
  }
  char *bytes = lb_reader_reserve(window->reader, window->length + wanted + 1);
  gssize count = lb_source_pread(window->fd, bytes + window->length, wanted, lb_window_end(window));
  if (count < (gssize)wanted) {
    window->error_number = count < 0 ? errno : LB_WINDOW_CUT_SHORT;
    window->at_end = TRUE;
    count = MAX(count, 0);
  }
  window->length += count;
}

void lb_window_start(LbWindow *window, guint64 place, gsize length) {
  window->base = MIN(place, window->size);
  window->length = 0;
  window->at_end = FALSE;
  fill(window, length);
}

gboolean lb_window_extend(LbWindow *window, guint64 keep) {
  if (window->at_end)
    return FALSE;
  gsize forget = MIN(keep - window->base, window->length);
  if (forget > 0) {
    memmove(window->reader->bytes, window->reader->bytes + forget, window->length - forget);
    window->base += forget;
    window->length -= forget;
  }
  fill(window, CLAMP(window->length, MIN_STEP, MAX_STEP));
  return TRUE;
}

void lb_window_ensure(LbWindow *window, guint64 place, gsize length, guint64 keep) {
  while (lb_window_end(window) < place + length && lb_window_extend(window, keep))
    ;
}

guint64 lb_window_find_line_end(const LbWindow *window, guint64 place) {
  const char *line = lb_window_at(window, place);
  const char *line_end = memchr(line, '\n', lb_window_end(window) - place);
  return line_end ? place + (line_end - line) + 1 : lb_window_end(window);
}

gboolean lb_window_has_from_line(const LbWindow *window, guint64 place) {
  gsize left = lb_window_end(window) - place;
  const char *line = lb_window_at(window, place);
  if (left < 5 || memcmp(line, "From ", 5) != 0)
    return FALSE;
  gsize most = MIN(left, LB_FROM_LINE_MAX + 2);
  const char *line_end = memchr(line, '\n', most);
  if (!line_end && most < left)
    return FALSE;
  return lb_from_line_is_valid(line, line_end ? (gsize)(line_end - line) : most);
}

static gboolean follows_empty_line(const LbWindow *window, guint64 place) {
  const char *p = lb_window_at(window, place), *begin = window->reader->bytes;
  gboolean is_file_begin = window->base == 0;
  if (p - begin >= 2 && p[-2] == '\r')
    p--;
  /* p[-1] ends the line before, or is the CR before that */
  return p - begin >= 2 ? p[-2] == '\n' : is_file_begin;
}

gboolean lb_window_is_separator(const LbWindow *window, guint64 place) {
  if (place > 0 && (place == window->base || lb_window_at(window, place)[-1] != '\n'))
    return FALSE;
  if (!lb_window_has_from_line(window, place))
    return FALSE;
  if (follows_empty_line(window, place))
    return TRUE;
  guint64 after = lb_window_find_line_end(window, place);
  return lb_source_is_field(lb_window_at(window, after), lb_window_end(window) - after);
}

guint64 lb_window_find_separator(LbWindow *window, guint64 from, guint64 below) {
  while (from < below) {
    lb_window_ensure(window, from, LB_WINDOW_LOOKAHEAD, from - MIN(from - window->base, LOOKBACK));
    const char *p = lb_window_at(window, from), *end = lb_window_at(window, lb_window_end(window));
    const char *mark = from < lb_window_end(window) ? lb_from_line_find_mark(p, end) : NULL;
    if (!mark) {
      if (window->at_end)
        return LB_WINDOW_NONE;
      from = lb_window_end(window) - 1;
      lb_window_extend(window, from - MIN(from - window->base, LOOKBACK));
      continue;
    }
    from += mark - p;
    if (from >= below)
      return LB_WINDOW_NONE;
    lb_window_ensure(window, from, LB_WINDOW_LOOKAHEAD, from - MIN(from - window->base, LOOKBACK));
    if (lb_window_is_separator(window, from))
      return from;
    from++;
  }
  return LB_WINDOW_NONE;
}
