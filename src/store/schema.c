/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/schema.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "store/seal.h"

/*
 * What lies in a store.  Numbers of mails: a source's id in the upper 32 bits and, in the lower, how many of
 * that source came before.  `sum` stands against damage that SQLite can't see: a hash of the row's blobs.
 *
 * source: a place where this list's mail comes from.  `spec` is all that makes it what it is, as the
 * configuration has it; `position` is how far it has been read (a text of source/, NULL: not at all); `mails`
 * counts what was saved of it.
 *
 * batch: up to a few hundred mails of one source, one after the other.  `first` is the number of the first
 * one, `n` how many there are.  `keys` has eight bytes for each, a hash of its Message-ID, low byte first;
 * `places` says of each where it was found (length and bytes), `facts` what is known of it (length and a
 * record, store/record.c; length 0: there is no mail of the list at this place).  Rows for single mails would
 * take three times as long to load.
 *
 * page: the texts and people that facts refer to, store/strings.c.  `id` is the source's in the upper 32
 * bits, the kind of page in the next four, its number in the rest.
 *
 * counted: the mails from `first` to `last` are counted in `report` (0: they came before the first one).
 * Mails that stand in no such range are pending.
 *
 * text: what a report prints of a mail that is pending, deflated; `size` is that of the text.  Gone when
 * counted.
 *
 * hash: of mails whose copies were compared, what of them is compared.
 *
 * told: what reports told of a mail's posting, LbTold.
 *
 * kept: `report` and `told` (0: nothing) of mails that were forgotten, by a hash of their Message-IDs, for
 * when they are saved again.
 *
 * printed: entries that reports printed: `key`, half a SHA-256 of author, version and title, the subject
 * under which it was printed and by which report.
 *
 * report: each report from number 1 on: its period [since, until), the two ends that its title names, when it
 * was made, the Message-ID of its mail, how far it got (store/report_log.h), its text, deflated.
 *
 * setting: names and values; `facts` is the version of the rules by which facts were made.
 */
static const char version_1[] =
    "CREATE TABLE source (id INTEGER PRIMARY KEY, spec TEXT NOT NULL UNIQUE, position TEXT,"
    " mails INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE batch (first INTEGER PRIMARY KEY, n INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " keys BLOB NOT NULL, places BLOB NOT NULL, facts BLOB NOT NULL);"
    "CREATE TABLE page (id INTEGER PRIMARY KEY, sum INTEGER NOT NULL, bytes BLOB NOT NULL);"
    "CREATE TABLE counted (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, report INTEGER NOT NULL);"
    "CREATE TABLE text (mail INTEGER PRIMARY KEY, size INTEGER NOT NULL, sum INTEGER NOT NULL, bytes BLOB "
    "NOT NULL);"
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
    "INSERT INTO setting VALUES ('facts', 1);";

/*
 * From version 2 on:
 *
 * gone: mails that were saved once more as they are now (the last mail of an mbox, read while it was being
 * written); their records stay where they are, as what follows is said as the difference from them.
 */
static const char version_2[] = "CREATE TABLE gone (mail INTEGER PRIMARY KEY);";

/*
 * From version 3 on, what was known after the last report (store/standing.c):
 *
 * posting: a cover and its patches, or a patch alone; `mail` is the number of the first of them, by which the
 * other tables call it, `patches` how many there are of `total`, `kind` one of new, again, revised (a patch
 * sent anew into an older posting), stable, pull.  `sum` tells whether any row of a posting must be written
 * anew. revision: of a posting that follows another in a line of work, which, and the rule by which that is
 * known. review: which trailer (`kind`) of whom it has got, for how many patches (0: all), first by which
 * mail. status: of those that are neither stable nor pull; `evidence` is the mail that decided.
 */
static const char version_3[] =
    "CREATE TABLE posting (mail INTEGER PRIMARY KEY, version INTEGER NOT NULL, total INTEGER NOT NULL,"
    " patches INTEGER NOT NULL, kind TEXT NOT NULL, sum INTEGER NOT NULL);"
    "CREATE TABLE revision (posting INTEGER PRIMARY KEY, before INTEGER NOT NULL, rule TEXT NOT NULL);"
    "CREATE TABLE review (posting INTEGER NOT NULL, kind TEXT NOT NULL, person TEXT NOT NULL,"
    " patches INTEGER NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (posting, kind, person)) WITHOUT ROWID;"
    "CREATE TABLE status (posting INTEGER PRIMARY KEY, status TEXT NOT NULL, evidence INTEGER NOT NULL);";

