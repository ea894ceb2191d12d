/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/rewrite.h"
#include <string.h>
#include "message/charset.h"
#include "message/mime.h"
#include "message/mime_edit.h"
#include "message/transfer.h"

typedef struct {
  const char *mail, *end;
  const LbHeader *header;                /* of the mail itself */
  GArray *parts;                         /* of LbPart */
  GArray *edits;                         /* of LbEdit */
  gboolean is_crlf;                      /* line ends of the mail */
  gboolean has_from_line;                /* it is in mbox form: no line may begin "From " */
  gboolean is_edited[LB_MIME_MAX_PARTS]; /* containers whose header says 8bit now */
} Rewrite;

static const LbPart *get_part(const Rewrite *rewrite, int index) {
  return &g_array_index(rewrite->parts, LbPart, index);
}

/* What is signed must keep its bytes, what is encrypted has no text (RFC 1847). */
static gboolean is_sealed(const Rewrite *rewrite, int index) {
  for (; index >= 0; index = get_part(rewrite, index)->parent) {
    const char *type = get_part(rewrite, index)->type.value;
    if (type && (!strcmp(type, "multipart/signed") || !strcmp(type, "multipart/encrypted")))
      return TRUE;
  }
  return FALSE;
}

/* Encodings that leave the bytes as they are, and their usual misspelling; NULL data: none declared. */
static gboolean is_identity(LbSlice encoding) {
  static const char *const names[] = {"7bit", "8bit", "binary", "7-bit", "8-bit"};
  const char *p = encoding.data, *end = p + encoding.length;

  if (!p)
    return TRUE;
  while (p < end && g_ascii_isspace(*p))
    p++;
  while (end > p && g_ascii_isspace(end[-1]))
    end--;
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (strlen(names[i]) == (gsize)(end - p) && !g_ascii_strncasecmp(p, names[i], (gsize)(end - p)))
      return TRUE;
  return FALSE;
}

static guint count_field(LbSlice header, const char *name) {
  const char *p = header.data, *end = p + header.length;
  gsize n = strlen(name);
  guint count = 0;

  while (p < end) {
    count +=
        (gsize)(end - p) > n && !g_ascii_strncasecmp(p, name, n) && (p[n] == ':' || g_ascii_isspace(p[n]));
    const char *newline = memchr(p, '\n', (gsize)(end - p));
    p = newline ? newline + 1 : end;
  }
  return count;
}

/* CRLF to LF, if all lines end so, but for empty ones that were added on the way.  FALSE if a CR would be
 * lost that isn't part of a line end throughout: a patch of a CRLF file is sent encoded to protect them. */
static gboolean drop_line_end_crs(GString *text) {
  char *to = text->str;
  const char *end = text->str + text->len;
  gboolean has_bare_lf = FALSE, has_crlf = FALSE;

  for (const char *p = text->str; p < end; p++) {
    if (*p == '\r') {
      if (p + 1 == end || p[1] != '\n')
        return FALSE;
      has_crlf = TRUE;
      p++;
    } else if (*p == '\n' && to > text->str && to[-1] != '\n') {
      has_bare_lf = TRUE;
    }
    *to++ = *p;
  }
  g_string_truncate(text, (gsize)(to - text->str));
  return !(has_crlf && has_bare_lf);
}

static gboolean starts_with(const char *line, const char *line_end, const char *word) {
  gsize n = strlen(word);
  return (gsize)(line_end - line) >= n && !memcmp(line, word, n);
}

/* Whether the line could end a part that index is in. */
static gboolean is_delimiter(const Rewrite *rewrite, int index, const char *line, const char *line_end) {
  if (!starts_with(line, line_end, "--"))
    return FALSE;
  for (int above = get_part(rewrite, index)->parent; above >= 0; above = get_part(rewrite, above)->parent) {
    const char *boundary = get_part(rewrite, above)->boundary;
    if (boundary && starts_with(line + 2, line_end, boundary))
      return TRUE;
  }
  return FALSE;
}

