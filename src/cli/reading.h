/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all commands that read mail share: their common options, opening the sources, driving the intake,
 * naming what could not be read, the last line on standard error and the exit status.
 *
 *   g_auto(LbReading) reading = LB_READING_INIT;
 *   lb_reading_add_options(&reading, context);  lb_command_parse_options(...);
 *   lb_reading_open(&reading, argc - 1, argv + 1, &error)
 *   lb_reading_run(&reading, wants, &error)
 *   ... product ...
 *   return lb_reading_finish(&reading, collection);
 */
#pragma once
#include "intake/intake.h"
#include "series/collect.h"

typedef struct {
  /* as the options say */
  char **list_ids; /* NULL: all */
  char *range, *since, *until;
  char *output; /* NULL: standard output */
  char *mailmap_file;
  guint margin; /* not an option: commits before the range that are read, too; see LbMail.is_before */
  int context;  /* days before the period that are read, too; 0: all that there is */
  int jobs;
  gboolean is_recursive, is_quiet, is_verbose;
  /* from open on */
  gint64 now;
  LbPeriod period;
  LbMailmap *mailmap; /* NULL: none was named */
  LbDiagLog *log;
  GPtrArray *sources; /* of LbSource, those that could be opened, in the order named */
  GPtrArray *paths;   /* theirs, without "mbox:" and the like: borrowed */
  /* from run on */
  LbIntake *intake;
} LbReading;
#define LB_READING_INIT                                                                                      \
  { 0 }

void lb_reading_add_options(LbReading *reading, GOptionContext *context);
/* Reads --since and --until, --mailmap, opens the sources.  One of several that can't be opened is logged and
 * makes the run partial; LB_ERROR_USAGE, LB_ERROR_NO_INPUT, LB_ERROR_BAD_INPUT if nothing can be read. */
gboolean lb_reading_open(LbReading *reading, int n_specs, char **specs, GError **error);
/* LB_ERROR_BAD_INPUT if there is nothing but a file that is no mail at all; beside other sources such a file
 * makes the run partial. */
gboolean lb_reading_run(LbReading *reading, LbWants wants, GError **error);
/* Threads, as --jobs says or as there are processors. */
guint lb_reading_get_jobs(const LbReading *reading);
/* Names what was not read (with --verbose every diagnostic), prints "25 mails read, 0 skipped, 4 postings"
 * (those of the period) and, if the period is empty, what it was; all on standard error.  Returns the exit
 * status: 0, or 69 for a partial run. */
int lb_reading_finish(LbReading *reading, const LbCollection *collection);
/* Names what was not read, for those who read by themselves; is_verbose: every diagnostic of the log. */
void lb_reading_print_log(LbDiagLog *log, gboolean is_verbose, gboolean is_quiet);
void lb_reading_clear(LbReading *reading);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LbReading, lb_reading_clear)
