/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/database.h"
#include <stdarg.h>
#include <string.h>

/* https://www.sqlite.org/rescode.html; a file that ends before its pages do is cut off. */
static LbError find_code(int code) {
  if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_CORRUPTFS)
    return LB_ERROR_BAD_INPUT;
  switch (code & 0xff) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_PROTOCOL:
    return LB_ERROR_TRY_LATER;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_FORMAT:
  case SQLITE_MISMATCH:
  case SQLITE_CONSTRAINT:
  case SQLITE_SCHEMA:
  case SQLITE_ERROR: /* a table or column that isn't there: our SQL is tested */
    return LB_ERROR_BAD_INPUT;
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_PERM:
  case SQLITE_AUTH:
    return LB_ERROR_CANNOT_CREATE;
  case SQLITE_FULL:
  case SQLITE_IOERR:
  case SQLITE_TOOBIG:
    return LB_ERROR_WRITE;
  default:
    return LB_ERROR_FAILED;
  }
}

void lb_database_fail_damaged(const LbStore *store, const char *what, GError **error) {
  g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "store '%s' is damaged: %s", store->path, what);
}

void lb_database_fail(const LbStore *store, int code, GError **error) {
  LbError our_code = find_code(code);
  const char *why = sqlite3_errstr(code);

  if (our_code == LB_ERROR_TRY_LATER)
    g_set_error(error, LB_ERROR, our_code, "store '%s' is in use by another program", store->path);
  else if ((code & 0xff) == SQLITE_NOTADB)
    g_set_error(error, LB_ERROR, our_code, "'%s' is no store of listbrief, or its beginning is damaged",
                store->path);
  else if (our_code == LB_ERROR_BAD_INPUT)
    lb_database_fail_damaged(store, why, error);
  else if (our_code == LB_ERROR_CANNOT_CREATE)
    g_set_error(error, LB_ERROR, our_code, "cannot open or write store '%s': %s", store->path, why);
  else
    g_set_error(error, LB_ERROR, our_code, "cannot use store '%s': %s", store->path, why);
}

static void finalize(gpointer statement) {
  sqlite3_finalize(statement);
}

GHashTable *lb_database_new_statements(void) {
  return g_hash_table_new_full(NULL, NULL, NULL, finalize);
}

static gboolean bind(sqlite3_stmt *statement, const char *types, va_list arguments, int *code) {
  *code = SQLITE_OK;
  for (int i = 1; *types && *code == SQLITE_OK; i++, types++) {
    if (*types == 'i') {
      *code = sqlite3_bind_int64(statement, i, va_arg(arguments, gint64));
    } else if (*types == 't') {
      const char *text = va_arg(arguments, const char *);
      *code = text ? sqlite3_bind_text64(statement, i, text, strlen(text), SQLITE_STATIC, SQLITE_UTF8)
                   : sqlite3_bind_null(statement, i);
    } else {
      const LbBlob *blob = va_arg(arguments, const LbBlob *);
      if (!blob)
        *code = sqlite3_bind_null(statement, i);
      else if (!blob->length)
        *code = sqlite3_bind_zeroblob(statement, i, 0);
      else
        *code = sqlite3_bind_blob64(statement, i, blob->data, blob->length, SQLITE_STATIC);
    }
  }
  return *code == SQLITE_OK;
}

static sqlite3_stmt *query(LbStore *store, GError **error, const char *sql, const char *types,
                           va_list arguments) {
  sqlite3_stmt *statement = g_hash_table_lookup(store->statements, sql);
  int code;

  if (!statement) {
    code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    if (code != SQLITE_OK) {
      lb_database_fail(store, code, error);
      return NULL;
    }
    g_hash_table_insert(store->statements, (gpointer)sql, statement);
  }
  if (bind(statement, types, arguments, &code))
    return statement;
  lb_database_fail(store, code, error);
  sqlite3_clear_bindings(statement);
  return NULL;
}

sqlite3_stmt *lb_database_query(LbStore *store, GError **error, const char *sql, const char *types, ...) {
  va_list arguments;

  va_start(arguments, types);
  sqlite3_stmt *statement = query(store, error, sql, types, arguments);
  va_end(arguments);
  return statement;
}

gboolean lb_database_step(LbStore *store, sqlite3_stmt *statement, GError **error) {
  int code = sqlite3_step(statement);

  if (code == SQLITE_ROW)
    return TRUE;
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (code != SQLITE_DONE)
    lb_database_fail(store, code, error);
  return FALSE;
}

gboolean lb_database_run(LbStore *store, GError **error, const char *sql, const char *types, ...) {
  GError *local = NULL;
  va_list arguments;

  va_start(arguments, types);
  sqlite3_stmt *statement = query(store, error, sql, types, arguments);
  va_end(arguments);
  if (!statement)
    return FALSE;
  while (lb_database_step(store, statement, &local))
    ;
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

gboolean lb_database_get_number(LbStore *store, const char *sql, gint64 fallback, gint64 *number,
                                GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(store, error, sql, "");

  *number = fallback;
  if (!statement)
    return FALSE;
  while (lb_database_step(store, statement, &local))
    if (sqlite3_column_type(statement, 0) != SQLITE_NULL)
      *number = sqlite3_column_int64(statement, 0);
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

LbBlob lb_database_column_blob(sqlite3_stmt *statement, int column) {
  LbBlob blob = {sqlite3_column_blob(statement, column), 0};

  /* In this order: see sqlite3_column_bytes(). */
  blob.length = blob.data ? (gsize)sqlite3_column_bytes(statement, column) : 0;
  return blob;
}
