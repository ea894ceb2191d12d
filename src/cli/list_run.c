/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/list_run.h"
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/child.h"
#include "cli/command.h"
#include "cli/distribution.h"
#include "cli/edition.h"
#include "cli/lock.h"
#include "cli/reading.h"

/* A fetch that hangs must not hold the list for ever. */
#define BEFORE_SECONDS 3600

typedef struct {
  const LbRunOptions *options;
  const LbListConfig *list;
  int lock_fd, status;
  char *store_path, *lock_path, *outbox;
  LbDiagLog *log;
  LbStore *store;
  LbTaking taking;
  LbEditions editions;
} Run;

static void clear_run(Run *run) {
  lb_taking_clear(&run->taking);
  lb_store_close(run->store);
  lb_diag_log_free(run->log);
  g_free(run->store_path);
  g_free(run->lock_path);
  g_free(run->outbox);
  if (run->lock_fd >= 0)
    close(run->lock_fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, clear_run)

/* What went wrong with this list, said; the worst decides the exit status. */
static void fail(Run *run, GError *error) {
  g_autoptr(GError) local = error;
  int status;

  g_prefix_error(&local, "%s: ", run->list->name);
  status = lb_command_fail(local);
  if (run->status == EX_OK || run->status == EX_UNAVAILABLE)
    run->status = status;
}

static void say(gboolean is_warning, const char *what, gpointer data) {
  const Run *run = data;
  g_autofree char *line = g_strdup_printf("%s: %s", run->list->name, what);
  g_autofree char *shown = lb_text_visible(line, TRUE);

  if (is_warning || !run->options->is_quiet)
    fprintf(stderr, "%s%s\n", is_warning ? "listbrief: " : "", shown);
}

static gboolean make_paths(Run *run, GError **error) {
  g_autofree char *base = NULL;

  run->store_path = lb_store_format_path(run->list->name, error);
  if (!run->store_path)
    return FALSE;
  base = g_strndup(run->store_path, strlen(run->store_path) - strlen(".sqlite"));
  run->lock_path = g_strconcat(base, ".lock", NULL);
  run->outbox = g_strconcat(base, ".outbox", NULL);
  return TRUE;
}

/* The lock before all else; its folder is the store's, which looks whether that can be trusted. */
static gboolean open_store(Run *run, GError **error) {
  if (!make_paths(run, error) || !lb_store_make_folder(run->store_path, error))
    return FALSE;
  run->lock_fd = lb_lock_take(run->lock_path, run->options->wait_seconds, error);
  if (run->lock_fd < 0)
    return FALSE;
  run->store = lb_store_open(run->store_path, LB_STORE_CREATE, error);
  return run->store != NULL;
}

static void run_before(Run *run) {
  GError *error = NULL;

  if (!run->list->before || lb_child_run_command(run->list->before, -1, BEFORE_SECONDS, &error))
    return;
  g_prefix_error(&error, "before: ");
  error->domain = LB_ERROR;
  error->code = LB_ERROR_PARTIAL;
  fail(run, error);
  run->editions.is_incomplete = TRUE;
}

static gboolean take(Run *run, GError **error) {
  run->taking = (LbTaking){.list = run->list,
                           .store = run->store,
                           .log = run->log,
                           .old_before = lb_editions_get_old_before(&run->editions),
                           .jobs = (guint)run->options->jobs,
                           .is_quiet = run->options->is_quiet};
  if (!lb_taking_run(&run->taking, error))
    return FALSE;
  lb_reading_print_log(run->log, run->options->is_verbose, run->options->is_quiet);
  if (lb_diag_log_count(run->log, LB_LEVEL_PARTIAL) == 0)
    return TRUE;
  run->editions.is_incomplete = TRUE;
  run->status = EX_UNAVAILABLE;
  return TRUE;
}

static gboolean distribute(Run *run, GError **error) {
  const LbDistribution distribution = {.list = run->list,
                                       .store = run->store,
                                       .outbox = run->outbox,
                                       .lock_fd = run->lock_fd,
                                       .say = say,
                                       .data = run};

  return lb_distribution_run(&distribution, error);
}

static gboolean run_list(Run *run, GError **error) {
  if (!open_store(run, error))
    return FALSE;
  run->editions.store = run->store;
  if (!lb_editions_begin(&run->editions, error))
    return FALSE;
  if (run->editions.is_new && run->editions.rhythm.kind == LB_RHYTHM_COMMITS)
    say(FALSE, "reports begin with what comes from now on", run);
  /* What can wait is left alone, but for what an earlier run couldn't finish. */
  if (run->options->is_due_only && !lb_editions_may_be_due(&run->editions))
    return distribute(run, error);
  run_before(run);
  return take(run, error) && lb_editions_make(&run->editions, error) && distribute(run, error);
}

int lb_list_run(const LbRunOptions *options, const LbListConfig *list) {
  g_auto(Run) run = {.options = options, .list = list, .lock_fd = -1, .log = lb_diag_log_new()};
  const LbConfigMistake *mistake = lb_config_find_mistake(options->config, list);
  GError *error = NULL;

  if (mistake) {
    g_autofree char *shown = lb_text_visible(list->name, TRUE);

    fprintf(stderr, "listbrief: %s: not run for mistakes in its configuration\n", shown);
    return EX_CONFIG;
  }
  run.editions = (LbEditions){
      .list = list, .taking = &run.taking, .log = run.log, .now = options->now, .jobs = (guint)options->jobs};
  lb_rhythm_parse(list->period ? list->period : "weekly", &run.editions.rhythm);
  if (!run_list(&run, &error))
    fail(&run, error);
  return run.status;
}
