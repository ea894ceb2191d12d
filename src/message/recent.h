/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was read of a field lately, by the field's bytes: mails that come one after the other have senders and
 * subjects in common.  A table that doesn't grow: what was pushed out of it is read again.
 */
#pragma once
#include "message/header.h"

typedef struct LbRecent LbRecent;

/* A table of n records, a power of two, of size bytes each, for texts of length bytes at most: longer ones
 * are never known. */
LbRecent *lb_recent_new(guint n, gsize length, gsize size);
void lb_recent_free(LbRecent *recent);
/* The record of this text, until the next is kept; NULL if it isn't there. */
gconstpointer lb_recent_find(const LbRecent *recent, LbSlice text);
/* Copies both. */
void lb_recent_keep(LbRecent *recent, LbSlice text, gconstpointer record);
