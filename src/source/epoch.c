/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/epoch.h"
#include <errno.h>
#include <string.h>
#include "base/error.h"
#include "source/loose.h"

/* libgit2 can't read a packed object in parts: a larger one could take all memory. */
#define OBJECT_MAX ((gsize)128 << 20)
/* Alternates may have alternates, in a circle too. */
#define ALTERNATES_MAX 100

/* libgit2 keeps these for the whole process.  Measured on archives of 26,000 to 109,000 mails: blobs are read
 * once, so a cache of objects costs and never helps; verifying SHA-1 costs 40 % of the time and git cat-file
 * does not either; small windows save 90 MiB and no time. */
void lb_git_init(void) {
  git_libgit2_init();
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)1 << 20);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)8 << 20);
}

void lb_git_shutdown(void) {
  git_libgit2_shutdown();
}

static const char *last_failure(void) {
  const git_error *failure = git_error_last();
  return failure && failure->message ? failure->message : "unknown error of libgit2";
}

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
  GDir *directory = g_dir_open(epoch->objects, 0, NULL);
  for (const char *name; directory && !found && (name = g_dir_read_name(directory));) {
    g_autofree char *folder = g_build_filename(epoch->objects, name, NULL);
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
    if (strcspn(p, "\n") >= GIT_OID_HEXSZ && git_oid_fromstrn(&id, p, GIT_OID_HEXSZ) == 0)
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
  epoch->objects = g_build_filename(epoch->refs.common, "objects", NULL);
  read_shallow(epoch);
  return find_tip(epoch, error) ? g_steal_pointer(&epoch) : NULL;
}

void lb_epoch_free(LbEpoch *epoch) {
  if (!epoch)
    return;
  lb_refs_clear(&epoch->refs);
  g_free(epoch->path);
  g_free(epoch->objects);
  free(epoch->inside);
  g_clear_pointer(&epoch->shallow, g_hash_table_unref);
  g_free(epoch);
}

/* Packs before loose objects, as git looks for them. */
static int add_objects(git_odb *odb, const char *objects) {
  git_odb_backend *loose = NULL, *packs = NULL;
  int code = lb_loose_open(&loose, objects, OBJECT_MAX);
  if (code == 0 && (code = git_odb_add_backend(odb, loose, 1)) < 0)
    loose->free(loose);
  if (code == 0)
    code = git_odb_backend_pack(&packs, objects);
  if (code == 0 && (code = git_odb_add_backend(odb, packs, 2)) < 0)
    packs->free(packs);
  return code;
}

/* Object folders that this one borrows from (gitrepository-layout(5)), as far as they belong to the inbox. */
static void add_alternates(const LbEpoch *epoch, git_odb *odb, const char *objects, guint *n) {
  g_autofree char *text = lb_refs_read_file(objects, "info/alternates");
  if (!epoch->inside || !text)
    return;
  g_auto(GStrv) lines = g_strsplit(text, "\n", ALTERNATES_MAX);
  for (char **line = lines; *line; line++) {
    if (**line == '\0' || **line == '#' || ++*n > ALTERNATES_MAX)
      continue;
    g_autofree char *folder = g_canonicalize_filename(*line, objects);
    char *real = realpath(folder, NULL);
    gsize length = strlen(epoch->inside);
    if (real && strncmp(real, epoch->inside, length) == 0 && (real[length] == '/' || real[length] == '\0') &&
        add_objects(odb, real) == 0)
      add_alternates(epoch, odb, real, n);
    free(real);
  }
}

git_odb *lb_epoch_open_odb(const LbEpoch *epoch, GError **error) {
  git_odb *odb = NULL;
  guint n_alternates = 0;
  if (git_odb_new(&odb) < 0 || add_objects(odb, epoch->objects) < 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_PARTIAL, "cannot read the objects of '%s': %s", epoch->path,
                last_failure());
    git_odb_free(odb);
    return NULL;
  }
  add_alternates(epoch, odb, epoch->objects, &n_alternates);
  return odb;
}