/* Whether text, in LF lines, can stand in the mail without being taken for anything else. */
static gboolean is_harmless(const Rewrite *rewrite, int index, const GString *text) {
  const char *end = text->str + text->len;

  if (memchr(text->str, '\0', text->len))
    return FALSE;
  for (const char *p = text->str; p < end;) {
    const char *line_end = memchr(p, '\n', (gsize)(end - p));
    if (!line_end)
      line_end = end;
    if ((rewrite->has_from_line && starts_with(p, line_end, "From ")) ||
        is_delimiter(rewrite, index, p, line_end) ||
        starts_with(p, line_end, "-----BEGIN PGP SIGNED MESSAGE") ||
        starts_with(p, line_end, "-----BEGIN PGP MESSAGE"))
      return FALSE;
    p = line_end < end ? line_end + 1 : end;
  }
  return TRUE;
}

/* In LF lines; NULL if it can't be had in full or must not stand there as 8bit. */
static GString *decode_text(const Rewrite *rewrite, int index, LbTransfer transfer, LbCharsetResult *result) {
  const LbPart *part = get_part(rewrite, index);
  g_autoptr(GString) bytes = g_string_new(NULL), text = g_string_new(NULL);
  LbDiagSet diagnostics = 0;

  gsize encoded = lb_transfer_decode(transfer, part->body.data, part->body.length, bytes, &diagnostics);
  if (diagnostics)
    return NULL;
  *result = lb_charset_decode(text, part->type.charset, bytes->str, bytes->len, &diagnostics);
  if (*result == LB_CHARSET_GUESSED)
    return NULL;
  if (*result == LB_CHARSET_AS_IS)
    g_string_append_len(text, bytes->str, (gssize)bytes->len);
  if (encoded < part->body.length) {
    /* what a list server appended in clear text, in whatever charset */
    const char *tail = part->body.data + encoded;
    gsize length = part->body.length - encoded;
    gboolean has_high;
    if (!lb_charset_is_utf8(tail, length, &has_high))
      return NULL;
    if (text->len > 0 && text->str[text->len - 1] != '\n')
      g_string_append(text, rewrite->is_crlf ? "\r\n" : "\n");
    g_string_append_len(text, tail, (gssize)length);
  }
  if (!drop_line_end_crs(text) || !is_harmless(rewrite, index, text))
    return NULL;
  return g_steal_pointer(&text);
}

