/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series_unit.h"

/* A posting each: "a0 superseded b0 newer-revision 3d", then the works: "work a0 applied" */
static void describe(GString *out, const LbOverview *overview) {
  for (guint i = 0; i < overview->collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(overview->collection->postings, i);
    if (!lb_works_find(overview->works, posting))
      continue;
    LbStatus status = lb_status_build(&overview->status, posting);
    g_autofree char *id = unit_series_get_id(posting->first), *evidence = unit_series_get_id(status.evidence);
    assert_true(status.since == status.evidence->date);
    g_string_append_printf(out, "%s %s", id, lb_status_get_name(status.kind));
    if (status.n_applied)
      g_string_append_printf(out, " %u/%u", status.n_applied, status.n_patches);
    g_string_append_printf(out, " %s %s %ud\n", evidence, status.rule, status.days);
  }
  for (guint i = 0; i < overview->works->works->len; i++) {
    const LbWork *work = g_ptr_array_index(overview->works->works, i);
    LbStatus status = lb_status_build_work(&overview->status, work);
    g_autofree char *id = unit_series_get_id(((const LbRevision *)work->revisions->pdata[0])->posting->first);
    g_string_append_printf(out, "work %s %s\n", id, lb_status_get_name(status.kind));
  }
}

static void check(const Row *rows, const char *wanted) {
  unit_series_check(rows, describe, wanted);
}

#define DAY(n) (24 * (n))
#define REVIEWED(who) "Reviewed-by: " who
#define SERIES                                                                                               \
  {"a0", NULL, 0, "[PATCH 0/2] x", NULL, NULL, NULL},                                                        \
      {"a1", NULL, 0, "[PATCH 1/2] x1", "a0", NULL, "a.c:1"}, {                                              \
    "a2", NULL, 0, "[PATCH 2/2] x2", "a0", NULL, "b.c:2"                                                     \
  }

static void test_waiting(void **state) {
  (void)state;
  unit_until = HOUR(DAY(10));
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "a.c:1"},
                      {"b", NULL, 0, "[PATCH] y", NULL, NULL, "b.c:1"},
                      {"r", BOB, DAY(1), "Re: [PATCH] y", "b", NULL, NULL},
                      {"c", NULL, 0, "[PATCH] z", NULL, NULL, "c.c:1"},
                      {"s", BOB, DAY(1), "Re: [PATCH] z", "c", NULL, NULL},
                      {"t", NULL, DAY(2), "Re: [PATCH] z", "s", NULL, NULL},
                      /* a robot's word is nobody's */
                      {"u", "kernel test robot <lkp@example.com>", DAY(3), "Re: [PATCH] z", "c", NULL, NULL},
                      END},
        "a waiting-for-review a default 10d\nb waiting-on-author r last-word-other 9d\n"
        "c waiting-for-review t default 8d\nwork a waiting-for-review\nwork b waiting-on-author\n"
        "work c waiting-for-review\n");
}

static void test_stale(void **state) {
  (void)state;
  unit_until = HOUR(DAY(40));
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "a.c:1"},
                      {"b", NULL, 0, "[PATCH] y", NULL, NULL, "b.c:1"},
                      {"r", BOB, DAY(10), "Re: [PATCH] y", "b", NULL, NULL},
                      {"c", NULL, 0, "[PATCH] z", NULL, NULL, "c.c:1"},
                      {"s", BOB, DAY(10) + 1, "Re: [PATCH] z", "c", NULL, NULL},
                      END},
        "a stale a silent 40d\nb stale r silent 30d\nc waiting-on-author s last-word-other 29d\n"
        "work a stale\nwork b stale\nwork c waiting-on-author\n");
}

