/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/transfer.h"
#include <gmime/gmime.h>
#include <string.h>
#include "base/find.h"

/* A line this long in the base64 alphabet is data even behind padding or foreign lines. */
#define SURE_LINE 60

LbTransfer lb_transfer_find(LbSlice field) {
  const char *p = field.data, *end = p + field.length;

  if (p == NULL)
    return LB_TRANSFER_NONE;
  while (p < end && (g_ascii_isspace(*p) || *p == '"'))
    p++;
  const char *token = p;
  while (p < end && (g_ascii_isalnum(*p) || *p == '-'))
    p++;
  gsize length = p - token;
  if (length == 6 && g_ascii_strncasecmp(token, "base64", 6) == 0)
    return LB_TRANSFER_BASE64;
  if (length == 16 && g_ascii_strncasecmp(token, "quoted-printable", 16) == 0)
    return LB_TRANSFER_QP;
  return LB_TRANSFER_NONE;
}

/* The value of a hexadecimal digit; 16 or more if c is none. */
static inline guint get_hex(char c) {
  guint digit = (guint)(guint8)c - '0', letter = ((guint)(guint8)c | 0x20) - 'a';
  return digit < 10 ? digit : letter < 6 ? letter + 10 : 16;
}

/* Own code, because GMime's decoder doesn't tell a broken escape from a sound one, keeps a soft break that
 * has got blanks behind its '=' (RFC 2045 6.7 rule 3), and loses a '=' at the very end.  Blanks at the end of
 * other lines stay, though rule 3 wants them off: signature separators are sent like that. */
static void decode_qp(const char *bytes, gsize length, GString *out, LbDiagSet *diagnostics) {
  const char *p = bytes, *end = bytes + length;
  gsize done = out->len;

  g_string_set_size(out, done + length + LB_COPY_SLACK);
  char *to = out->str + done;
  while ((p = lb_find_copying(&to, p, end, '=')) < end) {
    p++;
    guint high = end - p >= 2 ? get_hex(p[0]) : 16, low = high < 16 ? get_hex(p[1]) : 16;
    if (low < 16) {
      *to++ = (char)(high << 4 | low);
      p += 2;
      continue;
    }
    const char *line_end = p;
    while (line_end < end && (*line_end == ' ' || *line_end == '\t' || *line_end == '\r'))
      line_end++;
    if (line_end == end) {
      p = end;
    } else if (*line_end == '\n') {
      p = line_end + 1;
    } else {
      *to++ = '=';
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_QP);
    }
  }
  g_string_set_size(out, (gsize)(to - out->str));
}

typedef struct {
  const char *begin, *end; /* without blanks around it and line end */
  const char *next;
  gsize foreign; /* characters outside the base64 alphabet */
  gboolean is_padded;
} Base64Line;

static void read_base64_line(const char *p, const char *end, Base64Line *line) {
  const char *line_end = memchr(p, '\n', end - p);

  line->next = line_end ? line_end + 1 : end;
  line->end = line_end ? line_end : end;
  line->begin = p;
  while (line->begin < line->end && g_ascii_isspace(*line->begin))
    line->begin++;
  while (line->end > line->begin && g_ascii_isspace(line->end[-1]))
    line->end--;
  line->foreign = 0;
  for (p = line->begin; p < line->end; p++)
    line->foreign += !(g_ascii_isalnum(*p) || *p == '+' || *p == '/' || *p == '=');
  line->is_padded = line->end > line->begin && line->end[-1] == '=';
}

/* Where the encoded lines end.  A line of words belongs to what a list server put behind the data, unless
 * data goes on below it. */
static const char *find_base64_end(const char *bytes, const char *end) {
  const char *data_end = bytes;
  gboolean is_inside = TRUE;
  Base64Line line;

  for (const char *p = bytes; p < end; p = line.next) {
    read_base64_line(p, end, &line);
    gsize length = line.end - line.begin;
    if (length == 0)
      continue;
    if (line.foreign == 0 && (is_inside || line.is_padded || length >= SURE_LINE)) {
      data_end = line.next;
      is_inside = !line.is_padded;
    } else {
      is_inside = FALSE;
    }
  }
  return data_end;
}

#define NO_DIGIT (1u << 31)

/* What each base64 digit (RFC 2045 6.8) gives to a group of three bytes, by its place among the four: the
 * bytes in memory's order. */
typedef guint32 Digits[4][256];

static const Digits *get_digits(void) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  static Digits digits;
  static gsize is_made;

  if (g_once_init_enter(&is_made)) {
    for (guint place = 0; place < 4; place++) {
      for (guint c = 0; c < 256; c++)
        digits[place][c] = NO_DIGIT;
      for (guint32 i = 0; i < 64; i++) {
        guint32 group = i << (18 - 6 * place);
        digits[place][(guint8)alphabet[i]] = group >> 16 | (group & 0xff00) | (group & 0xff) << 16;
      }
    }
    g_once_init_leave(&is_made, 1);
  }
  return (const Digits *)&digits;
}

