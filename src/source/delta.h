/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the deltas in packs (gitformat-pack(5), "Deltified representation").  A delta is a
 * stranger's: every step of it is checked.
 */
#pragma once
#include <glib.h>

typedef struct {
  const guint8 *steps, *end;
  guint64 base_size, result_size;
} LbDelta;

/* FALSE: no delta. */
gboolean lb_delta_parse(LbDelta *delta, const guint8 *bytes, gsize length);
/* Makes result, of result_size bytes, out of base, of base_size.  FALSE: the delta is broken. */
gboolean lb_delta_apply(const LbDelta *delta, const guint8 *base, guint8 *result);
