/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/strings.h"
#include <string.h>
#include "base/hash.h"
#include "store/varint.h"

#define PAGE_BYTES 65536u
#define OFFSET_BITS 16
/* Of the table of texts: the strings of an archive of any size must not stay in memory to be compared. */
#define MAX_ENTRIES (1u << 18)

/* ---- Reading. */

typedef struct {
  const char *bytes; /* NULL: there is no such page */
  gsize length;
} Page;

struct LbStrings {
  GArray *pages[2]; /* of Page, by number */
  GArray *people;   /* of LbPerson */
};

LbStrings *lb_strings_new(void) {
  LbStrings *strings = g_new0(LbStrings, 1);

  for (guint i = 0; i < G_N_ELEMENTS(strings->pages); i++)
    strings->pages[i] = g_array_new(FALSE, TRUE, sizeof(Page));
  strings->people = g_array_new(FALSE, TRUE, sizeof(LbPerson));
  return strings;
}

void lb_strings_free(LbStrings *strings) {
  if (!strings)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(strings->pages); i++)
    g_array_unref(strings->pages[i]);
  g_array_unref(strings->people);
  g_free(strings);
}

static gboolean add_people(LbStrings *strings, const guint8 *bytes, gsize length) {
  const guint8 *at = bytes, *end = bytes + length;

  while (at < end) {
    guint64 name, email;
    LbPerson person = {NULL, NULL};
    if (!lb_varint_read(&at, end, &name) || !lb_varint_read(&at, end, &email))
      return FALSE;
    /* 0 stands for NULL. */
    if (name && !(person.name = lb_strings_find(strings, LB_PAGE_WORDS, name - 1)))
      return FALSE;
    if (email && !(person.email = lb_strings_find(strings, LB_PAGE_WORDS, email - 1)))
      return FALSE;
    g_array_append_val(strings->people, person);
  }
  return TRUE;
}

gboolean lb_strings_add_page(LbStrings *strings, LbPageKind kind, guint32 number, const guint8 *bytes,
                             gsize length) {
  if (!length)
    return FALSE;
  if (kind == LB_PAGE_PEOPLE)
    return add_people(strings, bytes, length);
  GArray *pages = strings->pages[kind];
  if (bytes[length - 1] != '\0' || number < pages->len || number - pages->len > MAX_ENTRIES)
    return FALSE;
  g_array_set_size(pages, number + 1);
  g_array_index(pages, Page, number) = (Page){(const char *)bytes, length};
  return TRUE;
}

const char *lb_strings_find(const LbStrings *strings, LbPageKind kind, guint64 number) {
  const GArray *pages = strings->pages[kind];
  guint64 page = number >> OFFSET_BITS, offset = number & (PAGE_BYTES - 1);

  if (page >= pages->len || offset >= g_array_index(pages, Page, page).length)
    return NULL;
  return g_array_index(pages, Page, page).bytes + offset;
}

const LbPerson *lb_strings_find_person(const LbStrings *strings, guint64 number) {
  return number < strings->people->len ? &g_array_index(strings->people, LbPerson, number) : NULL;
}

/* ---- Writing. */

/* Open addressing; the texts lie in the pages, which stay while the table does. */
typedef struct {
  guint32 hash;
  const char *text; /* NULL: free */
  guint64 number;
} Entry;

typedef struct {
  Entry *entries;
  guint n_slots, n;
  GPtrArray *pages; /* of GByteArray: with a room of their own, so that texts don't move */
} Table;

typedef struct {
  GByteArray *bytes; /* of the current page; NULL: none yet */
  guint32 number;    /* its number, or that of the next one */
  gboolean has_grown;
} Writing;

struct LbStringWriter {
  LbPageFunc write;
  gpointer data;
  gboolean has_failed;
  Table tables[2];
  Writing writing[LB_N_PAGE_KINDS];
  GHashTable *people; /* of (name, email) as one number -> number + 1 */
  guint32 n_people;
};

static void table_init(Table *table) {
  table->n_slots = 1024;
  table->entries = g_new0(Entry, table->n_slots);
  table->n = 0;
  table->pages = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
}

static void table_clear(Table *table) {
  g_free(table->entries);
  g_ptr_array_unref(table->pages);
}

static guint find_slot(const Table *table, guint32 hash, const char *text) {
  guint slot = hash & (table->n_slots - 1);

  for (; table->entries[slot].text; slot = (slot + 1) & (table->n_slots - 1))
    if (text && table->entries[slot].hash == hash && !strcmp(table->entries[slot].text, text))
      break;
  return slot;
}

static void grow(Table *table) {
  Entry *old = table->entries;
  guint n_old = table->n_slots;

  table->n_slots *= 2;
  table->entries = g_new0(Entry, table->n_slots);
  for (guint i = 0; i < n_old; i++)
    if (old[i].text)
      table->entries[find_slot(table, old[i].hash, NULL)] = old[i];
  g_free(old);
}

static void insert(Table *table, guint slot, guint32 hash, const char *text, guint64 number) {
  table->entries[slot] = (Entry){hash, text, number};
  if (4 * ++table->n > 3 * table->n_slots)
    grow(table);
}

static guint32 hash_text(const char *text) {
  return lb_hash_string(text);
}

LbStringWriter *lb_string_writer_new(LbPageFunc write, gpointer data) {
  LbStringWriter *writer = g_new0(LbStringWriter, 1);

  writer->write = write;
  writer->data = data;
  table_init(&writer->tables[LB_PAGE_WORDS]);
  table_init(&writer->tables[LB_PAGE_IDS]);
  writer->people = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  return writer;
}

