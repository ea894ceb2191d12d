/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/object_cache.h"
#include "base/table.h"

#define SLOT_BITS 12
#define N_SLOTS (1u << SLOT_BITS)
/* Measured on linux-hyperv: of 188 MB that must be inflated at least, 192 are with this much, 219 with 2 MiB.
 */
#define MAX_ROOM ((gsize)8 << 20)
/* A piece of an archive that holds few deltas fills no fresh pages, of which each costs as much as a KiB
 * inflated: there is room for so much, and for more as bases are asked for. */
#define MIN_ROOM ((gsize)512 << 10)
#define ROOM_PER_BYTE 2
#define MAX_GONE 16

typedef struct {
  gconstpointer pack;
  guint64 offset;
  LbObject *object; /* NULL: free */
  gboolean is_recent;
} Slot;

struct LbObjectCache {
  GMutex lock;
  Slot slots[N_SLOTS];
  gsize n_bytes, room;
  guint hand;
};

LbObjectCache *lb_object_cache_new(void) {
  LbObjectCache *cache = lb_table_new(1, sizeof *cache);
  cache->room = MIN_ROOM;
  g_mutex_init(&cache->lock);
  return cache;
}

void lb_object_cache_free(LbObjectCache *cache) {
  if (!cache)
    return;
  for (guint i = 0; i < N_SLOTS; i++)
    lb_object_free(cache->slots[i].object);
  g_mutex_clear(&cache->lock);
  g_free(cache);
}

/* The one place where an object can be. */
static Slot *get_slot(LbObjectCache *cache, guint64 offset) {
  return &cache->slots[offset * 0x9E3779B97F4A7C15u >> (64 - SLOT_BITS)];
}

/* It is held for less time than it takes to sleep and be woken again. */
static void take_lock(LbObjectCache *cache) {
  for (int i = 0; i < 1000; i++)
    if (g_mutex_trylock(&cache->lock))
      return;
  g_mutex_lock(&cache->lock);
}

/* What was in the slot, for the caller to free without the lock. */
static LbObject *clear_slot(LbObjectCache *cache, Slot *slot) {
  if (slot->object)
    cache->n_bytes -= slot->object->size;
  return g_steal_pointer(&slot->object);
}

LbObject *lb_object_cache_find(LbObjectCache *cache, gconstpointer pack, guint64 offset) {
  LbObject *object = NULL;
  Slot *slot = get_slot(cache, offset);
  take_lock(cache);
  if (slot->object && slot->offset == offset && slot->pack == pack) {
    slot->is_recent = TRUE;
    object = lb_object_ref(slot->object);
  }
  g_mutex_unlock(&cache->lock);
  return object;
}

/* What was not asked for since the hand last came by goes, MAX_GONE at most; their number. */
static guint make_room(LbObjectCache *cache, gsize size, LbObject *gone[MAX_GONE]) {
  guint n = 0;
  while (n < MAX_GONE && cache->n_bytes > 0 && cache->n_bytes + size > cache->room) {
    Slot *slot = &cache->slots[cache->hand++ % N_SLOTS];
    if (!slot->is_recent && slot->object)
      gone[n++] = clear_slot(cache, slot);
    slot->is_recent = FALSE;
  }
  return n;
}

void lb_object_cache_add(LbObjectCache *cache, gconstpointer pack, guint64 offset, LbObject *object,
                         gboolean is_base) {
  Slot *slot = get_slot(cache, offset);
  LbObject *gone[MAX_GONE + 1];
  guint n_gone = 0;
  take_lock(cache);
  if (is_base)
    cache->room = MIN(cache->room + ROOM_PER_BYTE * object->size, MAX_ROOM);
  if (slot->object != object && object->size <= cache->room) {
    n_gone = make_room(cache, object->size, gone);
    gone[n_gone++] = clear_slot(cache, slot);
    *slot = (Slot){.pack = pack, .offset = offset, .object = lb_object_ref(object)};
    cache->n_bytes += object->size;
  }
  g_mutex_unlock(&cache->lock);
  while (n_gone > 0)
    lb_object_free(gone[--n_gone]);
}
