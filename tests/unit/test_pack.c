/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packs read directly, beside libgit2: what it reads must be the same, what is odd must be left to libgit2.
 */
#include <glib/gstdio.h>
#include <zlib.h>
#include "base/error.h"
#include "source/delta.h"
#include "source/pack_reader.h"
#include "source_unit.h"

enum { COMMIT = 1, TREE, BLOB, TAG, OFS = 6, REF };

/* A pack that is made byte by byte; an object's id is its number, nine times, and need not be its hash. */
typedef struct {
  GByteArray *bytes;
  guint64 offsets[2000];
  guint n;
  gboolean is_old; /* its index is of version 1 */
  gboolean is_far; /* all offsets stand in the table of large ones */
} Pack;

static Pack *pack_new(void) {
  Pack *pack = g_new0(Pack, 1);
  pack->bytes = g_byte_array_new();
  g_byte_array_append(pack->bytes, (const guint8 *)"PACK\0\0\0\2\0\0\0\0", 12);
  return pack;
}

static void pack_free(Pack *pack) {
  g_byte_array_unref(pack->bytes);
  g_free(pack);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pack, pack_free)

static git_oid get_id(guint number) {
  git_oid id = {{0}};
  id.id[0] = (guint8)(number * 37);
  id.id[1] = (guint8)(number >> 8);
  id.id[2] = 1; /* no id is all zero */
  id.id[19] = (guint8)number;
  return id;
}

static void add_byte(GByteArray *bytes, guint byte) {
  guint8 one = (guint8)byte;
  g_byte_array_append(bytes, &one, 1);
}

static void add_u32(GByteArray *bytes, guint32 number) {
  number = GUINT32_TO_BE(number);
  g_byte_array_append(bytes, (guint8 *)&number, 4);
}

static void add_deflated(GByteArray *out, const void *bytes, gsize length) {
  uLongf size = compressBound(length);
  g_autofree guint8 *room = g_malloc(size);
  assert_int_equal(compress2(room, &size, bytes, length, 6), Z_OK);
  g_byte_array_append(out, room, size);
}

static guint begin_object(Pack *pack, guint type, guint64 size) {
  pack->offsets[pack->n] = pack->bytes->len;
  guint byte = type << 4 | (size & 15);
  for (size >>= 4; size; size >>= 7) {
    add_byte(pack->bytes, byte | 0x80);
    byte = size & 0x7f;
  }
  add_byte(pack->bytes, byte);
  return pack->n++;
}

static guint add_claiming(Pack *pack, guint type, guint64 claim, const void *bytes, gsize length) {
  guint number = begin_object(pack, type, claim);
  add_deflated(pack->bytes, bytes, length);
  return number;
}

static guint add_whole(Pack *pack, guint type, const void *bytes, gsize length) {
  return add_claiming(pack, type, length, bytes, length);
}

static void add_distance(GByteArray *bytes, guint64 distance) {
  guint8 digits[10];
  int n = 0;
  digits[n++] = distance & 0x7f;
  while (distance >>= 7)
    digits[n++] = 0x80 | (--distance & 0x7f);
  while (n > 0)
    add_byte(bytes, digits[--n]);
}

static guint add_ofs_delta(Pack *pack, guint64 distance, const GByteArray *delta) {
  guint number = begin_object(pack, OFS, delta->len);
  add_distance(pack->bytes, distance);
  add_deflated(pack->bytes, delta->data, delta->len);
  return number;
}

static guint add_ref_delta(Pack *pack, guint base, const GByteArray *delta) {
  guint number = begin_object(pack, REF, delta->len);
  git_oid id = get_id(base);
  g_byte_array_append(pack->bytes, id.id, GIT_OID_RAWSZ);
  add_deflated(pack->bytes, delta->data, delta->len);
  return number;
}

static guint64 distance_to(const Pack *pack, guint base) {
  return pack->bytes->len - pack->offsets[base];
}

static void add_size(GByteArray *delta, guint64 size) {
  for (; size > 0x7f; size >>= 7)
    add_byte(delta, (size & 0x7f) | 0x80);
  add_byte(delta, size);
}

/* A delta that copies n bytes from offset on and has the text after them. */
static GByteArray *make_delta(guint64 base_size, guint32 offset, guint32 n, const char *text) {
  GByteArray *delta = g_byte_array_new();
  add_size(delta, base_size);
  add_size(delta, n + strlen(text));
  if (n > 0) {
    add_byte(delta, 0xff);
    for (int i = 0; i < 4; i++)
      add_byte(delta, offset >> 8 * i & 0xff);
    for (int i = 0; i < 3; i++)
      add_byte(delta, n >> 8 * i & 0xff);
  }
  if (*text)
    add_byte(delta, strlen(text));
  g_byte_array_append(delta, (const guint8 *)text, strlen(text));
  return delta;
}