static void test_ready(void **state) {
  (void)state;
  check((const Row[]){SERIES,
                      {"r", BOB, 1, "Re: [PATCH 1/2] x1", "a1", REVIEWED(BOB), NULL},
                      {"s", CAT, 2, "Re: [PATCH 2/2] x2", "a2", "Acked-by: " CAT, NULL},
                      {"b", NULL, 3, "[PATCH] y", NULL, NULL, "c.c:1"},
                      /* neither an author's own, nor somebody's for another, nor a tester's makes ready */
                      {"t", NULL, 4, "Re: [PATCH] y", "b", REVIEWED("Ann Author <ann@example.com>"), NULL},
                      {"u", BOB, 5, "Re: [PATCH] y", "b", REVIEWED(CAT), NULL},
                      {"v", CAT, 6, "Re: [PATCH] y", "b", "Tested-by: " CAT, NULL},
                      /* one of two */
                      {"c1", NULL, 7, "[PATCH 1/2] z1", NULL, NULL, "d.c:1"},
                      {"c2", NULL, 7, "[PATCH 2/2] z2", "c1", NULL, "e.c:1"},
                      {"w", CAT, 8, "Re: [PATCH 1/2] z1", "c1", REVIEWED(CAT), NULL},
                      END},
        "a0 ready s every-patch-reviewed 0d\nb waiting-on-author v last-word-other 0d\n"
        "c1 waiting-on-author w last-word-other 0d\nwork a0 ready\nwork b waiting-on-author\n"
        "work c1 waiting-on-author\n");
}

/* On the cover it counts for all, but not for the patch that its giver wrote. */
static void test_ready_by_cover(void **state) {
  (void)state;
  check((const Row[]){SERIES,
                      {"r", BOB, 1, "Re: [PATCH 0/2] x", "a0", REVIEWED(BOB), NULL},
                      {"b0", NULL, 2, "[PATCH 0/2] y", NULL, NULL, NULL},
                      {"b1", NULL, 2, "[PATCH 1/2] y1", "b0", NULL, "c.c:1"},
                      {"b2", NULL, 2, "[PATCH 2/2] y2", "b0", "From: " BOB "\n\nlog", "d.c:1"},
                      {"s", BOB, 3, "Re: [PATCH 0/2] y", "b0", REVIEWED(BOB), NULL},
                      END},
        "a0 ready r every-patch-reviewed 0d\nb0 waiting-on-author s last-word-other 0d\n"
        "work a0 ready\nwork b0 waiting-on-author\n");
}

static void test_incomplete(void **state) {
  (void)state;
  check((const Row[]){{"a1", NULL, 0, "[PATCH 1/2] x1", NULL, NULL, "a.c:1"},
                      {"r", BOB, 1, "Re: [PATCH 1/2] x1", "a1", REVIEWED(BOB), NULL},
                      END},
        "a1 waiting-on-author r last-word-other 0d\nwork a1 waiting-on-author\n");
}

/* A refusal counts until all patches are reviewed after it. */
static void test_refused(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "a.c:1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a", REVIEWED(BOB), NULL},
                      {"s", CAT, 2, "Re: [PATCH] x", "a", "Nacked-by: " CAT, NULL},
                      {"b", NULL, 3, "[PATCH] y", NULL, NULL, "b.c:1"},
                      {"t", CAT, 4, "Re: [PATCH] y", "b", "pw-bot: cr", NULL},
                      {"u", BOB, 5, "Re: [PATCH] y", "b", REVIEWED(BOB), NULL},
                      END},
        "a nacked s nacked 0d\nb ready u every-patch-reviewed 0d\nwork a nacked\nwork b ready\n");
}

static void test_applied(void **state) {
  (void)state;
  unit_until = HOUR(DAY(5));
  check((const Row[]){SERIES,
                      {"r", BOB, 1, "Re: [PATCH 1/2] x1", "a1", "Applied to widget-next.", NULL},
                      {"b", NULL, 2, "[PATCH] y", NULL, NULL, "c.c:1"},
                      {"s", BOB, DAY(1), "Re: [PATCH] y", "b", "Applied to widget-next.", NULL},
                      {"t", BOB, DAY(2), "Re: [PATCH] y", "b", "Nacked-by: " BOB, NULL},
                      {"c", NULL, DAY(3), "[PATCH v2] y", NULL, NULL, "c.c:2"},
                      {"u", BOB, DAY(4), "Re: [PATCH 2/2] x2", "a2", "Applied to widget-next.", NULL},
                      /* says it again */
                      {"v", BOB, DAY(4) + 1, "Re: [PATCH 2/2] x2", "a2", "Applied to widget-next.", NULL},
                      END},
        "a0 applied 2/2 u all-applied 1d\nb applied 1/1 s all-applied 4d\nc waiting-for-review c default 2d\n"
        "work a0 applied\nwork b applied\n");
}

