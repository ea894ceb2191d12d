/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/pack_index.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "source/kind.h"

#define FANOUT 256
#define MAGIC_SIZE 8                     /* with the version; none in version 1 */
#define ROW_SIZE (GIT_OID_RAWSZ + 4 + 4) /* id, CRC, offset, in tables of their own */
#define OLD_ROW_SIZE (4 + GIT_OID_RAWSZ) /* offset and id beside each other: version 1 */
#define TAIL_SIZE (2 * GIT_OID_RAWSZ)    /* checksums of the pack and of the index */
#define IS_FAR 0x80000000u               /* an offset that stands, with its 64 bits, in a table of its own */

/* Somebody may have made ids that aren't spread evenly. */
#define MAX_GUESSES 8

struct LbPackIndex {
  guint32 ends[FANOUT]; /* number of ids whose first byte is not above */
  guint32 n, n_far;
  gboolean is_old; /* version 1 */
  guint8 checksum[GIT_OID_RAWSZ];
  guint8 *ids;     /* sorted */
  guint8 *offsets; /* behind them, big-endian as in the file; those that are far behind the others */
};

static guint32 get_u32(const guint8 *p) {
  guint32 value;
  memcpy(&value, p, sizeof value);
  return GUINT32_FROM_BE(value);
}

static guint64 get_u64(const guint8 *p) {
  return (guint64)get_u32(p) << 32 | get_u32(p + 4);
}

static gboolean read_all(int fd, void *bytes, gsize length, guint64 offset) {
  return lb_source_pread(fd, bytes, length, offset) == (gssize)length;
}

/* *rows is where they begin. */
static gboolean read_head(LbPackIndex *index, int fd, guint64 size, guint64 *rows) {
  static const guint8 marks[] = {0xff, 't', 'O', 'c'}, magic[MAGIC_SIZE] = {0xff, 't', 'O', 'c', 0, 0, 0, 2};
  guint8 head[MAGIC_SIZE + 4 * FANOUT];
  if (size < sizeof head + TAIL_SIZE || !read_all(fd, head, sizeof head, 0))
    return FALSE;
  index->is_old = memcmp(head, marks, sizeof marks) != 0;
  if (!index->is_old && memcmp(head, magic, sizeof magic) != 0)
    return FALSE;
  gsize begin = index->is_old ? 0 : MAGIC_SIZE;
  for (int i = 0; i < FANOUT; i++) {
    index->ends[i] = get_u32(head + begin + 4 * i);
    if (index->ends[i] < index->n)
      return FALSE;
    index->n = index->ends[i];
  }
  *rows = begin + 4 * FANOUT;
  guint64 least = *rows + (guint64)index->n * (index->is_old ? OLD_ROW_SIZE : ROW_SIZE) + TAIL_SIZE;
  if (size < least || (size - least) % 8 != 0 || (size - least) / 8 > (index->is_old ? 0 : index->n))
    return FALSE;
  index->n_far = (guint32)((size - least) / 8);
  return TRUE;
}

static gboolean read_tables(LbPackIndex *index, int fd, guint64 rows) {
  gsize n = index->n, ids = n * GIT_OID_RAWSZ, offsets = n * 4 + (gsize)index->n_far * 8;
  guint64 behind_crc = rows + ids + n * 4;
  return read_all(fd, index->ids, ids, rows) && read_all(fd, index->offsets, offsets, behind_crc) &&
         read_all(fd, index->checksum, sizeof index->checksum, behind_crc + offsets);
}

static gboolean read_old_rows(LbPackIndex *index, int fd, guint64 begin) {
  gsize size = (gsize)index->n * OLD_ROW_SIZE;
  g_autofree guint8 *rows = g_try_malloc(MAX(size, 1));
  if (!rows || !read_all(fd, rows, size, begin) ||
      !read_all(fd, index->checksum, sizeof index->checksum, begin + size))
    return FALSE;
  for (gsize i = 0; i < index->n; i++) {
    memcpy(index->offsets + i * 4, rows + i * OLD_ROW_SIZE, 4);
    memcpy(index->ids + i * GIT_OID_RAWSZ, rows + i * OLD_ROW_SIZE + 4, GIT_OID_RAWSZ);
  }
  return TRUE;
}

