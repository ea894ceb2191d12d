/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/body.h"
#include <string.h>
#include "base/find.h"
#include "base/text.h"
#include "message/charset.h"
#include "message/flowed.h"
#include "message/html.h"
#include "message/part_choice.h"
#include "message/transfer.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define BOM "\xef\xbb\xbf"

struct LbDecoder {
  GString *bytes, *utf8, *lines, *shown,
      *text;     /* one per step, so that a step that changes nothing costs nothing */
  GArray *parts; /* of LbPart */
};

LbDecoder *lb_decoder_new(void) {
  LbDecoder *decoder = g_new(LbDecoder, 1);
  decoder->bytes = g_string_new(NULL);
  decoder->utf8 = g_string_new(NULL);
  decoder->lines = g_string_new(NULL);
  decoder->shown = g_string_new(NULL);
  decoder->text = g_string_new(NULL);
  decoder->parts = g_array_new(FALSE, FALSE, sizeof(LbPart));
  return decoder;
}

void lb_decoder_free(LbDecoder *decoder) {
  if (!decoder)
    return;
  g_string_free(decoder->bytes, TRUE);
  g_string_free(decoder->utf8, TRUE);
  g_string_free(decoder->lines, TRUE);
  g_string_free(decoder->shown, TRUE);
  g_string_free(decoder->text, TRUE);
  g_array_free(decoder->parts, TRUE);
  g_free(decoder);
}

static LbSlice as_slice(const GString *buffer) {
  return (LbSlice){buffer->str, buffer->len};
}

/* clean_lines() where nothing but CRs is to be seen to: it becomes shorter. */
static LbSlice join_lines(GString *out, LbSlice in) {
  const char *p = in.data, *end = p + in.length;

  g_string_set_size(out, in.length + LB_COPY_SLACK);
  char *to = out->str;
  while ((p = lb_find_copying(&to, p, end, '\r')) < end) {
    const char *stop = p;
    while (stop < end && *stop == '\r')
      stop++;
    if (stop < end && *stop != '\n') { /* they end no line */
      memcpy(to, p, (gsize)(stop - p));
      to += stop - p;
    }
    p = stop;
  }
  g_string_truncate(out, (gsize)(to - out->str));
  return as_slice(out);
}

/* CRs at a line's end go, those inside stay; NUL becomes U+FFFD. */
static LbSlice clean_lines(GString *out, LbSlice in, LbDiagSet *diagnostics) {
  const char *p = in.data, *end = p + in.length;
  const char *cr = memchr(p, '\r', in.length), *nul = memchr(p, '\0', in.length);

  if (nul)
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_NUL);
  if (!cr && !nul)
    return in;
  if (!nul)
    return join_lines(out, in);
  while (cr || nul) {
    const char *odd = !nul || (cr && cr < nul) ? cr : nul;
    g_string_append_len(out, p, odd - p);
    p = odd + 1;
    if (odd == nul) {
      g_string_append(out, REPLACEMENT);
      nul = memchr(p, '\0', (gsize)(end - p));
      continue;
    }
    while (p < end && *p == '\r')
      p++;
    if (p < end && *p != '\n')
      g_string_append_len(out, odd, p - odd);
    cr = memchr(p, '\r', (gsize)(end - p));
  }
  g_string_append_len(out, p, end - p);
  return as_slice(out);
}

static LbSlice decode_charset(LbDecoder *decoder, const char *charset, LbSlice in, LbDiagSet *diagnostics) {
  if (lb_charset_decode(decoder->utf8, charset, in.data, in.length, diagnostics) != LB_CHARSET_AS_IS)
    in = as_slice(decoder->utf8);
  if (in.length >= 3 && !memcmp(in.data, BOM, 3))
    in = (LbSlice){in.data + 3, in.length - 3};
  return in;
}

/* Nearly all text: ASCII, and of lines that end as ours do. */
static gboolean is_plain(LbSlice text, const char *charset) {
  const char *end = text.data + text.length;
  return lb_find_odd(text.data, end) == end && lb_charset_keeps_ascii(charset);
}

