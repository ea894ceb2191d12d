/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/store.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/period.h"
#include "store/database.h"
#include "store/places.h"
#include "store/saving.h"
#include "store/schema.h"
#include "store/seal.h"

/* Others are done with a store in far less; who waits longer waits for something that hangs. */
#define BUSY_MILLISECONDS 2000

char *lb_store_format_path(const char *list, GError **error) {
  const char *state = g_getenv("XDG_STATE_HOME"), *home = g_getenv("HOME");
  g_autofree char *name = g_strconcat(list, ".sqlite", NULL);

  /* The XDG specification: a relative path is to be ignored. */
  if (state && g_path_is_absolute(state))
    return g_build_filename(state, "listbrief", name, NULL);
  if (home && g_path_is_absolute(home))
    return g_build_filename(home, ".local", "state", "listbrief", name, NULL);
  g_set_error(error, LB_ERROR, LB_ERROR_CONFIG,
              "no place for the store of '%s': neither XDG_STATE_HOME nor HOME is set", list);
  return NULL;
}

/* Who may write a store decides what reports say and where they go. */
static gboolean check_owner(const char *path, const struct stat *status, const char *what, GError **error) {
  if (status->st_mode & (S_IWGRP | S_IWOTH))
    g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "%s '%s' may be written by others (mode %04o)", what, path,
                (guint)(status->st_mode & 07777));
  else if (status->st_uid != geteuid() && status->st_uid != 0 && geteuid() != 0)
    g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "%s '%s' belongs to somebody else", what, path);
  else
    return TRUE;
  return FALSE;
}

static gboolean open_folder(const char *path, LbStoreFlags flags, GError **error) {
  g_autofree char *folder = g_path_get_dirname(path);
  struct stat status;

  if (flags & LB_STORE_CREATE && g_mkdir_with_parents(folder, 0700) != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot create folder '%s': %s", folder,
                g_strerror(errno));
    return FALSE;
  }
  if (stat(folder, &status) == 0)
    return check_owner(folder, &status, "folder", error);
  g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "there is no store '%s': %s", path, g_strerror(errno));
  return FALSE;
}

gboolean lb_store_make_folder(const char *path, GError **error) {
  return open_folder(path, LB_STORE_CREATE, error);
}

/* The file must be there, plain and ours. */
static gboolean check_file(const char *path, GError **error) {
  struct stat status;

  if (lstat(path, &status) != 0)
    g_set_error(error, LB_ERROR, errno == ENOENT ? LB_ERROR_NO_INPUT : LB_ERROR_CANNOT_CREATE,
                errno == ENOENT ? "there is no store '%s'" : "cannot open store '%s'", path);
  else if (!S_ISREG(status.st_mode))
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s' is no store of listbrief: no file", path);
  else if (!status.st_size)
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s' is no store of listbrief: it is empty", path);
  else if (check_owner(path, &status, "store", error)) {
    if (access(path, R_OK | W_OK) == 0)
      return TRUE;
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot write store '%s': %s", path,
                g_strerror(errno));
  }
  return FALSE;
}

/* Exclusive: no file of shared memory, which a read-only look would make and a truncation turn into a signal.
 */
