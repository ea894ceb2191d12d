/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/link.h"
#include "base/text.h"
#include "message/lines.h"

#define LINKS_MAX 100

/* What stands in a URL in front of a Message-ID. */
static const char *const archives[] = {
    "lore.kernel.org/", "patch.msgid.link/", "msgid.link/", "lkml.kernel.org/r/", "public-inbox.org/", "inbox.sourceware.org/",
    "lists.gnu.org/r/", "patchwork.kernel.org/project/", "patchew.org/", "marc.info/?i=", "mid.gmane.org/", "mid.mail-archive.com/",
    "mail-archive.com/search?l=mid&q=", "yhbt.net/lore/", "erol.kernel.org/", "postgr.es/m/", "postgresql.org/message-id/",
};

/* Words that say that something is only needed first, and such that say that it came before. */
static const char *const dependency_words[] = {"based on", "base on", "depends on", "depend on", "dependency", "dependencies",
                                               "depending on", "prerequisite", "on top of", "applies on", "requires",
                                               "follow-up to", "follow up to", "goes on top"};
static const char *const changelog_words[] = {"link to v", "link to rfc", "changes in v", "changes since v", "changes from v",
                                              "changes v", "previous version", "previous post", "previous rev", "prior version",
                                              "earlier version", "last version", "old version", "first version", "link to previous",
                                              "link to resend", "original version", "initial version", "rfc:", "rfc v", "rfcv",
                                              "version 1", "version 2", "version 3", "changelog"};

static gboolean has_word(LbSlice line, const char *const *words, gsize n) {
  for (gsize i = 0; i < n; i++)
    if (lb_text_find_nocase(line.data, line.length, words[i]))
      return TRUE;
  return FALSE;
}

/* "v3:", "V2 -> V3", "[v1] https://…", "v10 https://…" at the beginning of a line, behind bullets and brackets. */
static gboolean begins_with_version(LbSlice line) {
  gsize i = 0;
  while (i < line.length && strchr(" \t*-+>[(", line.data[i]))
    i++;
  if (i + 1 >= line.length || (line.data[i] | 0x20) != 'v' || !g_ascii_isdigit(line.data[i + 1]))
    return FALSE;
  for (i++; i < line.length && g_ascii_isdigit(line.data[i]);)
    i++;
  return i == line.length || strchr(" \t:])-=,.(", line.data[i]) != NULL;
}

static LbLinkKind classify(LbSlice line, LbSlice before) {
  if (has_word(line, dependency_words, G_N_ELEMENTS(dependency_words)))
    return LB_LINK_DEPENDENCY;
  if (begins_with_version(line) || has_word(line, changelog_words, G_N_ELEMENTS(changelog_words)))
    return LB_LINK_CHANGELOG;
  /* The URL on a line of its own belongs to the line above. */
  LbSlice bare = lb_line_strip(line);
  gboolean is_alone = lb_line_starts_nocase(bare, "http") || lb_line_starts(bare, "<") || lb_line_starts(bare, "[");
  if (!is_alone || !before.length)
    return LB_LINK_PLAIN;
  if (has_word(before, dependency_words, G_N_ELEMENTS(dependency_words)))
    return LB_LINK_DEPENDENCY;
  return begins_with_version(before) || has_word(before, changelog_words, G_N_ELEMENTS(changelog_words))
             ? LB_LINK_CHANGELOG
             : LB_LINK_PLAIN;
}

/* The path component of a URL (from p on) that has an @ in it, percent-decoded; NULL if none has. */
static const char *take_id(const char *p, const char *end, LbArena *arena) {
  while (p < end && (guint8)*p > ' ' && !strchr("<>\"'|", *p)) {
    const char *stop = p;
    while (stop < end && (guint8)*stop > ' ' && !strchr("/<>\"'|?#&", *stop))
      stop++;
    gsize n = (gsize)(stop - p);
    while (n && strchr(".,;:)]", p[n - 1]))
      n--;
    g_autofree char *id = g_uri_unescape_segment(p, p + n, NULL);
    const char *at = id ? strchr(id, '@') : NULL;
    if (at && at != id && at[1] && g_utf8_validate(id, -1, NULL))
      return lb_arena_strdup(arena, id);
    p = stop < end ? stop + 1 : stop;
  }
  return NULL;
}

static const char *find_in_url(LbSlice line, LbArena *arena) {
  const char *end = line.data + line.length;
  for (gsize i = 0; i < G_N_ELEMENTS(archives); i++) {
    gsize n = strlen(archives[i]);
    const char *found = memmem(line.data, line.length, archives[i], n);
    if (found)
      return take_id(found + n, end, arena);
  }
  /* Any other archive that has ids in its paths: public-inbox runs under many names. */
  const char *scheme = memmem(line.data, line.length, "://", 3);
  return scheme ? take_id(scheme + 3, end, arena) : NULL;
}

/* "Message-ID: <id>", "<id>" of a line that speaks of versions. */
static const char *find_in_brackets(LbSlice line, LbArena *arena) {
  const char *open = memchr(line.data, '<', line.length);
  const char *close = open ? memchr(open, '>', line.length - (gsize)(open - line.data)) : NULL;
  if (!close || !memchr(open, '@', (gsize)(close - open)) || memchr(open, ' ', (gsize)(close - open)))
    return NULL;
  return lb_arena_strndup(arena, open + 1, (gsize)(close - open - 1));
}

/* "Signed-off-by: Name <address>": what nearly all lines with an @ are. */
static gboolean is_trailer(LbSlice line) {
  gsize n = 0;
  while (n < line.length && (g_ascii_isalpha(line.data[n]) || line.data[n] == '-'))
    n++;
  if (n < 2 || n == line.length || line.data[n] != ':')
    return FALSE;
  return !g_ascii_strncasecmp(line.data + n - 2, "by", 2) || (n == 2 && !g_ascii_strncasecmp(line.data, "cc", 2));
}

const LbLink *lb_link_parse(const char *text, gsize length, LbArena *arena) {
  g_autoptr(GArray) links = g_array_new(FALSE, FALSE, sizeof(LbLink));
  const char *end = text + length;
  /* An id has an @: look at the lines around each one alone. */
  for (const char *at = text; links->len < LINKS_MAX && (at = memchr(at, '@', (gsize)(end - at)));) {
    const char *newline = memrchr(text, '\n', (gsize)(at - text));
    gsize pos = newline ? (gsize)(newline - text) + 1 : 0;
    LbSlice line = lb_line_get(text, length, pos), before = {text, 0};
    if (pos)
      before = lb_line_get(text, length, lb_line_previous(text, pos));
    at = line.data + line.length;
    if (is_trailer(line))
      continue;
    const char *id = NULL;
    LbLinkKind kind = LB_LINK_PLAIN;
    if (memmem(line.data, line.length, "://", 3) || memmem(line.data, line.length, "kernel.org/", 11))
      id = find_in_url(line, arena);
    if (id)
      kind = classify(line, before);
    else if ((kind = classify(line, before)) == LB_LINK_CHANGELOG ||
             lb_text_find_nocase(line.data, line.length, "message-id:"))
      id = find_in_brackets(line, arena);
    if (!id)
      continue;
    LbLink link = {kind, id};
    g_array_append_val(links, link);
  }
  if (!links->len)
    return NULL;
  LbLink *list = lb_arena_new_array(arena, LbLink, links->len + 1);
  memcpy(list, links->data, links->len * sizeof *list);
  return list;
}
