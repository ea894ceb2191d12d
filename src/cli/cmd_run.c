/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <sysexits.h>
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/list_run.h"

#define MAX_JOBS 256
#define MAX_WAIT 86400

/* Mistakes of groups that are no list's keep nothing from running, but are not to be missed. */
static void print_mistakes(const LbConfig *config) {
  for (guint i = 0; i < config->mistakes->len; i++) {
    const LbConfigMistake *mistake = g_ptr_array_index(config->mistakes, i);
    g_autofree char *shown = lb_text_visible(mistake->text, TRUE);

    if (!mistake->is_passing)
      fprintf(stderr, "listbrief: %s\n", shown);
  }
}

static gboolean check_options(const LbRunOptions *options, GError **error) {
  if (options->jobs < 0 || options->jobs > MAX_JOBS)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--jobs takes a number from 0 to %d", MAX_JOBS);
  else if (options->wait_seconds < 0 || options->wait_seconds > MAX_WAIT)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--wait takes a number of seconds from 0 to %d", MAX_WAIT);
  else
    return TRUE;
  return FALSE;
}

/* One list's trouble is not another's: all are run, and the first that failed as a whole decides. */
static int run_lists(const LbRunOptions *options, const GPtrArray *lists) {
  int status = lb_config_find_mistake(options->config, NULL) ? EX_CONFIG : EX_OK;

  for (guint i = 0; i < lists->len; i++) {
    int one = lb_list_run(options, g_ptr_array_index(lists, i));

    if (status == EX_OK || (status == EX_UNAVAILABLE && one != EX_OK))
      status = one;
  }
  return status;
}

int lb_cmd_run(int argc, char **argv) {
  g_autoptr(GOptionContext) context =
      g_option_context_new("[LIST…] - take in what is new, write and send the reports that are due");
  g_autoptr(LbConfig) config = NULL;
  g_autoptr(GPtrArray) lists = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *named = NULL;
  LbRunOptions options = {.now = lb_clock_now()};
  int status;
  const GOptionEntry entries[] = {
      {"due", 0, 0, G_OPTION_ARG_NONE, &options.is_due_only, "Leave alone the lists whose period isn't over",
       NULL},
      {"config", 0, 0, G_OPTION_ARG_FILENAME, &named, "Read FILE as configuration", "FILE"},
      {"wait", 0, 0, G_OPTION_ARG_INT, &options.wait_seconds,
       "Wait for a list that another run is busy with (0)", "SECONDS"},
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &options.jobs, "Read with N threads (0: one per processor)", "N"},
      {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options.is_verbose, "Name every oddity and where it is", NULL},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options.is_quiet, "Say nothing of what went well", NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };

  g_option_context_add_main_entries(context, entries, NULL);
  if (!lb_command_parse_options(context, "run", &argc, &argv, &status))
    return status;
  if (!check_options(&options, &error) || !(config = lb_config_load(named, &error)))
    return lb_command_fail(error);
  print_mistakes(config);
  options.config = config;
  lists = lb_config_choose_lists(config, argv + 1, &error);
  return lists ? run_lists(&options, lists) : lb_command_fail(error);
}