/* Before a moment nothing is known of what comes after it. */
static void test_moment(void **state) {
  (void)state;
  unit_until = HOUR(DAY(3));
  check((const Row[]){SERIES,
                      {"r", BOB, 1, "Re: [PATCH 1/2] x1", "a1", "Applied to widget-next.", NULL},
                      {"b0", NULL, DAY(3), "[PATCH v2 0/2] x", NULL, NULL, NULL},
                      {"b1", NULL, DAY(3), "[PATCH v2 1/2] x1", "b0", NULL, "a.c:1"},
                      {"b2", NULL, DAY(3), "[PATCH v2 2/2] x2", "b0", NULL, "b.c:2"},
                      {"u", BOB, DAY(4), "Re: [PATCH 2/2] x2", "a2", "Applied to widget-next.", NULL},
                      END},
        "a0 applied-in-part 1/2 r some-applied 2d\nwork a0 applied-in-part\n");
}

static void test_superseded(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "a.c:1"},
                      {"r", BOB, 1, "Re: [PATCH] x", "a", REVIEWED(BOB), NULL},
                      {"s", CAT, 2, "Re: [PATCH] x", "a", "Nacked-by: " CAT, NULL},
                      {"b", NULL, 3, "[PATCH v2] x", NULL, NULL, "a.c:2"},
                      {"c", NULL, 4, "[PATCH v3] x", NULL, NULL, "a.c:3"},
                      {"t", BOB, 5, "Re: [PATCH v2] x", "b", NULL, NULL},
                      END},
        "a superseded c newer-revision 0d\nb superseded c newer-revision 0d\nc waiting-for-review c default "
        "0d\n"
        "work a waiting-for-review\n");
}

/* A series that is split has two newest parts; a patch sent anew supersedes nothing. */
static void test_parts(void **state) {
  (void)state;
  check((const Row[]){SERIES,
                      {"b", NULL, 5, "[PATCH v2] x1", NULL, NULL, "a.c:3"},
                      {"c", NULL, 6, "[PATCH v2] x2", NULL, NULL, "b.c:4"},
                      {"d0", NULL, 7, "[PATCH 0/2] y", NULL, NULL, NULL},
                      {"d1", NULL, 7, "[PATCH 1/2] y1", "d0", NULL, "c.c:1"},
                      {"d2", NULL, 7, "[PATCH 2/2] y2", "d0", NULL, "d.c:2"},
                      {"p", NULL, 8, "[PATCH v2 2/2] y2", "d2", NULL, "d.c:3"},
                      END},
        "a0 superseded c newer-revision 0d\nb waiting-for-review b default 0d\nc waiting-for-review c "
        "default 0d\n"
        "d0 waiting-for-review p default 0d\np waiting-for-review p default 0d\n"
        "work a0 waiting-for-review\nwork d0 waiting-for-review\n");
}

static void test_undated(void **state) {
  (void)state;
  check((const Row[]){{"a", NULL, -1, "[PATCH] x", NULL, NULL, "a.c:1"},
                      {"b", NULL, DAY(50), "[PATCH] y", NULL, NULL, "b.c:1"},
                      END},
        "b waiting-for-review b default 0d\na waiting-for-review a default 0d\nwork b waiting-for-review\n"
        "work a waiting-for-review\n");
}

static void test_names(void **state) {
  (void)state;
  for (int i = 0; i < LB_N_STATUSES; i++) {
    assert_int_equal(lb_status_find(lb_status_get_name((LbStatusKind)i)), i);
    assert_true(*lb_status_get_phrase((LbStatusKind)i));
  }
  assert_int_equal(lb_status_find("none"), LB_N_STATUSES);
}

#define T(test) cmocka_unit_test_setup(test, unit_series_setup)
int main(void) {
  const struct CMUnitTest tests[] = {
      T(test_waiting),    T(test_stale),   T(test_ready),   T(test_ready_by_cover),
      T(test_incomplete), T(test_refused), T(test_applied), T(test_moment),
      T(test_superseded), T(test_parts),   T(test_undated), T(test_names),
  };
  return cmocka_run_group_tests(tests, NULL, unit_series_teardown);
}
