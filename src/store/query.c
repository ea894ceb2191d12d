/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/query.h"
#include <string.h>
#include "store/deflate.h"
#include "store/saving.h"
#include "store/stored_mails.h"
#include "store/varint.h"

void lb_stored_mails_free(LbStoredMails *stored) {
  if (!stored)
    return;
  g_ptr_array_unref(stored->mails);
  g_ptr_array_unref(stored->strings);
  g_ptr_array_unref(stored->bytes);
  g_array_unref(stored->blocks);
  g_array_unref(stored->by_address);
  g_array_unref(stored->counted);
  g_ptr_array_unref(stored->arenas);
  lb_arena_free(stored->arena);
  g_free(stored);
}

GPtrArray *lb_stored_mails_get(LbStoredMails *stored) {
  return stored->mails;
}

LbArena *lb_stored_mails_get_arena(LbStoredMails *stored) {
  return stored->arena;
}

/* NULL if mail is none of these. */
static const LbMailBlock *find_block(const LbStoredMails *stored, const LbMail *mail) {
  guint low = 0, high = stored->by_address->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const LbMailBlock *block = &g_array_index(stored->by_address, LbMailBlock, middle);
    if (mail < block->mails)
      high = middle;
    else if (mail >= block->mails + block->n)
      low = middle + 1;
    else
      return block;
  }
  return NULL;
}

gint64 lb_stored_mails_find_id(const LbStoredMails *stored, const LbMail *mail) {
  const LbMailBlock *block = find_block(stored, mail);
  return block ? block->first + (mail - block->mails) : -1;
}

gboolean lb_stored_mails_find_place(const LbStoredMails *stored, const LbMail *mail, const guint8 **place,
                                    gsize *length) {
  const LbMailBlock *block = find_block(stored, mail);
  LbBlob places = block ? block->places : (LbBlob){NULL, 0}, piece = {NULL, 0};

  for (gint64 i = 0; block && i <= mail - block->mails; i++)
    if (!lb_blob_next_piece(&places, &piece))
      return FALSE;
  *place = piece.data;
  *length = piece.length;
  return block != NULL;
}

/* The next of a row of lengths and bytes; FALSE if there is none. */
gboolean lb_blob_next_piece(LbBlob *rest, LbBlob *piece) {
  const guint8 *at = rest->data, *end = at + rest->length;
  guint64 length;

  if (!rest->length || !lb_varint_read(&at, end, &length) || length > (guint64)(end - at))
    return FALSE;
  *piece = (LbBlob){at, length};
  *rest = (LbBlob){at + length, (gsize)(end - at) - length};
  return TRUE;
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
