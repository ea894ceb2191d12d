/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/save.h"
#include <string.h>
#include "base/hash.h"
#include "store/deflate.h"
#include "store/inherit.h"
#include "store/places.h"
#include "store/record.h"
#include "store/saving.h"
#include "store/schema.h"
#include "store/standing.h"
#include "store/stored_mails.h"
#include "store/varint.h"

/* A batch that isn't full is written anew with what the next run brings: small enough for that, large enough
 * that rows cost nothing beside mails. */
#define BATCH_MAILS 128
#define BATCH_BYTES (256u << 10)
/* Pages of ids that new ones are looked for in: what mails refer to is seldom older. */
#define RECENT_PAGES 8

struct LbSaving {
  LbStore *store;
  guint32 source;
  gint64 first; /* number of the batch's first mail */
  guint n;      /* mails in the batch */
  gboolean has_grown, has_kept;
  LbCountedRange counted; /* mails that are counted and aren't noted as such yet; none: last before first */
  LbPlaceSet *before;     /* places of earlier transactions; NULL: nobody has asked */
  LbStringWriter *strings;
  LbRecordWriter record;
  GByteArray *keys, *places, *facts, *one;
  GError *error; /* of writing a page */
};

void lb_saving_free(LbSaving *saving) {
  if (!saving)
    return;
  lb_string_writer_free(saving->strings);
  g_clear_pointer(&saving->keys, g_byte_array_unref);
  g_clear_pointer(&saving->places, g_byte_array_unref);
  g_clear_pointer(&saving->facts, g_byte_array_unref);
  g_clear_pointer(&saving->one, g_byte_array_unref);
  lb_place_set_free(saving->before);
  g_clear_error(&saving->error);
  g_free(saving);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbSaving, lb_saving_free)

guint64 lb_batch_sum(gint64 first, guint n, LbBlob keys, LbBlob places, LbBlob facts) {
  guint64 parts[] = {GUINT64_TO_LE((guint64)first), GUINT64_TO_LE((guint64)n),
                     GUINT64_TO_LE(lb_hash_stable(keys.data, keys.length)),
                     GUINT64_TO_LE(lb_hash_stable(places.data, places.length)),
                     GUINT64_TO_LE(lb_hash_stable(facts.data, facts.length))};
  return lb_hash_stable(parts, sizeof parts);
}

guint64 lb_page_sum(gint64 id, LbBlob bytes) {
  guint64 parts[] = {GUINT64_TO_LE((guint64)id), GUINT64_TO_LE(lb_hash_stable(bytes.data, bytes.length))};
  return lb_hash_stable(parts, sizeof parts);
}

guint64 lb_msgid_key(const char *msgid) {
  return lb_hash_stable(msgid, strlen(msgid));
}

static LbBlob get_blob(const GByteArray *bytes) {
  return (LbBlob){bytes->data, bytes->len};
}

static gboolean write_page(LbPageKind kind, guint32 number, const guint8 *bytes, gsize length,
                           gpointer data) {
  LbSaving *saving = data;
  LbBlob blob = {bytes, length};
  gint64 id = LB_PAGE_ID(saving->source, kind, number);

  return lb_database_run(saving->store, &saving->error, "REPLACE INTO page VALUES (?, ?, ?)", "iib", id,
                         (gint64)lb_page_sum(id, blob), &blob);
}

static gboolean write_batch(LbSaving *saving, GError **error) {
  LbBlob keys = get_blob(saving->keys), places = get_blob(saving->places), facts = get_blob(saving->facts);

  if (!saving->has_grown)
    return TRUE;
  saving->has_grown = FALSE;
  return lb_database_run(saving->store, error,
                         "REPLACE INTO batch (first, n, sum, keys, places, facts) VALUES (?, ?, ?, ?, ?, ?)",
                         "iiibbb", saving->first, (gint64)saving->n,
                         (gint64)lb_batch_sum(saving->first, saving->n, keys, places, facts), &keys, &places,
                         &facts);
}

static void begin_batch(LbSaving *saving, gint64 first) {
  saving->first = first;
  saving->n = 0;
  g_byte_array_set_size(saving->keys, 0);
  g_byte_array_set_size(saving->places, 0);
  g_byte_array_set_size(saving->facts, 0);
  lb_record_writer_init(&saving->record, saving->strings);
}

static gboolean write_counted(LbSaving *saving, GError **error) {
  const LbCountedRange range = saving->counted;

  saving->counted = (LbCountedRange){0, -1, 0};
  return range.last < range.first ||
         lb_database_run(saving->store, error, "INSERT INTO counted VALUES (?, ?, ?)", "iii", range.first,
                         range.last, (gint64)range.report);
}

