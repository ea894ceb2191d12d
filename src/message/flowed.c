/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/flowed.h"
#include <string.h>
#include "base/find.h"

#define SIGNATURE "-- "
#define COUNT_MAX 9999999u

typedef struct {
  const char *begin, *content; /* content: behind quote marks and stuffing */
  gsize depth;                 /* quote marks */
  gboolean is_separator;
  gboolean is_fixed; /* whatever it ends in */
} Line;

/* Lines that are still to come of a hunk in the mail's own text. */
typedef struct {
  guint old, new;
} Hunk;

/* RFC 3676 4.3: "-- " is neither fixed nor flowed; with quote marks, also when it is stuffed. */
static gboolean is_separator(const char *content, const char *end, gboolean is_bare) {
  return !is_bare && end - content >= 3 && !memcmp(content, SIGNATURE, 3) &&
         (end - content == 3 || content[3] == '\n');
}

static Line read_line(const char *p, const char *end) {
  Line line = {.begin = p};
  while (p < end && *p == '>')
    p++;
  line.depth = (gsize)(p - line.begin);
  gboolean is_stuffed = p < end && *p == ' ';
  line.content = p + is_stuffed;
  line.is_separator = line.is_fixed = is_separator(line.content, end, is_stuffed && line.depth == 0);
  return line;
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
static void begin_hunk(Hunk *hunk, const Line *line, const char *end) {
  const char *p = line->content;
  guint old, new;

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
static void pass_hunk_line(Hunk *hunk, Line *line, const char *text_end) {
  if (hunk->old == 0 && hunk->new == 0) {
    begin_hunk(hunk, line, text_end);
    return;
  }
  gboolean is_empty = line->content == text_end || *line->content == '\n';
  if (!is_empty && !strchr(" +-\\", *line->content) && *line->begin == ' ')
    line->content = line->begin;
  if (!is_empty && *line->content == ' ' && (line->content + 1 == text_end || line->content[1] == '\n'))
    line->is_fixed = TRUE;
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
  const char *p = text, *end = text + length;
  gboolean is_open = FALSE;
  gsize open_depth = 0, done = out->len;
  Hunk hunk = {0, 0};

  g_string_set_size(out, done + length + LB_COPY_SLACK); /* it never becomes longer */
  char *to = out->str + done;
  while (p < end) {
    Line line = read_line(p, end);
    gboolean joins = is_open && line.depth == open_depth && !line.is_separator;
    if (is_open && !joins)
      *to++ = '\n';
    if (!joins)
      pass_hunk_line(&hunk, &line, end);
    p = lb_find_copying(&to, joins || line.depth == 0 ? line.content : line.begin, end, '\n');
    is_open = !line.is_fixed && p > line.content && p[-1] == ' ';
    open_depth = line.depth;
    to -= is_open && del_sp;
    if (!is_open && p < end)
      *to++ = '\n';
    p += p < end;
  }
  if (is_open && length > 0 && text[length - 1] == '\n')
    *to++ = '\n';
  g_string_truncate(out, (gsize)(to - out->str));
}
