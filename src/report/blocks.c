/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/blocks.h"
#include <string.h>

/* about: the block itself where there is nothing to fill it. */
typedef struct {
  LbBlockFunc fill;
  gconstpointer about, other;
  guint32 kind, size;
} Entry;

struct LbBlocks {
  GArray *entries; /* of Entry */
};

LbBlocks *lb_blocks_new(void) {
  LbBlocks *blocks = g_new(LbBlocks, 1);
  blocks->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  return blocks;
}

void lb_blocks_free(LbBlocks *blocks) {
  if (!blocks)
    return;
  g_array_unref(blocks->entries);
  g_free(blocks);
}

void lb_blocks_add(LbBlocks *blocks, const LbBlock *block) {
  lb_blocks_add_late(blocks, block->kind, 0, NULL, block, NULL);
}

void lb_blocks_add_late(LbBlocks *blocks, LbBlockKind kind, guint32 size, LbBlockFunc fill,
                        gconstpointer about, gconstpointer other) {
  Entry entry = {fill, about, other, kind, size};
  g_array_append_val(blocks->entries, entry);
}

guint lb_blocks_count(const LbBlocks *blocks) {
  return blocks->entries->len;
}

static const Entry *get_entry(const LbBlocks *blocks, guint i) {
  return &g_array_index(blocks->entries, Entry, i);
}

LbBlockKind lb_blocks_get_kind(const LbBlocks *blocks, guint i) {
  return (LbBlockKind)get_entry(blocks, i)->kind;
}

gsize lb_blocks_get_size(const LbBlocks *blocks, guint i) {
  const Entry *entry = get_entry(blocks, i);
  const LbBlock *block = entry->about;
  if (entry->fill)
    return entry->size;
  return block->kind != LB_BLOCK_MESSAGE ? 0 : block->text ? strlen(block->text) : block->ref.length;
}

const LbBlock *lb_blocks_get(const LbBlocks *blocks, guint i, const LbScope *scope, LbArena *arena) {
  const Entry *entry = get_entry(blocks, i);
  if (!entry->fill)
    return entry->about;
  LbBlock *block = lb_arena_new_array(arena, LbBlock, 1);
  block->kind = (LbBlockKind)entry->kind;
  block->before = -1;
  entry->fill(scope, entry->about, entry->other, block, arena);
  return block;
}
