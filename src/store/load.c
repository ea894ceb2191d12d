/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include "base/crew.h"
#include "store/query.h"
#include "store/record.h"
#include "store/saving.h"
#include "store/schema.h"
#include "store/stored_mails.h"

static LbStoredMails *stored_mails_new(void) {
  LbStoredMails *stored = g_new0(LbStoredMails, 1);

  stored->mails = g_ptr_array_new();
  stored->arena = lb_arena_new();
  stored->arenas = g_ptr_array_new_with_free_func((GDestroyNotify)lb_arena_free);
  stored->strings = g_ptr_array_new_with_free_func((GDestroyNotify)lb_strings_free);
  stored->bytes = g_ptr_array_new_with_free_func(g_free);
  stored->blocks = g_array_new(FALSE, FALSE, sizeof(LbMailBlock));
  stored->by_address = g_array_new(FALSE, FALSE, sizeof(LbMailBlock));
  stored->counted = g_array_new(FALSE, FALSE, sizeof(LbCountedRange));
  return stored;
}

typedef struct {
  LbStore *store;
  const LbStoreFilter *filter;
  LbStoredMails *stored;
  guint source; /* its place among the filter's */
  LbStrings *strings;
  GArray *gone;  /* of gint64, ascending */
  GArray *rows;  /* of Row, of the source */
  GError *error; /* what is amiss with the rows */
} Loading;

static void fail_damaged(Loading *loading, const char *what) {
  if (!loading->error)
    lb_database_fail_damaged(loading->store, what, &loading->error);
}

/* Calls take for each row until something is amiss. */
static gboolean foreach_row(Loading *loading, sqlite3_stmt *statement,
                            void (*take)(Loading *loading, sqlite3_stmt *statement), GError **error) {
  if (!statement)
    return FALSE;
  while (!loading->error && lb_database_step(loading->store, statement, &loading->error))
    take(loading, statement);
  sqlite3_reset(statement);
  if (!loading->error)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&loading->error));
  return FALSE;
}

static void take_counted(Loading *loading, sqlite3_stmt *statement) {
  GArray *counted = loading->stored->counted;
  LbCountedRange range = {sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                          (guint32)sqlite3_column_int64(statement, 2)};
  const LbCountedRange *before =
      counted->len ? &g_array_index(counted, LbCountedRange, counted->len - 1) : NULL;

  if (range.last < range.first || (before && range.first <= before->last))
    fail_damaged(loading, "mails are counted twice");
  else
    g_array_append_val(counted, range);
}

static void take_gone(Loading *loading, sqlite3_stmt *statement) {
  gint64 id = sqlite3_column_int64(statement, 0);
  g_array_append_val(loading->gone, id);
}

/* A copy that lives as long as the mails. */
static LbBlob keep(Loading *loading, LbBlob blob) {
  guint8 *copy = g_malloc(blob.length + 1);

  if (blob.length)
    memcpy(copy, blob.data, blob.length);
  g_ptr_array_add(loading->stored->bytes, copy);
  return (LbBlob){copy, blob.length};
}

static void take_page(Loading *loading, sqlite3_stmt *statement) {
  gint64 id = sqlite3_column_int64(statement, 0);
  LbBlob bytes = lb_database_column_blob(statement, 2);

  if ((gint64)lb_page_sum(id, bytes) == sqlite3_column_int64(statement, 1)) {
    const guint8 *copy = keep(loading, bytes).data;
    if (LB_PAGE_ID_KIND(id) < LB_N_PAGE_KINDS &&
        lb_strings_add_page(loading->strings, LB_PAGE_ID_KIND(id), LB_PAGE_ID_NUMBER(id), copy, bytes.length))
      return;
  }
  fail_damaged(loading, "a page of texts is not as it was written");
}

/* ---- Batches: rows are taken by one thread, made mails of by several. */

/* As many batches as are worth a thread's while. */
#define BATCHES_PER_PIECE 24

typedef struct {
  gint64 first, n, sum;
  LbBlob blobs[3]; /* keys, places, facts: copies */
} Row;

typedef struct {
  Loading *loading;
  const GArray *rows; /* of Row */
  LbMailBlock *blocks;
  LbArena **arenas;     /* by piece */
  gboolean *has_failed; /* by piece */
} Making;

static void take_row(Loading *loading, sqlite3_stmt *statement) {
  Row row = {sqlite3_column_int64(statement, 0),
             sqlite3_column_int64(statement, 1),
             sqlite3_column_int64(statement, 2),
             {{NULL, 0}}};

  for (int i = 0; i < 3; i++)
    row.blobs[i] = keep(loading, lb_database_column_blob(statement, 3 + i));
  g_array_append_val(loading->rows, row);
}

static int compare_ids(gconstpointer a, gconstpointer b) {
  gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;
  return (one > other) - (one < other);
}

