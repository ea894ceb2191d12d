/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/flowed.h"
#include <string.h>

#define SIGNATURE "-- "

typedef struct {
  const char *begin, *content, *end; /* content: behind quote marks and stuffing; end: without the line end */
  const char *next;
  gsize depth;                       /* quote marks */
  gboolean is_separator, is_flowed;
} Line;

static void read_line(const char *p, const char *end, Line *line) {
  const char *line_end = memchr(p, '\n', end - p);

  line->begin = p;
  line->end = line_end ? line_end : end;
  line->next = line_end ? line_end + 1 : end;
  for (line->content = p; line->content < line->end && *line->content == '>';)
    line->content++;
  line->depth = line->content - p;
  gboolean is_stuffed = line->content < line->end && *line->content == ' ';
  line->content += is_stuffed;
  gsize length = line->end - line->content;
  /* RFC 3676 4.3: "-- " is neither fixed nor flowed; with quote marks, also when it is stuffed */
  line->is_separator = length == 3 && memcmp(line->content, SIGNATURE, 3) == 0 && (line->depth > 0 || !is_stuffed);
  line->is_flowed = !line->is_separator && length > 0 && line->end[-1] == ' ';
}

/* The first line of a quoted paragraph keeps its quote marks as they were sent; a soft break counts only
 * before a line of the same depth (RFC 3676 4.5). */
void lb_flowed_join(const char *text, gsize length, gboolean del_sp, GString *out) {
  const char *end = text + length;
  gboolean is_open = FALSE;
  gsize open_depth = 0;
  Line line;

  for (const char *p = text; p < end; p = line.next) {
    read_line(p, end, &line);
    gboolean joins = is_open && line.depth == open_depth && !line.is_separator;
    if (is_open && !joins)
      g_string_append_c(out, '\n');
    const char *from = joins || line.depth == 0 ? line.content : line.begin;
    is_open = line.is_flowed;
    open_depth = line.depth;
    g_string_append_len(out, from, line.end - from - (is_open && del_sp));
    if (!is_open && line.next > line.end)
      g_string_append_c(out, '\n');
  }
  if (is_open && length > 0 && text[length - 1] == '\n')
    g_string_append_c(out, '\n');
}
