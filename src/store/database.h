/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to store/: SQLite with our errors.  Statements are prepared once and kept; what fails says which
 * store and why.  Knows no table but by the SQL it is given.
 */
#pragma once
#include <sqlite3.h>
#include "base/error.h"
#include "store/store.h"

typedef struct LbSaving LbSaving;     /* save.c: what of the open transaction is still in memory */
typedef struct LbPlaceSet LbPlaceSet; /* places.c: what lb_store_has_place() knows */

struct LbStore {
  sqlite3 *db;
  char *path;
  GHashTable *statements; /* SQL -> sqlite3_stmt */
  GMutex lock;            /* over lb_store_read_text() and lb_store_find_printed() */
  gboolean is_in_transaction, is_current;
  guint changed_tables; /* since they were sealed: seal.c */
  LbSaving *saving;
  LbPlaceSet *places;
};

/* For LbStore.statements. */
GHashTable *lb_database_new_statements(void);
/* Turns a result code of SQLite into an error about store. */
void lb_database_fail(const LbStore *store, int code, GError **error);
/* LB_ERROR_BAD_INPUT: "store '…' is damaged: WHAT". */
void lb_database_fail_damaged(const LbStore *store, const char *what, GError **error);

/* The bytes that a statement's "b" takes. */
typedef struct {
  gconstpointer data; /* NULL with length 0: an empty blob */
  gsize length;
} LbBlob;
/* A statement with its parameters, ready to be stepped.  sql: a literal.  types: a letter for each parameter:
 * i gint64, t const char * (NULL: null), b const LbBlob * (NULL: null); what they point to must live until
 * the statement is reset.  Owned by the store; NULL with error. */
sqlite3_stmt *lb_database_query(LbStore *store, GError **error, const char *sql, const char *types, ...);
/* TRUE: there is a row.  FALSE: that was the last, or error is set; the statement is reset. */
gboolean lb_database_step(LbStore *store, sqlite3_stmt *statement, GError **error);
/* Runs a statement that gives no rows.  What it changes belongs between lb_store_begin() and
 * lb_store_commit(). */
gboolean lb_database_run(LbStore *store, GError **error, const char *sql, const char *types, ...);
/* The first column of the first row as number, fallback if there is no row or null. */
gboolean lb_database_get_number(LbStore *store, const char *sql, gint64 fallback, gint64 *number,
                                GError **error);

/* Whatever of the row's column: an empty blob for null. */
LbBlob lb_database_column_blob(sqlite3_stmt *statement, int column);
