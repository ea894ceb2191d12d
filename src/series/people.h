/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is who: persons after mailmap as pairs of numbers, so that one who writes from several addresses, or
 * under several names from one address, is one person to lines of work and reviews.
 */
#pragma once
#include "message/address.h"

/* 0: has none.  A name is a full one (two words): people change employers between v1 and v2, while there is
 * more than one "root". */
typedef struct {
  guint email, name;
} LbWho;

typedef struct LbPeople LbPeople;
/* mailmap is borrowed and may be NULL. */
LbPeople *lb_people_new(const LbMailmap *mailmap);
void lb_people_free(LbPeople *people);
/* From now on several threads may ask at once: of whom nobody asked before, one after the other. */
void lb_people_share(LbPeople *people);
/* As the mailmap has it. */
LbPerson lb_people_map(const LbPeople *people, LbPerson person);
/* person: before mailmap; outlives people, where it is. */
LbWho lb_people_get(LbPeople *people, const LbPerson *person);
gboolean lb_people_is_same(LbWho a, LbWho b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbPeople, lb_people_free)
