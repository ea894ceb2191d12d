/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/link.h"
#include "base/find.h"
#include "base/text.h"
#include "message/lines.h"

#define LINKS_MAX 100

/* Words that say that something is only needed first, and such that say that it came before. */
static const char *const dependency_words[] = {
    "based on",   "based-on",     "base on",      "depends on",   "depends-on", "depend on",
    "dependency", "dependencies", "depending on", "prerequisite", "prereq",     "on top of",
    "applies on", "requires",     "follow-up to", "follow up to", "goes on top"};
static const char *const changelog_words[] = {"link to v",
                                              "link to rfc",
                                              "link to the previous",
                                              "changes in v",
                                              "changes since",
                                              "changes from",
                                              "changes v",
                                              "previous version",
                                              "previous post",
                                              "previous rev",
                                              "previous v",
                                              "previous rfc",
                                              "previous series",
                                              "prior version",
                                              "earlier version",
                                              "last version",
                                              "old version",
                                              "first version",
                                              "link to previous",
                                              "link to resend",
                                              "original version",
                                              "initial version",
                                              "rfc:",
                                              "rfc v",
                                              "rfcv",
                                              "rfc patch",
                                              "rfc link",
                                              "link to the rfc",
                                              "version 1",
                                              "version 2",
                                              "version 3",
                                              "version 4",
                                              "changelog",
                                              "supersede",
                                              "respin of",
                                              "resend of",
                                              "repost of",
                                              "reposting of",
                                              "rework of",
                                              "history:"};

/* A bit for each pair of neighbours, letter case aside: a word whose pairs aren't all there needn't be
 * searched for. */
typedef struct {
  guint32 second[32]; /* by the first one */
} Pairs;

static void collect_pairs(LbSlice line, Pairs *pairs) {
  memset(pairs, 0, sizeof *pairs);
  for (gsize i = 0; i + 1 < line.length; i++)
    pairs->second[line.data[i] & 31] |= 1u << (line.data[i + 1] & 31);
}

static gboolean has_pairs(const Pairs *pairs, const char *word) {
  for (; word[1]; word++)
    if (!(pairs->second[word[0] & 31] >> (word[1] & 31) & 1))
      return FALSE;
  return TRUE;
}

static gboolean has_word(LbSlice line, const Pairs *pairs, const char *const *words, gsize n) {
  for (gsize i = 0; i < n; i++)
    if (has_pairs(pairs, words[i]) && lb_text_find_nocase(line.data, line.length, words[i]))
      return TRUE;
  return FALSE;
}

/* "v3:", "V2 -> V3", "PATCH v2: https://…", "[2] v4 (2023):", "[v1] https://…", at the beginning of a line,
 * behind bullets and brackets. */
static gboolean begins_with_version(LbSlice line) {
  gsize i = 0;
  if (line.length > 2 && line.data[0] == '[' && g_ascii_isdigit(line.data[1]))
    for (i = 2; i < line.length && (g_ascii_isdigit(line.data[i]) || strchr("]:", line.data[i]));)
      i++;
  while (i < line.length && strchr(" \t*-+>[(", line.data[i]))
    i++;
  if (lb_line_starts_nocase((LbSlice){line.data + i, line.length - i}, "patch "))
    i += 6;
  if (i + 1 >= line.length || (line.data[i] | 0x20) != 'v' || !g_ascii_isdigit(line.data[i + 1]))
    return FALSE;
  for (i++; i < line.length && g_ascii_isdigit(line.data[i]);)
    i++;
  return i == line.length || strchr(" \t:])-=,.(", line.data[i]) != NULL;
}

/* A URL or id and nothing else that says what it is: "- https://…", "Link: https://…", "[1]: <id>". */
static gboolean is_alone(LbSlice line) {
  gsize i = 0;
  line = lb_line_strip(line);
  if (line.length > 2 && line.data[0] == '[' && g_ascii_isdigit(line.data[1]))
    return TRUE;
  while (i < line.length && strchr(" \t*-+(", line.data[i]))
    i++;
  line = (LbSlice){line.data + i, line.length - i};
  return lb_line_starts_nocase(line, "http") || lb_line_starts(line, "<") ||
         lb_line_starts_nocase(line, "link: http");
}

static LbLinkKind classify_line(LbSlice line) {
  Pairs pairs;
  collect_pairs(line, &pairs);
  if (has_word(line, &pairs, dependency_words, G_N_ELEMENTS(dependency_words)))
    return LB_LINK_DEPENDENCY;
  return begins_with_version(line) || has_word(line, &pairs, changelog_words, G_N_ELEMENTS(changelog_words))
             ? LB_LINK_CHANGELOG
             : LB_LINK_PLAIN;
}

static LbLinkKind classify(LbSlice line, LbSlice before) {
  LbLinkKind kind = classify_line(line);
  /* The URL on a line of its own belongs to the line above. */
  if (kind != LB_LINK_PLAIN || !before.length || !is_alone(line))
    return kind;
  return classify_line(before);
}

/* The component of a URL (from p on, behind its host) that has an @ in it, percent-decoded; NULL if none has.
 * In a query ("?i=id@x", marc.info) what stands behind the equals sign. */
