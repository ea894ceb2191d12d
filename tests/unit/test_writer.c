/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "output/writer.h"
#include <glib/gstdio.h>

static int setup(void **state) {
  *state = g_dir_make_tmp("listbrief-writer-XXXXXX", NULL);
  return *state ? 0 : -1;
}

static gboolean write_document(const char *path, const char *bytes, gsize length, GError **error) {
  g_autoptr(LbStream) stream = lb_stream_open(path, error);

  return stream && lb_stream_write(stream, bytes, length, error) && lb_stream_finish(stream, error);
}

static guint count_files(const char *folder) {
  guint count = 0;
  GDir *dir = g_dir_open(folder, 0, NULL);

  while (g_dir_read_name(dir))
    count++;
  g_dir_close(dir);
  return count;
}

static int teardown(void **state) {
  const char *name;
  GDir *dir = g_dir_open(*state, 0, NULL);

  while ((name = g_dir_read_name(dir))) {
    char *path = g_build_filename(*state, name, NULL);
    g_remove(path);
    g_free(path);
  }
  g_dir_close(dir);
  g_rmdir(*state);
  g_free(*state);
  return 0;
}

static void assert_file(const char *path, const char *expected, mode_t mode) {
  g_autofree char *text = NULL;
  struct stat status;

  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  assert_string_equal(text, expected);
  assert_int_equal(stat(path, &status), 0);
  assert_int_equal(status.st_mode & 07777, mode);
}

static void test_new_and_replaced(void **state) {
  g_autofree char *path = g_build_filename(*state, "report.txt", NULL);

  assert_true(write_document(path, "one\n", 4, NULL));
  assert_file(path, "one\n", 0600);
  assert_int_equal(chmod(path, 0644), 0);
  assert_true(write_document(path, "second\n", 7, NULL));
  assert_file(path, "second\n", 0644);
  assert_int_equal(count_files(*state), 1);
}

static void test_link_stays(void **state) {
  g_autofree char *path = g_build_filename(*state, "report.txt", NULL);
  g_autofree char *link_path = g_build_filename(*state, "latest", NULL);
  struct stat status;

  assert_true(write_document(path, "one\n", 4, NULL));
  assert_int_equal(symlink("report.txt", link_path), 0);
  assert_true(write_document(link_path, "two\n", 4, NULL));
  assert_file(path, "two\n", 0600);
  assert_int_equal(lstat(link_path, &status), 0);
  assert_true(S_ISLNK(status.st_mode));
}

static void test_long_name(void **state) {
  char name[256];
  g_autofree char *path = NULL;

  memset(name, 'n', 255);
  name[255] = '\0';
  path = g_build_filename(*state, name, NULL);
  assert_true(write_document(path, "x", 1, NULL));
  assert_file(path, "x", 0600);
}

static void assert_fails(const char *path, int code) {
  g_autoptr(GError) error = NULL;

  assert_false(write_document(path, "x", 1, &error));
  assert_true(g_error_matches(error, LB_ERROR, code));
  assert_non_null(strstr(error->message, path));
}

static void test_failures(void **state) {
  g_autofree char *missing = g_build_filename(*state, "no", "report.txt", NULL);

  assert_fails(missing, LB_ERROR_CANNOT_CREATE);
  assert_fails(*state, LB_ERROR_CANNOT_CREATE);
  if (g_access("/dev/full", W_OK) == 0)
    assert_fails("/dev/full", LB_ERROR_WRITE);
  assert_int_equal(count_files(*state), 0);
}

/* What a killed writer left beside the target, the next one takes away. */
static void test_exclusive(void **state) {
  g_autofree char *path = g_build_filename(*state, "report.txt", NULL);
  g_autofree char *left = g_build_filename(*state, ".report.txt.kiln.tmp", NULL);
  g_autoptr(LbStream) killed = lb_stream_open_exclusive(path, "kiln.tmp", 0644, NULL);

  assert_true(lb_stream_write(killed, "half", 4, NULL));
  assert_int_equal(g_access(left, F_OK), 0);
  assert_int_equal(g_access(path, F_OK), -1);
  g_autoptr(LbStream) stream = lb_stream_open_exclusive(path, "kiln.tmp", 0644, NULL);
  assert_true(lb_stream_write(stream, "whole", 5, NULL) && lb_stream_finish(stream, NULL));
  assert_file(path, "whole", 0644);
  assert_int_equal(count_files(*state), 1);
}

static void test_string(void **state) {
  g_autoptr(GString) string = g_string_new("kept ");
  g_autofree char *large = g_strnfill(200000, 'x');
  LbStream *stream = lb_stream_open_string(string);

  assert_true(lb_stream_write(stream, "text ", 5, NULL) && lb_stream_write(stream, large, 200000, NULL));
  assert_true(lb_stream_finish(stream, NULL));
  lb_stream_free(stream);
  assert_int_equal(string->len, 200010);
  assert_true(g_str_has_prefix(string->str, "kept text xxx"));
}

static void test_formats(void **state) {
  assert_non_null(lb_writer_find("text"));
  assert_null(lb_writer_find("punched-cards"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_new_and_replaced, setup, teardown),
      cmocka_unit_test_setup_teardown(test_link_stays, setup, teardown),
      cmocka_unit_test_setup_teardown(test_long_name, setup, teardown),
      cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
      cmocka_unit_test_setup_teardown(test_exclusive, setup, teardown),
      cmocka_unit_test(test_string),
      cmocka_unit_test(test_formats),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
