/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "series/stem.h"

/* Ids of one row belong to one run; no two rows share a stem. */
static const char *const runs[][4] = {
    {"20260113211458.12345-1-bob@example.org", "20260113211458.12345-10-bob@example.org",
     "20260113211458.12345-123-bob@example.org"},
    {"20260113211458.12346-1-bob@example.org", "20260113211458.12346-2-bob@example.org"},
    {"20260113211458.12345-1-ann@example.org"},
    {"1408524500-4113-2-git-send-email-bob@example.org", "1408524500-4113-3-git-send-email-bob@example.org"},
    {"20260112-topic-v14-0-a5c332db3e2b@example.org", "20260112-topic-v14-12-a5c332db3e2b@example.org"},
    {"20260112-topic-v15-0-a5c332db3e2b@example.org"},
    {"20260112-b4-the-2-1-topic-v1-0-a5c332db3e2b@example.org",
     "20260112-b4-the-2-1-topic-v1-1-a5c332db3e2b@example.org"},
    {"cover.1760368250.git.bob@example.org",
     "0123456789abcdef0123456789abcdef01234567.1760368250.git.bob@example.org"},
    {"cover.1760368251.git.bob@example.org"},
};

static void finds_runs(void **state) {
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
    g_autoptr(GString) first = g_string_new("kept ");

    assert_true(lb_stem_append(first, runs[i][0]));
    assert_true(g_str_has_prefix(first->str, "kept "));
    for (gsize j = 1; j < 4 && runs[i][j]; j++) {
      g_autoptr(GString) other = g_string_new("kept ");

      assert_true(lb_stem_append(other, runs[i][j]));
      assert_string_equal(other->str, first->str);
    }
    assert_true(g_hash_table_add(seen, g_strdup(first->str)));
  }
}

static void leaves_other_ids(void **state) {
  static const char *const ids[] = {
      "",
      "@",
      "-",
      "1",
      "20260113211458",
      "20260113211458.",
      "20260113211458.12345",
      "20260113211458.12345-",
      "20260113211458.12345-x-bob@example.org",
      "20260113211458.12345-1234567-bob@example.org",
      "2026-1-2-x@example.org",
      "20260112-topic-v14-0@example.org",
      "20260112-a5c332db3e2b@example.org",
      "20260112-0-a5c332db3e2b",
      "cover.1760368250",
      "cover.git.bob@example.org",
      "abcd.1760368250.git.bob@example.org",
      "SI2P153MB07354B3C1D0FD751D6331D9DD3B82@SI2P153MB0735.APCP153.PROD.OUTLOOK.COM",
      "CAMvTesBnO2crBYRbZQS=2RWta-M1azvsv7Q9RR1-he+iR-4jOA@mail.example.com",
      "20211206210224.374863119@example.org",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
    g_autoptr(GString) out = g_string_new("kept");

    assert_false(lb_stem_append(out, ids[i]));
    assert_string_equal(out->str, "kept");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_runs),
      cmocka_unit_test(leaves_other_ids),
  };

  return cmocka_run_group_tests_name("stem", tests, NULL, NULL);
}
