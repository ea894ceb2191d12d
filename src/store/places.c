/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/places.h"
#include "base/hash.h"
#include "store/database.h"
#include "store/schema.h"
#include "store/varint.h"

struct LbPlaceSet {
  guint32 source;
  guint64 *slots; /* 0: free */
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

static guint64 *find_slot(const LbPlaceSet *set, guint64 hash) {
  gsize slot = hash & (set->n_slots - 1);

  while (set->slots[slot] && set->slots[slot] != hash)
    slot = (slot + 1) & (set->n_slots - 1);
  return &set->slots[slot];
}

static gboolean add_batch(LbPlaceSet *set, LbBlob places) {
  const guint8 *at = places.data, *end = at + places.length;

  while (at < end) {
    guint64 length;
    if (!lb_varint_read(&at, end, &length) || length > (guint64)(end - at))
      return FALSE;
    guint64 hash = hash_place(at, length);
    if (2 * set->n++ > set->n_slots)
      return FALSE;
    *find_slot(set, hash) = hash;
    at += length;
  }
  return TRUE;
}

/* NULL with error. */
static LbPlaceSet *load(LbStore *store, guint32 source, GError **error) {
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
  set->source = source;
  set->n_slots = 64;
  while (n > 0 && n < G_MAXUINT32 && set->n_slots < 2 * (gsize)n)
    set->n_slots *= 2;
  set->slots = g_new0(guint64, set->n_slots);
  if (!local &&
      (statement = lb_database_query(store, &local, "SELECT places, n FROM batch WHERE first BETWEEN ? AND ?",
                                     "ii", first, last)))
    while (lb_database_step(store, statement, &local)) {
      /* Damage is noticed when the mails themselves are loaded: their sum covers this, too. */
      if (!add_batch(set, lb_database_column_blob(statement, 0)))
        break;
    }
  if (statement)
    sqlite3_reset(statement);
  if (!local)
    return g_steal_pointer(&set);
  g_propagate_error(error, local);
  return NULL;
}

gboolean lb_store_has_place(LbStore *store, guint32 source, const guint8 *place, gsize length) {
  if (store->places && store->places->source != source)
    g_clear_pointer(&store->places, lb_place_set_free);
  if (!store->places && !(store->places = load(store, source, NULL)))
    return FALSE;
  return *find_slot(store->places, hash_place(place, length)) != 0;
}
