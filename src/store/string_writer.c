/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/string_writer.h"
#include <string.h>
#include "base/hash.h"
#include "base/slots.h"
#include "store/varint.h"

/* Of the table of texts: the strings of an archive of any size must not stay in memory to be compared. */
#define MAX_TEXTS (1u << 18)
/* Four gigabytes of texts of each kind; a number and one more are 32 bits. */
#define MAX_PAGES 65535u

/* Texts by their numbers + 1, in pages that stay while the table does. */
typedef struct {
  LbSlots slots;
  GPtrArray
      *pages;    /* of GByteArray with a room of their own, so that texts don't move; NULL: there is none */
  guint32 first; /* the number of the first one */
} TextTable;

/* Where a row of people or tags lies in all of them. */
typedef struct {
  guint32 at, length;
} Row;

/* Rows by their numbers + 1, numbered as they came: 13,000 for linux-hyperv, looked at by each run. */
typedef struct {
  LbSlots slots;
  GArray *rows; /* of Row */
  GByteArray *bytes;
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
  TextTable texts[2];
  RowTable rows[2]; /* of people and of tags */
  Writing writing[LB_N_PAGE_KINDS];
  guint n_expected[LB_N_PAGE_KINDS];
  GByteArray *row;
  MetPerson *met; /* N_MET slots */
};

/* ---- Texts. */

static void text_table_init(TextTable *table) {
  lb_slots_init(&table->slots);
  table->pages = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
}

static void text_table_clear(TextTable *table) {
  lb_slots_clear(&table->slots);
  g_ptr_array_unref(table->pages);
}

static void add_page(TextTable *table, guint32 number, GByteArray *page) {
  if (!table->pages->len)
    table->first = number;
  g_ptr_array_set_size(table->pages, (gint)(number - table->first));
  g_ptr_array_add(table->pages, g_byte_array_ref(page));
}

static const char *get_text(const TextTable *table, guint32 number) {
  const GByteArray *page = table->pages->pdata[(number >> LB_PAGE_OFFSET_BITS) - table->first];
  return (const char *)page->data + (number & (LB_PAGE_BYTES - 1));
}

static gboolean is_text(guint32 number, gconstpointer wanted, gconstpointer data) {
  return !strcmp(get_text(data, number - 1), wanted);
}

static LbSlot *find_text(const TextTable *table, guint32 hash, const char *text) {
  return lb_slots_find(&table->slots, hash, is_text, text, table);
}

/* ---- Rows. */

static void row_table_init(RowTable *table) {
  lb_slots_init(&table->slots);
  table->rows = g_array_new(FALSE, FALSE, sizeof(Row));
  table->bytes = g_byte_array_new();
}

static void row_table_clear(RowTable *table) {
  lb_slots_clear(&table->slots);
  g_array_unref(table->rows);
  g_byte_array_unref(table->bytes);
}

typedef struct {
  const guint8 *bytes;
  gsize length;
} WantedRow;

static gboolean is_row(guint32 number, gconstpointer data, gconstpointer rows) {
  const RowTable *table = rows;
  const WantedRow *wanted = data;
  const Row *row = &g_array_index(table->rows, Row, number - 1);

  return row->length == wanted->length &&
         !memcmp(table->bytes->data + row->at, wanted->bytes, wanted->length);
}

static guint32 hash_row(const WantedRow *wanted) {
  return (guint32)lb_hash_bytes((const char *)wanted->bytes, wanted->length);
}

/* Its number + 1; 0: not there. */
static guint find_row(const RowTable *table, const WantedRow *wanted) {
  return lb_slots_find(&table->slots, hash_row(wanted), is_row, wanted, table)->number;
}

/* Numbers go on even for a row that is there already, as a damaged store may have: the first one stays. */
static guint64 note_row(RowTable *table, const WantedRow *wanted) {
  Row row = {table->bytes->len, (guint32)wanted->length};
  guint32 hash = hash_row(wanted);
  LbSlot *slot = lb_slots_find(&table->slots, hash, is_row, wanted, table);

  g_byte_array_append(table->bytes, wanted->bytes, (guint)wanted->length);
  g_array_append_val(table->rows, row);
  if (!slot->number)
    lb_slots_take(&table->slots, slot, hash, table->rows->len);
  return table->rows->len - 1;
}

/* ---- Pages. */

static RowTable *get_rows(LbStringWriter *writer, LbPageKind kind) {
  return &writer->rows[kind - LB_PAGE_PEOPLE];
}

LbStringWriter *lb_string_writer_new(LbPageFunc write, gpointer data) {
  LbStringWriter *writer = g_new0(LbStringWriter, 1);

  writer->write = write;
  writer->data = data;
  for (guint i = 0; i < G_N_ELEMENTS(writer->texts); i++)
    text_table_init(&writer->texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS(writer->rows); i++)
    row_table_init(&writer->rows[i]);
  writer->row = g_byte_array_new();
  writer->met = g_new0(MetPerson, N_MET);
  return writer;
}

void lb_string_writer_free(LbStringWriter *writer) {
  if (!writer)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(writer->texts); i++)
    text_table_clear(&writer->texts[i]);
  for (guint i = 0; i < G_N_ELEMENTS(writer->rows); i++)
    row_table_clear(&writer->rows[i]);
  for (guint i = 0; i < G_N_ELEMENTS(writer->writing); i++)
    g_clear_pointer(&writer->writing[i].bytes, g_byte_array_unref);
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

