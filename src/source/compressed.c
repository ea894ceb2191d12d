/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/compressed.h"
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include "base/error.h"
#include "source/kind.h"
#include "source/late.h"

#define ROOM (128u << 10)
/* Mail packs to a tenth, lists of likes to a hundredth.  What unpacks to more than this many times its size,
 * and to more than is harmless, is made to fill a disk. */
#define MAX_RATIO 250
#define HARMLESS ((guint64)64 << 20)
#define MAX_OUTPUT ((guint64)1 << 40)

typedef struct Method Method;
struct Method {
  const char *magic;
  gsize length;
  gboolean (*unpack)(LbUnpacking *unpacking, const Method *method, GError **error);
  int (*support)(struct archive *archive);
  const char *name;
};

static gboolean unpack_gzip(LbUnpacking *unpacking, const Method *method, GError **error);
static gboolean unpack_by_archive(LbUnpacking *unpacking, const Method *method, GError **error);

static const Method methods[] = {
    {"\x1f\x8b\x08", 3, unpack_gzip, NULL, "gzip"},
    {"BZh", 3, unpack_by_archive, archive_read_support_filter_bzip2, "bzip2"},
    {"\xfd\x37zXZ\0", 6, unpack_by_archive, archive_read_support_filter_xz, "xz"},
    {"\x28\xb5\x2f\xfd", 4, unpack_by_archive, archive_read_support_filter_zstd, "zstd"},
};

static const Method *find_method(const char *head, gsize length) {
  for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
    if (length >= methods[i].length && memcmp(head, methods[i].magic, methods[i].length) == 0)
      return &methods[i];
  return NULL;
}

gboolean lb_compressed_is_known(const char *head, gsize length) {
  return find_method(head, length) != NULL;
}

static void note_damage(const LbUnpacking *unpacking, const char *what) {
  g_autofree char *detail =
      g_strdup_printf("%s after %" G_GUINT64_FORMAT " unpacked bytes", what, unpacking->produced);
  lb_diag_log_add(unpacking->log, LB_DIAG_UNREADABLE, unpacking->path, detail);
}

/* FALSE: enough is enough, which was noted. */
static gboolean is_sane(const LbUnpacking *unpacking) {
  gboolean is_bomb =
      unpacking->produced > MAX_OUTPUT ||
      (unpacking->produced > HARMLESS && unpacking->produced / MAX_RATIO > unpacking->consumed);
  if (is_bomb)
    note_damage(unpacking, "unpacks to far more than any mail would: given up");
  return !is_bomb;
}

static gboolean write_out(LbUnpacking *unpacking, const char *bytes, gsize length, GError **error) {
  unpacking->produced += length;
  return unpacking->write(unpacking->to, bytes, length, (gpointer)unpacking->path, error);
}

/* The compressed side of a gzip stream. */
typedef struct {
  LbUnpacking *unpacking;
  z_stream stream;
  Bytef in[ROOM], out[ROOM];
  guint64 offset;
  gboolean at_end;
} Gzip;

/* More input behind what is left; FALSE at the end of the file. */
static gboolean refill(Gzip *gzip) {
  memmove(gzip->in, gzip->stream.next_in, gzip->stream.avail_in);
  gzip->stream.next_in = gzip->in;
  gssize count = lb_source_pread(gzip->unpacking->from, (char *)gzip->in + gzip->stream.avail_in,
                                 ROOM - gzip->stream.avail_in, gzip->offset);
  if (count < 0)
    note_damage(gzip->unpacking, g_strerror(errno));
  gzip->at_end = count <= 0;
  if (count <= 0)
    return FALSE;
  gzip->offset += count;
  gzip->unpacking->consumed += count;
  gzip->stream.avail_in += count;
  return TRUE;
}

typedef enum { NEXT_MEMBER, NO_MEMBER, JUNK } After;

/* What follows a member: another (RFC 1952 2.2), nothing, zeros that pad a tape block, or something else. */
static After look_after(Gzip *gzip) {
  z_stream *stream = &gzip->stream;
  for (;;) {
    while (stream->avail_in > 0 && *stream->next_in == 0) {
      stream->next_in++;
      stream->avail_in--;
    }
    if (stream->avail_in >= 2)
      return stream->next_in[0] == 0x1f && stream->next_in[1] == 0x8b ? NEXT_MEMBER : JUNK;
    if (!refill(gzip))
      return stream->avail_in > 0 ? JUNK : NO_MEMBER;
  }
}

