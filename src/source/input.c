/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/input.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "source/compressed.h"
#include "source/fingerprint.h"
#include "source/kind.h"

static gboolean set_failed(GError **error, LbError code, const char *what, const char *path) {
  g_set_error(error, LB_ERROR, code, "cannot %s '%s': %s", what, path, g_strerror(errno));
  return FALSE;
}

/* An unlinked file in a place that is no memory: /tmp often is, and archives have gigabytes. */
static int open_temporary(GError **error) {
  const char *folder = g_getenv("TMPDIR");
  if (!folder || !*folder)
    folder = "/var/tmp";
#ifdef O_TMPFILE
  int unnamed = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (unnamed >= 0)
    return unnamed;
#endif
  g_autofree char *name = g_build_filename(folder, "listbrief-XXXXXX", NULL);
  int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    set_failed(error, LB_ERROR_CANNOT_CREATE, "create a temporary file in", folder);
  else
    unlink(name);
  return fd;
}

static gboolean write_all(int fd, const char *bytes, gsize length, gpointer data, GError **error) {
  while (length > 0) {
    gssize count = write(fd, bytes, length);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return set_failed(error, LB_ERROR_WRITE, "write a temporary copy of", data);
    bytes += count;
    length -= count;
  }
  return TRUE;
}

/* Reads to the end of file alone: an error of read(2) is none (procmail took it for one and lost mail). */
static gboolean copy_stream(int from, int to, const char *path, GError **error) {
  g_autofree char *room = g_malloc(256u << 10);
  for (;;) {
    gssize count = read(from, room, 256u << 10);
    if (count == 0)
      return TRUE;
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0) {
      g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read '%s': %s", path, g_strerror(errno));
      return FALSE;
    }
    if (!write_all(to, room, count, (gpointer)path, error))
      return FALSE;
  }
}

/* In place of a pipe, an unlinked copy of what comes out of it; fd is closed. */
static int replace_by_copy(int fd, const char *path, GError **error) {
  int copy = open_temporary(error);
  if (copy >= 0 && !copy_stream(fd, copy, path, error)) {
    close(copy);
    copy = -1;
  }
  close(fd);
  return copy;
}

static gboolean set_no_input(GError **error, const char *path, const char *why) {
  g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot open '%s': %s", path, why);
  return FALSE;
}

/* A named pipe is opened without waiting for a writer and then read with waiting: `<(zcat x)` works and a
 * FIFO that nobody writes to is empty, not a hang. */
static int open_path(const char *path, gboolean *is_copy, GError **error) {
  gboolean is_stdin = strcmp(path, "-") == 0;
  int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                    : open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat status;
  if (fd < 0 || fstat(fd, &status) < 0) {
    set_no_input(error, path, g_strerror(errno));
    if (fd >= 0)
      close(fd);
    return -1;
  }
  *is_copy = is_stdin || !S_ISREG(status.st_mode);
  if (S_ISREG(status.st_mode))
    return is_stdin && lseek(fd, 0, SEEK_CUR) != 0 ? replace_by_copy(fd, path, error) : fd;
  if (!is_stdin && !S_ISFIFO(status.st_mode)) {
    set_no_input(error, path, "neither a file nor a directory");
    close(fd);
    return -1;
  }
  if (!is_stdin)
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  return replace_by_copy(fd, path, error);
}

/* Size and first bytes of input->fd. */
static gboolean look_at(LbInput *input, GError **error) {
  struct stat status;
  if (fstat(input->fd, &status) < 0)
    return set_no_input(error, input->path, g_strerror(errno));
  input->size = status.st_size;
  input->head = g_realloc(input->head, LB_INPUT_HEAD);
  gssize count = lb_source_pread(input->fd, input->head, LB_INPUT_HEAD, 0);
  if (count < 0)
    return set_no_input(error, input->path, g_strerror(errno));
  input->head_length = count;
  return TRUE;
}

/* Replaces a compressed file by what it unpacks to. */
static gboolean unpack(LbInput *input, LbDiagLog *log, GError **error) {
  int unpacked = open_temporary(error);
  if (unpacked < 0)
    return FALSE;
  LbUnpacking unpacking = {
      .from = input->fd, .path = input->path, .write = write_all, .to = unpacked, .log = log};
  gboolean is_unpacked = lb_compressed_unpack(&unpacking, input->head, input->head_length, error);
  close(input->fd);
  input->fd = unpacked;
  return is_unpacked && look_at(input, error);
}

LbInput *lb_input_open(const char *path, const char *known, LbDiagLog *log, GError **error) {
  g_autoptr(LbInput) input = g_new0(LbInput, 1);
  input->path = g_strdup(path);
  input->fd = open_path(path, &input->is_copy, error);
  if (input->fd < 0 || !look_at(input, error))
    return NULL;
  if (!lb_compressed_is_known(input->head, input->head_length))
    return g_steal_pointer(&input);
  input->packed = lb_fingerprint_format(input->fd, input->size);
  input->is_left = known && input->packed && strcmp(known, input->packed) == 0;
  return input->is_left || unpack(input, log, error) ? g_steal_pointer(&input) : NULL;
}

gboolean lb_input_unpack(LbInput *input, LbDiagLog *log, GError **error) {
  gboolean is_left = input->is_left;
  input->is_left = FALSE;
  return !is_left || unpack(input, log, error);
}

void lb_input_free(LbInput *input) {
  if (!input)
    return;
  if (input->fd >= 0)
    close(input->fd);
  g_free(input->path);
  g_free(input->head);
  g_free(input->packed);
  g_free(input);
}