/* Whole groups of four digits; FALSE if there is something else among them.  to has room for a byte more. */
static gboolean decode_groups(const Digits *digits, const char *bytes, const char *end, guint8 **to) {
  guint8 *out = *to;
  guint32 seen = 0;
  for (const guint8 *p = (const guint8 *)bytes; p < (const guint8 *)end; p += 4, out += 3) {
    guint32 group = (*digits)[0][p[0]] | (*digits)[1][p[1]] | (*digits)[2][p[2]] | (*digits)[3][p[3]];
    guint32 in_memory = GUINT32_TO_LE(group);
    seen |= group;
    memcpy(out, &in_memory, sizeof in_memory);
  }
  if (seen & NO_DIGIT)
    return FALSE;
  *to = out;
  return TRUE;
}

/* Lines of nothing but whole groups of four digits, as all are but a last one and broken ones: to has room
 * for three bytes of each, and one more.  Returns what is behind the last of them. */
static const char *decode_whole_lines(const char *bytes, const char *end, guint8 **to) {
  const Digits *digits = get_digits();

  for (const char *next; bytes < end; bytes = next) {
    const char *newline = lb_find_newline(bytes, end), *stop = newline ? newline : end;
    next = newline ? newline + 1 : end;
    stop -= stop > bytes && stop[-1] == '\r';
    if (stop == bytes || (stop - bytes) % 4 || !decode_groups(digits, bytes, stop, to))
      break;
  }
  return bytes;
}

/* The last line, with its padding, if nothing but white space is behind it; returns end then, else bytes. */
static const char *decode_padded_line(const char *bytes, const char *end, guint8 **to) {
  const char *stop = end;
  while (stop > bytes && g_ascii_isspace(stop[-1]))
    stop--;
  if (stop == bytes || (stop - bytes) % 4 || stop[-1] != '=' || memchr(bytes, '\n', stop - bytes))
    return bytes;
  const Digits *digits = get_digits();
  const guint8 *last = (const guint8 *)stop - 4;
  guint n = last[2] == '=' ? 1 : 2;
  guint32 group = (*digits)[0][last[0]] | (*digits)[1][last[1]] | (n == 2 ? (*digits)[2][last[2]] : 0);
  guint8 *out = *to;
  if ((group & NO_DIGIT) || !decode_groups(digits, bytes, stop - 4, &out))
    return bytes;
  group = GUINT32_TO_LE(group);
  memcpy(out, &group, n);
  *to = out + n;
  return end;
}

/* Line by line: GMime reads nothing behind padding, and parts were glued together by some senders. */
static gsize decode_base64(const char *bytes, gsize length, GString *out, LbDiagSet *diagnostics) {
  gsize done = out->len, pending = 0;
  int state = 0;
  guint32 save = 0;
  Base64Line line;

  g_string_set_size(out, done + length / 4 * 3 + 8);
  guint8 *to = (guint8 *)out->str + done;
  const char *rest = decode_whole_lines(bytes, bytes + length, &to);
  rest = decode_padded_line(rest, bytes + length, &to);
  const char *end = find_base64_end(rest, bytes + length);
  done = (gsize)((char *)to - out->str);
  for (const char *p = rest; p < end; p = line.next) {
    read_base64_line(p, end, &line);
    if (line.foreign > 0)
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_BASE64);
    done += g_mime_encoding_base64_decode_step((const unsigned char *)line.begin, line.end - line.begin,
                                               (unsigned char *)out->str + done, &state, &save);
    pending += line.end - line.begin - line.foreign;
    if (line.is_padded) {
      if (pending % 4 != 0)
        *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_BASE64);
      state = 0;
      save = 0;
      pending = 0;
    }
  }
  if (pending % 4 != 0) {
    /* cut off: what the last two or three characters hold is still text */
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_BASE64);
    if (pending % 4 > 1)
      done += g_mime_encoding_base64_decode_step((const unsigned char *)"==", 4 - pending % 4,
                                                 (unsigned char *)out->str + done, &state, &save);
  }
  g_string_set_size(out, done);
  return end - bytes;
}

gsize lb_transfer_decode(LbTransfer transfer, const char *bytes, gsize length, GString *out,
                         LbDiagSet *diagnostics) {
  switch (transfer) {
  case LB_TRANSFER_QP:
    decode_qp(bytes, length, out, diagnostics);
    return length;
  case LB_TRANSFER_BASE64: {
    gsize encoded = decode_base64(bytes, length, out, diagnostics);
    gboolean has_tail = FALSE;
    for (gsize i = encoded; i < length && !has_tail; i++)
      has_tail = !g_ascii_isspace(bytes[i]);
    if (has_tail && encoded == 0)
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_BASE64);
    return has_tail ? encoded : length;
  }
  default:
    g_string_append_len(out, bytes, length);
    return length;
  }
}
