/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/spots.h"
#include "base/table.h"

#define FIRST_SLOTS 256

/* Open addressing: a spot of NULL is a free slot. */
typedef struct {
  gconstpointer spot;
  guint32 number;
} Slot;

struct LbSpots {
  Slot *slots;
  guint n_slots, n_taken; /* a power of two; at most half of it is taken */
};

LbSpots *lb_spots_new(void) {
  LbSpots *spots = g_new0(LbSpots, 1);
  spots->n_slots = FIRST_SLOTS;
  spots->slots = g_new0(Slot, FIRST_SLOTS);
  return spots;
}

void lb_spots_free(LbSpots *spots) {
  if (!spots)
    return;
  g_free(spots->slots);
  g_free(spots);
}

/* Fibonacci hashing: addresses are no stranger's choice. */
static Slot *find_slot(const LbSpots *spots, gconstpointer spot) {
  guint64 hash = (guint64)(guintptr)spot * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
  for (guint at = (guint)(hash >> 32);; at++) {
    Slot *slot = &spots->slots[at & (spots->n_slots - 1)];
    if (!slot->spot || slot->spot == spot)
      return slot;
  }
}

static void grow(LbSpots *spots) {
  g_autofree Slot *old = spots->slots;
  guint n = spots->n_slots;
  spots->n_slots = 2 * n;
  spots->slots = lb_table_new(spots->n_slots, sizeof *spots->slots);
  for (guint i = 0; i < n; i++)
    if (old[i].spot)
      *find_slot(spots, old[i].spot) = old[i];
}

guint32 *lb_spots_get(LbSpots *spots, gconstpointer spot) {
  Slot *slot = find_slot(spots, spot);
  if (!slot->spot) {
    if (2 * ++spots->n_taken > spots->n_slots) {
      grow(spots);
      slot = find_slot(spots, spot);
    }
    slot->spot = spot;
  }
  return &slot->number;
}

guint32 lb_spots_find(const LbSpots *spots, gconstpointer spot) {
  return find_slot(spots, spot)->number;
}

void lb_spots_foreach(const LbSpots *spots, void (*func)(gconstpointer spot, guint32 number, gpointer data),
                      gpointer data) {
  for (guint i = 0; i < spots->n_slots; i++)
    if (spots->slots[i].spot)
      func(spots->slots[i].spot, spots->slots[i].number, data);
}
