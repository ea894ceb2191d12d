/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/key_file.h"
#include <string.h>

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

void lb_key_file_init(LbKeyFile *file, const char *bytes, size_t length) {
  *file = (LbKeyFile){.next = bytes, .end = bytes + length};
}

static void fail(LbKeyLine *line, const char *mistake) {
  line->kind = LB_KEY_LINE_BAD;
  line->mistake = mistake;
}

static void read_group(LbKeyFile *file, LbKeyLine *line, const char *p, const char *end) {
  const char *close;

  while (end > p && is_blank(end[-1]))
    end--;
  close = memchr(p, ']', (size_t)(end - p));
  line->kind = LB_KEY_LINE_GROUP;
  line->name = p + 1;
  if (!close || close + 1 != end || close == p + 1 || memchr(p + 1, '[', (size_t)(close - p - 1)))
    fail(line, "is no group: [NAME]");
  else
    line->name_length = (size_t)(close - line->name);
  file->is_in_group = true;
}

static void read_value(const LbKeyFile *file, LbKeyLine *line, const char *p, const char *end) {
  const char *equals = memchr(p, '=', (size_t)(end - p)), *stop = equals;

  if (!equals) {
    fail(line, "is neither a group, nor a key with its value, nor a comment");
    return;
  }
  while (stop > p && is_blank(stop[-1]))
    stop--;
  for (equals++; equals < end && is_blank(*equals);)
    equals++;
  line->kind = LB_KEY_LINE_VALUE;
  line->name = p;
  line->name_length = (size_t)(stop - p);
  line->value = equals;
  line->value_length = (size_t)(end - equals);
  if (line->name_length == 0)
    fail(line, "has a value without a key");
  else if (!file->is_in_group)
    fail(line, "has a key before the first group");
}

bool lb_key_file_next(LbKeyFile *file, LbKeyLine *line) {
  while (file->next < file->end) {
    const char *p = file->next, *end = memchr(p, '\n', (size_t)(file->end - p));

    end = end ? end : file->end;
    file->next = end < file->end ? end + 1 : end;
    *line = (LbKeyLine){.number = ++file->number};
    if (end > p && end[-1] == '\r')
      end--;
    while (p < end && is_blank(*p))
      p++;
    if (p == end || *p == '#')
      continue;
    if (memchr(p, '\0', (size_t)(end - p)))
      fail(line, "holds a NUL byte");
    else if (*p == '[')
      read_group(file, line, p, end);
    else
      read_value(file, line, p, end);
    return true;
  }
  *line = (LbKeyLine){.number = file->number};
  return false;
}

/* Reads up to stop (0: to the end); returns how much of value was read, -1 for a mistake. */
static ptrdiff_t decode(const char *value, size_t length, char stop, char *out, size_t size) {
  size_t i = 0, n = 0;

  for (; i < length && !(stop && value[i] == stop); i++) {
    char c = value[i];

    if (c == '\\') {
      if (++i == length)
        return -1;
      switch (value[i]) {
      case 's':
        c = ' ';
        break;
      case 'n':
        c = '\n';
        break;
      case 't':
        c = '\t';
        break;
      case 'r':
        c = '\r';
        break;
      case '\\':
        break;
      case ';':
        if (!stop)
          return -1;
        c = ';';
        break;
      default:
        return -1;
      }
    }
    if (n + 1 >= size)
      return -1;
    out[n++] = c;
  }
  if (n >= size)
    return -1;
  out[n] = '\0';
  return (ptrdiff_t)i;
}

bool lb_key_file_decode(const char *value, size_t length, char *out, size_t size) {
  return decode(value, length, 0, out, size) >= 0;
}

bool lb_key_file_next_item(const char **value, size_t *length, char *out, size_t size, bool *mistake) {
  ptrdiff_t n;

  *mistake = false;
  if (*length == 0)
    return false;
  n = decode(*value, *length, ';', out, size);
  if (n < 0) {
    *mistake = true;
    return false;
  }
  if ((size_t)n < *length)
    n++;
  *value += n;
  *length -= (size_t)n;
  return true;
}