static gboolean is_wanted(const Loading *loading, const LbMail *mail, gint64 id) {
  const LbStoreFilter *filter = loading->filter;

  if (loading->gone->len && bsearch(&id, loading->gone->data, loading->gone->len, sizeof id, compare_ids))
    return FALSE;
  return filter->until == LB_TIME_UNKNOWN || mail->date == LB_TIME_UNKNOWN || mail->date < filter->until;
}

static gboolean make_mail(const Loading *loading, LbRecordReader *reader, LbBlob record, LbBlob place,
                          gint64 id, LbMail *mail) {
  LbLocator locator;

  if (!lb_record_read(reader, record.data, record.length, mail) ||
      !lb_locator_parse_place(place.data, place.length, &locator))
    return FALSE;
  if (!is_wanted(loading, mail, id)) {
    mail->msgid = NULL;
    return TRUE;
  }
  locator.length = mail->origin.length;
  lb_mail_set_locator(mail, &locator, reader->arena);
  mail->source = loading->source & 0xfffff;
  mail->report = lb_counted_find(loading->stored->counted, id);
  return TRUE;
}

static gboolean make_batch(const Loading *loading, LbArena *arena, const Row *row, LbMailBlock *block) {
  LbBlob places = row->blobs[1], facts = row->blobs[2], place, record;
  LbRecordReader reader;

  if (row->n < 1 || (guint64)row->n > places.length || (guint64)row->n > facts.length ||
      (gint64)lb_batch_sum(row->first, (guint)row->n, row->blobs[0], places, facts) != row->sum)
    return FALSE;
  *block = (LbMailBlock){lb_arena_new_array(arena, LbMail, (gsize)row->n), (guint)row->n, row->first, places};
  lb_record_reader_init(&reader, loading->strings, arena, loading->filter->wants);
  for (guint i = 0; i < block->n; i++)
    if (!lb_blob_next_piece(&places, &place) || !lb_blob_next_piece(&facts, &record) ||
        (record.length && !make_mail(loading, &reader, record, place, row->first + i, &block->mails[i])))
      return FALSE;
  return !places.length && !facts.length;
}

static void make_piece(guint piece, gpointer data) {
  Making *making = data;
  guint first = piece * BATCHES_PER_PIECE, end = MIN(first + BATCHES_PER_PIECE, making->rows->len);

  making->arenas[piece] = lb_arena_new();
  for (guint i = first; i < end && !making->has_failed[piece]; i++)
    making->has_failed[piece] = !make_batch(making->loading, making->arenas[piece],
                                            &g_array_index(making->rows, Row, i), &making->blocks[i]);
}

/* Of the source's rows. */
static void make_batches(Loading *loading) {
  guint n = loading->rows->len, n_pieces = (n + BATCHES_PER_PIECE - 1) / BATCHES_PER_PIECE;
  g_autofree LbMailBlock *blocks = g_new0(LbMailBlock, n + 1);
  g_autofree LbArena **arenas = g_new0(LbArena *, n_pieces + 1);
  g_autofree gboolean *has_failed = g_new0(gboolean, n_pieces + 1);
  Making making = {loading, loading->rows, blocks, arenas, has_failed};

  lb_crew_run(loading->filter->jobs, n_pieces, make_piece, &making);
  for (guint i = 0; i < n_pieces; i++) {
    g_ptr_array_add(loading->stored->arenas, arenas[i]);
    if (has_failed[i])
      fail_damaged(loading, "a batch of mails is not as it was written");
  }
  if (!loading->error)
    g_array_append_vals(loading->stored->blocks, blocks, n);
}

/* ---- Sources. */

typedef struct {
  LbMail *mail;
  LbBlob place;
} Placed;

static gint compare_places(gconstpointer a, gconstpointer b) {
  const Placed *one = a, *other = b;
  return lb_locator_compare_places(one->place.data, one->place.length, other->place.data,
                                   other->place.length);
}

/* Of a source that grows at its end all is in order. */
static void list_in_turn(LbStoredMails *stored, guint first_block) {
  for (guint i = first_block; i < stored->blocks->len; i++) {
    const LbMailBlock *block = &g_array_index(stored->blocks, LbMailBlock, i);
    for (guint k = 0; k < block->n; k++)
      if (block->mails[k].msgid)
        g_ptr_array_add(stored->mails, &block->mails[k]);
  }
}

/* What came later may stand before others: mails of a maildir go by their names. */
static void list_by_place(LbStoredMails *stored, guint first_block) {
  g_autoptr(GArray) placed = g_array_new(FALSE, FALSE, sizeof(Placed));

  for (guint i = first_block; i < stored->blocks->len; i++) {
    const LbMailBlock *block = &g_array_index(stored->blocks, LbMailBlock, i);
    LbBlob places = block->places;
    Placed next;
    for (guint k = 0; k < block->n && lb_blob_next_piece(&places, &next.place); k++) {
      next.mail = &block->mails[k];
      if (next.mail->msgid)
        g_array_append_val(placed, next);
    }
  }
  g_array_sort(placed, compare_places);
  for (guint i = 0; i < placed->len; i++)
    g_ptr_array_add(stored->mails, g_array_index(placed, Placed, i).mail);
}