static gboolean note_counted(LbSaving *saving, gint64 id, guint32 report, GError **error) {
  LbCountedRange *range = &saving->counted;

  if (range->last >= range->first && range->last == id - 1 && range->report == report) {
    range->last = id;
    return TRUE;
  }
  if (!write_counted(saving, error))
    return FALSE;
  *range = (LbCountedRange){id, id, report};
  return TRUE;
}

gboolean lb_saving_flush(LbStore *store, GError **error) {
  LbSaving *saving = store->saving;

  if (!saving)
    return TRUE;
  if (!lb_string_writer_finish(saving->strings)) {
    if (saving->error)
      g_propagate_error(error, g_steal_pointer(&saving->error));
    else
      g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "store '%s' is full: too many texts", store->path);
    return FALSE;
  }
  return write_batch(saving, error) && write_counted(saving, error) &&
         lb_database_run(store, error, "UPDATE source SET mails=?2 WHERE id=?1 AND mails!=?2", "ii",
                         (gint64)saving->source, saving->first + saving->n - LB_MAIL_ID(saving->source, 0));
}

/* ---- Taking up where the last run ended. */

/* How many pages there are; of ids, which is the first that is still looked for. */
static gboolean expect_pages(LbSaving *saving, gint64 *first_recent, GError **error) {
  GError *local = NULL;
  guint n[LB_N_PAGE_KINDS] = {0};
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  sqlite3_stmt *statement = lb_database_query(
      saving->store, error, "SELECT id FROM page WHERE id BETWEEN ? AND ? ORDER BY id", "ii",
      LB_PAGE_ID(saving->source, 0, 0), LB_PAGE_ID(saving->source, LB_N_PAGE_KINDS, 0) - 1);

  if (!statement)
    return FALSE;
  while (lb_database_step(saving->store, statement, &local)) {
    gint64 id = sqlite3_column_int64(statement, 0);
    n[LB_PAGE_ID_KIND(id)]++;
    if (LB_PAGE_ID_KIND(id) == LB_PAGE_IDS)
      g_array_append_val(ids, id);
  }
  if (local) {
    g_propagate_error(error, local);
    return FALSE;
  }
  *first_recent = ids->len > RECENT_PAGES ? g_array_index(ids, gint64, ids->len - RECENT_PAGES)
                                          : LB_PAGE_ID(saving->source, LB_PAGE_IDS, 0);
  n[LB_PAGE_IDS] = MIN(n[LB_PAGE_IDS], RECENT_PAGES);
  for (int kind = 0; kind < LB_N_PAGE_KINDS; kind++)
    lb_string_writer_expect(saving->strings, (LbPageKind)kind, n[kind]);
  return TRUE;
}

/* Pages with numbers from first to before end, in the order of their numbers: SQLite would copy what it
 * sorts. */
