/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/strings.h"
#include "store/varint.h"

/* Pages follow each other: a number far off is no page's. */
#define MAX_GAP 16

typedef struct {
  const char *bytes; /* NULL: there is no such page */
  gsize length;
} Page;

struct LbStrings {
  GArray *pages[2]; /* of Page, by number */
  GArray *people;   /* of LbPerson */
  GArray *tags;     /* of LbSubject */
  LbArena *arena;   /* of what tags need */
};

LbStrings *lb_strings_new(void) {
  LbStrings *strings = g_new0(LbStrings, 1);

  for (guint i = 0; i < G_N_ELEMENTS(strings->pages); i++)
    strings->pages[i] = g_array_new(FALSE, TRUE, sizeof(Page));
  strings->people = g_array_new(FALSE, TRUE, sizeof(LbPerson));
  strings->tags = g_array_new(FALSE, TRUE, sizeof(LbSubject));
  strings->arena = lb_arena_new();
  return strings;
}

void lb_strings_free(LbStrings *strings) {
  if (!strings)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(strings->pages); i++)
    g_array_unref(strings->pages[i]);
  g_array_unref(strings->people);
  g_array_unref(strings->tags);
  lb_arena_free(strings->arena);
  g_free(strings);
}

/* 0 stands for NULL. */
static gboolean read_word(const LbStrings *strings, const guint8 **at, const guint8 *end, const char **word) {
  guint64 number;

  *word = NULL;
  return lb_varint_read(at, end, &number) &&
         (!number || (*word = lb_strings_find(strings, LB_PAGE_WORDS, number - 1)));
}

static gboolean add_person(LbStrings *strings, const guint8 *at, const guint8 *end) {
  LbPerson person;

  if (!read_word(strings, &at, end, &person.name) || !read_word(strings, &at, end, &person.email))
    return FALSE;
  g_array_append_val(strings->people, person);
  return TRUE;
}

static gboolean read_number(const guint8 **at, const guint8 *end, gint64 *number) {
  guint64 folded;

  if (!lb_varint_read(at, end, &folded))
    return FALSE;
  *number = lb_varint_unfold(folded);
  return *number >= G_MININT16 && *number <= G_MAXINT16;
}

static void set_marks(LbSubject *parsed, guint64 marks) {
  parsed->has_version = marks & 1;
  parsed->rfc = marks >> 1 & 1;
  parsed->resend = marks >> 2 & 1;
  parsed->is_reply = marks >> 3 & 1;
  parsed->is_ping = marks >> 4 & 1;
  parsed->is_tracked = marks >> 5 & 1;
  parsed->has_patch_tag = marks >> 6 & 1;
  parsed->has_patch_word = marks >> 7 & 1;
  parsed->has_pull_tag = marks >> 8 & 1;
  parsed->is_weak_counter = marks >> 9 & 1;
  parsed->is_stable = marks >> 10 & 1;
  parsed->is_foreign_tag = marks >> 11 & 1;
}

static gboolean add_tags(LbStrings *strings, const guint8 *at, const guint8 *end) {
  LbSubject parsed = {0};
  guint64 marks, n;
  gint64 numbers[4];

  if (!lb_varint_read(&at, end, &marks) || !read_word(strings, &at, end, &parsed.tag) || !parsed.tag ||
      !read_word(strings, &at, end, &parsed.extra))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (!read_number(&at, end, &numbers[i]))
      return FALSE;
  if (!lb_varint_read(&at, end, &n) || n > (guint64)(end - at))
    return FALSE;
  const char **prefix = lb_arena_new_array(strings->arena, const char *, n + 1);
  for (guint i = 0; i < n; i++)
    if (!read_word(strings, &at, end, &prefix[i]) || !prefix[i])
      return FALSE;
  set_marks(&parsed, marks);
  parsed.version = (gint16)numbers[0];
  parsed.reroll = (gint16)numbers[1];
  parsed.index = (gint16)numbers[2];
  parsed.total = (gint16)numbers[3];
  parsed.prefix = prefix;
  g_array_append_val(strings->tags, parsed);
  return TRUE;
}

gboolean lb_strings_add_page(LbStrings *strings, LbPageKind kind, guint32 number, const guint8 *bytes,
                             gsize length) {
  const guint8 *at = bytes, *end = bytes + length, *row;

  if (!length)
    return FALSE;
  while (kind >= LB_PAGE_PEOPLE && at < end)
    if (!lb_varint_read_bytes(&at, end, &row, &length) ||
        !(kind == LB_PAGE_PEOPLE ? add_person : add_tags)(strings, row, row + length))
      return FALSE;
  if (kind >= LB_PAGE_PEOPLE)
    return TRUE;
  GArray *pages = strings->pages[kind];
  if (bytes[length - 1] != '\0' || number < pages->len || number - pages->len > MAX_GAP)
    return FALSE;
  g_array_set_size(pages, number + 1);
  g_array_index(pages, Page, number) = (Page){(const char *)bytes, length};
  return TRUE;
}

const char *lb_strings_find(const LbStrings *strings, LbPageKind kind, guint64 number) {
  const GArray *pages = strings->pages[kind];
  guint64 page = number >> LB_PAGE_OFFSET_BITS, offset = number & (LB_PAGE_BYTES - 1);

  if (page >= pages->len || offset >= g_array_index(pages, Page, page).length)
    return NULL;
  return g_array_index(pages, Page, page).bytes + offset;
}

const LbPerson *lb_strings_find_person(const LbStrings *strings, guint64 number) {
  return number < strings->people->len ? &g_array_index(strings->people, LbPerson, number) : NULL;
}

const LbSubject *lb_strings_find_tags(const LbStrings *strings, guint64 number) {
  return number < strings->tags->len ? &g_array_index(strings->tags, LbSubject, number) : NULL;
}