static const char *take_id(const char **at, const char *end, LbArena *arena) {
  const char *p = *at, *found = NULL;
  while (p < end && !found && (guint8)*p > ' ' && !strchr("<>\"'|", *p)) {
    const char *stop = p;
    gboolean is_query = strchr("?&", p[-1]) != NULL;
    while (stop < end && (guint8)*stop > ' ' && !strchr("/<>\"'|?#&", *stop))
      stop++;
    gsize n = (gsize)(stop - p);
    const char *value = is_query ? memchr(p, '=', n) : NULL;
    if (value) {
      n -= (gsize)(value + 1 - p);
      p = value + 1;
    }
    while (n && strchr(".,;:)]", p[n - 1]))
      n--;
    if (memchr(p, '@', n) || memmem(p, n, "%40", 3)) {
      g_autofree char *id = g_uri_unescape_segment(p, p + n, NULL);
      const char *sign = id ? strchr(id, '@') : NULL;
      if (sign && sign != id && sign[1] && g_utf8_validate(id, -1, NULL))
        found = lb_arena_strdup(arena, id);
    }
    p = stop < end && strchr("/?#&", *stop) ? stop + 1 : stop;
    if (p == stop)
      break;
  }
  *at = p;
  return found;
}

/* The next id in a URL from p on: any archive that has ids in its paths, as public-inbox runs under many
 * names; also "lkml.kernel.org/r/id" without a scheme. */
static const char *find_in_url(const char **p, const char *end, LbArena *arena) {
  const char *id = NULL;
  while (!id && *p < end) {
    const char *scheme = memmem(*p, (gsize)(end - *p), "://", 3);
    const char *bare = scheme ? NULL : memmem(*p, (gsize)(end - *p), "kernel.org/", 11);
    if (!scheme && !bare)
      break;
    *p = scheme ? scheme + 3 : bare + 11;
    /* No "user@host". */
    while (scheme && *p < end && (guint8) * *p > ' ' && !strchr("/<>\"'|", **p))
      (*p)++;
    if (scheme && *p < end && **p == '/')
      (*p)++;
    id = take_id(p, end, arena);
  }
  return id;
}

/* "Message-ID: <id>", "<id>" of a line that speaks of versions. */
static LbSlice find_in_brackets(LbSlice line) {
  const char *open = memchr(line.data, '<', line.length);
  const char *close = open ? memchr(open, '>', line.length - (gsize)(open - line.data)) : NULL;
  if (!close || !memchr(open, '@', (gsize)(close - open)) || memchr(open, ' ', (gsize)(close - open)))
    return (LbSlice){NULL, 0};
  return (LbSlice){open + 1, (gsize)(close - open - 1)};
}

/* "Signed-off-by: Name <address>": what nearly all lines with an @ are. */
static gboolean is_trailer(LbSlice line) {
  gsize n = 0;
  while (n < line.length && (g_ascii_isalpha(line.data[n]) || line.data[n] == '-'))
    n++;
  if (n < 2 || n == line.length || line.data[n] != ':')
    return FALSE;
  return !g_ascii_strncasecmp(line.data + n - 2, "by", 2) ||
         (n == 2 && !g_ascii_strncasecmp(line.data, "cc", 2));
}

static void add_line(GArray *links, LbSlice line, LbSlice before, LbArena *arena) {
  const char *p = line.data, *end = p + line.length;
  LbLink link = {.msgid = find_in_url(&p, end, arena)};
  LbSlice in_brackets = link.msgid ? (LbSlice){NULL, 0} : find_in_brackets(line);
  if (!link.msgid && !in_brackets.data)
    return; /* what kind it would be takes longest to say */
  link.kind = classify(line, before);
  for (; link.msgid && links->len < LINKS_MAX; link.msgid = find_in_url(&p, end, arena))
    g_array_append_val(links, link);
  if (in_brackets.data &&
      (link.kind == LB_LINK_CHANGELOG || lb_text_find_nocase(line.data, line.length, "message-id:"))) {
    link.msgid = lb_arena_strndup(arena, in_brackets.data, in_brackets.length);
    g_array_append_val(links, link);
  }
}

const LbLink *lb_link_parse(const char *text, gsize length, LbArena *arena) {
  g_autoptr(GArray) links = g_array_new(FALSE, FALSE, sizeof(LbLink));
  const char *end = text + length;
  /* An id has an @ or, in a URL, %40: look at the lines around each one alone. */
  const char *encoded = lb_find_literal(text, length, "%40");
  for (const char *at = text; links->len < LINKS_MAX;) {
    if (encoded && encoded < at)
      encoded = lb_find_literal(at, (gsize)(end - at), "%40");
    at = memchr(at, '@', (gsize)((encoded ? encoded : end) - at));
    at = at ? at : encoded;
    if (!at)
      break;
    const char *newline = memrchr(text, '\n', (gsize)(at - text));
    gsize pos = newline ? (gsize)(newline - text) + 1 : 0;
    LbSlice line = lb_line_get(text, length, pos), before = {text, 0};
    at = line.data + line.length;
    if (is_trailer(line))
      continue;
    if (pos)
      before = lb_line_get(text, length, lb_line_previous(text, pos));
    add_line(links, line, before, arena);
  }
  if (!links->len)
    return NULL;
  LbLink *list = lb_arena_new_array(arena, LbLink, links->len + 1);
  memcpy(list, links->data, links->len * sizeof *list);
  return list;
}
