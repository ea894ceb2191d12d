/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locators as text for people and as bytes for later runs.  A place begins with a letter for the kind:
 *   g epoch-number commit blob     20 or 32 bytes each; the number is N + 1 of N.git, 0 where there are none
 *   o offset
 *   m name[/folder]                the file's name without flags; folder: relative to the source's own
 *   e
 */
#include <string.h>
#include "source/kind.h"

char *lb_locator_format(const LbLocator *locator) {
  if (locator->id_size == 0)
    return locator->offset == 0 ? g_strdup(locator->file)
                                : g_strdup_printf("%s:%" G_GUINT64_FORMAT, locator->file, locator->offset);
  GString *text = g_string_new(locator->file);
  g_string_append_c(text, ':');
  for (guint i = 0; i < locator->id_size; i++)
    g_string_append_printf(text, "%02x", locator->commit[i]);
  return g_string_free(text, FALSE);
}

void lb_place_add_number(GByteArray *place, guint64 number) {
  guint8 bytes[10];
  guint n = 0;
  for (; number >= 128; number >>= 7)
    bytes[n++] = number | 128;
  bytes[n++] = number;
  g_byte_array_append(place, bytes, n);
}

gboolean lb_place_read_number(const guint8 **p, const guint8 *end, guint64 *number) {
  *number = 0;
  for (guint shift = 0; *p < end && shift < 64; shift += 7) {
    guint8 byte = *(*p)++;
    *number |= (guint64)(byte & 127) << shift;
    if (byte < 128)
      return shift < 63 || byte < 2;
  }
  return FALSE;
}

/* The number that a git or mbox place begins with; what follows it is at *rest. */
static gboolean read_first_number(const guint8 *place, gsize length, guint64 *number, const guint8 **rest) {
  *rest = place + 1;
  return lb_place_read_number(rest, place + length, number);
}

static gboolean parse_ids(const guint8 *p, gsize length, LbLocator *locator) {
  gsize size = length / 2;
  if (length % 2 != 0 || (size != 20 && size != 32))
    return FALSE;
  locator->id_size = size;
  memcpy(locator->commit, p, size);
  memcpy(locator->blob, p + size, size);
  return TRUE;
}

gboolean lb_locator_parse_place(const guint8 *place, gsize length, LbLocator *locator) {
  const guint8 *rest;
  guint64 number;
  *locator = (LbLocator){.file = ""};
  if (length == 0)
    return FALSE;
  switch (*place) {
  case LB_PLACE_GIT:
    return read_first_number(place, length, &number, &rest) &&
           parse_ids(rest, place + length - rest, locator);
  case LB_PLACE_MBOX:
    return read_first_number(place, length, &locator->offset, &rest) && rest == place + length;
  case LB_PLACE_MAILDIR:
    return length > 1;
  case LB_PLACE_EML:
    return length == 1;
  default:
    return FALSE;
  }
}

static int compare_bytes(const guint8 *a, gsize a_length, const guint8 *b, gsize b_length) {
  int order = memcmp(a, b, MIN(a_length, b_length));
  return order ? order : (a_length > b_length) - (a_length < b_length);
}

/* Names first, then folders: as LbFolder sorts them. */
static int compare_files(const guint8 *a, gsize a_length, const guint8 *b, gsize b_length) {
  const guint8 *a_slash = memchr(a, '/', a_length), *b_slash = memchr(b, '/', b_length);
  gsize a_name = a_slash ? (gsize)(a_slash - a) : a_length,
        b_name = b_slash ? (gsize)(b_slash - b) : b_length;
  int order = compare_bytes(a, a_name, b, b_name);
  return order ? order : compare_bytes(a + a_name, a_length - a_name, b + b_name, b_length - b_name);
}

int lb_locator_compare_places(const guint8 *a, gsize a_length, const guint8 *b, gsize b_length) {
  const guint8 *rest;
  guint64 x, y;
  if (a_length == 0 || b_length == 0 || *a != *b)
    return compare_bytes(a, a_length, b, b_length);
  if (*a == LB_PLACE_MAILDIR)
    return compare_files(a + 1, a_length - 1, b + 1, b_length - 1);
  if (!read_first_number(a, a_length, &x, &rest) || !read_first_number(b, b_length, &y, &rest))
    return 0;
  return (x > y) - (x < y);
}