static gboolean set_up(LbStore *store, GError **error) {
  static const char pragmas[] =
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_size_limit=0; PRAGMA synchronous=FULL; PRAGMA "
      "mmap_size=0;"
      "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;";
  int code;

  /* The log stays, empty, between runs: one that finds nothing new makes and removes no file. */
  int persists = 1;

  sqlite3_extended_result_codes(store->db, 1);
  sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
  sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  code = sqlite3_exec(store->db, pragmas, NULL, NULL, NULL);
  /* The first look at the file itself: is it a database, is it free? */
  if (code == SQLITE_OK)
    code = sqlite3_exec(store->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_file_control(store->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &persists);
  if (code == SQLITE_OK)
    return TRUE;
  lb_database_fail(store, code, error);
  return FALSE;
}

/* What a crash left half written is in the log as well; without one, a file that ends within a page was cut.
 */
static gboolean check_length(LbStore *store, GError **error) {
  g_autofree char *log = g_strconcat(store->path, "-wal", NULL);
  struct stat status, log_status = {0};
  gint64 page;

  if (!lb_database_get_number(store, "PRAGMA page_size", 0, &page, error))
    return FALSE;
  if (stat(store->path, &status) != 0 || page < 1 || status.st_size % page == 0 ||
      (stat(log, &log_status) == 0 && log_status.st_size > 0))
    return TRUE;
  lb_database_fail_damaged(store, "its end was cut off", error);
  return FALSE;
}

static gboolean find_current(LbStore *store, GError **error) {
  gint64 version;

  if (!lb_database_get_number(store, "SELECT value FROM setting WHERE name='facts'", 0, &version, error))
    return FALSE;
  store->is_current = version == LB_FACTS_VERSION;
  return TRUE;
}

LbStore *lb_store_open(const char *path, LbStoreFlags flags, GError **error) {
  if (!open_folder(path, flags, error))
    return NULL;
  if (flags & LB_STORE_CREATE && !g_file_test(path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK) &&
      !lb_schema_create(path, error))
    return NULL;
  if (!check_file(path, error))
    return NULL;
  g_autoptr(LbStore) store = g_new0(LbStore, 1);
  g_mutex_init(&store->lock);
  store->path = g_strdup(path);
  store->statements = lb_database_new_statements();
  int code = sqlite3_open_v2(path, &store->db,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK) {
    lb_database_fail(store, code, error);
    return NULL;
  }
  /* The log stays, empty: coming and going it would make every run write to the folder. */
  int persist = 1;
  sqlite3_file_control(store->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &persist);
  if (!set_up(store, error) || !check_length(store, error) || !lb_schema_upgrade(store, error) ||
      !lb_seals_verify(store, error) || !find_current(store, error))
    return NULL;
  lb_seals_watch(store);
  return g_steal_pointer(&store);
}

void lb_store_close(LbStore *store) {
  if (!store)
    return;
  if (store->is_in_transaction)
    lb_store_rollback(store);
  g_clear_pointer(&store->places, lb_place_set_free);
  g_hash_table_unref(store->statements);
  sqlite3_close(store->db);
  g_mutex_clear(&store->lock);
  g_free(store->path);
  g_free(store);
}

const char *lb_store_get_path(const LbStore *store) {
  return store->path;
}

gboolean lb_store_begin(LbStore *store, GError **error) {
  g_return_val_if_fail(!store->is_in_transaction, FALSE);
  store->changed_tables = 0;
  store->is_in_transaction = lb_database_run(store, error, "BEGIN IMMEDIATE", "");
  return store->is_in_transaction;
}

gboolean lb_store_commit(LbStore *store, GError **error) {
  g_return_val_if_fail(store->is_in_transaction, FALSE);
  if (!lb_saving_flush(store, error) || !lb_seals_write(store, FALSE, error) ||
      !lb_database_run(store, error, "COMMIT", "")) {
    lb_store_rollback(store);
    return FALSE;
  }
  g_clear_pointer(&store->saving, lb_saving_free);
  store->is_in_transaction = FALSE;
  return TRUE;
}

void lb_store_rollback(LbStore *store) {
  g_clear_pointer(&store->saving, lb_saving_free);
  g_clear_pointer(&store->places, lb_place_set_free);
  if (store->is_in_transaction)
    lb_database_run(store, NULL, "ROLLBACK", "");
  store->is_in_transaction = FALSE;
}

/* ---- Sources. */

gboolean lb_store_find_source(LbStore *store, const char *spec, guint32 *source, char **position,
                              GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement =
      lb_database_query(store, error, "SELECT id, position FROM source WHERE spec=?", "t", spec);

  *source = 0;
  if (position)
    *position = NULL;
  if (!statement)
    return FALSE;
  while (lb_database_step(store, statement, &local)) {
    *source = (guint32)sqlite3_column_int64(statement, 0);
    if (position) {
      g_free(*position);
      *position = g_strdup((const char *)sqlite3_column_text(statement, 1));
    }
  }
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

gboolean lb_store_get_source(LbStore *store, const char *spec, guint32 *source, char **position,
                             GError **error) {
  if (!lb_store_find_source(store, spec, source, position, error))
    return FALSE;
  if (*source)
    return TRUE;
  return lb_database_run(store, error, "INSERT INTO source (spec) VALUES (?)", "t", spec) &&
         lb_store_find_source(store, spec, source, position, error);
}

gboolean lb_store_set_position(LbStore *store, guint32 source, const char *position, GError **error) {
  return lb_database_run(store, error, "UPDATE source SET position=?2 WHERE id=?1 AND position IS NOT ?2",
                         "it", (gint64)source, position);
}

GPtrArray *lb_store_list_sources(LbStore *store, GError **error) {
  g_autoptr(GPtrArray) specs = g_ptr_array_new_with_free_func(g_free);
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(
      store, error, "SELECT spec FROM source WHERE mails>0 OR position IS NOT NULL ORDER BY id", "");

  if (!statement)
    return NULL;
  while (lb_database_step(store, statement, &local))
    g_ptr_array_add(specs, g_strdup((const char *)sqlite3_column_text(statement, 0)));
  if (!local)
    return g_steal_pointer(&specs);
  g_propagate_error(error, local);
  return NULL;
}

gboolean lb_store_get_setting(LbStore *store, const char *name, gint64 *value, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement =
      lb_database_query(store, error, "SELECT value FROM setting WHERE name=?", "t", name);

  *value = LB_TIME_UNKNOWN;
  if (!statement)
    return FALSE;
  while (lb_database_step(store, statement, &local))
    *value = sqlite3_column_int64(statement, 0);
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

gboolean lb_store_set_setting(LbStore *store, const char *name, gint64 value, GError **error) {
  lb_seals_note(store, "setting");
  return lb_database_run(store, error,
                         "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value=?2"
                         " WHERE value!=?2",
                         "ti", name, value);
}

gboolean lb_store_is_current(const LbStore *store) {
  return store->is_current;
}

gboolean lb_store_set_current(LbStore *store, GError **error) {
  lb_seals_note(store, "setting");
  store->is_current = lb_database_run(
      store, error, "REPLACE INTO setting VALUES ('facts', " G_STRINGIFY(LB_FACTS_VERSION) ")", "");
  return store->is_current;
}
