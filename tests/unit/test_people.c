/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"
#include "base/numbers.h"
#include "base/spots.h"
#include "series/roll.h"
#include "unit.h"

static void test_same(void **state) {
  static const struct {
    LbPerson a, b;
    gboolean is_same;
  } cases[] = {
      {{"Ann", "ann@example.org"}, {"Somebody", "ANN@Example.org"}, TRUE},
      {{"Ann", "ann+list@example.org"}, {"", "ann@example.org"}, TRUE},
      {{"", "+list@example.org"}, {"", "@example.org"}, FALSE},
      {{"Ann Author", "a@example.org"}, {"ann  author", "b@example.com"}, TRUE},
      {{"Author, Ann", "a@example.org"}, {"Ann Author", "b@example.com"}, TRUE},
      {{"Ann Author (Corp, Ltd)", "a@example.org"}, {"Ann Author", "b@example.com"}, TRUE},
      {{"Ann Author (Corp)", "a@example.org"}, {"Ann Author", "b@example.com"}, TRUE},
      {{"Ann B. Author", "a@example.org"}, {"Ann B Author", "b@example.com"}, TRUE},
      {{"Ann", "a@example.org"}, {"Ann", "b@example.com"}, FALSE},
      {{"root (host)", "a@example.org"}, {"root (host)", "b@example.com"}, FALSE},
      {{"Ann Author", NULL}, {"Ann Author", NULL}, FALSE},
      {{NULL, "a@example.org"}, {NULL, "b@example.org"}, FALSE},
      {{NULL, "a@example.org"}, {NULL, "a@example.org"}, TRUE},
      {{"", ""}, {"", "x"}, FALSE},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(LbPeople) people = lb_people_new(NULL);
    LbWho a = lb_people_get(people, &cases[i].a), b = lb_people_get(people, &cases[i].b);
    unit_check(lb_people_is_same(a, b) == cases[i].is_same, "%" G_GSIZE_FORMAT, i);
    unit_check(lb_people_is_same(b, a) == cases[i].is_same, "%" G_GSIZE_FORMAT, i);
  }
}

/* Of whom is asked before others may ask, and after it. */
static void test_shared(void **state) {
  static const LbPerson people_there[] = {
      {"Ann Author", "a@example.org"}, {"ann author", "b@example.org"}, {"Ben", "ben@example.org"}};
  (void)state;
  g_autoptr(LbPeople) people = lb_people_new(NULL);
  LbWho ann = lb_people_get(people, &people_there[0]);
  lb_people_share(people);
  for (int round = 0; round < 2; round++) {
    LbWho again = lb_people_get(people, &people_there[0]), late = lb_people_get(people, &people_there[1]);
    assert_int_equal(again.email, ann.email);
    assert_int_equal(again.name, ann.name);
    assert_int_equal(late.name, ann.name);
    assert_int_not_equal(late.email, ann.email);
    assert_false(lb_people_is_same(lb_people_get(people, &people_there[2]), ann));
  }
}

static void add_up(gconstpointer spot, guint32 number, gpointer sum) {
  assert_int_equal(*(const guint32 *)spot, number);
  *(guint64 *)sum += number;
}

static void test_spots(void **state) {
  (void)state;
  g_autoptr(LbSpots) spots = lb_spots_new();
  g_autofree guint32 *places = g_new(guint32, 5000);
  guint64 sum = 0;
  for (guint i = 0; i < 5000; i++) {
    places[i] = i + 1;
    assert_int_equal(lb_spots_find(spots, &places[i]), 0);
    assert_int_equal(*lb_spots_get(spots, &places[i]), 0);
    *lb_spots_get(spots, &places[i]) = i + 1;
  }
  for (guint i = 0; i < 5000; i++)
    assert_int_equal(lb_spots_find(spots, &places[i]), i + 1);
  lb_spots_foreach(spots, add_up, &sum);
  assert_int_equal(sum, 5000 * 5001 / 2);
  lb_spots_free(NULL);
}

static void test_roll(void **state) {
  (void)state;
  g_autoptr(LbRoll) roll = lb_roll_new();
  const guint one = 0, other = 7;
  lb_roll_add(roll, one, 1, (LbWho){5, 6}, 10);
  lb_roll_add(roll, one, 1, (LbWho){5, 7}, 20);
  assert_int_equal(lb_roll_find(roll, one, 1, (LbWho){5, 0}), 10);
  assert_int_equal(lb_roll_find(roll, one, 1, (LbWho){0, 6}), 10);
  assert_int_equal(lb_roll_find(roll, one, 1, (LbWho){9, 7}), 20);
  assert_int_equal(lb_roll_find(roll, one, 1, (LbWho){9, 0}), 0);
  assert_int_equal(lb_roll_find(roll, one, 2, (LbWho){5, 6}), 0);
  assert_int_equal(lb_roll_find(roll, other, 1, (LbWho){5, 6}), 0);
  assert_int_equal(lb_roll_find(roll, one, 1, (LbWho){0, 0}), 0);
  for (guint i = 1; i <= 1000; i++)
    lb_roll_add(roll, i % 10, i, (LbWho){i, 0}, i);
  for (guint i = 1; i <= 1000; i++)
    assert_int_equal(lb_roll_find(roll, i % 10, i, (LbWho){i, i}), i);
  assert_int_equal(lb_roll_find(roll, one, 1, (LbWho){9, 7}), 20);
}

