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

/* Mailers and people wrap `Fixes: 0123456789ab ("title")` without an indent. */
static gboolean is_rest_of_title(const GString *trailer, LbSlice line) {
  return g_ascii_strncasecmp(trailer->str, "fixes:", 6) == 0 && strstr(trailer->str, "(\"") &&
         !strstr(trailer->str, "\")") && memmem(line.data, line.length, "\")", 2);
}

static void add_trailer(GPtrArray *trailers, GString *trailer, LbArena *arena) {
  if (trailer->len)
    g_ptr_array_add(trailers, lb_arena_strndup(arena, trailer->str, trailer->len));
  g_string_truncate(trailer, 0);
}

const char *const *lb_trailer_parse(LbSlice commit, LbArena *arena) {
  g_autoptr(GPtrArray) trailers = g_ptr_array_new();
  g_autoptr(GString) trailer = g_string_new(NULL);
  LbSlice log = lb_line_trim(commit.data, 0, commit.length);
  const char **out;

  for (gsize pos = find_block(log); pos < log.length; pos = lb_line_next(log.data, log.length, pos)) {
    LbSlice line = lb_line_get(log.data, log.length, pos);
    gsize colon = find_colon(line);
    if (lb_line_is_blank(line)) {
      add_trailer(trailers, trailer, arena);
    } else if (trailer->len && (lb_line_is_space(line.data[0]) ||
                                (!(colon && is_known(line, colon)) && is_rest_of_title(trailer, line)))) {
      line = lb_line_strip(line);
      if (trailer->str[trailer->len - 1] != ' ')
        g_string_append_c(trailer, ' ');
      g_string_append_len(trailer, line.data, (gssize)line.length);
    } else {
      add_trailer(trailers, trailer, arena);
      if (!colon)
        continue;
      LbSlice name = lb_line_strip((LbSlice){line.data, colon});
      LbSlice value = lb_line_strip((LbSlice){line.data + colon + 1, line.length - colon - 1});
      g_string_append_len(trailer, name.data, (gssize)name.length);
      g_string_append(trailer, ": ");
      g_string_append_len(trailer, value.data, (gssize)value.length);
    }
  }
  add_trailer(trailers, trailer, arena);
  g_ptr_array_add(trailers, NULL);
  out = lb_arena_new_array(arena, const char *, trailers->len);
  return memcpy(out, trailers->pdata, trailers->len * sizeof(char *));
}
