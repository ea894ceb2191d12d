/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/diff_path.h"
#include "message/lines.h"

/* Undoes git's C quoting (core.quotePath) into the arena's scratch; FALSE if name isn't quoted. */
static gboolean unquote(LbSlice name, LbArena *arena, LbSlice *unquoted) {
  static const char letters[] = "abtnvfr\"\\", values[] = "\a\b\t\n\v\f\r\"\\";
  if (!name.length || name.data[0] != '"')
    return FALSE;
  char *to = lb_arena_alloc(lb_arena_get_scratch(arena), name.length);
  *unquoted = (LbSlice){to, 0};
  for (gsize i = 1; i < name.length && name.data[i] != '"'; i++) {
    char c = name.data[i];
    if (c == '\\' && i + 1 < name.length) {
      const char *letter = memchr(letters, name.data[++i], sizeof letters - 1);
      if (letter) {
        c = values[letter - letters];
      } else if (i + 2 < name.length && name.data[i] >= '0' && name.data[i] <= '3' &&
                 name.data[i + 1] >= '0' && name.data[i + 1] <= '7' && name.data[i + 2] >= '0' &&
                 name.data[i + 2] <= '7') {
        c = (char)((name.data[i] - '0') << 6 | (name.data[i + 1] - '0') << 3 | (name.data[i + 2] - '0'));
        i += 2;
      } else {
        c = name.data[i];
      }
    }
    to[unquoted->length++] = c;
  }
  return TRUE;
}

/* The name in a "---" or "+++" line without quoting and without the date that diff(1) writes behind it (after
 * a tab, which mailers turn into blanks). */
LbSlice lb_diff_path_clean(LbSlice name, LbArena *arena) {
  const char *tab;
  LbSlice unquoted;

  if (unquote(name, arena, &unquoted))
    return unquoted;
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

gsize lb_diff_path_component(LbSlice name) {
  const char *slash = memchr(name.data, '/', name.length);
  return slash && slash > name.data ? (gsize)(slash + 1 - name.data) : 0;
}

gboolean lb_diff_path_is_null(LbSlice name) {
  return name.length == 9 && memcmp(name.data, "/dev/null", 9) == 0;
}

gboolean lb_diff_path_is_same(LbSlice a, LbSlice b) {
  return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

gsize lb_diff_path_prefix(LbSlice path, LbSlice other, gboolean *strips) {
  gsize n = lb_diff_path_component(path), m = lb_diff_path_component(other);

  if (!n || lb_diff_path_is_same(path, other))
    return 0;
  if (n == 2 && path.data[0] != '.')
    return n;
  if (lb_diff_path_is_null(other))
    return *strips ? n : 0;
  if (!m || lb_diff_path_is_same((LbSlice){path.data, n}, (LbSlice){other.data, m}))
    return 0;
  *strips = TRUE;
  return n;
}

LbSlice lb_diff_path_last_word(LbSlice line) {
  const char *blank;

  line = lb_line_strip(line);
  blank = memrchr(line.data, ' ', line.length);
  return blank ? (LbSlice){blank + 1, line.length - (gsize)(blank + 1 - line.data)} : line;
}

/* "a/path b/path" of a file without "---" and "+++": two names of one length with a blank between, so that
 * blanks in the path don't matter; else the last word. */
LbSlice lb_diff_path_split(LbSlice names, LbArena *arena) {
  LbSlice unquoted;
  gsize half;

  names = lb_line_strip(names);
  if (unquote(names, arena, &unquoted))
    return unquoted;
  half = names.length / 2;
  if (names.length % 2 && names.data[half] == ' ')
    return (LbSlice){names.data + half + 1, half};
  return lb_diff_path_last_word(names);
}

gboolean lb_diff_path_is_twice(LbSlice names) {
  gsize half;

  names = lb_line_strip(names);
  half = names.length / 2;
  return names.length % 2 && names.data[half] == ' ' && memcmp(names.data, names.data + half + 1, half) == 0;
}
