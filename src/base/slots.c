/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/slots.h"
#include "base/table.h"

#define FIRST 64u

void lb_slots_init(LbSlots *slots) {
  *slots = (LbSlots){lb_table_new(FIRST, sizeof(LbSlot)), FIRST, 0};
}

void lb_slots_clear(LbSlots *slots) {
  g_clear_pointer(&slots->slots, g_free);
}

static void resize(LbSlots *slots, guint n_slots) {
  g_autofree LbSlot *old = slots->slots;
  guint n_old = slots->n_slots;
  slots->slots = lb_table_new(n_slots, sizeof(LbSlot));
  slots->n_slots = n_slots;
  for (guint i = 0; i < n_old; i++) {
    if (!old[i].number)
      continue;
    guint at = old[i].hash;
    while (slots->slots[at & (n_slots - 1)].number)
      at++;
    slots->slots[at & (n_slots - 1)] = old[i];
  }
}

void lb_slots_reserve(LbSlots *slots, guint n) {
  guint64 wanted = 4 * ((guint64)slots->n_taken + n) / 3 + 1;
  guint n_slots = slots->n_slots;
  while (n_slots < wanted && n_slots < 1u << 31)
    n_slots *= 2;
  if (n_slots > slots->n_slots)
    resize(slots, n_slots);
}

void lb_slots_take(LbSlots *slots, LbSlot *slot, guint32 hash, guint32 number) {
  slots->n_taken += !slot->number;
  *slot = (LbSlot){hash, number};
  if (4 * (guint64)slots->n_taken > 3 * (guint64)slots->n_slots)
    resize(slots, 2 * slots->n_slots);
}
