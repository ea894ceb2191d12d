/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: a zlib stream (RFC 1950) inflated at once into a room whose size is known, by
 * libdeflate, which takes half of zlib's time, or by zlib where it was built without that.
 */
#pragma once
#include <glib.h>

typedef struct LbInflater LbInflater;

LbInflater *lb_inflater_new(void);
void lb_inflater_free(LbInflater *inflater);
/* FALSE: broken, its checksum wrong, cut off, or not of exactly size bytes; what is behind its end doesn't
 * matter. */
gboolean lb_inflater_run(LbInflater *inflater, const guint8 *in, gsize length, guint8 *out, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbInflater, lb_inflater_free)