static gboolean read_index(LbPackIndex *index, int fd, guint64 size, guint32 max) {
  guint64 rows;
  if (!read_head(index, fd, size, &rows) || index->n > max)
    return FALSE;
  gsize ids = (gsize)index->n * GIT_OID_RAWSZ;
  index->ids = g_try_malloc(MAX(ids + (gsize)index->n * 4 + (gsize)index->n_far * 8, 1));
  if (!index->ids)
    return FALSE;
  index->offsets = index->ids + ids;
  return index->is_old ? read_old_rows(index, fd, rows) : read_tables(index, fd, rows);
}

/* -1: no regular file. */
static int open_file(const char *path, guint64 *size) {
  struct stat status;
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    *size = (guint64)status.st_size;
    return fd;
  }
  close(fd);
  return -1;
}

LbPackIndex *lb_pack_index_open(const char *path, guint32 max) {
  g_autoptr(LbPackIndex) index = g_new0(LbPackIndex, 1);
  guint64 size;
  int fd = open_file(path, &size);
  gboolean is_good = fd >= 0 && read_index(index, fd, size, max);
  if (fd >= 0)
    close(fd);
  return is_good ? g_steal_pointer(&index) : NULL;
}

void lb_pack_index_foreach(const char *path, guint8 first, void (*func)(const git_oid *id, gpointer data),
                           gpointer data) {
  LbPackIndex index = {.n = 0};
  guint64 size, rows;
  int fd = open_file(path, &size);
  if (fd < 0)
    return;
  if (read_head(&index, fd, size, &rows)) {
    guint32 begin = first ? index.ends[first - 1] : 0, n = index.ends[first] - begin;
    gsize row = index.is_old ? OLD_ROW_SIZE : GIT_OID_RAWSZ;
    g_autofree guint8 *bytes = g_try_malloc(n * row + 1);
    if (bytes && read_all(fd, bytes, n * row, rows + (guint64)begin * row))
      for (gsize i = 0; i < n; i++) {
        git_oid id;
        git_oid_fromraw(&id, bytes + (i + 1) * row - GIT_OID_RAWSZ);
        func(&id, data);
      }
  }
  close(fd);
}

void lb_pack_index_free(LbPackIndex *index) {
  if (!index)
    return;
  g_free(index->ids);
  g_free(index);
}

guint32 lb_pack_index_count(const LbPackIndex *index) {
  return index->n;
}

const guint8 *lb_pack_index_get_checksum(const LbPackIndex *index) {
  return index->checksum;
}

static gboolean get_offset(const LbPackIndex *index, guint32 row, guint64 *offset) {
  guint32 value = get_u32(index->offsets + (gsize)row * 4);
  *offset = value;
  if (!(value & IS_FAR))
    return TRUE;
  value &= ~IS_FAR;
  if (value >= index->n_far)
    return FALSE;
  *offset = get_u64(index->offsets + (gsize)index->n * 4 + (gsize)value * 8);
  return TRUE;
}

/* Ids are spread evenly: where the digits after the first byte say, of those between which the id must be, it
 * mostly is, or near by.  Each look costs a wait for memory, of which halving takes three times as many. */
static guint32 choose_row(guint32 low, guint32 high, guint64 low_key, guint64 high_key, guint64 key) {
  guint64 row =
      high_key > low_key && key >= low_key ? (key - low_key) * (high - low) / (high_key - low_key) : 0;
  return low + (guint32)MIN(row, high - low - 1);
}

gboolean lb_pack_index_find(const LbPackIndex *index, const guint8 id[GIT_OID_RAWSZ], guint64 *offset) {
  guint32 low = id[0] ? index->ends[id[0] - 1] : 0, high = index->ends[id[0]];
  guint64 key = get_u32(id + 1), low_key = 0, high_key = (guint64)G_MAXUINT32 + 1;
  for (int looks = 0; low < high; looks++) {
    guint32 row =
        looks < MAX_GUESSES ? choose_row(low, high, low_key, high_key, key) : low + (high - low) / 2;
    const guint8 *other = index->ids + (gsize)row * GIT_OID_RAWSZ;
    int order = memcmp(other, id, GIT_OID_RAWSZ);
    if (order == 0)
      return get_offset(index, row, offset);
    if (order < 0) {
      low = row + 1;
      low_key = get_u32(other + 1);
    } else {
      high = row;
      high_key = get_u32(other + 1);
    }
  }
  return FALSE;
}
