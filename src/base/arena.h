/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bump allocator for the facts of mails: many small strings and arrays that
 * live and die together.  Not thread-safe: each worker has its own arena.
 */
#pragma once
#include <glib.h>

typedef struct LbArena LbArena;

LbArena *lb_arena_new(void);
/* Frees everything that was allocated from it; bears NULL. */
void lb_arena_free(LbArena *arena);
/* Zeroed, aligned for pointers and numbers of 64 bits; lives as long as the arena; never NULL. */
gpointer lb_arena_alloc(LbArena *arena, gsize size);
/* The same, not aligned. */
guint8 *lb_arena_alloc_bytes(LbArena *arena, gsize size);
#define lb_arena_new_array(arena, type, n) ((type *)lb_arena_alloc((arena), sizeof(type) * (n)))
/* A NUL-terminated copy of length bytes. */
char *lb_arena_strndup(LbArena *arena, const char *bytes, gsize length);
char *lb_arena_strdup(LbArena *arena, const char *string);
/* A copy of these bytes that is shared: for what recurs (addresses, ids).  Mostly the only one in this arena,
 * but what was not asked for in long is forgotten, so that a search stays in the processor's caches however
 * much is kept: equal pointers are equal strings, unlike ones may be. */
const char *lb_arena_intern(LbArena *arena, const char *bytes, gsize length);
/* The same for a row of n pointers: small records and lists of interned strings. */
gconstpointer lb_arena_intern_pointers(LbArena *arena, const void *pointers, guint n);
/* What lives until lb_arena_clear_scratch() alone: for texts between a mail's bytes and its facts.  Made when
 * first asked for; a scratch arena is its own scratch arena. */
LbArena *lb_arena_get_scratch(LbArena *arena);
/* Empties it, for the next mail; what was taken from it is gone. */
void lb_arena_clear_scratch(LbArena *arena);
/* Gives back what only helps to find what is interned, and scratch, when nothing more, or hardly anything,
 * will be put in.  What was interned stays; the same bytes interned again are another copy. */
void lb_arena_seal(LbArena *arena);
/* Bytes taken from the system so far, without scratch. */
gsize lb_arena_size(const LbArena *arena);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbArena, lb_arena_free)
