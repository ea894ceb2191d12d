/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/list_id.h"
#include <string.h>

static size_t line_length(const char *p, const char *end) {
  const char *newline = memchr(p, '\n', (size_t)(end - p));

  return newline ? (size_t)(newline + 1 - p) : (size_t)(end - p);
}

static bool is_empty_line(const char *p, size_t length) {
  return (length == 1 && p[0] == '\n') || (length == 2 && p[0] == '\r' && p[1] == '\n');
}

static bool begins_with(const char *p, const char *end, const char *text) {
  size_t n = strlen(text);

  return (size_t)(end - p) >= n && memcmp(p, text, n) == 0;
}

void lb_list_id_init(LbListIdSearch *search, const char *bytes, size_t length) {
  const char *p = bytes, *end = bytes + length;

  if (begins_with(p, end, "\xef\xbb\xbf"))
    p += 3;
  while (p < end && is_empty_line(p, line_length(p, end)))
    p += line_length(p, end);
  while (begins_with(p, end, "From ") || begins_with(p, end, ">From "))
    p += line_length(p, end);
  search->next = p;
  search->end = end;
}

/* The field that begins at p with its folds; 0 if it may go on behind the bytes. */
static size_t field_length(const char *p, const char *end) {
  size_t n = line_length(p, end);

  while (p + n < end && (p[n] == ' ' || p[n] == '\t'))
    n += line_length(p + n, end);
  return p + n < end ? n : 0;
}

static char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_list_id(const char *p, size_t length, const char **value) {
  static const char name[] = "list-id";

  if (length <= sizeof name - 1)
    return false;
  for (size_t i = 0; i < sizeof name - 1; i++)
    if (to_lower(p[i]) != name[i])
      return false;
  *value = p + 7 + strspn(p + 7, " \t");
  return **value == ':' && (*value)++;
}

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "Development list <devel.example.org>", or the id alone. */
static bool take_id(const char *value, const char *end, char *id, size_t size) {
  const char *open = memrchr(value, '<', (size_t)(end - value)), *close;
  size_t n = 0;

  value = open ? open + 1 : value;
  close = memchr(value, '>', (size_t)(end - value));
  end = close ? close : end;
  while (value < end && is_space(*value))
    value++;
  while (value < end && is_space(end[-1]))
    end--;
  for (; value < end && n + 1 < size; value++)
    id[n++] = to_lower(*value);
  id[n] = '\0';
  return n > 0 && value == end && !memchr(id, '\0', n);
}

bool lb_list_id_next(LbListIdSearch *search, char *id, size_t size) {
  while (search->next < search->end) {
    const char *p = search->next, *value;
    size_t length;

    if (is_empty_line(p, line_length(p, search->end)) || (length = field_length(p, search->end)) == 0)
      break;
    search->next = p + length;
    if (is_list_id(p, length, &value) && take_id(value, p + length, id, size))
      return true;
  }
  search->next = search->end;
  return false;
}

bool lb_list_id_find_body(const char *bytes, size_t length, size_t *seen) {
  LbListIdSearch search;

  lb_list_id_init(&search, bytes, length);
  for (const char *p = *seen > 0 ? bytes + *seen : search.next; p < search.end;) {
    size_t n = line_length(p, search.end);

    if (is_empty_line(p, n))
      return true;
    if (p[n - 1] != '\n')
      return false;
    p += n;
    *seen = (size_t)(p - bytes);
  }
  return false;
}
