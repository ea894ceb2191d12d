/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/commit_message.h"
#include "base/text.h"
#include "message/lines.h"

/* "1:  0123456 ! 2:  89abcde title" of git-range-diff(1); "-:  ------- >" for what is new. */
static gboolean is_range_line(LbSlice line) {
  gsize i = 0, n;

  line = lb_line_strip(line);
  if (!line.length || !(g_ascii_isdigit(*line.data) || *line.data == '-'))
    return FALSE;
  for (int side = 0; side < 2; side++) {
    for (n = i; i < line.length && (g_ascii_isdigit(line.data[i]) || line.data[i] == '-');)
      i++;
    if (i == n || i >= line.length || line.data[i++] != ':')
      return FALSE;
    while (i < line.length && line.data[i] == ' ')
      i++;
    for (n = i; i < line.length && (g_ascii_isxdigit(line.data[i]) || line.data[i] == '-');)
      i++;
    if (i - n < 4 ||
        (side == 0 && (i + 3 > line.length || line.data[i] != ' ' || !strchr("=!<>", line.data[i + 1]))))
      return FALSE;
    for (i += side ? 0 : 2; i < line.length && line.data[i] == ' ';)
      i++;
  }
  return TRUE;
}

/* "Range-diff against v1:", "Interdiff:", "Range-diff from v2 (https://…)". */
static gboolean is_range_heading(LbSlice line) {
  char first = line.length ? *line.data | 0x20 : '\0';
  return (first == 'r' || first == 'i') &&
         (lb_line_starts_nocase(line, "range-diff") || lb_line_starts_nocase(line, "range diff") ||
          lb_line_starts_nocase(line, "interdiff"));
}

/* The offset behind a range-diff or interdiff that begins at pos; pos if none does. */
static gsize skip_range_diff(const char *text, gsize pos, gsize end, LbSlice line) {
  gsize next = pos, last;

  if (is_range_heading(line)) {
    do
      next = lb_line_next(text, end, next);
    while (next < end && lb_line_is_blank(lb_line_get(text, end, next)));
    line = lb_line_get(text, end, next);
    if (!is_range_line(line) && !lb_line_starts(line, "  "))
      return pos;
  } else if (!is_range_line(line)) {
    return pos;
  }
  for (last = next; next < end; next = lb_line_next(text, end, next)) {
    line = lb_line_get(text, end, next);
    if (lb_line_is_blank(line))
      continue;
    if (!is_range_line(line) && !lb_line_starts(line, "  "))
      break;
    last = lb_line_next(text, end, next);
  }
  return last;
}

/* Lines that git and b4 put under a cover. */
static gboolean is_tool_line(LbSlice line) {
  line = lb_line_strip(line);
  return lb_line_starts(line, "base-commit:") || lb_line_starts(line, "base-branch:") ||
         lb_line_starts(line, "change-id:") || lb_line_starts(line, "prerequisite-");
}

/* "---" alone, too. */
static gboolean is_footer(LbSlice line) {
  LbSlice bare = lb_line_strip(line);
  return (bare.length == 3 && lb_line_starts(bare, "---")) || is_tool_line(line);
}

/* "Best regards," with at most max_lines, a name, under it. */
static gboolean is_closing(const char *text, gsize pos, gsize end, LbSlice line, int max_lines) {
  int lines = 0;

  line = lb_line_strip(line);
  if (line.length && (line.data[line.length - 1] == ',' || line.data[line.length - 1] == '.'))
    line.length--;
  if (line.length < 7 || line.length > 24 ||
      g_ascii_strncasecmp(line.data + line.length - 7, "regards", 7) != 0)
    return FALSE;
  for (pos = lb_line_next(text, end, pos); pos < end; pos = lb_line_next(text, end, pos))
    if (!lb_line_is_blank(lb_line_get(text, end, pos)) && ++lines > max_lines)
      return FALSE;
  return TRUE;
}

/* b4 and git put "base-commit:" and the like above a cover's diffstat, too, when they are told to: a line of
 * them, and the empty one under it, is left out. */
static void append_without_footers(GString *out, LbSlice message) {
  gsize pos = 0;
  gboolean is_gap = FALSE;

  while (pos < message.length) {
    LbSlice line = lb_line_get(message.data, message.length, pos);
    gsize behind = lb_line_next(message.data, message.length, pos);
    gboolean is_dropped = is_tool_line(line) || (is_gap && lb_line_is_blank(line));
    if (!is_dropped)
      g_string_append_len(out, message.data + pos, (gssize)(behind - pos));
    is_gap = is_dropped;
    pos = behind;
  }
}

/* The prose under a cover's diffstat, a blank line before it.  Its own blank lines stay, but one alone where
 * something was left out. */
static void append_prose(GString *out, const char *text, gsize pos, gsize end) {
  guint blanks = 1;
  gboolean is_gap = TRUE;

  while (pos < end) {
    LbSlice line = lb_line_get(text, end, pos);
    if (is_closing(text, pos, end, line, 3))
      break;
    gsize behind = skip_range_diff(text, pos, end, line);
    if (behind > pos || is_footer(line)) {
      pos = MAX(behind, MIN(pos + line.length + 1, end));
      is_gap = TRUE;
      continue;
    }
    pos = MIN(pos + line.length + 1, end);
    if (lb_line_is_blank(line)) {
      blanks++;
      continue;
    }
    for (blanks = is_gap ? 1 : blanks; blanks; blanks--)
      g_string_append_c(out, '\n');
    g_string_append_c(out, '\n');
    g_string_append_len(out, line.data, (gssize)line.length);
    is_gap = FALSE;
  }
}

/* Where the text of a cover without diffstat ends: what git and b4 put under it is taken off.  The name under
 * b4's "Best regards," stands behind the signature mark; a closing with its name above that is the author's
 * text. */
static gsize find_footers(const char *text, gsize pos, gsize end) {
  gsize cut = pos;

  while (pos < end) {
    LbSlice line = lb_line_get(text, end, pos);
    gsize behind = skip_range_diff(text, pos, end, line);
    if (behind > pos) {
      pos = behind;
      continue;
    }
    behind = MIN(pos + line.length + 1, end);
    if (!lb_line_is_blank(line) && !is_footer(line) && !is_closing(text, pos, end, line, 0))
      cut = behind;
    pos = behind;
  }
  return cut;
}

LbSlice lb_commit_message_build(const char *text, const LbPatchText *parts, gboolean is_cover,
                                GString *buffer) {
  LbSlice message;
  gsize end = parts->end;

  if (parts->summary.data)
    end = lb_line_next(text, end, (gsize)(parts->summary.data - text));
  else if (is_cover)
    end = find_footers(text, parts->log, end);
  message = lb_line_trim(text, parts->log, end);
  if (!parts->before.length && !(is_cover && parts->summary.data))
    return message;
  lb_text_empty(buffer);
  if (parts->before.length) {
    g_string_append_len(buffer, parts->before.data, (gssize)parts->before.length);
    g_string_append(buffer, message.length ? "\n\n" : "");
  }
  if (is_cover && parts->summary.data)
    append_without_footers(buffer, message);
  else
    g_string_append_len(buffer, message.data, (gssize)message.length);
  if (is_cover && parts->summary.data)
    append_prose(buffer, text, lb_patch_skip_changes(text, end, parts->end), parts->end);
  return (LbSlice){buffer->str, buffer->len};
}
