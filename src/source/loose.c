/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/loose.h"
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* "commit 123456789\0" */
#define HEADER_MAX 32

typedef struct {
  git_odb_backend backend;
  git_odb_backend *inner;
  char *objects;
  size_t max_size;
} Loose;

/* An object while it is inflated. */
typedef struct {
  int fd;
  z_stream zlib;
  unsigned char in[16384];
  int state; /* what inflate() said last */
} Stream;

static int fail(const char *failure) {
  git_error_set_str(GIT_ERROR_ODB, failure);
  return GIT_ERROR;
}

static int stream_open(Stream *stream, const Loose *loose, const git_oid *id) {
  char hex[GIT_OID_HEXSZ + 1];
  struct stat facts;
  git_oid_tostr(hex, sizeof hex, id);
  g_autofree char *path = g_strdup_printf("%s/%.2s/%s", loose->objects, hex, hex + 2);
  stream->fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (stream->fd < 0)
    return errno == ENOENT || errno == ENOTDIR ? GIT_ENOTFOUND : fail(g_strerror(errno));
  memset(&stream->zlib, 0, sizeof stream->zlib);
  if (fstat(stream->fd, &facts) < 0 || !S_ISREG(facts.st_mode) || inflateInit(&stream->zlib) != Z_OK) {
    close(stream->fd);
    return fail("cannot read loose object");
  }
  stream->state = Z_OK;
  return GIT_OK;
}

static void stream_close(Stream *stream) {
  inflateEnd(&stream->zlib);
  close(stream->fd);
}

/* Until out is full or the object at its end; how much was inflated, -1 where it is broken or cut off. */
static gssize stream_read(Stream *stream, unsigned char *out, size_t size) {
  z_stream *zlib = &stream->zlib;
  zlib->next_out = out;
  zlib->avail_out = (uInt)size;
  while (zlib->avail_out > 0 && stream->state == Z_OK) {
    if (zlib->avail_in == 0) {
      gssize n;
      while ((n = read(stream->fd, stream->in, sizeof stream->in)) < 0 && errno == EINTR)
        ;
      if (n <= 0)
        return -1;
      zlib->next_in = stream->in;
      zlib->avail_in = (uInt)n;
    }
    stream->state = inflate(zlib, Z_NO_FLUSH);
  }
  return stream->state == Z_OK || stream->state == Z_STREAM_END ? (gssize)(size - zlib->avail_out) : -1;
}

/* Reads "type size\0"; *rest of what was inflated with it is the object's own and stands behind it. */
static int read_head(Stream *stream, unsigned char head[HEADER_MAX], size_t *begin, size_t *rest,
                     size_t *size, git_object_t *type) {
  gssize n = stream_read(stream, head, HEADER_MAX);
  unsigned char *end = n > 0 ? memchr(head, '\0', (size_t)n) : NULL, *blank;
  if (!end || !(blank = memchr(head, ' ', (size_t)(end - head))) || !g_ascii_isdigit(blank[1]))
    return fail("loose object is damaged or cut off");
  char *stop;
  guint64 number = g_ascii_strtoull((char *)blank + 1, &stop, 10);
  *blank = '\0';
  *type = git_object_string2type((char *)head);
  if (stop != (char *)end || *type == GIT_OBJECT_INVALID || number > G_MAXUINT)
    return fail("loose object has no header");
  *size = (size_t)number;
  *begin = (size_t)(end + 1 - head);
  *rest = (size_t)n - *begin;
  return GIT_OK;
}

static int read_header(size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *id) {
  unsigned char head[HEADER_MAX];
  size_t begin, rest;
  Stream stream;
  int code = stream_open(&stream, (const Loose *)backend, id);
  if (code < 0)
    return code;
  code = read_head(&stream, head, &begin, &rest, size, type);
  stream_close(&stream);
  return code;
}

static int read_body(Stream *stream, void **data, size_t *size, git_object_t *type, Loose *loose) {
  unsigned char head[HEADER_MAX], beyond;
  size_t begin, rest;
  int code = read_head(stream, head, &begin, &rest, size, type);
  if (code < 0)
    return code;
  if (*size > loose->max_size)
    return fail("loose object is too large");
  unsigned char *bytes = rest <= *size ? git_odb_backend_data_alloc(&loose->backend, *size + 1) : NULL;
  if (!bytes)
    return fail("loose object is damaged");
  memcpy(bytes, head + begin, rest);
  bytes[*size] = '\0';
  /* one byte more than there should be: only then the stream comes to its end, with its checksum */
  if (stream_read(stream, bytes + rest, *size - rest) != (gssize)(*size - rest) ||
      stream_read(stream, &beyond, 1) != 0) {
    git_odb_backend_data_free(&loose->backend, bytes);
    return fail("loose object is damaged or cut off");
  }
  *data = bytes;
  return GIT_OK;
}

static int read_object(void **data, size_t *size, git_object_t *type, git_odb_backend *backend,
                       const git_oid *id) {
  Stream stream;
  int code = stream_open(&stream, (const Loose *)backend, id);
  if (code < 0)
    return code;
  code = read_body(&stream, data, size, type, (Loose *)backend);
  stream_close(&stream);
  return code;
}

static int has_object(git_odb_backend *backend, const git_oid *id) {
  Loose *loose = (Loose *)backend;
  return loose->inner->exists(loose->inner, id);
}

static int find_object(git_oid *found, git_odb_backend *backend, const git_oid *id, size_t length) {
  Loose *loose = (Loose *)backend;
  return loose->inner->exists_prefix(found, loose->inner, id, length);
}

static void loose_free(git_odb_backend *backend) {
  Loose *loose = (Loose *)backend;
  loose->inner->free(loose->inner);
  g_free(loose->objects);
  g_free(loose);
}

int lb_loose_open(git_odb_backend **backend, const char *objects, size_t max_size) {
  Loose *loose = g_new0(Loose, 1);
  int code = git_odb_backend_loose(&loose->inner, objects, -1, 0, 0, 0);
  if (code < 0 || (code = git_odb_init_backend(&loose->backend, GIT_ODB_BACKEND_VERSION)) < 0) {
    g_free(loose);
    return code;
  }
  loose->objects = g_strdup(objects);
  loose->max_size = max_size;
  loose->backend.read = read_object;
  loose->backend.read_header = read_header;
  loose->backend.exists = has_object;
  loose->backend.exists_prefix = find_object;
  loose->backend.free = loose_free;
  *backend = &loose->backend;
  return GIT_OK;
}
