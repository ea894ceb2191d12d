/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/compose.h"
#include <string.h>
#include "base/error.h"
#include "base/text.h"
#include "message/gmime_cleanup.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimePart, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)

#define OWN "listbrief."
#define AUTO_GENERATED "auto-generated"
/* RFC 5322 2.1.1 allows 998 in a line; a subject that long is no subject. */
#define MAX_SUBJECT 300
#define MAX_WORD 64
#define WIDTH 78
/* RFC 2045 6.7: a line of quoted-printable without its end, and RFC 5322 2.1.1. */
#define QP_WIDTH 76
#define MAX_LINE 998

/* One line without controls, at most max bytes and no half character. */
static char *make_value(const char *text, gsize max) {
  g_autoptr(GString) valid = g_string_new(NULL);
  g_autofree char *visible = NULL;

  lb_text_append_utf8(valid, text, strlen(text));
  for (char *c = valid->str; *c; c++)
    if (g_ascii_iscntrl(*c))
      *c = ' ';
  visible = lb_text_visible(valid->str, TRUE);
  visible[lb_text_collapse(visible, strlen(visible))] = '\0';
  if (strlen(visible) > max)
    *g_utf8_find_prev_char(visible, visible + max + 1) = '\0';
  return g_steal_pointer(&visible);
}

/* The same for what stands in angle brackets. */
static char *make_id(const char *text) {
  char *id = make_value(text, MAX_LINE / 2);

  for (char *c = id; *c; c++)
    if (!g_ascii_isalnum(*c) && !strchr("!#$%&'*+-/=?^_`{|}~.@", *c))
      *c = '_';
  return id;
}

static gboolean is_plain(const char *text) {
  gsize word = 0;

  for (const char *c = text; *c; c++) {
    word = *c == ' ' ? 0 : word + 1;
    if (word > WIDTH - 10 || !g_ascii_isprint(*c) || (*c == '=' && c[1] == '?'))
      return FALSE;
  }
  return TRUE;
}

/* RFC 2047 2: a word has 75 bytes at most, and a line 76.  Q, as most of it can be read without decoding. */
static void append_encoded_words(GString *out, const char *text) {
  gsize width = WIDTH;

  for (const char *next; *text; text = next) {
    next = g_utf8_next_char(text);
    g_autoptr(GString) coded = g_string_new(NULL);

    for (const char *c = text; c < next; c++) {
      if (g_ascii_isalnum(*c) || strchr("!*+-/", *c))
        g_string_append_c(coded, *c);
      else if (*c == ' ')
        g_string_append_c(coded, '_');
      else
        g_string_append_printf(coded, "=%02X", (guchar)*c);
    }
    if (width + coded->len + strlen("?=") > WIDTH - 2) {
      g_string_append(out, width == WIDTH ? "=?utf-8?q?" : "?=\n =?utf-8?q?");
      width = strlen(width == WIDTH ? "Subject: =?utf-8?q?" : " =?utf-8?q?");
    }
    g_string_append_len(out, coded->str, (gssize)coded->len);
    width += coded->len;
  }
  if (width != WIDTH)
    g_string_append(out, "?=");
}

/* GMime's encoded words and lines grow past what RFC 2047 allows where there are no blanks. */
static void append_subject(GString *out, const char *written) {
  g_autofree char *subject = make_value(written, MAX_SUBJECT);
  g_auto(GStrv) words = g_strsplit(subject, " ", -1);
  gsize width = strlen("Subject:");

  g_string_append(out, "Subject:");
  if (!is_plain(subject)) {
    g_string_append_c(out, ' ');
    append_encoded_words(out, subject);
  }
  for (guint i = 0; is_plain(subject) && words[i]; i++) {
    gsize length = strlen(words[i]) + 1;

    if (width + length > WIDTH) {
      g_string_append_c(out, '\n');
      width = 0;
    }
    g_string_append_printf(out, " %s", words[i]);
    width += length;
  }
  g_string_append_c(out, '\n');
}

typedef struct {
  gsize longest, n_encoded; /* n_encoded: bytes that quoted-printable writes as three */
  gboolean needs_armour;    /* a line that a mailbox or an old sendmail would take for its own */
} BodyShape;

