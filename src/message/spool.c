/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/spool.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "base/pages.h"

#define BUFFER_BYTES ((gsize)256 << 10)

/* buffer holds what lies behind file_size; without a file (fd -1: none can be had, -2: not yet) it holds
 * everything. */
struct LbSpool {
  int fd;
  guint64 file_size;
  gsize kept;      /* so much needs no file */
  GString *buffer; /* NULL until there is something */
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

LbSpool *lb_spool_new(gsize kept) {
  LbSpool *spool = g_new0(LbSpool, 1);
  spool->fd = -2;
  spool->kept = MAX(kept, BUFFER_BYTES);
  return spool;
}

void lb_spool_free(LbSpool *spool) {
  if (!spool)
    return;
  if (spool->fd >= 0)
    close(spool->fd);
  if (spool->buffer)
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
  if (!spool->buffer->len && spool->buffer->allocated_len > 4 * BUFFER_BYTES) {
    g_string_free(spool->buffer, TRUE);
    spool->buffer = g_string_sized_new(BUFFER_BYTES);
  }
}

/* Once there is a file it takes what comes.  A full disk leaves the buffer large: then it is tried again once
 * per megabyte, not at every call. */
static gboolean is_full(const LbSpool *spool, guint64 offset, gsize length) {
  gsize held = spool->buffer->len;
  if (spool->fd == -2)
    return held >= spool->kept;
  return held >= BUFFER_BYTES && (held < 2 * BUFFER_BYTES || (offset ^ (offset + length)) >> 20);
}

guint64 lb_spool_append(LbSpool *spool, const char *bytes, gsize length) {
  /* All the room that it may take at once: memory that nothing is written to is none, and never moves. */
  if (!spool->buffer) {
    spool->buffer = g_string_sized_new(spool->kept);
    lb_pages_advise(spool->buffer->str, spool->buffer->allocated_len);
  }
  guint64 offset = spool->file_size + spool->buffer->len;
  g_string_append_len(spool->buffer, bytes, (gssize)length);
  if (is_full(spool, offset, length))
    flush(spool);
  return offset;
}

char *lb_spool_read(LbSpool *spool, guint64 offset, gsize length, GError **error) {
  g_return_val_if_fail(offset + length <= spool->file_size + (spool->buffer ? spool->buffer->len : 0), NULL);
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
