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
#define NAME(a, b, c) ((guint32)(guint8)(a) << 16 | (guint32)(guint8)(b) << 8 | (guint8)(c) | 0x202020)

/* 0 if it isn't three letters, with nothing or the mark tail after them. */
static guint32 fold_name(Token token, char tail) {
  if (token.length == 4 && token.text[3] == tail)
    token.length = 3;
  return token.length == 3 ? NAME(token.text[0], token.text[1], token.text[2]) : 0;
}

static gboolean is_weekday(Token token) {
  switch (fold_name(token, ',')) {
  case NAME('m', 'o', 'n'):
  case NAME('t', 'u', 'e'):
  case NAME('w', 'e', 'd'):
  case NAME('t', 'h', 'u'):
  case NAME('f', 'r', 'i'):
  case NAME('s', 'a', 't'):
  case NAME('s', 'u', 'n'):
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean is_month(Token token) {
  switch (fold_name(token, '.')) {
  case NAME('j', 'a', 'n'):
  case NAME('f', 'e', 'b'):
  case NAME('m', 'a', 'r'):
  case NAME('a', 'p', 'r'):
  case NAME('m', 'a', 'y'):
  case NAME('j', 'u', 'n'):
  case NAME('j', 'u', 'l'):
  case NAME('a', 'u', 'g'):
  case NAME('s', 'e', 'p'):
  case NAME('o', 'c', 't'):
  case NAME('n', 'o', 'v'):
  case NAME('d', 'e', 'c'):
    return TRUE;
  default:
    return FALSE;
  }
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

/* What two digits say; 100 if they are none. */
static guint read_two(char tens, char ones) {
  return g_ascii_isdigit(tens) && g_ascii_isdigit(ones) ? (guint)(tens - '0') * 10 + (guint)(ones - '0')
                                                        : 100;
}

/* Whether "Tue Jan  2 10:00:00 2024" stands at p, all 24 bytes of it: what nearly all lines end with. */
static gboolean is_plain_date(const char *p) {
  if (p[3] != ' ' || p[7] != ' ' || p[10] != ' ' || p[13] != ':' || p[16] != ':' || p[19] != ' ')
    return FALSE;
  guint day = read_two(p[8] == ' ' ? '0' : p[8], p[9]), century = read_two(p[20], p[21]);
  return is_weekday((Token){p, 3}) && is_month((Token){p + 4, 3}) && day >= 1 && day <= 31 &&
         read_two(p[11], p[12]) <= 24 && read_two(p[14], p[15]) <= 59 && read_two(p[17], p[18]) <= 61 &&
         century >= 19 && century <= 29 && read_two(p[22], p[23]) <= 99;
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
