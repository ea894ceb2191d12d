/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/hash.h"

/* Folders in folders; more is a loop or hostile. */
#define MAX_DEPTH 64
/* Times that all names are read once more for files that went away: each costs as much as the first listing.
 */
#define MAX_RELISTS 1000

/* Directories that hold the same mails: new and cur of a maildir, or one plain folder. */
typedef struct {
  char *directories[2];
  char *relative; /* the subfolder's path below the folder, "" for the folder itself */
  gboolean any_name;
} Group;

/* While they are listed and sorted. */
typedef struct {
  const char *path;
  guint32 name;        /* where the file's name begins in path */
  guint32 base_length; /* of the name without ":2,S", which stays when flags change */
  guint64 beginning; /* its first eight bytes, NULs behind a shorter one, as a number that sorts as they do */
  guint32 group;     /* which folder, cur and new being one */
} File;

struct LbFolder {
  LbSource *source;
  GStringChunk *paths;
  GArray *files;       /* of File, NULL once all is listed */
  const char **listed; /* their paths, sorted: all that is needed in the end, a quarter of the room */
  guint n_listed;
  GArray *groups;           /* of Group */
  GHashTable *by_directory; /* to index of group + 1 */
  gsize root_length;        /* of the path that the user named */
  gboolean recursive, any_name;
  LbSourceKnownFunc is_known;
  gpointer known_data;
  GByteArray *place;  /* scratch */
  gboolean is_listed; /* what is passed over was noted */
  GMutex lock;        /* of what follows, and of paths once all is listed */
  GHashTable *moved;  /* base name to path in one group, as found on the last look */
  guint moved_group, relists;
};

static gboolean is_plain_mail_name(const char *name) {
  gsize length = strlen(name);
  gsize digits = strspn(name, "0123456789");
  return (digits > 0 && digits == length) || strstr(name, ":2,") ||
         (length > 4 && g_ascii_strcasecmp(name + length - 4, ".eml") == 0);
}

/* Without ":2,S": what is behind another colon is the name's own ("Re: x.eml"). */
static guint32 base_length_of(const char *name) {
  const char *p = strchrnul(name, ':');
  for (; *p; p = strchrnul(p + 1, ':'))
    if ((p[1] == '2' || p[1] == '1') && p[2] == ',' && p > name)
      break;
  return p - name;
}

/* path and name are set: what is told of the name besides. */
static void measure_name(File *file) {
  const char *name = file->path + file->name;
  guint64 word = 0;
  file->base_length = base_length_of(name);
  memcpy(&word, name, MIN(file->base_length, sizeof word));
  file->beginning = GUINT64_FROM_BE(word);
}

static gboolean is_directory_at(const char *path, const char *name) {
  g_autofree char *child = g_build_filename(path, name, NULL);
  struct stat status;
  return stat(child, &status) == 0 && S_ISDIR(status.st_mode);
}

static gboolean is_maildir(const char *path) {
  return is_directory_at(path, "cur") || is_directory_at(path, "new");
}

gboolean lb_folder_looks_like(const char *path) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *own = g_path_get_basename(absolute);
  if (is_maildir(path) || strcmp(own, "cur") == 0 || strcmp(own, "new") == 0)
    return TRUE;
  DIR *directory = opendir(path);
  gboolean found = FALSE;
  for (struct dirent *entry; directory && !found && (entry = readdir(directory));)
    found = entry->d_type != DT_DIR && is_plain_mail_name(entry->d_name);
  if (directory)
    closedir(directory);
  return found;
}

static void note(LbFolder *folder, LbDiag diag, const char *directory, const char *name, const char *detail) {
  if (folder->is_listed)
    return;
  g_autofree char *where = g_build_filename(directory, name, NULL);
  lb_diag_log_add(folder->source->log, diag, where, detail);
}

