/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/patch.h"
#include "base/find.h"
#include "base/text.h"
#include "message/lines.h"

/* "From <40 or 64 hex> Mon Sep 17 00:00:00 2001": the mark of git-format-patch(1); an mbox writer may have
 * put a
 * '>' before it. */
static gboolean is_format_patch_line(LbSlice line) {
  static const char date[] = " Mon Sep 17 00:00:00 2001";
  gsize hex = 0;

  if (line.length && line.data[0] == '>') {
    line.data++;
    line.length--;
  }
  if (!lb_line_starts(line, "From "))
    return FALSE;
  line.data += 5;
  line.length -= 5;
  while (hex < line.length && g_ascii_isxdigit(line.data[hex]))
    hex++;
  if (hex != 40 && hex != 64)
    return FALSE;
  line.data += hex;
  line.length -= hex;
  return lb_line_starts(line, date) &&
         lb_line_is_blank((LbSlice){line.data + sizeof date - 1, line.length - (sizeof date - 1)});
}

/* "Name:" in any letter case; value behind it. */
static gboolean is_field(LbSlice line, const char *name, LbSlice *value) {
  gsize n = strlen(name);

  if (line.length <= n || line.data[n] != ':' || g_ascii_strncasecmp(line.data, name, n) != 0)
    return FALSE;
  *value = lb_line_strip((LbSlice){line.data + n + 1, line.length - n - 1});
  return TRUE;
}

/* In prose "From: " may stand before anything; of an author there is at least an address, though perhaps in
 * the folded line at offset next. */
static gboolean is_mailbox(const char *text, gsize length, gsize next, LbSlice value) {
  if (next < length && (text[next] == ' ' || text[next] == '\t') && !memchr(value.data, '@', value.length))
    value = lb_line_strip(lb_line_get(text, length, next));
  return memchr(value.data, '@', value.length) ||
         (value.length > 2 && value.data[value.length - 1] == '>' && memchr(value.data, '<', value.length));
}

/* Mail programs put such a header over a mail they forward or answer at the top ("From: … Sent: … To: …"):
 * its From wrote the mail below, not a patch. */
static gboolean is_quoted_header(const char *text, gsize length, gsize pos) {
  LbSlice value;

  for (int lines = 0; pos < length && lines < 8; lines++, pos = lb_line_next(text, length, pos)) {
    LbSlice line = lb_line_get(text, length, pos);
    if (lb_line_is_blank(line))
      return FALSE;
    if (is_field(line, "Sent", &value) || is_field(line, "*Sent", &value))
      return TRUE;
  }
  return FALSE;
}

/* The field of the line, if it may stand in an in-body header and isn't there yet; next: offset behind the
 * line. */
static LbSlice *find_field(const char *text, gsize length, gsize next, LbSlice line, LbInBody *in_body,
                           LbSlice *value) {
  if (!in_body->from.data && is_field(line, "From", value) && is_mailbox(text, length, next, *value) &&
      !is_quoted_header(text, length, next))
    return &in_body->from;
  if (!in_body->subject.data && is_field(line, "Subject", value))
    return &in_body->subject;
  if (!in_body->date.data && is_field(line, "Date", value))
    return &in_body->date;
  /* git-mailinfo takes a pasted "[PATCH] title" line for a Subject. */
  if (!in_body->subject.data && lb_line_starts(line, "[PATCH]") && line.length > 7 &&
      lb_line_is_space(line.data[7])) {
    *value = lb_line_strip(line);
    return &in_body->subject;
  }
  return NULL;
}

/*
 * As git-mailinfo does by default: blank lines first; then fields in any order, each once, up to an empty
 * line or the first line that is none.  Scissors ("-- >8 --") are an option of git-am that is off by default:
 * what stands above them stays.
 */
gboolean lb_patch_find_in_body(const char *text, gsize length, LbInBody *in_body) {
  LbSlice *open = NULL; /* the field that a fold would go on */
  gboolean found = FALSE;
  gsize pos = 0;

  memset(in_body, 0, sizeof *in_body);
  for (gsize next; pos < length; pos = next) {
    LbSlice line = lb_line_get(text, length, pos), value;
    next = lb_line_next(text, length, pos);

    if (lb_line_is_blank(line)) {
      if (found)
        break;
    } else if (open && lb_line_is_space(line.data[0])) {
      line = lb_line_strip(line);
      open->length = (gsize)(line.data + line.length - open->data);
    } else if (is_format_patch_line(line)) {
      if (found && line.data[0] != '>')
        break;
      open = NULL;
    } else {
      LbSlice *field = find_field(text, length, next, line, in_body, &value);
      if (!field)
        break;
      *field = value;
      open = field;
      found = TRUE;
    }
  }
  while (pos < length && lb_line_is_blank(lb_line_get(text, length, pos)))
    pos = lb_line_next(text, length, pos);
  in_body->end = pos;
  if (!in_body->subject.length) /* "Subject:" with nothing behind it is no title */
    in_body->subject.data = NULL;
  return found;
}

