/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line on standard error, when that is a terminal, for work that takes longer than a
 * second.  Any thread may advance it. */
#pragma once
#include <glib.h>

typedef struct LbProgress LbProgress;
/* what: "reading mail".  enabled FALSE makes every call a no-op. */
LbProgress *lb_progress_new(const char *what, gboolean enabled);
/* total 0: unknown.  In any unit, the same for advance. */
void lb_progress_set_total(LbProgress *progress, guint64 total);
void lb_progress_advance(LbProgress *progress, guint64 amount);
/* Wipes the line; bears NULL. */
void lb_progress_free(LbProgress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbProgress, lb_progress_free)