static void add_body(Rewrite *rewrite, const LbPart *part, GString *text) {
  gboolean is_end = part->body.data + part->body.length == rewrite->end;

  /* a mail whose last line is open can't be appended to a mailbox */
  if (is_end && text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c(text, '\n');
  if (rewrite->is_crlf) {
    g_autoptr(GString) lines = g_string_sized_new(text->len + text->len / 32);
    const char *end = text->str + text->len, *newline;
    for (const char *p = text->str; p < end; p = newline + 1) {
      newline = memchr(p, '\n', (gsize)(end - p));
      g_string_append_len(lines, p, (newline ? newline : end) - p);
      if (!newline)
        break;
      g_string_append(lines, "\r\n");
    }
    g_string_assign(text, "");
    g_string_append_len(text, lines->str, (gssize)lines->len);
  }
  gsize length = text->len;
  lb_edits_add(rewrite->edits, part->body.data, part->body.length, g_string_free(text, FALSE), length);
}

/* All around a part that is 8bit now must not say 7bit (RFC 2045 6.4). */
static void edit_containers(Rewrite *rewrite, int index) {
  for (index = get_part(rewrite, index)->parent; index >= 0; index = get_part(rewrite, index)->parent) {
    if (rewrite->is_edited[index])
      return;
    rewrite->is_edited[index] = TRUE;
    lb_mime_edit_container(rewrite->edits, get_part(rewrite, index)->transfer_encoding);
  }
}

static gboolean ends_with_empty_line(LbSlice header) {
  const char *p = header.data + header.length;
  if (header.length == 0 || *--p != '\n')
    return FALSE;
  if (p > header.data && p[-1] == '\r')
    p--;
  return p == header.data || p[-1] == '\n';
}

/* The part's header, NULL if it says its type or encoding twice (others may read the second), or if no empty
 * line ends it: then the text's first line must not come to look like a field. */
static const LbHeader *scan_header(const Rewrite *rewrite, int index, LbHeader *scanned) {
  const LbPart *part = get_part(rewrite, index);
  LbSlice bytes = part->header;

  if (index == 0) {
    *scanned = *rewrite->header;
    bytes = (LbSlice){rewrite->mail, rewrite->header->body};
  } else {
    lb_header_scan(bytes.data, bytes.length, get_part(rewrite, part->parent)->kind != LB_PART_MESSAGE,
                   scanned);
  }
  if (!ends_with_empty_line(bytes))
    return NULL;
  if (scanned->diagnostics & LB_DIAG_BIT(LB_DIAG_FIELD_REPEATED) &&
      (count_field(bytes, "content-type") > 1 || count_field(bytes, "content-transfer-encoding") > 1))
    return NULL;
  return scanned;
}

static gboolean says_utf8(const LbPart *part) {
  const char *charset = part->type.charset;
  return !charset || !g_ascii_strncasecmp(charset, "utf-8", 5) || !g_ascii_strncasecmp(charset, "utf8", 4);
}

static void rewrite_part(Rewrite *rewrite, int index) {
  const LbPart *part = get_part(rewrite, index);
  LbTransfer transfer = lb_transfer_find(part->transfer_encoding);
  LbCharsetResult result;
  LbHeader scanned;
  gboolean has_high;

  if (part->kind != LB_PART_LEAF || part->body.length == 0 ||
      (part->type.value && !g_str_has_prefix(part->type.value, "text/")) || is_sealed(rewrite, index) ||
      (transfer == LB_TRANSFER_NONE && !is_identity(part->transfer_encoding)))
    return;
  const LbHeader *header = scan_header(rewrite, index, &scanned);
  g_autoptr(GString) text = header ? decode_text(rewrite, index, transfer, &result) : NULL;
  if (!text)
    return;
  gboolean is_unchanged = transfer == LB_TRANSFER_NONE && result == LB_CHARSET_AS_IS;
  lb_charset_is_utf8(text->str, text->len, &has_high);
  if (is_unchanged && (!has_high || says_utf8(part)))
    return;
  if (!lb_mime_edit_text(rewrite->edits, header->fields[LB_FIELD_CONTENT_TYPE],
                         header->fields[LB_FIELD_CONTENT_TRANSFER_ENCODING], part->type.value != NULL))
    return;
  if (!is_unchanged)
    add_body(rewrite, part, g_steal_pointer(&text));
  if (has_high)
    edit_containers(rewrite, index);
}

gboolean lb_rewrite_decoded(GString *out, const char *mail, gsize length) {
  LbHeader header;
  LbDiagSet diagnostics = 0;

  lb_header_scan(mail, length, FALSE, &header);
  if (header.n_fields == 0)
    return FALSE;
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(LbPart));
  g_autoptr(GArray) edits = lb_edits_new();
  lb_mime_walk(&header, mail + header.body, length - header.body, parts, arena, &diagnostics);
  Rewrite rewrite = {.mail = mail, .end = mail + length, .header = &header, .parts = parts, .edits = edits};
  const char *newline = memchr(mail, '\n', length);
  rewrite.is_crlf = newline && newline > mail && newline[-1] == '\r';
  rewrite.has_from_line = (header.diagnostics & LB_DIAG_BIT(LB_DIAG_FROM_LINE)) != 0;
  for (guint i = 0; i < parts->len; i++)
    rewrite_part(&rewrite, (int)i);
  if (edits->len == 0)
    return FALSE;
  lb_edits_apply(edits, mail, length, out);
  return TRUE;
}