/* Some file systems tell no types. */
static void ensure_type(DIR *directory, struct dirent *entry) {
  struct stat status;
  if (entry->d_type == DT_UNKNOWN &&
      fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
    entry->d_type = IFTODT(status.st_mode);
}

/* Whether the entry is to be taken for a mail. */
static gboolean is_candidate(LbFolder *folder, const Group *group, const char *path,
                             const struct dirent *entry) {
  const char *name = entry->d_name;
  gboolean is_flat = !group->directories[1];
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
    return FALSE;
  /* beside the mails of a plain folder stands all sorts of things */
  if (is_flat &&
      (name[0] == '.' || entry->d_type == DT_DIR || !(group->any_name || is_plain_mail_name(name))))
    return FALSE;
  if (name[0] == '.')
    note(folder, LB_DIAG_NOT_REGULAR, path, name, "its name begins with a dot");
  else if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN)
    return TRUE;
  else
    note(folder, LB_DIAG_NOT_REGULAR, path, name, NULL);
  return FALSE;
}

/* name: where it begins in path. */
typedef void (*NameFunc)(LbFolder *folder, guint group, const GString *path, gsize name);

/* Calls func for each candidate in one directory; FALSE with errno. */
static gboolean foreach_name(LbFolder *folder, guint group, const char *path, NameFunc func) {
  DIR *directory = opendir(path);
  if (!directory)
    return FALSE;
  /* g_build_filename() for each file would take as long as the kernel takes to list it */
  g_autofree char *any = g_build_filename(path, "x", NULL);
  GString *file = g_string_new_len(any, strlen(any) - 1);
  gsize name = file->len;
  errno = 0;
  for (struct dirent *entry; (entry = readdir(directory)); errno = 0) {
    ensure_type(directory, entry);
    if (is_candidate(folder, &g_array_index(folder->groups, Group, group), path, entry)) {
      g_string_truncate(file, name);
      g_string_append(file, entry->d_name);
      func(folder, group, file, name);
    }
  }
  int read_error = errno;
  g_string_free(file, TRUE);
  closedir(directory);
  errno = read_error;
  return read_error == 0;
}

/* Once for each file that there is, known or not. */
static void put_place(GByteArray *place, const Group *group, const char *name) {
  gsize base = base_length_of(name), relative = strlen(group->relative), begin = place->len;
  g_byte_array_set_size(place, begin + 1 + base + (relative ? 1 + relative : 0));
  guint8 *p = place->data + begin;
  *p++ = LB_PLACE_MAILDIR;
  memcpy(p, name, base);
  if (relative) {
    p[base] = '/';
    memcpy(p + base + 1, group->relative, relative);
  }
}

static gboolean is_known(LbFolder *folder, guint group, const char *name) {
  if (!folder->is_known)
    return FALSE;
  folder->place->len = 0;
  put_place(folder->place, &g_array_index(folder->groups, Group, group), name);
  return folder->is_known(folder->place->data, folder->place->len, folder->known_data);
}

static void add_file(LbFolder *folder, guint group, const GString *path, gsize name) {
  if (is_known(folder, group, path->str + name))
    return;
  File file = {.path = g_string_chunk_insert_len(folder->paths, path->str, (gssize)path->len),
               .name = name,
               .group = group};
  measure_name(&file);
  g_array_append_val(folder->files, file);
}

static void note_tmp(LbFolder *folder, const char *path) {
  g_autofree char *tmp = g_build_filename(path, "tmp", NULL);
  DIR *directory = opendir(tmp);
  guint n = 0;
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    n += entry->d_name[0] != '.';
  if (directory)
    closedir(directory);
  g_autofree char *detail = g_strdup_printf("%u not delivered yet", n);
  if (n > 0)
    lb_diag_log_add(folder->source->log, LB_DIAG_NOT_REGULAR, tmp, detail);
}

/* Mail moves from new to cur: in this order none is missed, and one seen twice is found in drop_renamed().  A
 * directory that changes while it is read may hide a renamed entry (readdir(3p)): then once more. */
