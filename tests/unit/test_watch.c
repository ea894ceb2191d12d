/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/error.h"
#include "report/watch.h"

static LbWatch *parse(const char *words) {
  const char *const list[] = {words, NULL};
  return lb_watch_parse(list, NULL);
}

static gboolean has_author(const char *words, const char *name, const char *email) {
  g_autoptr(LbWatch) watch = parse(words);
  return lb_watch_has_author(watch, (LbPerson){name, email});
}

static void test_people(void **state) {
  assert_true(has_author("author:Kim@Example.org", "", "kim@example.org"));
  assert_false(has_author("author:kim@example.org", "kim@example.org", "bim@example.org"));
  assert_true(has_author("author:lind", "Ada LIND", NULL));
  assert_false(has_author("author:lind", "", "lind@example.org"));
  assert_true(has_author("domain:example.org", "", "kim@Example.ORG"));
  assert_true(has_author("domain:@example.org", "", "kim@eu.example.org"));
  assert_false(has_author("domain:example.org", "", "kim@myexample.org"));
  assert_false(has_author("domain:example.org", "", "kim@org"));
  assert_false(has_author("domain:example.org", "", NULL));
  assert_false(has_author("to:kim@example.org", "", "kim@example.org"));
}

static void test_persons(void **state) {
  g_autoptr(LbWatch) watch = parse("to:kim@example.org, domain:example.com");

  assert_true(lb_watch_has_person(watch, (LbPerson){"", "KIM@example.org"}));
  assert_true(lb_watch_has_person(watch, (LbPerson){"", "ada@example.com"}));
  assert_false(lb_watch_has_person(watch, (LbPerson){"", "ada@example.org"}));
}

static gboolean touches(const char *words, const char *path) {
  const char *const paths[] = {"README", path, NULL};
  const LbDiff diff = {.paths = paths};
  g_autoptr(LbWatch) watch = parse(words);
  return lb_watch_touches(watch, &diff);
}

static void test_paths(void **state) {
  g_autoptr(LbWatch) watch = parse("path:drivers/hv");

  assert_true(touches("path:drivers/hv", "drivers/hv/vmbus.c"));
  assert_true(touches("path:drivers/hv/", "drivers/hv/vmbus.c"));
  assert_true(touches("path:drivers/hv", "drivers/hv"));
  assert_true(touches("path:net,path:README", "x"));
  assert_false(touches("path:drivers/hv", "drivers/hv_old.c"));
  assert_false(touches("path:drivers/hv/", "drivers/hv"));
  assert_false(touches("path:drivers/hv", "tools/drivers/hv/x.c"));
  assert_false(touches("path:Drivers", "drivers/hv/x.c"));
  assert_false(lb_watch_touches(watch, NULL));
}

static void test_asked(void **state) {
  const LbPerson to[] = {{"", "list@example.org"}, {"Kim", "Kim@example.org"}, {NULL, NULL}};
  const LbExtras recipients = {.to = to}, none = {.to = NULL};
  const LbDetails asks = {.extras = &recipients}, nothing = {.extras = &none};
  const LbMail mail = {.details = &asks}, silent = {.details = &nothing};
  g_autoptr(LbWatch) watch = parse("to:kim@example.org"), other = parse("author:kim@example.org");

  assert_true(lb_watch_is_asked(watch, &mail));
  assert_false(lb_watch_is_asked(watch, &silent));
  assert_false(lb_watch_is_asked(other, &mail));
  assert_true(lb_watch_needs_recipients(watch));
  assert_false(lb_watch_needs_recipients(other));
  assert_false(lb_watch_needs_recipients(NULL));
}

static void test_usage(void **state) {
  static const char *const bad[] = {"", "kim", "author:", "author:kim,", "paths:x", ":x"};

  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    const char *const list[] = {"path:x", bad[i], NULL};
    g_autoptr(GError) error = NULL;
    assert_null(lb_watch_parse(list, &error));
    assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_USAGE));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_people), cmocka_unit_test(test_persons), cmocka_unit_test(test_paths),
      cmocka_unit_test(test_asked),  cmocka_unit_test(test_usage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
