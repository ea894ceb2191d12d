/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts people or labels and turns the most frequent into blocks. */
#pragma once
#include "report/report.h"

typedef struct LbTally LbTally;
LbTally *lb_tally_new(void);
void lb_tally_free(LbTally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbTally, lb_tally_free)

/* n times.  label may go away. */
void lb_tally_add_label(LbTally *tally, const char *label, guint n);
/* A person is an address, letter case ignored; without one all are "(none)".  What person leads to outlives
 * the tally. */
void lb_tally_add_person(LbTally *tally, LbPerson person, guint n);
/* The same with numbers that are summed up for a remark. */
void lb_tally_add_person_with(LbTally *tally, LbPerson person, guint n, guint first, guint second);
/* What stands behind a label, from its count and its sums; owned by the caller. */
typedef char *(*LbTallyRemark)(guint count, guint first, guint second, gconstpointer data);
guint lb_tally_count(LbTally *tally);
/* Appends up to limit COUNT blocks (0: all): by count, of equals by descending bytes of the label as a text
 * report shows it; a person with the name and the spelling of the address used most (ties: first by bytes).
 */
void lb_tally_append_blocks(LbTally *tally, guint limit, LbReport *report, LbBlocks *blocks);
/* Each with its remark. */
void lb_tally_append_remarked_blocks(LbTally *tally, guint limit, LbTallyRemark remark, gconstpointer data,
                                     LbReport *report, LbBlocks *blocks);
