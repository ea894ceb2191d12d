/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run at a time for each list: flock(2) on a file that is never written to and never removed, as a file
 * that comes and goes can be locked by two.  A process that dies lets go by that.
 */
#pragma once
#include <glib.h>

/* The descriptor that holds the lock, closed on exec; close() lets go.  Waits for it up to so many seconds.
 * -1 with LB_ERROR_TRY_LATER, which says who has it as far as the system knows, or LB_ERROR_CANNOT_CREATE. */
int lb_lock_take(const char *path, int seconds, GError **error);
