/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/pull_request.h"
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

/* Whether " … at: URL" follows within a few words ("in the git repository", "as tag x of the repository"). */
static gboolean is_offer(const char *p, const char *end) {
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
      return TRUE;
    if (p >= limit)
      return FALSE;
  }
  return FALSE;
}

static gboolean is_after_the(const char *text, const char *p) {
  while (p > text && g_ascii_isspace(p[-1]))
    p--;
  return p - text >= 3 && g_ascii_strncasecmp(p - 3, "the", 3) == 0 &&
         (p - text == 3 || g_ascii_isspace(p[-4]));
}

gboolean lb_pull_request_find(const char *text, gsize length) {
  const char *end = text + length;

  for (const char *p = text; (p = memmem(p, (gsize)(end - p), "following", 9)); p += 9) {
    const char *q = skip_words(p, end, "following changes since ");
    const char *limit;
    if (!q || !is_after_the(text, p))
      continue;
    limit = end - q > MAX_GAP ? q + MAX_GAP : end;
    while ((q = memmem(q, (gsize)(limit - q), "available", 9))) {
      q += 9;
      if (is_offer(q, end))
        return TRUE;
    }
  }
  return FALSE;
}