/* The text of one part, in decoder's buffers or in the part itself. */
static LbSlice decode_part(LbDecoder *decoder, const LbPart *part, gboolean is_html, LbDiagSet *diagnostics) {
  LbTransfer transfer = lb_transfer_find(part->transfer_encoding);
  LbSlice text = part->body, tail = {NULL, 0};

  lb_text_empty(decoder->bytes);
  lb_text_empty(decoder->utf8);
  lb_text_empty(decoder->lines);
  lb_text_empty(decoder->shown);
  if (transfer != LB_TRANSFER_NONE && part->kind == LB_PART_LEAF) {
    gsize encoded = lb_transfer_decode(transfer, text.data, text.length, decoder->bytes, diagnostics);
    tail = (LbSlice){text.data + encoded, text.length - encoded};
    text = as_slice(decoder->bytes);
  }
  gboolean is_clean = tail.length == 0 && is_plain(text, part->type.charset);
  if (!is_clean)
    text = decode_charset(decoder, part->type.charset, text, diagnostics);
  if (tail.length > 0) {
    /* clear text behind base64 is somebody else's, and so is its charset */
    if (text.data != decoder->utf8->str)
      g_string_append_len(decoder->utf8, text.data, (gssize)text.length);
    if (decoder->utf8->len > 0 && decoder->utf8->str[decoder->utf8->len - 1] != '\n')
      g_string_append_c(decoder->utf8, '\n');
    lb_charset_append_utf8(decoder->utf8, NULL, tail.data, tail.length, diagnostics);
    text = as_slice(decoder->utf8);
  }
  if (!is_clean)
    text = clean_lines(decoder->lines, text, diagnostics);
  if (is_html) {
    lb_html_append_text(decoder->shown, text.data, text.length);
    return as_slice(decoder->shown);
  }
  if (part->type.format && !g_ascii_strcasecmp(part->type.format, "flowed")) {
    gboolean del_sp = part->type.delsp && !g_ascii_strcasecmp(part->type.delsp, "yes");
    lb_flowed_join(text.data, text.length, del_sp, decoder->shown);
    return as_slice(decoder->shown);
  }
  return text;
}

/* The text so far into a buffer of its own, before the next part takes those it lies in. */
static void settle(LbDecoder *decoder, LbBody *body) {
  if (body->length == 0 || body->text == decoder->text->str)
    return;
  g_string_append_len(decoder->text, body->text, (gssize)body->length);
  body->text = decoder->text->str;
}

/* As git-mailinfo(1) has it: one part behind the other, each beginning a line.  Returns where it begins. */
static gsize append_part(LbDecoder *decoder, LbBody *body, LbSlice part) {
  if (body->length == 0) {
    body->text = part.data;
    body->length = part.length;
    return 0;
  }
  if (part.length == 0)
    return body->length;
  if (body->text[body->length - 1] != '\n')
    g_string_append_c(decoder->text, '\n');
  gsize begin = decoder->text->len;
  g_string_append_len(decoder->text, part.data, (gssize)part.length);
  body->text = decoder->text->str;
  body->length = decoder->text->len;
  return begin;
}

/* Files, and what an encrypted mail consists of; signatures are is_signed's business. */
static const char *find_attachment_name(const GArray *parts, guint index) {
  const LbPart *part = &g_array_index(parts, LbPart, index);
  const char *type = part->type.value ? part->type.value : "";

  if (g_str_has_suffix(type, "-signature"))
    return NULL;
  const char *name = lb_part_find_name(part);
  if (!name && (!strcmp(type, "application/pgp-encrypted") || !strcmp(type, "application/pkcs7-mime")))
    return type;
  return name;
}

static const char *const *list_attachments(const GArray *parts, LbArena *arena) {
  static const char *const none[] = {NULL};
  guint n = 0;

  for (guint i = 0; i < parts->len; i++)
    n += find_attachment_name(parts, i) != NULL;
  if (!n)
    return none;
  const char **names = lb_arena_new_array(arena, const char *, n + 1);
  n = 0;
  for (guint i = 0; i < parts->len; i++) {
    const char *name = find_attachment_name(parts, i);
    if (name)
      names[n++] = lb_arena_strdup(arena, name);
  }
  return names;
}

/* A patch that begins with the mark of git-format-patch(1) needs no name to be one. */
static gboolean brings_own_header(LbPartChoice choice, LbSlice text) {
  if (choice != LB_CHOICE_PATCH && !(text.length > 5 && !memcmp(text.data, "From ", 5)))
    return FALSE;
  return lb_part_has_patch_header(text.data, text.length);
}

