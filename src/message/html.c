/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/html.h"
#include <string.h>
#include "base/text.h"

/* Bounds for hostile input: how much a few bytes of markup can make. */
#define MAX_SHOWN_DEPTH 5
#define MAX_NEWLINES 4

typedef struct {
  GString *out;
  gsize begin;        /* of what we appended */
  guint newlines;     /* line ends due before the next character */
  gboolean has_blank; /* a blank is due before the next character */
  guint quote, pre;   /* depth of blockquote and pre */
} State;

typedef enum {
  TAG_INLINE,
  TAG_LINE,
  TAG_PARAGRAPH,
  TAG_BREAK,
  TAG_ITEM,
  TAG_CELL,
  TAG_QUOTE,
  TAG_PRE,
  TAG_HIDDEN
} Tag;

static const struct {
  const char *name;
  Tag tag;
} tags[] = {
    {"address", TAG_LINE}, {"article", TAG_LINE},  {"aside", TAG_LINE},   {"blockquote", TAG_QUOTE},
    {"body", TAG_LINE},    {"br", TAG_BREAK},      {"dd", TAG_LINE},      {"div", TAG_LINE},
    {"dl", TAG_LINE},      {"dt", TAG_LINE},       {"footer", TAG_LINE},  {"form", TAG_LINE},
    {"h1", TAG_PARAGRAPH}, {"h2", TAG_PARAGRAPH},  {"h3", TAG_PARAGRAPH}, {"h4", TAG_PARAGRAPH},
    {"h5", TAG_PARAGRAPH}, {"h6", TAG_PARAGRAPH},  {"header", TAG_LINE},  {"hr", TAG_LINE},
    {"li", TAG_ITEM},      {"main", TAG_LINE},     {"ol", TAG_LINE},      {"p", TAG_PARAGRAPH},
    {"pre", TAG_PRE},      {"script", TAG_HIDDEN}, {"section", TAG_LINE}, {"style", TAG_HIDDEN},
    {"table", TAG_LINE},   {"td", TAG_CELL},       {"th", TAG_CELL},      {"title", TAG_HIDDEN},
    {"tr", TAG_LINE},      {"ul", TAG_LINE},
};

/* Those that mail programs write; any character can also come as a number. */
static const struct {
  const char *name;
  gunichar character;
} entities[] = {
    {"amp", '&'},      {"apos", '\''},   {"bull", 0x2022},  {"cent", 0xa2},    {"copy", 0xa9},
    {"deg", 0xb0},     {"emsp", ' '},    {"ensp", ' '},     {"eacute", 0xe9},  {"egrave", 0xe8},
    {"agrave", 0xe0},  {"aacute", 0xe1}, {"auml", 0xe4},    {"Auml", 0xc4},    {"aring", 0xe5},
    {"ccedil", 0xe7},  {"euro", 0x20ac}, {"gt", '>'},       {"GT", '>'},       {"hellip", 0x2026},
    {"iexcl", 0xa1},   {"iquest", 0xbf}, {"laquo", 0xab},   {"ldquo", 0x201c}, {"lsquo", 0x2018},
    {"lt", '<'},       {"LT", '<'},      {"mdash", 0x2014}, {"micro", 0xb5},   {"middot", 0xb7},
    {"minus", 0x2212}, {"nbsp", ' '},    {"ndash", 0x2013}, {"not", 0xac},     {"ntilde", 0xf1},
    {"oacute", 0xf3},  {"oslash", 0xf8}, {"ouml", 0xf6},    {"Ouml", 0xd6},    {"para", 0xb6},
    {"plusmn", 0xb1},  {"pound", 0xa3},  {"quot", '"'},     {"QUOT", '"'},     {"raquo", 0xbb},
    {"rdquo", 0x201d}, {"reg", 0xae},    {"rsquo", 0x2019}, {"sect", 0xa7},    {"shy", 0xad},
    {"szlig", 0xdf},   {"thinsp", ' '},  {"times", 0xd7},   {"trade", 0x2122}, {"uuml", 0xfc},
    {"Uuml", 0xdc},    {"yen", 0xa5},    {"rarr", 0x2192},  {"larr", 0x2190},  {"zwnj", 0x200c},
};

static void begin_line(State *state) {
  for (guint i = 0; i < MIN(state->quote, MAX_SHOWN_DEPTH); i++)
    g_string_append(state->out, "> ");
}

/* What is due (line ends, quote marks, a blank) goes out before the next character. */
static void settle(State *state) {
  gboolean is_first = state->out->len == state->begin;
  guint newlines = state->pre ? state->newlines : MIN(state->newlines, MAX_NEWLINES);
  if (state->newlines > 0 || is_first) {
    for (guint i = 0; !is_first && i < newlines; i++) {
      g_string_append_c(state->out, '\n');
      if (i + 1 < newlines)
        begin_line(state);
    }
    begin_line(state);
  } else if (state->has_blank) {
    g_string_append_c(state->out, ' ');
  }
  state->newlines = 0;
  state->has_blank = FALSE;
}