/*
 * From version 4 on:
 *
 * seal: of tables whose rows can't be made again a hash of all of them, store/seal.c.  Where it differs the
 * store is damaged: whoever changes a row by hand makes it so.
 */
static const char version_4[] =
    "CREATE TABLE seal (name TEXT PRIMARY KEY, sum INTEGER NOT NULL) WITHOUT ROWID;";

/* What makes version i + 1 of version i; a new store goes through all of them. */
static const char *const migrations[] = {version_1, version_2, version_3, version_4};

G_STATIC_ASSERT(G_N_ELEMENTS(migrations) == LB_SCHEMA_VERSION);

static gboolean execute(LbStore *store, const char *sql, GError **error) {
  int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  lb_database_fail(store, code, error);
  return FALSE;
}

static gboolean migrate(LbStore *store, gint64 from, GError **error) {
  for (gint64 version = from; version < LB_SCHEMA_VERSION; version++)
    if (!execute(store, migrations[version], error))
      return FALSE;
  /* There is nothing yet that other rules read. */
  if (from == 0 &&
      !execute(store, "UPDATE setting SET value=" G_STRINGIFY(LB_FACTS_VERSION) " WHERE name='facts'", error))
    return FALSE;
  /* What was written by versions that knew no seals is taken as it is. */
  return (from >= 4 || lb_seals_write(store, TRUE, error)) &&
         execute(store,
                 "PRAGMA application_id=" G_STRINGIFY(
                     LB_SCHEMA_APPLICATION_ID) ";"
                                               "PRAGMA user_version=" G_STRINGIFY(LB_SCHEMA_VERSION),
                 error);
}

/* A file of our own making beside path: nobody sees a store before it is whole. */
static char *make_beside(const char *path, GError **error) {
  g_autofree char *name = g_strdup_printf("%s.new-XXXXXX", path);
  int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot create store '%s': %s", path,
                g_strerror(errno));
    return NULL;
  }
  close(fd);
  return g_steal_pointer(&name);
}

static gboolean fill(const char *name, const char *path, GError **error) {
  g_autoptr(GHashTable) statements = lb_database_new_statements();
  LbStore store = {.path = (char *)path, .statements = statements};
  int code = sqlite3_open_v2(name, &store.db, SQLITE_OPEN_READWRITE, NULL);
  gboolean done = FALSE;

  if (code == SQLITE_OK)
    done = execute(&store, "PRAGMA page_size=8192; PRAGMA synchronous=FULL; BEGIN IMMEDIATE", error) &&
           migrate(&store, 0, error) && execute(&store, "COMMIT", error) &&
           execute(&store, "PRAGMA journal_mode=WAL", error);
  else
    lb_database_fail(&store, code, error);
  g_hash_table_remove_all(statements);
  sqlite3_close(store.db);
  return done;
}

static gboolean sync_folder(const char *path, GError **error) {
  g_autofree char *folder = g_path_get_dirname(path);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync(fd) == 0;

  if (!done)
    g_set_error(error, LB_ERROR, LB_ERROR_WRITE, "cannot write folder '%s': %s", folder, g_strerror(errno));
  if (fd >= 0)
    close(fd);
  return done;
}

gboolean lb_schema_create(const char *path, GError **error) {
  g_autofree char *name = make_beside(path, error);

  if (!name)
    return FALSE;
  gboolean done = fill(name, path, error);
  /* Whoever was quicker has made the store. */
  if (done && link(name, path) != 0 && errno != EEXIST) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot create store '%s': %s", path,
                g_strerror(errno));
    done = FALSE;
  }
  unlink(name);
  return done && sync_folder(path, error);
}

gboolean lb_schema_upgrade(LbStore *store, GError **error) {
  gint64 application, version;

  if (!lb_database_get_number(store, "PRAGMA application_id", 0, &application, error) ||
      !lb_database_get_number(store, "PRAGMA user_version", 0, &version, error))
    return FALSE;
  if (application != LB_SCHEMA_APPLICATION_ID || version < 1) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s' is no store of listbrief", store->path);
    return FALSE;
  }
  if (version > LB_SCHEMA_VERSION) {
    g_set_error(error, LB_ERROR, LB_ERROR_CONFIG,
                "store '%s' was made by a newer listbrief (its version is %d, this one knows %d)",
                store->path, (int)MIN(version, G_MAXINT), LB_SCHEMA_VERSION);
    return FALSE;
  }
  if (version == LB_SCHEMA_VERSION)
    return TRUE;
  if (!execute(store, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (migrate(store, version, error) && execute(store, "COMMIT", error))
    return TRUE;
  execute(store, "ROLLBACK", NULL);
  return FALSE;
}
