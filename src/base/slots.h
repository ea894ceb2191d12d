/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a table of numbers is looked up in: open addressing over hashes.  What a number stands for, and
 * whether that is what is wanted, the caller knows.
 */
#pragma once
#include <glib.h>

typedef struct {
  guint32 hash, number; /* number 0: the slot is free */
} LbSlot;

typedef struct {
  LbSlot *slots;
  guint n_slots, n_taken; /* a power of two; at most three of four are taken */
} LbSlots;

void lb_slots_init(LbSlots *slots);
void lb_slots_clear(LbSlots *slots);
/* Makes room for n numbers more: slots don't move while they come. */
void lb_slots_reserve(LbSlots *slots, guint n);
/* Writes into a slot that lb_slots_find() gave, which may have moved afterwards. */
void lb_slots_take(LbSlots *slots, LbSlot *slot, guint32 hash, guint32 number);

/* Where the number of what is wanted is, or would be.  Inline, as is_equal then is too. */
static inline LbSlot *lb_slots_find(const LbSlots *slots, guint32 hash,
                                    gboolean (*is_equal)(guint32 number, gconstpointer wanted,
                                                         gconstpointer data),
                                    gconstpointer wanted, gconstpointer data) {
  for (guint at = hash;; at++) {
    LbSlot *slot = &slots->slots[at & (slots->n_slots - 1)];
    if (!slot->number || (slot->hash == hash && is_equal(slot->number, wanted, data)))
      return slot;
  }
}

/* Has the slot fetched where such a search begins: for one that comes in a while. */
static inline void lb_slots_fetch(const LbSlots *slots, guint32 hash) {
  __builtin_prefetch(&slots->slots[hash & (slots->n_slots - 1)]);
}
