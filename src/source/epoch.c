/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/epoch.h"
#include <errno.h>
#include <string.h>
#include "base/error.h"

/* libgit2 can't read a packed object in parts: a larger one could take all memory. */
#define OBJECT_MAX ((gsize)128 << 20)

/* libgit2 keeps these for the whole process.  Measured on archives of 26,000 to 109,000 mails: blobs are read
 * once, so a cache of objects costs and never helps; verifying SHA-1 costs 40 % of the time and git cat-file
 * does not either; small windows save 90 MiB and no time. */
void lb_git_init(void) {
  static const char *extensions[] = {"partialclone", "preciousobjects", "worktreeconfig"};
  git_libgit2_init();
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)1 << 20);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)8 << 20);
  for (int level = GIT_CONFIG_LEVEL_PROGRAMDATA; level <= GIT_CONFIG_LEVEL_GLOBAL; level++)
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
#if LIBGIT2_VER_MAJOR > 1 || (LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR >= 5)
  git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, G_N_ELEMENTS(extensions));
  /* a mirror that belongs to another user may be read: nothing in it is run or believed */
  git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
#else
  (void)extensions;
#endif
}

void lb_git_shutdown(void) {
  git_libgit2_shutdown();
}

static const char *last_failure(void) {
  const git_error *failure = git_error_last();
  return failure && failure->message ? failure->message : "unknown error of libgit2";
}

/* The only local branch; FALSE if there are more or none, *n says how many. */
static gboolean find_only_branch(git_repository *repository, git_oid *id, int *n) {
  git_branch_iterator *branches = NULL;
  git_reference *branch;
  git_branch_t kind;
  *n = 0;
  if (git_branch_iterator_new(&branches, repository, GIT_BRANCH_LOCAL) < 0)
    return FALSE;
  while (git_branch_next(&branch, &kind, branches) == 0) {
    if ((*n)++ == 0 && git_reference_name_to_id(id, repository, git_reference_name(branch)) < 0)
      *n = 2;
    git_reference_free(branch);
  }
  git_branch_iterator_free(branches);
  return *n == 1;
}

/* HEAD, which in mirrors may name a branch that was never there, or what stands in for it. */
static gboolean find_tip(git_repository *repository, LbEpoch *epoch, GError **error) {
  static const char *const names[] = {"HEAD", "refs/heads/master", "refs/heads/main"};
  int n_branches;
  for (gsize i = 0; i < G_N_ELEMENTS(names) && !epoch->has_tip; i++)
    epoch->has_tip = git_reference_name_to_id(&epoch->tip, repository, names[i]) == 0;
  if (epoch->has_tip || find_only_branch(repository, &epoch->tip, &n_branches)) {
    epoch->has_tip = TRUE;
    return TRUE;
  }
  if (n_branches == 0)
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s' has no usable HEAD and more than one branch",
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

static void read_shallow(LbEpoch *epoch, const char *common) {
  g_autofree char *path = g_build_filename(common, "shallow", NULL);
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return;
  epoch->shallow = lb_git_set_new();
  for (const char *p = text; *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : p + strlen(p)) {
    git_oid id;
    if (strlen(p) >= GIT_OID_HEXSZ && git_oid_fromstrn(&id, p, GIT_OID_HEXSZ) == 0)
      lb_git_set_add(epoch->shallow, &id);
  }
}

gboolean lb_epoch_is_shallow(const LbEpoch *epoch, const git_oid *id) {
  return epoch->shallow && g_hash_table_contains(epoch->shallow, id);
}

static git_repository *open_repository(const char *path, GError **error) {
  git_repository *repository = NULL;
  if (git_repository_open_ext(&repository, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0)
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "cannot open '%s': %s", path, last_failure());
  return repository;
}

LbEpoch *lb_epoch_open(const char *path, const char *inside, GError **error) {
  g_autoptr(git_repository) repository = open_repository(path, error);
  if (!repository)
    return NULL;
  g_autoptr(LbEpoch) epoch = g_new0(LbEpoch, 1);
  epoch->path = g_strdup(path);
  epoch->objects = g_build_filename(git_repository_commondir(repository), "objects", NULL);
  epoch->inside = realpath(inside, NULL);
  read_shallow(epoch, git_repository_commondir(repository));
  return find_tip(repository, epoch, error) ? g_steal_pointer(&epoch) : NULL;
}

void lb_epoch_free(LbEpoch *epoch) {
  if (!epoch)
    return;
  g_free(epoch->path);
  g_free(epoch->objects);
  free(epoch->inside);
  g_clear_pointer(&epoch->shallow, g_hash_table_unref);
  g_free(epoch);
}

/* Object folders that this one borrows from (gitrepository-layout(5)), as far as they belong to the inbox. */
static void add_alternates(const LbEpoch *epoch, git_odb *odb) {
  g_autofree char *path = g_build_filename(epoch->objects, "info", "alternates", NULL);
  g_autofree char *text = NULL;
  if (!epoch->inside || !g_file_get_contents(path, &text, NULL, NULL))
    return;
  g_auto(GStrv) lines = g_strsplit(text, "\n", 1000);
  for (char **line = lines; *line; line++) {
    if (**line == '\0' || **line == '#')
      continue;
    g_autofree char *folder = g_canonicalize_filename(*line, epoch->objects);
    char *real = realpath(folder, NULL);
    gsize length = strlen(epoch->inside);
    if (real && strncmp(real, epoch->inside, length) == 0 && (real[length] == '/' || real[length] == '\0'))
      git_odb_add_disk_alternate(odb, real);
    free(real);
  }
}

git_odb *lb_epoch_open_odb(const LbEpoch *epoch, GError **error) {
  git_odb *odb = NULL;
  git_odb_backend *loose = NULL, *packs = NULL;
  if (git_odb_new(&odb) < 0 || git_odb_backend_loose(&loose, epoch->objects, -1, 0, 0, 0) < 0 ||
      git_odb_backend_pack(&packs, epoch->objects) < 0 || git_odb_add_backend(odb, loose, 1) < 0 ||
      git_odb_add_backend(odb, packs, 2) < 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_PARTIAL, "cannot read the objects of '%s': %s", epoch->path,
                last_failure());
    git_odb_free(odb);
    return NULL;
  }
  add_alternates(epoch, odb);
  return odb;
}

gboolean lb_epoch_find_name(const LbEpoch *epoch, const char *name, git_oid *id) {
  g_autoptr(git_repository) repository = open_repository(epoch->path, NULL);
  g_autoptr(git_object) object = NULL, commit = NULL;
  if (!repository || git_revparse_single(&object, repository, name) < 0 ||
      git_object_peel(&commit, object, GIT_OBJECT_COMMIT) < 0)
    return FALSE;
  git_oid_cpy(id, git_object_id(commit));
  return TRUE;
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
