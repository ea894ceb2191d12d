/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/strings.h"
#include <string.h>
#include "base/hash.h"
#include "store/varint.h"

#define PAGE_BYTES 65536u
#define OFFSET_BITS 16
/* Of the table of texts: the strings of an archive of any size must not stay in memory to be compared. */
#define MAX_ENTRIES (1u << 18)
/* Four gigabytes of texts of each kind. */
#define MAX_PAGES 65536u
/* Pages follow each other: a number far off is no page's. */
#define MAX_GAP 16

/* ---- Reading. */

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

/* The next of rows with their lengths before them. */
static gboolean next_row(const guint8 **at, const guint8 *end, const guint8 **row, gsize *length) {
  guint64 size;

  if (!lb_varint_read(at, end, &size) || size > (guint64)(end - *at))
    return FALSE;
  *row = *at;
  *length = (gsize)size;
  *at += size;
  return TRUE;
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
    if (!next_row(&at, end, &row, &length) ||
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
  guint64 page = number >> OFFSET_BITS, offset = number & (PAGE_BYTES - 1);

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

/* Rows of people and tags, numbered as they came: 13,000 for linux-hyperv, looked at by each run. */
typedef struct {
  guint32 hash, at, length; /* where it lies in bytes */
} Row;

typedef struct {
  GArray *rows; /* of Row */
  GByteArray *bytes;
  guint32 *slots; /* number + 1; 0: free */
  guint n_slots;
} RowTable;

typedef struct {
  GByteArray *bytes; /* of the current page; NULL: none yet */
  guint32 number;    /* its number, or that of the next one */
  gboolean has_grown;
} Writing;

/* A person met before: mails that were read together share the texts of people, and comparing is quicker than
 * looking up. */
typedef struct {
  const char *name, *email; /* where they lay then; compared with the copies below */
  const char *kept_name, *kept_email;
  guint64 number;
} MetPerson;

#define N_MET 1024u

struct LbStringWriter {
  LbPageFunc write;
  gpointer data;
  gboolean has_failed;
  Table tables[2];
  Writing writing[LB_N_PAGE_KINDS];
  RowTable rows[LB_N_PAGE_KINDS]; /* of people and tags */
  GByteArray *row;
  MetPerson *met; /* N_MET slots */
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

static void row_table_init(RowTable *table) {
  table->rows = g_array_new(FALSE, FALSE, sizeof(Row));
  table->bytes = g_byte_array_new();
  table->n_slots = 1024;
  table->slots = g_new0(guint32, table->n_slots);
}

static void row_table_clear(RowTable *table) {
  g_array_unref(table->rows);
  g_byte_array_unref(table->bytes);
  g_free(table->slots);
}

/* The slot of an equal row, or the free one where it belongs; bytes NULL: any free one. */
static guint find_row_slot(const RowTable *table, guint32 hash, const guint8 *bytes, gsize length) {
  guint slot = hash & (table->n_slots - 1);

  for (; table->slots[slot]; slot = (slot + 1) & (table->n_slots - 1)) {
    const Row *row = &g_array_index(table->rows, Row, table->slots[slot] - 1);
    if (bytes && row->hash == hash && row->length == length &&
        memcmp(table->bytes->data + row->at, bytes, length) == 0)
      break;
  }
  return slot;
}

static void grow_rows(RowTable *table) {
  g_free(table->slots);
  table->n_slots *= 2;
  table->slots = g_new0(guint32, table->n_slots);
  for (guint i = 0; i < table->rows->len; i++)
    table->slots[find_row_slot(table, g_array_index(table->rows, Row, i).hash, NULL, 0)] = i + 1;
}

/* Its number + 1; 0: not there. */
static guint find_row(const RowTable *table, const guint8 *bytes, gsize length) {
  guint32 hash = (guint32)lb_hash_bytes((const char *)bytes, length);

  return table->slots[find_row_slot(table, hash, bytes, length)];
}

/* Numbers go on even for a row that is there already, as a damaged store may have: the first one stays. */
static guint64 note_row(RowTable *table, const guint8 *bytes, gsize length) {
  Row row = {(guint32)lb_hash_bytes((const char *)bytes, length), table->bytes->len, (guint32)length};
  guint slot = find_row_slot(table, row.hash, bytes, length);

  g_byte_array_append(table->bytes, bytes, (guint)length);
  g_array_append_val(table->rows, row);
  if (!table->slots[slot])
    table->slots[slot] = table->rows->len;
  if (4 * table->rows->len > 3 * table->n_slots)
    grow_rows(table);
  return table->rows->len - 1;
}

LbStringWriter *lb_string_writer_new(LbPageFunc write, gpointer data) {
  LbStringWriter *writer = g_new0(LbStringWriter, 1);

  writer->write = write;
  writer->data = data;
  table_init(&writer->tables[LB_PAGE_WORDS]);
  table_init(&writer->tables[LB_PAGE_IDS]);
  for (guint kind = LB_PAGE_PEOPLE; kind < LB_N_PAGE_KINDS; kind++)
    row_table_init(&writer->rows[kind]);
  writer->row = g_byte_array_new();
  writer->met = g_new0(MetPerson, N_MET);
  return writer;
}

void lb_string_writer_free(LbStringWriter *writer) {
  if (!writer)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(writer->tables); i++)
    table_clear(&writer->tables[i]);
  for (guint i = 0; i < G_N_ELEMENTS(writer->writing); i++)
    g_clear_pointer(&writer->writing[i].bytes, g_byte_array_unref);
  for (guint kind = LB_PAGE_PEOPLE; kind < LB_N_PAGE_KINDS; kind++)
    row_table_clear(&writer->rows[kind]);
  g_byte_array_unref(writer->row);
  g_free(writer->met);
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

  if (writing->number >= MAX_PAGES)
    writer->has_failed = TRUE;
  flush(writer, kind);
  if (writing->bytes)
    writing->number++;
  g_clear_pointer(&writing->bytes, g_byte_array_unref);
  if (kind < LB_PAGE_PEOPLE && writer->tables[kind].n > MAX_ENTRIES) {
    table_clear(&writer->tables[kind]);
    table_init(&writer->tables[kind]);
    memset(writer->met, 0, N_MET * sizeof *writer->met);
  }
  writing->bytes = g_byte_array_sized_new((guint)MAX(size, PAGE_BYTES));
  if (kind < LB_PAGE_PEOPLE)
    g_ptr_array_add(writer->tables[kind].pages, g_byte_array_ref(writing->bytes));
}

/* Room at the end of the page, which doesn't move for it. */
static gboolean has_room(const Writing *writing, gsize size) {
  return writing->bytes && writing->bytes->len + size <= PAGE_BYTES;
}

static gboolean index_rows(LbStringWriter *writer, LbPageKind kind, const guint8 *bytes, gsize length) {
  const guint8 *at = bytes, *end = bytes + length, *row;

  while (at < end) {
    if (!next_row(&at, end, &row, &length))
      return FALSE;
    note_row(&writer->rows[kind], row, length);
  }
  return TRUE;
}

gboolean lb_string_writer_add_page(LbStringWriter *writer, LbPageKind kind, guint32 number,
                                   const guint8 *bytes, gsize length) {
  Writing *writing = &writer->writing[kind];

  if (!length || length > G_MAXUINT32 || (kind < LB_PAGE_PEOPLE && bytes[length - 1] != '\0'))
    return FALSE;
  turn(writer, kind, length);
  writing->number = number;
  g_byte_array_append(writing->bytes, bytes, (guint)length);
  if (kind >= LB_PAGE_PEOPLE)
    return index_rows(writer, kind, bytes, length);
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

/* The number of what is in writer->row. */
static guint64 add_row(LbStringWriter *writer, LbPageKind kind) {
  Writing *writing = &writer->writing[kind];
  guint known = find_row(&writer->rows[kind], writer->row->data, writer->row->len);

  if (known)
    return known - 1;
  if (!has_room(writing, writer->row->len + 10))
    turn(writer, kind, writer->row->len + 10);
  lb_varint_append(writing->bytes, writer->row->len);
  g_byte_array_append(writing->bytes, writer->row->data, writer->row->len);
  writing->has_grown = TRUE;
  return note_row(&writer->rows[kind], writer->row->data, writer->row->len);
}

static void put_word(LbStringWriter *writer, const char *word) {
  lb_varint_append(writer->row, word ? lb_string_writer_add(writer, LB_PAGE_WORDS, word, NULL) + 1 : 0);
}

/* The copy of a word in its page. */
static const char *get_kept(const LbStringWriter *writer, const char *word) {
  const Table *table = &writer->tables[LB_PAGE_WORDS];
  return table->entries[find_slot(table, hash_text(word), word)].text;
}

static gboolean is_met(const MetPerson *met, const LbPerson *person) {
  return met->kept_name && met->name == person->name && met->email == person->email &&
         !strcmp(met->kept_name, person->name) && !strcmp(met->kept_email, person->email);
}

guint64 lb_string_writer_add_person(LbStringWriter *writer, const LbPerson *person) {
  guintptr mixed = ((guintptr)person->name >> 3) * 31 + ((guintptr)person->email >> 3);
  MetPerson *met = &writer->met[(mixed ^ mixed >> 10) & (N_MET - 1)];

  if (person->name && person->email && is_met(met, person))
    return met->number;
  g_byte_array_set_size(writer->row, 0);
  put_word(writer, person->name);
  put_word(writer, person->email);
  guint64 number = add_row(writer, LB_PAGE_PEOPLE);
  if (person->name && person->email)
    *met = (MetPerson){person->name, person->email, get_kept(writer, person->name),
                       get_kept(writer, person->email), number};
  if (!met->kept_email)
    met->kept_name = NULL;
  return number;
}

static guint64 collect_marks(const LbSubject *parsed) {
  return (guint64)parsed->has_version | parsed->rfc << 1 | parsed->resend << 2 | parsed->is_reply << 3 |
         parsed->is_ping << 4 | parsed->is_tracked << 5 | parsed->has_patch_tag << 6 |
         parsed->has_patch_word << 7 | parsed->has_pull_tag << 8 | parsed->is_weak_counter << 9 |
         parsed->is_stable << 10 | parsed->is_foreign_tag << 11;
}

guint64 lb_string_writer_add_tags(LbStringWriter *writer, const LbSubject *parsed) {
  const int numbers[] = {parsed->version, parsed->reroll, parsed->index, parsed->total};

  g_byte_array_set_size(writer->row, 0);
  lb_varint_append(writer->row, collect_marks(parsed));
  put_word(writer, parsed->tag);
  put_word(writer, parsed->extra);
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    lb_varint_append(writer->row, lb_varint_fold(numbers[i]));
  lb_varint_append(writer->row, g_strv_length((char **)parsed->prefix));
  for (const char *const *word = parsed->prefix; *word; word++)
    put_word(writer, *word);
  return add_row(writer, LB_PAGE_TAGS);
}

gboolean lb_string_writer_finish(LbStringWriter *writer) {
  for (int kind = 0; kind < LB_N_PAGE_KINDS; kind++)
    flush(writer, (LbPageKind)kind);
  return !writer->has_failed;
}
