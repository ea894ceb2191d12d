/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/refs.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "base/hash.h"
#include "source/kind.h"

#define MAX_FILE ((gsize)64 << 20) /* packed-refs of very many branches */
#define MAX_LINKS 5                /* from symbolic ref to symbolic ref, as git */
#define MAX_DEPTH 20               /* of folders in refs/heads */

/* One more than the value of each hex digit; without the jumps of g_ascii_xdigit_value(), as each commit of
 * an archive has eighty. */
static const guint8 digits[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

gboolean lb_refs_parse_id(const char *text, gsize length, git_oid *id) {
  if (length < GIT_OID_HEXSZ)
    return FALSE;
  for (gsize i = 0; i < GIT_OID_RAWSZ; i++) {
    guint high = digits[(guint8)text[2 * i]], low = digits[(guint8)text[2 * i + 1]];
    if (!high || !low)
      return FALSE;
    id->id[i] = (guint8)((high - 1) << 4 | (low - 1));
  }
  return TRUE;
}

char *lb_refs_read_file(const char *folder, const char *name) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  struct stat status;
  char *text = NULL;
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && (guint64)status.st_size <= MAX_FILE) {
    text = g_malloc(status.st_size + 1);
    gssize length = lb_source_pread(fd, text, status.st_size, 0);
    text[MAX(length, 0)] = '\0';
  }
  close(fd);
  return text;
}

static gboolean is_there(const char *folder, const char *name, GFileTest test) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  return g_file_test(path, test);
}

/* A path that stands in a file behind prefix, relative to folder; NULL if the file says nothing such. */
static char *read_path(const char *folder, const char *name, const char *prefix) {
  g_autofree char *text = lb_refs_read_file(folder, name);
  if (!text || !g_str_has_prefix(text, prefix))
    return NULL;
  return g_canonicalize_filename(g_strchomp(text + strlen(prefix)), folder);
}

/* The one thing in a config that matters: taken for SHA-1, such a repository would seem to be empty. */
static gboolean is_sha256(const char *common) {
  g_autofree char *config = lb_refs_read_file(common, "config");
  g_autofree char *lower = config ? g_ascii_strdown(config, -1) : NULL;
  return lower && strstr(lower, "objectformat") && strstr(lower, "sha256");
}

gboolean lb_refs_init(LbRefs *refs, const char *path, GError **error) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  *refs = (LbRefs){0};
  if (is_there(absolute, ".git", G_FILE_TEST_IS_DIR))
    refs->own = g_build_filename(absolute, ".git", NULL);
  else
    refs->own = read_path(absolute, ".git", "gitdir: ");
  if (!refs->own)
    refs->own = g_steal_pointer(&absolute);
  refs->common = read_path(refs->own, "commondir", "");
  if (!refs->common)
    refs->common = g_strdup(refs->own);
  const char *why = NULL;
  if (!is_there(refs->own, "HEAD", G_FILE_TEST_IS_REGULAR) ||
      !is_there(refs->common, "objects", G_FILE_TEST_IS_DIR))
    why = "no git repository";
  else if (is_there(refs->common, "reftable", G_FILE_TEST_IS_DIR))
    why = "its refs are in a reftable, which can't be read yet";
  else if (is_sha256(refs->common))
    why = "its ids are SHA-256, which libgit2 can't read yet";
  if (!why)
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "cannot open '%s': %s", path, why);
  lb_refs_clear(refs);
  return FALSE;
}

void lb_refs_clear(LbRefs *refs) {
  g_clear_pointer(&refs->own, g_free);
  g_clear_pointer(&refs->common, g_free);
}

/* The next line of packed-refs; *p moves on.  FALSE at its end. */
static gboolean next_packed(const char **p, const char **name, gsize *length, git_oid *id) {
  while (**p) {
    const char *line = *p, *end = strchrnul(line, '\n');
    *p = *end ? end + 1 : end;
    if (end - line > GIT_OID_HEXSZ + 1 && line[GIT_OID_HEXSZ] == ' ' &&
        lb_refs_parse_id(line, end - line, id)) {
      *name = line + GIT_OID_HEXSZ + 1;
      *length = end - *name;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean find_packed(const LbRefs *refs, const char *wanted, git_oid *id) {
  g_autofree char *text = lb_refs_read_file(refs->common, "packed-refs");
  const char *p = text, *name;
  gsize length;
  while (text && next_packed(&p, &name, &length, id))
    if (strlen(wanted) == length && memcmp(name, wanted, length) == 0)
      return TRUE;
  return FALSE;
}

/* A full name: its own file, that of the main repository, or a line of packed-refs. */
static gboolean find_full(const LbRefs *refs, const char *name, git_oid *id) {
  g_autofree char *now = g_strdup(name);
  for (int links = 0; links <= MAX_LINKS; links++) {
    if (!*now || *now == '/' || strstr(now, ".."))
      return FALSE;
    g_autofree char *text = lb_refs_read_file(refs->own, now);
    if (!text)
      text = lb_refs_read_file(refs->common, now);
    if (!text)
      return find_packed(refs, now, id);
    if (!g_str_has_prefix(text, "ref:"))
      return strcspn(text, " \t\r\n") == GIT_OID_HEXSZ && lb_refs_parse_id(text, GIT_OID_HEXSZ, id);
    g_free(now);
    now = g_strdup(g_strstrip(text + strlen("ref:")));
  }
  return FALSE;
}

gboolean lb_refs_find(const LbRefs *refs, const char *name, git_oid *id) {
  static const char *const rules[] = {"", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"};
  if (strcmp(name, "@") == 0)
    name = "HEAD";
  for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
    g_autofree char *full = g_strconcat(rules[i], name, NULL);
    if (find_full(refs, full, id))
      return TRUE;
  }
  return FALSE;
}

/* Adds the branches that have a file of their own. */
static void add_loose(const LbRefs *refs, const char *folder, int depth, GHashTable *names) {
  g_autofree char *path = g_build_filename(refs->common, folder, NULL);
  GDir *directory = depth < MAX_DEPTH ? g_dir_open(path, 0, NULL) : NULL;
  for (const char *name; directory && (name = g_dir_read_name(directory));) {
    char *full = g_strconcat(folder, "/", name, NULL);
    if (is_there(refs->common, full, G_FILE_TEST_IS_DIR)) {
      add_loose(refs, full, depth + 1, names);
      g_free(full);
    } else {
      g_hash_table_add(names, full);
    }
  }
  if (directory)
    g_dir_close(directory);
}

guint lb_refs_count_branches(const LbRefs *refs, git_oid *id) {
  g_autoptr(GHashTable) names = g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, NULL);
  g_autofree char *text = lb_refs_read_file(refs->common, "packed-refs");
  const char *p = text, *name;
  gsize length;
  git_oid found;
  while (text && next_packed(&p, &name, &length, &found))
    if (length > 11 && memcmp(name, "refs/heads/", 11) == 0)
      g_hash_table_add(names, g_strndup(name, length));
  add_loose(refs, "refs/heads", 0, names);
  GHashTableIter iterator;
  gpointer key;
  guint n = 0;
  g_hash_table_iter_init(&iterator, names);
  while (g_hash_table_iter_next(&iterator, &key, NULL))
    if (find_full(refs, key, &found)) {
      n++;
      git_oid_cpy(id, &found);
    }
  return n;
}
