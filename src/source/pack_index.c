/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/pack_index.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "source/kind.h"

#define FANOUT 256
#define MAGIC_SIZE 8                  /* with the version; none in version 1 */
#define ROW_SIZE (GIT_OID_RAWSZ + 4)  /* id and offset: tables of their own, or, in version 1, one */
#define CRC_SIZE 4                    /* of each object, in a table between the two */
#define TAIL_SIZE (2 * GIT_OID_RAWSZ) /* checksums of the pack and of the index */
#define IS_FAR 0x80000000u            /* an offset that stands, with its 64 bits, in a table of its own */
#define LARGE_PAGE ((gsize)2 << 20)

struct LbPackIndex {
  guint32 ends[FANOUT]; /* number of ids whose first byte is not above */
  guint32 n, n_far;
  gboolean is_old; /* version 1 */
  gsize size;
  guint8 *tables; /* the rest of the file, without the CRCs; in it, big-endian: */
  const guint8 *ids, *offsets, *far, *checksum;
  gsize id_step, offset_step;
};

static guint32 get_u32(const guint8 *p) {
  guint32 value;
  memcpy(&value, p, sizeof value);
  return GUINT32_FROM_BE(value);
}

static gboolean read_all(int fd, void *bytes, gsize length, guint64 offset) {
  return lb_source_pread(fd, bytes, length, offset) == (gssize)length;
}

static guint64 get_begin(const LbPackIndex *index) {
  return (index->is_old ? 0 : MAGIC_SIZE) + 4 * FANOUT;
}

static gboolean read_head(LbPackIndex *index, int fd, guint64 file_size) {
  static const guint8 magic[MAGIC_SIZE] = {0xff, 't', 'O', 'c', 0, 0, 0, 2};
  guint8 head[MAGIC_SIZE + 4 * FANOUT];
  if (!read_all(fd, head, sizeof head, 0))
    return FALSE;
  index->is_old = memcmp(head, magic, 4) != 0;
  if (!index->is_old && memcmp(head, magic, sizeof magic) != 0)
    return FALSE;
  for (int i = 0; i < FANOUT; i++) {
    index->ends[i] = get_u32(head + (index->is_old ? 0 : MAGIC_SIZE) + 4 * i);
    if (index->ends[i] < index->n)
      return FALSE;
    index->n = index->ends[i];
  }
  guint64 least =
      get_begin(index) + (guint64)index->n * (ROW_SIZE + (index->is_old ? 0 : CRC_SIZE)) + TAIL_SIZE;
  if (file_size < least || (file_size - least) % 8 != 0 ||
      (file_size - least) / 8 > (index->is_old ? 0 : index->n))
    return FALSE;
  index->n_far = (guint32)((file_size - least) / 8);
  return TRUE;
}

/* Pages of 4 KiB take three times as long to get as to read into: so large ones, where there are any. */
static guint8 *allocate(gsize size) {
  void *bytes = NULL;
  if (size < LARGE_PAGE / 2)
    return malloc(size);
  size = (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
  if (posix_memalign(&bytes, LARGE_PAGE, size) != 0)
    return NULL;
#ifdef MADV_HUGEPAGE
  madvise(bytes, size, MADV_HUGEPAGE);
#endif
  return bytes;
}

static gboolean read_tables(LbPackIndex *index, int fd) {
  guint64 begin = get_begin(index);
  gsize n = index->n, n_first = n * (index->is_old ? ROW_SIZE : GIT_OID_RAWSZ);
  index->size = n * ROW_SIZE + (gsize)index->n_far * 8 + TAIL_SIZE;
  index->tables = allocate(index->size);
  if (!index->tables)
    return FALSE;
  index->ids = index->tables + (index->is_old ? 4 : 0);
  index->id_step = index->is_old ? ROW_SIZE : GIT_OID_RAWSZ;
  index->offsets = index->tables + (index->is_old ? 0 : n_first);
  index->offset_step = index->is_old ? ROW_SIZE : 4;
  index->far = index->tables + n * ROW_SIZE;
  index->checksum = index->far + (gsize)index->n_far * 8;
  return read_all(fd, index->tables, n_first, begin) &&
         read_all(fd, index->tables + n_first, index->size - n_first,
                  begin + n_first + (index->is_old ? 0 : n * CRC_SIZE));
}

/* With what stands at its beginning; -1: none of ours. */
static int open_file(LbPackIndex *index, const char *path) {
  struct stat status;
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 ||
      (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && read_head(index, fd, (guint64)status.st_size)))
    return fd;
  close(fd);
  return -1;
}

LbPackIndex *lb_pack_index_open(const char *path, guint32 max) {
  g_autoptr(LbPackIndex) index = g_new0(LbPackIndex, 1);
  int fd = open_file(index, path);
  gboolean is_good = fd >= 0 && index->n <= max && read_tables(index, fd);
  if (fd >= 0)
    close(fd);
  return is_good ? g_steal_pointer(&index) : NULL;
}

void lb_pack_index_free(LbPackIndex *index) {
  if (index)
    free(index->tables);
  g_free(index);
}

guint32 lb_pack_index_count(const LbPackIndex *index) {
  return index->n;
}

const guint8 *lb_pack_index_get_checksum(const LbPackIndex *index) {
  return index->checksum;
}

/* The first of the ids whose first byte is this. */
static guint32 get_row(const LbPackIndex *index, guint8 first) {
  return first ? index->ends[first - 1] : 0;
}

gint64 lb_pack_index_list(const char *path, guint8 first, guint8 **ids) {
  LbPackIndex index = {.n = 0};
  int fd = open_file(&index, path);
  if (fd < 0)
    return -1;
  guint32 row = get_row(&index, first), n = index.ends[first] - row;
  gsize size = (gsize)n * GIT_OID_RAWSZ;
  *ids = g_try_malloc(size + 1);
  gboolean is_good =
      *ids && !index.is_old && read_all(fd, *ids, size, get_begin(&index) + (guint64)row * GIT_OID_RAWSZ);
  close(fd);
  return is_good ? (gint64)n : -1;
}

static gboolean get_offset(const LbPackIndex *index, guint32 row, guint64 *offset) {
  guint32 value = get_u32(index->offsets + row * index->offset_step), far = value & ~IS_FAR;
  *offset = value;
  if (!(value & IS_FAR))
    return TRUE;
  if (far >= index->n_far)
    return FALSE;
  const guint8 *p = index->far + (gsize)far * 8;
  *offset = (guint64)get_u32(p) << 32 | get_u32(p + 4);
  return TRUE;
}

static int compare_ids(const guint8 *a, const guint8 *b) {
  guint32 one = get_u32(a), other = get_u32(b); /* nearly always enough */
  return one != other ? (one > other) - (one < other) : memcmp(a, b, GIT_OID_RAWSZ);
}

gboolean lb_pack_index_find(const LbPackIndex *index, const guint8 id[GIT_OID_RAWSZ], guint64 *offset) {
  guint32 low = get_row(index, id[0]), high = index->ends[id[0]];
  while (low < high) {
    guint32 row = low + (high - low) / 2;
    int order = compare_ids(index->ids + row * index->id_step, id);
    if (order == 0)
      return get_offset(index, row, offset);
    if (order < 0)
      low = row + 1;
    else
      high = row;
  }
  return FALSE;
}
