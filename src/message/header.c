/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/header.h"
#include <string.h>
#include "base/find.h"
#include "base/text.h"
#include "message/gmime_cleanup.h"

/* What postfix and public-inbox allow is 100 KiB; a References field of 20,000 ids is above it. */
#define FIELD_MAX_BYTES (64u << 10)
#define HEADER_MAX_BYTES (1u << 20)
/* MIME fields that go to GMime: 3.2.13 loops for ever on a parameter name of 70-72 characters (its issue
 * 165). */
#define MIME_FIELD_MAX_BYTES (4u << 10)
#define PARAMETER_NAME_MAX_BYTES 60

typedef enum {
  TAKE_FIRST, /* stands once: the first counts, more are odd */
  TAKE_ANY,   /* may stand often */
} Take;

/* A name is looked up by its length, its first and its last letter, by which all of these differ. */
#define N_SLOTS 64
#define SLOT(length, first, last) ((2 * ((length) + (guint8)(first)) + (guint8)(last)) % N_SLOTS)
#define FIELD(name, first, last, field, take)                                                                \
  [SLOT(sizeof name - 1, first, last)] = {name, sizeof name - 1, field, take}

#define NAME_ROOM 32
static const struct {
  char name[NAME_ROOM]; /* small letters */
  guint length;         /* 0: nothing has this slot */
  LbFieldName field;
  Take take;
} fields[N_SLOTS] = {
    FIELD("from", 'f', 'm', LB_FIELD_FROM, TAKE_FIRST),
    FIELD("reply-to", 'r', 'o', LB_FIELD_REPLY_TO, TAKE_FIRST),
    FIELD("to", 't', 'o', LB_FIELD_TO, TAKE_FIRST),
    FIELD("cc", 'c', 'c', LB_FIELD_CC, TAKE_FIRST),
    FIELD("subject", 's', 't', LB_FIELD_SUBJECT, TAKE_FIRST),
    FIELD("date", 'd', 'e', LB_FIELD_DATE, TAKE_FIRST),
    FIELD("message-id", 'm', 'd', LB_FIELD_MESSAGE_ID, TAKE_FIRST),
    FIELD("in-reply-to", 'i', 'o', LB_FIELD_IN_REPLY_TO, TAKE_FIRST),
    FIELD("references", 'r', 's', LB_FIELD_REFERENCES, TAKE_FIRST),
    FIELD("received", 'r', 'd', LB_FIELD_RECEIVED, TAKE_ANY),
    FIELD("list-id", 'l', 'd', LB_FIELD_LIST_ID, TAKE_ANY),
    FIELD("list-post", 'l', 't', LB_FIELD_LIST_POST, TAKE_ANY),
    FIELD("x-original-from", 'x', 'm', LB_FIELD_X_ORIGINAL_FROM, TAKE_ANY),
    FIELD("x-original-sender", 'x', 'r', LB_FIELD_X_ORIGINAL_SENDER, TAKE_ANY),
    FIELD("x-change-id", 'x', 'd', LB_FIELD_X_CHANGE_ID, TAKE_ANY),
    FIELD("auto-submitted", 'a', 'd', LB_FIELD_AUTO_SUBMITTED, TAKE_ANY),
    FIELD("content-type", 'c', 'e', LB_FIELD_CONTENT_TYPE, TAKE_FIRST),
    FIELD("content-transfer-encoding", 'c', 'g', LB_FIELD_CONTENT_TRANSFER_ENCODING, TAKE_FIRST),
    FIELD("content-disposition", 'c', 'n', LB_FIELD_CONTENT_DISPOSITION, TAKE_FIRST),
};

/* name: as long as that of the slot, without bytes up to blank, so that the one bit makes letters small and
 * leaves the hyphen.  room: what can be read there. */
static inline gboolean is_name(guint slot, const char *name, gsize room) {
  guint length = fields[slot].length;
#ifdef __SSE2__
  if (room >= NAME_ROOM) {
    const __m128i small = _mm_set1_epi8(0x20);
    guint32 same = 0;
    for (int i = 0; i < NAME_ROOM; i += 16) {
      __m128i one = _mm_or_si128(_mm_loadu_si128((const __m128i *)(name + i)), small);
      __m128i other = _mm_loadu_si128((const __m128i *)(fields[slot].name + i));
      same |= (guint32)_mm_movemask_epi8(_mm_cmpeq_epi8(one, other)) << i;
    }
    return (~same & ((1u << length) - 1)) == 0;
  }
#endif
  for (guint i = 0; i < length; i++)
    if ((name[i] | 0x20) != fields[slot].name[i])
      return FALSE;
  return TRUE;
}

/* Length of a field's name, 0 if the line is no field: RFC 5322 2.2, with the blanks before the colon of 4.5.
 */
