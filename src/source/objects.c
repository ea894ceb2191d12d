/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/objects.h"
#include <string.h>
#include "source/late.h"
#include "source/loose.h"
#include "source/pack_reader.h"
#include "source/refs.h"

/* libgit2 can't read a packed object in parts: a larger one could take all memory. */
#define OBJECT_MAX ((gsize)128 << 20)
/* Alternates may have alternates, in a circle too. */
#define MAX_FOLDERS 100

struct LbObjects {
  char **folders;
  git_odb *odb;        /* NULL: nothing was left to libgit2 yet */
  LbPackReader *packs; /* NULL: libgit2 reads all */
};

/* libgit2 reads all certificates of the system when it is set up, which takes ten times as long as to see
 * that an archive has nothing new: only who reads objects does it, once and for all.  Its settings are those
 * of the whole process.  Measured on archives of 26,000 to 109,000 mails: blobs are read once, so a cache of
 * objects costs and never helps; verifying SHA-1 costs 40 % of the time and git cat-file does not either;
 * small windows save 90 MiB and no time. */
static void set_up(void) {
  static gsize is_done = 0;
  if (!g_once_init_enter(&is_done))
    return;
  git_libgit2_init();
  git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
  git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)1 << 20);
  git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)8 << 20);
  g_once_init_leave(&is_done, 1);
}