static guint sort_key(const Pack *pack, guint number) {
  return get_id(number).id[0] << 16 | number;
}

static gint compare_numbers(gconstpointer a, gconstpointer b, gpointer pack) {
  return (gint)sort_key(pack, *(const guint *)a) - (gint)sort_key(pack, *(const guint *)b);
}

static GByteArray *make_index(const Pack *pack, const guint8 checksum[GIT_OID_RAWSZ]) {
  GByteArray *index = g_byte_array_new();
  g_autofree guint *order = g_new(guint, pack->n + 1);
  guint n = 0;
  for (guint i = 0; i < pack->n; i++)
    order[i] = i;
  g_qsort_with_data(order, pack->n, sizeof *order, compare_numbers, (gpointer)pack);
  if (!pack->is_old)
    g_byte_array_append(index, (const guint8 *)"\377tOc\0\0\0\2", 8);
  for (guint first = 0; first < 256; first++) {
    while (n < pack->n && get_id(order[n]).id[0] <= first)
      n++;
    add_u32(index, n);
  }
  for (guint i = 0; i < pack->n; i++) {
    git_oid id = get_id(order[i]);
    if (pack->is_old)
      add_u32(index, (guint32)pack->offsets[order[i]]);
    g_byte_array_append(index, id.id, GIT_OID_RAWSZ);
  }
  for (guint i = 0; i < pack->n && !pack->is_old; i++)
    add_u32(index, 0);
  for (guint i = 0; i < pack->n && !pack->is_old; i++)
    add_u32(index, pack->is_far ? 0x80000000u | i : (guint32)pack->offsets[order[i]]);
  for (guint i = 0; pack->is_far && i + 1 < pack->n; i++) { /* no room is meant for the last */
    add_u32(index, pack->offsets[order[i]] >> 32);
    add_u32(index, (guint32)pack->offsets[order[i]]);
  }
  g_byte_array_append(index, checksum, GIT_OID_RAWSZ);
  guint8 own[GIT_OID_RAWSZ] = {0};
  g_byte_array_append(index, own, sizeof own);
  return index;
}

static void write_pack(Pack *pack) {
  guint8 checksum[GIT_OID_RAWSZ];
  gsize length = sizeof checksum;
  guint32 n = GUINT32_TO_BE(pack->n);
  memcpy(pack->bytes->data + 8, &n, 4);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
  g_checksum_update(sum, pack->bytes->data, pack->bytes->len);
  g_checksum_get_digest(sum, checksum, &length);
  g_byte_array_append(pack->bytes, checksum, length);
  g_autoptr(GByteArray) index = make_index(pack, checksum);
  unit_write("objects/pack/pack-1.pack", (char *)pack->bytes->data, pack->bytes->len);
  unit_write("objects/pack/pack-1.idx", (char *)index->data, index->len);
}

static LbObjects *open_objects(LbPackSet *packs) {
  const char *failure;
  g_autofree char *folder = unit_path("objects");
  LbObjects *objects = lb_objects_open((char *[]){folder, NULL}, packs, TRUE, &failure);
  assert_non_null(objects);
  return objects;
}

static LbPackSet *open_packs(void) {
  g_autofree char *folder = unit_path("objects");
  return lb_pack_set_new((char *[]){folder, NULL});
}

typedef enum { READ, LEFT, BROKEN } Outcome; /* by us, by libgit2, by neither */

/* Reads it by a new reader, and by libgit2 alone; what it is, wanted or NULL. */
static void check_object(guint number, guint type, Outcome outcome, const char *wanted, gsize length) {
  git_oid id = get_id(number);
  const char *failure;
  LbPackSet *packs = open_packs();
  LbPackReader *reader = lb_pack_reader_new(packs, TRUE);
  g_autoptr(LbObject) own = reader ? lb_pack_reader_read(reader, &id, &failure) : NULL;
  g_autoptr(LbObjects) theirs = open_objects(NULL), both = open_objects(packs);
  g_autoptr(LbObject) by_libgit2 = lb_git_read(theirs, &id, (git_object_t)type, &failure);
  g_autoptr(LbObject) by_both = lb_git_read(both, &id, (git_object_t)type, &failure);
  unit_check(!reader || !own == (outcome != READ), "object %u is %s directly", number,
             own ? "read" : "not read");
  unit_check(!by_libgit2 == (outcome == BROKEN), "object %u by libgit2: %s", number, failure);
  unit_check(!by_both == (outcome == BROKEN), "object %u by both: %s", number, failure);
  const LbObject *found[] = {own, by_libgit2, by_both};
  for (gsize i = 0; i < G_N_ELEMENTS(found); i++)
    if (found[i]) {
      assert_int_equal(found[i]->type, type);
      unit_check(found[i]->size == length, "object %u has %" G_GSIZE_FORMAT " bytes", number, found[i]->size);
      assert_memory_equal(found[i]->bytes, wanted, length);
    }
  lb_pack_reader_free(reader);
  lb_pack_set_unref(packs);
}

