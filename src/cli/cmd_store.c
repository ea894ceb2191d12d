/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "base/error.h"
#include "base/period.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/rebuilding.h"
#include "store/store.h"

static void print_line(FILE *to, const char *list, const char *what) {
  g_autofree char *line = g_strdup_printf("%s: %s", list, what), *shown = lb_text_visible(line, TRUE);
  fprintf(to, "%s%s\n", to == stderr ? "listbrief: " : "", shown);
}

/* Of an existing store; owned by the caller, NULL with error. */
static LbStore *open_store(const LbListConfig *list, GError **error) {
  g_autofree char *path = lb_store_format_path(list->name, error);
  return path ? lb_store_open(path, 0, error) : NULL;
}

static void say_amiss(const char *what, gpointer data) {
  print_line(stderr, ((const LbListConfig *)data)->name, what);
}

static gboolean check(const LbListConfig *list, const LbStoreOptions *options, GError **error) {
  g_autoptr(LbStore) store = open_store(list, error);

  if (!store || !lb_store_check(store, say_amiss, (gpointer)list, error))
    return FALSE;
  if (!options->is_quiet)
    print_line(stdout, list->name, "whole");
  return TRUE;
}

static void print_number(const char *what, guint64 number) {
  printf("  %12" G_GUINT64_FORMAT "  %s\n", number, what);
}

static void print_time(const char *what, gint64 time) {
  g_autofree char *text = time == LB_TIME_UNKNOWN ? g_strdup("none") : lb_period_format_time(time);
  printf("  %s  %s\n", text, what);
}

static gboolean stats(const LbListConfig *list, const LbStoreOptions *options, GError **error) {
  g_autoptr(LbStore) store = open_store(list, error);
  LbStoreStats stats;

  (void)options;
  if (!store || !lb_store_get_stats(store, &stats, error))
    return FALSE;
  print_line(stdout, list->name, lb_store_get_path(store));
  print_number("sources", stats.n_sources);
  print_number("mails", stats.n_mails);
  print_number("of them not counted in a report yet", stats.n_pending);
  print_number("places passed over", stats.n_passed_over);
  print_number("reports", stats.n_reports);
  print_number("postings, as the last one knew them", stats.n_postings);
  print_number("reviews of them", stats.n_reviews);
  print_number("bytes in all", stats.file_bytes);
  print_number("bytes of facts", stats.facts_bytes);
  print_number("bytes of texts and people in them", stats.string_bytes);
  print_number("bytes of messages that wait for a report", stats.text_bytes);
  print_number("bytes of reports", stats.body_bytes);
  print_time("the oldest mail", stats.oldest);
  print_time("the newest mail", stats.newest);
  printf("  version %u of tables, %u of facts\n", stats.schema_version, stats.facts_version);
  return TRUE;
}

static gboolean rebuild(const LbListConfig *list, const LbStoreOptions *options, GError **error) {
  return lb_rebuilding_run(list, options, error);
}

static const struct {
  const char *name;
  gboolean (*run)(const LbListConfig *list, const LbStoreOptions *options, GError **error);
} actions[] = {{"check", check}, {"rebuild", rebuild}, {"stats", stats}};

/* One list's trouble is not another's; the first decides the exit status. */
static int run_lists(guint action, const LbStoreOptions *options, const GPtrArray *lists) {
  int status = EX_OK;

  for (guint i = 0; i < lists->len; i++) {
    const LbListConfig *list = g_ptr_array_index(lists, i);
    g_autoptr(GError) error = NULL;
    if (actions[action].run(list, options, &error))
      continue;
    g_prefix_error(&error, "%s: ", list->name);
    int one = lb_command_fail(error);
    status = status ? status : one;
  }
  int written = lb_command_close_stdout();
  return status ? status : written;
}

static gboolean find_action(int argc, char **argv, guint *action, GError **error) {
  for (*action = 0; argc > 1 && *action < G_N_ELEMENTS(actions); (*action)++)
    if (strcmp(actions[*action].name, argv[1]) == 0)
      return TRUE;
  if (argc > 1)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "there is no action '%s': it is check, rebuild or stats",
                argv[1]);
  else
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "no action given: it is check, rebuild or stats");
  return FALSE;
}

int lb_cmd_store(int argc, char **argv) {
  g_autoptr(GOptionContext) context =
      g_option_context_new("check|rebuild|stats [LIST…] - what is remembered between runs");
  g_autoptr(LbConfig) config = NULL;
  g_autoptr(GPtrArray) lists = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *named = NULL;
  LbStoreOptions options = {0};
  guint action;
  int status;
  const GOptionEntry entries[] = {
      {"config", 0, 0, G_OPTION_ARG_FILENAME, &named, "Read FILE as configuration", "FILE"},
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &options.jobs, "Read with N threads (0: one per processor)", "N"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options.is_quiet, "Say nothing of what is well", NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };

  g_option_context_add_main_entries(context, entries, NULL);
  if (!lb_command_parse_options(context, "store", &argc, &argv, &status))
    return status;
  if (options.jobs < 0 || options.jobs > 256)
    g_set_error(&error, LB_ERROR, LB_ERROR_USAGE, "--jobs takes a number from 0 to 256");
  if (error || !find_action(argc, argv, &action, &error) || !(config = lb_config_load(named, &error)) ||
      !(lists = lb_config_choose_lists(config, argv + 2, &error)))
    return lb_command_fail(error);
  return run_lists(action, &options, lists);
}
