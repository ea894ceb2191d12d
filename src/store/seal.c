/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/seal.h"
#include <string.h>
#include "base/hash.h"

/* Blobs that have a sum of their own are sealed by that; it is looked at where they are read. */
static const struct {
  const char *name, *rows;
} tables[] = {
    {"source", "SELECT id, spec, position, mails FROM source ORDER BY id"},
    {"batch", "SELECT first, n, sum FROM batch ORDER BY first"},
    {"page", "SELECT id, sum FROM page ORDER BY id"},
    {"counted", "SELECT first, last, report FROM counted ORDER BY first"},
    {"gone", "SELECT mail FROM gone ORDER BY mail"},
    {"text", "SELECT mail, size, sum FROM text ORDER BY mail"},
    {"hash", "SELECT mail, content, raw FROM hash ORDER BY mail"},
    {"told", "SELECT mail, told FROM told ORDER BY mail"},
    {"kept", "SELECT msgid, report, told FROM kept ORDER BY msgid"},
    {"printed", "SELECT key, subject, report FROM printed ORDER BY key"},
    {"report", "SELECT number, since, until, first, last, made, msgid, mark, state, outputs_done, size, sum"
               " FROM report ORDER BY number"},
    {"setting", "SELECT name, value FROM setting ORDER BY name"},
};

void lb_seals_note(LbStore *store, const char *table) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (!strcmp(tables[i].name, table))
      store->changed_tables |= 1u << i;
}

static void note_change(void *store, int action, const char *database, const char *table, sqlite3_int64 row) {
  lb_seals_note(store, table);
}

void lb_seals_watch(LbStore *store) {
  sqlite3_update_hook(store->db, note_change, store);
}

/* Of one value, and of what type it is. */
static guint64 hash_value(sqlite3_stmt *row, int column) {
  int type = sqlite3_column_type(row, column);
  guint64 number = type == SQLITE_INTEGER ? GUINT64_TO_LE((guint64)sqlite3_column_int64(row, column)) : 0;
  LbBlob bytes = {&number, sizeof number};

  if (type == SQLITE_TEXT || type == SQLITE_BLOB || type == SQLITE_FLOAT)
    bytes = lb_database_column_blob(row, column);
  return lb_hash_stable(bytes.data, bytes.length) + (guint64)type;
}

static gboolean sum_table(LbStore *store, guint table, guint64 *sum, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *row = lb_database_query(store, error, tables[table].rows, "");
  guint64 parts[2] = {0, 0};

  if (!row)
    return FALSE;
  while (lb_database_step(store, row, &local))
    for (int i = 0; i < sqlite3_column_count(row); i++) {
      parts[1] = GUINT64_TO_LE(hash_value(row, i));
      parts[0] = GUINT64_TO_LE(lb_hash_stable(parts, sizeof parts));
    }
  *sum = GUINT64_FROM_LE(parts[0]);
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

gboolean lb_seals_write(LbStore *store, gboolean all, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
    guint64 sum;
    if (!all && !(store->changed_tables & 1u << i))
      continue;
    if (!sum_table(store, i, &sum, error) ||
        !lb_database_run(
            store, error,
            "INSERT INTO seal VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET sum=?2 WHERE sum!=?2", "ti",
            tables[i].name, (gint64)sum))
      return FALSE;
  }
  store->changed_tables = 0;
  return TRUE;
}

static gboolean find_seal(LbStore *store, guint table, guint64 *seal, gboolean *is_there, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *row =
      lb_database_query(store, error, "SELECT sum FROM seal WHERE name=?", "t", tables[table].name);

  *is_there = FALSE;
  if (!row)
    return FALSE;
  while (lb_database_step(store, row, &local)) {
    *seal = (guint64)sqlite3_column_int64(row, 0);
    *is_there = TRUE;
  }
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

gboolean lb_seals_verify(LbStore *store, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
    guint64 sum, seal = 0;
    gboolean is_there;
    if (!sum_table(store, i, &sum, error) || !find_seal(store, i, &seal, &is_there, error))
      return FALSE;
    if (is_there && sum == seal)
      continue;
    g_autofree char *what = g_strdup_printf("table %s is not as it was written", tables[i].name);
    lb_database_fail_damaged(store, what, error);
    return FALSE;
  }
  return TRUE;
}