/* By the first place there is: see source/locator.c. */
static gboolean goes_by_names(const LbStoredMails *stored, guint first_block) {
  LbBlob places = {NULL, 0}, place;

  if (first_block < stored->blocks->len)
    places = g_array_index(stored->blocks, LbMailBlock, first_block).places;
  return lb_blob_next_piece(&places, &place) && place.length && *(const guint8 *)place.data == 'm';
}

static void list_mails(Loading *loading, guint first_block) {
  if (goes_by_names(loading->stored, first_block))
    list_by_place(loading->stored, first_block);
  else
    list_in_turn(loading->stored, first_block);
}

static gboolean load_source(Loading *loading, GError **error) {
  gint64 source = loading->filter->sources[loading->source];
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
  guint first_block = loading->stored->blocks->len;

  loading->rows = rows;
  loading->strings = lb_strings_new();
  g_ptr_array_add(loading->stored->strings, loading->strings);
  if (!foreach_row(loading,
                   lb_database_query(loading->store, error,
                                     "SELECT id, sum, bytes FROM page WHERE id BETWEEN ? AND ? ORDER BY id",
                                     "ii", LB_MAIL_ID(source, 0), LB_MAIL_ID(source, G_MAXUINT32)),
                   take_page, error) ||
      !foreach_row(loading,
                   lb_database_query(loading->store, error,
                                     "SELECT first, n, sum, keys, places, facts FROM batch"
                                     " WHERE first BETWEEN ? AND ? ORDER BY first",
                                     "ii", LB_MAIL_ID(source, 0), LB_MAIL_ID(source, G_MAXUINT32)),
                   take_row, error))
    return FALSE;
  make_batches(loading);
  if (loading->error) {
    g_propagate_error(error, g_steal_pointer(&loading->error));
    return FALSE;
  }
  list_mails(loading, first_block);
  return TRUE;
}

/* NULL if that mail isn't loaded. */
static LbMail *find_mail(const LbStoredMails *stored, gint64 id) {
  guint low = 0, high = stored->blocks->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const LbMailBlock *block = &g_array_index(stored->blocks, LbMailBlock, middle);
    if (id < block->first)
      high = middle;
    else if (id >= block->first + block->n)
      low = middle + 1;
    else
      return block->mails[id - block->first].msgid ? &block->mails[id - block->first] : NULL;
  }
  return NULL;
}

static void take_text(Loading *loading, sqlite3_stmt *statement) {
  gint64 id = sqlite3_column_int64(statement, 0), size = sqlite3_column_int64(statement, 1);
  LbMail *mail = find_mail(loading->stored, id);

  if (mail && size > 0 && size <= G_MAXINT32)
    lb_mail_make_details(mail, loading->stored->arena)->message = (LbTextRef){0, (guint32)size, (guint64)id};
}

static void take_told(Loading *loading, sqlite3_stmt *statement) {
  LbMail *mail = find_mail(loading->stored, sqlite3_column_int64(statement, 0));

  if (mail)
    mail->told = sqlite3_column_int64(statement, 1) & 15;
}

static gint compare_blocks(gconstpointer a, gconstpointer b) {
  const LbMailBlock *one = a, *other = b;
  return (one->first > other->first) - (one->first < other->first);
}

static gint compare_addresses(gconstpointer a, gconstpointer b) {
  const LbMailBlock *one = a, *other = b;
  return (one->mails > other->mails) - (one->mails < other->mails);
}

LbStoredMails *lb_store_load(LbStore *store, const LbStoreFilter *filter, GError **error) {
  g_autoptr(LbStoredMails) stored = stored_mails_new();
  g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(gint64));
  Loading loading = {.store = store, .filter = filter, .stored = stored, .gone = gone};

  if (!lb_saving_flush(store, error) ||
      !foreach_row(
          &loading,
          lb_database_query(store, error, "SELECT first, last, report FROM counted ORDER BY first", ""),
          take_counted, error) ||
      !foreach_row(&loading, lb_database_query(store, error, "SELECT mail FROM gone ORDER BY mail", ""),
                   take_gone, error))
    return NULL;
  for (; loading.source < filter->n_sources; loading.source++)
    if (!load_source(&loading, error))
      return NULL;
  g_array_sort(stored->blocks, compare_blocks);
  g_array_append_vals(stored->by_address, stored->blocks->data, stored->blocks->len);
  g_array_sort(stored->by_address, compare_addresses);
  if (!foreach_row(&loading, lb_database_query(store, error, "SELECT mail, size FROM text", ""), take_text,
                   error) ||
      !foreach_row(&loading, lb_database_query(store, error, "SELECT mail, told FROM told", ""), take_told,
                   error))
    return NULL;
  return g_steal_pointer(&stored);
}
