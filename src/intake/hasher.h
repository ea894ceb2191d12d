/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads single mails once more, to tell whether two of one Message-ID are the same.  One thread. */
#pragma once
#include "message/message.h"

typedef struct LbHasher LbHasher;
LbHasher *lb_hasher_new(void);
void lb_hasher_free(LbHasher *hasher);
/* FALSE if the mail can't be had any more.  with_raw: else hashes->raw is zeros. */
gboolean lb_hasher_hash(LbHasher *hasher, LbSource *source, const LbLocator *locator, gboolean with_raw,
                        LbMailHashes *hashes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbHasher, lb_hasher_free)
