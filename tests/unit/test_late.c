/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <git2.h>
#include "config.h"
#include "source/late.h"
#include "unit.h"

#ifdef LATE_LIBRARIES
static void test_missing(void **state) {
  (void)state;
  LbLate late = {.file = "liblistbrief-is-not-there.so.7"};
  for (int i = 0; i < 2; i++) {
    const char *failure = NULL;
    assert_false(lb_late_load(&late, &failure));
    assert_non_null(strstr(failure, late.file));
    assert_false(lb_late_load(&late, NULL));
  }
  g_free((char *)late.failure);
}

/* Ids as libgit2 itself reads and compares them. */
static void test_ids(void **state) {
  (void)state;
  LbLate library = {.file = LATE_LIBGIT2};
  int (*fromstrn)(git_oid *, const char *, size_t) = lb_late_find(&library, "git_oid_fromstrn");
  int (*ncmp)(const git_oid *, const git_oid *, size_t) = lb_late_find(&library, "git_oid_ncmp");
  char *(*tostr)(char *, size_t, const git_oid *) = lb_late_find(&library, "git_oid_tostr");
  static const char digits[] = "0123456789abcdefABCDEFg -";
  g_autoptr(GRand) random = g_rand_new_with_seed(7);
  git_oid before = {{0}};
  for (int round = 0; round < 3000; round++) {
    char text[48] = "", got_text[48], wanted_text[48];
    git_oid got, wanted;
    /* Few are no ids, and neighbours share their first digits. */
    for (int i = 0; i < 47; i++)
      text[i] =
          i < 10 ? '7' : digits[g_rand_int_range(random, 0, g_rand_int_range(random, 0, 100) ? 22 : 25)];
    size_t length = (size_t)g_rand_int_range(random, 0, 48);
    unit_check((git_oid_fromstrn(&got, text, length) < 0) == (fromstrn(&wanted, text, length) < 0), "%.*s",
               (int)length, text);
    if (git_oid_fromstrn(&got, text, length) < 0)
      continue;
    assert_memory_equal(got.id, wanted.id, sizeof got.id);
    size_t size = (size_t)g_rand_int_range(random, 1, 48), n = (size_t)g_rand_int_range(random, 0, 48);
    assert_string_equal(git_oid_tostr(got_text, size, &got), tostr(wanted_text, size, &wanted));
    unit_check(!git_oid_ncmp(&got, &before, n) == !ncmp(&got, &before, n), "%zu of %.*s", n, (int)length,
               text);
    assert_true(git_oid_equal(&got, &wanted));
    assert_int_equal(git_oid_equal(&got, &before), !memcmp(got.id, before.id, sizeof got.id));
    git_oid_cpy(&before, &got);
    assert_true(git_oid_equal(&got, &before));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_missing), cmocka_unit_test(test_ids)};
  return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
#else
static void test_is_there(void **state) {
  (void)state;
  assert_true(lb_late_load_git(NULL) && lb_late_load_archive(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_is_there)};
  return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
#endif