/* Whether id is a commit, or a tag of one (git-tag(1)), in which case it becomes the commit's. */
static gboolean peel(git_odb *odb, git_oid *id) {
  const char *failure;
  for (int tags = 0; tags < 10; tags++) {
    g_autoptr(git_odb_object) commit = lb_git_read(odb, id, GIT_OBJECT_COMMIT, &failure);
    g_autoptr(git_odb_object) tag = commit ? NULL : lb_git_read(odb, id, GIT_OBJECT_TAG, &failure);
    if (commit)
      return TRUE;
    const char *data = tag ? git_odb_object_data(tag) : NULL;
    if (!tag || git_odb_object_size(tag) < 7 + GIT_OID_HEXSZ || memcmp(data, "object ", 7) != 0 ||
        git_oid_fromstrn(id, data + 7, GIT_OID_HEXSZ) < 0)
      return FALSE;
  }
  return FALSE;
}

gboolean lb_epoch_find_name(const LbEpoch *epoch, const char *name, git_oid *id) {
  g_autoptr(git_odb) odb = lb_epoch_open_odb(epoch, NULL);
  return odb && lb_refs_find(&epoch->refs, name, id) && peel(odb, id);
}

git_odb_object *lb_git_read(git_odb *odb, const git_oid *id, git_object_t type, const char **failure) {
  git_odb_object *object = NULL;
  git_object_t found;
  size_t size;
  if (git_odb_read_header(&size, &found, odb, id) == 0 && size > OBJECT_MAX) {
    *failure = "larger than 128 MiB";
    return NULL;
  }
  /* what is not found is looked for once more by libgit2 itself, after a look for new packs: "git gc" may run
   */
  if (git_odb_read(&object, odb, id) < 0) {
    *failure = last_failure();
    return NULL;
  }
  if (git_odb_object_type(object) != type) {
    *failure = "not of the type that it should be";
    git_odb_object_free(object);
    return NULL;
  }
  return object;
}

#define TREE_LINE (5 + GIT_OID_HEXSZ + 1)   /* "tree " id LF */
#define PARENT_LINE (7 + GIT_OID_HEXSZ + 1) /* "parent " id LF */

gboolean lb_git_parse_commit(git_odb_object *object, LbCommit *commit) {
  const char *data = git_odb_object_data(object), *end = data + git_odb_object_size(object);
  git_oid id;
  *commit = (LbCommit){0};
  if (end - data < TREE_LINE || memcmp(data, "tree ", 5) != 0 ||
      git_oid_fromstrn(&commit->tree, data + 5, GIT_OID_HEXSZ) < 0)
    return FALSE;
  const char *p = data + TREE_LINE;
  for (; end - p >= PARENT_LINE && memcmp(p, "parent ", 7) == 0; p += PARENT_LINE, commit->n_parents++)
    if (git_oid_fromstrn(&id, p + 7, GIT_OID_HEXSZ) < 0)
      return FALSE;
  const char *committer = memmem(p, end - p, "\ncommitter ", 11);
  const char *line_end = committer ? memchr(committer + 1, '\n', end - committer - 1) : NULL;
  const char *mark = line_end ? memrchr(committer, '>', line_end - committer) : NULL;
  if (mark)
    commit->time = g_ascii_strtoll(mark + 1, NULL, 10);
  return TRUE;
}

void lb_git_get_parent(git_odb_object *object, guint i, git_oid *id) {
  const char *data = git_odb_object_data(object);
  git_oid_fromstrn(id, data + TREE_LINE + (gsize)i * PARENT_LINE + 7, GIT_OID_HEXSZ);
}

gboolean lb_git_next_entry(const char **p, const char *end, LbTreeEntry *entry) {
  const char *q = *p;
  entry->mode = 0;
  for (; q < end && *q >= '0' && *q <= '7'; q++)
    entry->mode = (entry->mode << 3) | (*q - '0');
  if (q >= end || *q++ != ' ')
    return FALSE;
  entry->name = q;
  q = memchr(q, '\0', end - q);
  if (!q || end - q < 1 + GIT_OID_RAWSZ)
    return FALSE;
  git_oid_fromraw(&entry->id, (const unsigned char *)q + 1);
  *p = q + 1 + GIT_OID_RAWSZ;
  return TRUE;
}
