/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: objects read from packs directly, in half of libgit2's time.  It
 * reads what git writes, and only answers when all went well: what is large, damaged or odd it says nothing
 * of, so that libgit2 reads it, or tells what is wrong.  Contents are not hashed, as git cat-file doesn't.
 */
#pragma once
#include "source/objects.h"
#include "source/pack_set.h"

/* For one thread. */
typedef struct LbPackReader LbPackReader;

/* opens as in lb_pack_set_acquire(); NULL if that has none. */
LbPackReader *lb_pack_reader_new(LbPackSet *set, gboolean opens);
void lb_pack_reader_free(LbPackReader *reader);
/* NULL: ask libgit2, or, with *failure, better not. */
LbObject *lb_pack_reader_read(LbPackReader *reader, const git_oid *id, const char **failure);
