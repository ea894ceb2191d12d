/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"
#include "base/crew.h"

#define MAX_PIECES 1000
#define MAX_WINDOW 7

typedef struct {
  gint n_made[MAX_PIECES];
  guint window, n_taken;
  guint places[MAX_WINDOW]; /* piece + 1 */
  gint n_early, n_clashes;
} Run;

static void make(guint piece, gpointer data) {
  Run *run = data;
  g_atomic_int_inc(&run->n_made[piece]);
  if (!run->window)
    return;
  if (g_atomic_int_get((gint *)&run->places[piece % run->window]))
    g_atomic_int_inc(&run->n_clashes);
  g_atomic_int_set((gint *)&run->places[piece % run->window], (gint)piece + 1);
  /* The even ones take their time, so that the odd ones overtake them. */
  if (piece % 2 == 0)
    g_usleep(50);
}

static void take(guint piece, gpointer data) {
  Run *run = data;
  if (piece != run->n_taken || run->places[piece % run->window] != piece + 1)
    run->n_early++;
  g_atomic_int_set((gint *)&run->places[piece % run->window], 0);
  run->n_taken++;
}

static const guint jobs[] = {0, 1, 2, 3, 8, 1000}, numbers[] = {0, 1, 2, 5, 100, MAX_PIECES};

static void makes_each_once(void **state) {
  for (guint i = 0; i < G_N_ELEMENTS(jobs); i++)
    for (guint k = 0; k < G_N_ELEMENTS(numbers); k++) {
      Run run = {.n_taken = 0};
      lb_crew_run(jobs[i], numbers[k], make, &run);
      for (guint piece = 0; piece < MAX_PIECES; piece++)
        unit_check(run.n_made[piece] == (piece < numbers[k]), "%u jobs, piece %u of %u", jobs[i], piece,
                   numbers[k]);
    }
  (void)state;
}

static void takes_in_order(void **state) {
  for (guint i = 0; i < G_N_ELEMENTS(jobs); i++)
    for (guint k = 0; k < G_N_ELEMENTS(numbers); k++)
      for (guint window = 1; window <= MAX_WINDOW; window += 3) {
        Run run = {.window = window};
        lb_crew_run_in_order(jobs[i], numbers[k], window, make, take, &run);
        unit_check(run.n_taken == numbers[k], "%u jobs, %u pieces, window %u", jobs[i], numbers[k], window);
        unit_check(!run.n_early, "%u jobs, %u pieces, window %u: order", jobs[i], numbers[k], window);
        unit_check(!run.n_clashes, "%u jobs, %u pieces, window %u: places", jobs[i], numbers[k], window);
      }
  (void)state;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(makes_each_once),
      cmocka_unit_test(takes_in_order),
  };
  return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
