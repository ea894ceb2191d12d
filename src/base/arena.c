/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"
#include <string.h>
#include "base/hash.h"
#include "base/pages.h"
#include "base/table.h"

#define ALIGNMENT sizeof(guint64)
#define FIRST_BLOCK (16u << 10)
#define LAST_BLOCK LB_HUGE_PAGE
#define SCRATCH_KEPT (64u << 10)
/* Tables of what is interned stop growing here, and begin anew when they are full: 4 MiB and 1 MiB.  Mails
 * answer what came shortly before, so that few strings are kept twice for it; a table of all ids of a million
 * mails would be looked for in memory, at a tenth of the time that a mail takes. */
#define MAX_SLOTS ((gsize)256 << 10)
#define MAX_ROWS ((gsize)64 << 10)

typedef struct Block Block;
struct Block {
  Block *next;
  gsize size; /* of all of it: keeps data aligned, too */
  char data[];
};

/* A string that is kept once, beside what tells it from others without a look at it. */
typedef struct {
  const char *bytes; /* NULL: the slot is free */
  guint32 hash, length;
} Slot;

/* A row of pointers that is kept once. */
typedef struct {
  const gpointer *pointers; /* NULL: the slot is free */
  guint32 hash, n;
} Row;

struct LbArena {
  Block *blocks;
  char *at, *end;
  gsize next_block, total;
  /* What is interned: open addressing, a power of two of slots. */
  Slot *slots;
  gsize n_slots, n_interned;
  Row *rows; /* the same for rows */
  gsize n_row_slots, n_rows;
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
    if (block->size == LAST_BLOCK)
      lb_pages_free(block, block->size);
    else
      g_free(block);
  }
}

void lb_arena_free(LbArena *arena) {
  if (!arena)
    return;
  if (arena->scratch != arena)
    lb_arena_free(arena->scratch);
  free_blocks(arena->blocks);
  g_free(arena->slots);
  g_free(arena->rows);
  g_free(arena);
}

/* Strings needn't be aligned: half of what facts hold are strings. */
static char *take(LbArena *arena, gsize size, gsize alignment) {
  char *at = arena->at + (-(guintptr)arena->at & (alignment - 1));
  if (arena->at && at <= arena->end && size <= (gsize)(arena->end - at)) {
    arena->at = at + size;
    return at;
  }
  gsize total = MAX(arena->next_block, sizeof(Block) + size);
  Block *block = total == LAST_BLOCK ? lb_pages_new(total) : g_malloc0(total);
  block->next = arena->blocks;
  block->size = total;
  arena->blocks = block;
  arena->total += total;
  /* An allocation that filled a block of its own leaves the current block in use. */
  if (total > arena->next_block && arena->at)
    return block->data;
  arena->next_block = MIN(arena->next_block * 2, LAST_BLOCK);
  arena->at = block->data + size;
  arena->end = (char *)block + total;
  return block->data;
}

gpointer lb_arena_alloc(LbArena *arena, gsize size) {
  return take(arena, size, ALIGNMENT);
}

