/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/recent.h"
#include <string.h>
#include "base/hash.h"
#include "base/table.h"

#define ALIGN(size) (((size) + sizeof(gpointer) - 1) / sizeof(gpointer) * sizeof(gpointer))

/* Before a record, and before the text that it is of: what is looked at lies side by side. */
typedef struct {
  guint32 hash, length; /* length 0: nothing was kept here */
} Head;

struct LbRecent {
  guint n;
  gsize max_length, size, step;
  char *entries;
};

LbRecent *lb_recent_new(guint n, gsize length, gsize size) {
  LbRecent *recent = g_new0(LbRecent, 1);
  recent->n = n;
  recent->max_length = length;
  recent->size = size;
  recent->step = sizeof(Head) + ALIGN(size) + ALIGN(length);
  recent->entries = lb_table_new(n, recent->step);
  return recent;
}

void lb_recent_free(LbRecent *recent) {
  if (!recent)
    return;
  g_free(recent->entries);
  g_free(recent);
}

static Head *find_place(const LbRecent *recent, guint32 hash) {
  return (Head *)(recent->entries + recent->step * (hash & (recent->n - 1)));
}

static gboolean is_usable(const LbRecent *recent, LbSlice text) {
  return text.length && text.length <= recent->max_length;
}

gconstpointer lb_recent_find(const LbRecent *recent, LbSlice text) {
  if (!is_usable(recent, text))
    return NULL;
  guint32 hash = (guint32)lb_hash_bytes(text.data, text.length);
  const Head *head = find_place(recent, hash);
  const char *record = (const char *)(head + 1);
  gboolean is_known = head->hash == hash && head->length == text.length &&
                      !memcmp(record + ALIGN(recent->size), text.data, text.length);
  return is_known ? record : NULL;
}

void lb_recent_keep(LbRecent *recent, LbSlice text, gconstpointer record) {
  if (!is_usable(recent, text))
    return;
  guint32 hash = (guint32)lb_hash_bytes(text.data, text.length);
  Head *head = find_place(recent, hash);
  char *to = (char *)(head + 1);
  *head = (Head){hash, (guint32)text.length};
  memcpy(to, record, recent->size);
  memcpy(to + ALIGN(recent->size), text.data, text.length);
}