static void decode_parts(LbDecoder *decoder, const LbHeader *header, LbSlice bytes, LbArena *arena,
                         LbBody *body, LbDiagSet *diagnostics) {
  LbArena *scratch = lb_arena_get_scratch(arena);
  gboolean is_all_own = TRUE;

  lb_mime_walk(header, bytes.data, bytes.length, decoder->parts, scratch, diagnostics);
  LbPartChoice *choices = lb_arena_new_array(scratch, LbPartChoice, decoder->parts->len);
  lb_part_choose(decoder->parts, choices);
  body->text = bytes.data;
  for (guint i = 0; i < decoder->parts->len; i++) {
    const LbPart *part = &g_array_index(decoder->parts, LbPart, i);
    body->is_signed |=
        part->type.value && !part->is_forwarded && !strcmp(part->type.value, "multipart/signed");
    if (choices[i] == LB_CHOICE_NONE)
      continue;
    settle(decoder, body);
    LbSlice text = decode_part(decoder, part, choices[i] == LB_CHOICE_HTML, diagnostics);
    gsize begin = append_part(decoder, body, text);
    if (part->is_forwarded && is_all_own) {
      is_all_own = FALSE;
      body->own = begin;
    }
    if (i > 0 && is_all_own && brings_own_header(choices[i], text))
      body->patch = body->n_patches++ ? body->patch : (gssize)begin;
  }
  if (is_all_own)
    body->own = body->length;
  body->attachments = list_attachments(decoder->parts, arena);
}

static const char *skip_blanks(const char *p, const char *end) {
  while (p < end && g_ascii_isspace(*p))
    p++;
  return p;
}

/* The parameters of text/plain that say how to read it; empty: not given. */
typedef struct {
  char charset[40], format[8], delsp[8];
} PlainType;

/* "charset=utf-8" at p: a value of letters and digits, which may be quoted.  Returns what is behind it; NULL
 * for any other parameter. */
static const char *read_parameter(const char *p, const char *end, PlainType *type) {
  const struct {
    const char *name;
    char *value;
    gsize size;
  } parameters[] = {{"charset=", type->charset, sizeof type->charset},
                    {"format=", type->format, sizeof type->format},
                    {"delsp=", type->delsp, sizeof type->delsp}};
  for (gsize i = 0; i < G_N_ELEMENTS(parameters); i++) {
    gsize length = strlen(parameters[i].name), n = 0;
    char *value = parameters[i].value;
    if ((gsize)(end - p) < length || g_ascii_strncasecmp(p, parameters[i].name, length) != 0)
      continue;
    p += length;
    gboolean is_quoted = p < end && *p == '"', is_again = *value != '\0';
    p += is_quoted;
    while (p < end && n + 1 < parameters[i].size && (g_ascii_isalnum(*p) || *p == '-' || *p == '_'))
      value[n++] = *p++;
    value[n] = '\0';
    if (is_again || !n || (is_quoted && (p == end || *p++ != '"')))
      return NULL;
    return p;
  }
  return NULL;
}

/* The Content-Type of nearly all mails, text/plain as it is or with how to read it: FALSE for any other,
 * which is read with all its parameters. */
static gboolean read_plain_type(LbSlice field, PlainType *type) {
  const char *p = field.data, *end = p + field.length;

  *type->charset = *type->format = *type->delsp = '\0';
  if (!field.data)
    return TRUE;
  p = skip_blanks(p, end);
  if (end - p < 10 || g_ascii_strncasecmp(p, "text/plain", 10) != 0)
    return FALSE;
  for (p = skip_blanks(p + 10, end); p < end; p = skip_blanks(p, end)) {
    if (*p != ';')
      return FALSE;
    p = skip_blanks(p + 1, end);
    if (p < end && !(p = read_parameter(p, end, type)))
      return FALSE;
  }
  return TRUE;
}

/* Many programs write it on every mail; anything more may name a file. */
static gboolean is_inline(LbSlice disposition) {
  const char *p = disposition.data, *end = p + disposition.length;
  if (!p)
    return TRUE;
  p = skip_blanks(p, end);
  return end - p >= 6 && !g_ascii_strncasecmp(p, "inline", 6) && skip_blanks(p + 6, end) == end;
}

void lb_body_decode(LbDecoder *decoder, const LbHeader *header, const char *bytes, gsize length,
                    LbArena *arena, LbBody *body, LbDiagSet *diagnostics) {
  static const char *const no_names[] = {NULL};
  PlainType type;

  lb_text_empty(decoder->text);
  *body = (LbBody){.text = bytes, .patch = -1, .attachments = no_names};
  if (!is_inline(header->fields[LB_FIELD_CONTENT_DISPOSITION]) ||
      !read_plain_type(header->fields[LB_FIELD_CONTENT_TYPE], &type)) {
    decode_parts(decoder, header, (LbSlice){bytes, length}, arena, body, diagnostics);
    return;
  }
  LbPart part = {.body = {bytes, length},
                 .transfer_encoding = header->fields[LB_FIELD_CONTENT_TRANSFER_ENCODING],
                 .type.charset = *type.charset ? type.charset : NULL,
                 .type.format = *type.format ? type.format : NULL,
                 .type.delsp = *type.delsp ? type.delsp : NULL};
  LbSlice text = decode_part(decoder, &part, FALSE, diagnostics);
  body->text = text.data;
  body->length = body->own = text.length;
}
