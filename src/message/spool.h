/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that outlive their mail: in memory while they are few, then in an unlinked temporary file, and in
 * memory again where no such file can be had.  One writer; readers after the last write. */
#pragma once
#include <glib.h>

typedef struct LbSpool LbSpool;
/* kept: bytes that may stay in memory. */
LbSpool *lb_spool_new(gsize kept);
void lb_spool_free(LbSpool *spool);
/* Returns the offset of what was appended. */
guint64 lb_spool_append(LbSpool *spool, const char *bytes, gsize length);
/* NUL-terminated, owned by the caller; NULL with LB_ERROR_FAILED if the file can't be read back. */
char *lb_spool_read(LbSpool *spool, guint64 offset, gsize length, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbSpool, lb_spool_free)
