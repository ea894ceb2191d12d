/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>
#include "message/spool.h"
#include "unit.h"

/* Texts of odd sizes come back as they went in, by any order of reading, wherever they are kept. */
static void fill_and_check(guint n_texts, gsize kept) {
  g_autoptr(LbSpool) spool = lb_spool_new(kept);
  g_autofree guint64 *offsets = g_new(guint64, n_texts);
  g_autofree gsize *lengths = g_new(gsize, n_texts);
  guint64 total = 0;
  for (guint i = 0; i < n_texts; i++) {
    lengths[i] = (gsize)i * 7919 % 100003;
    g_autofree char *text = g_malloc(lengths[i] + 1);
    memset(text, 'a' + (int)(i % 26), lengths[i]);
    offsets[i] = lb_spool_append(spool, text, lengths[i]);
    assert_int_equal(offsets[i], total);
    total += lengths[i];
  }
  for (guint k = 0; k < n_texts; k++) {
    guint i = k * 17 % n_texts;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = lb_spool_read(spool, offsets[i], lengths[i], &error);
    assert_null(error);
    assert_int_equal(strlen(text), lengths[i]);
    for (gsize b = 0; b < lengths[i]; b++)
      if (text[b] != (char)('a' + i % 26))
        fail_msg("text %u is not what it was", i);
  }
  /* across the border between file and memory */
  g_autofree char *all = lb_spool_read(spool, 0, total, NULL);
  assert_int_equal(strlen(all), total);
  g_autofree char *none = lb_spool_read(spool, total, 0, NULL);
  assert_string_equal(none, "");
}

static void test_texts(void **state) {
  (void)state;
  g_autoptr(LbSpool) empty = lb_spool_new(0);
  g_autofree char *none = lb_spool_read(empty, 0, 0, NULL);
  assert_string_equal(none, "");
  fill_and_check(1, 0);
  fill_and_check(257, 0);
  fill_and_check(257, 3 << 20);
  fill_and_check(257, 64 << 20);
  lb_spool_free(NULL);
}

static void test_one_large(void **state) {
  (void)state;
  g_autoptr(LbSpool) spool = lb_spool_new(0);
  g_autofree char *text = g_strnfill(5 << 20, 'x');
  assert_int_equal(lb_spool_append(spool, "ab", 2), 0);
  assert_int_equal(lb_spool_append(spool, text, 5 << 20), 2);
  assert_int_equal(lb_spool_append(spool, "cd", 2), 2 + (5 << 20));
  g_autofree char *end = lb_spool_read(spool, 1 + (5 << 20), 3, NULL);
  assert_string_equal(end, "xcd");
}

/* The file may not grow above 1 MB: what can't be written stays in memory. */
static void test_full_disk(void **state) {
  (void)state;
  struct rlimit before, small;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  small = before;
  small.rlim_cur = 1000003;
  signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  fill_and_check(257, 0);
  fill_and_check(257, 3 << 20);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

static guint count_open_files(void) {
  g_autoptr(GDir) folder = g_dir_open("/proc/self/fd", 0, NULL);
  guint n = 0;
  while (folder && g_dir_read_name(folder))
    n++;
  return n;
}

/* Up to what may be kept there is no file. */
static void test_kept(void **state) {
  (void)state;
  g_autoptr(LbSpool) spool = lb_spool_new(1 << 20);
  g_autofree char *text = g_strnfill((1 << 20) - 1, 'x');
  guint n = count_open_files();
  if (!n)
    skip();
  lb_spool_append(spool, text, (1 << 20) - 1);
  assert_int_equal(count_open_files(), n);
  lb_spool_append(spool, "yz", 2);
#ifndef WITHOUT_FOLDER
  assert_int_equal(count_open_files(), n + 1);
#endif
  g_autofree char *end = lb_spool_read(spool, (1 << 20) - 2, 3, NULL);
  assert_string_equal(end, "xyz");
}

int main(void) {
#ifdef WITHOUT_FOLDER
  /* GLib asks for the folder of temporary files once in a process. */
  g_setenv("TMPDIR", "/nonexistent", TRUE);
#endif
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_one_large),
      cmocka_unit_test(test_full_disk),
      cmocka_unit_test(test_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
