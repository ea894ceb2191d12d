/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/pack_reader.h"
#include "source/delta.h"
#include "source/inflate.h"
#include "source/kind.h"
#include "source/object_cache.h"

/* Larger objects are libgit2's: mails are a hundred times smaller, and caps stay low here. */
#define MAX_SIZE ((gsize)1 << 20)
/* git makes no longer chains of deltas unless it is told to (pack.depth), and never longer ones than the
 * second number. */
#define MAX_CHAIN 64
#define LONGEST_CHAIN 4096
/* Type and size, and where the base is. */
#define MAX_HEAD (10 + GIT_OID_RAWSZ)
/* Commits, trees and mails may lie in places of their own.  Each is read in the order of the walk, up or down
 * the pack: so windows begin where they would have begun from any place near by. */
#define N_WINDOWS 4
#define STRIDE ((gsize)32 << 10)
#define WINDOW_SIZE (STRIDE + ((gsize)16 << 10))
/* What is smaller is kept only when a delta of it was read: commits, trees. */
#define MIN_CACHED 1024

/* A piece of a pack. */
typedef struct {
  const LbPack *pack; /* NULL: none yet */
  guint64 begin;
  gsize length, capacity;
  guint64 used; /* when */
  guint8 *bytes;
} Window;

struct LbPackReader {
  LbPackSet *set;
  const GPtrArray *packs;
  LbObjectCache *cache; /* the set's */
  guint last;           /* the pack that had what was asked for last */
  LbInflater *inflater;
  guint64 clock;
  Window windows[N_WINDOWS];
  guint8 *delta; /* one, inflated */
  gsize delta_capacity;
};

/* An object as it stands in its pack. */
typedef struct {
  guint64 offset, data; /* of its head, of what is compressed */
  guint64 base;         /* of the object that a delta changes */
  guint type;
  gsize size; /* inflated */
} Entry;

enum { OFS_DELTA = 6, REF_DELTA = 7 };

LbPackReader *lb_pack_reader_new(LbPackSet *set, gboolean opens) {
  const GPtrArray *packs = lb_pack_set_acquire(set, opens);
  if (!packs)
    return NULL;
  LbPackReader *reader = g_new0(LbPackReader, 1);
  reader->set = lb_pack_set_ref(set);
  reader->packs = packs;
  reader->cache = lb_pack_set_get_cache(set);
  reader->inflater = lb_inflater_new();
  if (!reader->inflater)
    g_clear_pointer(&reader, lb_pack_reader_free);
  return reader;
}

void lb_pack_reader_free(LbPackReader *reader) {
  if (!reader)
    return;
  for (guint i = 0; i < N_WINDOWS; i++)
    g_free(reader->windows[i].bytes);
  g_free(reader->delta);
  lb_inflater_free(reader->inflater);
  lb_pack_set_release(reader->set);
  lb_pack_set_unref(reader->set);
  g_free(reader);
}

static gboolean reserve(guint8 **bytes, gsize *capacity, gsize size) {
  if (*bytes && size <= *capacity)
    return TRUE;
  g_free(*bytes);
  *bytes = g_try_malloc(MAX(size, 1));
  *capacity = *bytes ? size : 0;
  return *bytes != NULL;
}

/* One that holds what is wanted, or the one that was not used for longest, with no pack. */
static Window *find_window(LbPackReader *reader, const LbPack *pack, guint64 offset, gsize wanted) {
  Window *oldest = &reader->windows[0];
  for (guint i = 0; i < N_WINDOWS; i++) {
    Window *window = &reader->windows[i];
    if (window->pack == pack && offset >= window->begin && offset - window->begin <= window->length &&
        wanted <= window->length - (offset - window->begin))
      return window;
    if (window->used < oldest->used)
      oldest = window;
  }
  oldest->pack = NULL;
  return oldest;
}

static gboolean fill_window(Window *window, const LbPack *pack, guint64 offset, gsize wanted) {
  gboolean is_large = wanted > WINDOW_SIZE - STRIDE;
  window->begin = is_large ? offset : offset - offset % STRIDE;
  window->length = is_large ? wanted : MIN(WINDOW_SIZE, pack->end - window->begin);
  if (!reserve(&window->bytes, &window->capacity, MAX(WINDOW_SIZE, window->length)) ||
      lb_source_pread(pack->fd, (char *)window->bytes, window->length, window->begin) !=
          (gssize)window->length)
    return FALSE;
  window->pack = pack;
  return TRUE;
}

/* The bytes at offset: *length of them or up to the pack's end, mostly more; *length says how many. */
static const guint8 *get_bytes(LbPackReader *reader, const LbPack *pack, guint64 offset, gsize *length) {
  if (offset >= pack->end)
    return NULL;
  gsize wanted = MIN(*length, pack->end - offset);
  Window *window = find_window(reader, pack, offset, wanted);
  if (!window->pack && !fill_window(window, pack, offset, wanted))
    return NULL;
  window->used = ++reader->clock;
  *length = window->length - (offset - window->begin);
  return window->bytes + (offset - window->begin);
}

/* The distance to the base of an OFS_DELTA: seven bits in each byte, the highest first, all but the last one
 * more. */
static gboolean parse_distance(const guint8 **p, const guint8 *end, guint64 *distance) {
  guint8 byte = 0x80;
  *distance = 0;
  for (int i = 0; byte & 0x80; i++) {
    if (*p == end || i > 8)
      return FALSE;
    byte = *(*p)++;
    *distance = (*distance + (i > 0)) << 7 | (byte & 0x7f);
  }
  return TRUE;
}

