/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/mime.h"
#include "base/find.h"
#include <string.h>
#include "message/transfer.h"

typedef struct {
  GArray *parts;
  LbArena *arena;
  LbDiagSet *diagnostics;
  const char *end;
  struct {
    int part;
    const char *boundary;
    gsize length;
  } open[LB_MIME_MAX_DEPTH]; /* multiparts whose last delimiter hasn't come yet, outermost first */
  guint n_open;
  int innermost; /* the part that is being passed */
} Walk;

static LbPart *get_part(const Walk *walk, int index) {
  return &g_array_index(walk->parts, LbPart, index);
}

static const char *find_line_end(const char *p, const char *end) {
  const char *newline = memchr(p, '\n', (gsize)(end - p));
  return newline ? newline : end;
}

/* Which open multipart the line is a delimiter of: index into open, innermost first; -1 if of none.
 * RFC 2046 5.1.1: "--", boundary, "--" if it is the last, blanks. */
static int find_delimiter(const Walk *walk, const char *line, const char *line_end, gboolean *is_last) {
  if (line_end > line && line_end[-1] == '\r')
    line_end--;
  if (line_end - line < 3 || line[0] != '-' || line[1] != '-')
    return -1;
  gsize length = (gsize)(line_end - line) - 2;
  for (guint i = walk->n_open; i-- > 0;) {
    gsize n = walk->open[i].length;
    if (length < n || line[2] != *walk->open[i].boundary || memcmp(line + 2, walk->open[i].boundary, n) != 0)
      continue;
    const char *p = line + 2 + n;
    *is_last = line_end - p >= 2 && p[0] == '-' && p[1] == '-';
    if (*is_last)
      p += 2;
    while (p < line_end && (*p == ' ' || *p == '\t'))
      p++;
    if (p == line_end)
      return (int)i;
  }
  return -1;
}

/* The next delimiter line from p, the beginning of a line; NULL if there is none. */
static const char *find_next_delimiter(const Walk *walk, const char *p, int *level, gboolean *is_last) {
  while (p < walk->end) {
    const char *line = p;
    if (*p != '-') {
      line = lb_find_literal(p, (gsize)(walk->end - p), "\n--");
      if (!line)
        return NULL;
      line++;
    }
    const char *line_end = find_line_end(line, walk->end);
    *level = find_delimiter(walk, line, line_end, is_last);
    if (*level >= 0)
      return line;
    p = line_end < walk->end ? line_end + 1 : walk->end;
  }
  return NULL;
}

/* Where a header ends at the latest: behind its empty line, or at a delimiter. */
static const char *find_header_end(const Walk *walk, const char *p) {
  while (p < walk->end) {
    gboolean is_last;
    const char *line_end = find_line_end(p, walk->end);
    if (line_end == p || (line_end == p + 1 && *p == '\r'))
      return line_end < walk->end ? line_end + 1 : walk->end;
    if (find_delimiter(walk, p, line_end, &is_last) >= 0)
      return p;
    p = line_end < walk->end ? line_end + 1 : walk->end;
  }
  return walk->end;
}

static gboolean has_prefix(const char *type, const char *prefix) {
  return type && g_str_has_prefix(type, prefix);
}

/* Encodings are forbidden on message/rfc822 (RFC 2046 5.2.1); where one stands, it can't be walked. */
static gboolean is_message(const LbPart *part) {
  return (has_prefix(part->type.value, "message/rfc822") || has_prefix(part->type.value, "message/global") ||
          has_prefix(part->type.value, "message/news")) &&
         lb_transfer_find(part->transfer_encoding) == LB_TRANSFER_NONE;
}

static void set_kind(Walk *walk, LbPart *part) {
  gboolean is_multipart = has_prefix(part->type.value, "multipart/");
  if (!is_multipart && !is_message(part))
    return;
  if (part->depth >= LB_MIME_MAX_DEPTH) {
    *walk->diagnostics |= LB_DIAG_BIT(LB_DIAG_MIME_DEPTH);
    return;
  }
  if (!is_multipart) {
    part->kind = LB_PART_MESSAGE;
    return;
  }
  char *boundary = lb_arena_strdup(walk->arena, part->type.boundary ? part->type.boundary : "");
  g_strchomp(boundary);
  if (*boundary == '\0')
    return;
  part->kind = LB_PART_MULTIPART;
  part->boundary = boundary;
}

