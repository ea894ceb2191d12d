/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of libarchive that are called. */
#include <archive.h>
#include <archive_entry.h>
#include "config.h"
#include "source/late.h"

static LbLate library = {.file = LATE_LIBARCHIVE};

gboolean lb_late_load_archive(const char **failure) {
  return lb_late_load(&library, failure);
}

LATE(struct archive *, archive_read_new, (void), ())
LATE(int, archive_read_free, (struct archive * archive), (archive))
LATE(int, archive_read_support_filter_bzip2, (struct archive * archive), (archive))
LATE(int, archive_read_support_filter_xz, (struct archive * archive), (archive))
LATE(int, archive_read_support_filter_zstd, (struct archive * archive), (archive))
LATE(int, archive_read_support_format_raw, (struct archive * archive), (archive))
LATE(int, archive_read_support_format_empty, (struct archive * archive), (archive))
LATE(int, archive_read_open_fd, (struct archive * archive, int fd, size_t block), (archive, fd, block))
LATE(int, archive_read_next_header, (struct archive * archive, struct archive_entry **entry),
     (archive, entry))
LATE(la_ssize_t, archive_read_data, (struct archive * archive, void *room, size_t size),
     (archive, room, size))
LATE(int, archive_filter_code, (struct archive * archive, int filter), (archive, filter))
LATE(la_int64_t, archive_filter_bytes, (struct archive * archive, int filter), (archive, filter))
LATE(const char *, archive_error_string, (struct archive * archive), (archive))
