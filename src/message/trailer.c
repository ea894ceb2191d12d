/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/trailer.h"
#include "message/lines.h"

/* Offset of the colon behind a trailer's name, 0 if the line is no trailer. */
static gsize find_colon(LbSlice line) {
  gsize n = 0, colon;

  while (n < line.length && (g_ascii_isalnum(line.data[n]) || line.data[n] == '-'))
    n++;
  for (colon = n; colon < line.length && lb_line_is_space(line.data[colon]);)
    colon++;
  return n && colon < line.length && line.data[colon] == ':' ? colon : 0;
}

/* Names that git and kernel people use: such a line makes a trailer block of a paragraph that holds other
 * lines too, and lets a block continue above an empty line. */
static gboolean is_known(LbSlice line, gsize colon) {
  static const char *const names[] = {
      "fixes",         "cc",  "link",       "closes",     "change-id",          "buglink",
      "references",    "bug", "message-id", "depends-on", "cherry-picked-from", "bugzilla",
      "co-authored-by"};
  LbSlice name = lb_line_strip((LbSlice){line.data, colon});

  if (name.length > 3 && g_ascii_strncasecmp(name.data + name.length - 3, "-by", 3) == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (name.length == strlen(names[i]) && g_ascii_strncasecmp(name.data, names[i], name.length) == 0)
      return TRUE;
  return FALSE;
}

/* What the lines of one paragraph are. */
typedef struct {
  guint trailers, known, notes, others;
} Census;

static void count_line(LbSlice line, Census *census, gboolean *was_trailer) {
  gsize colon = find_colon(line);

  if (lb_line_is_space(line.data[0])) { /* goes with the line above */
    census->others += !*was_trailer;
    return;
  }
  *was_trailer = TRUE;
  if (colon) {
    census->trailers++;
    census->known += is_known(line, colon);
  } else if (lb_line_starts(line, "(cherry picked from commit ")) {
    census->trailers++;
    census->known++;
  } else if (line.data[0] == '#') {
    return; /* a comment to git, none of the block's lines */
  } else if (line.data[0] == '[') {
    census->notes++; /* "[maintainer: what was changed]", also over several lines */
  } else {
    *was_trailer = FALSE;
    census->others++;
  }
}

/* git-interpret-trailers(1): all lines are trailers, or one is known for sure and a quarter are. */
static gboolean is_block(const Census *census) {
  return (census->trailers && !census->others && !census->notes) ||
         (census->known && census->trailers * 3 >= census->others + census->notes);
}

/* Whether the paragraph above a block is one too: git takes the last alone, but "Cc: stable" or "Fixes:" set
 * apart by an empty line are trailers to everybody who reads the log. */
static gboolean continues_block(const Census *census) {
  return census->known && census->known == census->trailers && !census->others;
}

/* A line that no such paragraph ends in. */
static gboolean is_prose(LbSlice line) {
  return !find_colon(line) && !lb_line_is_space(line.data[0]) && line.data[0] != '#' && line.data[0] != '[' &&
         !lb_line_starts(line, "(cherry picked from commit ");
}

/* Offset of the line above pos (> 0), the line itself; no newline ends the log's last. */
static gsize line_above(LbSlice log, gsize pos, LbSlice *line) {
  gsize end = pos == log.length ? pos : pos - 1;
  gsize begin = lb_line_previous(log.data, end + 1);

  *line = (LbSlice){log.data + begin, end - begin};
  return begin;
}

/* Offset of the paragraph that ends before end; its census. */
static gsize read_paragraph(LbSlice log, gsize end, Census *census) {
  gsize begin = end;
  gboolean was_trailer = FALSE;
  LbSlice line;

  memset(census, 0, sizeof *census);
  while (begin > 0) {
    gsize above = line_above(log, begin, &line);
    if (lb_line_is_blank(line))
      break;
    begin = above;
  }
  for (gsize pos = begin; pos < end; pos = lb_line_next(log.data, end, pos))
    count_line(lb_line_get(log.data, end, pos), census, &was_trailer);
  return begin;
}

/* Offset of the first line of the trailers, the length if there are none. */
static gsize find_block(LbSlice log) {
  gsize end = log.length, block = log.length;
  Census census;
  LbSlice line;

  while (end > 0) {
    if (block < log.length && (line_above(log, end, &line), is_prose(line)))
      break;
    gsize begin = read_paragraph(log, end, &census);
    if (block == log.length ? !is_block(&census) : !continues_block(&census))
      break;
    block = end = begin;
    while (end > 0) {
      gsize above = line_above(log, end, &line);
      if (!lb_line_is_blank(line))
        break;
      end = above;
    }
  }
  return block;
}

/* A trailer that may go on in the next line. */
typedef struct {
  LbSlice text;    /* in the log or in joined; length 0: there is none */
  GString *joined; /* made when first needed: nearly all are one line */
  LbTrailerFunc func;
  gpointer data;
} Open;

static void join(Open *open, LbSlice start) {
  if (!open->joined)
    open->joined = g_string_new(NULL);
  g_string_truncate(open->joined, 0);
  g_string_append_len(open->joined, start.data, (gssize)start.length);
}

static void append(Open *open, LbSlice more) {
  if (!open->joined || open->text.data != open->joined->str)
    join(open, open->text);
  if (open->joined->str[open->joined->len - 1] != ' ')
    g_string_append_c(open->joined, ' ');
  g_string_append_len(open->joined, more.data, (gssize)more.length);
  open->text = (LbSlice){open->joined->str, open->joined->len};
}

static void begin(Open *open, LbSlice line, gsize colon) {
  LbSlice name = lb_line_strip((LbSlice){line.data, colon});
  LbSlice value = lb_line_strip((LbSlice){line.data + colon + 1, line.length - colon - 1});
  if (name.length == colon && value.data == line.data + colon + 2 && value.data[-1] == ' ') {
    open->text = (LbSlice){line.data, colon + 2 + value.length};
    return;
  }
  join(open, name);
  g_string_append(open->joined, ": ");
  g_string_append_len(open->joined, value.data, (gssize)value.length);
  open->text = (LbSlice){open->joined->str, open->joined->len};
}

static void finish(Open *open) {
  if (open->text.length)
    open->func(open->text, open->data);
  open->text.length = 0;
}

/* Mailers and people wrap `Fixes: 0123456789ab ("title")` without an indent. */
static gboolean is_rest_of_title(LbSlice trailer, LbSlice line) {
  return lb_line_starts_nocase(trailer, "fixes:") && memmem(trailer.data, trailer.length, "(\"", 2) &&
         !memmem(trailer.data, trailer.length, "\")", 2) && memmem(line.data, line.length, "\")", 2);
}

void lb_trailer_foreach(LbSlice commit, LbTrailerFunc func, gpointer data) {
  LbSlice log = lb_line_trim(commit.data, 0, commit.length);
  Open open = {.func = func, .data = data};

  for (gsize pos = find_block(log); pos < log.length; pos = lb_line_next(log.data, log.length, pos)) {
    LbSlice line = lb_line_get(log.data, log.length, pos);
    gsize colon = find_colon(line);
    if (lb_line_is_blank(line)) {
      finish(&open);
    } else if (open.text.length && (lb_line_is_space(line.data[0]) || (!(colon && is_known(line, colon)) &&
                                                                       is_rest_of_title(open.text, line)))) {
      append(&open, lb_line_strip(line));
    } else {
      finish(&open);
      if (colon)
        begin(&open, line, colon);
    }
  }
  finish(&open);
  if (open.joined)
    g_string_free(open.joined, TRUE);
}

typedef struct {
  GPtrArray *trailers;
  LbArena *arena;
} List;

static void add_trailer(LbSlice trailer, gpointer data) {
  List *list = data;
  g_ptr_array_add(list->trailers, lb_arena_strndup(list->arena, trailer.data, trailer.length));
}

const char *const *lb_trailer_parse(LbSlice commit, LbArena *arena) {
  g_autoptr(GPtrArray) trailers = g_ptr_array_new();
  List list = {trailers, arena};
  lb_trailer_foreach(commit, add_trailer, &list);
  g_ptr_array_add(trailers, NULL);
  const char **out = lb_arena_new_array(arena, const char *, trailers->len);
  return memcpy(out, trailers->pdata, trailers->len * sizeof(char *));
}
