/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the index of a pack, version 1 or 2 (gitformat-pack(5)): which object begins where.  It
 * is held in memory, 24 bytes for each object, and shared by all threads: a mapped file that somebody cuts
 * off would be the end of the process.
 */
#pragma once
#include <git2.h>
#include <glib.h>

typedef struct LbPackIndex LbPackIndex;

/* NULL: no such file, of a newer version, damaged, or of more than max objects. */
LbPackIndex *lb_pack_index_open(const char *path, guint32 max);
void lb_pack_index_free(LbPackIndex *index);
guint32 lb_pack_index_count(const LbPackIndex *index);
/* The checksum at the end of the pack that it belongs to. */
const guint8 *lb_pack_index_get_checksum(const LbPackIndex *index);
/* Where the object begins in the pack; what the index says, not what is there. */
gboolean lb_pack_index_find(const LbPackIndex *index, const guint8 id[GIT_OID_RAWSZ], guint64 *offset);

/* The ids in the index at path whose first byte is this, one after the other: nothing else is read.  Their
 * number; -1: it can't be opened, or is of version 1.  Owned by the caller. */
gint64 lb_pack_index_list(const char *path, guint8 first, guint8 **ids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbPackIndex, lb_pack_index_free)
