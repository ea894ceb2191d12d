/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/wrapped.h"
#include <string.h>
#include "base/text.h"
#include "message/mime.h"
#include "message/subject.h"

static gboolean begins(LbSlice field, const char *word) {
  const char *p = field.data, *end = p + field.length;
  gsize n = strlen(word);
  while (p < end && g_ascii_isspace(*p))
    p++;
  return (gsize)(end - p) >= n && !g_ascii_strncasecmp(p, word, n);
}

/* Nearly all mail must fail here. */
static gboolean may_be_wrapped(const LbHeader *header) {
  LbSlice type = header->fields[LB_FIELD_CONTENT_TYPE], from = header->fields[LB_FIELD_FROM];
  if (!type.data || !from.data || !(begins(type, "multipart/mixed") || begins(type, "message/rfc822")))
    return FALSE;
  return lb_text_find_nocase(from.data, MIN(from.length, 1000), " via") != NULL;
}

/* Of the same subject, but for tags that the list put before it: what somebody forwards has another one. */
static gboolean is_same_title(const LbHeader *inner, const char *title, LbArena *arena) {
  LbDiagSet ignored = 0;
  LbSubject subject;
  if (!inner->fields[LB_FIELD_FROM].data)
    return FALSE;
  lb_subject_parse(lb_header_decode(inner->fields[LB_FIELD_SUBJECT], arena, &ignored), arena, &subject);
  return strcmp(subject.title, title) == 0;
}

gboolean lb_wrapped_find(const LbHeader *header, const char *title, LbSlice bytes, LbArena *arena,
                         LbHeader *inner, LbSlice *body) {
  LbArena *scratch = lb_arena_get_scratch(arena);
  LbDiagSet ignored = 0;

  if (!may_be_wrapped(header))
    return FALSE;
  g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(LbPart));
  lb_mime_walk(header, bytes.data, bytes.length, parts, scratch, &ignored);
  for (guint i = 0; i < parts->len; i++) {
    const LbPart *part = &g_array_index(parts, LbPart, i);
    if (part->kind != LB_PART_MESSAGE)
      continue;
    if (part->depth > 1)
      return FALSE;
    lb_header_scan(part->body.data, part->body.length, FALSE, inner);
    if (!is_same_title(inner, title, scratch))
      return FALSE;
    *body = (LbSlice){part->body.data + inner->body, part->body.length - inner->body};
    return TRUE;
  }
  return FALSE;
}
