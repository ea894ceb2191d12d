/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/spool.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"

#define BUFFER_BYTES (256u << 10)

/* buffer holds what lies behind file_size; without a file (fd -1) it holds everything. */
struct LbSpool {
  int fd;
  guint64 file_size;
  GString *buffer;
};

/* An unlinked file in $TMPDIR or /tmp; -1 if there can't be one. */
static int open_unlinked(void) {
  const char *directory = g_get_tmp_dir();
#ifdef O_TMPFILE
  int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  if (fd >= 0)
    return fd;
#endif
  g_autofree char *path = g_build_filename(directory, "listbrief-XXXXXX", NULL);
  int named = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
  if (named >= 0)
    unlink(path);
  return named;
}

LbSpool *lb_spool_new(void) {
  LbSpool *spool = g_new0(LbSpool, 1);
  spool->fd = -2;
  spool->buffer = g_string_new(NULL);
  return spool;
}

void lb_spool_free(LbSpool *spool) {
  if (!spool)
    return;
  if (spool->fd >= 0)
    close(spool->fd);
  g_string_free(spool->buffer, TRUE);
  g_free(spool);
}

/* Moves the buffer's bytes to the file; what can't be written stays in memory. */
static void flush(LbSpool *spool) {
  if (spool->fd == -2)
    spool->fd = open_unlinked();
  gsize done = 0;
  while (spool->fd >= 0 && done < spool->buffer->len) {
    ssize_t n =
        pwrite(spool->fd, spool->buffer->str + done, spool->buffer->len - done, (off_t)spool->file_size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    done += (gsize)n;
    spool->file_size += (guint64)n;
  }
  g_string_erase(spool->buffer, 0, (gssize)done);
}

guint64 lb_spool_append(LbSpool *spool, const char *bytes, gsize length) {
  guint64 offset = spool->file_size + spool->buffer->len;
  g_string_append_len(spool->buffer, bytes, (gssize)length);
  /* A full disk leaves the buffer large: then try again once per megabyte, not at every call. */
  if (spool->buffer->len >= BUFFER_BYTES &&
      (spool->buffer->len < 2 * BUFFER_BYTES || (offset ^ (offset + length)) >> 20))
    flush(spool);
  return offset;
}

char *lb_spool_read(LbSpool *spool, guint64 offset, gsize length, GError **error) {
  g_return_val_if_fail(offset + length <= spool->file_size + spool->buffer->len, NULL);
  g_autofree char *bytes = g_malloc(length + 1);
  gsize done = 0;
  while (done < length && offset + done < spool->file_size) {
    gsize wanted = (gsize)MIN((guint64)(length - done), spool->file_size - offset - done);
    ssize_t n = pread(spool->fd, bytes + done, wanted, (off_t)(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "cannot read back a temporary file: %s",
                  n < 0 ? g_strerror(errno) : "it is shorter than what was written");
      return NULL;
    }
    done += (gsize)n;
  }
  if (done < length)
    memcpy(bytes + done, spool->buffer->str + (offset + done - spool->file_size), length - done);
  bytes[length] = '\0';
  return g_steal_pointer(&bytes);
}
