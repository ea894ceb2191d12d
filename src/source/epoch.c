/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/epoch.h"
#include <errno.h>
#include <string.h>
#include "base/error.h"

static gboolean is_empty_folder(const char *folder) {
  GDir *directory = g_dir_open(folder, 0, NULL);
  gboolean is_empty = !directory || !g_dir_read_name(directory);
  if (directory)
    g_dir_close(directory);
  return is_empty;
}

/* Loose or packed. */
static gboolean has_objects(const LbEpoch *epoch) {
  gboolean found = FALSE;
  GDir *directory = g_dir_open(epoch->objects[0], 0, NULL);
  for (const char *name; directory && !found && (name = g_dir_read_name(directory));) {
    g_autofree char *folder = g_build_filename(epoch->objects[0], name, NULL);
    found = (strcmp(name, "pack") == 0 || (strlen(name) == 2 && g_ascii_isxdigit(*name))) &&
            !is_empty_folder(folder);
  }
  if (directory)
    g_dir_close(directory);
  return found;
}

/* HEAD, which in mirrors may name a branch that was never there, or what stands in for it. */
static gboolean find_tip(LbEpoch *epoch, GError **error) {
  static const char *const names[] = {"HEAD", "refs/heads/master", "refs/heads/main"};
  for (gsize i = 0; i < G_N_ELEMENTS(names) && !epoch->has_tip; i++)
    epoch->has_tip = lb_refs_find(&epoch->refs, names[i], &epoch->tip);
  guint n_branches = epoch->has_tip ? 1 : lb_refs_count_branches(&epoch->refs, &epoch->tip);
  epoch->has_tip = n_branches == 1;
  /* Nothing was ever committed, or what should lead to it is lost: that must not look like an empty archive.
   */
  if (n_branches == 1 || (n_branches == 0 && !has_objects(epoch)))
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT,
              n_branches == 0 ? "'%s' has objects, but no branch that leads to them"
                              : "'%s' has no usable HEAD and more than one branch",
              epoch->path);
  return FALSE;
}

static guint hash_id(gconstpointer id) {
  guint hash;
  memcpy(&hash, ((const git_oid *)id)->id, sizeof hash);
  return hash;
}

static gboolean equal_ids(gconstpointer a, gconstpointer b) {
  return git_oid_equal(a, b);
}

GHashTable *lb_git_set_new(void) {
  return g_hash_table_new_full(hash_id, equal_ids, g_free, NULL);
}

gboolean lb_git_set_add(GHashTable *set, const git_oid *id) {
  git_oid *copy = g_new(git_oid, 1);
  git_oid_cpy(copy, id);
  return g_hash_table_add(set, copy);
}

static void read_shallow(LbEpoch *epoch) {
  g_autofree char *text = lb_refs_read_file(epoch->refs.common, "shallow");
  if (!text)
    return;
  epoch->shallow = lb_git_set_new();
  for (const char *p = text; *p; p = *strchrnul(p, '\n') ? strchrnul(p, '\n') + 1 : "") {
    git_oid id;
    if (lb_refs_parse_id(p, strcspn(p, "\n"), &id))
      lb_git_set_add(epoch->shallow, &id);
  }
}

gboolean lb_epoch_is_shallow(const LbEpoch *epoch, const git_oid *id) {
  return epoch->shallow && g_hash_table_contains(epoch->shallow, id);
}

LbEpoch *lb_epoch_open(const char *path, const char *inside, GError **error) {
  g_autoptr(LbEpoch) epoch = g_new0(LbEpoch, 1);
  epoch->path = g_strdup(path);
  epoch->inside = realpath(inside, NULL);
  if (!lb_refs_init(&epoch->refs, path, error))
    return NULL;
  g_autofree char *folder = g_build_filename(epoch->refs.common, "objects", NULL);
  epoch->objects = lb_objects_list_folders(folder, epoch->inside);
  read_shallow(epoch);
  return find_tip(epoch, error) ? g_steal_pointer(&epoch) : NULL;
}

void lb_epoch_free(LbEpoch *epoch) {
  if (!epoch)
    return;
  lb_refs_clear(&epoch->refs);
  g_free(epoch->path);
  g_strfreev(epoch->objects);
  lb_pack_set_unref(epoch->packs);
  free(epoch->inside);
  g_clear_pointer(&epoch->shallow, g_hash_table_unref);
  g_free(epoch);
}

void lb_epoch_use_packs(LbEpoch *epoch) {
  if (!epoch->packs)
    epoch->packs = lb_pack_set_new(epoch->objects);
}

LbObjects *lb_epoch_open_objects(const LbEpoch *epoch, gboolean reads_many, GError **error) {
  const char *failure;
  LbObjects *objects = lb_objects_open(epoch->objects, epoch->packs, reads_many, &failure);
  if (!objects)
    g_set_error(error, LB_ERROR, LB_ERROR_PARTIAL, "cannot read the objects of '%s': %s", epoch->path,
                failure);
  return objects;
}

/* Whether id is a commit, or a tag of one (git-tag(1)), in which case it becomes the commit's. */
static gboolean peel(LbObjects *objects, git_oid *id) {
  const char *failure;
  for (int tags = 0; tags < 10; tags++) {
    g_autoptr(LbObject) commit = lb_git_read(objects, id, GIT_OBJECT_COMMIT, &failure);
    g_autoptr(LbObject) tag = commit ? NULL : lb_git_read(objects, id, GIT_OBJECT_TAG, &failure);
    if (commit)
      return TRUE;
    if (!tag || tag->size < 7 + GIT_OID_HEXSZ || memcmp(tag->bytes, "object ", 7) != 0 ||
        !lb_refs_parse_id(tag->bytes + 7, GIT_OID_HEXSZ, id))
      return FALSE;
  }
  return FALSE;
}

gboolean lb_epoch_find_name(const LbEpoch *epoch, const char *name, git_oid *id) {
  if (!lb_refs_find(&epoch->refs, name, id))
    return FALSE;
  g_autoptr(LbObjects) objects = lb_epoch_open_objects(epoch, TRUE, NULL);
  return objects && peel(objects, id);
}
