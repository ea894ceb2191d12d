/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/message_id.h"
#include <string.h>
#include "base/find.h"

/* The id between brackets at or behind *at, blanks inside taken off; *at moves behind it.  FALSE if there is
 * none. */
static gboolean find_id(const char **at, const char *end, LbArena *arena, const char **id) {
  const char *open, *close;
  while ((open = memchr(*at, '<', (gsize)(end - *at))) && (close = memchr(open, '>', (gsize)(end - open)))) {
    /* "<<id>" and a bracket that was never closed: the last opening one before the closing one counts. */
    open = memrchr(open, '<', (gsize)(close - open));
    *at = close + 1;
    if (close > open + 1 && lb_find_is_dense(open + 1, (gsize)(close - open - 1))) {
      *id = lb_arena_intern(arena, open + 1, (gsize)(close - open - 1));
      return TRUE;
    }
    char *copy = lb_arena_strndup(lb_arena_get_scratch(arena), open + 1, (gsize)(close - open - 1)),
         *to = copy;
    for (const char *c = copy; *c; c++)
      if ((guint8)*c > ' ')
        *to++ = *c;
    if (to > copy) {
      *id = lb_arena_intern(arena, copy, (gsize)(to - copy));
      return TRUE;
    }
  }
  return FALSE;
}

/* What stands there without brackets: the first word outside comments. */
static const char *find_bare(const char *text, LbArena *arena) {
  int depth = 0;
  for (const char *c = text; *c; c++) {
    if (*c == '(')
      depth++;
    else if (*c == ')' && depth)
      depth--;
    else if (!depth && (guint8)*c > ' ' && *c != '<' && *c != '>') {
      gsize n = 0;
      while ((guint8)c[n] > ' ' && !strchr("()<>", c[n]))
        n++;
      return lb_arena_intern(arena, c, n);
    }
  }
  return NULL;
}

/* Past blanks and comments in front of an id; a comment that isn't closed is none. */
static const char *skip_comments(const char *text) {
  const char *end = text;
  int depth = 0;
  for (const char *c = text; *c && (depth || *c == '(' || (guint8)*c <= ' '); c++) {
    depth += *c == '(' ? 1 : *c == ')' ? -1 : 0;
    if (!depth)
      end = c + 1;
  }
  return end;
}

const char *lb_message_id_parse(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  if (!field.data)
    return NULL;
  const char *text = lb_find_literal(field.data, field.length, "=?") ? lb_header_decode(field, arena, diagnostics)
                                                               : lb_header_unfold(field, arena, diagnostics);
  const char *id = NULL, *at = skip_comments(text);
  if (find_id(&at, text + strlen(text), arena, &id)) {
    if (!strchr(id, '@'))
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_MSGID);
    return id;
  }
  *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_MSGID);
  return find_bare(text, arena);
}

const char *const *lb_message_id_parse_all(LbSlice field, guint max, LbArena *arena, LbDiagSet *diagnostics) {
  static const char *const none[] = {NULL};
  if (!field.data)
    return none;
  const char *text = lb_header_unfold(field, arena, diagnostics), *end = text + strlen(text), *at = text;
  guint n = 0, total = 0;
  for (const char *c = text; (c = memchr(c, '>', (gsize)(end - c))); c++)
    total++;
  const char **ids =
      lb_arena_new_array(lb_arena_get_scratch(arena), const char *, MIN(MAX(total, 1), max) + 1);
  for (guint skip = total > max ? total - max : 0; skip; skip--)
    at = (const char *)memchr(at, '>', (gsize)(end - at)) + 1;
  while (n < max && n < total && find_id(&at, end, arena, &ids[n]))
    n++;
  if (!n && (ids[0] = find_bare(text, arena)) && !strchr(ids[0], '@'))
    ids[0] = NULL;
  return ids;
}