/* One run of inflate(); *status as it says.  FALSE with error if its output can't be written. */
static gboolean inflate_some(Gzip *gzip, int *status, GError **error) {
  gzip->stream.next_out = gzip->out;
  gzip->stream.avail_out = ROOM;
  *status = inflate(&gzip->stream, Z_NO_FLUSH);
  /* what came out before an error was found is good as far as it goes */
  return write_out(gzip->unpacking, (const char *)gzip->out, ROOM - gzip->stream.avail_out, error);
}

static gboolean unpack_members(Gzip *gzip, GError **error) {
  for (;;) {
    int status;
    if (gzip->stream.avail_in == 0 && !refill(gzip)) {
      note_damage(gzip->unpacking, "the file is cut off");
      return TRUE;
    }
    if (!inflate_some(gzip, &status, error))
      return FALSE;
    if (!is_sane(gzip->unpacking))
      return TRUE;
    if (status == Z_STREAM_END) {
      After after = look_after(gzip);
      if (after == JUNK)
        lb_diag_log_add(gzip->unpacking->log, LB_DIAG_TRAILING_JUNK, gzip->unpacking->path, NULL);
      if (after != NEXT_MEMBER)
        return TRUE;
      inflateReset(&gzip->stream);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      note_damage(gzip->unpacking, gzip->stream.msg ? gzip->stream.msg : "damaged gzip data");
      return TRUE;
    }
  }
}

/* By zlib itself, which checks each member's CRC and length: libarchive 3.6 does not. */
static gboolean unpack_gzip(LbUnpacking *unpacking, const Method *method, GError **error) {
  Gzip *gzip = g_new0(Gzip, 1);
  gzip->unpacking = unpacking;
  gzip->stream.next_in = gzip->in;
  gboolean is_written = FALSE;
  if (inflateInit2(&gzip->stream, 16 + MAX_WBITS) == Z_OK)
    is_written = unpack_members(gzip, error);
  else
    g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "cannot set up zlib for '%s'", unpacking->path);
  inflateEnd(&gzip->stream);
  g_free(gzip);
  return is_written;
}

static void note_archive_damage(const LbUnpacking *unpacking, struct archive *archive) {
  const char *text = archive_error_string(archive); /* may be NULL */
  note_damage(unpacking, text ? text : "damaged compressed data");
}

static gboolean copy_entry(LbUnpacking *unpacking, struct archive *archive, GError **error) {
  g_autofree char *room = g_malloc(ROOM);
  for (;;) {
    la_ssize_t count = archive_read_data(archive, room, ROOM);
    if (count == 0)
      return TRUE;
    if (count == ARCHIVE_RETRY)
      continue;
    if (count < 0) {
      note_archive_damage(unpacking, archive);
      return TRUE;
    }
    if (!write_out(unpacking, room, count, error))
      return FALSE;
    unpacking->consumed = archive_filter_bytes(archive, -1);
    if (!is_sane(unpacking))
      return TRUE;
  }
}

static gboolean open_archive(const LbUnpacking *unpacking, struct archive *archive, const Method *method,
                             GError **error) {
  /* ARCHIVE_WARN: libarchive would run a program for it */
  if (method->support(archive) != ARCHIVE_OK) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "cannot unpack '%s': this libarchive has no %s",
                unpacking->path, method->name);
    return FALSE;
  }
  archive_read_support_format_raw(archive);
  archive_read_support_format_empty(archive);
  return TRUE;
}

static gboolean unpack_by_archive(LbUnpacking *unpacking, const Method *method, GError **error) {
  struct archive_entry *entry;
  const char *failure;
  if (!lb_late_load_archive(&failure)) {
    g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "cannot unpack '%s': %s", unpacking->path, failure);
    return FALSE;
  }
  struct archive *archive = archive_read_new();
  gboolean is_written = open_archive(unpacking, archive, method, error);
  if (is_written) {
    lseek(unpacking->from, 0, SEEK_SET);
    int status = archive_read_open_fd(archive, unpacking->from, ROOM);
    if (status == ARCHIVE_OK)
      status = archive_read_next_header(archive, &entry);
    if (status == ARCHIVE_OK && archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE)
      note_damage(unpacking, "the file is cut off"); /* too short for libarchive to know it again */
    else if (status == ARCHIVE_OK)
      is_written = copy_entry(unpacking, archive, error);
    else if (status != ARCHIVE_EOF)
      note_archive_damage(unpacking, archive);
  }
  archive_read_free(archive);
  return is_written;
}

gboolean lb_compressed_unpack(LbUnpacking *unpacking, const char *head, gsize length, GError **error) {
  const Method *method = find_method(head, length);
  return method->unpack(unpacking, method, error);
}
