/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the packs of folders of objects, opened and in memory while anybody reads them, for
 * all threads together.  What is odd about a pack (another version, a checksum that is not its index's) is
 * not this reader's: it leaves that pack out, and libgit2 says what is wrong.
 */
#pragma once
#include "source/pack_index.h"

typedef struct {
  LbPackIndex *index;
  int fd;
  guint64 end; /* of its objects */
} LbPack;

typedef struct LbPackSet LbPackSet;
typedef struct LbObjectCache LbObjectCache;

/* folders: .../objects, NULL-terminated.  Opens nothing yet. */
LbPackSet *lb_pack_set_new(char *const *folders);
LbPackSet *lb_pack_set_ref(LbPackSet *set);
void lb_pack_set_unref(LbPackSet *set);

/* The packs, of LbPack, which don't change until the caller gives them back; may be none.  NULL, with
 * nothing to give back: opens is FALSE, and nobody has them open. */
const GPtrArray *lb_pack_set_acquire(LbPackSet *set, gboolean opens);
void lb_pack_set_release(LbPackSet *set);
/* Of the objects in them; as long as they are. */
LbObjectCache *lb_pack_set_get_cache(LbPackSet *set);
