/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports one after the other, of mails in a line each that come in time, late, or again. */
#pragma once
#include "series_unit.h"

#define WEEK 168

/* When: 0 is as the date says, n only after report n - 1.  Report n is of week n; what is dated in week 0 and
 * not late came before the first. */
typedef struct {
  guint32 arrival;
  Row row;
} Arrival;
#define LAST                                                                                                 \
  { 0, END }

typedef struct {
  const Arrival *rows;
  guint n_reports;
  const char *sections;       /* NULL: patches, messages */
  const char *const *exclude; /* until the last report */
  const char *hidden;         /* sections until the last report */
  gboolean is_open;           /* no report has a period that dates bound */
} Scene;

/* All reports, a line for each, of mails that lie in the archive in many orders: what reports leave to the
 * next is kept in memory, and in a store. */
void unit_history_check(const Scene *scene, const char *wanted);
