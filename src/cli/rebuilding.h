/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A store made anew from the sources, beside the old one, which it replaces when all is well. */
#pragma once
#include "cli/configuration.h"

typedef struct {
  int jobs;
  gboolean is_quiet;
} LbStoreOptions;

/* LB_ERROR_PARTIAL if a source can't be read: then the old store stays. */
gboolean lb_rebuilding_run(const LbListConfig *list, const LbStoreOptions *options, GError **error);