void lb_string_writer_free(LbStringWriter *writer) {
  if (!writer)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(writer->tables); i++)
    table_clear(&writer->tables[i]);
  for (guint i = 0; i < G_N_ELEMENTS(writer->writing); i++)
    g_clear_pointer(&writer->writing[i].bytes, g_byte_array_unref);
  g_hash_table_unref(writer->people);
  g_free(writer);
}

static void flush(LbStringWriter *writer, LbPageKind kind) {
  Writing *writing = &writer->writing[kind];

  if (writing->bytes && writing->has_grown && !writer->has_failed &&
      !writer->write(kind, writing->number, writing->bytes->data, writing->bytes->len, writer->data))
    writer->has_failed = TRUE;
  writing->has_grown = FALSE;
}

/* Begins a page for at least size bytes. */
static void turn(LbStringWriter *writer, LbPageKind kind, gsize size) {
  Writing *writing = &writer->writing[kind];

  flush(writer, kind);
  if (writing->bytes)
    writing->number++;
  g_clear_pointer(&writing->bytes, g_byte_array_unref);
  if (kind != LB_PAGE_PEOPLE && writer->tables[kind].n > MAX_ENTRIES) {
    table_clear(&writer->tables[kind]);
    table_init(&writer->tables[kind]);
  }
  writing->bytes = g_byte_array_sized_new((guint)MAX(size, PAGE_BYTES));
  if (kind != LB_PAGE_PEOPLE)
    g_ptr_array_add(writer->tables[kind].pages, g_byte_array_ref(writing->bytes));
}

/* Room at the end of the page, which doesn't move for it. */
static gboolean has_room(const Writing *writing, gsize size) {
  return writing->bytes && writing->bytes->len + size <= PAGE_BYTES;
}

static gint64 *new_key(guint64 name, guint64 email) {
  gint64 *key = g_new(gint64, 1);

  *key = (gint64)(name << 32 ^ email);
  return key;
}

static gboolean index_people(LbStringWriter *writer, const guint8 *bytes, gsize length) {
  const guint8 *at = bytes, *end = bytes + length;

  while (at < end) {
    guint64 name, email;
    if (!lb_varint_read(&at, end, &name) || !lb_varint_read(&at, end, &email))
      return FALSE;
    g_hash_table_insert(writer->people, new_key(name, email), GUINT_TO_POINTER(++writer->n_people));
  }
  return TRUE;
}

gboolean lb_string_writer_add_page(LbStringWriter *writer, LbPageKind kind, guint32 number,
                                   const guint8 *bytes, gsize length) {
  Writing *writing = &writer->writing[kind];

  if (!length || length > G_MAXUINT32 || (kind != LB_PAGE_PEOPLE && bytes[length - 1] != '\0'))
    return FALSE;
  turn(writer, kind, length);
  writing->number = number;
  g_byte_array_append(writing->bytes, bytes, (guint)length);
  if (kind == LB_PAGE_PEOPLE)
    return index_people(writer, bytes, length);
  const char *page = (const char *)writing->bytes->data;
  for (gsize at = 0; at < length && at < PAGE_BYTES; at += strlen(page + at) + 1) {
    guint32 hash = hash_text(page + at);
    guint slot = find_slot(&writer->tables[kind], hash, page + at);
    if (!writer->tables[kind].entries[slot].text)
      insert(&writer->tables[kind], slot, hash, page + at, (guint64)number << OFFSET_BITS | at);
  }
  return TRUE;
}

guint64 lb_string_writer_add(LbStringWriter *writer, LbPageKind kind, const char *text, gboolean *is_new) {
  Table *table = &writer->tables[kind];
  Writing *writing = &writer->writing[kind];
  guint32 hash = hash_text(text);
  guint slot = find_slot(table, hash, text);

  if (is_new)
    *is_new = !table->entries[slot].text;
  if (table->entries[slot].text)
    return table->entries[slot].number;
  gsize size = strlen(text) + 1;
  if (!has_room(writing, size)) {
    turn(writer, kind, size);
    slot = find_slot(table, hash, text);
  }
  guint64 number = (guint64)writing->number << OFFSET_BITS | writing->bytes->len;
  const char *kept = (const char *)writing->bytes->data + writing->bytes->len;
  g_byte_array_append(writing->bytes, (const guint8 *)text, (guint)size);
  writing->has_grown = TRUE;
  insert(table, slot, hash, kept, number);
  return number;
}

guint64 lb_string_writer_add_person(LbStringWriter *writer, const LbPerson *person) {
  Writing *writing = &writer->writing[LB_PAGE_PEOPLE];
  guint64 name = person->name ? lb_string_writer_add(writer, LB_PAGE_WORDS, person->name, NULL) + 1 : 0;
  guint64 email = person->email ? lb_string_writer_add(writer, LB_PAGE_WORDS, person->email, NULL) + 1 : 0;
  g_autofree gint64 *key = new_key(name, email);
  guint known = GPOINTER_TO_UINT(g_hash_table_lookup(writer->people, key));

  if (known)
    return known - 1;
  if (!has_room(writing, 20))
    turn(writer, LB_PAGE_PEOPLE, 20);
  lb_varint_append(writing->bytes, name);
  lb_varint_append(writing->bytes, email);
  writing->has_grown = TRUE;
  g_hash_table_insert(writer->people, g_steal_pointer(&key), GUINT_TO_POINTER(++writer->n_people));
  return writer->n_people - 1;
}

gboolean lb_string_writer_finish(LbStringWriter *writer) {
  for (int kind = 0; kind < LB_N_PAGE_KINDS; kind++)
    flush(writer, (LbPageKind)kind);
  return !writer->has_failed;
}
