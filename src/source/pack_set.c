/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/pack_set.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "source/kind.h"
#include "source/object_cache.h"

/* git keeps fewer than 50 (gc.autoPackLimit); each costs a file descriptor. */
#define MAX_PACKS 64
/* Of all packs together: 200 MB of memory, for two and a half million mails. */
#define MAX_OBJECTS (1u << 23)
#define HEAD_SIZE 12

struct LbPackSet {
  gatomicrefcount n_refs;
  char **folders;
  GMutex lock;
  guint n_users;
  GPtrArray *packs; /* NULL: nobody reads them */
  LbObjectCache *cache;
};

static void pack_free(gpointer data) {
  LbPack *pack = data;
  lb_pack_index_free(pack->index);
  if (pack->fd >= 0)
    close(pack->fd);
  g_free(pack);
}

/* "PACK", version 2 or 3 and the number of objects; at its end the checksum that the index knows, too. */
static gboolean check_pack(LbPack *pack) {
  struct stat status;
  guint32 head[HEAD_SIZE / 4];
  guint8 checksum[GIT_OID_RAWSZ];
  if (fstat(pack->fd, &status) < 0 || !S_ISREG(status.st_mode) ||
      status.st_size < (goffset)(HEAD_SIZE + sizeof checksum))
    return FALSE;
  pack->end = (guint64)status.st_size - sizeof checksum;
  return lb_source_pread(pack->fd, (char *)head, sizeof head, 0) == sizeof head &&
         memcmp(head, "PACK", 4) == 0 && (GUINT32_FROM_BE(head[1]) == 2 || GUINT32_FROM_BE(head[1]) == 3) &&
         GUINT32_FROM_BE(head[2]) == lb_pack_index_count(pack->index) &&
         lb_source_pread(pack->fd, (char *)checksum, sizeof checksum, pack->end) == sizeof checksum &&
         memcmp(checksum, lb_pack_index_get_checksum(pack->index), sizeof checksum) == 0;
}

/* path without ".idx" or ".pack" */
static LbPack *open_pack(const char *path, guint32 max) {
  g_autofree char *index_path = g_strconcat(path, ".idx", NULL),
                  *pack_path = g_strconcat(path, ".pack", NULL);
  g_autoptr(LbPackIndex) index = lb_pack_index_open(index_path, max);
  if (!index)
    return NULL;
  LbPack *pack = g_new0(LbPack, 1);
  pack->index = g_steal_pointer(&index);
  pack->fd = open(pack_path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (pack->fd >= 0 && check_pack(pack))
    return pack;
  pack_free(pack);
  return NULL;
}

/* The packs of one folder of objects. */
static void add_packs(LbPackSet *set, const char *objects, guint32 *n_objects) {
  g_autofree char *folder = g_build_filename(objects, "pack", NULL);
  GDir *directory = g_dir_open(folder, 0, NULL);
  for (const char *name; directory && (name = g_dir_read_name(directory));) {
    if (!g_str_has_suffix(name, ".idx"))
      continue;
    g_autofree char *path = g_strdup_printf("%s/%.*s", folder, (int)(strlen(name) - strlen(".idx")), name);
    LbPack *pack = set->packs->len < MAX_PACKS ? open_pack(path, MAX_OBJECTS - *n_objects) : NULL;
    if (!pack)
      continue;
    *n_objects += lb_pack_index_count(pack->index);
    g_ptr_array_add(set->packs, pack);
  }
  if (directory)
    g_dir_close(directory);
}

static void open_packs(LbPackSet *set) {
  guint32 n_objects = 0;
  set->packs = g_ptr_array_new_with_free_func(pack_free);
  set->cache = lb_object_cache_new();
  for (char **folder = set->folders; *folder; folder++)
    add_packs(set, *folder, &n_objects);
}

LbPackSet *lb_pack_set_new(char *const *folders) {
  LbPackSet *set = g_new0(LbPackSet, 1);
  g_atomic_ref_count_init(&set->n_refs);
  g_mutex_init(&set->lock);
  set->folders = g_strdupv((char **)folders);
  return set;
}

LbPackSet *lb_pack_set_ref(LbPackSet *set) {
  g_atomic_ref_count_inc(&set->n_refs);
  return set;
}

void lb_pack_set_unref(LbPackSet *set) {
  if (!set || !g_atomic_ref_count_dec(&set->n_refs))
    return;
  g_mutex_clear(&set->lock);
  g_strfreev(set->folders);
  g_free(set);
}

const GPtrArray *lb_pack_set_acquire(LbPackSet *set, gboolean opens) {
  g_mutex_lock(&set->lock);
  if (!set->packs && opens)
    open_packs(set);
  const GPtrArray *packs = set->packs;
  if (packs)
    set->n_users++;
  g_mutex_unlock(&set->lock);
  return packs;
}

void lb_pack_set_release(LbPackSet *set) {
  g_mutex_lock(&set->lock);
  if (--set->n_users == 0) {
    g_clear_pointer(&set->packs, g_ptr_array_unref);
    g_clear_pointer(&set->cache, lb_object_cache_free);
  }
  g_mutex_unlock(&set->lock);
}

LbObjectCache *lb_pack_set_get_cache(LbPackSet *set) {
  return set->cache;
}
