/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to store/: the places of one source that are known, by their hashes. */
#pragma once
#include "store/store.h"

typedef struct LbPlaceSet LbPlaceSet;
/* NULL with error. */
LbPlaceSet *lb_place_set_load(LbStore *store, guint32 source, GError **error);
/* The number of the mail that was saved from there last, or of the place passed over; -1 if there is none. */
gint64 lb_place_set_find(const LbPlaceSet *set, const guint8 *place, gsize length);
void lb_place_set_free(LbPlaceSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbPlaceSet, lb_place_set_free)
