/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mails, sources and reports in a store; what opening refuses; older versions. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/period.h"
#include "store_unit.h"

static LbStore *open_store(const char *path) {
  g_autoptr(GError) error = NULL;
  LbStore *store = lb_store_open(path, LB_STORE_CREATE, &error);

  if (!store)
    fail_msg("%s", error->message);
  return store;
}

static char *describe(LbStore *store) {
  g_autoptr(GError) error = NULL;
  char *text = store_describe(store, &error);

  if (!text)
    fail_msg("%s", error->message);
  return text;
}

static void say(const char *what, gpointer data) {
  (void)data;
  print_error("amiss: %s\n", what);
}

static void assert_whole(LbStore *store) {
  g_autoptr(GError) error = NULL;

  if (!lb_store_check(store, say, NULL, &error))
    fail_msg("%s", error->message);
}

/* Runs SQL on the file behind the store's back. */
static void run_sql(const char *path, const char *sql) {
  sqlite3 *db;

  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  char *message = NULL;
  if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
    fail_msg("%s: %s", sql, message);
  sqlite3_close(db);
}

static gint64 get_number(const char *path, const char *sql) {
  sqlite3 *db;
  sqlite3_stmt *statement;

  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  gint64 number = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return number;
}

static void test_pieces_make_the_same(void **state) {
  g_autofree char *one = store_path("one.sqlite"), *other = store_path("other.sqlite");
  g_autoptr(LbStore) whole = open_store(one);

  (void)state;
  store_save(whole, "a", 0, 700);
  g_autofree char *wanted = describe(whole);
  assert_non_null(strstr(wanted, "m699@example.org"));
  for (guint first = 0, n = 1; first < 700; first += n, n = n % 60 + 7) {
    g_autoptr(LbStore) pieces = open_store(other);
    store_save(pieces, "a", first, MIN(first + n, 700));
  }
  g_autoptr(LbStore) pieces = open_store(other);
  g_autofree char *got = describe(pieces);
  assert_string_equal(got, wanted);
  assert_whole(pieces);
}

static void test_sources_and_positions(void **state) {
  g_autofree char *path = store_path("list.sqlite"), *position = NULL;
  g_autoptr(LbStore) store = open_store(path);
  guint32 source;

  (void)state;
  assert_true(lb_store_find_source(store, "a", &source, &position, NULL));
  assert_int_equal(source, 0);
  assert_null(position);
  store_save(store, "a", 0, 3);
  assert_true(lb_store_find_source(store, "a", &source, &position, NULL));
  assert_string_equal(position, "3");
  assert_true(lb_store_has_place(store, source, (const guint8 *)"o\xe8\x07", 3));
  assert_false(lb_store_has_place(store, source, (const guint8 *)"o\xe9\x07", 3));
  assert_true(lb_store_begin(store, NULL));
  assert_true(lb_store_save_nothing(store, source, (const guint8 *)"mjunk", 5, NULL));
  assert_true(lb_store_commit(store, NULL));
  assert_true(lb_store_has_place(store, source, (const guint8 *)"mjunk", 5));
  g_autoptr(LbStoredMails) mails = store_load(store, "a", NULL);
  assert_int_equal(lb_stored_mails_get(mails)->len, 3);
  assert_whole(store);
}

static void test_until_leaves_out_later_mail(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  g_autoptr(LbStore) store = open_store(path);
  guint32 source;
  gint64 until = 1736899200; /* 2025-01-15 */

  (void)state;
  store_save(store, "a", 0, 200);
  assert_true(lb_store_find_source(store, "a", &source, NULL, NULL));
  LbStoreFilter filter = {.sources = &source, .n_sources = 1, .until = until};
  g_autoptr(LbStoredMails) mails = lb_store_load(store, &filter, NULL);
  guint n = 0, n_unknown = 0;
  for (guint i = 0; i < 200; i++)
    n += store_mail(i)->date == LB_TIME_UNKNOWN || store_mail(i)->date < until;
  assert_int_equal(lb_stored_mails_get(mails)->len, n);
  assert_true(n > 50 && n < 150);
  for (guint i = 0; i < n; i++) {
    const LbMail *mail = g_ptr_array_index(lb_stored_mails_get(mails), i);
    n_unknown += mail->date == LB_TIME_UNKNOWN;
    assert_null(mail->details->extras->request ? NULL : mail->details->extras->cc);
  }
  assert_true(n_unknown > 5);
}

