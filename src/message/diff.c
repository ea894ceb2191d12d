/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/diff.h"
#include "base/text.h"
#include "message/diff_path.h"
#include "message/hunk.h"
#include "message/lines.h"

/* The line n lines below pos. */
static LbSlice line_below(const char *text, gsize length, gsize pos, int n) {
  while (n-- > 0)
    pos = lb_line_next(text, length, pos);
  return lb_line_get(text, length, pos);
}

/* What git writes between "diff --git" and the hunks. */
static gboolean is_extended_header(LbSlice line) {
  static const char *const headers[] = {"index ",    "--- ",      "new file ",         "deleted file ",
                                        "old mode ", "new mode ", "similarity index ", "dissimilarity index ",
                                        "rename ",   "copy ",     "Binary files ",     "GIT binary patch",
                                        "mode "};

  for (gsize i = 0; i < G_N_ELEMENTS(headers); i++)
    if (lb_line_starts(line, headers[i]))
      return TRUE;
  return FALSE;
}

/* "--- old" over "+++ new" (over "@@"), "*** old" over "--- new" (over "****"): one line that a mailer broke
 * is borne. */
static gboolean is_file_pair(const char *text, gsize length, gsize pos) {
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
static gboolean is_announcement(const char *text, gsize length, gsize pos) {
  for (int i = 1; i <= 5; i++) {
    pos = lb_line_next(text, length, pos);
    LbSlice line = lb_line_get(text, length, pos);
    if (is_file_pair(text, length, pos) || lb_line_starts(line, "Binary files ") ||
        lb_line_starts(line, "Files ") || lb_line_starts(line, "Cannot display: file marked as a binary"))
      return TRUE;
    if (!lb_line_starts(line, "=====") && !lb_line_starts(line, "diff -") &&
        !lb_line_starts(line, "RCS file") && !lb_line_starts(line, "retrieving revision") &&
        !lb_line_starts(line, "Index: ") && !is_extended_header(line))
      return FALSE;
  }
  return FALSE;
}

static gboolean is_git_diff(const char *text, gsize length, gsize pos, LbSlice line) {
  const char *slash = memchr(line.data + 11, '/', line.length - 11);
  const char *blank = memchr(line.data + 11, ' ', line.length - 11);

  if (is_extended_header(line_below(text, length, pos, 1)))
    return TRUE;
  /* a path so long that a mailer broke the line before the second name */
  return slash && (!blank || slash < blank) && is_extended_header(line_below(text, length, pos, 2));
}

/* Nearly all lines that begin with the same letter are told apart by this. */
static gboolean may_begin(const char *line, const char *end) {
  static const char *const beginnings[] = {"diff ", "--- ", "*** ", "Index: ", "GIT binary "};
  for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
    if (line < end && *line == *beginnings[i])
      return lb_line_starts((LbSlice){line, (gsize)(end - line)}, beginnings[i]);
  return FALSE;
}

gboolean lb_diff_is_likely(const char *text, gsize length) {
  const char *end = text + length;
  for (const char *p = text; p < end; p = lb_find_line_of(p, end, "d-*IG-"))
    if (may_begin(p, end))
      return TRUE;
  return FALSE;
}

gboolean lb_diff_begins(const char *text, gsize length, gsize pos) {
  if (!may_begin(text + pos, text + length))
    return FALSE;
  LbSlice line = lb_line_get(text, length, pos);
  if (lb_line_starts(line, "diff --git ") || lb_line_starts(line, "diff --cc "))
    return is_git_diff(text, length, pos, (LbSlice){line.data, MAX(line.length, 11)});
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
  gboolean strips;  /* an earlier file of the mail had a component to strip */
  gboolean is_file; /* what follows belongs to a file that counts */
  gboolean is_git, is_combined;
  guint n_combined;
  LbSlice announced; /* all behind "diff --git " or "Index: ", the last word of "diff -u …" */
  LbSlice old, new;  /* behind "---" and "+++"; new alone: behind "rename to" */
} Reader;

static void add_path(Reader *reader, LbSlice path) {
  g_autoptr(GString) valid = NULL;

  /* quoted octets may be anything */
  if (!lb_find_is_ascii(path.data, path.length) && !g_utf8_validate(path.data, (gssize)path.length, NULL)) {
    valid = g_string_new(NULL);
    lb_text_append_utf8(valid, path.data, path.length);
    path = (LbSlice){valid->str, valid->len};
  }
  g_ptr_array_add(reader->paths, (gpointer)lb_arena_intern(reader->arena, path.data, path.length));
}

/* Nearly all files: "a/path" and "b/path", with nothing in the path that could be else than a part of it. */
static gboolean is_plain_pair(LbSlice old, LbSlice new) {
  return old.length == new.length &&new.length > 2 && !memcmp(old.data, "a/", 2) &&
         !memcmp(new.data, "b/", 2) && !memcmp(old.data + 2, new.data + 2, new.length - 2) &&
         lb_find_is_dense(new.data, new.length);
}

/* Ends the file that is open: from here on its path is known as well as it will be. */
static void close_file(Reader *reader) {
  LbSlice path, other;
  gsize n = 0;

  if (!reader->is_file)
    return;
  reader->is_file = FALSE;
  if (reader->is_git && reader->new.data && reader->old.data &&is_plain_pair(reader->old, reader->new) &&
      !lb_diff_path_is_twice(reader->announced)) {
    path = reader->new;
    n = 2;
  } else if (reader->new.data && reader->old.data) {
    path = lb_diff_path_clean(reader->new, reader->arena);
    other = lb_diff_path_clean(reader->old, reader->arena);
    if (lb_diff_path_is_null(path)) {
      LbSlice swap = path;
      path = other;
      other = swap;
    }
    if (!(reader->is_git && lb_diff_path_is_twice(reader->announced)))
      n = lb_diff_path_prefix(path, other, &reader->strips);
    /* CVS names the whole path in "Index:" alone */
    if (!n && !reader->is_git && reader->announced.length > path.length + 1 &&
        lb_diff_path_is_same(
            (LbSlice){reader->announced.data + reader->announced.length - path.length, path.length}, path))
      path = reader->announced;
  } else if (reader->new.data) { /* "rename to path": without a prefix */
    path = lb_diff_path_clean(reader->new, reader->arena);
  } else {
    path = reader->is_combined ? lb_diff_path_clean(reader->announced, reader->arena)
                               : lb_diff_path_split(reader->announced, reader->arena);
    if (!reader->is_combined && !lb_diff_path_is_twice(reader->announced) &&
        lb_diff_path_component(path) == 2)
      n = 2;
  }
  add_path(reader, (LbSlice){path.data + n, path.length - n});
}

static void open_file(Reader *reader, LbSlice announced) {
  close_file(reader);
  reader->announced = lb_line_strip(announced);
  reader->old = reader->new = (LbSlice){NULL, 0};
  reader->is_git = reader->is_combined = FALSE;
}

static LbSlice behind(LbSlice line, gsize n) {
  return (LbSlice){line.data + n, line.length - n};
}

/* "---" and "+++": of the file that "diff" or "Index:" announced, or of a new one.  Returns the offset of
 * "+++". */
static gsize read_pair(Reader *reader, gsize pos) {
  LbSlice line = lb_line_get(reader->text, reader->length, pos);
  const char *second = line.data[0] == '*' ? "--- " : "+++ ";

  if (reader->old.data && reader->new.data)
    open_file(reader, (LbSlice){NULL, 0});
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
static gsize read_header(Reader *reader, gsize pos) {
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
    reader->n_combined++;
  } else if (lb_line_starts(line, "Index: ")) {
    open_file(reader, behind(line, 7));
  } else if (lb_line_starts(line, "diff -")) {
    /* under an "Index:" line it announces the same file */
    if (!reader->announced.data || reader->old.data)
      open_file(reader, lb_diff_path_last_word(line));
  } else if (lb_line_starts(line, "Binary files ") ||
             lb_line_starts(line, "Cannot display: file marked as a binary")) {
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

LbDiff *lb_diff_parse(const char *text, gsize length, gsize start, LbArena *arena) {
  g_autoptr(GPtrArray) paths = g_ptr_array_new();
  Reader reader = {.text = text, .length = length, .arena = arena, .paths = paths};
  LbDiff *diff;
  LbHunk hunk;

  for (gsize pos = start; pos < length;) {
    switch (text[pos]) {
    case '@':
      if (reader.is_file && lb_hunk_parse(lb_line_get(text, length, pos), &hunk)) {
        pos = lb_hunk_read(text, length, lb_line_next(text, length, pos), &hunk, &reader.added,
                           &reader.removed, &reader.is_cut);
        continue;
      }
      break;
    case 'd':
    case 'I':
    case 'B':
    case 'C':
    case 'r':
    case 'c':
    case '-':
    case '*':
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
  diff->is_combined = reader.n_combined >= diff->n_files;
  g_ptr_array_add(paths, NULL);
  diff->paths = lb_arena_intern_pointers(arena, paths->pdata, paths->len);
  return diff;
}
