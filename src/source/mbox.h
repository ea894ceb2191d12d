/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to source/: for tests. */
#pragma once
#include "source/source.h"

/* Bytes that a unit spans; before the first lb_source_next(). */
void lb_mbox_set_chunk(LbSource *source, guint64 bytes);
