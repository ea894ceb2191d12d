/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "message/trailer.h"

#define SOB "Signed-off-by: A <a@example.org>"

static const struct {
  const char *log, *expect; /* expect: joined by '|' */
} cases[] = {
    {"", ""},
    {"Only text.\n", ""},
    {SOB, SOB},
    {"Text.\n\n" SOB "\n\n", SOB},
    {"Text.\n" SOB "\n", SOB},
    {"Text.\n\nFixes: 0123456789ab (\"a: long\n title\")\nCc: B <b@example.com>\n" SOB "\n",
     "Fixes: 0123456789ab (\"a: long title\")|Cc: B <b@example.com>|" SOB},
    /* broken without an indent */
    {"Text.\n\nFixes: 0123456789ab (\"a: long\ntitle\")\n" SOB "\n",
     "Fixes: 0123456789ab (\"a: long title\")|" SOB},
    {"Text.\n\nLink: https://example.net/r/1?x=a:b\n[a: reworded\n over two lines]\n" SOB "\n",
     "Link: https://example.net/r/1?x=a:b|" SOB},
    {"Text.\n\nCc: stable@example.org # 5.x\n" SOB "\n", "Cc: stable@example.org # 5.x|" SOB},
    {"Text.\n\n(cherry picked from commit 0123)\n" SOB "\n", SOB},
    {"Text.\n\nReviewed-By : B <b@example.com>\n", "Reviewed-By: B <b@example.com>"},
    /* blocks set apart by empty lines */
    {"Text.\n\nFixes: 01234567 (\"x\")\nCc: b@example.com\n\n" SOB "\n",
     "Fixes: 01234567 (\"x\")|Cc: b@example.com|" SOB},
    {"Text.\n\nCc: b@example.com\nand words\n\n" SOB "\n", SOB},
    {"Text.\n\nTest: passed\n# comment\nBug: 123\n", "Test: passed|Bug: 123"},
    {"Text.\n\nFixes: 01234567 (\"x\nand more\nCc: b@example.com\n",
     "Fixes: 01234567 (\"x|Cc: b@example.com"},
    /* not the last paragraph */
    {"Text.\n\n" SOB "\n\nMore text.\n", ""},
    /* any name will do where all lines are trailers; prose with a colon won't */
    {"Text.\n\nTest: passed\nBug: 123\n", "Test: passed|Bug: 123"},
    {"Text.\n\nNote: this is\na sentence.\n", ""},
    {"Text.\n\nThis is\nsome prose and\nmore of it,\nfour lines.\n" SOB "\n", ""},
    {"Text.\n\n" SOB "\nhttps://example.org/not-a-trailer\n", SOB "|https: //example.org/not-a-trailer"},
};

static void test_table(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbArena *arena = lb_arena_new();
    gsize length = strlen(cases[i].log);
    char *bytes = g_memdup2(cases[i].log, MAX(length, 1));
    const char *const *trailers = lb_trailer_parse((LbSlice){bytes, length}, arena);
    char *got = g_strjoinv("|", (char **)trailers);
    if (strcmp(got, cases[i].expect) != 0)
      fail_msg("'%s': got '%s'", cases[i].log, got);
    g_free(got);
    g_free(bytes);
    lb_arena_free(arena);
  }
}

static void test_absent(void **state) {
  LbArena *arena = lb_arena_new();
  assert_null(lb_trailer_parse((LbSlice){NULL, 0}, arena)[0]);
  lb_arena_free(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_absent)};
  return cmocka_run_group_tests_name("trailer", tests, NULL, NULL);
}