static void list_group(LbFolder *folder, guint group) {
  for (int round = 0; round < 3; round++) {
    gboolean is_quiet = TRUE;
    for (int i = 0; i < 2; i++) {
      const char *path = g_array_index(folder->groups, Group, group).directories[i];
      struct stat before, after;
      if (!path || (stat(path, &before) < 0 && errno == ENOENT)) /* a maildir may lack new */
        continue;
      if (!foreach_name(folder, group, path, add_file))
        note(folder, LB_DIAG_UNREADABLE, path, NULL, g_strerror(errno));
      if (stat(path, &after) == 0 &&
          (before.st_mtim.tv_sec != after.st_mtim.tv_sec || before.st_mtim.tv_nsec != after.st_mtim.tv_nsec))
        is_quiet = FALSE;
    }
    if (is_quiet)
      return;
  }
}

static void add_group(LbFolder *folder, const char *path) {
  const char *below = path + folder->root_length;
  Group group = {.any_name = folder->any_name, .relative = g_strdup(below + strspn(below, "/"))};
  if (is_maildir(path)) {
    group.directories[0] = g_build_filename(path, "new", NULL);
    group.directories[1] = g_build_filename(path, "cur", NULL);
    note_tmp(folder, path);
  } else {
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    g_autofree char *own = g_path_get_basename(absolute);
    group.directories[0] = g_strdup(path);
    group.any_name |= strcmp(own, "cur") == 0 || strcmp(own, "new") == 0;
  }
  g_array_append_val(folder->groups, group);
  for (int i = 0; i < 2 && group.directories[i]; i++)
    g_hash_table_insert(folder->by_directory, group.directories[i], GUINT_TO_POINTER(folder->groups->len));
  list_group(folder, folder->groups->len - 1);
}

static int compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Subfolders: Maildir++ names them ".Lists.x" beside cur, others nest them; links are not followed. */
static GPtrArray *list_subfolders(LbFolder *folder, const char *path) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    static const char *const furniture[] = {".", "..", "cur", "new", "tmp", ".git", NULL};
    struct stat status;
    if (g_strv_contains(furniture, entry->d_name) ||
        fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
      continue;
    if (S_ISDIR(status.st_mode))
      g_ptr_array_add(names, g_build_filename(path, entry->d_name, NULL));
    else if (S_ISLNK(status.st_mode) && is_directory_at(path, entry->d_name))
      note(folder, LB_DIAG_NOT_REGULAR, path, entry->d_name, "a link to a directory");
  }
  if (directory)
    closedir(directory);
  g_ptr_array_sort(names, compare_names);
  return names;
}

static void walk(LbFolder *folder, const char *path, int depth) {
  add_group(folder, path);
  if (!folder->recursive || depth == MAX_DEPTH)
    return;
  g_autoptr(GPtrArray) subfolders = list_subfolders(folder, path);
  for (guint i = 0; i < subfolders->len; i++)
    walk(folder, subfolders->pdata[i], depth + 1);
}

static int compare_bases(const File *a, const File *b) {
  if (a->beginning != b->beginning) /* nearly always, without a look at the names */
    return a->beginning < b->beginning ? -1 : 1;
  int order = memcmp(a->path + a->name, b->path + b->name, MIN(a->base_length, b->base_length));
  if (order == 0)
    order = (a->base_length > b->base_length) - (a->base_length < b->base_length);
  return order ? order : (a->group > b->group) - (a->group < b->group);
}

static int compare_files(gconstpointer a, gconstpointer b) {
  const File *x = a, *y = b;
  int order = compare_bases(x, y);
  return order ? order : strcmp(x->path, y->path);
}

/* A pass for each byte of their beginnings that isn't the same in all: names as numbers and times of delivery
 * are then in order, without a comparison that nobody foresees.  What is still equal is compared. */
