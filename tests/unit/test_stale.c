/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "source_unit.h"
#include "store/stale.h"

#define NOW G_GINT64_CONSTANT(1800000000)

static void write_aged(const char *name, gint64 age) {
  unit_write(name, "x", 1);
  g_autofree char *path = unit_path(name);
  const struct timespec times[2] = {{.tv_sec = NOW - age}, {.tv_sec = NOW - age}};
  assert_int_equal(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
}

static gboolean is_there(const char *name) {
  g_autofree char *path = unit_path(name);
  struct stat status;
  return lstat(path, &status) == 0;
}

static void test_ages(void **state) {
  (void)state;
  write_aged("m/tmp/old", LB_STALE_AGE + 1);
  write_aged("m/tmp/older", 400 * 24 * 3600);
  write_aged("m/tmp/edge", LB_STALE_AGE);
  write_aged("m/tmp/young", 5);
  write_aged("m/tmp/future", -10 * LB_STALE_AGE);
  write_aged("m/tmp/.dot", 2 * LB_STALE_AGE);
  write_aged("m/tmp/folder/old", 2 * LB_STALE_AGE);
  write_aged("m/new/old", 2 * LB_STALE_AGE);
  write_aged("m/cur/old:2,S", 2 * LB_STALE_AGE);
  g_autofree char *path = unit_path("m");
  assert_int_equal(lb_stale_remove(path, NOW), 2);
  static const char *const kept[] = {"m/tmp/edge", "m/tmp/young",      "m/tmp/future", "m/tmp/.dot",
                                     "m/new/old",  "m/tmp/folder/old", "m/cur/old:2,S"};
  for (gsize i = 0; i < G_N_ELEMENTS(kept); i++)
    unit_check(is_there(kept[i]), "%s", kept[i]);
  assert_false(is_there("m/tmp/old"));
  assert_false(is_there("m/tmp/older"));
  assert_int_equal(lb_stale_remove(path, NOW), 0);
  assert_int_equal(lb_stale_remove(path, NOW + 1), 1);
  assert_false(is_there("m/tmp/edge"));
}

/* A link in tmp, or tmp itself being one, leads to files that aren't ours. */
static void test_links(void **state) {
  (void)state;
  write_aged("other/old", 2 * LB_STALE_AGE);
  write_aged("m/new/1", 0);
  g_autofree char *other = unit_path("other"), *target = unit_path("other/old"), *tmp = unit_path("m/tmp"),
                  *link = unit_path("m/tmp/link"), *path = unit_path("m");
  assert_int_equal(symlink(other, tmp), 0);
  assert_int_equal(lb_stale_remove(path, NOW), 0);
  assert_int_equal(g_unlink(tmp), 0);
  assert_int_equal(g_mkdir(tmp, 0700), 0);
  assert_int_equal(symlink(target, link), 0);
  const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
  assert_int_equal(utimensat(AT_FDCWD, link, times, AT_SYMLINK_NOFOLLOW), 0);
  assert_int_equal(lb_stale_remove(path, NOW), 0);
  assert_true(is_there("other/old"));
  assert_true(is_there("m/tmp/link"));
  assert_int_equal(lb_stale_remove("/nonexistent", NOW), 0);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
  const struct CMUnitTest tests[] = {T(test_ages), T(test_links)};
  return cmocka_run_group_tests_name("stale", tests, NULL, NULL);
}
