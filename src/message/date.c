/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/date.h"
#include <string.h>
#include "base/period.h"

#define DAY (24 * 60 * 60)

static const char *const months[12] = {"jan", "feb", "mar", "apr", "may", "jun",
                                       "jul", "aug", "sep", "oct", "nov", "dec"};

/* RFC 5322 4.3; hours from UTC.  Military letters mean nothing certain: UTC. */
static const struct {
  const char *name;
  int hours;
} zones[] = {{"ut", 0},   {"utc", 0},  {"gmt", 0},  {"z", 0},    {"est", -5}, {"edt", -4},
             {"cst", -6}, {"cdt", -5}, {"mst", -7}, {"mdt", -6}, {"pst", -8}, {"pdt", -7}};

typedef struct {
  const char *at, *end;
} Reader;

/* Past blanks, commas and comments (nested, RFC 5322 3.2.2). */
static void skip(Reader *reader) {
  int depth = 0;
  for (; reader->at < reader->end; reader->at++) {
    char c = *reader->at;
    if (c == '(')
      depth++;
    else if (c == ')' && depth)
      depth--;
    else if (!depth && c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ',')
      return;
  }
}

/* Up to max digits, none more behind them; -1 if there are none or too many. */
static int read_number(Reader *reader, int max, int *n_digits) {
  int value = 0, n = 0;
  for (; reader->at < reader->end && g_ascii_isdigit(*reader->at); reader->at++, n++) {
    if (n == max)
      return -1;
    value = value * 10 + (*reader->at - '0');
  }
  if (n_digits)
    *n_digits = n;
  return n ? value : -1;
}

static gsize read_word(Reader *reader, char *word, gsize size) {
  gsize n = 0;
  for (; reader->at < reader->end && g_ascii_isalpha(*reader->at); reader->at++)
    if (n + 1 < size)
      word[n++] = g_ascii_tolower(*reader->at);
  word[n] = '\0';
  return n;
}

static gboolean take(Reader *reader, char c) {
  skip(reader);
  if (reader->at >= reader->end || *reader->at != c)
    return FALSE;
  reader->at++;
  return TRUE;
}

static int read_year(Reader *reader) {
  int digits = 0, year = read_number(reader, 4, &digits);
  if (year < 0)
    return -1;
  if (digits == 2)
    return year < 50 ? year + 2000 : year + 1900;
  if (digits == 3)
    return year + 1900;
  return digits == 4 ? year : -1;
}

/* Seconds east of UTC; FALSE if a number is there that is no zone.  No zone at all is -0000: UTC, unsure. */
static gboolean read_zone(Reader *reader, gint64 *seconds) {
  char name[8];
  skip(reader);
  *seconds = 0;
  if (reader->at >= reader->end)
    return TRUE;
  int sign = *reader->at == '-' ? -1 : 1;
  if (*reader->at == '+' || *reader->at == '-') {
    reader->at++;
    int digits = 0, value = read_number(reader, 4, &digits);
    if (value < 0)
      return FALSE;
    if (digits <= 2 && reader->at < reader->end && *reader->at == ':') {
      reader->at++;
      int minutes = read_number(reader, 2, NULL);
      value = minutes < 0 ? -1 : value * 100 + minutes;
    } else if (digits <= 2)
      value *= 100;
    if (value < 0 || value % 100 > 59 || value > 2400)
      return FALSE;
    *seconds = sign * (value / 100 * 3600 + value % 100 * 60);
    return TRUE;
  }
  if (read_word(reader, name, sizeof name))
    for (gsize i = 0; i < G_N_ELEMENTS(zones); i++)
      if (!strcmp(zones[i].name, name))
        *seconds = zones[i].hours * 3600;
  return TRUE;
}

