/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/pull_request.h"
#include "base/find.h"
#include "message/lines.h"

/* How far the parts of the sentence may lie apart: the merge base's title and date stand between them. */
#define MAX_GAP 2048

/* Skips words as they stand, whatever white space (line ends too) is between them; NULL if they aren't there.
 */
static const char *skip_words(const char *p, const char *end, const char *words) {
  for (; *words; words++) {
    if (*words == ' ') {
      if (p == end || !g_ascii_isspace(*p))
        return NULL;
      while (p < end && g_ascii_isspace(*p))
        p++;
    } else if (p == end || g_ascii_tolower(*p++) != *words) {
      return NULL;
    }
  }
  return p;
}

/* "https://host/x", "ssh://…", "git+ssh://…", "user@host:path", also in <>; a path alone is no place to pull
 * from. */
static gboolean is_url(const char *p, const char *end) {
  const char *word = p;

  if (p < end && *p == '<')
    word = ++p;
  while (p < end && (g_ascii_isalnum(*p) || strchr("+.-_", *p)))
    p++;
  if (p == word || p == end)
    return FALSE;
  if (end - p > 3 && memcmp(p, "://", 3) == 0)
    return !g_ascii_isspace(p[3]);
  if (*p == '@')
    for (p++; p < end && (g_ascii_isalnum(*p) || strchr(".-_[]", *p));)
      p++;
  return p > word && p + 1 < end && *p == ':' && !g_ascii_isspace(p[1]);
}

/* The URL of " … at: URL" within a few words ("in the git repository", "as tag x of the repository"); NULL if
 * there is none. */
static const char *find_offer(const char *p, const char *end) {
  const char *limit = end - p > 256 ? p + 256 : end;

  while ((p = memmem(p, (gsize)(limit - p), "at", 2))) {
    gboolean is_word = g_ascii_isspace(p[-1]);
    p += 2;
    if (!is_word)
      continue;
    if (p < limit && *p == ':')
      p++;
    if (p == end || !g_ascii_isspace(*p))
      continue;
    while (p < end && g_ascii_isspace(*p))
      p++;
    if (is_url(p, end))
      return p;
    if (p >= limit)
      return NULL;
  }
  return NULL;
}

static gboolean is_after_the(const char *text, const char *p) {
  while (p > text && g_ascii_isspace(p[-1]))
    p--;
  return p - text >= 3 && g_ascii_strncasecmp(p - 3, "the", 3) == 0 &&
         (p - text == 3 || g_ascii_isspace(p[-4]));
}

static const char *find_place(const char *text, gsize length) {
  const char *end = text + length;

  for (const char *p = text; (p = lb_find_literal(p, (gsize)(end - p), "following")); p += 9) {
    const char *q = skip_words(p, end, "following changes since ");
    const char *limit;
    if (!q || !is_after_the(text, p))
      continue;
    limit = end - q > MAX_GAP ? q + MAX_GAP : end;
    for (int tries = 0; tries < 3 && (q = memmem(q, (gsize)(limit - q), "available", 9)); tries++) {
      const char *place = find_offer(q += 9, end);
      if (place)
        return place;
    }
  }
  return NULL;
}

gboolean lb_pull_request_find(const char *text, gsize length) {
  return find_place(text, length) != NULL;
}

/* The word of hex digits behind words, at or behind p; NULL if it isn't there. */
static const char *find_hex(const char *p, const char *end, const char *words, LbArena *arena) {
  gsize first = strcspn(words, " ");

  for (; (p = memmem(p, (gsize)(end - p), words, first)); p += first) {
    const char *q = skip_words(p, end, words);
    gsize n = 0;
    while (q && q + n < end && g_ascii_isxdigit(q[n]))
      n++;
    if (n >= 7 && n <= 64)
      return lb_arena_strndup(arena, q, n);
  }
  return NULL;
}

/* URL and, on the same or the next line, tag or branch. */
static void read_place(const char *p, const char *end, LbPullRequest *request, LbArena *arena) {
  gsize n = 0;

  if (p < end && *p == '<')
    p++;
  while (p + n < end && !g_ascii_isspace(p[n]) && p[n] != '>')
    n++;
  request->url = lb_arena_strndup(arena, p, n);
  p += n;
  while (p < end && (*p == ' ' || *p == '\t' || *p == '>' || *p == '\\'))
    p++;
  if (p < end && *p == '\n') {
    const char *next = p + 1;
    while (next < end && (*next == ' ' || *next == '\t'))
      next++;
    if (next == p + 1 || next >= end || *next == '\n')
      return;
    p = next;
  }
  for (n = 0; p + n < end && !g_ascii_isspace(p[n]);)
    n++;
  /* "for-linus" is a branch, "for you to fetch" none. */
  if (n && !(n == 3 && !memcmp(p, "for", 3)))
    request->ref = lb_arena_strndup(arena, p, n);
}

static guint count_commits(const char *text, gsize length) {
  guint n = 0;

  /* Shortlog heads: "Alice Example (3):" */
  for (gsize pos = 0; pos < length; pos = lb_line_next(text, length, pos)) {
    LbSlice line = lb_line_strip(lb_line_get(text, length, pos));
    const char *open = line.length > 4 ? memrchr(line.data, '(', line.length) : NULL;
    guint64 commits;
    if (!open || open == line.data || line.data[line.length - 1] != ':' || line.data[line.length - 2] != ')')
      continue;
    commits = g_ascii_isdigit(open[1]) ? g_ascii_strtoull(open + 1, NULL, 10) : 0;
    n += (guint)MIN(commits, 100000);
  }
  return n;
}

const LbPullRequest *lb_pull_request_parse(const char *text, gsize length, LbArena *arena) {
  const char *end = text + length, *place = find_place(text, length);
  LbPullRequest *request;

  if (!place)
    return NULL;
  request = lb_arena_alloc(arena, sizeof *request);
  read_place(place, end, request, arena);
  request->base = find_hex(text, end, "changes since commit ", arena);
  request->head = find_hex(text, end, "changes up to ", arena);
  request->n_commits = count_commits(text, length);
  return request;
}
