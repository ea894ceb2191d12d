/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/crew.h"

#define MAX_THREADS 64

typedef struct {
  guint n, window;
  LbCrewFunc make;
  gpointer data;
  GMutex lock; /* over what follows */
  GCond changed;
  guint next, n_taken; /* the next piece to be made; how many were taken */
  gboolean *is_made;   /* by place in the window */
} Crew;

/* With the lock held.  FALSE: nothing can be begun now. */
static gboolean begin(Crew *crew, guint *piece) {
  if (crew->next >= crew->n || crew->next - crew->n_taken >= crew->window)
    return FALSE;
  *piece = crew->next++;
  return TRUE;
}

/* The lock is held before and after. */
static void make(Crew *crew, guint piece) {
  g_mutex_unlock(&crew->lock);
  crew->make(piece, crew->data);
  g_mutex_lock(&crew->lock);
  crew->is_made[piece % crew->window] = TRUE;
  g_cond_broadcast(&crew->changed);
}

static gpointer work(gpointer data) {
  Crew *crew = data;
  guint piece;
  g_mutex_lock(&crew->lock);
  while (crew->next < crew->n) {
    if (begin(crew, &piece))
      make(crew, piece);
    else
      g_cond_wait(&crew->changed, &crew->lock);
  }
  g_mutex_unlock(&crew->lock);
  return NULL;
}

/* Whoever takes has pieces to make, too, while the next one isn't there. */
static void take_all(Crew *crew, LbCrewFunc take) {
  guint piece;
  g_mutex_lock(&crew->lock);
  while (crew->n_taken < crew->n) {
    gboolean *is_made = &crew->is_made[crew->n_taken % crew->window];
    if (*is_made) {
      g_mutex_unlock(&crew->lock);
      if (take)
        take(crew->n_taken, crew->data);
      g_mutex_lock(&crew->lock);
      *is_made = FALSE;
      crew->n_taken++;
      g_cond_broadcast(&crew->changed);
    } else if (begin(crew, &piece))
      make(crew, piece);
    else
      g_cond_wait(&crew->changed, &crew->lock);
  }
  g_mutex_unlock(&crew->lock);
}

void lb_crew_run_in_order(guint jobs, guint n, guint window, LbCrewFunc make_piece, LbCrewFunc take,
                          gpointer data) {
  GThread *threads[MAX_THREADS] = {NULL};
  guint n_threads = MIN(MIN(jobs, n), MAX_THREADS);
  Crew crew = {.n = n, .window = MAX(window, 1), .make = make_piece, .data = data};
  crew.is_made = g_new0(gboolean, crew.window);
  g_mutex_init(&crew.lock);
  g_cond_init(&crew.changed);
  /* Where no thread can be had, this one does it all. */
  for (guint i = 1; i < n_threads; i++)
    threads[i] = g_thread_try_new("crew", work, &crew, NULL);
  take_all(&crew, take);
  for (guint i = 1; i < n_threads; i++)
    if (threads[i])
      g_thread_join(threads[i]);
  g_cond_clear(&crew.changed);
  g_mutex_clear(&crew.lock);
  g_free(crew.is_made);
}

void lb_crew_run(guint jobs, guint n, LbCrewFunc make_piece, gpointer data) {
  lb_crew_run_in_order(jobs, n, n, make_piece, NULL, data);
}