static void check_broken(guint number) {
  check_object(number, BLOB, BROKEN, NULL, 0);
}

/* Text that deflate makes little of. */
static char *make_text(gsize length, guint32 seed) {
  g_autoptr(GRand) random = g_rand_new_with_seed(seed);
  char *text = g_malloc(length + 1);
  for (gsize i = 0; i < length; i++)
    text[i] = (char)g_rand_int_range(random, ' ', 127);
  text[length] = '\0';
  return text;
}

static void test_whole(void **state) {
  (void)state;
  static const gsize sizes[] = {0,    1,     15,    16,    127,    128,           2047,
                                2048, 16383, 16384, 66000, 262143, (1 << 20) - 1, (1 << 20) + 1};
  g_autoptr(Pack) pack = pack_new();
  g_autofree char *text = make_text(2 << 20, 1);
  for (int version = 1; version <= 2; version++) {
    pack->is_old = version == 1;
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
      add_whole(pack, COMMIT + i % 4, text + i, sizes[i]);
    write_pack(pack);
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
      check_object(i, COMMIT + i % 4, sizes[i] > 1 << 20 ? LEFT : READ, text + i, sizes[i]);
    check_broken(pack->n);
    g_byte_array_set_size(pack->bytes, 12);
    pack->n = 0;
  }
}

/* Offsets in the table of large ones, of which one lies outside of it. */
static void test_far(void **state) {
  (void)state;
  g_autoptr(Pack) pack = pack_new();
  pack->is_far = TRUE;
  for (guint i = 0; i < 6; i++)
    add_whole(pack, BLOB, "abcdef", i + 1);
  write_pack(pack);
  for (guint i = 0; i < 5; i++)
    check_object(i, BLOB, READ, "abcdef", i + 1);
  check_broken(5);
}

static void test_deltas(void **state) {
  (void)state;
  g_autoptr(Pack) pack = pack_new();
  g_autofree char *text = make_text(200000, 2);
  g_autofree char *wanted = g_strdup_printf("%.65536send", text + 3);
  guint base = add_whole(pack, TREE, text, 200000);
  g_autoptr(GByteArray) large = make_delta(200000, 3, 0x10000, "end");
  guint by_distance = add_ofs_delta(pack, distance_to(pack, base), large);
  guint by_id = add_ref_delta(pack, base, large);
  g_autoptr(GByteArray) second = make_delta(strlen(wanted), 65530, 9, "!");
  guint later = add_ref_delta(pack, pack->n + 1, second), before = add_ref_delta(pack, base, large);
  /* a copy of size 0 is one of 65536 */
  g_autoptr(GByteArray) zero = g_byte_array_new();
  add_size(zero, 200000);
  add_size(zero, 0x10000);
  g_byte_array_append(zero, (const guint8 *)"\201\3", 2);
  guint shortest = add_ofs_delta(pack, distance_to(pack, base), zero);
  guint absent = add_ref_delta(pack, 1999, large);
  write_pack(pack);
  check_object(by_distance, TREE, READ, wanted, strlen(wanted));
  check_object(by_id, TREE, READ, wanted, strlen(wanted));
  check_object(before, TREE, READ, wanted, strlen(wanted));
  check_object(shortest, TREE, READ, text + 3, 0x10000);
  g_autofree char *end = g_strconcat(wanted + 65530, "!", NULL);
  check_object(later, TREE, READ, end, strlen(end));
  check_broken(absent);
}