static void test_reports_and_what_they_told(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  LbStoreStats stats;

  (void)state;
  store_make(path);
  g_autoptr(LbStore) store = open_store(path);
  g_autoptr(LbStoredMails) mails = store_load(store, "one", NULL);
  for (guint i = 0; i < 310; i++) {
    const LbMail *mail = g_ptr_array_index(lb_stored_mails_get(mails), i);
    guint32 wanted = i % 10 == 9 ? LB_REPORT_PENDING : i < 40 ? 0 : 1;
    g_autofree char *text = lb_store_read_text(store, &mail->details->message, NULL);
    assert_int_equal(mail->report, wanted);
    assert_int_equal(mail->told, i == 50 ? LB_TOLD_POSTED : 0);
    /* Who is counted has no text any more. */
    assert_true(wanted == LB_REPORT_PENDING || !*text);
  }
  assert_true(lb_store_get_stats(store, &stats, NULL));
  assert_int_equal(stats.n_mails, 320);
  assert_int_equal(stats.n_pending, 31 + 10);
  assert_int_equal(stats.n_reports, 1);
  assert_whole(store);
}

static void test_forgotten_sources_keep_reports(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  guint32 source;

  (void)state;
  store_make(path);
  g_autoptr(LbStore) store = open_store(path);
  g_autofree char *before = describe(store);
  assert_true(lb_store_find_source(store, "one", &source, NULL, NULL));
  assert_true(lb_store_begin(store, NULL));
  assert_true(lb_store_forget_source(store, source, NULL));
  assert_true(lb_store_commit(store, NULL));
  g_autoptr(LbStoredMails) none = store_load(store, "one", NULL);
  assert_int_equal(lb_stored_mails_get(none)->len, 0);
  assert_whole(store);
  store_save(store, "one", 0, 300);
  store_save(store, "one", 310, 320);
  g_autofree char *after = describe(store);
  /* But for the hashes, which can be had again. */
  char *hash = strstr(before, " hash 1 ");
  assert_non_null(hash);
  hash[6] = '0';
  assert_string_equal(after, before);
  assert_whole(store);
}

static void test_mail_read_again(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  g_autoptr(LbStore) store = open_store(path);
  LbMail again = *store_mail(4);
  guint32 source;

  (void)state;
  store_save(store, "a", 0, 5);
  g_autoptr(LbStoredMails) first = store_load(store, "a", NULL);
  LbReportRecord record = {.number = 1, .first = "a", .last = "b"};
  ((LbMail *)g_ptr_array_index(lb_stored_mails_get(first), 4))->report = 1;
  assert_true(lb_store_begin(store, NULL));
  assert_true(lb_report_log_add(store, &record, "x", 1, NULL));
  assert_true(lb_store_save_counted(store, first, NULL));
  assert_true(lb_store_save_told(store, first, g_ptr_array_index(lb_stored_mails_get(first), 4),
                                 LB_TOLD_REVIEWED, NULL));
  assert_true(lb_store_commit(store, NULL));
  again.is_again = TRUE;
  again.subject = again.title = "whole now";
  assert_true(lb_store_begin(store, NULL));
  assert_true(lb_store_find_source(store, "a", &source, NULL, NULL));
  assert_true(lb_store_save_mail(store, source, &again, (const guint8 *)"o\xa0\x1f", 3, "text", NULL));
  assert_true(lb_store_commit(store, NULL));
  g_autoptr(LbStoredMails) second = store_load(store, "a", NULL);
  assert_int_equal(lb_stored_mails_get(second)->len, 5);
  const LbMail *mail = g_ptr_array_index(lb_stored_mails_get(second), 4);
  assert_string_equal(mail->subject, "whole now");
  assert_int_equal(mail->report, 1);
  assert_int_equal(mail->told, LB_TOLD_REVIEWED);
  assert_int_equal(mail->details->message.length, 0);
  assert_whole(store);
}

