/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"
#include "unit.h"

static void test_append_utf8(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    gsize length;
    const char *text;
    gboolean is_utf8;
  } cases[] = {
      {"", 0, "", TRUE},
      {"plain", 5, "plain", TRUE},
      {"Gr\xc3\xbc\xc3\x9f"
       "e",
       7, "Grüße", TRUE},
      {"Gr\xfc\xdf"
       "e",
       5, "Grüße", FALSE},
      {"\x80\x93\x9f", 3, "€“Ÿ", FALSE},
      {"\x81\x8d\x8f\x90\x9d", 5, "\ufffd\ufffd\ufffd\ufffd\ufffd", FALSE},
      {"a\0b", 3,
       "a\ufffd"
       "b",
       TRUE},
      {"\0", 1, "\ufffd", TRUE},
      {"\xe9\0", 2, "é\ufffd", FALSE},
      {"\0\xc3\xa9\0", 4, "\ufffdé\ufffd", TRUE},
      {"\xc3", 1, "Ã", FALSE},                /* a character cut off */
      {"\xed\xa0\x80", 3, "í\u00a0€", FALSE}, /* a surrogate is no UTF-8 */
      {"\xc0\xaf", 2, "À¯", FALSE},           /* nor is an overlong form */
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new("x");
    gboolean is_utf8 = lb_text_append_utf8(out, cases[i].bytes, cases[i].length);
    unit_check_string(out->str + 1, cases[i].text, "append_utf8");
    unit_check(is_utf8 == cases[i].is_utf8, "%s", cases[i].text);
    assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
  }
}

static void test_visible(void **state) {
  (void)state;
  static const struct {
    const char *text;
    gboolean one_line;
    const char *visible;
  } cases[] = {
      {"", FALSE, ""},
      {"a\tb\nc", FALSE, "a\tb\nc"},
      {"a\tb\nc", TRUE, "a b c"},
      {"\x1b[31mred", FALSE, "<U+001B>[31mred"},
      {"\a\b\r\x7f", FALSE, "<U+0007><U+0008><U+000D><U+007F>"},
      {"\xc2\x85\xc2\x9b", FALSE, "<U+0085><U+009B>"},
      {"\u00a0é", FALSE, "\u00a0é"},
      {"\u202eevil\u202c", FALSE, "<U+202E>evil<U+202C>"},
      {"\u2066\u2069\u200e\u200f\u061c", TRUE, "<U+2066><U+2069><U+200E><U+200F><U+061C>"},
      {"\u2028\u2029", TRUE, "<U+2028><U+2029>"},
      {"\u2026\u0627\u2014", TRUE, "…ا—"},
      {"\xff", FALSE, "\ufffd"},
      {"a\xc2z", FALSE, "a\ufffdz"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *visible = lb_text_visible(cases[i].text, cases[i].one_line);
    unit_check_string(visible, cases[i].visible, "visible");
  }
  g_autoptr(GString) out = g_string_new("<");
  lb_text_append_visible(out, "a\0b", 3, TRUE);
  assert_string_equal(out->str, "<a\ufffd"
                                "b");
}

static void test_width(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int width;
  } cases[] = {{"", 0}, {"abc", 3}, {"日本", 4}, {"e\u0301", 1}, {"é…", 2}, {"\xff\xfe", 2}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    unit_check(lb_text_width(cases[i].text, strlen(cases[i].text)) == cases[i].width, "%s", cases[i].text);
}

static void test_numbers(void **state) {
  (void)state;
  static const gint64 numbers[] = {0, 1, -1, 9, 10, 99, 100, 12345678901234, G_MAXINT64, G_MININT64};
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
    g_autofree char *wanted = g_strdup_printf("n=%" G_GINT64_FORMAT, numbers[i]);
    g_autoptr(GString) got = g_string_new("n=");
    lb_text_append_number(got, numbers[i]);
    unit_check_string(got->str, wanted, "number");
  }
}

static void test_plain(void **state) {
  (void)state;
  assert_true(lb_text_is_plain("", 0));
  assert_true(lb_text_is_plain("~ plain, longer than a word of the machine", 42));
  assert_true(lb_text_is_plain("ends\n", 4));
  static const char *const odd[] = {"a\tb", "\n", "long enough for a word\x7f", "d\xc3\xa9j\xc3\xa0",
                                    "\x1b[m"};
  for (gsize i = 0; i < G_N_ELEMENTS(odd); i++)
    unit_check(!lb_text_is_plain(odd[i], strlen(odd[i])), "%s", odd[i]);
}

static void test_collapse(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", ""},
      {"  \t\r\n ", ""},
      {"a", "a"},
      {" a  b ", "a b"},
      {"a\r\n\tb", "a b"},
      {"a\u00a0 b", "a\u00a0 b"},
      {"\na\n\n\nb\n", "a b"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = g_strdup(cases[i][0]);
    text[lb_text_collapse(text, strlen(text))] = '\0';
    unit_check_string(text, cases[i][1], cases[i][0]);
  }
}

/* Wherever a blank too many or a control character stands. */
static void test_is_collapsed(void **state) {
  (void)state;
  static const char kinds[] = "ab c! \t\n";
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  guint n_collapsed = 0;
  for (guint round = 0; round < 20000; round++) {
    gsize length = (gsize)g_rand_int_range(rand, 0, 30);
    gint n_kinds = g_rand_int_range(rand, 2, sizeof kinds);
    g_autofree char *text = g_malloc(MAX(length, 1)), *copy = NULL;
    for (gsize i = 0; i < length; i++)
      text[i] = i % 2 ? kinds[g_rand_int_range(rand, 0, n_kinds)] : 'x';
    if (length && round % 3 == 0)
      text[g_rand_int_range(rand, 0, (gint)length)] = ' ';
    copy = g_memdup2(length ? text : "x", MAX(length, 1));
    gboolean is_collapsed = lb_text_is_collapsed(text, length);
    assert_true(is_collapsed == (lb_text_collapse(copy, length) == length && !memcmp(text, copy, length)));
    n_collapsed += is_collapsed;
  }
  assert_in_range(n_collapsed, 1000, 19000);
}

static void test_find_nocase(void **state) {
  (void)state;
  const char *text = "Content-TYPE: text";
  assert_ptr_equal(lb_text_find_nocase(text, strlen(text), "content-type"), text);
  assert_ptr_equal(lb_text_find_nocase(text, strlen(text), "TEXT"), text + 14);
  assert_null(lb_text_find_nocase(text, 17, "text"));
  assert_ptr_equal(lb_text_find_nocase(text, strlen(text), ""), text);
  assert_null(lb_text_find_nocase("", 0, "x"));
  assert_null(lb_text_find_nocase("\xc4", 1, "\xe4"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_append_utf8),  cmocka_unit_test(test_visible),
      cmocka_unit_test(test_width),        cmocka_unit_test(test_collapse),
      cmocka_unit_test(test_is_collapsed), cmocka_unit_test(test_find_nocase),
      cmocka_unit_test(test_numbers),      cmocka_unit_test(test_plain),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
