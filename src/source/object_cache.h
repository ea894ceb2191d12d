/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the objects that were last read from packs, since others are deltas of them; for all
 * threads together, as mails on end are in different hands.
 */
#pragma once
#include "source/objects.h"

LbObjectCache *lb_object_cache_new(void);
void lb_object_cache_free(LbObjectCache *cache);
/* What begins at offset of pack: a reference for the caller, or NULL. */
LbObject *lb_object_cache_find(LbObjectCache *cache, gconstpointer pack, guint64 offset);
/* Takes a reference of its own; is_base: a delta of it was just read. */
void lb_object_cache_add(LbObjectCache *cache, gconstpointer pack, guint64 offset, LbObject *object,
                         gboolean is_base);
