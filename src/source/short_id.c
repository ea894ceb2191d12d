/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/short_id.h"
#include <string.h>

typedef struct {
  git_oid begin, found;
  gsize n_digits;
  guint n;
} Search;

static void note(Search *search, const guint8 *bytes) {
  git_oid id;
  git_oid_fromraw(&id, bytes);
  if (git_oid_ncmp(&id, &search->begin, search->n_digits) != 0)
    return;
  if (search->n == 0)
    git_oid_cpy(&search->found, &id);
  if (search->n == 0 || !git_oid_equal(&search->found, &id))
    search->n++;
}

/* FALSE: one of them can't be looked into. */
static gboolean look_into_packs(Search *search, const char *objects) {
  g_autofree char *folder = g_build_filename(objects, "pack", NULL);
  GDir *directory = g_dir_open(folder, 0, NULL);
  gboolean is_good = TRUE;
  for (const char *name; directory && (name = g_dir_read_name(directory));) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree guint8 *ids = NULL;
    gint64 n = g_str_has_suffix(name, ".idx") ? lb_pack_index_list(path, search->begin.id[0], &ids) : 0;
    is_good &= n >= 0;
    for (gint64 i = 0; i < n; i++)
      note(search, ids + i * GIT_OID_RAWSZ);
  }
  if (directory)
    g_dir_close(directory);
  return is_good;
}

/* objects/xx/yyyy... */
static void look_into_loose(Search *search, const char *objects) {
  g_autofree char *folder = g_strdup_printf("%s/%02x", objects, search->begin.id[0]);
  GDir *directory = g_dir_open(folder, 0, NULL);
  for (const char *name; directory && (name = g_dir_read_name(directory));) {
    g_autofree char *hex = g_strdup_printf("%02x%s", search->begin.id[0], name);
    git_oid id;
    if (strlen(hex) == GIT_OID_HEXSZ && git_oid_fromstrn(&id, hex, GIT_OID_HEXSZ) == 0)
      note(search, id.id);
  }
  if (directory)
    g_dir_close(directory);
}

guint lb_short_id_find(const LbEpoch *epoch, const char *digits, git_oid *id) {
  Search search = {.n_digits = strlen(digits)};
  if (search.n_digits < 2 || git_oid_fromstrp(&search.begin, digits) < 0)
    return 0;
  gboolean is_good = TRUE;
  /* once more where it wasn't found: git may just have been packing anew */
  for (int looks = 0; looks < 2 && search.n == 0; looks++)
    for (char *const *folder = epoch->objects; *folder; folder++) {
      is_good &= look_into_packs(&search, *folder);
      look_into_loose(&search, *folder);
    }
  if (!is_good) {
    g_autoptr(LbObjects) objects = lb_epoch_open_objects(epoch, FALSE, NULL);
    return objects ? lb_git_find_prefix(objects, &search.begin, search.n_digits, id) : 0;
  }
  if (search.n > 0)
    git_oid_cpy(id, &search.found);
  return MIN(search.n, 2);
}
