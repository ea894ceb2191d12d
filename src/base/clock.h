/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Now" for the whole program: LISTBRIEF_NOW (ISO 8601 or @seconds) or the system's clock. */
#pragma once
#include <glib.h>

/* Seconds since the epoch, UTC. */
gint64 lb_clock_now(void);
/* FALSE with LB_ERROR_USAGE if LISTBRIEF_NOW is set and can't be read; called once by main. */
gboolean lb_clock_init(GError **error);