/* Begins the page of this number, for at least size bytes. */
static void turn(LbStringWriter *writer, LbPageKind kind, guint32 number, gsize size) {
  Writing *writing = &writer->writing[kind];
  TextTable *texts = kind < LB_PAGE_PEOPLE ? &writer->texts[kind] : NULL;
  gboolean is_full = number >= MAX_PAGES;

  flush(writer, kind);
  /* Nothing more is written then, wherever it stands. */
  writer->has_failed |= is_full;
  writing->number = is_full ? 0 : number;
  g_clear_pointer(&writing->bytes, g_byte_array_unref);
  writing->bytes = g_byte_array_sized_new((guint)MAX(size, LB_PAGE_BYTES));
  if (!texts)
    return;
  if (is_full || texts->slots.n_taken > MAX_TEXTS) {
    text_table_clear(texts);
    text_table_init(texts);
    memset(writer->met, 0, N_MET * sizeof *writer->met);
  }
  add_page(texts, writing->number, writing->bytes);
}

static void turn_next(LbStringWriter *writer, LbPageKind kind, gsize size) {
  const Writing *writing = &writer->writing[kind];

  turn(writer, kind, writing->bytes ? writing->number + 1 : writing->number, size);
}

/* Room at the end of the page, which doesn't move for it. */
static gboolean has_room(const Writing *writing, gsize size) {
  return writing->bytes && writing->bytes->len + size <= LB_PAGE_BYTES;
}

static gboolean index_rows(RowTable *table, const guint8 *bytes, gsize length) {
  const guint8 *at = bytes, *end = bytes + length;
  WantedRow row;

  while (at < end) {
    if (!lb_varint_read_bytes(&at, end, &row.bytes, &row.length))
      return FALSE;
    note_row(table, &row);
  }
  return TRUE;
}

static void index_texts(TextTable *table, guint32 number, const GByteArray *page) {
  const char *bytes = (const char *)page->data;

  for (gsize at = 0; at < page->len && at < LB_PAGE_BYTES; at += strlen(bytes + at) + 1) {
    guint32 hash = lb_hash_string(bytes + at);
    LbSlot *slot = find_text(table, hash, bytes + at);
    if (!slot->number)
      lb_slots_take(&table->slots, slot, hash, (number << LB_PAGE_OFFSET_BITS | (guint32)at) + 1);
  }
}

void lb_string_writer_expect(LbStringWriter *writer, LbPageKind kind, guint n_pages) {
  writer->n_expected[kind] = n_pages;
}

gboolean lb_string_writer_add_page(LbStringWriter *writer, LbPageKind kind, guint32 number,
                                   const guint8 *bytes, gsize length) {
  Writing *writing = &writer->writing[kind];
  gboolean has_texts = kind < LB_PAGE_PEOPLE;
  guint n_more = writer->n_expected[kind] ? writer->n_expected[kind] - 1 : 0;
  LbSlots *slots = has_texts ? &writer->texts[kind].slots : &get_rows(writer, kind)->slots;

  if (!length || length > G_MAXUINT32 || (has_texts && bytes[length - 1] != '\0') || number >= MAX_PAGES ||
      (writing->bytes && number <= writing->number))
    return FALSE;
  turn(writer, kind, number, length);
  g_byte_array_append(writing->bytes, bytes, (guint)length);
  if (has_texts)
    index_texts(&writer->texts[kind], number, writing->bytes);
  else if (!index_rows(get_rows(writer, kind), bytes, length))
    return FALSE;
  /* The others will hold about as much as the first. */
  lb_slots_reserve(slots, (guint)MIN((guint64)slots->n_taken * n_more, MAX_TEXTS));
  writer->n_expected[kind] = 0;
  return TRUE;
}

guint64 lb_string_writer_add(LbStringWriter *writer, LbPageKind kind, const char *text, gboolean *is_new) {
  TextTable *table = &writer->texts[kind];
  Writing *writing = &writer->writing[kind];
  guint32 hash = lb_hash_string(text);
  LbSlot *slot = find_text(table, hash, text);

  if (is_new)
    *is_new = !slot->number;
  if (slot->number)
    return slot->number - 1;
  gsize size = strlen(text) + 1;
  if (!has_room(writing, size)) {
    turn_next(writer, kind, size);
    slot = find_text(table, hash, text);
  }
  guint32 number = writing->number << LB_PAGE_OFFSET_BITS | writing->bytes->len;
  g_byte_array_append(writing->bytes, (const guint8 *)text, (guint)size);
  writing->has_grown = TRUE;
  lb_slots_take(&table->slots, slot, hash, number + 1);
  return number;
}

/* The number of what is in writer->row. */
static guint64 add_row(LbStringWriter *writer, LbPageKind kind) {
  Writing *writing = &writer->writing[kind];
  const WantedRow row = {writer->row->data, writer->row->len};
  guint known = find_row(get_rows(writer, kind), &row);

  if (known)
    return known - 1;
  if (!has_room(writing, row.length + 10))
    turn_next(writer, kind, row.length + 10);
  lb_varint_append(writing->bytes, row.length);
  g_byte_array_append(writing->bytes, row.bytes, (guint)row.length);
  writing->has_grown = TRUE;
  return note_row(get_rows(writer, kind), &row);
}

static void put_word(LbStringWriter *writer, const char *word) {
  lb_varint_append(writer->row, word ? lb_string_writer_add(writer, LB_PAGE_WORDS, word, NULL) + 1 : 0);
}

/* The copy of a word in its page; NULL if the table began anew since. */
static const char *get_kept(const LbStringWriter *writer, const char *word) {
  const TextTable *table = &writer->texts[LB_PAGE_WORDS];
  const LbSlot *slot = find_text(table, lb_hash_string(word), word);
  return slot->number ? get_text(table, slot->number - 1) : NULL;
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
