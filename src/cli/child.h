/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs, run without a shell. */
#pragma once
#include <glib.h>

/* argv: NULL-terminated, found by PATH.  stdin_fd: its standard input, -1 for none; its standard output is
 * our standard error, as ours carries the product alone.  kept_fd: one that it keeps under its number, or -1.
 * Waits for its end; one that takes longer than so many seconds is terminated.  LB_ERROR_FAILED says what
 * became of it: "'git' ended with status 1". */
gboolean lb_child_run(char **argv, int stdin_fd, int kept_fd, int seconds, GError **error);
/* The same for a command as it is configured, taken apart by g_shell_parse_argv(). */
gboolean lb_child_run_command(const char *command, int stdin_fd, int seconds, GError **error);