static void sort_files(GArray *files) {
  File *own = (File *)files->data, *room = g_new(File, files->len);
  File *from = own, *to = room;
  guint64 unlike = 0;
  for (guint i = 1; i < files->len; i++)
    unlike |= own[i].beginning ^ own[0].beginning;
  for (guint shift = 0; shift < 64; shift += 8) {
    guint places[257] = {0};
    if (!(unlike >> shift & 0xff))
      continue;
    for (guint i = 0; i < files->len; i++)
      places[(from[i].beginning >> shift & 0xff) + 1]++;
    for (guint byte = 1; byte < 256; byte++)
      places[byte] += places[byte - 1];
    for (guint i = 0; i < files->len; i++)
      to[places[from[i].beginning >> shift & 0xff]++] = from[i];
    File *sorted = to;
    to = from;
    from = sorted;
  }
  if (from != own)
    memcpy(own, from, files->len * sizeof *own);
  g_free(room);
  for (guint i = 0, end; i < files->len; i = end) {
    for (end = i + 1; end < files->len && own[end].beginning == own[i].beginning;)
      end++;
    if (end - i > 1)
      qsort(own + i, end - i, sizeof *own, compare_files);
  }
}

/* One mail seen under two names while it was renamed: those that are there count, or else one. */
static void drop_renamed(LbFolder *folder) {
  guint kept = 0;
  File *files = (File *)folder->files->data;
  for (guint i = 0, end; i < folder->files->len; i = end) {
    for (end = i + 1; end < folder->files->len && compare_bases(&files[i], &files[end]) == 0;)
      end++;
    guint begin = kept;
    for (guint j = i; j < end; j++) {
      gboolean is_repeated = kept > begin && strcmp(files[kept - 1].path, files[j].path) == 0;
      if (end - i == 1 || (!is_repeated && access(files[j].path, F_OK) == 0))
        files[kept++] = files[j];
    }
    if (kept == begin)
      files[kept++] = files[end - 1];
  }
  g_array_set_size(folder->files, kept);
}

static void keep_paths(LbFolder *folder) {
  folder->n_listed = folder->files->len;
  folder->listed = g_new(const char *, folder->n_listed);
  for (guint i = 0; i < folder->n_listed; i++)
    folder->listed[i] = g_array_index(folder->files, File, i).path;
  g_clear_pointer(&folder->files, g_array_unref);
}

static void group_clear(gpointer data) {
  Group *group = data;
  g_free(group->directories[0]);
  g_free(group->directories[1]);
  g_free(group->relative);
}

LbFolder *lb_folder_new(LbSource *source, const char *path, const LbSourceOptions *options, gboolean any_name,
                        GError **error) {
  DIR *directory = opendir(path);
  if (!directory) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot open '%s': %s", path, g_strerror(errno));
    return NULL;
  }
  closedir(directory);
  LbFolder *folder = g_new0(LbFolder, 1);
  folder->source = source;
  folder->paths = g_string_chunk_new(16u << 10);
  folder->files = g_array_new(FALSE, FALSE, sizeof(File));
  folder->groups = g_array_new(FALSE, FALSE, sizeof(Group));
  g_array_set_clear_func(folder->groups, group_clear);
  folder->by_directory = g_hash_table_new(lb_hash_string, g_str_equal);
  g_mutex_init(&folder->lock);
  folder->root_length = strlen(path);
  while (folder->root_length > 0 && path[folder->root_length - 1] == '/')
    folder->root_length--;
  folder->recursive = options->recursive;
  folder->any_name = any_name;
  folder->is_known = options->is_known;
  folder->known_data = options->known_data;
  folder->place = g_byte_array_new();
  walk(folder, path, 0);
  sort_files(folder->files);
  drop_renamed(folder);
  keep_paths(folder);
  folder->is_listed = TRUE;
  return folder;
}

void lb_folder_free(LbFolder *folder) {
  if (!folder)
    return;
  g_string_chunk_free(folder->paths);
  g_byte_array_unref(folder->place);
  g_free(folder->listed);
  g_hash_table_unref(folder->by_directory);
  g_array_free(folder->groups, TRUE);
  g_clear_pointer(&folder->moved, g_hash_table_unref);
  g_mutex_clear(&folder->lock);
  g_free(folder);
}

