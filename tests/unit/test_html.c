/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decoding.h"
#include "message/html.h"

static const struct {
  const char *html, *text;
} cases[] = {
    {"<html><head><title>t</title><style>p{color:red}</style><script>alert(1)</script></head><body>"
     "<p>Hello &amp; welcome</p><p>second&nbsp;para</p></body></html>",
     "Hello & welcome\n\nsecond para\n"},
    {"a<br>b<BR/>\n  c", "a\nb\nc\n"},
    {"<div>one</div><div>two</div>", "one\ntwo\n"},
    {"<b>b</b>o<i>l</i>d   and\n\tspaced", "bold and spaced\n"},
    {"<blockquote>said<blockquote>before</blockquote></blockquote>answer", "> said\n> > before\nanswer\n"},
    {"<ul><li>one<li>two</ul>", "* one\n* two\n"},
    {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"},
    {"<pre>a\n  b\n</pre>c", "a\n  b\nc\n"},
    {"&lt;p&gt; &#60;&#x3c; &euro;&#8364; &unknown; & &amp",
     "<p> << \xe2\x82\xac\xe2\x82\xac &unknown; & &amp\n"},
    {"&#0;&#xd800;&#99999999;&#150;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xe2\x80\x93\n"},
    {"a<!-- <p>hidden</p> -->b", "ab\n"},
    {"a<!-- open", "a\n"},
    {"a<script>open", "a\n"},
    {"a <p", "a\n"},
    {"1 < 2 and <3", "1 < 2 and <3\n"},
    {"<!DOCTYPE html><?xml x?>x", "x\n"},
    {"</blockquote></pre>x", "x\n"},
    {"", ""},
    {"<p></p>", ""},
};

static void test_text(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    lb_html_append_text(out, cases[i].html, strlen(cases[i].html));
    assert_text(out, cases[i].text);
  }
}

/* A little markup must not make much text. */
static void test_bounds(void **state) {
  g_autoptr(GString) in = g_string_new(NULL), out = g_string_new(NULL);
  for (guint i = 0; i < 100000; i++)
    g_string_append(in, "<blockquote>");
  for (guint i = 0; i < 100000; i++)
    g_string_append(in, "<br>");
  for (guint i = 0; i < 100000; i++)
    g_string_append(in, "<p>x");
  lb_html_append_text(out, in->str, in->len);
  assert_true(out->len < 2 * in->len + 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_bounds)};
  return cmocka_run_group_tests(tests, setup_message, teardown_message);
}
