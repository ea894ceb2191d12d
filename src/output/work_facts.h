/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of work as JSON Lines: their postings with what came of each.  The fields are in listbrief-series(1).
 */
#pragma once
#include "output/facts.h"
#include "series/overview.h"

/* A line with its newline, valid until the next call. */
const char *lb_work_facts_format(LbFields *fields, const LbOverview *overview, const LbWork *work);