guint lb_folder_get_size(const LbFolder *folder) {
  return folder->n_listed;
}

const char *lb_folder_get_path(const LbFolder *folder, guint i) {
  return folder->listed[i];
}

static void add_moved(LbFolder *folder, guint group, const GString *path, gsize name) {
  const char *own = path->str + name;
  g_hash_table_insert(folder->moved, g_strndup(own, base_length_of(own)), g_strdup(path->str));
}

static void relist(LbFolder *folder, guint group) {
  g_clear_pointer(&folder->moved, g_hash_table_unref);
  folder->moved = g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, g_free);
  folder->moved_group = group;
  folder->relists++;
  for (int i = 0; i < 2; i++) {
    const char *path = g_array_index(folder->groups, Group, group).directories[i];
    if (path)
      foreach_name(folder, group, path, add_moved);
  }
}

/* The group that path is in; G_MAXUINT if in none. */
static guint find_group(const LbFolder *folder, const char *path) {
  g_autofree char *directory = g_path_get_dirname(path);
  return GPOINTER_TO_UINT(g_hash_table_lookup(folder->by_directory, directory)) - 1;
}

void lb_folder_format_place(const LbFolder *folder, const char *path, GByteArray *place) {
  guint group = find_group(folder, path);
  g_return_if_fail(group != G_MAXUINT);
  put_place(place, &g_array_index(folder->groups, Group, group), strrchr(path, '/') + 1);
}

const char *lb_folder_find_place(LbFolder *folder, const char *place, gsize length) {
  const char *slash = memchr(place, '/', length), *relative = slash ? slash + 1 : place + length;
  gsize relative_length = place + length - relative;
  if (memchr(place, '\0', length) || length == 0 || slash == place)
    return NULL;
  for (guint i = 0; i < folder->groups->len; i++) {
    const Group *group = &g_array_index(folder->groups, Group, i);
    if (strlen(group->relative) != relative_length || memcmp(group->relative, relative, relative_length) != 0)
      continue;
    g_autofree char *name = g_strndup(place, (slash ? slash : place + length) - place);
    g_autofree char *path = g_build_filename(group->directories[0], name, NULL);
    g_mutex_lock(&folder->lock);
    const char *kept = g_string_chunk_insert(folder->paths, path);
    g_mutex_unlock(&folder->lock);
    return kept;
  }
  return NULL;
}

/* As it was when it was listed. */
static File describe(const LbFolder *folder, const char *path) {
  File file = {.path = path, .name = strrchr(path, '/') + 1 - path, .group = find_group(folder, path)};
  measure_name(&file);
  return file;
}

static gboolean is_in_list(const LbFolder *folder, const char *path) {
  File file = describe(folder, path);
  guint low = 0, high = folder->n_listed;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    File other = describe(folder, folder->listed[middle]);
    int order = compare_files(&file, &other);
    if (order == 0)
      return TRUE;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return FALSE;
}

const char *lb_folder_find_moved(LbFolder *folder, const char *path, gboolean *is_listed) {
  guint group = find_group(folder, path);
  const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path, *found = NULL;
  g_autofree char *base = g_strndup(name, base_length_of(name));
  if (is_listed)
    *is_listed = FALSE;
  if (group == G_MAXUINT)
    return NULL;
  g_mutex_lock(&folder->lock);
  if (!folder->moved || folder->moved_group != group)
    relist(folder, group);
  for (int round = 0; round < 2 && !found; round++) {
    const char *now = g_hash_table_lookup(folder->moved, base);
    if (now && access(now, F_OK) == 0)
      found = g_string_chunk_insert(folder->paths, now);
    else if (round == 0 && folder->relists < MAX_RELISTS)
      relist(folder, group);
  }
  g_mutex_unlock(&folder->lock);
  if (found && is_listed)
    *is_listed = is_in_list(folder, found);
  return is_listed && *is_listed ? NULL : found;
}
