/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A number for each place in memory: of what is kept once and met a thousand times (people, tags, ids), where
 * it lies is looked up, not what stands there.
 */
#pragma once
#include <glib.h>

typedef struct LbSpots LbSpots;
LbSpots *lb_spots_new(void);
void lb_spots_free(LbSpots *spots);
/* For the caller to set: 0 at first.  Until the next call. */
guint32 *lb_spots_get(LbSpots *spots, gconstpointer spot);
/* 0: was never set.  Any thread, while none calls the other. */
guint32 lb_spots_find(const LbSpots *spots, gconstpointer spot);
/* All that was ever got, in no order. */
void lb_spots_foreach(const LbSpots *spots, void (*func)(gconstpointer spot, guint32 number, gpointer data),
                      gpointer data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbSpots, lb_spots_free)