/* Adds the part that header describes and makes it the innermost one. */
static LbPart *add_part(Walk *walk, const LbHeader *header, LbSlice header_bytes, const char *body) {
  int parent = walk->parts->len > 0 ? walk->innermost : -1;
  LbPart part = {.parent = parent, .header = header_bytes, .body = {body, 0}};

  part.transfer_encoding = header->fields[LB_FIELD_CONTENT_TRANSFER_ENCODING];
  lb_header_parse_mime(header->fields[LB_FIELD_CONTENT_TYPE], FALSE, walk->arena, &part.type,
                       walk->diagnostics);
  lb_header_parse_mime(header->fields[LB_FIELD_CONTENT_DISPOSITION], TRUE, walk->arena, &part.disposition,
                       walk->diagnostics);
  if (parent >= 0) {
    LbPart *above = get_part(walk, parent);
    part.depth = above->depth + 1;
    part.is_forwarded = above->is_forwarded || above->kind == LB_PART_MESSAGE;
    above->n_children++;
    if (!header->fields[LB_FIELD_CONTENT_TYPE].data && has_prefix(above->type.value, "multipart/digest"))
      part.type.value = "message/rfc822";
  }
  set_kind(walk, &part);
  walk->innermost = (int)walk->parts->len;
  if (part.kind == LB_PART_MULTIPART) {
    walk->open[walk->n_open].part = walk->innermost;
    walk->open[walk->n_open].boundary = part.boundary;
    walk->open[walk->n_open++].length = strlen(part.boundary);
  }
  g_array_append_val(walk->parts, part);
  return get_part(walk, walk->innermost);
}

/* Reads the header at p, and those of the mails nested directly in it.  Returns where the body begins, NULL
 * when there are too many parts. */
static const char *begin_part(Walk *walk, const char *p) {
  for (;;) {
    if (walk->parts->len >= LB_MIME_MAX_PARTS) {
      *walk->diagnostics |= LB_DIAG_BIT(LB_DIAG_MIME_PARTS);
      return NULL;
    }
    gboolean is_mail = get_part(walk, walk->innermost)->kind == LB_PART_MESSAGE;
    const char *begin = p;
    while (is_mail && p < walk->end && (*p == '\n' || *p == '\r'))
      p++;
    LbHeader header;
    lb_header_scan(p, (gsize)(find_header_end(walk, p) - p), !is_mail, &header);
    const char *body = p + header.body;
    LbPart *part = add_part(walk, &header, (LbSlice){begin, (gsize)(body - begin)}, body);
    if (part->kind != LB_PART_MESSAGE)
      return body;
    p = body;
  }
}

/* Ends the innermost parts inside outer, at a delimiter or the end of the mail. */
static void end_parts(Walk *walk, int outer, const char *at) {
  const char *end = at;
  if (at < walk->end) {
    /* the line end before a delimiter is the delimiter's */
    const char *floor = get_part(walk, walk->innermost)->body.data;
    if (end > floor && end[-1] == '\n')
      end--;
    if (end > floor && end[-1] == '\r')
      end--;
  }
  while (walk->innermost != outer) {
    LbPart *part = get_part(walk, walk->innermost);
    part->body.length = (gsize)(end - part->body.data);
    walk->innermost = part->parent;
  }
}

void lb_mime_walk(const LbHeader *header, const char *bytes, gsize length, GArray *parts, LbArena *arena,
                  LbDiagSet *diagnostics) {
  Walk walk = {
      .parts = parts, .arena = arena, .diagnostics = diagnostics, .end = bytes + length, .innermost = -1};
  const char *p = bytes;
  int level;
  gboolean is_last;

  g_array_set_size(parts, 0);
  if (add_part(&walk, header, (LbSlice){NULL, 0}, bytes)->kind == LB_PART_MESSAGE)
    p = begin_part(&walk, bytes);
  const char *at = NULL;
  while (p && walk.n_open > 0 && (at = find_next_delimiter(&walk, p, &level, &is_last))) {
    end_parts(&walk, walk.open[level].part, at);
    get_part(&walk, walk.innermost)->has_delimiter = TRUE;
    p = find_line_end(at, walk.end);
    p += p < walk.end;
    walk.n_open = (guint)level + !is_last;
    if (!is_last)
      p = begin_part(&walk, p);
  }
  end_parts(&walk, -1, p || !at ? walk.end : at);
  for (guint i = 0; i < parts->len; i++) {
    const LbPart *part = get_part(&walk, (int)i);
    if (!part->has_delimiter && has_prefix(part->type.value, "multipart/") && part->depth < LB_MIME_MAX_DEPTH)
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_MIME_NO_BOUNDARY);
  }
}
