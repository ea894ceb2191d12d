/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/from_line.h"
#include <string.h>
#include "base/find.h"

typedef struct {
  const char *text;
  gsize length;
} Token;

/* The blank-separated word at *p, length 0 at the end. */
static Token next_token(const char **p, const char *end) {
  while (*p < end && (**p == ' ' || **p == '\t'))
    (*p)++;
  Token token = {*p, 0};
  while (*p < end && **p != ' ' && **p != '\t')
    (*p)++;
  token.length = *p - token.text;
  return token;
}

/* Three letters in one number, in small ones. */
static inline guint32 fold_name(const char *p) {
  return ((guint32)(guint8)p[0] << 16 | (guint32)(guint8)p[1] << 8 | (guint8)p[2]) | 0x202020;
}

/* Whether token is one of the three-letter names in list, with nothing or the mark tail after it. */
static gboolean is_name(Token token, const char *list, char tail) {
  if (token.length == 4 && token.text[3] == tail)
    token.length = 3;
  if (token.length != 3)
    return FALSE;
  guint32 name = fold_name(token.text);
  gboolean is_found = FALSE;
  for (; *list; list += 3)
    is_found |= name == fold_name(list);
  return is_found;
}

static gboolean is_weekday(Token token) {
  return is_name(token, "MonTueWedThuFriSatSun", ',');
}

static gboolean is_month(Token token) {
  return is_name(token, "JanFebMarAprMayJunJulAugSepOctNovDec", '.');
}

/* Value of a token of digits alone, -1 if it is something else. */
static int parse_digits(Token token, gsize most) {
  int value = 0;
  if (token.length == 0 || token.length > most)
    return -1;
  for (gsize i = 0; i < token.length; i++) {
    if (!g_ascii_isdigit(token.text[i]))
      return -1;
    value = value * 10 + (token.text[i] - '0');
  }
  return value;
}

static gboolean is_day(Token token) {
  int day = parse_digits(token, 2);
  return day >= 1 && day <= 31;
}

/* h:mm or hh:mm, with or without :ss. */
static gboolean is_time(Token token) {
  const char *colon = memchr(token.text, ':', token.length);
  if (!colon)
    return FALSE;
  gsize rest = token.length - (colon - token.text) - 1;
  const char *second = memchr(colon + 1, ':', rest);
  int hours = parse_digits((Token){token.text, colon - token.text}, 2);
  int minutes = parse_digits((Token){colon + 1, second ? (gsize)(second - colon - 1) : rest}, 2);
  int seconds = second ? parse_digits((Token){second + 1, rest - (second - colon)}, 2) : 0;
  return hours >= 0 && hours <= 24 && minutes >= 0 && minutes <= 59 && seconds >= 0 && seconds <= 61;
}

static gboolean is_year(Token token) {
  int year = parse_digits(token, 4);
  return token.length == 2 ? year >= 0 : token.length == 4 && year >= 1900 && year < 3000;
}

/* "+0100", "-05:00", "EST", "(CEST)", "DST", "GMT+0100". */
static gboolean is_zone(Token token) {
  if (token.length > 2 && token.text[0] == '(' && token.text[token.length - 1] == ')')
    token = (Token){token.text + 1, token.length - 2};
  gsize letters = 0;
  while (letters < token.length && g_ascii_isalpha(token.text[letters]))
    letters++;
  gsize rest = token.length - letters;
  const char *offset = token.text + letters;
  if (letters > 5 || token.length == 0)
    return FALSE;
  if (rest == 0)
    return TRUE;
  if (*offset != '+' && *offset != '-')
    return FALSE;
  return (rest == 5 && parse_digits((Token){offset + 1, 4}, 4) >= 0) ||
         (rest == 6 && offset[3] == ':' && parse_digits((Token){offset + 1, 2}, 2) >= 0 &&
          parse_digits((Token){offset + 4, 2}, 2) >= 0);
}

/* What follows the weekday: "Jan  2 10:00:00 2024" (asctime), the same with a zone before or after the year
 * (Unix System V, Gmail, Pine), "02 Jan 2024 10:00:00 +0000" (RFC 5322), "remote from host" (UUCP). */
static gboolean is_date_tail(const char *p, const char *end) {
  Token first = next_token(&p, end), second = next_token(&p, end);
  if (!(is_month(first) && is_day(second)) && !(is_day(first) && is_month(second)))
    return FALSE;
  gboolean has_time = FALSE, has_year = FALSE;
  int zones = 0;
  for (Token token = next_token(&p, end); token.length > 0; token = next_token(&p, end)) {
    if (has_time && has_year && token.length == 6 && memcmp(token.text, "remote", 6) == 0)
      return TRUE;
    if (!has_time && is_time(token))
      has_time = TRUE;
    else if (!has_year && is_year(token))
      has_year = TRUE;
    else if (zones++ == 2 || !is_zone(token))
      return FALSE;
  }
  return has_time && has_year;
}

/* Whether "Tue Jan  2 10:00:00 2024" stands at p, all 24 bytes of it: what nearly all lines end with. */
static gboolean is_plain_date(const char *p) {
  if (p[3] != ' ' || p[7] != ' ' || p[10] != ' ' || p[13] != ':' || p[16] != ':' || p[19] != ' ')
    return FALSE;
  gboolean is_short = p[8] == ' ';
  return is_weekday((Token){p, 3}) && is_month((Token){p + 4, 3}) &&
         is_day((Token){p + 8 + is_short, 2 - is_short}) && is_time((Token){p + 11, 8}) &&
         is_year((Token){p + 20, 4});
}

gboolean lb_from_line_is_valid(const char *line, gsize length) {
  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (length > LB_FROM_LINE_MAX || length < 5 || memcmp(line, "From ", 5) != 0)
    return FALSE;
  const char *p = line + 5, *end = line + length;
  if (length > 5 + 24 && end[-25] == ' ' && is_plain_date(end - 24))
    return TRUE;
  for (Token token = next_token(&p, end); token.length > 0; token = next_token(&p, end))
    if (is_weekday(token) && is_date_tail(p, end))
      return TRUE;
  return FALSE;
}

const char *lb_from_line_find_mark(const char *begin, const char *end) {
  return lb_find_either(begin, end, "Fr", "-l");
}