/* "---" alone, blanks behind it allowed. */
static gboolean is_separator(LbSlice line) {
  return lb_line_starts(line, "---") && lb_line_is_blank((LbSlice){line.data + 3, line.length - 3});
}

static gboolean skip_word(LbSlice *line, const char *word) {
  if (!lb_line_starts(*line, word))
    return FALSE;
  line->data += strlen(word);
  line->length -= strlen(word);
  return TRUE;
}

static gboolean skip_number(LbSlice *line) {
  gsize n = 0;

  while (n < line->length && g_ascii_isdigit(line->data[n]))
    n++;
  line->data += n;
  line->length -= n;
  return n > 0;
}

/* " 2 files changed, 3 insertions(+), 1 deletion(-)" of git and diffstat, also "1 files changed" and the
 * modifications(!) of old versions. */
static gboolean is_summary(LbSlice line) {
  gsize n_blanks = lb_line_space(line);

  if (n_blanks == line.length || !g_ascii_isdigit(line.data[n_blanks]))
    return FALSE;
  line = lb_line_strip(line);
  if (!skip_number(&line) || !(skip_word(&line, " files changed") || skip_word(&line, " file changed")))
    return FALSE;
  while (line.length) {
    if (!skip_word(&line, ", ") || !skip_number(&line) ||
        !(skip_word(&line, " insertion") || skip_word(&line, " deletion") ||
          skip_word(&line, " modification")))
      return FALSE;
    skip_word(&line, "s");
    if (!(skip_word(&line, "(+)") || skip_word(&line, "(-)") || skip_word(&line, "(!)")))
      return FALSE;
  }
  return TRUE;
}

/* " path | 12 +++---", " path | Bin 0 -> 48 bytes" */
static gboolean is_stat_line(LbSlice line) {
  const char *bar = memrchr(line.data, '|', line.length);
  LbSlice rest;

  if (!bar || bar == line.data || !lb_line_is_space(bar[-1]))
    return FALSE;
  rest = lb_line_strip((LbSlice){bar + 1, line.length - (gsize)(bar + 1 - line.data)});
  return rest.length &&
         (g_ascii_isdigit(rest.data[0]) || lb_line_starts(rest, "Bin") || lb_line_starts(rest, "Unmerged"));
}

/* Offset of the diffstat's first line, given that of its summary. */
static gsize find_stat(const char *text, gsize begin, gsize summary) {
  while (summary > begin) {
    gsize previous = lb_line_previous(text, summary);
    if (previous < begin || !is_stat_line(lb_line_get(text, summary - 1, previous)))
      break;
    summary = previous;
  }
  return summary;
}

/* A line of underscores over a line that names the list: what Mailman puts under a mail. */
static gboolean is_list_footer(const char *text, gsize length, gsize pos) {
  LbSlice line = lb_line_strip(lb_line_get(text, length, pos));
  gsize next = lb_line_next(text, length, pos);

  if (line.length < 10)
    return FALSE;
  for (gsize i = 0; i < line.length; i++)
    if (line.data[i] != '_')
      return FALSE;
  line = lb_line_get(text, length, next);
  return lb_text_find_nocase(line.data, line.length, "mailing list") != NULL;
}

/* "-- " (RFC 3676 4.3); some mailers strip the blank: then it is one if only a few lines follow. */
static gboolean is_signature(const char *text, gsize length, gsize pos) {
  LbSlice line = lb_line_get(text, length, pos);

  if (!lb_line_starts(line, "--") || !lb_line_is_blank((LbSlice){line.data + 2, line.length - 2}))
    return FALSE;
  if (line.length > 2 && line.data[2] != '\r')
    return TRUE;
  for (int lines = 0; lines < 6; lines++) {
    pos = lb_line_next(text, length, pos);
    if (pos >= length)
      return TRUE;
  }
  return FALSE;
}

/* Where the lines that matter stand; -1: nowhere. */
typedef struct {
  gssize separator, signature;
  gssize summary;          /* the last one */
  gssize summary_unsigned; /* the last one above the signature */
  gsize diff;
} Marks;

/* Of a diffstat's summary there is "file" in the line: offset of the line, if nothing but its number stands
 * before that; -1 else. */
static gssize find_counted_line(const char *text, gsize begin, const char *file) {
  const char *p = file;
  while (p > text + begin &&
         (g_ascii_isdigit(p[-1]) || lb_line_is_space(p[-1]) || p[-1] == '\302' || p[-1] == '\240'))
    p--;
  return p < file && (p == text + begin || p[-1] == '\n') ? p - text : -1;
}

/* What git writes under a diffstat: " create mode 100644 x". */
static gboolean is_change(LbSlice line) {
  static const char *const changes[] = {"create mode ", "delete mode ", "rename ",
                                        "copy ",        "mode change ", "rewrite "};

  if (!line.length || line.data[0] != ' ')
    return FALSE;
  line = lb_line_strip(line);
  for (gsize i = 0; i < G_N_ELEMENTS(changes); i++)
    if (lb_line_starts(line, changes[i]))
      return TRUE;
  return FALSE;
}

