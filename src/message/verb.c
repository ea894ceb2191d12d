/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/verb.h"
#include "base/find.h"

typedef struct {
  const char *begin, *end;
} Text;

/* Whether the bytes up to stop are the word and no part of a longer one; marks may stand around it. */
static gboolean is_whole(const Text *text, const char *stop, const char *word) {
  gsize n = strlen(word);
  return (gsize)(stop - text->begin) >= n && !g_ascii_strncasecmp(stop - n, word, n) &&
         (stop == text->end || !g_ascii_isalnum(*stop)) &&
         (stop - n == text->begin || !g_ascii_isalnum(stop[-(gssize)n - 1]));
}

/* "Will queue" at the beginning of a line; sign: at "l q". */
static gboolean is_will_queue(const Text *text, const char *sign) {
  const char *p = sign - 3;
  return sign - text->begin >= 3 && text->end - p >= 10 && !g_ascii_strncasecmp(p, "will queue", 10) &&
         (p == text->begin || p[-1] == '\n');
}

static gboolean is_verb(const Text *text, const char *sign) {
  const char *stop = sign + 3;
  if (stop[-1] == 'd') {
    switch (*sign) {
    case 'i':
      return is_whole(text, stop, "applied");
    case 'u':
      return is_whole(text, stop, "queued");
    case 'g':
      return is_whole(text, stop, "merged");
    case 'l':
      return is_whole(text, stop, "pulled");
    case 'h':
      return is_whole(text, stop, "pushed");
    case 'k':
      return is_whole(text, stop, "picked");
    default:
      return is_whole(text, stop, "committed");
    }
  }
  if (*sign == 'o')
    return is_whole(text, stop, "took");
  return *sign == 'k' ? is_whole(text, stop, "taken") : is_will_queue(text, sign);
}

const char *lb_verb_find(const char *begin, const char *p, const char *end) {
  const Text text = {begin, end};
  for (; (p = lb_find_verb_sign(begin, p, end)); p++)
    if (is_verb(&text, p))
      return p;
  return NULL;
}