static void test_titles(void **state) {
  (void)state;
  g_autoptr(LbNumbers) numbers = lb_numbers_new();
  guint number = lb_numbers_get_title(numbers, "Area: do X");
  assert_int_equal(number, 1);
  assert_int_equal(lb_numbers_find_title(numbers, " area:\tDO  x. "), number);
  assert_int_equal(lb_numbers_find_title(numbers, "area: do y"), 0);
  assert_int_equal(lb_numbers_get_title(numbers, "area: do y"), 2);
  assert_int_equal(lb_numbers_get_title(numbers, " . "), 0);
  assert_int_equal(lb_numbers_get_title(numbers, ""), 0);
}

/* Byte by byte, what is done eight at a time. */
static char *fold_plainly(const char *title) {
  GString *key = g_string_new(NULL);
  for (; *title; title++) {
    if (*title != ' ' && *title != '\t')
      g_string_append_c(key, g_ascii_tolower(*title));
    else if (key->len && key->str[key->len - 1] != ' ')
      g_string_append_c(key, ' ');
  }
  while (key->len && strchr(" .", key->str[key->len - 1]))
    g_string_truncate(key, key->len - 1);
  return g_string_free(key, FALSE);
}

static void test_folding(void **state) {
  (void)state;
  g_autoptr(GRand) random = g_rand_new_with_seed(3);
  for (int round = 0; round < 20000; round++) {
    g_autoptr(LbNumbers) numbers = lb_numbers_new();
    char title[64];
    int n = g_rand_int_range(random, 0, 40), rare = g_rand_int_range(random, 2, 60);
    for (int i = 0; i < n; i++)
      title[i] = g_rand_int_range(random, 0, rare) ? (char)g_rand_int_range(random, 33, 127)
                 : g_rand_boolean(random)          ? (char)g_rand_int_range(random, -128, 0)
                                                   : " \t .@[`{Z"[g_rand_int_range(random, 0, 9)];
    title[n] = '\0';
    g_autofree char *wanted = fold_plainly(title);
    guint number = lb_numbers_get_title(numbers, title);
    unit_check(number == (*wanted ? 1 : 0), "'%s'", title);
    unit_check(lb_numbers_find_string(numbers, wanted) == number, "'%s': not '%s'", title, wanted);
  }
}

/* As many as there may be, borrowed; of equal ones that are added the last is found. */
static void test_numbers(void **state) {
  (void)state;
  enum { N = 5000 };
  g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
  for (int reserved = 0; reserved < 2; reserved++) {
    g_autoptr(LbNumbers) numbers = lb_numbers_new();
    if (reserved)
      lb_numbers_reserve(numbers, N);
    for (guint i = 0; i < N; i++) {
      g_ptr_array_add(strings, g_strdup_printf("id%u@example.org", i));
      assert_int_equal(lb_numbers_find_string(numbers, strings->pdata[strings->len - 1]), 0);
      assert_int_equal(lb_numbers_get_string(numbers, strings->pdata[strings->len - 1]), i + 1);
    }
    for (guint i = 0; i < N; i++) {
      g_autofree char *same = g_strdup_printf("id%u@example.org", i);
      assert_int_equal(lb_numbers_get_string(numbers, same), i + 1);
    }
    assert_int_equal(lb_numbers_count(numbers), N);
    guint32 hash = lb_hash_string("id7@example.org");
    assert_int_equal(lb_numbers_add_hashed(numbers, "id7@example.org", hash), N + 1);
    assert_int_equal(lb_numbers_find_string(numbers, "id7@example.org"), N + 1);
    assert_int_equal(lb_numbers_find_string(numbers, "id8@example.org"), 9);
    assert_int_equal(lb_numbers_count(numbers), N + 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_same),   cmocka_unit_test(test_shared),
                                     cmocka_unit_test(test_spots),  cmocka_unit_test(test_roll),
                                     cmocka_unit_test(test_titles), cmocka_unit_test(test_folding),
                                     cmocka_unit_test(test_numbers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
