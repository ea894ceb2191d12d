/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/inbox_layout.h"
#include <stdlib.h>
#include <string.h>

static gboolean has(const char *path, const char *name, GFileTest test) {
  g_autofree char *child = g_build_filename(path, name, NULL);
  return g_file_test(child, test);
}

static gboolean is_bare(const char *path) {
  return has(path, "HEAD", G_FILE_TEST_EXISTS) && has(path, "objects", G_FILE_TEST_IS_DIR) &&
         has(path, "refs", G_FILE_TEST_IS_DIR);
}

static gboolean is_repository(const char *path) {
  return is_bare(path) || has(path, ".git", G_FILE_TEST_EXISTS);
}

int lb_inbox_layout_parse_number(const char *name) {
  gsize digits = strspn(name, "0123456789");
  return digits > 0 && digits < 9 && strcmp(name + digits, ".git") == 0 ? atoi(name) : -1;
}

static int compare_epochs(gconstpointer a, gconstpointer b) {
  const char *x = strrchr(*(char *const *)a, '/') + 1, *y = strrchr(*(char *const *)b, '/') + 1;
  int order = lb_inbox_layout_parse_number(x) - lb_inbox_layout_parse_number(y);
  return order ? order : strcmp(x, y);
}

/* The N.git in folder, by number. */
static GPtrArray *list_epochs(const char *folder) {
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
  GDir *directory = g_dir_open(folder, 0, NULL);
  for (const char *name; directory && (name = g_dir_read_name(directory));)
    if (lb_inbox_layout_parse_number(name) >= 0 && has(folder, name, G_FILE_TEST_IS_DIR))
      g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
  if (directory)
    g_dir_close(directory);
  g_ptr_array_sort(paths, compare_epochs);
  return paths;
}

/* Epochs in one of the folders that they are found in; empty if there are none. */
static GPtrArray *list_inbox(const char *path) {
  g_autofree char *git = g_build_filename(path, "git", NULL);
  GPtrArray *paths = list_epochs(git);
  if (paths->len > 0)
    return paths;
  g_ptr_array_free(paths, TRUE);
  return list_epochs(path);
}

gboolean lb_inbox_layout_looks_like(const char *path) {
  if (is_repository(path) || has(path, "all.git", G_FILE_TEST_IS_DIR))
    return TRUE;
  g_autoptr(GPtrArray) paths = list_inbox(path);
  return paths->len > 0;
}

static char *go_up(const char *absolute, int levels) {
  char *folder = g_strdup(absolute);
  while (levels-- > 0) {
    char *parent = g_path_get_dirname(folder);
    g_free(folder);
    folder = parent;
  }
  return folder;
}

GPtrArray *lb_inbox_layout_list(const char *path, char **inside) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *base = g_path_get_basename(absolute);
  *inside = g_strdup(absolute);
  if (strcmp(base, "all.git") == 0) {
    /* it has no commits of its own, only the objects of its epochs */
    g_autofree char *inbox = go_up(absolute, 1);
    GPtrArray *paths = list_inbox(inbox);
    g_free(*inside);
    *inside = g_strdup(inbox);
    if (paths->len > 0)
      return paths;
    g_ptr_array_free(paths, TRUE);
  }
  GPtrArray *paths = is_repository(path) ? NULL : list_inbox(path);
  if (paths && paths->len > 0)
    return paths;
  if (!paths)
    paths = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *all = g_build_filename(path, "all.git", NULL);
  g_ptr_array_add(paths, g_strdup(!is_repository(path) && is_bare(all) ? all : path));
  return paths;
}

char *lb_inbox_layout_find_name(const char *path) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *base = g_path_get_basename(absolute);
  g_autofree char *parent = go_up(absolute, 1), *folder = g_path_get_basename(parent);
  if (lb_inbox_layout_parse_number(base) >= 0)
    return go_up(absolute, strcmp(folder, "git") == 0 ? 2 : 1);
  if (strcmp(base, "all.git") == 0 || strcmp(base, ".git") == 0)
    return go_up(absolute, 1);
  if (strcmp(base, "git") == 0 && !is_repository(path))
    return go_up(absolute, 1);
  return NULL;
}
