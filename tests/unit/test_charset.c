/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decoding.h"
#include "message/charset.h"

#define LIE LB_DIAG_BIT(LB_DIAG_CHARSET_LIE)
#define UNKNOWN LB_DIAG_BIT(LB_DIAG_UNKNOWN_CHARSET)
#define AS_IS LB_CHARSET_AS_IS
#define CONVERTED LB_CHARSET_CONVERTED
#define GUESSED LB_CHARSET_GUESSED

static const struct {
  const char *charset, *bytes, *text; /* text NULL: as it is */
  LbCharsetResult result;
  LbDiagSet diagnostics;
} cases[] = {
    {NULL, "plain", NULL, AS_IS, 0},
    {"us-ascii", "plain", NULL, AS_IS, 0},
    {"utf-8",
     "Gr\xc3\xbc\xc3\x9f"
     "e",
     NULL, AS_IS, 0},
    {"UTF8", "\xf0\x9f\x90\xa7", NULL, AS_IS, 0},
    {NULL,
     "Gr\xc3\xbc\xc3\x9f"
     "e",
     NULL, AS_IS, 0},
    {NULL,
     "Gr\xfc\xdf"
     "e",
     "Gr\xc3\xbc\xc3\x9f"
     "e",
     GUESSED, LIE},
    {"us-ascii", "Zo\xc3\xab", NULL, AS_IS, 0},
    {"us-ascii", "Zo\xeb", "Zo\xc3\xab", GUESSED, LIE},
    {"utf-8", "Zo\xeb", "Zo\xc3\xab", GUESSED, LIE},
    /* cut inside a character; a word in another charset among UTF-8 */
    {"utf-8", "\xe6\x97\xa5\xe6\x9c", "\xe6\x97\xa5\xef\xbf\xbd", GUESSED, LIE},
    {NULL, "\xc3\xbc\xc3\xbc\xc3\xbc \xfc", "\xc3\xbc\xc3\xbc\xc3\xbc \xef\xbf\xbd", GUESSED, LIE},
    {"utf-8", "\xc3\xbc \xfc\xfc\xfc", "\xc3\x83\xc2\xbc \xc3\xbc\xc3\xbc\xc3\xbc", GUESSED, LIE},
    /* the five holes of windows-1252 */
    {"utf-8",
     "a\x81"
     "b",
     "a\xef\xbf\xbd"
     "b",
     GUESSED, LIE},
    {"iso-8859-1", "Zo\xeb", "Zo\xc3\xab", CONVERTED, 0},
    {"ISO_8859-1", "Zo\xeb", "Zo\xc3\xab", CONVERTED, 0},
    {"iso-8859-1", "\x93quoted\x94", "\xe2\x80\x9cquoted\xe2\x80\x9d", CONVERTED, 0},
    {"iso-8859-1", "\xe2\x80\x9cquoted\xe2\x80\x9d", NULL, AS_IS, LIE},
    {"iso-8859-1", "plain", NULL, AS_IS, 0},
    {"windows-1252", "\x80", "\xe2\x82\xac", CONVERTED, 0},
    {"iso-8859-15", "\xa4", "\xe2\x82\xac", CONVERTED, 0},
    {"koi8-r", "\xf0\xf2\xe9", "\xd0\x9f\xd0\xa0\xd0\x98", CONVERTED, 0},
    {"windows-1251", "\xcf\xd0\xc8", "\xd0\x9f\xd0\xa0\xd0\x98", CONVERTED, 0},
    {"gb2312", "\xc4\xe3\xba\xc3", "\xe4\xbd\xa0\xe5\xa5\xbd", CONVERTED, 0},
    /* a traditional character, which gb2312 lacks and gbk has */
    {"gb2312", "\x9c\x79", "\xe6\xb8\xac", CONVERTED, 0},
    {"euc-kr", "\xb9\xf6\xb1\xd7", "\xeb\xb2\x84\xea\xb7\xb8", CONVERTED, 0},
    {"ks_c_5601-1987", "\xb9\xf6\xb1\xd7", "\xeb\xb2\x84\xea\xb7\xb8", CONVERTED, 0},
    {"big5", "\xa4\xa4", "\xe4\xb8\xad", CONVERTED, 0},
    {"shift_jis", "\x93\xfa\x96\x7b \\n", "\xe6\x97\xa5\xe6\x9c\xac \\n", CONVERTED, 0},
    {"euc-jp", "\xc6\xfc\xcb\xdc", "\xe6\x97\xa5\xe6\x9c\xac", CONVERTED, 0},
    /* no byte above 0x7f, and still no ASCII */
    {"iso-2022-jp", "\033$BF|K\\\033(B.", "\xe6\x97\xa5\xe6\x9c\xac.", CONVERTED, 0},
    {"utf-7", "Hi+ACE-", "Hi!", CONVERTED, 0},
    {"hz-gb-2312", "~{VPND~} ~~x~\ny", "\xe4\xb8\xad\xe6\x96\x87 ~xy", CONVERTED, 0},
    /* a few bytes that don't fit spoil a few characters */
    {"euc-jp", "\xc6\xfc\xcb\xdc\xff", "\xe6\x97\xa5\xe6\x9c\xac\xef\xbf\xbd", GUESSED, LIE},
    {"koi8-r", "plain", NULL, AS_IS, 0},
    {"x-unknown-9", "plain", NULL, AS_IS, 0},
    {"x-unknown-9", "Zo\xc3\xab", NULL, AS_IS, UNKNOWN},
    {"x-unknown-9", "Zo\xeb", "Zo\xc3\xab", GUESSED, UNKNOWN},
    {"", "Zo\xc3\xab", NULL, AS_IS, 0},
    /* nothing that means something to iconv_open() gets there */
    {"utf-16//TRANSLIT", "Zo\xeb", "Zo\xc3\xab", GUESSED, UNKNOWN},
    {"../../x", "Zo\xeb", "Zo\xc3\xab", GUESSED, UNKNOWN},
    {"ibm1364", "Zo\xeb", "Zo\xc3\xab", GUESSED, UNKNOWN},
};