/* Up to 64 are followed; libgit2 follows as many as there are. */
static void test_chains(void **state) {
  (void)state;
  g_autoptr(Pack) pack = pack_new();
  g_autofree char *text = make_text(500, 3);
  add_whole(pack, BLOB, text, 500);
  g_autoptr(GByteArray) delta = make_delta(500, 0, 499, "x");
  g_autofree char *wanted = g_strdup_printf("%.499sx", text);
  for (guint i = 1; i < 1000; i++)
    add_ofs_delta(pack, distance_to(pack, i - 1), delta);
  write_pack(pack);
  check_object(64, BLOB, READ, wanted, 500);
  check_object(65, BLOB, LEFT, wanted, 500);
  check_object(999, BLOB, LEFT, wanted, 500);
}

/* Offsets behind the pack's end, which libgit2 must not see. */
static void test_outside(void **state) {
  (void)state;
  static const guint64 offsets[] = {10000, 0x7fffffff, (guint64)1 << 32, G_MAXINT64, G_MAXUINT64};
  for (int far = 0; far < 2; far++) {
    g_autoptr(Pack) pack = pack_new();
    g_autoptr(GByteArray) delta = make_delta(3, 0, 3, "");
    pack->is_far = far;
    guint good = add_whole(pack, BLOB, "abc", 3), on_good = add_ref_delta(pack, good, delta);
    for (guint i = 0; i < (far ? G_N_ELEMENTS(offsets) : 2); i++)
      pack->offsets[pack->n++] = offsets[i];
    guint on_bad = add_ref_delta(pack, 2, delta);
    write_pack(pack);
    LbPackSet *packs = open_packs();
    g_autoptr(LbObjects) objects = open_objects(packs);
    for (guint i = 0; i <= on_bad; i++) {
      git_oid id = get_id(i);
      const char *failure = "";
      g_autoptr(LbObject) object = lb_git_read(objects, &id, GIT_OBJECT_BLOB, &failure);
      unit_check(!object == (i != good && i != on_good), "object %u is %s: %s", i,
                 object ? "read" : "not read", failure);
      /* the last one in the order of ids has no row in the table */
      unit_check(object || strstr(failure, "outside of it") || strstr(failure, "no match for id"), "%s",
                 failure);
    }
    lb_pack_set_unref(packs);
  }
}

/* Deltas that stand on each other, of which libgit2 must not even be asked: it would take all memory. */
static void test_circle(void **state) {
  (void)state;
  g_autoptr(Pack) pack = pack_new();
  g_autoptr(GByteArray) delta = make_delta(100, 0, 100, "");
  guint numbers[] = {add_ref_delta(pack, 1, delta), add_ref_delta(pack, 0, delta),
                     add_ref_delta(pack, 2, delta), begin_object(pack, OFS, 2 << 20)};
  add_distance(pack->bytes, pack->offsets[numbers[3]] - pack->offsets[numbers[2]]);
  write_pack(pack);
  LbPackSet *packs = open_packs();
  g_autoptr(LbObjects) objects = open_objects(packs);
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
    git_oid id = get_id(numbers[i]);
    const char *failure;
    assert_null(lb_git_read(objects, &id, GIT_OBJECT_BLOB, &failure));
    unit_check_string(failure, "a chain of deltas without end", "a circle");
  }
  lb_pack_set_unref(packs);
}

static void test_broken_deltas(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    gsize length;
  } broken[] = {
#define B(text) {text, sizeof text - 1}
      B(""),
      B("\144"),
      B("\144\3"),               /* nothing of 3 bytes */
      B("\144\3\4abcd"),         /* more than 3 */
      B("\144\3\3ab"),           /* cut off */
      B("\144\3\3abc\1"),        /* one that never comes */
      B("\144\3\0\3abc"),        /* the step that is reserved */
      B("\143\3\3abc"),          /* of a base of 99 bytes */
      B("\144\3\221\142\3"),     /* 98 + 3 of 100 bytes */
      B("\144\3\237\0\0\0\1\3"), /* from far behind */
      B("\144\3\221\1"),         /* cut off */
      B("\144\3\200"),           /* 65536 of 100 bytes */
      B("\144\377\377\377\377\377\377\377\377\177\3abc"),
      B("\200\200\200\200\200\200\200\200\200\200\200\200"),
      B("\144\177\337\377\377\377\377\377\377\377\377"),
#undef B
  };
  g_autoptr(Pack) pack = pack_new();
  g_autofree char *text = make_text(100, 4);
  guint base = add_whole(pack, BLOB, text, 100), numbers[G_N_ELEMENTS(broken)];
  for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
    g_autoptr(GByteArray) delta = g_byte_array_new();
    g_byte_array_append(delta, (const guint8 *)broken[i].bytes, broken[i].length);
    numbers[i] = add_ofs_delta(pack, distance_to(pack, base), delta);
  }
  g_autoptr(GByteArray) good = make_delta(100, 0, 100, "");
  guint to_itself = add_ofs_delta(pack, 0, good);
  guint beyond = add_ofs_delta(pack, pack->bytes->len + 1, good);
  guint to_head = add_ofs_delta(pack, pack->bytes->len - 4, good);
  guint far = add_ofs_delta(pack, G_MAXUINT64 >> 2, good);
  /* sizes are not meant to be so long, but it is one */
  g_autoptr(GByteArray) empty = g_byte_array_new();
  g_byte_array_append(empty, (const guint8 *)"\144\200\200\200\200\200\200\200\200\200\200\0", 12);
  guint odd = add_ofs_delta(pack, distance_to(pack, base), empty);
  write_pack(pack);
  for (gsize i = 0; i < G_N_ELEMENTS(broken); i++)
    check_broken(numbers[i]);
  check_broken(to_itself);
  check_broken(beyond);
  check_broken(to_head);
  check_broken(far);
  check_object(odd, BLOB, LEFT, "", 0);
}