static void want_newlines(State *state, guint n) {
  state->newlines = MAX(state->newlines, n);
  state->has_blank = FALSE;
}

static void put(State *state, gunichar c) {
  if (state->pre && c == '\n') {
    state->newlines++;
    return;
  }
  if (!state->pre && (c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r')) {
    state->has_blank = TRUE;
    return;
  }
  settle(state);
  g_string_append_unichar(state->out, c);
}

/* &name; &#38; &#x26;  Returns what follows it, NULL if it is none: then the & stands for itself. */
static const char *put_entity(State *state, const char *p, const char *end) {
  const char *stop = memchr(p, ';', (gsize)MIN(end - p, 12));
  gsize length = stop ? (gsize)(stop - p) - 1 : 0;

  if (length < 2)
    return NULL;
  if (p[1] == '#') {
    gboolean is_hex = p[2] == 'x' || p[2] == 'X';
    char *digits_end;
    guint64 c = g_ascii_strtoull(p + 2 + is_hex, &digits_end, is_hex ? 16 : 10);
    if (digits_end != stop)
      return NULL;
    if (c >= 0x80 && c < 0xa0) {
      /* such numbers mean windows-1252 (HTML, numeric character reference end state) */
      char byte = (char)c;
      settle(state);
      lb_text_append_utf8(state->out, &byte, 1);
    } else {
      put(state, c == 0xa0                                                   ? ' '
                 : c > 0 && c <= 0x10ffff && g_unichar_validate((gunichar)c) ? (gunichar)c
                                                                             : 0xfffd);
    }
    return stop + 1;
  }
  for (guint i = 0; i < G_N_ELEMENTS(entities); i++)
    if (strlen(entities[i].name) == length && !memcmp(entities[i].name, p + 1, length)) {
      put(state, entities[i].character);
      return stop + 1;
    }
  return NULL;
}

static Tag find_tag(const char *name, gsize length) {
  for (guint i = 0; i < G_N_ELEMENTS(tags); i++)
    if (strlen(tags[i].name) == length && !g_ascii_strncasecmp(tags[i].name, name, length))
      return tags[i].tag;
  return TAG_INLINE;
}

static void apply_tag(State *state, Tag tag, gboolean is_end) {
  switch (tag) {
  case TAG_BREAK:
    state->newlines++;
    state->has_blank = FALSE;
    break;
  case TAG_PARAGRAPH:
    want_newlines(state, 2);
    break;
  case TAG_ITEM:
    want_newlines(state, 1);
    if (!is_end) {
      settle(state);
      g_string_append(state->out, "* ");
    }
    break;
  case TAG_CELL:
    state->has_blank = TRUE;
    break;
  case TAG_QUOTE:
    want_newlines(state, 1);
    state->quote = is_end ? state->quote - (state->quote > 0) : state->quote + 1;
    break;
  case TAG_PRE:
    want_newlines(state, 1);
    state->pre = is_end ? state->pre - (state->pre > 0) : state->pre + 1;
    break;
  case TAG_LINE:
    want_newlines(state, 1);
    break;
  default:
    break;
  }
}

/* p is behind '<'.  Returns what follows the markup, with all that it hides; NULL if it is no markup. */
static const char *skip_markup(State *state, const char *p, const char *end) {
  if (end - p >= 3 && !memcmp(p, "!--", 3)) {
    const char *stop = memmem(p + 3, (gsize)(end - p) - 3, "-->", 3);
    return stop ? stop + 3 : end;
  }
  gboolean is_end = p < end && *p == '/';
  const char *name = p + is_end, *name_end = name;
  if (name < end && g_ascii_isalpha(*name))
    while (name_end < end && g_ascii_isalnum(*name_end))
      name_end++;
  if (name_end == name && (p == end || (*p != '!' && *p != '?')))
    return NULL;
  const char *stop = memchr(name_end, '>', (gsize)(end - name_end));
  if (!stop)
    return end;
  Tag tag = find_tag(name, (gsize)(name_end - name));
  if (tag != TAG_HIDDEN || is_end) {
    apply_tag(state, tag, is_end);
    return stop + 1;
  }
  g_autofree char *closing = g_strdup_printf("</%.*s", (int)(name_end - name), name);
  const char *hidden_end = lb_text_find_nocase(stop, (gsize)(end - stop), closing);
  return hidden_end ? hidden_end : end;
}

void lb_html_append_text(GString *out, const char *html, gsize length) {
  State state = {.out = out, .begin = out->len};
  const char *p = html, *end = html + length;

  while (p < end) {
    const char *next = NULL;
    if (*p == '<')
      next = skip_markup(&state, p + 1, end);
    else if (*p == '&')
      next = put_entity(&state, p, end);
    if (!next) {
      gunichar c = g_utf8_get_char(p);
      put(&state, c == 0xa0 ? ' ' : c);
      next = g_utf8_next_char(p);
    }
    p = next;
  }
  if (out->len > state.begin)
    g_string_append_c(out, '\n');
}