static void test_decode(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    LbDiagSet diagnostics = 0;
    LbCharsetResult result =
        lb_charset_decode(out, cases[i].charset, cases[i].bytes, strlen(cases[i].bytes), &diagnostics);
    assert_text(out, cases[i].text ? cases[i].text : "");
    assert_int_equal(result, cases[i].result);
    assert_int_equal(diagnostics, cases[i].diagnostics);
  }
}

static void test_wide(void **state) {
  static const char bytes[] = {'\xff', '\xfe', 'H', 0, 'i', 0};
  g_autoptr(GString) out = g_string_new(NULL);
  LbDiagSet diagnostics = 0;
  assert_int_equal(lb_charset_decode(out, "utf-16", bytes, sizeof bytes, &diagnostics), LB_CHARSET_CONVERTED);
  assert_text(out, "Hi");
  g_string_truncate(out, 0);
  /* cut in the middle of a character */
  lb_charset_decode(out, "utf-16le", bytes + 2, 3, &diagnostics);
  assert_text(out, "Hi");
  assert_int_equal(diagnostics, LIE);
}

static void test_append(void **state) {
  g_autoptr(GString) out = g_string_new("> ");
  LbDiagSet diagnostics = 0;
  lb_charset_append_utf8(out, NULL, "a\0b", 3, &diagnostics);
  lb_charset_append_utf8(out, "utf-16be", "\0c\0\0", 4, &diagnostics);
  assert_text(out, "> a\xef\xbf\xbd"
                   "bc\xef\xbf\xbd");
}

/* More charsets than converters are kept open, and a text longer than any buffer in between. */
static void test_many(void **state) {
  g_autoptr(GString) in = g_string_new(NULL);
  for (guint i = 0; i < 100000; i++)
    g_string_append_c(in, '\xe4');
  for (guint round = 0; round < 2; round++)
    for (guint i = 2; i <= 16; i++) {
      g_autofree char *name = g_strdup_printf("iso-8859-%u", i),
                      *windows = g_strdup_printf("windows-125%u", i % 9);
      g_autoptr(GString) out = g_string_new(NULL);
      LbDiagSet diagnostics = 0;
      lb_charset_decode(out, name, in->str, in->len, &diagnostics);
      lb_charset_decode(out, windows, in->str, in->len, &diagnostics);
      assert_true(out->len >= 2 * in->len);
      assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
    }
}

static void test_is_utf8(void **state) {
  gboolean has_high;
  assert_true(lb_charset_is_utf8("0123456789abcdef\0ghij", 21, &has_high));
  assert_false(has_high);
  assert_true(lb_charset_is_utf8("01234567\xc3\xbc\0\xc3\xbc", 13, &has_high));
  assert_true(has_high);
  assert_false(lb_charset_is_utf8("01234567\xc3", 9, &has_high));
  assert_false(lb_charset_is_utf8("\xc0\x80", 2, &has_high));
  assert_false(lb_charset_is_utf8("\xed\xa0\x80", 3, &has_high));
  assert_true(lb_charset_is_utf8("", 0, &has_high));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_decode), cmocka_unit_test(test_wide),    cmocka_unit_test(test_append),
      cmocka_unit_test(test_many),   cmocka_unit_test(test_is_utf8),
  };
  return cmocka_run_group_tests(tests, setup_message, teardown_message);
}