/* Days from 1970-01-01 to a day of the Gregorian calendar. */
static gint64 count_days(int year, int month, int day) {
  gint64 y = year - (month <= 2), era = y / 400, of_era = y % 400;
  gint64 of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static gboolean is_day(int year, int month, int day) {
  static const guint8 lengths[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  gboolean is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return year >= 1000 && day >= 1 && day <= lengths[month - 1] && (month != 2 || day < 29 || is_leap);
}

static gboolean read_time(Reader *reader, int *seconds) {
  skip(reader);
  int hour = read_number(reader, 2, NULL);
  if (hour < 0 || !take(reader, ':'))
    return FALSE;
  skip(reader);
  int minute = read_number(reader, 2, NULL), second = 0;
  if (minute < 0)
    return FALSE;
  if (take(reader, ':')) {
    skip(reader);
    second = read_number(reader, 2, NULL);
    /* A fraction of a second is no RFC's, but met. */
    if (reader->at < reader->end && *reader->at == '.') {
      reader->at++;
      while (reader->at < reader->end && g_ascii_isdigit(*reader->at))
        reader->at++;
    }
  }
  if (hour > 23 || minute > 59 || second < 0 || second > 60)
    return FALSE;
  *seconds = hour * 3600 + minute * 60 + MIN(second, 59);
  return TRUE;
}

static int find_month(Reader *reader) {
  char word[12];
  skip(reader);
  if (read_word(reader, word, sizeof word) < 3)
    return 0;
  for (int i = 0; i < 12; i++)
    if (!strncmp(months[i], word, 3))
      return i + 1;
  return 0;
}

/* n digits at p; -1 if there are others than digits among them. */
static int get_digits(const char *p, int n) {
  int value = 0;
  for (int i = 0; i < n; i++) {
    if (!g_ascii_isdigit(p[i]))
      return -1;
    value = value * 10 + (p[i] - '0');
  }
  return value;
}

/* The months' second and third letters tell them apart. */
#define MONTH(second, third) (((second) + (third)) % 32)
static const gint8 by_letters[32] = {
    [MONTH('a', 'n')] = 1, [MONTH('e', 'b')] = 2,  [MONTH('a', 'r')] = 3,  [MONTH('p', 'r')] = 4,
    [MONTH('a', 'y')] = 5, [MONTH('u', 'n')] = 6,  [MONTH('u', 'l')] = 7,  [MONTH('u', 'g')] = 8,
    [MONTH('e', 'p')] = 9, [MONTH('c', 't')] = 10, [MONTH('o', 'v')] = 11, [MONTH('e', 'c')] = 12,
};

/* From 1, of three letters at p; 0 if they are none. */
static int get_month(const char *p) {
  char letters[3] = {(char)(p[0] | 0x20), (char)(p[1] | 0x20), (char)(p[2] | 0x20)};
  int month = by_letters[MONTH((guint8)letters[1], (guint8)letters[2])];
  return month && !memcmp(letters, months[month - 1], 3) ? month : 0;
}

/* "Tue, 2 Jan 2024 10:00:00 +0100" to the letter, as nearly all dates are; what is behind it counts as little
 * as below.  LB_TIME_UNKNOWN: not of that form. */
static gint64 parse_plain(const char *p, const char *end) {
  while (p < end && *p == ' ')
    p++;
  if (end - p < 30 || p[3] != ',' || p[4] != ' ' || !g_ascii_isalpha(p[0]) || !g_ascii_isalpha(p[1]) ||
      !g_ascii_isalpha(p[2]))
    return LB_TIME_UNKNOWN;
  p += p[5] == ' ' ? 6 : 5; /* "Tue,  2 Jan" */
  int n = p[1] == ' ' ? 1 : 2, day = get_digits(p, n);
  p += n;
  int month = get_month(p + 1), year = get_digits(p + 5, 4), hour = get_digits(p + 10, 2),
      minute = get_digits(p + 13, 2);
  int second = get_digits(p + 16, 2), zone = end - p > 23 ? get_digits(p + 20, 4) : -1;
  if (p[0] != ' ' || p[4] != ' ' || p[9] != ' ' || p[12] != ':' || p[15] != ':' || p[18] != ' ' ||
      (p[19] != '+' && p[19] != '-') || (end - p > 24 && g_ascii_isdigit(p[24])))
    return LB_TIME_UNKNOWN;
  if (day < 0 || !month || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59 || zone < 0 || zone % 100 > 59 || zone > 2400 || !is_day(year, month, day))
    return LB_TIME_UNKNOWN;
  int offset = zone / 100 * 3600 + zone % 100 * 60;
  return count_days(year, month, day) * DAY + hour * 3600 + minute * 60 + second -
         (p[19] == '-' ? -offset : offset);
}

/* ISO 8601, RFC 3339: no RFC 5322 date, but what some scripts write. */
static gint64 parse_iso(Reader *reader) {
  int digits = 0, seconds;
  gint64 zone;
  int year = read_number(reader, 4, &digits);
  if (digits != 4 || !take(reader, '-'))
    return LB_TIME_UNKNOWN;
  int month = read_number(reader, 2, NULL);
  int day = take(reader, '-') ? read_number(reader, 2, NULL) : -1;
  if (reader->at < reader->end && (*reader->at == 'T' || *reader->at == 't'))
    reader->at++;
  if (month < 1 || month > 12 || !is_day(year, month, day) || !read_time(reader, &seconds) ||
      !read_zone(reader, &zone))
    return LB_TIME_UNKNOWN;
  return count_days(year, month, day) * DAY + seconds - zone;
}

gint64 lb_date_parse(const char *text, gsize length) {
  Reader reader = {text, text + length};
  char weekday[12];
  int day, month, year, seconds;
  gint64 zone, plain = parse_plain(text, text + length);
  if (plain != LB_TIME_UNKNOWN)
    return plain;
  skip(&reader);
  const char *begin = reader.at;
  if (reader.end - begin > 4 && g_ascii_isdigit(begin[2]) && begin[4] == '-')
    return parse_iso(&reader);
  if (read_word(&reader, weekday, sizeof weekday))
    skip(&reader);
  if (reader.at < reader.end && g_ascii_isalpha(*reader.at)) {
    /* asctime(3): "Tue Jan  2 10:00:00 2024", and the same with a zone before the year or behind it. */
    month = find_month(&reader);
    skip(&reader);
    day = read_number(&reader, 2, NULL);
    if (!month || day < 0 || !read_time(&reader, &seconds))
      return LB_TIME_UNKNOWN;
    skip(&reader);
    zone = 0;
    if (reader.at < reader.end && !g_ascii_isdigit(*reader.at) && !read_zone(&reader, &zone))
      return LB_TIME_UNKNOWN;
    skip(&reader);
    year = read_year(&reader);
    gint64 behind;
    if (year >= 0 && read_zone(&reader, &behind) && behind)
      zone = behind;
  } else {
    if (reader.at == begin && reader.at < reader.end && !g_ascii_isdigit(*reader.at))
      return LB_TIME_UNKNOWN;
    day = read_number(&reader, 2, NULL);
    if (day < 0)
      return LB_TIME_UNKNOWN;
    take(&reader, '-'); /* RFC 850: 02-Jan-24 */
    month = find_month(&reader);
    take(&reader, '-');
    skip(&reader);
    year = month ? read_year(&reader) : -1;
    if (year < 0 || !read_time(&reader, &seconds) || !read_zone(&reader, &zone))
      return LB_TIME_UNKNOWN;
  }
  if (year < 0 || !is_day(year, month, day))
    return LB_TIME_UNKNOWN;
  return count_days(year, month, day) * DAY + seconds - zone;
}

/* The date behind the last semicolon (RFC 5321 4.4), unless that one stands in a comment behind the date. */
static gint64 parse_received(LbSlice value) {
  const char *end = value.data + value.length, *semicolon = end;
  for (int i = 0; i < 3 && (semicolon = memrchr(value.data, ';', (gsize)(semicolon - value.data))); i++) {
    gint64 time = lb_date_parse(semicolon + 1, (gsize)(end - semicolon - 1));
    if (time != LB_TIME_UNKNOWN)
      return time;
  }
  return LB_TIME_UNKNOWN;
}

static gint64 find_received(const LbHeader *header) {
  for (guint i = 0; i < header->n_received; i++) {
    gint64 time = parse_received(header->received[i]);
    if (time != LB_TIME_UNKNOWN && time >= 0)
      return time;
  }
  return LB_TIME_UNKNOWN;
}

gint64 lb_date_effective(const LbHeader *header, gint64 now, LbDiagSet *diagnostics) {
  LbSlice field = header->fields[LB_FIELD_DATE];
  gint64 date = field.data ? lb_date_parse(field.data, field.length) : LB_TIME_UNKNOWN;
  gint64 received = find_received(header);
  gboolean is_sane = date != LB_TIME_UNKNOWN && date >= 0;
  if (is_sane && received != LB_TIME_UNKNOWN ? ABS(date - received) <= 2 * DAY : is_sane && date < now + DAY)
    return date;
  *diagnostics |= LB_DIAG_BIT(LB_DIAG_DATE_UNUSABLE);
  if (received == LB_TIME_UNKNOWN)
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_DATE_UNKNOWN);
  return received;
}
