/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/rebuilding.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/error.h"
#include "base/period.h"
#include "base/text.h"
#include "cli/edition.h"
#include "cli/lock.h"
#include "cli/reading.h"
#include "cli/taking.h"
#include "store/carry.h"
#include "store/report_log.h"

typedef struct {
  const LbListConfig *list;
  const LbStoreOptions *options;
  int lock_fd;
  char *path, *new_path;
  LbStore *store; /* the new one */
  LbDiagLog *log;
  LbTaking taking;
  gboolean is_whole; /* all that can't be made again was carried over */
  guint64 n_mails;
} Rebuilding;

static void clear(Rebuilding *rebuilding) {
  lb_taking_clear(&rebuilding->taking);
  lb_store_close(rebuilding->store);
  lb_diag_log_free(rebuilding->log);
  if (rebuilding->lock_fd >= 0)
    close(rebuilding->lock_fd);
  g_free(rebuilding->path);
  g_free(rebuilding->new_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rebuilding, clear)

static void say(const Rebuilding *rebuilding, const char *format, const char *what) {
  g_autofree char *line = g_strdup_printf("%s: %s%s", rebuilding->list->name, format, what);
  g_autofree char *shown = lb_text_visible(line, TRUE);

  fprintf(stderr, "listbrief: %s\n", shown);
}

static void say_lost(const char *what, gpointer data) {
  say(data, "cannot be read in the old store: ", what);
}

/* A store and its log. */
static void remove_store(const char *path) {
  g_autofree char *log = g_strconcat(path, "-wal", NULL);

  g_unlink(log);
  g_unlink(path);
}

static gboolean lock(Rebuilding *rebuilding, GError **error) {
  g_autofree char *base = NULL, *lock_path = NULL;

  rebuilding->path = lb_store_format_path(rebuilding->list->name, error);
  if (!rebuilding->path || !lb_store_make_folder(rebuilding->path, error))
    return FALSE;
  base = g_strndup(rebuilding->path, strlen(rebuilding->path) - strlen(".sqlite"));
  lock_path = g_strconcat(base, ".lock", NULL);
  rebuilding->new_path = g_strconcat(base, ".rebuilt", NULL);
  rebuilding->lock_fd = lb_lock_take(lock_path, 0, error);
  return rebuilding->lock_fd >= 0;
}

/* What the log of the old store holds goes into it, so that it can do without; a newer or busy one is left
 * alone. */
static gboolean settle_old(Rebuilding *rebuilding, GError **error) {
  g_autoptr(GError) local = NULL;
  LbStore *old = lb_store_open(rebuilding->path, 0, &local);

  lb_store_close(old);
  if (old || g_error_matches(local, LB_ERROR, LB_ERROR_BAD_INPUT) ||
      g_error_matches(local, LB_ERROR, LB_ERROR_NO_INPUT))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&local));
  return FALSE;
}

