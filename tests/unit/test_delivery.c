/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the system does not do to a test by itself: writes of a byte, interrupted calls, a clock that stands
 * still and a source of randomness that always gives the same.  The calls are wrapped by the linker. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "store/delivery.h"

static struct {
  gboolean is_on;
  guint n_calls, n_syncs;
  int sync_error, link_error;
} trouble;

ssize_t __real_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length);
ssize_t __wrap_write(int fd, const void *bytes, size_t length) {
  if (!trouble.is_on)
    return __real_write(fd, bytes, length);
  if (trouble.n_calls++ % 2 == 0) {
    errno = EINTR;
    return -1;
  }
  return __real_write(fd, bytes, MIN(length, 1));
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd) {
  trouble.n_syncs++;
  if (trouble.sync_error == 0)
    return __real_fsync(fd);
  errno = trouble.sync_error;
  return -1;
}

int __real_linkat(int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *name, int flags);
int __wrap_linkat(int from, const char *old, int to, const char *name, int flags) {
  if (trouble.link_error == 0)
    return __real_linkat(from, old, to, name, flags);
  errno = trouble.link_error;
  return -1;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *now);
int __wrap_clock_gettime(clockid_t id, struct timespec *now) {
  *now = (struct timespec){1768000000, 5000};
  return 0;
}

ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags) {
  memset(bytes, 7, length);
  return (ssize_t)length;
}

static int make_folder(void **state) {
  memset(&trouble, 0, sizeof trouble);
  *state = g_dir_make_tmp("listbrief-delivery-XXXXXX", NULL);
  return *state ? 0 : -1;
}

static void remove_all(const char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);

  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *inside = g_build_filename(path, name, NULL);

    remove_all(inside);
  }
  g_clear_pointer(&dir, g_dir_close);
  g_remove(path);
}

static int remove_folder(void **state) {
  remove_all(*state);
  g_free(*state);
  return 0;
}

static guint count(const char *box, const char *name) {
  g_autofree char *path = g_build_filename(box, name, NULL);
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name(dir))
    n++;
  return n;
}

static gboolean deliver(LbDelivery *delivery, const char *box, const char *mail) {
  gboolean done = lb_delivery_open(delivery, box) && lb_delivery_write(delivery, mail, strlen(mail)) &&
                  lb_delivery_sync(delivery, FALSE) && lb_delivery_publish(delivery);

  lb_delivery_close(delivery);
  return done;
}

static void test_short_writes(void **state) {
  LbDelivery delivery = LB_DELIVERY_INIT;
  g_autofree char *path = NULL, *text = NULL;

  trouble.is_on = TRUE;
  assert_true(deliver(&delivery, *state, "Subject: x\n\nbyte by byte\n"));
  trouble.is_on = FALSE;
  assert_int_equal(trouble.n_calls, 2 * strlen("Subject: x\n\nbyte by byte\n"));
  path = g_build_filename(*state, "new", delivery.name, NULL);
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  assert_string_equal(text, "Subject: x\n\nbyte by byte\n");
  assert_int_equal(count(*state, "tmp"), 0);
}

static void test_same_names(void **state) {
  g_autofree char *path = NULL, *text = NULL;

  /* With one clock, one process and one random number only the counter is left: nothing may be overwritten.
   */
  for (guint i = 0; i < 10; i++) {
    LbDelivery delivery = LB_DELIVERY_INIT;

    assert_true(deliver(&delivery, *state, i == 0 ? "first" : "later"));
    if (i == 0)
      path = g_build_filename(*state, "new", delivery.name, NULL);
  }
  assert_int_equal(count(*state, "new"), 10);
  assert_int_equal(count(*state, "tmp"), 0);
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  assert_string_equal(text, "first");
}

static void test_names_end(void **state) {
  LbDelivery delivery = LB_DELIVERY_INIT;

  trouble.link_error = EEXIST;
  assert_false(deliver(&delivery, *state, "x"));
  assert_int_equal(delivery.error, EEXIST);
  assert_int_equal(count(*state, "new"), 0);
  assert_int_equal(count(*state, "tmp"), 0);
}

static void test_failed_sync(void **state) {
  LbDelivery delivery = LB_DELIVERY_INIT;
  guint before;

  assert_true(lb_delivery_open(&delivery, *state) && lb_delivery_write(&delivery, "x", 1));
  before = trouble.n_syncs;
  trouble.sync_error = EIO;
  assert_false(lb_delivery_sync(&delivery, FALSE));
  /* A second one might find the pages clean and say yes. */
  assert_int_equal(trouble.n_syncs, before + 1);
  lb_delivery_close(&delivery);
  assert_int_equal(delivery.error, EIO);
  assert_int_equal(count(*state, "new"), 0);
  assert_int_equal(count(*state, "tmp"), 0);
}

static void test_failed_folder_sync(void **state) {
  LbDelivery delivery = LB_DELIVERY_INIT;

  assert_true(lb_delivery_open(&delivery, *state) && lb_delivery_write(&delivery, "x", 1));
  assert_true(lb_delivery_sync(&delivery, FALSE));
  trouble.sync_error = EIO;
  assert_false(lb_delivery_publish(&delivery));
  lb_delivery_close(&delivery);
  assert_int_equal(count(*state, "new"), 1);
  assert_int_equal(count(*state, "tmp"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_short_writes, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_same_names, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_names_end, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_failed_sync, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_failed_folder_sync, make_folder, remove_folder),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
