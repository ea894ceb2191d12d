/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "intake/hasher.h"
#include "base/clock.h"

struct LbHasher {
  LbReader *reader;
  LbArena *arena;
  LbParser *parser; /* NULL until the first mail: most archives have no copies */
  GString *bytes;
};

LbHasher *lb_hasher_new(void) {
  LbHasher *hasher = g_new0(LbHasher, 1);
  hasher->reader = lb_reader_new();
  hasher->bytes = g_string_new(NULL);
  return hasher;
}

void lb_hasher_free(LbHasher *hasher) {
  if (!hasher)
    return;
  lb_parser_free(hasher->parser);
  lb_arena_free(hasher->arena);
  lb_reader_free(hasher->reader);
  g_string_free(hasher->bytes, TRUE);
  g_free(hasher);
}

gboolean lb_hasher_hash(LbHasher *hasher, LbSource *source, const LbLocator *locator, gboolean with_raw,
                        LbMailHashes *hashes) {
  if (!lb_source_fetch(source, hasher->reader, locator, hasher->bytes, NULL))
    return FALSE;
  if (!hasher->parser) {
    hasher->arena = lb_arena_new();
    hasher->parser = lb_parser_new(hasher->arena, NULL, 0, 0, lb_clock_now());
  }
  lb_parser_hash(hasher->parser, hasher->bytes->str, hasher->bytes->len, with_raw, hashes);
  return TRUE;
}
