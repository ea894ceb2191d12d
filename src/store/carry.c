/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/carry.h"
#include "store/database.h"
#include "store/deflate.h"
#include "store/report_log.h"
#include "store/saving.h"
#include "store/schema.h"
#include "store/seal.h"

typedef struct {
  LbStore *store;
  sqlite3 *old;
  void (*say)(const char *what, gpointer data);
  gpointer data;
  gboolean is_whole;
  GError *error; /* of store */
} Carry;

static void lose(Carry *carry, const char *what) {
  carry->is_whole = FALSE;
  carry->say(what, carry->data);
}

/* Calls take for each row that can be read; what says what is lost if not all can. */
static void foreach_row(Carry *carry, const char *sql, const char *what,
                        gboolean (*take)(Carry *carry, sqlite3_stmt *row)) {
  sqlite3_stmt *row = NULL;
  int code = sqlite3_prepare_v2(carry->old, sql, -1, &row, NULL);
  gboolean is_whole = TRUE;

  while (code == SQLITE_OK && !carry->error && sqlite3_step(row) == SQLITE_ROW)
    is_whole = take(carry, row) && is_whole;
  if ((code != SQLITE_OK || !is_whole || (!carry->error && sqlite3_errcode(carry->old) != SQLITE_DONE)))
    lose(carry, what);
  sqlite3_finalize(row);
}

static gboolean add_report(Carry *carry, gint64 number, sqlite3_stmt *row) {
  LbBlob body = lb_database_column_blob(row, 11);
  gint64 size = sqlite3_column_int64(row, 9), sum = sqlite3_column_int64(row, 10);
  g_autofree char *text = sum == (gint64)lb_page_sum(number, body) && size >= 0
                              ? lb_inflate(body.data, body.length, (gsize)size)
                              : NULL;
  g_autoptr(GByteArray) none = lb_deflate("", 0);
  LbBlob kept = text ? body : (LbBlob){none->data, none->len};

  lb_database_run(
      carry->store, &carry->error,
      "INSERT INTO report (number, since, until, first, last, made, msgid, mark, state, outputs_done,"
      " size, sum, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      "iiittittiiiib", number, sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2),
      sqlite3_column_text(row, 3) ? (const char *)sqlite3_column_text(row, 3) : "",
      sqlite3_column_text(row, 4) ? (const char *)sqlite3_column_text(row, 4) : "",
      sqlite3_column_int64(row, 5), (const char *)sqlite3_column_text(row, 6),
      (const char *)sqlite3_column_text(row, 7),
      /* What has no text can be written nowhere. */
      text ? sqlite3_column_int64(row, 8) : (gint64)LB_REPORT_DONE, sqlite3_column_int64(row, 12),
      text ? size : 0, (gint64)lb_page_sum(number, kept), &kept);
  return text != NULL;
}

/* A number whose report is lost stays taken: the next one is the number after the last that is known. */
static gboolean add_lost_report(Carry *carry, gint64 number) {
  g_autoptr(GByteArray) none = lb_deflate("", 0);
  LbBlob body = {none->data, none->len};

  return lb_database_run(carry->store, &carry->error,
                         "INSERT OR IGNORE INTO report (number, since, until, first, last, made, state,"
                         " outputs_done, size, sum, body) VALUES (?, 0, 0, '', '', 0, ?, 0, 0, ?, ?)",
                         "iiib", number, (gint64)LB_REPORT_DONE, (gint64)lb_page_sum(number, body), &body);
}

static gboolean take_report(Carry *carry, sqlite3_stmt *row) {
  gint64 number = sqlite3_column_int64(row, 0), last;

  if (number < 1 || number > G_MAXINT32 ||
      !lb_database_get_number(carry->store, "SELECT max(number) FROM report", 0, &last, &carry->error))
    return FALSE;
  gboolean is_whole = number == last + 1;
  for (gint64 lost = last + 1; lost < number && lost - last < 100000 && !carry->error; lost++)
    add_lost_report(carry, lost);
  return !carry->error && add_report(carry, number, row) && is_whole;
}

static gboolean take_setting(Carry *carry, sqlite3_stmt *row) {
  const char *name = (const char *)sqlite3_column_text(row, 0);

  return name && lb_store_set_setting(carry->store, name, sqlite3_column_int64(row, 1), &carry->error);
}

static gboolean take_printed(Carry *carry, sqlite3_stmt *row) {
  LbBlob key = lb_database_column_blob(row, 0);

  lb_seals_note(carry->store, "printed");
  return lb_database_run(carry->store, &carry->error, "INSERT OR IGNORE INTO printed VALUES (?, ?, ?)", "bti",
                         &key, sqlite3_column_text(row, 1) ? (const char *)sqlite3_column_text(row, 1) : "",
                         sqlite3_column_int64(row, 2));
}