guint8 *lb_arena_alloc_bytes(LbArena *arena, gsize size) {
  return (guint8 *)take(arena, size, 1);
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

/* Where this string is, or where it would go. */
static Slot *find_slot(const LbArena *arena, const Slot *wanted) {
  gsize i = wanted->hash & (arena->n_slots - 1);
  for (; arena->slots[i].bytes; i = (i + 1) & (arena->n_slots - 1)) {
    const Slot *slot = &arena->slots[i];
    if (slot->hash == wanted->hash && slot->length == wanted->length &&
        !memcmp(slot->bytes, wanted->bytes, wanted->length))
      break;
  }
  return &arena->slots[i];
}

/* All that is in the old table is unlike: nothing to compare. */
static void move_slot(const LbArena *arena, const Slot *slot) {
  gsize i = slot->hash & (arena->n_slots - 1);
  while (arena->slots[i].bytes)
    i = (i + 1) & (arena->n_slots - 1);
  arena->slots[i] = *slot;
}

static void grow_slots(LbArena *arena) {
  if (arena->n_slots == MAX_SLOTS) {
    memset(arena->slots, 0, arena->n_slots * sizeof *arena->slots);
    arena->n_interned = 0;
    return;
  }
  g_autofree Slot *old = arena->slots;
  gsize n_old = arena->n_slots;
  arena->n_slots = MAX(256, 2 * n_old);
  arena->slots = lb_table_new(arena->n_slots, sizeof *arena->slots);
  for (gsize i = 0; i < n_old; i++)
    if (old[i].bytes)
      move_slot(arena, &old[i]);
}

const char *lb_arena_intern(LbArena *arena, const char *bytes, gsize length) {
  if (length > 1024 || memchr(bytes, '\0', length))
    return lb_arena_strndup(arena, bytes, length);
  Slot wanted = {bytes, (guint32)lb_hash_bytes(bytes, length), (guint32)length};
  Slot *slot = arena->n_slots ? find_slot(arena, &wanted) : NULL;
  if (!slot || !slot->bytes) {
    if (4 * arena->n_interned >= 3 * arena->n_slots) {
      grow_slots(arena);
      slot = find_slot(arena, &wanted);
    }
    wanted.bytes = lb_arena_strndup(arena, bytes, length);
    *slot = wanted;
    arena->n_interned++;
  }
  return slot->bytes;
}

static gsize find_row_slot(const LbArena *arena, const Row *row) {
  gsize slot = row->hash & (arena->n_row_slots - 1);
  for (; arena->rows[slot].pointers; slot = (slot + 1) & (arena->n_row_slots - 1)) {
    const Row *other = &arena->rows[slot];
    if (other->hash == row->hash && other->n == row->n &&
        !memcmp(other->pointers, row->pointers, row->n * sizeof(gpointer)))
      break;
  }
  return slot;
}

static void grow_rows(LbArena *arena) {
  if (arena->n_row_slots == MAX_ROWS) {
    memset(arena->rows, 0, arena->n_row_slots * sizeof *arena->rows);
    arena->n_rows = 0;
    return;
  }
  g_autofree Row *old = arena->rows;
  gsize n_old = arena->n_row_slots;
  arena->n_row_slots = MAX(64, 2 * n_old);
  arena->rows = lb_table_new(arena->n_row_slots, sizeof *arena->rows);
  for (gsize i = 0; i < n_old; i++)
    if (old[i].pointers)
      arena->rows[find_row_slot(arena, &old[i])] = old[i];
}

gconstpointer lb_arena_intern_pointers(LbArena *arena, const void *pointers, guint n) {
  Row row = {pointers, (guint32)lb_hash_bytes(pointers, n * sizeof(gpointer)), n};
  gsize slot = arena->n_row_slots ? find_row_slot(arena, &row) : 0;
  if (!arena->n_row_slots || !arena->rows[slot].pointers) {
    if (4 * arena->n_rows >= 3 * arena->n_row_slots) {
      grow_rows(arena);
      slot = find_row_slot(arena, &row);
    }
    row.pointers =
        memcpy(lb_arena_alloc(arena, MAX(n, 1) * sizeof(gpointer)), pointers, n * sizeof(gpointer));
    arena->rows[slot] = row;
    arena->n_rows++;
  }
  return arena->rows[slot].pointers;
}

LbArena *lb_arena_get_scratch(LbArena *arena) {
  if (!arena->scratch) {
    arena->scratch = lb_arena_new();
    arena->scratch->scratch = arena->scratch;
  }
  return arena->scratch;
}

static void forget_interned(LbArena *arena) {
  g_clear_pointer(&arena->slots, g_free);
  g_clear_pointer(&arena->rows, g_free);
  arena->n_slots = arena->n_interned = arena->n_row_slots = arena->n_rows = 0;
}

/* One block stays, unless a large mail made it large. */
static void clear(LbArena *arena) {
  Block *kept = arena->blocks;
  forget_interned(arena);
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

void lb_arena_seal(LbArena *arena) {
  forget_interned(arena);
  if (arena->scratch != arena)
    g_clear_pointer(&arena->scratch, lb_arena_free);
}

void lb_arena_clear_scratch(LbArena *arena) {
  if (arena->scratch)
    clear(arena->scratch);
}

gsize lb_arena_size(const LbArena *arena) {
  return arena->total + arena->n_slots * sizeof *arena->slots + arena->n_row_slots * sizeof *arena->rows;
}
