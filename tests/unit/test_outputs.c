/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include "base/period.h"
#include "cli/outputs.h"

#define SUNDAY 1768175999 /* 2026-01-11T23:59:59Z */

static void names_files(void **state) {
  static const struct {
    const char *pattern, *path;
    gint64 before;
  } cases[] = {
      {"/r/%Y-%m-%d.txt", "/r/2026-01-11.txt", LB_TIME_UNKNOWN},
      {"/r/%F.txt", "/r/2026-01-11.txt", SUNDAY - 7 * 86400},
      {"/r/%G-W%V", "/r/2026-W02", SUNDAY - 7 * 86400},
      {"/r/%y%j.%H%M%S", "/r/26011.235959", LB_TIME_UNKNOWN},
      {"/r/100%%/{list}/{number}.txt", "/r/100%/kiln/12.txt", LB_TIME_UNKNOWN},
      {"/r/latest.txt", "/r/latest.txt", SUNDAY},
      {"/r/%F.txt", "/r/2026-01-11-12.txt", SUNDAY - 3600},
      {"/r.d/%F", "/r.d/2026-01-11-12", SUNDAY},
      {"/r.d/.%F", "/r.d/.2026-01-11-12", SUNDAY},
      {"/r/%Y/{number}.txt", "/r/2026/12.txt", SUNDAY - 86400},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const LbOutputName name = {"kiln", 12, SUNDAY, cases[i].before};
    g_autofree char *path = lb_outputs_format(cases[i].pattern, &name);

    unit_check_string(path, cases[i].path, cases[i].pattern);
    unit_check(lb_outputs_check(cases[i].pattern, NULL), "%s", cases[i].pattern);
  }
}

static void refuses_patterns(void **state) {
  static const char *const cases[] = {"/r/%", "/r/%Q", "/r/%%%", "/r/{title}", "/r/{", "/r/{list"};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    unit_check(!lb_outputs_check(cases[i], NULL), "%s", cases[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_files), cmocka_unit_test(refuses_patterns)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
