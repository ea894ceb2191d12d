/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/query.h"
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "store/deflate.h"
#include "store/record.h"
#include "store/saving.h"
#include "store/schema.h"
#include "store/stored_mails.h"
#include "store/varint.h"

void lb_stored_mails_free(LbStoredMails *stored) {
  if (!stored)
    return;
  g_ptr_array_unref(stored->mails);
  g_ptr_array_unref(stored->strings);
  g_ptr_array_unref(stored->bytes);
  g_array_unref(stored->blocks);
  g_array_unref(stored->counted);
  lb_arena_free(stored->arena);
  g_free(stored);
}

static LbStoredMails *stored_mails_new(void) {
  LbStoredMails *stored = g_new0(LbStoredMails, 1);

  stored->mails = g_ptr_array_new();
  stored->arena = lb_arena_new();
  stored->strings = g_ptr_array_new_with_free_func((GDestroyNotify)lb_strings_free);
  stored->bytes = g_ptr_array_new_with_free_func(g_free);
  stored->blocks = g_array_new(FALSE, FALSE, sizeof(LbMailBlock));
  stored->counted = g_array_new(FALSE, FALSE, sizeof(LbCountedRange));
  return stored;
}

GPtrArray *lb_stored_mails_get(LbStoredMails *stored) {
  return stored->mails;
}

LbArena *lb_stored_mails_get_arena(LbStoredMails *stored) {
  return stored->arena;
}

gint64 lb_stored_mails_find_id(const LbStoredMails *stored, const LbMail *mail) {
  for (guint i = 0; i < stored->blocks->len; i++) {
    const LbMailBlock *block = &g_array_index(stored->blocks, LbMailBlock, i);
    if (mail >= block->mails && mail < block->mails + block->n)
      return block->first + (mail - block->mails);
  }
  return -1;
}

guint32 lb_counted_find(const GArray *counted, gint64 id) {
  guint low = 0, high = counted->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const LbCountedRange *range = &g_array_index(counted, LbCountedRange, middle);
    if (id < range->first)
      high = middle;
    else if (id > range->last)
      low = middle + 1;
    else
      return range->report;
  }
  return LB_REPORT_PENDING;
}

/* ---- Loading. */

