/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/writer.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const LbWriter *const table[] = { &lb_writer_text };

const LbWriter *lb_writer_find(const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
    if (strcmp(table[i]->name, name) == 0)
      return table[i];
  }
  return NULL;
}

static gboolean fail(GError **error, LbError code, const char *what, const char *path)
{
  int saved = errno;

  g_set_error(error, LB_ERROR, code, "cannot %s '%s': %s", what, path, g_strerror(saved));
  return FALSE;
}

/* FALSE with errno set. */
static gboolean write_all(int fd, const char *bytes, gsize length)
{
  while (length > 0) {
    ssize_t n = write(fd, bytes, MIN(length, 1u << 30));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    bytes += n;
    length -= (gsize)n;
  }
  return TRUE;
}

static gboolean write_stdout(const char *bytes, gsize length, GError **error)
{
  if (write_all(STDOUT_FILENO, bytes, length) || errno == EPIPE)
    return TRUE;
  return fail(error, LB_ERROR_WRITE, "write to", "standard output");
}

static gboolean write_in_place(const char *path, const char *bytes, gsize length, GError **error)
{
  int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    return fail(error, LB_ERROR_CANNOT_CREATE, "open", path);
  if (!write_all(fd, bytes, length)) {
    fail(error, LB_ERROR_WRITE, "write to", path);
    close(fd);
    return FALSE;
  }
  return close(fd) == 0 ? TRUE : fail(error, LB_ERROR_WRITE, "close", path);
}

static gboolean sync_folder(const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done;

  /* A folder that may be written to but not read can't be synced by us; some file systems sync no folders. */
  if (fd < 0)
    return errno == EACCES ? TRUE : fail(error, LB_ERROR_WRITE, "open", folder);
  done = fsync(fd) == 0 || errno == EINVAL || errno == EROFS;
  if (!done)
    fail(error, LB_ERROR_WRITE, "sync", folder);
  close(fd);
  return done;
}

/* Takes fd over. */
static gboolean fill_file(int fd, const char *path, mode_t mode, const char *bytes, gsize length, GError **error)
{
  if (fchmod(fd, mode) != 0 || !write_all(fd, bytes, length) || fsync(fd) != 0) {
    fail(error, LB_ERROR_WRITE, "write to", path);
    close(fd);
    return FALSE;
  }
  return close(fd) == 0 ? TRUE : fail(error, LB_ERROR_WRITE, "close", path);
}

static gboolean replace_file(const char *path, mode_t mode, const char *bytes, gsize length, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
  /* The name is cut, so that one as long as the file system allows has room for the rest. */
  g_autofree char *beside = g_strdup_printf("%s/.%.200s.XXXXXX", folder, name);
  int fd = g_mkstemp_full(beside, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail(error, LB_ERROR_CANNOT_CREATE, "create", path);
  if (!fill_file(fd, path, mode, bytes, length, error)) {
    unlink(beside);
    return FALSE;
  }
  if (rename(beside, path) != 0) {
    fail(error, LB_ERROR_CANNOT_CREATE, "replace", path);
    unlink(beside);
    return FALSE;
  }
  return sync_folder(path, error);
}

gboolean lb_output_write(const char *path, const char *bytes, gsize length, GError **error)
{
  struct stat target;
  g_autofree char *resolved = NULL;

  if (!path || strcmp(path, "-") == 0)
    return write_stdout(bytes, length, error);
  if (stat(path, &target) != 0)
    return replace_file(path, 0600, bytes, length, error);
  if (S_ISDIR(target.st_mode)) {
    errno = EISDIR;
    return fail(error, LB_ERROR_CANNOT_CREATE, "create", path);
  }
  if (!S_ISREG(target.st_mode))
    return write_in_place(path, bytes, length, error);
  /* A link stays a link: what it leads to is replaced. */
  resolved = realpath(path, NULL);
  return replace_file(resolved ? resolved : path, target.st_mode & 07777, bytes, length, error);
}
