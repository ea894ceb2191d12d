/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of work for a terminal or a pipe: a line each, and the whole story of one. */
#pragma once
#include "series/overview.h"

typedef struct {
  gboolean has_color;
  gboolean has_reasons;     /* the rule behind each claim */
  int width;                /* columns of the terminal; 0: nothing is cut off */
  const LbMailmap *mailmap; /* may be NULL */
} LbWorkStyle;

/* "waiting-for-review  v14  12/12   3 d  title  (author)": stable columns, for sort and awk. */
void lb_work_list_append_line(GString *out, const LbOverview *overview, const LbWork *work,
                              const LbWorkStyle *style);
/* Revisions with dates, what changed in each, reviews gained and lost, replies by person, applied where. */
void lb_work_list_append_story(GString *out, const LbOverview *overview, const LbWork *work,
                               const LbWorkStyle *style);
