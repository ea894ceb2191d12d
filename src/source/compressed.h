/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: unpacks gz (by zlib, which checks CRC and length; libarchive does not), bz2, xz and
 * zstd (by libarchive).  The kind is told by its first bytes, never by a file name.
 */
#pragma once
#include <glib.h>
#include "base/diag.h"

typedef struct LbUnpacking LbUnpacking;
struct LbUnpacking {
  int from;
  const char *path; /* of what is unpacked, for messages */
  int to;
  gboolean (*write)(int to, const char *bytes, gsize length, gpointer path, GError **error);
  LbDiagLog *log;
  guint64 consumed, produced; /* so far */
};

gboolean lb_compressed_is_known(const char *head, gsize length);
/* What is damaged, cut off or a bomb is named in log (LB_DIAG_UNREADABLE) and what came before it is kept:
 * FALSE only if it can't be written or its method is not at hand. */
gboolean lb_compressed_unpack(LbUnpacking *unpacking, const char *head, gsize length, GError **error);
