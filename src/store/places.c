/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/places.h"
#include "base/hash.h"
#include "store/database.h"
#include "store/schema.h"
#include "store/varint.h"

typedef struct {
  guint64 hash; /* 0: free */
  gint64 id;
} Slot;

struct LbPlaceSet {
  guint32 source;
  Slot *slots;
  gsize n_slots, n;
};

void lb_place_set_free(LbPlaceSet *set) {
  if (!set)
    return;
  g_free(set->slots);
  g_free(set);
}

static guint64 hash_place(const guint8 *place, gsize length) {
  guint64 hash = lb_hash_stable(place, length);
  return hash ? hash : 1;
}

static Slot *find_slot(const LbPlaceSet *set, guint64 hash) {
  gsize slot = hash & (set->n_slots - 1);

  while (set->slots[slot].hash && set->slots[slot].hash != hash)
    slot = (slot + 1) & (set->n_slots - 1);
  return &set->slots[slot];
}

static gboolean add_batch(LbPlaceSet *set, gint64 id, LbBlob places) {
  const guint8 *at = places.data, *end = at + places.length;

  for (; at < end; id++) {
    guint64 length;
    if (!lb_varint_read(&at, end, &length) || length > (guint64)(end - at) || 2 * set->n++ > set->n_slots)
      return FALSE;
    guint64 hash = hash_place(at, length);
    *find_slot(set, hash) = (Slot){hash, id};
    at += length;
  }
  return TRUE;
}

static gboolean add_batches(LbPlaceSet *set, LbStore *store, gint64 first, gint64 last, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(
      store, error, "SELECT first, places FROM batch WHERE first BETWEEN ? AND ? ORDER BY first", "ii", first,
      last);
  gboolean is_whole = TRUE;

  if (!statement)
    return FALSE;
  while (is_whole && lb_database_step(store, statement, &local))
    is_whole = add_batch(set, sqlite3_column_int64(statement, 0), lb_database_column_blob(statement, 1));
  sqlite3_reset(statement);
  if (!is_whole)
    lb_database_fail_damaged(store, "a batch of mails is not as it was written", &local);
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

LbPlaceSet *lb_place_set_load(LbStore *store, guint32 source, GError **error) {
  g_autoptr(LbPlaceSet) set = g_new0(LbPlaceSet, 1);
  GError *local = NULL;
  gint64 n = 0;
  gint64 first = LB_MAIL_ID(source, 0), last = LB_MAIL_ID(source, G_MAXUINT32);
  sqlite3_stmt *statement = lb_database_query(
      store, error, "SELECT sum(n) FROM batch WHERE first BETWEEN ? AND ?", "ii", first, last);

  if (!statement)
    return NULL;
  while (lb_database_step(store, statement, &local))
    n = sqlite3_column_int64(statement, 0);
  if (local) {
    g_propagate_error(error, local);
    return NULL;
  }
  set->source = source;
  set->n_slots = 64;
  while (n > 0 && n <= G_MAXINT32 && set->n_slots < 2 * (gsize)n)
    set->n_slots *= 2;
  set->slots = g_try_new0(Slot, set->n_slots);
  if (!set->slots)
    lb_database_fail(store, SQLITE_NOMEM, error);
  return set->slots && add_batches(set, store, first, last, error) ? g_steal_pointer(&set) : NULL;
}

gint64 lb_place_set_find(const LbPlaceSet *set, const guint8 *place, gsize length) {
  const Slot *slot = find_slot(set, hash_place(place, length));
  return slot->hash ? slot->id : -1;
}

gboolean lb_store_has_place(LbStore *store, guint32 source, const guint8 *place, gsize length) {
  if (store->places && store->places->source != source)
    g_clear_pointer(&store->places, lb_place_set_free);
  if (!store->places && !(store->places = lb_place_set_load(store, source, NULL)))
    return FALSE;
  return lb_place_set_find(store->places, place, length) >= 0;
}
