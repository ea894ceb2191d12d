/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/diff.h"
#include "message/lines.h"

/* The line n lines below pos. */
static LbSlice line_below(const char *text, gsize length, gsize pos, int n)
{
  while (n-- > 0)
    pos = lb_line_next(text, length, pos);
  return lb_line_get(text, length, pos);
}

/* What git writes between "diff --git" and the hunks. */
static gboolean is_extended_header(LbSlice line)
{
  static const char *const headers[] = { "index ", "--- ", "new file ", "deleted file ", "old mode ", "new mode ",
                                         "similarity index ", "dissimilarity index ", "rename ", "copy ",
                                         "Binary files ", "GIT binary patch", "mode " };

  for (gsize i = 0; i < G_N_ELEMENTS(headers); i++)
    if (lb_line_starts(line, headers[i]))
      return TRUE;
  return FALSE;
}

/* "--- old" over "+++ new" (over "@@"), "*** old" over "--- new" (over "****"): one line that a mailer broke is borne. */
static gboolean is_file_pair(const char *text, gsize length, gsize pos)
{
  LbSlice first = lb_line_get(text, length, pos);
  const char *second = "+++ ", *third = "@@";

  if (lb_line_starts(first, "*** ")) {
    second = "--- ";
    third = "****";
  } else if (!lb_line_starts(first, "--- ")) {
    return FALSE;
  }
  if (first.length < 5 || lb_line_is_space(first.data[4]))
    return FALSE;
  for (int i = 1; i <= 2; i++)
    if (lb_line_starts(line_below(text, length, pos, i), second))
      for (int k = 1; k <= 2; k++)
        if (lb_line_starts(line_below(text, length, pos, i + k), third))
          return TRUE;
  return FALSE;
}

/* Of "Index: path" and "diff -urN a/x b/x", which a sentence may begin with too: the lines below tell. */
static gboolean is_announcement(const char *text, gsize length, gsize pos)
{
  for (int i = 1; i <= 5; i++) {
    pos = lb_line_next(text, length, pos);
    LbSlice line = lb_line_get(text, length, pos);
    if (is_file_pair(text, length, pos) || lb_line_starts(line, "Binary files ") ||
        lb_line_starts(line, "Files ") || lb_line_starts(line, "Cannot display: file marked as a binary"))
      return TRUE;
    if (!lb_line_starts(line, "=====") && !lb_line_starts(line, "diff -") && !lb_line_starts(line, "RCS file") &&
        !lb_line_starts(line, "retrieving revision") && !lb_line_starts(line, "Index: ") && !is_extended_header(line))
      return FALSE;
  }
  return FALSE;
}

static gboolean is_git_diff(const char *text, gsize length, gsize pos, LbSlice line)
{
  const char *slash = memchr(line.data + 11, '/', line.length - 11);
  const char *blank = memchr(line.data + 11, ' ', line.length - 11);

  if (is_extended_header(line_below(text, length, pos, 1)))
    return TRUE;
  /* a path so long that a mailer broke the line before the second name */
  return slash && (!blank || slash < blank) && is_extended_header(line_below(text, length, pos, 2));
}

gboolean lb_diff_begins(const char *text, gsize length, gsize pos)
{
  LbSlice line = lb_line_get(text, length, pos);

  if (lb_line_starts(line, "diff --git ") || lb_line_starts(line, "diff --cc "))
    return is_git_diff(text, length, pos, (LbSlice){ line.data, MAX(line.length, 11) });
  if (lb_line_starts(line, "diff --combined "))
    return is_extended_header(line_below(text, length, pos, 1));
  if (lb_line_starts(line, "diff -") || lb_line_starts(line, "Index: "))
    return is_announcement(text, length, pos);
  if (lb_line_starts(line, "GIT binary patch"))
    return lb_line_starts(line_below(text, length, pos, 1), "literal ") ||
           lb_line_starts(line_below(text, length, pos, 1), "delta ");
  return is_file_pair(text, length, pos);
}

