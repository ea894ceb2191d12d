/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"
#include <string.h>
#include "base/hash.h"

#define ALIGNMENT (2 * sizeof(gpointer))
#define FIRST_BLOCK (16u << 10)
#define LAST_BLOCK (1u << 20)
#define SCRATCH_KEPT (64u << 10)

typedef struct Block Block;
struct Block {
  Block *next;
  gsize size; /* of data: keeps data aligned, too */
  char data[];
};

/* One entry of the intern table: open addressing, power-of-two size. */
typedef struct {
  const char *string;
  guint32 hash, length;
} Interned;

struct LbArena {
  Block *blocks;
  char *at, *end;
  gsize next_block, total;
  Interned *table;
  gsize table_size, n_interned;
  LbArena *scratch; /* itself if it is one */
};

LbArena *lb_arena_new(void) {
  LbArena *arena = g_new0(LbArena, 1);
  arena->next_block = FIRST_BLOCK;
  return arena;
}

static void free_blocks(Block *block) {
  for (Block *next; block; block = next) {
    next = block->next;
    g_free(block);
  }
}

void lb_arena_free(LbArena *arena) {
  if (!arena)
    return;
  if (arena->scratch != arena)
    lb_arena_free(arena->scratch);
  free_blocks(arena->blocks);
  g_free(arena->table);
  g_free(arena);
}

/* Strings needn't be aligned: half of what facts hold are strings. */
static char *take(LbArena *arena, gsize size, gsize alignment) {
  char *at = arena->at + (-(guintptr)arena->at & (alignment - 1));
  if (arena->at && at <= arena->end && size <= (gsize)(arena->end - at)) {
    arena->at = at + size;
    return at;
  }
  gsize data = MAX(arena->next_block, size);
  Block *block = g_malloc0(sizeof(Block) + data);
  block->next = arena->blocks;
  block->size = data;
  arena->blocks = block;
  arena->total += sizeof(Block) + data;
  /* An allocation that filled a block of its own leaves the current block in use. */
  if (data > arena->next_block && arena->at)
    return block->data;
  arena->next_block = MIN(arena->next_block * 2, LAST_BLOCK);
  arena->at = block->data + size;
  arena->end = block->data + data;
  return block->data;
}

gpointer lb_arena_alloc(LbArena *arena, gsize size) {
  return take(arena, size, ALIGNMENT);
}

char *lb_arena_strndup(LbArena *arena, const char *bytes, gsize length) {
  char *copy = take(arena, length + 1, 1);
  if (length)
    memcpy(copy, bytes, length);
  copy[length] = '\0';
  return copy;
}

char *lb_arena_strdup(LbArena *arena, const char *string) {
  return lb_arena_strndup(arena, string, strlen(string));
}

static void grow_table(LbArena *arena) {
  gsize size = arena->table_size ? arena->table_size * 2 : 256;
  Interned *table = g_new0(Interned, size);
  for (gsize i = 0; i < arena->table_size; i++) {
    if (!arena->table[i].string)
      continue;
    gsize slot = arena->table[i].hash & (size - 1);
    while (table[slot].string)
      slot = (slot + 1) & (size - 1);
    table[slot] = arena->table[i];
  }
  g_free(arena->table);
  arena->table = table;
  arena->table_size = size;
}

const char *lb_arena_intern(LbArena *arena, const char *bytes, gsize length) {
  if (length > 1024)
    return lb_arena_strndup(arena, bytes, length);
  if (4 * arena->n_interned >= 3 * arena->table_size)
    grow_table(arena);
  guint32 hash = (guint32)lb_hash_bytes(bytes, length);
  gsize slot = hash & (arena->table_size - 1);
  for (; arena->table[slot].string; slot = (slot + 1) & (arena->table_size - 1)) {
    const Interned *entry = &arena->table[slot];
    if (entry->hash == hash && entry->length == length && !memcmp(entry->string, bytes, length))
      return entry->string;
  }
  arena->table[slot] = (Interned){lb_arena_strndup(arena, bytes, length), hash, (guint32)length};
  arena->n_interned++;
  return arena->table[slot].string;
}

LbArena *lb_arena_get_scratch(LbArena *arena) {
  if (!arena->scratch) {
    arena->scratch = lb_arena_new();
    arena->scratch->scratch = arena->scratch;
  }
  return arena->scratch;
}

/* One block stays, unless a large mail made it large. */
static void clear(LbArena *arena) {
  Block *kept = arena->blocks;
  g_clear_pointer(&arena->table, g_free);
  arena->table_size = arena->n_interned = 0;
  if (kept && !kept->next && kept->size <= SCRATCH_KEPT) {
    memset(kept->data, 0, (gsize)(arena->at - kept->data));
    arena->at = kept->data;
    return;
  }
  free_blocks(kept);
  arena->blocks = NULL;
  arena->at = arena->end = NULL;
  arena->next_block = SCRATCH_KEPT;
  arena->total = 0;
}

void lb_arena_clear_scratch(LbArena *arena) {
  if (arena->scratch)
    clear(arena->scratch);
}

gsize lb_arena_size(const LbArena *arena) {
  return arena->total + arena->table_size * sizeof *arena->table;
}
