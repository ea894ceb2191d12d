/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/quote.h"
#include "unit.h"

static const struct {
  const char *text, *shortened;
} cases[] = {
    {"", ""},
    {"said\n", "said\n"},
    {"> one\n", "> one\n"},
    {"> one", "> one"},
    {"> one\n> two\n> three\n", "> one\n"},
    {"> one\n> two", "> one\n"},
    {"On Monday Ada wrote:\n> one\n> two\n\nsaid\n", "On Monday Ada wrote:\n> one\n\nsaid\n"},
    {"> one\n>> two\nsaid\n> three\n>\n> four\nsaid, too", "> one\nsaid\n> three\nsaid, too"},
    /* lines between quotations keep them apart */
    {"> one\n\n> two\n", "> one\n\n> two\n"},
    {"a > b\n > c\n > d\n", "a > b\n > c\n > d\n"},
};

static void test_shorten(void **state) {
  g_autoptr(GString) buffer = g_string_new("left over");
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbSlice got = lb_quote_shorten(cases[i].text, strlen(cases[i].text), buffer);
    g_autofree char *text = g_strndup(got.data, got.length);
    unit_check_string(text, cases[i].shortened, cases[i].text);
  }
}

static void test_large(void **state) {
  g_autoptr(GString) text = g_string_new(NULL), buffer = g_string_new(NULL);
  while (text->len < 8u << 20)
    g_string_append(text, "> one\n> two\nsaid\n");
  LbSlice got = lb_quote_shorten(text->str, text->len, buffer);
  assert_int_equal(got.length, text->len / 17 * 11);
  got = lb_quote_shorten("> one\n> two\n", 12, buffer);
  assert_int_equal(got.length, 6);
  assert_true(buffer->allocated_len < 1024);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shorten), cmocka_unit_test(test_large)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
