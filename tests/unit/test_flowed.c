/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decoding.h"
#include "message/flowed.h"

static const struct {
  const char *text, *joined;
  gboolean del_sp;
} cases[] = {
    {"one \ntwo\nthree\n", "one two\nthree\n", FALSE},
    {"long-wo \nrd joined\nplain\n-- \nsig\n", "long-word joined\nplain\n-- \nsig\n", TRUE},
    /* stuffing (RFC 3676 4.4) */
    {" From here\n  indented\n", "From here\n indented\n", FALSE},
    /* a signature separator is never joined (4.3) */
    {"open \n-- \nsig\n", "open \n-- \nsig\n", FALSE},
    {"> open \n> -- \n> sig\n", "> open \n> -- \n> sig\n", FALSE},
    /* quotes: joined by depth, marks kept as sent (4.5) */
    {"> one \n> two\n>> deep \n>> er\nmine \nmore\n", "> one two\n>> deep er\nmine more\n", FALSE},
    {"> one \n>> two\n> three\n", "> one \n>> two\n> three\n", FALSE},
    {">one \n>two\n", ">one two\n", FALSE},
    {"> one \nmine\n", "> one \nmine\n", FALSE},
    /* the text ends in an open paragraph, with and without its line end */
    {"one \n", "one \n", FALSE},
    {"one ", "one ", FALSE},
    {"one ", "one", TRUE},
    {"\n \n\n", "\n\n\n", FALSE},
    {"", "", FALSE},
    /* a hunk, stuffed as it should be: the soft break in a long line is undone, the empty context line stays
     */
    {"@@ -1,4 +1,4 @@\n  int a;\n  \n-old \nline\n+new\n  b\nprose \ngoes on\n",
     "@@ -1,4 +1,4 @@\n int a;\n \n-old line\n+new\n b\nprose goes on\n", FALSE},
    /* a hunk by a sender who stuffs nothing */
    {"@@ -1,3 +1,3 @@\n \tx;\n-\ty;\n+\tz;\n }\n text\n", "@@ -1,3 +1,3 @@\n \tx;\n-\ty;\n+\tz;\n }\ntext\n",
     FALSE},
    {"@@ -1 +1 @@ f( \nx)\n-a\n+b\n", "@@ -1 +1 @@ f( x)\n-a\n+b\n", FALSE},
    {"@@ -99999999999999999999,9 +1,x @@\n  a\n", "@@ -99999999999999999999,9 +1,x @@\n a\n", FALSE},
};

static void test_join(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    lb_flowed_join(cases[i].text, strlen(cases[i].text), cases[i].del_sp, out);
    assert_text(out, cases[i].joined);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_join)};
  return cmocka_run_group_tests(tests, setup_message, teardown_message);
}