static inline gsize measure_name(const char *line, gsize length) {
  gsize n = lb_find_span(line, length, ':', 127), colon = n;
  if (n < length && line[n] == ':')
    return n;
  while (colon < length && (line[colon] == ' ' || line[colon] == '\t'))
    colon++;
  return colon < length && line[colon] == ':' ? n : 0;
}

/* "From : alice" is a field. */
static gboolean is_from_line(const char *line, gsize length) {
  return ((length >= 5 && !memcmp(line, "From ", 5)) || (length >= 6 && !memcmp(line, ">From ", 6))) &&
         !measure_name(line, length);
}

/* BOM, blank lines, From_ line: none of them is part of the mail, all of them are met before it. */
static gsize skip_prologue(const char *bytes, gsize length, LbDiagSet *diagnostics) {
  gsize at = 0;
  if (length >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
    at = 3;
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_BOM);
  }
  while (at < length) {
    const char *line = bytes + at;
    if (g_ascii_isalpha(*line) && *line != 'F') /* a field, nearly always */
      break;
    const char *newline = memchr(line, '\n', length - at);
    if (!newline)
      break;
    gsize n = (gsize)(newline - line);
    gsize blanks = strspn(line, " \t\r"); /* stops at the newline at the latest */
    if (is_from_line(line, n))
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_FROM_LINE);
    else if (blanks < n)
      break;
    at += n + 1;
  }
  return at;
}

/* Where the body begins in a header too large to be read: behind the next empty line. */
static gsize find_body(const char *bytes, gsize length, gsize at) {
  while (at < length) {
    const char *newline = memchr(bytes + at, '\n', length - at);
    if (!newline)
      return length;
    at = (gsize)(newline - bytes) + 1;
    if (at < length && bytes[at] == '\n')
      return at + 1;
    if (at + 1 < length && bytes[at] == '\r' && bytes[at + 1] == '\n')
      return at + 2;
  }
  return length;
}

/* The value stands behind the colon at value, and ends at stop. */
static inline void keep(LbHeader *header, const char *name, gsize length, const char *colon, const char *stop,
                        const char *end) {
  guint slot = SLOT(length, name[0] | 0x20, name[length - 1] | 0x20);
  header->n_fields++;
  if (fields[slot].length != length || !is_name(slot, name, (gsize)(end - name)))
    return;
  LbFieldName field = fields[slot].field;
  LbSlice value = {colon + 1, (gsize)(stop - colon) - 1};
  if (value.length > FIELD_MAX_BYTES) {
    value.length = FIELD_MAX_BYTES;
    header->diagnostics |= LB_DIAG_BIT(LB_DIAG_HEADER_CUT);
  }
  if (field == LB_FIELD_LIST_ID && header->n_list_ids < G_N_ELEMENTS(header->list_ids))
    header->list_ids[header->n_list_ids++] = value;
  if (field == LB_FIELD_RECEIVED && header->n_received < G_N_ELEMENTS(header->received))
    header->received[header->n_received++] = value;
  if (!header->fields[field].data)
    header->fields[field] = value;
  else if (fields[slot].take == TAKE_FIRST)
    header->diagnostics |= LB_DIAG_BIT(LB_DIAG_FIELD_REPEATED);
}

/* The first line end from p on that no blank follows, or end. */
static const char *find_field_end(const char *p, const char *end) {
  const char *newline;
  while ((newline = lb_find_newline(p, end))) {
    p = newline + 1;
    if (p == end || (*p != ' ' && *p != '\t'))
      return newline;
  }
  return end;
}

/* Fields as nearly all are.  Returns the first line that is something else: most headers' empty one. */
static const char *scan_plain(const char *begin, const char *end, LbHeader *header) {
  guint16 places[LB_FIELD_ENDS_ROOM];
  const char *line = begin, *piece = begin;
  for (guint n; piece - begin < (gssize)(HEADER_MAX_BYTES - LB_FIELD_ENDS_SPAN);) {
    gsize length = lb_find_field_ends(piece, end, places, &n);
    for (guint i = 0; i < n; i++) {
      const char *stop = piece + places[i];
      gsize name = lb_find_span(line, (gsize)(end - line), ':', 127);
      if (!name || line[name] != ':')
        return line;
      keep(header, line, name, line + name, stop, end);
      line = stop + 1;
    }
    piece += length;
    if (!length)
      break;
  }
  return line;
}

static gboolean is_empty_line(const char *p, const char *end) {
  return *p == '\n' || (*p == '\r' && end - p > 1 && p[1] == '\n');
}

