/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "series/thread.h"

#define NONE LB_NO_MAIL

/* "b<a c": b answers a (In-Reply-To) with references a and c; a mail's place is its place in the list. */
static GPtrArray *build_mails(LbArena *arena, const char *const *lines) {
  GPtrArray *mails = g_ptr_array_new();

  for (; *lines; lines++) {
    g_auto(GStrv) halves = g_strsplit(*lines, "<", 2);
    LbMail *mail = lb_arena_alloc(arena, sizeof *mail);

    mail->msgid = lb_arena_strdup(arena, halves[0]);
    if (halves[1]) {
      g_auto(GStrv) ids = g_strsplit(halves[1], " ", 0);
      const char **references = lb_arena_new_array(arena, const char *, g_strv_length(ids) + 1);

      for (guint i = 0; ids[i]; i++)
        references[i] = lb_arena_strdup(arena, ids[i]);
      mail->in_reply_to = references[0];
      mail->references = references + 1;
    }
    g_ptr_array_add(mails, mail);
  }
  return mails;
}

static void check_parents(const char *const *lines, const guint *parents, const guint *threads) {
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) mails = build_mails(arena, lines);
  g_autoptr(LbThreads) built = lb_threads_build(mails);

  assert_int_equal(built->n, mails->len);
  for (guint i = 0; i < mails->len; i++) {
    guint depth = 0;

    assert_int_equal(built->parent[i], parents[i]);
    assert_int_equal(built->thread[i], threads[i]);
    for (guint x = built->parent[i]; x != NONE; x = built->parent[x])
      depth++;
    assert_int_equal(built->depth[i], depth);
  }
}

static void links(void **state) {
  const char *const lines[] = {"a", "b<a", "c<b a", "x", NULL};

  check_parents(lines, (guint[]){NONE, 0, 1, NONE}, (guint[]){0, 0, 0, 3});
}

static void bridges_missing_mails(void **state) {
  /* d answers a mail that isn't there; the newest reference that is counts.  e and f share an absent mail. */
  const char *const lines[] = {"a", "b<a", "d<gone a b gone", "e<absent", "f<absent", NULL};

  check_parents(lines, (guint[]){NONE, 0, 1, NONE, NONE}, (guint[]){0, 0, 0, 3, 3});
}

static void bears_children_before_parents(void **state) {
  const char *const lines[] = {"c<b", "b<a", "a", NULL};

  check_parents(lines, (guint[]){1, 2, NONE}, (guint[]){0, 0, 0});
}

static void cuts_loops(void **state) {
  const char *const ring[] = {"a<c", "b<a", "c<b", "d<c", NULL};
  const char *const self[] = {"a<a a a", "b", NULL};
  const char *const tail[] = {"x<b", "a<b", "b<a", NULL};

  check_parents(ring, (guint[]){NONE, 0, 1, 2}, (guint[]){0, 0, 0, 0});
  check_parents(self, (guint[]){NONE, NONE}, (guint[]){0, 1});
  check_parents(tail, (guint[]){2, NONE, 1}, (guint[]){0, 0, 0});
}

/* A thread 200,000 deep, and as many answers to one absent mail. */
static void bears_depth(void **state) {
  enum { N = 200000 };
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) mails = g_ptr_array_new();
  g_autoptr(LbThreads) built = NULL;

  for (guint i = 0; i < 2 * N; i++) {
    LbMail *mail = lb_arena_alloc(arena, sizeof *mail);
    char id[24];

    g_snprintf(id, sizeof id, "m%u", i);
    mail->msgid = lb_arena_strdup(arena, id);
    g_snprintf(id, sizeof id, "m%u", i + 1);
    if (i != N - 1)
      mail->in_reply_to = i < N ? lb_arena_strdup(arena, id) : "absent";
    g_ptr_array_add(mails, mail);
  }
  built = lb_threads_build(mails);
  assert_int_equal(built->depth[0], N - 1);
  assert_int_equal(built->thread[N - 1], 0);
  assert_int_equal(built->depth[N], 0);
  assert_int_equal(built->thread[2 * N - 1], N);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(links),
      cmocka_unit_test(bridges_missing_mails),
      cmocka_unit_test(bears_children_before_parents),
      cmocka_unit_test(cuts_loops),
      cmocka_unit_test(bears_depth),
  };

  return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