/* The file whose hunks are being read, and what is known of its names. */
typedef struct {
  const char *text;
  gsize length;
  LbArena *arena;
  GPtrArray *paths;
  guint64 added, removed;
  gboolean is_cut;
  gboolean strips;               /* an earlier file of the mail had a component to strip */
  gboolean is_file;              /* what follows belongs to a file that counts */
  gboolean is_git, is_combined;
  LbSlice announced;             /* all behind "diff --git " or "Index: ", the last word of "diff -u …" */
  LbSlice old, new;              /* behind "---" and "+++"; new alone: behind "rename to" */
} Reader;

/* Undoes git's C quoting (core.quotePath) into buffer; FALSE if name isn't quoted.  *rest: offset behind it. */
static gboolean unquote(LbSlice name, GString *buffer, gsize *rest)
{
  static const char letters[] = "abtnvfr\"\\", values[] = "\a\b\t\n\v\f\r\"\\";
  gsize i = 1;

  if (!name.length || name.data[0] != '"')
    return FALSE;
  g_string_truncate(buffer, 0);
  for (; i < name.length && name.data[i] != '"'; i++) {
    char c = name.data[i];
    if (c == '\\' && i + 1 < name.length) {
      const char *letter = memchr(letters, name.data[++i], sizeof letters - 1);
      if (letter) {
        c = values[letter - letters];
      } else if (i + 2 < name.length && name.data[i] >= '0' && name.data[i] <= '3' && name.data[i + 1] >= '0' &&
                 name.data[i + 1] <= '7' && name.data[i + 2] >= '0' && name.data[i + 2] <= '7') {
        c = (char)((name.data[i] - '0') << 6 | (name.data[i + 1] - '0') << 3 | (name.data[i + 2] - '0'));
        i += 2;
      } else {
        c = name.data[i];
      }
    }
    g_string_append_c(buffer, c);
  }
  *rest = MIN(i + 1, name.length);
  return TRUE;
}

/* The name in a "---" or "+++" line without quoting and without the date that diff(1) writes behind it (after a tab,
 * which mailers turn into blanks). */
static LbSlice clean_name(LbSlice name, GString *buffer)
{
  gsize rest;
  const char *tab;

  if (unquote(name, buffer, &rest))
    return (LbSlice){ buffer->str, buffer->len };
  tab = memchr(name.data, '\t', name.length);
  if (tab)
    name.length = (gsize)(tab - name.data);
  for (gsize i = 1; !tab && i + 5 < name.length; i++)
    if (name.data[i] == ' ' && g_ascii_isdigit(name.data[i + 1]) && g_ascii_isdigit(name.data[i + 2]) &&
        g_ascii_isdigit(name.data[i + 3]) && g_ascii_isdigit(name.data[i + 4]) && name.data[i + 5] == '-') {
      name.length = i;
      break;
    }
  return lb_line_strip(name);
}

/* What comes before the first slash, slash included; 0 if there is none. */
static gsize first_component(LbSlice name)
{
  const char *slash = memchr(name.data, '/', name.length);
  return slash && slash > name.data ? (gsize)(slash + 1 - name.data) : 0;
}

static gboolean is_null(LbSlice name)
{
  return name.length == 9 && memcmp(name.data, "/dev/null", 9) == 0;
}