static void test_rollback_leaves_nothing(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  guint32 source;

  (void)state;
  store_make(path);
  g_autoptr(LbStore) store = open_store(path);
  g_autofree char *before = describe(store);
  assert_true(lb_store_begin(store, NULL));
  assert_true(lb_store_get_source(store, "three", &source, NULL, NULL));
  for (guint i = 0; i < 300; i++)
    assert_true(lb_store_save_mail(store, source, store_mail(i), (const guint8 *)"o\1", 2, "text", NULL));
  lb_store_rollback(store);
  g_autofree char *after = describe(store);
  assert_string_equal(after, before);
}

static void test_nothing_new_writes_nothing(void **state) {
  g_autofree char *path = store_path("list.sqlite"), *log = store_path("list.sqlite-wal");
  struct stat before, after;

  (void)state;
  store_make(path);
  assert_int_equal(stat(path, &before), 0);
  struct stat log_before = {0}, log_after = {0};
  assert_int_equal(stat(log, &log_before), 0);
  assert_int_equal(log_before.st_size, 0);
  for (int i = 0; i < 2; i++) {
    g_autoptr(LbStore) store = open_store(path);
    guint32 source;
    assert_true(lb_store_begin(store, NULL));
    assert_true(lb_store_get_source(store, "one", &source, NULL, NULL));
    assert_true(lb_store_set_position(store, source, "320", NULL));
    assert_true(lb_store_set_setting(store, "here", 5, NULL));
    assert_true(lb_store_commit(store, NULL));
  }
  assert_int_equal(stat(log, &log_after), 0);
  assert_int_equal(log_after.st_size, 0);
  assert_int_equal(log_before.st_ino, log_after.st_ino);
  assert_memory_equal(&log_before.st_mtim, &log_after.st_mtim, sizeof log_before.st_mtim);
  assert_int_equal(stat(path, &after), 0);
  assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
  assert_int_equal(before.st_size, after.st_size);
}

/* ---- What opening refuses. */

static void assert_refused(const char *path, LbError code, const char *what) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LbStore) store = lb_store_open(path, LB_STORE_CREATE, &error);

  unit_check(!store, "%s", what);
  unit_check(g_error_matches(error, LB_ERROR, (gint)code), "%s: %d %s", what, error->code, error->message);
  unit_check(strstr(error->message, path) || code == LB_ERROR_CONFIG, "%s: %s", what, error->message);
  unit_check(!strchr(error->message, '\n'), "%s", what);
}

static void test_what_is_no_store(void **state) {
  g_autofree char *path = store_path("list.sqlite"), *text = g_strnfill(5000, 'x'), *now = NULL;
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(lb_store_open(path, 0, &error));
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_NO_INPUT));
  assert_int_equal(g_access(path, F_OK), -1);
  g_file_set_contents(path, text, -1, NULL);
  g_chmod(path, 0600);
  assert_refused(path, LB_ERROR_BAD_INPUT, "a text");
  g_file_get_contents(path, &now, NULL, NULL);
  assert_string_equal(now, text);
  g_file_set_contents(path, "", 0, NULL);
  g_chmod(path, 0600);
  assert_refused(path, LB_ERROR_BAD_INPUT, "an empty file");
  g_unlink(path);
  run_sql(path, "CREATE TABLE other (x)");
  g_chmod(path, 0600);
  assert_refused(path, LB_ERROR_BAD_INPUT, "somebody else's database");
  assert_int_equal(get_number(path, "SELECT count(*) FROM sqlite_schema"), 1);
  g_unlink(path);
  assert_int_equal(symlink("/dev/null", path), 0);
  assert_refused(path, LB_ERROR_BAD_INPUT, "a link");
}

