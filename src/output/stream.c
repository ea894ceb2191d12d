/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* As large as a pipe holds: fewer writes than that gain nothing. */
#define BUFFER_SIZE (64u << 10)

struct LbStream {
  int fd;
  gboolean owns_fd;
  gboolean is_cut;
  gboolean is_string; /* buffer is the caller's, and all there is */
  char *target;       /* NULL: written to as it is */
  char *temporary;    /* beside target; NULL once renamed */
  const char *name;
  char *name_buffer;
  GString *buffer;
};

static gboolean set_write_error(const LbStream *stream, const char *what, GError **error) {
  int saved = errno;

  g_set_error(error, LB_ERROR, LB_ERROR_WRITE, "cannot %s '%s': %s", what, stream->name, g_strerror(saved));
  return FALSE;
}

/* word NULL: under a name of its own. */
static int create_beside(LbStream *stream, const char *word) {
  g_autofree char *folder = g_path_get_dirname(stream->target);
  g_autofree char *base = g_path_get_basename(stream->target);
  g_autofree char *name = NULL;

  /* NAME_MAX counts: a long name is cut, what stands behind it is what matters. */
  if (strlen(base) > 180)
    base[180] = '\0';
  name = g_strdup_printf(".%s.%.60s", base, word ? word : "XXXXXX");
  stream->temporary = g_build_filename(folder, name, NULL);
  if (!word)
    return g_mkstemp_full(stream->temporary, O_WRONLY | O_CLOEXEC, 0600);
  unlink(stream->temporary);
  return open(stream->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

static gboolean open_beside(LbStream *stream, const char *word, guint mode, GError **error) {
  stream->fd = create_beside(stream, word);
  if (stream->fd < 0) {
    int saved = errno;

    g_clear_pointer(&stream->temporary, g_free);
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot create '%s': %s", stream->name,
                g_strerror(saved));
    return FALSE;
  }
  if (mode != 0600 && fchmod(stream->fd, mode) < 0)
    return set_write_error(stream, "set the mode of", error);
  return TRUE;
}

static LbStream *open_file(const char *path, const char *word, guint mode, GError **error) {
  g_autoptr(LbStream) stream = g_new0(LbStream, 1);
  struct stat old;

  stream->buffer = g_string_sized_new(BUFFER_SIZE);
  stream->fd = -1;
  stream->owns_fd = TRUE;
  stream->name_buffer = g_strdup(path);
  stream->name = stream->name_buffer;
  if (stat(path, &old) == 0 && !S_ISREG(old.st_mode)) {
    /* Nobody may ever read a FIFO: who comes by himself doesn't wait for it. */
    stream->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | (word ? O_NONBLOCK : 0));
    if (stream->fd < 0) {
      g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot open '%s': %s", path, g_strerror(errno));
      return NULL;
    }
    if (word)
      fcntl(stream->fd, F_SETFL, 0);
    return g_steal_pointer(&stream);
  }

  /* A link stays a link: what it points to is replaced. */
  g_autofree char *real = realpath(path, NULL);
  gboolean is_old = real && stat(real, &old) == 0;
  stream->target = g_strdup(real ? real : path);
  if (!open_beside(stream, word, is_old ? old.st_mode & 0777 : mode, error))
    return NULL;
  return g_steal_pointer(&stream);
}

LbStream *lb_stream_open(const char *path, GError **error) {
  LbStream *stream;

  if (path && strcmp(path, "-") != 0)
    return open_file(path, NULL, 0600, error);
  stream = g_new0(LbStream, 1);
  stream->buffer = g_string_sized_new(BUFFER_SIZE);
  stream->fd = STDOUT_FILENO;
  stream->name = "standard output";
  return stream;
}

LbStream *lb_stream_open_exclusive(const char *path, const char *word, guint mode, GError **error) {
  return open_file(path, word, mode, error);
}

LbStream *lb_stream_open_string(GString *string) {
  LbStream *stream = g_new0(LbStream, 1);

  stream->buffer = string;
  stream->is_string = TRUE;
  stream->fd = -1;
  stream->name = "memory";
  return stream;
}

static gboolean write_all(LbStream *stream, const char *bytes, gsize length, GError **error) {
  while (length > 0 && !stream->is_cut) {
    gssize n = write(stream->fd, bytes, length);

    if (n < 0) {
      if (errno == EINTR)
        continue;
      if (errno == EPIPE) {
        stream->is_cut = TRUE;
        break;
      }
      return set_write_error(stream, "write", error);
    }
    bytes += n;
    length -= (gsize)n;
  }
  return TRUE;
}

static gboolean flush_buffer(LbStream *stream, GError **error) {
  gboolean ok = write_all(stream, stream->buffer->str, stream->buffer->len, error);

  g_string_truncate(stream->buffer, 0);
  return ok;
}

gboolean lb_stream_write(LbStream *stream, const char *bytes, gsize length, GError **error) {
  if (stream->is_string) {
    g_string_append_len(stream->buffer, bytes, (gssize)length);
    return TRUE;
  }
  if (stream->buffer->len + length > BUFFER_SIZE && !flush_buffer(stream, error))
    return FALSE;
  if (length >= BUFFER_SIZE)
    return write_all(stream, bytes, length, error);
  g_string_append_len(stream->buffer, bytes, (gssize)length);
  return TRUE;
}

gboolean lb_stream_is_cut(const LbStream *stream) {
  return stream->is_cut;
}

static gboolean sync_folder(const LbStream *stream, GError **error) {
  g_autofree char *folder = g_path_get_dirname(stream->target);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  /* A folder may be writable and not readable; then the rename is as durable as can be had. */
  if (fd < 0)
    return TRUE;
  /* EINVAL: a file system that knows no such thing. */
  if (fsync(fd) < 0 && errno != EINVAL) {
    set_write_error(stream, "sync the folder of", error);
    close(fd);
    return FALSE;
  }
  close(fd);
  return TRUE;
}

gboolean lb_stream_finish(LbStream *stream, GError **error) {
  int fd = stream->fd;

  if (stream->is_string)
    return TRUE;
  if (!flush_buffer(stream, error))
    return FALSE;
  if (!stream->owns_fd)
    return TRUE;
  if (stream->temporary && fsync(fd) < 0)
    return set_write_error(stream, "sync", error);
  stream->fd = -1;
  if (close(fd) < 0)
    return set_write_error(stream, "close", error);
  if (!stream->temporary)
    return TRUE;
  if (rename(stream->temporary, stream->target) < 0)
    return set_write_error(stream, "write", error);
  g_clear_pointer(&stream->temporary, g_free);
  return sync_folder(stream, error);
}

void lb_stream_free(LbStream *stream) {
  if (!stream)
    return;
  if (stream->owns_fd && stream->fd >= 0)
    close(stream->fd);
  if (stream->temporary)
    unlink(stream->temporary);
  if (!stream->is_string)
    g_string_free(stream->buffer, TRUE);
  g_free(stream->temporary);
  g_free(stream->target);
  g_free(stream->name_buffer);
  g_free(stream);
}
