/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"

#include <string.h>

/* Both halves of the product count: the mixing step of wyhash, public domain, eight bytes at a time. */
static guint64 mix(guint64 a, guint64 b) {
#ifdef __SIZEOF_INT128__
  __extension__ unsigned __int128 product = (unsigned __int128)a * b;

  return (guint64)product ^ (guint64)(product >> 64);
#else
  guint64 low = (a & 0xffffffff) * (b & 0xffffffff), high = (a >> 32) * (b >> 32);
  guint64 middle = (a >> 32) * (b & 0xffffffff) + (low >> 32), other = (a & 0xffffffff) * (b >> 32);

  middle += other & 0xffffffff;
  high += (middle >> 32) + (other >> 32);
  return high ^ (middle << 32 | (low & 0xffffffff));
#endif
}

static guint64 get_seed(void) {
  static gsize seed;

  if (g_once_init_enter(&seed))
    g_once_init_leave(&seed, ((gsize)g_random_int() << (sizeof seed * 4)) ^ g_random_int() ^ 1);
  return seed;
}

guint64 lb_hash_bytes(const char *bytes, gsize length) {
  const guint64 seed = get_seed();
  const char *end = bytes + length;
  guint64 hash = seed ^ length, word;

  for (; end - bytes > 8; bytes += 8) {
    memcpy(&word, bytes, 8);
    hash = mix(hash ^ G_GUINT64_CONSTANT(0xa0761d6478bd642f),
               word ^ seed ^ G_GUINT64_CONSTANT(0xe7037ed1a0b428db));
  }
  /* the last one to eight bytes, some of them twice: how many these are is not asked one after the other */
  if (length >= 8) {
    memcpy(&word, end - 8, 8);
  } else if (length >= 4) {
    guint32 halves[2];
    memcpy(&halves[0], bytes, 4);
    memcpy(&halves[1], end - 4, 4);
    word = (guint64)halves[0] << 32 | halves[1];
  } else {
    word = length
               ? (guint64)(guint8)bytes[0] << 16 | (guint64)(guint8)bytes[length / 2] << 8 | (guint8)end[-1]
               : 0;
  }
  return mix(hash ^ G_GUINT64_CONSTANT(0x8ebc6af09c88c6e3),
             word ^ seed ^ G_GUINT64_CONSTANT(0x589965cc75374cc3));
}

guint lb_hash_string(gconstpointer string) {
  guint64 hash = lb_hash_bytes(string, strlen(string));

  return (guint)(hash ^ hash >> 32);
}

/* Sixteen bytes at a time: what is stored is summed whenever it is read. */
guint64 lb_hash_stable(gconstpointer bytes, gsize length) {
  const guint8 *at = bytes;
  guint64 hash = length ^ G_GUINT64_CONSTANT(0x2d358dccaa6c78a5), words[2];

  for (; length >= 16; at += 16, length -= 16) {
    memcpy(words, at, 16);
    hash = mix(GUINT64_FROM_LE(words[0]) ^ G_GUINT64_CONSTANT(0xa0761d6478bd642f),
               GUINT64_FROM_LE(words[1]) ^ hash);
  }
  words[0] = words[1] = 0;
  if (length)
    memcpy(words, at, length);
  return mix(GUINT64_FROM_LE(words[0]) ^ G_GUINT64_CONSTANT(0xe7037ed1a0b428db),
             GUINT64_FROM_LE(words[1]) ^ hash ^ G_GUINT64_CONSTANT(0x8ebc6af09c88c6e3));
}
