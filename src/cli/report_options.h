/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `listbrief report` is told on the command line, as options and as the input of a report. */
#pragma once
#include "report/report.h"

typedef struct {
  /* as given */
  char *name, *sections, *messages, *order, *link, *domain_map;
  char **exclude, **watch;
  gboolean folds_domains;
  int top, stale_days;
  /* as read: what the input refers to */
  LbWatch *watched;
  LbOrganisations *organisations;
} LbReportOptions;
#define LB_REPORT_OPTIONS_INIT                                                                               \
  { .top = 15, .stale_days = 30 }

void lb_report_options_add(LbReportOptions *options, GOptionContext *context);
/* Fills in what the options say, and reads the files that they name; options must outlive input.
 * LB_ERROR_USAGE, LB_ERROR_NO_INPUT, LB_ERROR_BAD_INPUT. */
gboolean lb_report_options_parse(LbReportOptions *options, LbReportInput *input, GError **error);
void lb_report_options_clear(LbReportOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LbReportOptions, lb_report_options_clear)