void lb_header_scan(const char *bytes, gsize length, gboolean is_part, LbHeader *header) {
  memset(header, 0, offsetof(LbHeader, list_ids));
  header->begin = is_part ? 0 : skip_prologue(bytes, length, &header->diagnostics);
  header->body = length;
  const char *begin = bytes + header->begin, *end = bytes + length, *stop;
  for (const char *line = scan_plain(begin, end, header); line < end; line = stop + 1) {
    if (is_empty_line(line, end)) {
      header->body = (gsize)(line - bytes) + (*line == '\r' ? 2 : 1);
      break;
    }
    gsize name = measure_name(line, (gsize)(end - line));
    /* mboxes joined from mboxes leave From_ lines inside headers; git takes them for a field, too. */
    if (!name && !is_from_line(line, (gsize)(end - line))) {
      /* As git and Python have it, the first line that is no field begins the body: nothing is lost. */
      header->diagnostics |= LB_DIAG_BIT(LB_DIAG_HEADER_JUNK);
      header->body = (gsize)(line - bytes);
      break;
    }
    stop = find_field_end(line + name, end);
    if (name) {
      const char *colon = line + name;
      while (*colon != ':')
        colon++;
      keep(header, line, name, colon, stop, end);
    }
    if (stop - begin >= (gssize)HEADER_MAX_BYTES && end - stop > 1) {
      header->diagnostics |= LB_DIAG_BIT(LB_DIAG_HEADER_CUT);
      header->body = find_body(bytes, length, (gsize)(stop - bytes));
      break;
    }
  }
  end = bytes + header->body;
  for (const char *p = begin; (p = memchr(p, '\r', (gsize)(end - p))); p++)
    if (p + 1 >= end || p[1] != '\n') {
      header->diagnostics |= LB_DIAG_BIT(LB_DIAG_BARE_CR);
      break;
    }
}

char *lb_header_unfold(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  LbArena *scratch = lb_arena_get_scratch(arena);
  if (!field.data)
    return lb_arena_strndup(scratch, "", 0);
  char *copy = lb_arena_alloc(scratch, field.length + 1);
  gsize to = 0;
  for (const char *p = field.data, *end = p + field.length; p < end;) {
    const char *newline = lb_find_newline(p, end);
    gsize n = (gsize)((newline ? newline : end) - p);
    memcpy(copy + to, p, n);
    to += newline && n && p[n - 1] == '\r' ? n - 1 : n;
    p = newline ? newline + 1 : end;
  }
  gboolean is_ascii = lb_find_is_ascii(copy, to);
  while (to && g_ascii_isspace(copy[to - 1]))
    to--;
  copy[to] = '\0';
  gsize blanks = 0;
  while (blanks < to && (copy[blanks] == ' ' || copy[blanks] == '\t'))
    blanks++;
  if (is_ascii)
    return copy + blanks;
  if (memchr(copy, '\0', to))
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_NUL);
  g_autoptr(GString) text = g_string_sized_new(to);
  lb_text_append_utf8(text, copy + blanks, to - blanks);
  return lb_arena_strndup(scratch, text->str, text->len);
}

LbSlice lb_header_take_plain(LbSlice field) {
  while (field.length && (*field.data == ' ' || *field.data == '\t'))
    field.data++, field.length--;
  while (field.length && g_ascii_isspace(field.data[field.length - 1]))
    field.length--;
  gboolean is_plain = field.length && lb_find_is_ascii(field.data, field.length) &&
                      lb_text_is_collapsed(field.data, field.length) &&
                      !lb_find_literal(field.data, field.length, "=?");
  return is_plain ? field : (LbSlice){NULL, 0};
}

const char *lb_header_decode(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  if (!field.data)
    return "";
  char *text = lb_header_unfold(field, arena, diagnostics);
  gsize length = strlen(text);
  if (strstr(text, "=?")) {
    const char *decoded = lb_header_decode_words(text, length, arena, diagnostics);
    text = (char *)decoded;
    length = strlen(text);
  }
  text[lb_text_collapse(text, length)] = '\0';
  return text;
}

/* Past blanks and comments (RFC 5322 3.2.2); one that isn't closed reaches to the end. */
static const char *skip_comments(const char *p) {
  guint depth = 0;
  for (; *p; p++) {
    if (depth && *p == '\\' && p[1])
      p++;
    else if (*p == '(')
      depth++;
    else if (*p == ')' && depth)
      depth--;
    else if (!depth && *p != ' ' && *p != '\t')
      break;
  }
  return p;
}

/* The value behind '=', quoted or not; returns what follows it. */
static const char *read_value(const char *p, GString *value) {
  g_string_truncate(value, 0);
  if (*p != '"') {
    gsize n = strcspn(p, "; \t(");
    g_string_append_len(value, p, (gssize)n);
    return p + n;
  }
  for (p++; *p && *p != '"'; p++) {
    if (*p == '\\' && p[1])
      p++;
    g_string_append_c(value, *p);
  }
  return *p ? p + 1 : p;
}

