/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/hunk.h"
#include "message/lines.h"

static LbSlice skip(LbSlice line, gsize n) {
  return (LbSlice){line.data + n, line.length - n};
}

/* "12" or "12,3": only the count is of interest, 1 if left out.  Hostile numbers stop at a value that no text
 * has. */
static gboolean parse_range(LbSlice *line, char sign, guint64 *count) {
  gsize i = 0;
  guint64 value = 0;

  while (line->length && line->data[0] == ' ')
    *line = skip(*line, 1);
  if (line->length < 2 || line->data[0] != sign || !g_ascii_isdigit(line->data[1]))
    return FALSE;
  for (i = 1; i < line->length && g_ascii_isdigit(line->data[i]);)
    i++;
  *count = 1;
  if (i + 1 < line->length && line->data[i] == ',' && g_ascii_isdigit(line->data[i + 1])) {
    for (i++; i < line->length && g_ascii_isdigit(line->data[i]); i++)
      value = MIN(value * 10 + (guint64)(line->data[i] - '0'), G_MAXUINT32);
    *count = value;
  }
  *line = skip(*line, i);
  return TRUE;
}

gboolean lb_hunk_parse(LbSlice line, LbHunk *hunk) {
  gsize ats = 0;

  while (ats < line.length && line.data[ats] == '@')
    ats++;
  if (ats < 2 || ats > LB_HUNK_MAX_PARENTS + 1)
    return FALSE;
  line = skip(line, ats);
  hunk->n_parents = (guint)ats - 1;
  for (guint i = 0; i < hunk->n_parents; i++)
    if (!parse_range(&line, '-', &hunk->before[i]))
      return FALSE;
  return parse_range(&line, '+', &hunk->after);
}

static gboolean is_done(const LbHunk *hunk) {
  for (guint i = 0; i < hunk->n_parents; i++)
    if (hunk->before[i])
      return FALSE;
  return hunk->after == 0;
}

/* Takes a line off the hunk's counts; FALSE if it is no line of it. */
static gboolean take_line(LbSlice line, LbHunk *hunk, guint64 *added, guint64 *removed) {
  gboolean is_removed = FALSE, is_added = FALSE;
  /* mailers and editors strip the blank of an empty line, some that before a tab; some turn it into U+00A0 */
  gboolean is_context = lb_line_is_blank(line) || line.data[0] == '\t' || lb_line_starts(line, "\302\240");

  if (!is_context && line.length < hunk->n_parents)
    return FALSE;
  for (guint i = 0; i < hunk->n_parents && !is_context; i++) {
    is_removed = is_removed || line.data[i] == '-';
    is_added = is_added || line.data[i] == '+';
    if (line.data[i] != '-' && line.data[i] != '+' && line.data[i] != ' ')
      return FALSE;
  }
  if (!is_removed && !hunk->after)
    return FALSE;
  for (guint i = 0; i < hunk->n_parents; i++) {
    gboolean has = is_context || line.data[i] == (is_removed ? '-' : ' ');
    if (has && !hunk->before[i])
      return FALSE;
  }
  for (guint i = 0; i < hunk->n_parents; i++)
    if (is_context || line.data[i] == (is_removed ? '-' : ' '))
      hunk->before[i]--;
  if (!is_removed)
    hunk->after--;
  *removed += is_removed;
  *added += is_added && !is_removed;
  return TRUE;
}

/* "-- " is the removal of a line "- " only if the hunk goes on under it. */
static gboolean is_signature(const char *text, gsize length, gsize pos, LbSlice line) {
  gsize next = pos + line.length + 1;

  if (line.length != 3 || memcmp(line.data, "-- ", 3) != 0)
    return FALSE;
  return next >= length || !strchr(" +-\\@d\n", text[next]);
}

/* Past the lines that nearly all are: of a hunk with one parent, none that could be a signature.  Without
 * jumps for their kinds, which can't be foreseen. */
static gsize skip_plain_lines(const char *text, gsize length, gsize pos, LbHunk *hunk, guint64 *added,
                              guint64 *removed) {
  const char *p = text + pos, *end = text + length;
  LbHunkLines lines = {hunk->before[0], hunk->after, 0, 0};
  if (pos) {
    p = lb_find_newline(lb_find_hunk_rest(p - 1, end, &lines), end);
    p = p ? p + 1 : end;
  }
  guint64 before = lines.before, after = lines.after;
  *added += lines.added;
  *removed += lines.removed;

  while ((before || after) && p < end) {
    guint64 is_added = *p == '+', is_removed = *p == '-', is_context = *p == ' ';
    gboolean fits = (is_removed | is_context) <= before && (is_added | is_context) <= after;
    if (!(is_added | is_removed | is_context) || !fits || (is_removed && end - p > 1 && p[1] == '-'))
      break;
    before -= is_removed | is_context;
    after -= is_added | is_context;
    *added += is_added;
    *removed += is_removed;
    const char *newline = lb_find_newline(p, end);
    p = newline ? newline + 1 : end;
  }
  hunk->before[0] = before;
  hunk->after = after;
  return (gsize)(p - text);
}

/* Reads the lines under a hunk's header; whether all were there.  forgives: lines that can't be of a hunk are
 * the rest of a line that a mailer broke. */
static gboolean read_lines(const char *text, gsize length, gsize *pos, LbHunk hunk, gboolean forgives,
                           guint64 *added, guint64 *removed) {
  while (!is_done(&hunk)) {
    LbSlice line;
    if (hunk.n_parents == 1)
      *pos = skip_plain_lines(text, length, *pos, &hunk, added, removed);
    if (is_done(&hunk))
      return TRUE;
    if (*pos >= length)
      return FALSE;
    line = lb_line_get(text, length, *pos);
    if (lb_line_starts(line, "@@") || lb_line_starts(line, "diff --git ") ||
        is_signature(text, length, *pos, line))
      return FALSE;
    if (!lb_line_starts(line, "\\") && !take_line(line, &hunk, added, removed) && !forgives)
      return FALSE;
    *pos = MIN(*pos + line.length + 1, length);
  }
  return TRUE;
}

/* No line is read more than three times: reading stops at the next header whatever the counts say. */
gsize lb_hunk_read(const char *text, gsize length, gsize pos, const LbHunk *hunk, guint64 *added,
                   guint64 *removed, gboolean *is_cut) {
  gsize strict = pos, lenient = pos;
  guint64 strict_added = 0, strict_removed = 0, lenient_added = 0, lenient_removed = 0;

  if (!read_lines(text, length, &strict, *hunk, FALSE, &strict_added, &strict_removed)) {
    if (read_lines(text, length, &lenient, *hunk, TRUE, &lenient_added, &lenient_removed)) {
      *added += lenient_added;
      *removed += lenient_removed;
      return lenient;
    }
    *is_cut = TRUE;
  }
  *added += strict_added;
  *removed += strict_removed;
  return strict;
}
