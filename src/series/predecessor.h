/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which earlier posting a posting goes on from: the rules, in their order, over an index of the postings
 * before it. Private to series/: revision.c drives it.
 */
#pragma once
#include "series/revision.h"

typedef struct LbPredecessors LbPredecessors;
/* All three are borrowed. */
LbPredecessors *lb_predecessors_new(const LbCollection *collection, const LbReplies *replies,
                                    LbPeople *people);
void lb_predecessors_free(LbPredecessors *predecessors);
/* Fills before, rule and evidence of a revision whose posting is set.  To be called by date of postings: each
 * one is there for those that come after it. */
void lb_predecessors_link(LbPredecessors *predecessors, LbRevision *revision);
/* Of two postings of one line of work, which one a later posting follows: the later one, unless it falls back
 * behind the other's version.  An RFC of a number comes before what is none; from RFC v5 to v1 nothing falls
 * back. */
gboolean lb_predecessors_is_nearer(const LbPosting *one, const LbPosting *other);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbPredecessors, lb_predecessors_free)