static gboolean parse_base(Entry *entry, const LbPack *pack, const guint8 **p, const guint8 *end) {
  guint64 distance;
  if (entry->type == OFS_DELTA) {
    if (!parse_distance(p, end, &distance) || distance == 0 || distance >= entry->offset)
      return FALSE;
    entry->base = entry->offset - distance;
    return TRUE;
  }
  /* a REF_DELTA: its base may be in another pack, which is odd */
  if (end - *p < GIT_OID_RAWSZ || !lb_pack_index_find(pack->index, *p, &entry->base))
    return FALSE;
  *p += GIT_OID_RAWSZ;
  return TRUE;
}

static gboolean is_delta(const Entry *entry) {
  return entry->type == OFS_DELTA || entry->type == REF_DELTA;
}

static gboolean parse_entry(LbPackReader *reader, const LbPack *pack, guint64 offset, Entry *entry) {
  gsize length = MAX_HEAD;
  const guint8 *begin = get_bytes(reader, pack, offset, &length);
  if (!begin)
    return FALSE;
  const guint8 *p = begin, *end = begin + length;
  guint8 byte = *p++;
  guint64 size = byte & 15;
  for (int shift = 4; byte & 0x80; shift += 7) {
    if (p == end || shift > 60)
      return FALSE;
    byte = *p++;
    size |= (guint64)(byte & 0x7f) << shift;
  }
  *entry = (Entry){.offset = offset, .type = *begin >> 4 & 7, .size = size};
  if (!(is_delta(entry) ? parse_base(entry, pack, &p, end)
                        : entry->type >= GIT_OBJECT_COMMIT && entry->type <= GIT_OBJECT_TAG))
    return FALSE;
  entry->data = offset + (guint64)(p - begin);
  return TRUE;
}

/* All that is compressed is needed at once; how long it is nobody knows, but how long it can be. */
static gboolean inflate_entry(LbPackReader *reader, const LbPack *pack, const Entry *entry, void *bytes) {
  gsize length = entry->size + entry->size / 64 + 64;
  const guint8 *in = get_bytes(reader, pack, entry->data, &length);
  return in && lb_inflater_run(reader->inflater, in, length, bytes, entry->size);
}

static LbObject *read_whole(LbPackReader *reader, const LbPack *pack, const Entry *entry) {
  LbObject *object = lb_object_new((git_object_t)entry->type, entry->size);
  if (object && !inflate_entry(reader, pack, entry, object->own))
    g_clear_pointer(&object, lb_object_free);
  return object;
}

static LbObject *read_delta(LbPackReader *reader, const LbPack *pack, const Entry *entry,
                            const LbObject *base) {
  LbDelta delta;
  if (!reserve(&reader->delta, &reader->delta_capacity, entry->size) ||
      !inflate_entry(reader, pack, entry, reader->delta) ||
      !lb_delta_parse(&delta, reader->delta, entry->size) || delta.base_size != base->size ||
      delta.result_size > MAX_SIZE)
    return NULL;
  LbObject *object = lb_object_new(base->type, delta.result_size);
  if (object && !lb_delta_apply(&delta, (const guint8 *)base->bytes, (guint8 *)object->own))
    g_clear_pointer(&object, lb_object_free);
  return object;
}

/* Why libgit2 must not be asked for an object: it would map and read what is behind the pack's end, which is
 * SIGBUS, or take all memory.  NULL: it may be. */
static const char *find_danger(LbPackReader *reader, const LbPack *pack, guint64 offset) {
  Entry entry;
  for (int n = 0; n < LONGEST_CHAIN; n++) {
    if (offset >= pack->end)
      return "the pack's index leads outside of it";
    if (!parse_entry(reader, pack, offset, &entry) || !is_delta(&entry))
      return NULL;
    offset = entry.base;
  }
  return "a chain of deltas without end";
}

/* Down the chain of deltas to what is whole or at hand, and up again. */
static LbObject *read_at(LbPackReader *reader, const LbPack *pack, guint64 offset) {
  Entry chain[MAX_CHAIN + 1];
  guint n = 0;
  LbObject *object;
  while (!(object = lb_object_cache_find(reader->cache, pack, offset))) {
    if (n > MAX_CHAIN || !parse_entry(reader, pack, offset, &chain[n]) || chain[n].size > MAX_SIZE)
      return NULL;
    if (!is_delta(&chain[n])) {
      object = read_whole(reader, pack, &chain[n]);
      break;
    }
    offset = chain[n++].base;
  }
  for (; object && n > 0; n--) {
    g_autoptr(LbObject) base = object;
    lb_object_cache_add(reader->cache, pack, offset, base, TRUE);
    object = read_delta(reader, pack, &chain[n - 1], base);
    offset = chain[n - 1].offset;
  }
  if (object && object->size >= MIN_CACHED)
    lb_object_cache_add(reader->cache, pack, offset, object, FALSE);
  return object;
}

LbObject *lb_pack_reader_read(LbPackReader *reader, const git_oid *id, const char **failure) {
  *failure = NULL;
  for (guint i = 0; i < reader->packs->len; i++) {
    guint number = (reader->last + i) % reader->packs->len;
    const LbPack *pack = reader->packs->pdata[number];
    guint64 offset;
    if (!lb_pack_index_find(pack->index, id->id, &offset))
      continue;
    LbObject *object = read_at(reader, pack, offset);
    if (object) {
      reader->last = number;
      return object;
    }
    *failure = find_danger(reader, pack, offset);
    if (*failure)
      return NULL;
  }
  return NULL;
}