static gboolean keep(Carry *carry, gint64 key, gint64 report, gint64 told) {
  return lb_database_run(carry->store, &carry->error, "REPLACE INTO kept VALUES (?, ?, ?)", "iii", key,
                         report, told);
}

static gboolean take_kept(Carry *carry, sqlite3_stmt *row) {
  return keep(carry, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
              sqlite3_column_int64(row, 2));
}

/* A range of mails of one batch that a report counted, with what was told of each. */
static gboolean take_counted(Carry *carry, sqlite3_stmt *row) {
  gint64 first = sqlite3_column_int64(row, 0), last = sqlite3_column_int64(row, 1),
         report = sqlite3_column_int64(row, 2), batch = sqlite3_column_int64(row, 3);
  LbBlob keys = lb_database_column_blob(row, 4);
  const guint8 *bytes = keys.data;

  for (gint64 id = MAX(first, batch); id <= last && (guint64)(id - batch) < keys.length / 8; id++) {
    guint64 key = 0;
    for (guint i = 0; i < 8; i++)
      key |= (guint64)bytes[(id - batch) * 8 + i] << 8 * i;
    if (key && !keep(carry, (gint64)key, report, 0))
      return FALSE;
  }
  return TRUE;
}

static gboolean take_told(Carry *carry, sqlite3_stmt *row) {
  gint64 place = sqlite3_column_int64(row, 0), told = sqlite3_column_int64(row, 1);
  LbBlob keys = lb_database_column_blob(row, 2);
  const guint8 *bytes = keys.data;
  guint64 key = 0;

  if (place < 0 || (guint64)place >= keys.length / 8)
    return FALSE;
  for (guint i = 0; i < 8; i++)
    key |= (guint64)bytes[place * 8 + i] << 8 * i;
  return lb_database_run(carry->store, &carry->error, "UPDATE kept SET told=told|?2 WHERE msgid=?1", "ii",
                         (gint64)key, told);
}

static void carry_all(Carry *carry) {
  foreach_row(
      carry,
      "SELECT number, since, until, first, last, made, msgid, mark, state, size, sum, body, outputs_done"
      " FROM report ORDER BY number",
      "reports, or the texts of some", take_report);
  foreach_row(carry, "SELECT name, value FROM setting WHERE name!='facts'", "numbers that runs remembered",
              take_setting);
  foreach_row(carry, "SELECT key, subject, report FROM printed", "which entries were printed", take_printed);
  foreach_row(carry, "SELECT msgid, report, told FROM kept", "which report counted mails that were forgotten",
              take_kept);
  foreach_row(carry,
              "SELECT c.first, c.last, c.report, b.first, b.keys FROM counted c JOIN batch b"
              " ON b.first BETWEEN c.first-100000 AND c.last AND b.first+b.n>c.first ORDER BY b.first",
              "which report counted some mails", take_counted);
  foreach_row(carry,
              "SELECT t.mail-b.first, t.told, b.keys FROM told t JOIN batch b"
              " ON b.first=(SELECT max(first) FROM batch WHERE first<=t.mail)",
              "what was told of some postings", take_told);
}

/* As lb_store_open() would, but for all that it asks of the file. */
static gboolean open_old(Carry *carry, const char *path) {
  sqlite3_stmt *row = NULL;
  gboolean is_store = FALSE;

  if (sqlite3_open_v2(path, &carry->old, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL) != SQLITE_OK ||
      sqlite3_exec(carry->old,
                   "PRAGMA locking_mode=EXCLUSIVE; PRAGMA trusted_schema=OFF; PRAGMA query_only=ON", NULL,
                   NULL, NULL) != SQLITE_OK)
    return FALSE;
  if (sqlite3_prepare_v2(carry->old, "PRAGMA application_id", -1, &row, NULL) == SQLITE_OK &&
      sqlite3_step(row) == SQLITE_ROW)
    is_store = sqlite3_column_int64(row, 0) == LB_SCHEMA_APPLICATION_ID;
  sqlite3_finalize(row);
  return is_store;
}

gboolean lb_store_carry_over(LbStore *store, const char *old_path,
                             void (*say)(const char *what, gpointer data), gpointer data, gboolean *is_whole,
                             GError **error) {
  Carry carry = {.store = store, .say = say, .data = data, .is_whole = TRUE};

  if (open_old(&carry, old_path))
    carry_all(&carry);
  else
    lose(&carry, "all of it");
  sqlite3_close(carry.old);
  *is_whole = carry.is_whole;
  if (!carry.error)
    return TRUE;
  g_propagate_error(error, carry.error);
  return FALSE;
}