static void test_broken_objects(void **state) {
  (void)state;
  g_autoptr(Pack) pack = pack_new();
  g_autofree char *text = make_text(1000, 5);
  guint good = add_whole(pack, BLOB, text, 1000);
  guint numbers[] = {add_claiming(pack, BLOB, 999, text, 1000),
                     add_claiming(pack, BLOB, 1001, text, 1000),
                     add_claiming(pack, BLOB, 100000, text, 1000),
                     add_claiming(pack, BLOB, 1 << 20, text, 1000),
                     add_claiming(pack, 0, 1000, text, 1000),
                     add_claiming(pack, 5, 1000, text, 1000),
                     add_whole(pack, BLOB, text, 1000),
                     add_whole(pack, BLOB, text, 1000),
                     add_whole(pack, BLOB, text, 1000)};
  guint8 *at = pack->bytes->data;
  at[pack->offsets[numbers[6] + 1] - 1] ^= 1; /* Adler-32 */
  at[pack->offsets[numbers[7]] + 2] ^= 0x08;  /* zlib's method */
  at[pack->offsets[numbers[8]] + 9] ^= 0x40;
  guint cut = begin_object(pack, BLOB, 1000);
  g_byte_array_append(pack->bytes, at + 14, 50);
  write_pack(pack);
  check_object(good, BLOB, READ, text, 1000);
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    check_broken(numbers[i]);
  check_broken(cut);
}

/* Bytes of the index or the pack that make all of the pack somebody else's. */
static void test_broken_files(void **state) {
  (void)state;
  static const struct {
    const char *name;
    gssize at; /* from the end, if negative */
    guint8 flip;
  } flips[] = {{"objects/pack/pack-1.idx", 3, 1},   {"objects/pack/pack-1.idx", 7, 1},
               {"objects/pack/pack-1.idx", 8, 1},   {"objects/pack/pack-1.idx", 1028, 1},
               {"objects/pack/pack-1.idx", -40, 1}, {"objects/pack/pack-1.pack", 0, 1},
               {"objects/pack/pack-1.pack", 7, 4},  {"objects/pack/pack-1.pack", 11, 1},
               {"objects/pack/pack-1.pack", -1, 1}};
  g_autoptr(Pack) pack = pack_new();
  add_whole(pack, BLOB, "abc", 3);
  add_whole(pack, BLOB, "abcd", 4);
  write_pack(pack);
  check_object(0, BLOB, READ, "abc", 3);
  for (gsize i = 0; i < G_N_ELEMENTS(flips); i++) {
    g_autofree char *path = unit_path(flips[i].name), *bytes = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    bytes[flips[i].at + (flips[i].at < 0 ? (gssize)length : 0)] ^= flips[i].flip;
    unit_write(flips[i].name, bytes, length);
    check_broken(0);
    write_pack((g_byte_array_set_size(pack->bytes, pack->bytes->len - GIT_OID_RAWSZ), pack));
    check_object(1, BLOB, READ, "abcd", 4);
    bytes[flips[i].at + (flips[i].at < 0 ? (gssize)length : 0)] ^= flips[i].flip;
    for (gsize cut = 1; cut < length; cut += length / 7) {
      unit_write(flips[i].name, bytes, length - cut);
      check_broken(0);
    }
    unit_write(flips[i].name, bytes, length);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
      T(test_whole),   T(test_far),           T(test_deltas),         T(test_chains),       T(test_circle),
      T(test_outside), T(test_broken_deltas), T(test_broken_objects), T(test_broken_files),
  };
  return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
