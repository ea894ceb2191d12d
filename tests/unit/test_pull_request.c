/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "message/pull_request.h"

#define SINCE                                                                                                \
  "The following changes since commit 0123456789abcdef0123456789abcdef01234567:\n\n  Title (2024-01-02 "     \
  "10:00:00 +0000)\n\n"

static const struct {
  const char *text;
  gboolean expect;
} cases[] = {
    {"Hi,\n\n" SINCE
     "are available in the Git repository at:\n\n  https://git.example.org/x.git tags/y\n\nfor you",
     TRUE},
    {SINCE "are available in the git repository at:\n  git://git.example.org/x.git for-z\n", TRUE},
    {SINCE "are available in the git repository at\n\n  ssh://a@git.example.org/x.git y\n", TRUE},
    {SINCE "are available in the Git repository at:\n\n  git+ssh://git.example.org/x.git y\n", TRUE},
    {SINCE "are available in the Git repository at:\n\n  git@git.example.org:x/y.git z\n", TRUE},
    {SINCE "are available in the Git repository at:\n\n  gitolite:x/y.git z\n", TRUE},
    {SINCE "are available at: <https://git.example.org/x.git> y\n", TRUE},
    /* wrapped, and all in one line */
    {"The following\nchanges since\ncommit 0123456789: Title are\navailable in\nthe git\nrepository "
     "at:\nhttps://git.example.org/x",
     TRUE},
    {"The following changes since commit 0123: Title (2024) are available in the Git repository at: "
     "https://example.org/x y",
     TRUE},
    {"The following changes since v6.1 are available in the git repository at: git://example.org/x\n", TRUE},
    {"", FALSE},
    {"The following changes since commit 0123", FALSE},
    {"The following changes since yesterday are available in print at the office.\n", FALSE},
    {"The following changes since yesterday are available at", FALSE},
    {"> The following changes since commit 0123:\n>\n> are available in the Git repository at:\n>\n>   "
     "https://example.org/x y\n",
     FALSE},
    {"Breathe following changes since commit 0 are available in the git repository at: https://example.org/x",
     FALSE},
};

static void test_table(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize length = strlen(cases[i].text);
    char *bytes = g_memdup2(cases[i].text, MAX(length, 1));
    if (lb_pull_request_find(bytes, length) != cases[i].expect)
      fail_msg("'%s'", cases[i].text);
    for (gsize k = 0; k < length; k++) {
      char *start = g_memdup2(bytes, MAX(k, 1));
      lb_pull_request_find(start, k);
      g_free(start);
    }
    g_free(bytes);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table)};
  return cmocka_run_group_tests_name("pull_request", tests, NULL, NULL);
}