static void set_parameter(LbMimeField *out, const char *name, gsize length, const char *value,
                          LbArena *arena) {
  const struct {
    const char *name;
    const char **to;
  } known[] = {{"charset", &out->charset}, {"boundary", &out->boundary}, {"format", &out->format},
               {"delsp", &out->delsp},     {"name", &out->name},         {"filename", &out->name}};
  for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
    if (strlen(known[i].name) == length && !g_ascii_strncasecmp(known[i].name, name, length) && !*known[i].to)
      *known[i].to = lb_arena_strdup(arena, value);
}

/* What GMime gets to see: quotes where they must be, no comments, no long names. */
static void append_parameter(GString *out, const char *name, gsize length, const char *value) {
  g_string_append(out, "; ");
  g_string_append_len(out, name, (gssize)length);
  g_string_append(out, "=\"");
  for (const char *c = value; *c; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c(out, '\\');
    g_string_append_c(out, *c);
  }
  g_string_append_c(out, '"');
}

/* All but RFC 2231 parameters, which go into extended: NULL if there are none. */
static GString *parse_plain(const char *text, LbArena *arena, LbMimeField *out, gboolean *is_hostile) {
  g_autoptr(GString) value = g_string_new(NULL);
  GString *extended = NULL;
  gsize n = strcspn(text, "; \t(");
  char *kind = lb_arena_strndup(arena, text, n);
  for (char *c = kind; *c; c++)
    *c = g_ascii_tolower(*c);
  out->value = kind;
  for (const char *p = skip_comments(text + n); (p = strchr(p, ';'));) {
    const char *name = p = skip_comments(p + 1);
    gsize length = strcspn(p, "=; \t(");
    p = skip_comments(p + length);
    if (*p != '=' || !length)
      continue;
    p = read_value(skip_comments(p + 1), value);
    if (length > PARAMETER_NAME_MAX_BYTES)
      *is_hostile = TRUE;
    else if (!memchr(name, '*', length))
      set_parameter(out, name, length, value->str, arena);
    else {
      extended = extended ? extended : g_string_new(strchr(kind, '/') ? kind : "text/plain");
      append_parameter(extended, name, length, value->str);
    }
  }
  return extended;
}

static void take_parameters(GMimeParamList *list, LbArena *arena, LbMimeField *out) {
  int n = list ? g_mime_param_list_length(list) : 0;
  for (int i = 0; i < MIN(n, 100); i++) {
    GMimeParam *parameter = g_mime_param_list_get_parameter_at(list, i);
    const char *name = g_mime_param_get_name(parameter), *value = g_mime_param_get_value(parameter);
    if (name && value)
      set_parameter(out, name, strlen(name), value, arena);
  }
}

/* RFC 2231; where a parameter comes in both forms this one is meant. */
static void take_extended(const char *text, gboolean is_disposition, LbArena *arena, LbMimeField *out) {
  LbMimeField better = {0};
  if (is_disposition) {
    g_autoptr(GMimeContentDisposition) parsed = g_mime_content_disposition_parse(NULL, text);
    take_parameters(parsed ? g_mime_content_disposition_get_parameters(parsed) : NULL, arena, &better);
  } else {
    g_autoptr(GMimeContentType) parsed = g_mime_content_type_parse(NULL, text);
    take_parameters(parsed ? g_mime_content_type_get_parameters(parsed) : NULL, arena, &better);
  }
  out->charset = better.charset ? better.charset : out->charset;
  out->boundary = better.boundary ? better.boundary : out->boundary;
  out->format = better.format ? better.format : out->format;
  out->delsp = better.delsp ? better.delsp : out->delsp;
  out->name = better.name ? better.name : out->name;
}

void lb_header_parse_mime(LbSlice field, gboolean is_disposition, LbArena *arena, LbMimeField *out,
                          LbDiagSet *diagnostics) {
  memset(out, 0, sizeof *out);
  if (!field.data)
    return;
  arena = lb_arena_get_scratch(arena);
  const char *text = lb_header_unfold(field, arena, diagnostics);
  gboolean is_hostile = FALSE;
  g_autoptr(GString) extended = parse_plain(text, arena, out, &is_hostile);
  if (extended && extended->len > MIME_FIELD_MAX_BYTES)
    is_hostile = TRUE;
  else if (extended)
    take_extended(extended->str, is_disposition, arena, out);
  if (is_hostile)
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_FIELD_DROPPED);
  if (out->name && strstr(out->name, "=?"))
    out->name = lb_header_decode_words(out->name, strlen(out->name), arena, diagnostics);
  /* RFC 2045 5.2: what is no type/subtype is read as text/plain, which is what NULL means to callers. */
  const char *slash = strchr(out->value, '/');
  if (!*out->value || (!is_disposition && (!slash || slash == out->value || !slash[1])))
    out->value = NULL;
}
