/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "base/hash.h"

static void depends_on_bytes_alone(void **state) {
  char buffer[64] = "the same bytes at another place in memory";

  for (gsize offset = 0; offset < 9; offset++) {
    char moved[80];

    strcpy(moved + offset, buffer);
    assert_int_equal(lb_hash_string(moved + offset), lb_hash_string(buffer));
    assert_true(lb_hash_bytes(moved + offset, 20) == lb_hash_bytes(buffer, 20));
  }
  assert_int_equal(lb_hash_string(""), lb_hash_string(""));
}

static void tells_strings_apart(void **state) {
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  char text[40] = {0};

  /* Lengths, the place of a byte in a word, and texts that g_str_hash takes for one. */
  for (gsize length = 0; length < sizeof text; length++) {
    guint64 hash = lb_hash_bytes(text, length);

    assert_true(g_hash_table_add(seen, g_memdup2(&hash, sizeof hash)));
    text[length] = 'x';
    hash = lb_hash_bytes(text, sizeof text);
    assert_true(g_hash_table_add(seen, g_memdup2(&hash, sizeof hash)));
    text[length] = 0;
  }
  assert_int_equal(g_str_hash("ABAB"), g_str_hash("B!B!"));
  assert_int_not_equal(lb_hash_string("ABAB"), lb_hash_string("B!B!"));
}

/* 65536 texts of one g_str_hash in as many slots: random ones leave 1/e of the slots empty. */
static void spreads(void **state) {
  enum { N = 1 << 16 };
  g_autofree guint8 *slots = g_new0(guint8, N);
  guint empty = 0, fullest = 0;

  for (guint i = 0; i < N; i++) {
    char text[33] = {0};
    guint slot;

    for (guint bit = 0; bit < 16; bit++)
      memcpy(text + 2 * bit, i >> bit & 1 ? "AB" : "B!", 2);
    slot = lb_hash_string(text) & (N - 1);
    slots[slot]++;
    fullest = MAX(fullest, slots[slot]);
  }
  for (guint i = 0; i < N; i++)
    empty += slots[i] == 0;
  assert_in_range(empty, N / 3, N * 2 / 5);
  assert_true(fullest < 16);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(depends_on_bytes_alone),
      cmocka_unit_test(tells_strings_apart),
      cmocka_unit_test(spreads),
  };

  return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