static gboolean carry_over(Rebuilding *rebuilding, GError **error) {
  rebuilding->is_whole = TRUE;
  if (!g_file_test(rebuilding->path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!lb_store_begin(rebuilding->store, error))
    return FALSE;
  if (lb_store_carry_over(rebuilding->store, rebuilding->path, say_lost, rebuilding, &rebuilding->is_whole,
                          error))
    return lb_store_commit(rebuilding->store, error);
  lb_store_rollback(rebuilding->store);
  return FALSE;
}

/* Which mails the new store is to take for old ones.  Where all was carried over those that no report counted
 * are to be counted, however old; else what is dated before the current period is taken for counted: rather
 * not told of than told of twice. */
static gboolean find_old_before(Rebuilding *rebuilding, gint64 *old_before, GError **error) {
  const LbListConfig *list = rebuilding->list;
  LbEditions editions = {.list = list, .store = rebuilding->store, .now = lb_clock_now()};
  gint64 number;

  lb_rhythm_parse(list->period ? list->period : "weekly", &editions.rhythm);
  if (!lb_report_log_get_last(rebuilding->store, &number, error) || !lb_editions_begin(&editions, error))
    return FALSE;
  *old_before = lb_editions_get_old_before(&editions);
  if (number > 0)
    *old_before = rebuilding->is_whole ? LB_TIME_UNKNOWN : MAX(editions.mark, editions.begin);
  return TRUE;
}

static gboolean take_in(Rebuilding *rebuilding, GError **error) {
  gint64 old_before;

  if (!find_old_before(rebuilding, &old_before, error))
    return FALSE;
  rebuilding->taking = (LbTaking){.list = rebuilding->list,
                                  .store = rebuilding->store,
                                  .log = rebuilding->log,
                                  .old_before = old_before,
                                  .jobs = (guint)rebuilding->options->jobs,
                                  .is_quiet = rebuilding->options->is_quiet};
  if (!lb_taking_run(&rebuilding->taking, error))
    return FALSE;
  rebuilding->n_mails = rebuilding->taking.n_new;
  if (!lb_diag_log_count(rebuilding->log, LB_LEVEL_PARTIAL))
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_PARTIAL, "a source cannot be read: store '%s' stays as it is",
              rebuilding->path);
  return FALSE;
}

static gboolean sync_folder(const char *path) {
  g_autofree char *folder = g_path_get_dirname(path);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync(fd) == 0;

  if (fd >= 0)
    close(fd);
  return done;
}

/* What couldn't be read whole is kept under another name. */
static gboolean swap(Rebuilding *rebuilding, GError **error) {
  g_autofree char *log = g_strconcat(rebuilding->path, "-wal", NULL);
  g_autofree char *new_log = g_strconcat(rebuilding->new_path, "-wal", NULL);
  g_autofree char *damaged = g_strconcat(rebuilding->path, ".damaged", NULL);

  if (!rebuilding->is_whole) {
    g_unlink(damaged);
    if (link(rebuilding->path, damaged) == 0)
      say(rebuilding, "the old store is kept as ", damaged);
  }
  g_unlink(new_log);
  /* A log beside another file than its own would be taken for that one's. */
  g_unlink(log);
  if (g_rename(rebuilding->new_path, rebuilding->path) == 0 && sync_folder(rebuilding->path))
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot replace store '%s': %s", rebuilding->path,
              g_strerror(errno));
  return FALSE;
}

static gboolean build(Rebuilding *rebuilding, GError **error) {
  rebuilding->log = lb_diag_log_new();
  remove_store(rebuilding->new_path);
  rebuilding->store = lb_store_open(rebuilding->new_path, LB_STORE_CREATE, error);
  if (!rebuilding->store || !carry_over(rebuilding, error) || !take_in(rebuilding, error) ||
      !lb_store_check(rebuilding->store, NULL, NULL, error))
    return FALSE;
  lb_taking_clear(&rebuilding->taking);
  rebuilding->taking = (LbTaking){.list = NULL};
  g_clear_pointer(&rebuilding->store, lb_store_close);
  return swap(rebuilding, error);
}

gboolean lb_rebuilding_run(const LbListConfig *list, const LbStoreOptions *options, GError **error) {
  g_auto(Rebuilding) rebuilding = {.list = list, .options = options, .lock_fd = -1};

  if (!lock(&rebuilding, error) || !settle_old(&rebuilding, error))
    return FALSE;
  gboolean done = build(&rebuilding, error);
  if (rebuilding.log)
    lb_reading_print_log(rebuilding.log, FALSE, options->is_quiet);
  if (!done) {
    g_clear_pointer(&rebuilding.store, lb_store_close);
    remove_store(rebuilding.new_path);
    return FALSE;
  }
  if (!options->is_quiet)
    fprintf(stderr, "%s: rebuilt, %" G_GUINT64_FORMAT " mails\n", list->name, rebuilding.n_mails);
  return TRUE;
}
