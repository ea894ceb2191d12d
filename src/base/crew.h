/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work in numbered pieces, done side by side by a few threads, the calling one among them.  Whatever a piece
 * makes goes to a place of its own: who does which, and when, is left open.
 */
#pragma once
#include <glib.h>

typedef void (*LbCrewFunc)(guint piece, gpointer data);

/* make is called once for each of n pieces, by up to jobs threads (0 is as good as 1); returns when all are
 * done. */
void lb_crew_run(guint jobs, guint n, LbCrewFunc make, gpointer data);
/* The same, and take is called for each piece once it is made: by the calling thread, in order.  No piece is
 * begun before the one that is window pieces before it was taken, so that window places are enough. */
void lb_crew_run_in_order(guint jobs, guint n, guint window, LbCrewFunc make, LbCrewFunc take, gpointer data);