static void test_newer_versions(void **state) {
  g_autofree char *path = store_path("list.sqlite"), *before = NULL, *after = NULL;
  gsize length, length_after;

  (void)state;
  store_make(path);
  run_sql(path, "PRAGMA user_version=1000");
  assert_true(g_file_get_contents(path, &before, &length, NULL));
  assert_refused(path, LB_ERROR_CONFIG, "a store from the future");
  assert_true(g_file_get_contents(path, &after, &length_after, NULL));
  assert_int_equal(length, length_after);
  assert_memory_equal(before, after, length);
}

static void test_permissions(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  struct stat status;
  mode_t mask = umask(0);

  (void)state;
  store_make(path);
  umask(mask);
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 07777, 0600);
  g_chmod(path, 0620);
  assert_refused(path, LB_ERROR_CONFIG, "a file that the group may write");
  g_chmod(path, 0600);
  g_chmod(store_folder, 0702);
  assert_refused(path, LB_ERROR_CONFIG, "a folder that others may write");
  g_chmod(store_folder, 0700);
  lb_store_close(open_store(path));
}

static void test_locked(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  sqlite3 *db;

  (void)state;
  store_make(path);
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
  gint64 begin = g_get_monotonic_time();
  g_autoptr(GError) error = NULL;
  LbStore *store = lb_store_open(path, 0, &error);
  gboolean failed = !store || !lb_store_begin(store, &error);
  lb_store_close(store);
  assert_true(failed);
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_TRY_LATER));
  assert_true(g_get_monotonic_time() - begin > G_USEC_PER_SEC);
  sqlite3_close(db);
  /* One of ours keeps others of ours out. */
  LbStore *first = open_store(path);
  assert_refused(path, LB_ERROR_TRY_LATER, "a store in use");
  lb_store_close(first);
  lb_store_close(open_store(path));
}

/* ---- Older versions, as they were written then. */

static const char version_1[] =
    "CREATE TABLE source (id INTEGER PRIMARY KEY, spec TEXT NOT NULL UNIQUE, position TEXT,"
    " mails INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE batch (first INTEGER PRIMARY KEY, n INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " keys BLOB NOT NULL, places BLOB NOT NULL, facts BLOB NOT NULL);"
    "CREATE TABLE page (id INTEGER PRIMARY KEY, sum INTEGER NOT NULL, bytes BLOB NOT NULL);"
    "CREATE TABLE counted (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, report INTEGER NOT NULL);"
    "CREATE TABLE text (mail INTEGER PRIMARY KEY, size INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " bytes BLOB NOT NULL);"
    "CREATE TABLE hash (mail INTEGER PRIMARY KEY, content BLOB NOT NULL, raw BLOB NOT NULL);"
    "CREATE TABLE told (mail INTEGER PRIMARY KEY, told INTEGER NOT NULL);"
    "CREATE TABLE kept (msgid INTEGER PRIMARY KEY, report INTEGER NOT NULL, told INTEGER NOT NULL);"
    "CREATE TABLE printed (key BLOB PRIMARY KEY, subject TEXT NOT NULL, report INTEGER NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE TABLE report (number INTEGER PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL,"
    " first TEXT NOT NULL, last TEXT NOT NULL, made INTEGER NOT NULL, msgid TEXT, mark TEXT,"
    " state INTEGER NOT NULL, outputs_done INTEGER NOT NULL,"
    " size INTEGER NOT NULL, sum INTEGER NOT NULL, body BLOB NOT NULL);"
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "PRAGMA application_id=1279423078; PRAGMA user_version=1; PRAGMA journal_mode=WAL";

/* All rows of a store of today into the tables of then. */
static const char copy[] =
    "INSERT INTO source SELECT * FROM today.source; INSERT INTO batch SELECT * FROM today.batch;"
    "INSERT INTO page SELECT * FROM today.page; INSERT INTO counted SELECT * FROM today.counted;"
    "INSERT INTO text SELECT * FROM today.text; INSERT INTO hash SELECT * FROM today.hash;"
    "INSERT INTO told SELECT * FROM today.told; INSERT INTO kept SELECT * FROM today.kept;"
    "INSERT INTO printed SELECT * FROM today.printed; INSERT INTO report SELECT * FROM today.report;"
    "INSERT INTO setting SELECT * FROM today.setting";

