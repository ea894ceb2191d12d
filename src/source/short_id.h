/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: what an id that people write, in full or its first digits, can mean.  Where all packs
 * are read directly libgit2 isn't asked: to set it up takes longer than to report a week.
 */
#pragma once
#include "source/epoch.h"

/* Objects of the epoch whose ids begin with the digits, at least two: 0, 1, or 2 for more; *id is one of
 * them. */
guint lb_short_id_find(const LbEpoch *epoch, const char *digits, git_oid *id);
