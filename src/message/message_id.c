/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/message_id.h"
#include <string.h>
#include "base/find.h"
#include "base/hash.h"

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

/* Ids in brackets and nothing but blanks and folds between them, as nearly all fields have them: 1 to max of
 * them.  0: it is something else, or there are more. */
static guint split_plain(LbSlice field, LbSlice *ids, guint max) {
  const char *p = field.data, *end = p + field.length;
  for (guint n = 0;; n++) {
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
      p++;
    if (p == end)
      return n;
    if (*p != '<' || n == max)
      return 0;
    gsize length = lb_find_span(p + 1, (gsize)(end - p) - 1, '<', '>');
    if (!length || length + 1 == (gsize)(end - p) || p[length + 1] != '>')
      return 0;
    ids[n] = (LbSlice){p + 1, length};
    p += length + 2;
  }
}

const char *lb_message_id_parse(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  LbSlice plain;
  if (!field.data)
    return NULL;
  /* a question mark may be an encoded word's */
  if (split_plain(field, &plain, 1) && !memchr(plain.data, '?', plain.length)) {
    if (!memchr(plain.data, '@', plain.length))
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_MSGID);
    return lb_arena_intern(arena, plain.data, plain.length);
  }
  const char *text = lb_find_literal(field.data, field.length, "=?")
                         ? lb_header_decode(field, arena, diagnostics)
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

static const char *const none[] = {NULL};

const char *const *lb_message_id_parse_all(LbSlice field, guint max, LbArena *arena, LbDiagSet *diagnostics) {
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

static gboolean is_same(const char *id, LbSlice bytes) {
  return !strncmp(id, bytes.data, bytes.length) && !id[bytes.length];
}

const char *const *lb_message_id_parse_references(LbSlice field, LbReferences *recent, LbArena *arena,
                                                  LbDiagSet *diagnostics) {
  const char *ids[LB_REFERENCES_MAX + 1];
  LbSlice plain[LB_REFERENCES_MAX];
  guint n = field.data ? split_plain(field, plain, LB_REFERENCES_MAX) : 0, same = 0;
  if (!n) {
    const char *const *all = lb_message_id_parse_all(field, LB_REFERENCES_MAX, arena, diagnostics);
    for (; all[n]; n++)
      plain[n] = (LbSlice){ids[n] = all[n], strlen(all[n])};
  }
  if (!n)
    return none;
  guint64 hash = lb_hash_bytes(plain->data, plain->length);
  const char *const **place = &recent->lists[hash % G_N_ELEMENTS(recent->lists)], *const *list = *place;
  for (; list && same < n && list[same] && is_same(list[same], plain[same]); same++)
    ids[same] = list[same];
  if (list && same == n && !list[n])
    return list;
  for (guint i = same; i < n; i++)
    ids[i] = lb_arena_intern(arena, plain[i].data, plain[i].length);
  ids[n] = NULL;
  return *place = memcpy(lb_arena_new_array(arena, const char *, n + 1), ids, (n + 1) * sizeof *ids);
}

const char *lb_message_id_parse_parent(LbSlice field, const char *const *references, LbArena *arena,
                                       LbDiagSet *diagnostics) {
  LbSlice plain;
  if (!field.data || !split_plain(field, &plain, 1))
    return lb_message_id_parse_all(field, 1, arena, diagnostics)[0];
  guint n = g_strv_length((char **)references);
  return n && is_same(references[n - 1], plain) ? references[n - 1]
                                                : lb_arena_intern(arena, plain.data, plain.length);
}