static gboolean is_literal(guchar c) {
  return (c >= 33 && c <= 126 && c != '=') || c == ' ' || c == '\t';
}

static BodyShape measure(const char *body, gsize length) {
  BodyShape shape = {0, 0, FALSE};

  for (gsize begin = 0; begin < length;) {
    const char *line = body + begin, *newline = memchr(line, '\n', length - begin);
    gsize width = newline ? (gsize)(newline - line) : length - begin;

    shape.longest = MAX(shape.longest, width);
    shape.needs_armour =
        shape.needs_armour || (width >= 5 && memcmp(line, "From ", 5) == 0) || (width == 1 && *line == '.');
    for (gsize i = 0; i < width; i++)
      shape.n_encoded += !is_literal((guchar)line[i]) && line[i] != '=';
    begin += width + 1;
  }
  return shape;
}

/* RFC 2045 6.7, and what isn't asked there: no line begins with "From " or is a lone dot. */
static void append_quoted_printable(GString *out, const char *body, gsize length) {
  gsize column = 0;

  for (gsize i = 0; i < length; i++) {
    guchar c = (guchar)body[i];
    gboolean is_last = i + 1 == length || body[i + 1] == '\n', is_coded;

    if (c == '\n') {
      g_string_append_c(out, '\n');
      column = 0;
      continue;
    }
    is_coded = !is_literal(c) || (is_last && (c == ' ' || c == '\t')) ||
               (column == 0 && (c == '.' || (c == 'F' && length - i >= 5 && !memcmp(body + i, "From ", 5))));
    if (column + (is_coded ? 3 : 1) > QP_WIDTH - (is_last ? 0 : 1)) {
      g_string_append(out, "=\n");
      column = 0;
      i--; /* again, as the first of its line */
      continue;
    }
    if (is_coded)
      g_string_append_printf(out, "=%02X", c);
    else
      g_string_append_c(out, (char)c);
    column += is_coded ? 3 : 1;
  }
  if (column > 0)
    g_string_append(out, "=\n");
}

static void append_base64(GString *out, const char *body, gsize length) {
  const gsize width = QP_WIDTH / 4 * 3;

  for (gsize i = 0; i < length; i += width) {
    g_autofree char *line = g_base64_encode((const guchar *)body + i, MIN(width, length - i));

    g_string_append(out, line);
    g_string_append_c(out, '\n');
  }
}

static GMimePart *make_part(const char *body, gsize length) {
  BodyShape shape = measure(body, length);
  GMimeContentEncoding encoding = GMIME_CONTENT_ENCODING_7BIT;
  g_autoptr(GString) encoded = g_string_sized_new(length + length / 8);
  g_autoptr(GMimeStream) stream = NULL;
  g_autoptr(GMimeDataWrapper) content = NULL;
  GMimePart *part = g_mime_part_new_with_type("text", "plain");

  if (shape.n_encoded > length / 5) {
    encoding = GMIME_CONTENT_ENCODING_BASE64;
    append_base64(encoded, body, length);
  } else if (shape.n_encoded > 0 || shape.longest > MAX_LINE || shape.needs_armour) {
    encoding = GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
    append_quoted_printable(encoded, body, length);
  } else
    g_string_append_len(encoded, body, (gssize)length);
  stream = g_mime_stream_mem_new_with_buffer(encoded->str, encoded->len);
  content = g_mime_data_wrapper_new_with_stream(stream, encoding);
  g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
  g_mime_part_set_content_encoding(part, encoding);
  g_mime_part_set_content(part, content);
  return part;
}

static gboolean is_mailbox(InternetAddress *address) {
  const char *email = INTERNET_ADDRESS_IS_MAILBOX(address) ? INTERNET_ADDRESS_MAILBOX(address)->addr : NULL;
  const char *at = email ? strchr(email, '@') : NULL;

  return at && at > email && at[1];
}

/* GMime takes what stands before a semicolon and forgets the rest, without a word. */
static gboolean has_semicolon(const char *written) {
  gboolean is_quoted = FALSE;

  for (; *written && (is_quoted || *written != ';'); written++) {
    if (*written == '\\' && written[1])
      written++;
    else if (*written == '"')
      is_quoted = !is_quoted;
  }
  return *written != '\0';
}