typedef struct {
  LbStore *store;
  const LbStoreFilter *filter;
  LbStoredMails *stored;
  guint source; /* its place among the filter's */
  LbStrings *strings;
  GArray *gone;  /* of gint64, ascending */
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

static void take_page(Loading *loading, sqlite3_stmt *statement) {
  gint64 id = sqlite3_column_int64(statement, 0);
  LbBlob bytes = lb_database_column_blob(statement, 2);

  if ((gint64)lb_page_sum(id, bytes) == sqlite3_column_int64(statement, 1)) {
    guint8 *copy = g_memdup2(bytes.data, bytes.length);
    g_ptr_array_add(loading->stored->bytes, copy);
    if (LB_PAGE_ID_KIND(id) < LB_N_PAGE_KINDS &&
        lb_strings_add_page(loading->strings, LB_PAGE_ID_KIND(id), LB_PAGE_ID_NUMBER(id), copy, bytes.length))
      return;
  }
  fail_damaged(loading, "a page of texts is not as it was written");
}

/* The next of a row of lengths and bytes; FALSE if there is none. */
static gboolean next_piece(LbBlob *rest, LbBlob *piece) {
  const guint8 *at = rest->data, *end = at + rest->length;
  guint64 length;

  if (!rest->length || !lb_varint_read(&at, end, &length) || length > (guint64)(end - at))
    return FALSE;
  *piece = (LbBlob){at, length};
  *rest = (LbBlob){at + length, (gsize)(end - at) - length};
  return TRUE;
}

static gboolean set_place(const Loading *loading, LbMail *mail, LbBlob place) {
  const LbStoreFilter *filter = loading->filter;
  LbLocator locator = {0};

  if (!(filter->parse_place &&
        filter->parse_place(loading->source, place.data, place.length, &locator, filter->data)) &&
      !lb_locator_parse_place(place.data, place.length, &locator))
    return FALSE;
  if (!locator.length)
    locator.length = mail->origin.length;
  lb_mail_set_locator(mail, &locator, loading->stored->arena);
  return TRUE;
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

static gboolean take_mails(Loading *loading, const LbMailBlock *block, LbBlob places, LbBlob facts) {
  LbStoredMails *stored = loading->stored;
  LbRecordReader reader;
  LbBlob place, record;

  lb_record_reader_init(&reader, loading->strings, stored->arena, loading->filter->wants);
  for (guint i = 0; i < block->n; i++) {
    LbMail *mail = &block->mails[i];
    if (!next_piece(&places, &place) || !next_piece(&facts, &record))
      return FALSE;
    if (!record.length)
      continue;
    if (!lb_record_read(&reader, record.data, record.length, mail))
      return FALSE;
    if (!is_wanted(loading, mail, block->first + i)) {
      mail->msgid = NULL;
      continue;
    }
    if (!set_place(loading, mail, place))
      return FALSE;
    mail->source = loading->source & 0xfffff;
    mail->report = lb_counted_find(stored->counted, block->first + i);
    g_ptr_array_add(stored->mails, mail);
  }
  return !places.length && !facts.length;
}

static void take_batch(Loading *loading, sqlite3_stmt *statement) {
  gint64 first = sqlite3_column_int64(statement, 0), n = sqlite3_column_int64(statement, 1);
  LbBlob blobs[3];

  for (int i = 0; i < 3; i++)
    blobs[i] = lb_database_column_blob(statement, 3 + i);
  if (n >= 1 && (guint64)n <= blobs[1].length && (guint64)n <= blobs[2].length &&
      (gint64)lb_batch_sum(first, (guint)n, blobs[0], blobs[1], blobs[2]) ==
          sqlite3_column_int64(statement, 2)) {
    LbMailBlock block = {lb_arena_new_array(loading->stored->arena, LbMail, (gsize)n), (guint)n, first};
    g_array_append_val(loading->stored->blocks, block);
    if (take_mails(loading, &block, blobs[1], blobs[2]))
      return;
  }
  fail_damaged(loading, "a batch of mails is not as it was written");
}

static gboolean load_source(Loading *loading, GError **error) {
  gint64 source = loading->filter->sources[loading->source];

  loading->strings = lb_strings_new();
  g_ptr_array_add(loading->stored->strings, loading->strings);
  return foreach_row(loading,
                     lb_database_query(loading->store, error,
                                       "SELECT id, sum, bytes FROM page WHERE id BETWEEN ? AND ? ORDER BY id",
                                       "ii", LB_MAIL_ID(source, 0), LB_MAIL_ID(source, G_MAXUINT32)),
                     take_page, error) &&
         foreach_row(loading,
                     lb_database_query(loading->store, error,
                                       "SELECT first, n, sum, keys, places, facts FROM batch"
                                       " WHERE first BETWEEN ? AND ? ORDER BY first",
                                       "ii", LB_MAIL_ID(source, 0), LB_MAIL_ID(source, G_MAXUINT32)),
                     take_batch, error);
}

/* NULL if that mail isn't loaded. */
static LbMail *find_mail(const LbStoredMails *stored, gint64 id) {
  for (guint i = 0; i < stored->blocks->len; i++) {
    const LbMailBlock *block = &g_array_index(stored->blocks, LbMailBlock, i);
    if (id >= block->first && id < block->first + block->n)
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
  if (!foreach_row(&loading, lb_database_query(store, error, "SELECT mail, size FROM text", ""), take_text,
                   error) ||
      !foreach_row(&loading, lb_database_query(store, error, "SELECT mail, told FROM told", ""), take_told,
                   error))
    return NULL;
  return g_steal_pointer(&stored);
}

/* ---- What belongs to single mails. */

gboolean lb_store_find_hashes(LbStore *store, const LbStoredMails *mails, const LbMail *mail,
                              LbMailHashes *hashes) {
  sqlite3_stmt *statement = lb_database_query(store, NULL, "SELECT content, raw FROM hash WHERE mail=?", "i",
                                              lb_stored_mails_find_id(mails, mail));
  gboolean found = FALSE;

  while (statement && lb_database_step(store, statement, NULL)) {
    LbBlob content = lb_database_column_blob(statement, 0), raw = lb_database_column_blob(statement, 1);
    found = content.length == sizeof hashes->content && raw.length == sizeof hashes->raw;
    if (found) {
      memcpy(hashes->content, content.data, content.length);
      memcpy(hashes->raw, raw.data, raw.length);
    }
  }
  return found;
}

static char *read_text(LbStore *store, gint64 id, GError **error) {
  char *text = NULL;
  GError *local = NULL;
  sqlite3_stmt *statement =
      lb_database_query(store, error, "SELECT size, sum, bytes FROM text WHERE mail=?", "i", id);

  if (!statement)
    return NULL;
  while (lb_database_step(store, statement, &local)) {
    LbBlob bytes = lb_database_column_blob(statement, 2);
    if ((gint64)lb_page_sum(id, bytes) == sqlite3_column_int64(statement, 1))
      text = lb_inflate(bytes.data, bytes.length, (gsize)sqlite3_column_int64(statement, 0));
  }
  if (!local && !text)
    lb_database_fail_damaged(store, "the text of a mail is not as it was written", &local);
  if (!local)
    return text;
  g_free(text);
  g_propagate_error(error, local);
  return NULL;
}

char *lb_store_read_text(LbStore *store, const LbTextRef *ref, GError **error) {
  if (!ref->length)
    return g_strdup("");
  g_mutex_lock(&store->lock);
  char *text = read_text(store, (gint64)ref->offset, error);
  g_mutex_unlock(&store->lock);
  return text;
}

static char *read_for_reader(gpointer keeper, const LbTextRef *ref, GError **error) {
  return lb_store_read_text(keeper, ref, error);
}

LbTextReader lb_store_get_text_reader(LbStore *store) {
  return (LbTextReader){read_for_reader, store};
}

LbBlob lb_printed_key(const char *key, guint8 digest[32]) {
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  gsize length = 32;

  g_checksum_update(checksum, (const guchar *)key, -1);
  g_checksum_get_digest(checksum, digest, &length);
  return (LbBlob){digest, 16};
}

char *lb_store_find_printed(LbStore *store, const char *key) {
  guint8 digest[32];
  LbBlob blob = lb_printed_key(key, digest);
  char *subject = NULL;

  g_mutex_lock(&store->lock);
  sqlite3_stmt *statement =
      lb_database_query(store, NULL, "SELECT subject FROM printed WHERE key=?", "b", &blob);
  while (statement && lb_database_step(store, statement, NULL)) {
    g_free(subject);
    subject = g_strdup((const char *)sqlite3_column_text(statement, 0));
  }
  g_mutex_unlock(&store->lock);
  return subject;
}
