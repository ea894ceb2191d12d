/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/roll.h"
#include <string.h>
#include "base/hash.h"
#include "base/table.h"

typedef struct {
  guint32 scope, number, who;
} Key;

/* A value of 0 is a free slot. */
typedef struct {
  Key key;
  guint32 value;
} Entry;

struct LbRoll {
  Entry *entries;         /* open addressing */
  guint n_slots, n_taken; /* a power of two; at most half of it is taken */
};

LbRoll *lb_roll_new(void) {
  LbRoll *roll = g_new0(LbRoll, 1);
  roll->n_slots = 16;
  roll->entries = g_new0(Entry, roll->n_slots);
  return roll;
}

void lb_roll_free(LbRoll *roll) {
  if (!roll)
    return;
  g_free(roll->entries);
  g_free(roll);
}

static Entry *find_entry(const LbRoll *roll, Key key) {
  for (guint64 at = lb_hash_bytes((const char *)&key, sizeof key);; at++) {
    Entry *entry = &roll->entries[at & (roll->n_slots - 1)];
    if (!entry->value || !memcmp(&entry->key, &key, sizeof key))
      return entry;
  }
}

guint lb_roll_find(const LbRoll *roll, guint scope, guint number, LbWho who) {
  guint value = who.email ? find_entry(roll, (Key){scope, number, who.email})->value : 0;
  return value || !who.name ? value : find_entry(roll, (Key){scope, number, who.name})->value;
}

static void grow(LbRoll *roll) {
  Entry *old = roll->entries;
  guint n = roll->n_slots;
  roll->n_slots = 2 * n;
  roll->entries = lb_table_new(roll->n_slots, sizeof *roll->entries);
  for (guint i = 0; i < n; i++)
    if (old[i].value)
      *find_entry(roll, old[i].key) = old[i];
  g_free(old);
}

static void add_one(LbRoll *roll, Key key, guint value) {
  Entry *entry = key.who ? find_entry(roll, key) : NULL;
  if (!entry || entry->value)
    return;
  *entry = (Entry){key, value};
  if (2 * ++roll->n_taken > roll->n_slots)
    grow(roll);
}

void lb_roll_add(LbRoll *roll, guint scope, guint number, LbWho who, guint value) {
  add_one(roll, (Key){scope, number, who.email}, value);
  add_one(roll, (Key){scope, number, who.name}, value);
}