static gboolean is_same(LbSlice a, LbSlice b)
{
  return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

/*
 * How much of the path is a prefix: "a/", "b/" and other single letters (git's mnemonic prefixes); a component in
 * which both names differ (quilt's "linux.orig/", "linux/"; diff -r old new).  Names that are the same are paths
 * already (-p0, git --no-prefix).
 */
static gsize prefix_length(Reader *reader, LbSlice path, LbSlice other)
{
  gsize n = first_component(path), m = first_component(other);

  if (n == 2 && path.data[0] != '.')
    return n;
  if (!n || is_same(path, other))
    return 0;
  if (is_null(other))
    return reader->strips ? n : 0;
  if (!m || is_same((LbSlice){ path.data, n }, (LbSlice){ other.data, m }))
    return 0;
  reader->strips = TRUE;
  return n;
}

static void add_path(Reader *reader, LbSlice path)
{
  g_ptr_array_add(reader->paths, (gpointer)lb_arena_intern(reader->arena, path.data, path.length));
}

static LbSlice last_word(LbSlice line)
{
  const char *blank;

  line = lb_line_strip(line);
  blank = memrchr(line.data, ' ', line.length);
  return blank ? (LbSlice){ blank + 1, line.length - (gsize)(blank + 1 - line.data) } : line;
}

/* "a/path b/path" of a file without "---" and "+++": two names of one length with a blank between, so that blanks
 * in the path don't matter; else the last word. */
static LbSlice split_announced(LbSlice announced, GString *buffer)
{
  gsize rest, half;

  announced = lb_line_strip(announced);
  if (unquote(announced, buffer, &rest))
    return (LbSlice){ buffer->str, buffer->len };
  half = announced.length / 2;
  if (announced.length % 2 && announced.data[half] == ' ')
    return (LbSlice){ announced.data + half + 1, half };
  return last_word(announced);
}

/* Ends the file that is open: from here on its path is known as well as it will be. */
static void close_file(Reader *reader)
{
  g_autoptr(GString) first = g_string_new(NULL);
  g_autoptr(GString) second = g_string_new(NULL);
  LbSlice path, other;
  gsize n = 0;

  if (!reader->is_file)
    return;
  reader->is_file = FALSE;
  if (reader->new.data && reader->old.data) {
    path = clean_name(reader->new, first);
    other = clean_name(reader->old, second);
    if (is_null(path)) {
      LbSlice swap = path;
      path = other;
      other = swap;
    }
    n = prefix_length(reader, path, other);
    /* CVS names the whole path in "Index:" alone */
    if (!n && !reader->is_git && reader->announced.length > path.length + 1 &&
        is_same((LbSlice){ reader->announced.data + reader->announced.length - path.length, path.length }, path))
      path = reader->announced;
  } else if (reader->new.data) { /* "rename to path": without a prefix */
    path = clean_name(reader->new, first);
  } else {
    path = reader->is_combined ? clean_name(reader->announced, first) : split_announced(reader->announced, first);
    n = reader->is_combined || first_component(path) != 2 ? 0 : 2;
  }
  add_path(reader, (LbSlice){ path.data + n, path.length - n });
}

static void open_file(Reader *reader, LbSlice announced)
{
  close_file(reader);
  reader->announced = lb_line_strip(announced);
  reader->old = reader->new = (LbSlice){ NULL, 0 };
  reader->is_git = reader->is_combined = FALSE;
}

static LbSlice behind(LbSlice line, gsize n)
{
  return (LbSlice){ line.data + n, line.length - n };
}

/* "---" and "+++": of the file that "diff" or "Index:" announced, or of a new one.  Returns the offset of "+++". */
static gsize read_pair(Reader *reader, gsize pos)
{
  LbSlice line = lb_line_get(reader->text, reader->length, pos);
  const char *second = line.data[0] == '*' ? "--- " : "+++ ";

  if (reader->old.data && reader->new.data)
    open_file(reader, (LbSlice){ NULL, 0 });
  reader->old = lb_line_strip(behind(line, 4));
  do {
    pos = lb_line_next(reader->text, reader->length, pos);
    line = lb_line_get(reader->text, reader->length, pos);
  } while (!lb_line_starts(line, second));
  reader->new = lb_line_strip(behind(line, 4));
  reader->is_file = TRUE;
  return pos;
}

/* A line outside hunks.  Returns the offset of the last line that belongs to it. */
static gsize read_header(Reader *reader, gsize pos)
{
  const char *text = reader->text;
  gsize length = reader->length;
  LbSlice line = lb_line_get(text, length, pos);

  if (lb_line_starts(line, "diff --git ") && lb_diff_begins(text, length, pos)) {
    open_file(reader, behind(line, 11));
    reader->is_git = reader->is_file = TRUE;
  } else if ((lb_line_starts(line, "diff --cc ") || lb_line_starts(line, "diff --combined ")) &&
             lb_diff_begins(text, length, pos)) {
    open_file(reader, behind(line, lb_line_starts(line, "diff --cc ") ? 10 : 16));
    reader->is_git = reader->is_combined = reader->is_file = TRUE;
  } else if (lb_line_starts(line, "Index: ")) {
    open_file(reader, behind(line, 7));
  } else if (lb_line_starts(line, "diff -")) {
    /* under an "Index:" line it announces the same file */
    if (!reader->announced.data || reader->old.data)
      open_file(reader, last_word(line));
  } else if (lb_line_starts(line, "Binary files ") || lb_line_starts(line, "Cannot display: file marked as a binary")) {
    reader->is_file = reader->is_file || reader->announced.data;
  } else if (reader->is_git && !reader->old.data && lb_line_starts(line, "rename to ")) {
    reader->new = behind(line, 10);
  } else if (reader->is_git && !reader->old.data && lb_line_starts(line, "copy to ")) {
    reader->new = behind(line, 8);
  } else if (is_file_pair(text, length, pos)) {
    return read_pair(reader, pos);
  }
  return pos;
}

/* Merges have up to this many parents in our reading; git's own octopus rarely has more. */
#define MAX_PARENTS 16

typedef struct {
  guint n_parents;
  guint64 old[MAX_PARENTS], new;  /* lines still to come */
} Hunk;

/* "12" or "12,3": only the count is of interest, 1 if left out.  Hostile numbers stop at a value that no text has. */
static gboolean parse_range(LbSlice *line, char sign, guint64 *count)
{
  gsize i = 0;
  guint64 value = 0;

  while (line->length && line->data[0] == ' ')
    *line = behind(*line, 1);
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
  *line = behind(*line, i);
  return TRUE;
}

/* "@@ -1,5 +1,6 @@ function", "@@@ -1,5 -1,5 +1,6 @@@" of a merge. */
static gboolean parse_hunk(LbSlice line, Hunk *hunk)
{
  gsize ats = 0;

  while (ats < line.length && line.data[ats] == '@')
    ats++;
  if (ats < 2 || ats > MAX_PARENTS + 1)
    return FALSE;
  line = behind(line, ats);
  hunk->n_parents = (guint)ats - 1;
  for (guint i = 0; i < hunk->n_parents; i++)
    if (!parse_range(&line, '-', &hunk->old[i]))
      return FALSE;
  return parse_range(&line, '+', &hunk->new);
}

static gboolean is_done(const Hunk *hunk)
{
  for (guint i = 0; i < hunk->n_parents; i++)
    if (hunk->old[i])
      return FALSE;
  return hunk->new == 0;
}

/* Takes a line off the hunk's counts; FALSE if it is no line of it. */
static gboolean take_line(LbSlice line, Hunk *hunk, guint64 *added, guint64 *removed)
{
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
  if (!is_removed && !hunk->new)
    return FALSE;
  for (guint i = 0; i < hunk->n_parents; i++) {
    gboolean has = is_context || line.data[i] == (is_removed ? '-' : ' ');
    if (has && !hunk->old[i])
      return FALSE;
  }
  for (guint i = 0; i < hunk->n_parents; i++)
    if (is_context || line.data[i] == (is_removed ? '-' : ' '))
      hunk->old[i]--;
  if (!is_removed)
    hunk->new--;
  *removed += is_removed;
  *added += is_added && !is_removed;
  return TRUE;
}

/* "-- " is the removal of a line "- " only if the hunk goes on under it. */
static gboolean is_signature(const char *text, gsize length, gsize pos, LbSlice line)
{
  gsize next = pos + line.length + 1;

  if (line.length != 3 || memcmp(line.data, "-- ", 3) != 0)
    return FALSE;
  return next >= length || !strchr(" +-\\@d\n", text[next]);
}

/* The lines that nearly all are: of a hunk with one parent, none that could be a signature. */
static gboolean take_plain_line(LbSlice line, Hunk *hunk, guint64 *added, guint64 *removed)
{
  if (*line.data == '+' && hunk->new) {
    hunk->new--;
    ++*added;
    return TRUE;
  }
  if (*line.data == '-' && hunk->old[0] && (line.length < 2 || line.data[1] != '-')) {
    hunk->old[0]--;
    ++*removed;
    return TRUE;
  }
  if (*line.data == ' ' && hunk->old[0] && hunk->new) {
    hunk->old[0]--;
    hunk->new--;
    return TRUE;
  }
  return FALSE;
}

/* Reads the lines under a hunk's header; whether all were there.  forgives: lines that can't be of a hunk are the
 * rest of a line that a mailer broke. */
static gboolean read_lines(const char *text, gsize length, gsize *pos, Hunk hunk, gboolean forgives, guint64 *added,
                           guint64 *removed)
{
  while (!is_done(&hunk)) {
    LbSlice line;
    if (*pos >= length)
      return FALSE;
    line = lb_line_get(text, length, *pos);
    if (hunk.n_parents != 1 || !take_plain_line(line, &hunk, added, removed)) {
      if (lb_line_starts(line, "@@") || lb_line_starts(line, "diff --git ") || is_signature(text, length, *pos, line))
        return FALSE;
      if (!lb_line_starts(line, "\\") && !take_line(line, &hunk, added, removed) && !forgives)
        return FALSE;
    }
    *pos = MIN(*pos + line.length + 1, length);
  }
  return TRUE;
}

/* A hunk and its lines, the header at pos.  Returns the offset behind it.  No line is read more than three times:
 * reading stops at the next header whatever the counts say. */
static gsize read_hunk(Reader *reader, gsize pos, const Hunk *hunk)
{
  gsize begin = lb_line_next(reader->text, reader->length, pos), strict = begin, lenient = begin;
  guint64 added = 0, removed = 0, lenient_added = 0, lenient_removed = 0;

  if (!read_lines(reader->text, reader->length, &strict, *hunk, FALSE, &added, &removed)) {
    if (read_lines(reader->text, reader->length, &lenient, *hunk, TRUE, &lenient_added, &lenient_removed)) {
      reader->added += lenient_added;
      reader->removed += lenient_removed;
      return lenient;
    }
    reader->is_cut = TRUE;
  }
  reader->added += added;
  reader->removed += removed;
  return strict;
}

LbDiff *lb_diff_parse(const char *text, gsize length, gsize start, LbArena *arena)
{
  g_autoptr(GPtrArray) paths = g_ptr_array_new();
  Reader reader = { .text = text, .length = length, .arena = arena, .paths = paths };
  LbDiff *diff;
  Hunk hunk;

  for (gsize pos = start; pos < length;) {
    switch (text[pos]) {
    case '@':
      if (reader.is_file && parse_hunk(lb_line_get(text, length, pos), &hunk)) {
        pos = read_hunk(&reader, pos, &hunk);
        continue;
      }
      break;
    case 'd': case 'I': case 'B': case 'C': case 'r': case 'c': case '-': case '*':
      pos = read_header(&reader, pos);
      break;
    }
    pos = lb_line_next(text, length, pos);
  }
  close_file(&reader);
  if (!paths->len)
    return NULL;
  diff = lb_arena_new_array(arena, LbDiff, 1);
  diff->n_files = paths->len;
  diff->added = (guint)MIN(reader.added, G_MAXUINT);
  diff->removed = (guint)MIN(reader.removed, G_MAXUINT);
  diff->is_cut = reader.is_cut;
  g_ptr_array_add(paths, NULL);
  diff->paths = memcpy(lb_arena_new_array(arena, char *, paths->len), paths->pdata, paths->len * sizeof(char *));
  return diff;
}
