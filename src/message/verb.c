/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/verb.h"
#include "base/find.h"
#include "message/lines.h"

/* Whether the bytes up to stop are the word and no part of a longer one; marks may stand around it. */
static gboolean is_whole(const LbVerbs *verbs, const char *stop, const char *word) {
  gsize n = strlen(word);
  return (gsize)(stop - verbs->text) >= n && !g_ascii_strncasecmp(stop - n, word, n) &&
         (stop == verbs->end || !g_ascii_isalnum(*stop)) &&
         (stop - n == verbs->text || !g_ascii_isalnum(stop[-(gssize)n - 1]));
}

/* "applied" and the like, which end before stop. */
static gboolean is_participle(const LbVerbs *verbs, const char *stop) {
  if (stop - verbs->text < 3)
    return FALSE;
  switch (stop[-3]) {
  case 'i':
    return is_whole(verbs, stop, "applied");
  case 'u':
    return is_whole(verbs, stop, "queued");
  case 'g':
    return is_whole(verbs, stop, "merged");
  case 'l':
    return is_whole(verbs, stop, "pulled");
  case 'h':
    return is_whole(verbs, stop, "pushed");
  case 'k':
    return is_whole(verbs, stop, "picked");
  case 't':
    return is_whole(verbs, stop, "committed");
  default:
    return FALSE;
  }
}

static gboolean is_verb(const LbVerbs *verbs, const char *ending) {
  switch (*ending) {
  case 'e':
    return is_participle(verbs, ending + 2);
  case 'o':
    return is_whole(verbs, ending + 3, "took");
  default:
    return is_whole(verbs, ending + 3, "taken");
  }
}

static const char *find_verb(const LbVerbs *verbs, const char *from) {
  for (const char *p = from; (p = lb_find_ending(verbs->text, p, verbs->end, "ed", "ook", "ken")); p++)
    if (is_verb(verbs, p))
      return p;
  return NULL;
}

/* "Will queue" at the beginning of a line, as from is. */
static const char *find_queue(const LbVerbs *verbs, const char *from) {
  for (const char *p = from; p < verbs->end; p = lb_find_line_of(p, verbs->end, "wWwWwW"))
    if (lb_line_starts_nocase((LbSlice){p, (gsize)(verbs->end - p)}, "will queue"))
      return p;
  return NULL;
}

void lb_verbs_init(LbVerbs *verbs, const char *text, gsize length) {
  verbs->text = text;
  verbs->end = text + length;
  verbs->verb = find_verb(verbs, text);
  verbs->queue = find_queue(verbs, text);
}

const char *lb_verbs_find(LbVerbs *verbs, const char *from) {
  if (verbs->verb && verbs->verb < from)
    verbs->verb = find_verb(verbs, from);
  if (verbs->queue && verbs->queue < from)
    verbs->queue = find_queue(verbs, from);
  return verbs->verb && (!verbs->queue || verbs->verb < verbs->queue) ? verbs->verb : verbs->queue;
}
