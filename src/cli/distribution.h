/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports that are made to where they go: files first, then mail, in order of their numbers.  Each step that
 * is done is noted in the store; what isn't is taken up by the next run.
 */
#pragma once
#include "cli/configuration.h"
#include "store/report_log.h"

typedef struct {
  const LbListConfig *list;
  LbStore *store;
  const char *outbox; /* folder */
  int lock_fd;
  /* What was done, or what is worth a warning. */
  void (*say)(gboolean is_warning, const char *what, gpointer data);
  gpointer data;
} LbDistribution;

/* All that are unfinished, in their order.  LB_ERROR_CANNOT_CREATE, LB_ERROR_WRITE: a file, and nothing after it
 * was tried, or a mail, and no mail after it. */
gboolean lb_distribution_run(const LbDistribution *distribution, GError **error);