static gboolean load_pages_between(LbSaving *saving, gint64 first, gint64 end, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(
      saving->store, error, "SELECT id, sum, bytes FROM page WHERE id BETWEEN ? AND ? ORDER BY id", "ii",
      first, end - 1);

  if (!statement)
    return FALSE;
  while (lb_database_step(saving->store, statement, &local)) {
    gint64 id = sqlite3_column_int64(statement, 0);
    LbBlob bytes = lb_database_column_blob(statement, 2);
    if ((gint64)lb_page_sum(id, bytes) == sqlite3_column_int64(statement, 1) &&
        lb_string_writer_add_page(saving->strings, LB_PAGE_ID_KIND(id), LB_PAGE_ID_NUMBER(id), bytes.data,
                                  bytes.length))
      continue;
    lb_database_fail_damaged(saving->store, "a page of texts is not as it was written", &local);
    sqlite3_reset(statement);
    break;
  }
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

static gboolean load_pages(LbSaving *saving, GError **error) {
  gint64 first_recent;

  return expect_pages(saving, &first_recent, error) &&
         load_pages_between(saving, LB_PAGE_ID(saving->source, LB_PAGE_WORDS, 0),
                            LB_PAGE_ID(saving->source, LB_PAGE_IDS, 0), error) &&
         load_pages_between(saving, first_recent, LB_PAGE_ID(saving->source, LB_N_PAGE_KINDS, 0), error);
}

static void take_batch(LbSaving *saving, sqlite3_stmt *statement, GError **error) {
  gint64 first = sqlite3_column_int64(statement, 0), n = sqlite3_column_int64(statement, 1);
  LbBlob blobs[3];

  for (int i = 0; i < 3; i++)
    blobs[i] = lb_database_column_blob(statement, 3 + i);
  if (n < 1 || first + n != saving->first ||
      (gint64)lb_batch_sum(first, (guint)n, blobs[0], blobs[1], blobs[2]) !=
          sqlite3_column_int64(statement, 2)) {
    lb_database_fail_damaged(saving->store, "a batch of mails is not as it was written", error);
    return;
  }
  if (n >= BATCH_MAILS || blobs[2].length >= BATCH_BYTES)
    return;
  saving->first = first;
  saving->n = (guint)n;
  g_byte_array_append(saving->keys, blobs[0].data, (guint)blobs[0].length);
  g_byte_array_append(saving->places, blobs[1].data, (guint)blobs[1].length);
  g_byte_array_append(saving->facts, blobs[2].data, (guint)blobs[2].length);
}

/* The last batch, if there is room in it. */
static gboolean load_batch(LbSaving *saving, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement =
      lb_database_query(saving->store, error,
                        "SELECT first, n, sum, keys, places, facts FROM batch WHERE first BETWEEN ? AND ?"
                        " ORDER BY first DESC LIMIT 1",
                        "ii", LB_MAIL_ID(saving->source, 0), LB_MAIL_ID(saving->source, G_MAXUINT32));

  if (!statement)
    return FALSE;
  if (lb_database_step(saving->store, statement, &local)) {
    take_batch(saving, statement, &local);
    sqlite3_reset(statement);
  }
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

static gboolean find_end(LbSaving *saving, GError **error) {
  GError *local = NULL;
  gint64 mails = -1, kept;
  sqlite3_stmt *statement = lb_database_query(saving->store, error, "SELECT mails FROM source WHERE id=?",
                                              "i", (gint64)saving->source);

  if (!statement || !lb_database_get_number(saving->store, "SELECT 1 FROM kept LIMIT 1", 0, &kept, error))
    return FALSE;
  while (lb_database_step(saving->store, statement, &local))
    mails = sqlite3_column_int64(statement, 0);
  if (!local && (mails < 0 || mails > G_MAXINT32))
    lb_database_fail_damaged(saving->store, "a source that mails are saved of is not there", &local);
  saving->first = LB_MAIL_ID(saving->source, mails);
  saving->has_kept = kept != 0;
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

static LbSaving *open_saving(LbStore *store, guint32 source, GError **error) {
  g_return_val_if_fail(store->is_in_transaction, NULL);
  if (store->saving && store->saving->source == source)
    return store->saving;
  if (!lb_saving_flush(store, error))
    return NULL;
  g_clear_pointer(&store->saving, lb_saving_free);
  g_clear_pointer(&store->places, lb_place_set_free);
  g_autoptr(LbSaving) saving = g_new0(LbSaving, 1);
  saving->store = store;
  saving->source = source;
  saving->counted.last = -1;
  saving->strings = lb_string_writer_new(write_page, saving);
  saving->keys = g_byte_array_new();
  saving->places = g_byte_array_new();
  saving->facts = g_byte_array_new();
  saving->one = g_byte_array_new();
  lb_record_writer_init(&saving->record, saving->strings);
  if (!find_end(saving, error) || !load_pages(saving, error) || !load_batch(saving, error))
    return NULL;
  return store->saving = g_steal_pointer(&saving);
}

/* ---- Mails. */

/* The mail that was saved from this place before, by number; -1 if none was. */
static gboolean find_before(LbSaving *saving, const guint8 *place, gsize length, gint64 *id, GError **error) {
  if (!saving->before && !(saving->before = lb_place_set_load(saving->store, saving->source, error)))
    return FALSE;
  *id = lb_place_set_find(saving->before, place, length);
  return TRUE;
}

/* What is known of the mail from earlier: it was read in part, or its source was forgotten. */
static gboolean inherit(LbSaving *saving, const LbMail *mail, const guint8 *place, gsize length, guint64 key,
                        LbInheritance *inheritance, GError **error) {
  gint64 before = -1;

  *inheritance = (LbInheritance){LB_REPORT_PENDING, 0};
  if (mail->is_again && !find_before(saving, place, length, &before, error))
    return FALSE;
  if (before >= 0)
    return lb_inherit_replaced(saving->store, before, inheritance, error);
  return !saving->has_kept || lb_inherit_kept(saving->store, key, inheritance, error);
}

static gboolean note_told(LbSaving *saving, gint64 id, guint told, GError **error) {
  return !told ||
         lb_database_run(saving->store, error, "REPLACE INTO told VALUES (?, ?)", "ii", id, (gint64)told);
}

static gboolean save_text(LbSaving *saving, gint64 id, const char *message, GError **error) {
  g_autoptr(GByteArray) deflated = lb_deflate(message, strlen(message));
  LbBlob blob = get_blob(deflated);

  return lb_database_run(saving->store, error, "REPLACE INTO text VALUES (?, ?, ?, ?)", "iiib", id,
                         (gint64)strlen(message), (gint64)lb_page_sum(id, blob), &blob);
}

static gboolean append(LbSaving *saving, guint64 key, const guint8 *place, gsize length, GError **error) {
  guint64 bytes = GUINT64_TO_LE(key);

  if (saving->n >= BATCH_MAILS || saving->facts->len >= BATCH_BYTES) {
    if (!write_batch(saving, error))
      return FALSE;
    begin_batch(saving, saving->first + saving->n);
  }
  g_byte_array_append(saving->keys, (const guint8 *)&bytes, sizeof bytes);
  lb_varint_append(saving->places, length);
  g_byte_array_append(saving->places, place, (guint)length);
  saving->n++;
  saving->has_grown = TRUE;
  return TRUE;
}

gboolean lb_store_save_mail(LbStore *store, guint32 source, const LbMail *mail, const guint8 *place,
                            gsize length, const char *message, GError **error) {
  LbSaving *saving = open_saving(store, source, error);
  guint64 key = lb_msgid_key(mail->msgid);
  LbInheritance inheritance;

  if (!saving || !inherit(saving, mail, place, length, key, &inheritance, error) ||
      !append(saving, key, place, length, error))
    return FALSE;
  gint64 id = saving->first + saving->n - 1;
  g_byte_array_set_size(saving->one, 0);
  lb_record_write(&saving->record, mail, saving->one);
  lb_varint_append(saving->facts, saving->one->len);
  g_byte_array_append(saving->facts, saving->one->data, saving->one->len);
  if (inheritance.report == LB_REPORT_PENDING && mail->report == 0)
    inheritance.report = 0;
  if (inheritance.report != LB_REPORT_PENDING)
    return note_counted(saving, id, inheritance.report, error) &&
           note_told(saving, id, inheritance.told, error);
  return !message || !*message || save_text(saving, id, message, error);
}

gboolean lb_store_save_nothing(LbStore *store, guint32 source, const guint8 *place, gsize length,
                               GError **error) {
  LbSaving *saving = open_saving(store, source, error);

  if (!saving || !append(saving, 0, place, length, error))
    return FALSE;
  lb_varint_append(saving->facts, 0);
  return TRUE;
}

/* By the keys of batches alone: facts that were made by other rules can't be read any more. */
static gboolean keep_batch(LbStore *store, gint64 first, LbBlob keys, GError **error) {
  const guint8 *at = keys.data;

  for (gsize i = 0; i < keys.length / 8; i++, at += 8) {
    guint64 key;
    memcpy(&key, at, sizeof key);
    if (key && !lb_database_run(store, error,
                                "REPLACE INTO kept SELECT ?1, c.report, coalesce(t.told, 0) FROM"
                                " (SELECT * FROM counted WHERE first<=?2 ORDER BY first DESC LIMIT 1) c"
                                " LEFT JOIN told t ON t.mail=?2 WHERE c.last>=?2",
                                "ii", (gint64)GUINT64_FROM_LE(key), first + (gint64)i, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean keep_reports(LbStore *store, guint32 source, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement =
      lb_database_query(store, error, "SELECT first, keys FROM batch WHERE first BETWEEN ? AND ?", "ii",
                        LB_MAIL_ID(source, 0), LB_MAIL_ID(source, G_MAXUINT32));

  if (!statement)
    return FALSE;
  while (!local && lb_database_step(store, statement, &local))
    keep_batch(store, sqlite3_column_int64(statement, 0), lb_database_column_blob(statement, 1), &local);
  sqlite3_reset(statement);
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

gboolean lb_store_forget_source(LbStore *store, guint32 source, GError **error) {
  g_clear_pointer(&store->places, lb_place_set_free);
  if (!lb_saving_flush(store, error))
    return FALSE;
  g_clear_pointer(&store->saving, lb_saving_free);
  return keep_reports(store, source, error) && lb_standing_forget(store, error) &&
         lb_database_run(store, error, "DELETE FROM batch WHERE first>>32=?", "i", (gint64)source) &&
         lb_database_run(store, error, "DELETE FROM page WHERE id>>32=?", "i", (gint64)source) &&
         lb_database_run(store, error, "DELETE FROM counted WHERE first>>32=?", "i", (gint64)source) &&
         lb_database_run(store, error, "DELETE FROM gone WHERE mail>>32=?", "i", (gint64)source) &&
         lb_database_run(store, error, "DELETE FROM told WHERE mail>>32=?", "i", (gint64)source) &&
         lb_database_run(store, error, "DELETE FROM text WHERE mail>>32=?", "i", (gint64)source) &&
         lb_database_run(store, error, "DELETE FROM hash WHERE mail>>32=?", "i", (gint64)source) &&
         lb_database_run(store, error, "UPDATE source SET mails=0, position=NULL WHERE id=?", "i",
                         (gint64)source);
}