/* The summary that stands right above end, where it nearly always does, with what git writes under it. */
static gssize find_last_summary(const char *text, gsize pos, gsize end) {
  while (end > pos) {
    gsize begin = lb_line_previous(text, end);
    LbSlice line = {text + begin, end - begin - 1};
    if (begin < pos)
      return -1;
    if (is_summary(line))
      return (gssize)begin;
    if (!lb_line_is_blank(line) && !is_change(line))
      return -1;
    end = begin;
  }
  return -1;
}

static void find_summaries(const char *text, gsize length, gsize pos, gsize end, Marks *marks) {
  if (marks->signature < 0 && end < length && (marks->summary = find_last_summary(text, pos, end)) >= 0)
    return;
  for (const char *p = text + pos; (p = lb_find_literal(p, (gsize)(text + end - p), "file")); p += 4) {
    gssize line = find_counted_line(text, pos, p);
    if (line < 0 || !is_summary(lb_line_get(text, length, (gsize)line)))
      continue;
    marks->summary = line;
    if (marks->signature < 0 || line < marks->signature)
      marks->summary_unsigned = line;
  }
}

/* In the lines from pos on, up to the first diff; the first character tells which may be any. */
static void find_marks(const char *text, gsize length, gsize pos, Marks *marks) {
  const char *end = text + length;
  *marks = (Marks){-1, -1, -1, -1, length};
  for (const char *p = text + pos; p < end; p = lb_find_line_of(p, end, "-_dIG*")) {
    gsize at = (gsize)(p - text);
    if (*p == '-' && marks->separator < 0 && is_separator(lb_line_get(text, length, at)))
      marks->separator = (gssize)at;
    else if (marks->signature < 0 && ((*p == '-' && is_signature(text, length, at)) ||
                                      (*p == '_' && is_list_footer(text, length, at))))
      marks->signature = (gssize)at;
    if (lb_diff_begins(text, length, at)) {
      marks->diff = at;
      break;
    }
  }
  find_summaries(text, length, pos, marks->diff, marks);
}

gsize lb_patch_skip_changes(const char *text, gsize pos, gsize end) {
  for (; pos < end; pos = lb_line_next(text, end, pos)) {
    LbSlice line = lb_line_get(text, end, pos);
    if (!lb_line_is_blank(line) && !is_change(line))
      break;
  }
  return pos;
}

/* The notes stand between "---" and the diffstat, or, if nothing does, between the diffstat and the diff. */
static LbSlice find_notes(const char *text, gsize begin, gsize stat, gsize behind_stat, gsize end) {
  LbSlice notes = lb_line_trim(text, begin, stat);

  while (notes.length) { /* a second "---" before the diffstat belongs to neither */
    gsize last = lb_line_previous(notes.data, notes.length + 1);
    if (!is_separator((LbSlice){notes.data + last, notes.length - last}))
      break;
    notes = lb_line_trim(notes.data, 0, last);
  }
  return notes.length ? notes : lb_line_trim(text, behind_stat, end);
}

void lb_patch_split(const char *text, gsize length, gssize attached, LbPatchText *out) {
  gsize begin = attached > 0 && (gsize)attached <= length ? (gsize)attached : 0;
  gsize end, stat, behind_stat;
  Marks marks;

  memset(out, 0, sizeof *out);
  lb_patch_find_in_body(text + begin, length - begin, &out->in_body);
  out->log = begin + out->in_body.end;
  find_marks(text, length, out->log, &marks);
  out->diff = end = marks.diff;
  /* Under a signature a diff may still come, as an attachment.  A "-- " with the patch's own "---" or
   * diffstat behind it is a line of the log. */
  if (marks.signature >= 0 &&
      (out->diff == length || (marks.separator < marks.signature && marks.summary < marks.signature))) {
    end = (gsize)marks.signature;
    marks.summary = marks.summary_unsigned;
    if (marks.separator > marks.signature)
      marks.separator = -1;
  }
  out->end = stat = behind_stat = end;
  if (marks.summary >= 0) {
    out->summary = lb_line_strip(lb_line_get(text, length, (gsize)marks.summary));
    stat = find_stat(text, out->log, (gsize)marks.summary);
    behind_stat = lb_patch_skip_changes(text, lb_line_next(text, end, (gsize)marks.summary), end);
  }
  if (marks.separator >= 0) {
    gsize behind = lb_line_next(text, end, (gsize)marks.separator);
    out->commit = lb_line_trim(text, out->log, (gsize)marks.separator);
    out->notes = find_notes(text, behind, MAX(stat, behind), MAX(behind_stat, behind), end);
  } else {
    /* quilt and diffstat(1) put the diffstat under the log, a separator there is none */
    out->commit = lb_line_trim(text, out->log, behind_stat == end ? stat : end);
  }
  if (begin) {
    find_marks(text, begin, 0, &marks);
    out->before = lb_line_trim(text, 0, marks.signature >= 0 ? (gsize)marks.signature : begin);
  }
}
