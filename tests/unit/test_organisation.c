/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include <unistd.h>
#include "base/error.h"
#include "base/period.h"
#include "message/organisation.h"

#define NEW_YEAR_2020 1577836800

static char *write_map(const char *text) {
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp("listbrief-map-XXXXXX", &path, NULL);

  assert_true(fd >= 0);
  close(fd);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  return g_steal_pointer(&path);
}

static LbOrganisations *load(const char *text, gboolean folds_domains, GError **error) {
  g_autofree char *path = write_map(text);
  LbOrganisations *organisations = lb_organisations_load(path, folds_domains, error);

  g_unlink(path);
  return organisations;
}

static const char map[] = "# a comment\n"
                          "\n"
                          "example.com\tExample Corp.\n"
                          "Example.NET  Old & Sons < 2020-01-01 # until they were bought\r\n"
                          "example.net  Older < 2010-01-01\n"
                          "example.net  New Ltd.\n"
                          "@lab.example.com  Example Labs\n"
                          "kim@example.com  Kim Herself\n"
                          "gone.example.org  Gone < 2015-01-01\n";

static void test_find(void **state) {
  g_autoptr(LbOrganisations) organisations = load(map, FALSE, NULL);

  assert_non_null(organisations);
  assert_string_equal(lb_organisations_find(organisations, "ada@EXAMPLE.com", 0), "Example Corp.");
  assert_string_equal(lb_organisations_find(organisations, "KIM@example.com", 0), "Kim Herself");
  assert_string_equal(lb_organisations_find(organisations, "ada@lab.example.com", 0), "Example Labs");
  assert_null(lb_organisations_find(organisations, "ada@deep.lab.example.com", 0));
  assert_null(lb_organisations_find(organisations, "ada@notexample.com", 0));
  assert_null(lb_organisations_find(organisations, "", 0));
  assert_null(lb_organisations_find(organisations, NULL, 0));
  assert_null(lb_organisations_find(NULL, "ada@example.com", 0));
}

static void test_dates(void **state) {
  g_autoptr(LbOrganisations) organisations = load(map, FALSE, NULL);

  assert_string_equal(lb_organisations_find(organisations, "a@example.net", 0), "Older");
  assert_string_equal(lb_organisations_find(organisations, "a@example.net", NEW_YEAR_2020 - 1), "Old & Sons");
  assert_string_equal(lb_organisations_find(organisations, "a@example.net", NEW_YEAR_2020), "New Ltd.");
  assert_string_equal(lb_organisations_find(organisations, "a@example.net", LB_TIME_UNKNOWN), "New Ltd.");
  assert_string_equal(lb_organisations_find(organisations, "a@gone.example.org", 0), "Gone");
  assert_null(lb_organisations_find(organisations, "a@gone.example.org", NEW_YEAR_2020));
}

static void test_fold(void **state) {
  g_autoptr(LbOrganisations) organisations = load(map, TRUE, NULL);

  assert_string_equal(lb_organisations_find(organisations, "ada@us.example.com", 0), "Example Corp.");
  assert_string_equal(lb_organisations_find(organisations, "ada@deep.lab.example.com", 0), "Example Labs");
  assert_null(lb_organisations_find(organisations, "ada@notexample.com", 0));
  assert_null(lb_organisations_find(organisations, "ada@com", 0));
  assert_null(lb_organisations_find(organisations, "ada@example.com.", 0));
}

static void test_format(void **state) {
  g_autoptr(LbOrganisations) organisations = load(map, FALSE, NULL);
  g_autofree char *named = lb_organisations_format(organisations, "ada@example.com", 0);
  g_autofree char *domain = lb_organisations_format(organisations, "ada@Example.ORG", 0);
  g_autofree char *none = lb_organisations_format(NULL, "ada", 0);

  assert_string_equal(named, "Example Corp.");
  assert_string_equal(domain, "example.org");
  assert_string_equal(none, "(none)");
}

static void assert_bad(const char *text) {
  g_autoptr(GError) error = NULL;

  assert_null(load(text, FALSE, &error));
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_BAD_INPUT));
}

static void test_bad(void **state) {
  g_autoptr(GError) error = NULL;

  assert_bad("example.com\n");
  assert_bad("example.com Corp < soon\n");
  assert_bad("example.com Corp < 2020-13-41\n");
  assert_bad("example.com Corp < yesterday1\n");
  assert_bad("example.com < 2020-01-01\n");
  assert_bad("example.com Corp \xff\n");
  assert_null(lb_organisations_load("/nonexistent/map", FALSE, &error));
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_NO_INPUT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_find),   cmocka_unit_test(test_dates), cmocka_unit_test(test_fold),
      cmocka_unit_test(test_format), cmocka_unit_test(test_bad),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