static const char version_2[] = "CREATE TABLE gone (mail INTEGER PRIMARY KEY); PRAGMA user_version=2;";

static const char version_3[] =
    "CREATE TABLE posting (mail INTEGER PRIMARY KEY, version INTEGER NOT NULL, total INTEGER NOT NULL,"
    " patches INTEGER NOT NULL, kind TEXT NOT NULL, sum INTEGER NOT NULL);"
    "CREATE TABLE revision (posting INTEGER PRIMARY KEY, before INTEGER NOT NULL, rule TEXT NOT NULL);"
    "CREATE TABLE review (posting INTEGER NOT NULL, kind TEXT NOT NULL, person TEXT NOT NULL,"
    " patches INTEGER NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (posting, kind, person)) WITHOUT ROWID;"
    "CREATE TABLE status (posting INTEGER PRIMARY KEY, status TEXT NOT NULL, evidence INTEGER NOT NULL);"
    "PRAGMA user_version=3";

/* A store as older versions left it becomes one of today, with all that was in it. */
static void upgrade(const char *const *versions, guint n) {
  g_autofree char *today = store_path("today.sqlite"), *path = store_path("list.sqlite");
  g_autofree char *all = g_strdup_printf("ATTACH '%s' AS today; %s", today, copy);

  store_make(today);
  LbStore *wanted = open_store(today);
  g_autofree char *before = describe(wanted);
  lb_store_close(wanted);
  for (guint i = 0; i < n; i++)
    run_sql(path, versions[i]);
  run_sql(path, all);
  g_chmod(path, 0600);
  LbStore *store = open_store(path);
  g_autofree char *after = describe(store);
  assert_string_equal(after, before);
  assert_whole(store);
  store_save(store, "one", 320, 330);
  lb_store_close(store);
  assert_int_equal(get_number(path, "PRAGMA user_version"), get_number(today, "PRAGMA user_version"));
  /* The same tables, whatever way they came about. */
  assert_int_equal(get_number(path, "SELECT count(*) FROM sqlite_schema"),
                   get_number(today, "SELECT count(*) FROM sqlite_schema"));
}

static void test_version_1(void **state) {
  (void)state;
  upgrade((const char *const[]){version_1}, 1);
}

static void test_version_2(void **state) {
  (void)state;
  upgrade((const char *const[]){version_1, version_2}, 2);
}

static void test_version_3(void **state) {
  (void)state;
  upgrade((const char *const[]){version_1, version_2, version_3}, 3);
}

static void test_facts_by_other_rules(void **state) {
  g_autofree char *path = store_path("list.sqlite");
  guint32 source;

  (void)state;
  store_make(path);
  LbStore *store = open_store(path);
  assert_true(lb_store_begin(store, NULL));
  assert_true(lb_store_set_setting(store, "facts", 0, NULL));
  assert_true(lb_store_commit(store, NULL));
  lb_store_close(store);
  store = open_store(path);
  assert_false(lb_store_is_current(store));
  assert_true(lb_store_begin(store, NULL));
  for (guint i = 0; i < 2; i++)
    assert_true(lb_store_find_source(store, i ? "two" : "one", &source, NULL, NULL) &&
                lb_store_forget_source(store, source, NULL));
  assert_true(lb_store_set_current(store, NULL));
  assert_true(lb_store_commit(store, NULL));
  lb_store_close(store);
  store = open_store(path);
  assert_true(lb_store_is_current(store));
  assert_whole(store);
  lb_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
      TEST(test_pieces_make_the_same),
      TEST(test_sources_and_positions),
      TEST(test_until_leaves_out_later_mail),
      TEST(test_reports_and_what_they_told),
      TEST(test_forgotten_sources_keep_reports),
      TEST(test_mail_read_again),
      TEST(test_rollback_leaves_nothing),
      TEST(test_nothing_new_writes_nothing),
      TEST(test_what_is_no_store),
      TEST(test_newer_versions),
      TEST(test_permissions),
      TEST(test_locked),
      TEST(test_version_1),
      TEST(test_version_2),
      TEST(test_version_3),
      TEST(test_facts_by_other_rules),
  };
  lb_message_init();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
