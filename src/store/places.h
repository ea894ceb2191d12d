/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to store/: the places of one source that are known, by their hashes. */
#pragma once
#include "store/store.h"

typedef struct LbPlaceSet LbPlaceSet;
void lb_place_set_free(LbPlaceSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbPlaceSet, lb_place_set_free)
