/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One list's part of `listbrief run`, from its lock to its last mail. */
#pragma once
#include "cli/configuration.h"

typedef struct {
  const LbConfig *config;
  gint64 now;
  int jobs, wait_seconds;
  gboolean is_due_only, is_quiet, is_verbose;
} LbRunOptions;

/* Returns the exit status; what went wrong is said on standard error. */
int lb_list_run(const LbRunOptions *options, const LbListConfig *list);
