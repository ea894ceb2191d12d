/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/flowed.h"
#include <string.h>

#define SIGNATURE "-- "
#define COUNT_MAX 9999999u

typedef struct {
  const char *begin, *content, *end; /* content: behind quote marks and stuffing; end: without the line end */
  const char *next;
  gsize depth; /* quote marks */
  gboolean is_separator, is_flowed;
} Line;

/* Lines that are still to come of a hunk in the mail's own text. */
typedef struct {
  guint old, new;
} Hunk;

static void read_line(const char *p, const char *end, Line *line) {
  const char *line_end = memchr(p, '\n', (gsize)(end - p));

  line->begin = p;
  line->end = line_end ? line_end : end;
  line->next = line_end ? line_end + 1 : end;
  for (line->content = p; line->content < line->end && *line->content == '>';)
    line->content++;
  line->depth = (gsize)(line->content - p);
  gboolean is_stuffed = line->content < line->end && *line->content == ' ';
  line->content += is_stuffed;
  gsize length = (gsize)(line->end - line->content);
  /* RFC 3676 4.3: "-- " is neither fixed nor flowed; with quote marks, also when it is stuffed */
  line->is_separator =
      length == 3 && !memcmp(line->content, SIGNATURE, 3) && (line->depth > 0 || !is_stuffed);
  line->is_flowed = !line->is_separator && length > 0 && line->end[-1] == ' ';
}

/* "12,3" or "12": the number of lines; NULL if it is neither. */
static const char *read_range(const char *p, const char *end, guint *lines) {
  guint numbers[2] = {0, 1};

  for (guint i = 0; i < 2; i++) {
    if (p == end || !g_ascii_isdigit(*p))
      return NULL;
    for (numbers[i] = 0; p < end && g_ascii_isdigit(*p); p++)
      numbers[i] = MIN(numbers[i] * 10 + (guint)(*p - '0'), COUNT_MAX);
    if (p == end || *p != ',')
      break;
    p++;
  }
  *lines = numbers[1];
  return p;
}

/* "@@ -1,2 +3,4 @@" */
static void begin_hunk(Hunk *hunk, const Line *line) {
  const char *p = line->content, *end = line->end;
  guint old, new;

  *hunk = (Hunk){0, 0};
  if (line->depth > 0 || end - p < 5 || memcmp(p, "@@ -", 4) != 0)
    return;
  p = read_range(p + 4, end, &old);
  if (!p || end - p < 2 || memcmp(p, " +", 2) != 0)
    return;
  if (read_range(p + 2, end, &new))
    *hunk = (Hunk){old, new};
}

/* Inside a hunk the first character says what a line is, and two things are known better than RFC 3676 does:
 * a context line that isn't stuffed comes from a sender who stuffs none, and an empty context line is no soft
 * break.  git-mailinfo(1) spoils the patch in both cases. */
static void pass_hunk_line(Hunk *hunk, Line *line) {
  if (hunk->old == 0 && hunk->new == 0) {
    begin_hunk(hunk, line);
    return;
  }
  gboolean is_empty = line->content == line->end;
  if (!is_empty && !strchr(" +-\\", *line->content) && *line->begin == ' ')
    line->content = line->begin;
  if (line->end - line->content == 1 && *line->content == ' ')
    line->is_flowed = FALSE;
  char kind = is_empty ? ' ' : *line->content;
  if (kind == ' ' || kind == '-')
    hunk->old -= hunk->old > 0;
  if (kind == ' ' || kind == '+')
    hunk->new -= hunk->new > 0;
  if (line->depth > 0 || !strchr(" +-\\", kind))
    *hunk = (Hunk){0, 0};
}

/* The first line of a quoted paragraph keeps its quote marks as they were sent; a soft break counts only
 * before a line of the same depth (RFC 3676 4.5). */
void lb_flowed_join(const char *text, gsize length, gboolean del_sp, GString *out) {
  const char *end = text + length;
  gboolean is_open = FALSE;
  gsize open_depth = 0;
  Hunk hunk = {0, 0};
  Line line;

  for (const char *p = text; p < end; p = line.next) {
    read_line(p, end, &line);
    gboolean joins = is_open && line.depth == open_depth && !line.is_separator;
    if (is_open && !joins)
      g_string_append_c(out, '\n');
    if (!joins)
      pass_hunk_line(&hunk, &line);
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
