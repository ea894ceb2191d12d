/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"
#include <string.h>
#include "base/find.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* What windows-1252 has at 0x80-0x9F; 0 for its holes.  WHATWG Encoding, index windows-1252. */
static const gunichar high_controls[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static void append_windows_1252(GString *out, guint8 byte) {
  gunichar c = byte < 0x80 || byte >= 0xA0 ? byte : high_controls[byte - 0x80];
  if (c)
    g_string_append_unichar(out, c);
  else
    g_string_append(out, REPLACEMENT);
}

static void append_without_nul(GString *out, const char *text, gsize length) {
  const char *end = text + length, *nul;
  while ((nul = memchr(text, '\0', (gsize)(end - text)))) {
    g_string_append_len(out, text, nul - text);
    g_string_append(out, REPLACEMENT);
    text = nul + 1;
  }
  g_string_append_len(out, text, end - text);
}

/* Whether all is UTF-8, NUL allowed (g_utf8_validate_len() stops at NUL). */
static gboolean is_utf8(const char *bytes, gsize length) {
  const char *end = bytes + length, *stop;
  while (!g_utf8_validate_len(bytes, (gsize)(end - bytes), &stop)) {
    if (*stop != '\0')
      return FALSE;
    bytes = stop + 1;
  }
  return TRUE;
}

gboolean lb_text_append_utf8(GString *out, const char *bytes, gsize length) {
  if (is_utf8(bytes, length)) {
    append_without_nul(out, bytes, length);
    return TRUE;
  }
  for (gsize i = 0; i < length; i++)
    append_windows_1252(out, (guint8)bytes[i]);
  return FALSE;
}

static gboolean is_bidi_control(gunichar c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F ||
         c == 0x061C;
}

static gboolean must_be_shown(gunichar c, gboolean one_line) {
  if (c < 0x20)
    return one_line || (c != '\n' && c != '\t');
  return c == 0x7F || (c >= 0x80 && c < 0xA0) || is_bidi_control(c) || c == 0x2028 || c == 0x2029;
}

/* Bytes that stay as they are whatever stands around them: printable ASCII, in a text line feeds and tabs
 * too. */
static gsize span_plain(const char *text, gsize length, gboolean one_line) {
  return (gsize)(lb_find_unprintable(text, text + length, one_line ? ' ' : '\n', one_line ? ' ' : '\t') -
                 text);
}

gboolean lb_text_is_plain(const char *text, gsize length) {
  return span_plain(text, length, TRUE) == length;
}

void lb_text_append_visible(GString *out, const char *text, gsize length, gboolean one_line) {
  const char *end = text + length, *run = text;
  for (const char *p = text; (p += span_plain(p, (gsize)(end - p), one_line)) < end;) {
    /* File names and system messages needn't be UTF-8. */
    gunichar c = g_utf8_get_char_validated(p, end - p);
    gboolean is_valid = c != (gunichar)-1 && c != (gunichar)-2;
    if (is_valid && !must_be_shown(c, one_line)) {
      p += g_unichar_to_utf8(c, NULL);
      continue;
    }
    lb_text_append(out, run, (gsize)(p - run));
    if (!is_valid)
      g_string_append(out, REPLACEMENT);
    else if (c == '\n' || c == '\t')
      g_string_append_c(out, ' ');
    else
      g_string_append_printf(out, "<U+%04X>", c);
    p += is_valid ? g_unichar_to_utf8(c, NULL) : 1;
    run = p;
  }
  lb_text_append(out, run, (gsize)(end - run));
}

char *lb_text_visible(const char *text, gboolean one_line) {
  GString *out = g_string_new(NULL);
  lb_text_append_visible(out, text, strlen(text), one_line);
  return g_string_free(out, FALSE);
}

void lb_text_append_number(GString *out, gint64 number) {
  char digits[24], *at = digits + sizeof digits;
  guint64 rest = number < 0 ? -(guint64)number : (guint64)number;
  do
    *--at = (char)('0' + rest % 10);
  while (rest /= 10);
  if (number < 0)
    *--at = '-';
  lb_text_append(out, at, (gsize)(digits + sizeof digits - at));
}

int lb_text_width(const char *text, gsize length) {
  int width = 0;
  if (span_plain(text, length, TRUE) == length)
    return (int)length;
  for (const char *p = text, *end = text + length; p < end;) {
    gunichar c = g_utf8_get_char_validated(p, end - p);
    if (c == (gunichar)-1 || c == (gunichar)-2) {
      width++;
      p++;
      continue;
    }
    width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    p += g_unichar_to_utf8(c, NULL);
  }
  return width;
}

gboolean lb_text_is_collapsed(const char *text, gsize length) {
  gsize n = 0;
  if (length && (text[0] == ' ' || text[length - 1] == ' '))
    return FALSE;
  /* the last byte of a word is the first of the next: blanks side by side are seen in one of them */
  for (guint64 word, blanks; length - n >= 8; n += 7) {
    memcpy(&word, text + n, 8);
    blanks = word ^ LB_EACH_BYTE(' ');
    blanks = ~(((blanks & LB_EACH_BYTE(0x7F)) + LB_EACH_BYTE(0x7F)) | blanks) & LB_EACH_BYTE(0x80);
    if (lb_find_is_any_below(word, ' ') || blanks & blanks >> 8)
      return FALSE;
  }
  for (; n < length; n++)
    if ((guint8)text[n] < ' ' || (text[n] == ' ' && text[n + 1] == ' '))
      return FALSE;
  return TRUE;
}

gsize lb_text_collapse(char *text, gsize length) {
  gsize to = 0;
  if (lb_text_is_collapsed(text, length))
    return length;
  gboolean pending = FALSE;
  for (gsize from = 0; from < length; from++) {
    char c = text[from];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      pending = to > 0;
      continue;
    }
    if (pending)
      text[to++] = ' ';
    pending = FALSE;
    text[to++] = c;
  }
  return to;
}

const char *lb_text_find_nocase(const char *haystack, gsize length, const char *needle) {
  return lb_find_nocase(haystack, length, needle);
}

#define KEPT_MAX ((gsize)4 << 20)

void lb_text_empty(GString *buffer) {
  if (buffer->allocated_len > KEPT_MAX) {
    g_free(buffer->str);
    buffer->allocated_len = 64;
    buffer->str = g_malloc(buffer->allocated_len);
  }
  g_string_truncate(buffer, 0);
}
