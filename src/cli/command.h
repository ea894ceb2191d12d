/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To add a command: one cmd_<name>.c with its run function, one line in the table of main.c, a man page
 * listbrief-<name>.1, an end-to-end test, a line in both completions.
 */
#pragma once
#include <glib.h>
#include "cli/hook.h"

typedef struct {
  const char *name;
  const char *summary; /* for `listbrief help` */
  /* argv[0] is the command's name.  Returns the exit status (sysexits(3)). */
  int (*run)(int argc, char **argv);
} LbCommand;

int lb_cmd_report(int argc, char **argv);
int lb_cmd_decode(int argc, char **argv);
int lb_cmd_series(int argc, char **argv);
int lb_cmd_export(int argc, char **argv);
int lb_cmd_config(int argc, char **argv);
int lb_cmd_store(int argc, char **argv);
int lb_cmd_run(int argc, char **argv);

/* Parses options for a command: takes --help (prints it and returns with *status 0) and turns mistakes into
 * one line with a hint and *status 64.  Returns FALSE when the command should return *status at once. */
gboolean lb_command_parse_options(GOptionContext *context, const char *command, int *argc, char ***argv,
                                  int *status);
/* Prints "listbrief: message" on standard error, controls made visible; returns the exit status of its code.
 */
int lb_command_fail(const GError *error);
/* Ends the process when its product is written and its last line said: what a run holds goes with it, which
 * is a fiftieth of a report's time faster than to give it back piece by piece.  Returns under
 * AddressSanitizer, to which what isn't given back is lost.  kept: what is still held, so that valgrind finds
 * it on the stack; ends with NULL. */
void lb_command_leave(int status, gconstpointer const *kept);
/* Closes standard output and sees whether all was written: 0 or 74 (with a line); EPIPE is a quiet 0... see
 * main.c. */
int lb_command_close_stdout(void);