static const char *last_failure(void) {
  const git_error *failure = git_error_last();
  return failure && failure->message ? failure->message : "unknown error of libgit2";
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

/* Adds the alternates of folder (gitrepository-layout(5)), as far as they belong to the inbox. */
static void add_alternates(GPtrArray *folders, const char *folder, const char *inside) {
  g_autofree char *text = inside ? lb_refs_read_file(folder, "info/alternates") : NULL;
  if (!text)
    return;
  g_auto(GStrv) lines = g_strsplit(text, "\n", MAX_FOLDERS);
  for (char **line = lines; *line && folders->len < MAX_FOLDERS; line++) {
    if (**line == '\0' || **line == '#')
      continue;
    g_autofree char *other = g_canonicalize_filename(*line, folder);
    char *real = realpath(other, NULL);
    gsize length = strlen(inside);
    if (real && strncmp(real, inside, length) == 0 && (real[length] == '/' || real[length] == '\0') &&
        !g_ptr_array_find_with_equal_func(folders, real, g_str_equal, NULL))
      g_ptr_array_add(folders, g_strdup(real));
    free(real);
  }
}

char **lb_objects_list_folders(const char *folder, const char *inside) {
  GPtrArray *folders = g_ptr_array_new();
  g_ptr_array_add(folders, g_strdup(folder));
  for (guint i = 0; i < folders->len; i++)
    add_alternates(folders, folders->pdata[i], inside);
  g_ptr_array_add(folders, NULL);
  return (char **)g_ptr_array_free(folders, FALSE);
}

static git_odb *open_odb(char **folders, const char **failure) {
  git_odb *odb = NULL;
  if (!lb_late_load_git(failure))
    return NULL;
  set_up();
  if (git_odb_new(&odb) < 0 || add_objects(odb, folders[0]) < 0) {
    *failure = last_failure();
    git_odb_free(odb);
    return NULL;
  }
  for (char **folder = folders + 1; *folder; folder++)
    add_objects(odb, *folder);
  return odb;
}

static git_odb *get_odb(LbObjects *objects, const char **failure) {
  if (!objects->odb)
    objects->odb = open_odb(objects->folders, failure);
  return objects->odb;
}

LbObjects *lb_objects_open(char **folders, LbPackSet *packs, gboolean opens_packs, const char **failure) {
  g_autoptr(LbObjects) objects = g_new0(LbObjects, 1);
  objects->folders = g_strdupv(folders);
  objects->packs = packs ? lb_pack_reader_new(packs, opens_packs) : NULL;
  return objects->packs || get_odb(objects, failure) ? g_steal_pointer(&objects) : NULL;
}

void lb_objects_free(LbObjects *objects) {
  if (!objects)
    return;
  lb_pack_reader_free(objects->packs);
  git_odb_free(objects->odb);
  g_strfreev(objects->folders);
  g_free(objects);
}

LbObject *lb_object_new(git_object_t type, gsize size) {
  LbObject *object = g_try_malloc(sizeof *object + size);
  if (!object)
    return NULL;
  *object = (LbObject){.type = type, .size = size, .bytes = object->own};
  g_atomic_ref_count_init(&object->n_refs);
  return object;
}

LbObject *lb_object_ref(LbObject *object) {
  g_atomic_ref_count_inc(&object->n_refs);
  return object;
}

void lb_object_free(LbObject *object) {
  if (!object || !g_atomic_ref_count_dec(&object->n_refs))
    return;
  git_odb_object_free(object->owner);
  g_free(object);
}

static LbObject *read_by_libgit2(LbObjects *objects, const git_oid *id, const char **failure) {
  git_odb *odb = get_odb(objects, failure);
  git_odb_object *found = NULL;
  git_object_t type;
  size_t size;
  if (!odb)
    return NULL;
  if (git_odb_read_header(&size, &type, odb, id) == 0 && size > OBJECT_MAX) {
    *failure = "larger than 128 MiB";
    return NULL;
  }
  /* what is not found is looked for once more by libgit2 itself, after a look for new packs: "git gc" may run
   */
  if (git_odb_read(&found, odb, id) < 0) {
    *failure = last_failure();
    return NULL;
  }
  LbObject *object = g_new(LbObject, 1);
  *object = (LbObject){.type = git_odb_object_type(found),
                       .size = git_odb_object_size(found),
                       .bytes = git_odb_object_data(found),
                       .owner = found};
  g_atomic_ref_count_init(&object->n_refs);
  return object;
}

LbObject *lb_git_read(LbObjects *objects, const git_oid *id, git_object_t type, const char **failure) {
  *failure = NULL;
  LbObject *object = objects->packs ? lb_pack_reader_read(objects->packs, id, failure) : NULL;
  if (!object && !*failure)
    object = read_by_libgit2(objects, id, failure);
  if (object && object->type != type) {
    *failure = "not of the type that it should be";
    g_clear_pointer(&object, lb_object_free);
  }
  return object;
}

guint lb_git_find_prefix(LbObjects *objects, const git_oid *id, gsize n_digits, git_oid *found) {
  const char *failure;
  git_odb *odb = get_odb(objects, &failure);
  int code = odb ? git_odb_exists_prefix(found, odb, id, n_digits) : GIT_ENOTFOUND;
  return code == GIT_EAMBIGUOUS ? 2 : code == 0;
}

#define TREE_LINE (5 + GIT_OID_HEXSZ + 1)   /* "tree " id LF */
#define PARENT_LINE (7 + GIT_OID_HEXSZ + 1) /* "parent " id LF */

/* Of a line "committer A U Thor <a@example.org> 1700000000 +0100". */
static gint64 parse_time(const char *line, const char *end, gint64 otherwise) {
  const char *line_end = memchr(line, '\n', end - line);
  const char *mark = line_end ? memrchr(line, '>', line_end - line) : NULL;
  return mark ? g_ascii_strtoll(mark + 1, NULL, 10) : otherwise;
}

gboolean lb_git_parse_commit(const LbObject *object, LbCommit *commit) {
  const char *data = object->bytes, *end = data + object->size;
  git_oid id;
  *commit = (LbCommit){0};
  if (end - data < TREE_LINE || memcmp(data, "tree ", 5) != 0 ||
      !lb_refs_parse_id(data + 5, GIT_OID_HEXSZ, &commit->tree))
    return FALSE;
  const char *p = data + TREE_LINE;
  for (; end - p >= PARENT_LINE && memcmp(p, "parent ", 7) == 0; p += PARENT_LINE, commit->n_parents++)
    if (!lb_refs_parse_id(p + 7, GIT_OID_HEXSZ, &id))
      return FALSE;
  const char *committer = memmem(p, end - p, "\ncommitter ", 11);
  if (committer)
    commit->time = commit->author_time = parse_time(committer + 1, end, 0);
  if (end - p > 7 && memcmp(p, "author ", 7) == 0)
    commit->author_time = parse_time(p, end, commit->time);
  return TRUE;
}

void lb_git_get_parent(const LbObject *object, guint i, git_oid *id) {
  lb_refs_parse_id(object->bytes + TREE_LINE + (gsize)i * PARENT_LINE + 7, GIT_OID_HEXSZ, id);
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
