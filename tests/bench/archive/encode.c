/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include "body.h"

static void add_quoted(GString *mail, const char *text, gsize length) {
  static const char hex[] = "0123456789ABCDEF";
  guint column = 0;
  for (gsize i = 0; i < length; i++) {
    guchar c = (guchar)text[i];
    gboolean is_end = i + 1 == length || text[i + 1] == '\n';
    if (c == '\n') {
      g_string_append_c(mail, '\n');
      column = 0;
      continue;
    }
    if (column > 72 && !is_end) {
      g_string_append_len(mail, "=\n", 2);
      column = 0;
    }
    if (c == '=' || c >= 0x80 || (is_end && (c == ' ' || c == '\t'))) {
      char code[] = {'=', hex[c >> 4], hex[c & 15]};
      g_string_append_len(mail, code, 3);
      column += 3;
    } else {
      g_string_append_c(mail, (char)c);
      column++;
    }
  }
}

static void add_base64(GString *mail, const char *text, gsize length) {
  for (gsize i = 0; i < length; i += 57) {
    g_autofree char *line = g_base64_encode((const guchar *)text + i, MIN(57, length - i));
    g_string_append(mail, line);
    g_string_append_c(mail, '\n');
  }
}

/* Letters between U+0080 and U+00FF are all that invented text has besides ASCII. */
static void add_latin(GString *mail, const char *text, gsize length) {
  for (gsize i = 0; i < length; i++) {
    guchar c = (guchar)text[i];
    if ((c & 0xfc) == 0xc0 && i + 1 < length)
      c = (guchar)(c << 6 | ((guchar)text[++i] & 0x3f));
    g_string_append_c(mail, (char)c);
  }
}

static void add_parts(GString *mail, const GString *text) {
  g_string_append(mail, "------=_Bench_Part\nContent-Type: text/plain; charset=\"UTF-8\"\n"
                        "Content-Transfer-Encoding: quoted-printable\n\n");
  add_quoted(mail, text->str, text->len);
  g_string_append(mail, "\n------=_Bench_Part\nContent-Type: text/html; charset=\"UTF-8\"\n"
                        "Content-Transfer-Encoding: quoted-printable\n\n<html><body><pre>\n");
  add_quoted(mail, text->str, MIN(text->len, 4000));
  g_string_append(mail, "\n</pre></body></html>\n------=_Bench_Part--\n");
}

void body_encode(GString *mail, const GString *text, Encoding encoding) {
  if (encoding == ENCODING_QUOTED)
    add_quoted(mail, text->str, text->len);
  else if (encoding == ENCODING_BASE64)
    add_base64(mail, text->str, text->len);
  else if (encoding == ENCODING_LATIN)
    add_latin(mail, text->str, text->len);
  else if (encoding == ENCODING_PARTS)
    add_parts(mail, text);
  else
    g_string_append_len(mail, text->str, (gssize)text->len);
}