static gboolean add_mailboxes(GMimeMessage *message, GMimeAddressType type, const char *written,
                              GError **error) {
  g_autofree char *value = make_value(written, MAX_LINE);
  g_autoptr(InternetAddressList) addresses = internet_address_list_parse(NULL, value);
  int n = addresses ? internet_address_list_length(addresses) : 0, i = 0;

  for (; i < n && is_mailbox(internet_address_list_get_address(addresses, i)); i++)
    internet_address_set_charset(internet_address_list_get_address(addresses, i), "utf-8");
  if (n == 0 || i < n || has_semicolon(value)) {
    g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "'%s' is no mail address", value);
    return FALSE;
  }
  internet_address_list_append(g_mime_message_get_addresses(message, type), addresses);
  return TRUE;
}

gboolean lb_compose_is_mailbox(const char *written) {
  g_autoptr(GMimeMessage) message = g_mime_message_new(FALSE);

  return add_mailboxes(message, GMIME_ADDRESS_TYPE_TO, written, NULL);
}

static void set_id(GMimeMessage *message, const char *field, const char *written) {
  g_autofree char *id = make_id(written);
  g_autofree char *in_brackets = g_strdup_printf("<%s>", id);

  g_mime_object_set_header(GMIME_OBJECT(message), field, in_brackets, NULL);
}

static gboolean set_fields(GMimeMessage *message, const LbOutgoing *outgoing, GError **error) {
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(outgoing->date);

  if (!add_mailboxes(message, GMIME_ADDRESS_TYPE_FROM, outgoing->from, error))
    return FALSE;
  if (!outgoing->to[0]) {
    g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "nobody to send to");
    return FALSE;
  }
  for (gsize i = 0; outgoing->to[i]; i++)
    if (!add_mailboxes(message, GMIME_ADDRESS_TYPE_TO, outgoing->to[i], error))
      return FALSE;
  if (date)
    g_mime_message_set_date(message, date);
  set_id(message, "Message-ID", outgoing->msgid);
  if (outgoing->previous) {
    set_id(message, "In-Reply-To", outgoing->previous);
    set_id(message, "References", outgoing->previous);
  }
  if (outgoing->list_id)
    set_id(message, "List-Id", outgoing->list_id);
  g_mime_object_set_header(GMIME_OBJECT(message), "Auto-Submitted", AUTO_GENERATED, NULL);
  return TRUE;
}

GString *lb_compose_build(const LbOutgoing *outgoing, GError **error) {
  g_autoptr(GMimeMessage) message = g_mime_message_new(FALSE);
  g_autoptr(GMimePart) part = make_part(outgoing->body, outgoing->length);
  g_autofree char *bytes = NULL;
  GString *whole;

  if (!set_fields(message, outgoing, error))
    return NULL;
  g_mime_message_set_mime_part(message, GMIME_OBJECT(part));
  bytes = g_mime_object_to_string(GMIME_OBJECT(message), NULL);
  whole = g_string_sized_new(strlen(bytes) + 2 * MAX_SUBJECT);
  append_subject(whole, outgoing->subject);
  g_string_append(whole, bytes);
  return whole;
}

static char *make_atom(const char *text) {
  char *atom = g_strndup(text, MAX_WORD);

  for (char *c = atom; *c; c++)
    if (!g_ascii_isalnum(*c) && !strchr("-_", *c))
      *c = '_';
  return atom;
}

char *lb_compose_format_msgid(const char *list, guint number, const char *digest, const char *from) {
  g_autofree char *name = make_atom(list);
  const char *at = strrchr(from, '@');
  gsize length = at ? strspn(at + 1, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-.") : 0;

  if (length == 0 || length > 200)
    return g_strdup_printf(OWN "%s.%u.%s@localhost", name, number, digest);
  return g_strdup_printf(OWN "%s.%u.%s@%.*s", name, number, digest, (int)length, at + 1);
}

gboolean lb_compose_is_own(const char *msgid, const char *auto_submitted, gsize length) {
  return g_str_has_prefix(msgid, OWN) && length >= strlen(AUTO_GENERATED) &&
         memmem(auto_submitted, length, AUTO_GENERATED, strlen(AUTO_GENERATED));
}
