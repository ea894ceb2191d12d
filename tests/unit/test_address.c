/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <unistd.h>
#include "base/error.h"
#include "message/address.h"
#include "message/message.h"
#include "unit.h"

#define BIT LB_DIAG_BIT

static LbArena *arena;

static int setup(void **state) {
  (void)state;
  lb_message_init();
  arena = lb_arena_new();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  lb_arena_free(arena);
  lb_message_shutdown();
  return 0;
}

static LbSlice slice(const char *text) {
  return (LbSlice){text, text ? strlen(text) : 0};
}

static void test_first(void **state) {
  (void)state;
  static const struct {
    const char *field, *name, *email;
  } cases[] = {
      {NULL, "", NULL},
      {"", "", NULL},
      {" Alice Example <alice@example.org>", "Alice Example", "alice@example.org"},
      {"\"Example, Alice\" <alice@example.org>", "Example, Alice", "alice@example.org"},
      {"\"Alice \\\"Al\\\" Example\" <alice@example.org>", "Alice \"Al\" Example", "alice@example.org"},
      {"<alice@example.org>", "", "alice@example.org"},
      {"alice@example.org", "", "alice@example.org"},
      {"Alice@Example.ORG", "", "Alice@Example.ORG"},
      {"Alice\r\n Example\r\n <alice@example.org>", "Alice Example", "alice@example.org"},
      {"Alice   Example<alice@example.org>", "Alice Example", "alice@example.org"},
      {"alice@example.org (Alice Example)", "Alice Example", "alice@example.org"},
      {"\"alice@example.org\" <mallory@example.net>", "alice@example.org", "mallory@example.net"},
      {"alice@example.org <mallory@example.net>", "alice@example.org", "mallory@example.net"},
      /* people don't quote what RFC 5322 wants quoted */
      {"A. U. Thor <author@example.com>", "A. U. Thor", "author@example.com"},
      {"Example, Alice <alice@example.org>", "Example, Alice", "alice@example.org"},
      {"Alice Example (Work) <alice@example.org>", "Alice Example (Work)", "alice@example.org"},
      {"Alice [Lab] <alice@example.org>", "Alice [Lab]", "alice@example.org"},
      {"O'Brien <ob@example.org>", "O'Brien", "ob@example.org"},
      /* raw and encoded */
      {"J\xc3\xbcrgen Beispiel <juergen@example.org>", "Jürgen Beispiel", "juergen@example.org"},
      {"J\xfcrgen Beispiel <juergen@example.org>", "Jürgen Beispiel", "juergen@example.org"},
      {"=?utf-8?q?J=C3=BCrgen_Beispiel?= <juergen@example.org>", "Jürgen Beispiel", "juergen@example.org"},
      {"\"=?utf-8?q?J=C3=BCrgen_Beispiel?=\" <juergen@example.org>", "Jürgen Beispiel",
       "juergen@example.org"},
      {"=?utf-8?q?J=C3=BCrgen?= =?utf-8?q?_Beispiel?= <juergen@example.org>", "Jürgen Beispiel",
       "juergen@example.org"},
      {"=?utf-8?q?Beispiel=2C_J=C3=BCrgen?= <juergen@example.org>", "Beispiel, Jürgen",
       "juergen@example.org"},
      {"=?utf-8?q?Beispiel,_J=C3=BCrgen?= <juergen@example.org>", "Beispiel, Jürgen", "juergen@example.org"},
      {"=?utf-8?q?x?= =?utf-8?q?a:b?= <x@example.org>, b@example.org", "xa:b", "x@example.org"},
      {"=?utf-8?q?x <x@example.org>, b@example.org", "=?utf-8?q?x", "x@example.org"},
      {"=?utf-8?q?=22Beispiel=2C_J=22?= <j@example.org>", "Beispiel, J", "j@example.org"},
      {"=?utf-8?q?a=0D=0ABcc:_x?= <a@example.org>", "a Bcc: x", "a@example.org"},
      {"=?utf-8?q?Eve_=3Ceve=40example=2Enet=3E?= <a@example.org>", "Eve <eve@example.net>", "a@example.org"},
      /* several, groups */
      {"Alice Example <alice@example.org>, Bob <bob@example.com>", "Alice Example", "alice@example.org"},
      {"alice@example.org, Bob <bob@example.com>", "", "alice@example.org"},
      {"alice@example.org,bob@example.com", "", "alice@example.org"},
      {"\"A, B\" <alice@example.org>, bob@example.com", "A, B", "alice@example.org"},
      {"Undisclosed: ;", "", NULL},
      {"Group: Alice <alice@example.org>, bob@example.com;", "Alice", "alice@example.org"},
      {"None: ; , Bob <bob@example.com>", "Bob", "bob@example.com"},
      /* broken */
      {"bob \"unterminated sample <bob@example.com>", "bob unterminated sample", "bob@example.com"},
      {"alice at example.org (Alice Example)", "Alice Example", "alice@example.org"},
      {"alice at example.org", "", "alice@example.org"},
      {"Alice Example <alice@example.org", "Alice Example", "alice@example.org"},
      {"Alice <<alice@example.org>>", "Alice", "alice@example.org"},
      {"Alice <alice@example.org> (added by the relay)", "Alice", "alice@example.org"},
      {"Alice <mailto:alice@example.org>", "Alice", "alice@example.org"},
      {"mailto:alice@example.org", "", "alice@example.org"},
      {"Alice <@a.example,@b.example:alice@example.org>", "Alice", "alice@example.org"},
      {"Alice alice@example.org", "Alice", "alice@example.org"},
      {"\"Alice <alice@example.org>\"", "Alice", "alice@example.org"},
      {"<alice@example.org> (Alice Example)", "Alice Example", "alice@example.org"},
      {"(Alice Example) <alice@example.org>", "Alice Example", "alice@example.org"},
      {"\"Alice\" Example <alice@example.org>", "Alice Example", "alice@example.org"},
      {"Alice <alice@example.org> Bob <bob@example.com>", "Alice", "alice@example.org"},
      {"Alice <alice@example.org, Bob <bob@example.com>", "Alice", "alice@example.org"},
      {"Alice (unclosed <alice@example.org>", "Alice (unclosed", "alice@example.org"},
      {"(c1 (c2 \\) c3)) alice@example.org", "c1 (c2 ) c3)", "alice@example.org"},
      {"Alice <alice@exa mple.org>", "Alice", "alice@example.org"},
      {"Alice Example", "", NULL},
      {"<>", "", NULL},
      {"@", "", NULL},
      {"Alice <>", "", NULL},
      {",,,", "", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbDiagSet diagnostics = 0;
    LbPerson person = lb_address_parse_first(slice(cases[i].field), arena, &diagnostics);
    unit_check_string(person.email, cases[i].email, cases[i].field);
    unit_check_string(person.name, cases[i].name, cases[i].field);
  }
}

static void test_local_address(void **state) {
  (void)state;
  LbDiagSet diagnostics = 0;
  LbPerson person = lb_address_parse_first(slice("root (Charlie Root)"), arena, &diagnostics);
  assert_string_equal(person.email, "root");
  assert_string_equal(person.name, "Charlie Root");
}

static void test_all(void **state) {
  (void)state;
  static const struct {
    const char *field, *people;
  } cases[] = {
      {NULL, ""},
      {"", ""},
      {" Alice <alice@example.org>, bob@example.com,\r\n\t\"C, D\" <cd@example.net>",
       "Alice <alice@example.org>; bob@example.com; \"C, D\" <cd@example.net>"},
      {"Team: Alice <alice@example.org>, bob@example.com; , c@example.net",
       "Alice <alice@example.org>; bob@example.com; c@example.net"},
      {"Undisclosed recipients: ;", ""},
      {"=?utf-8?q?J=C3=BCrgen?= <j@example.org>, =?utf-8?q?A=2C_B?= <b@example.org>",
       "Jürgen <j@example.org>; \"A, B\" <b@example.org>"},
      {",, a@example.org,,b@example.org,", "a@example.org; b@example.org"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbDiagSet diagnostics = 0;
    g_autoptr(GString) out = g_string_new(NULL);
    for (LbPerson *person = lb_address_parse_all(slice(cases[i].field), arena, &diagnostics); person->email;
         person++) {
      if (out->len)
        g_string_append(out, "; ");
      lb_address_format(out, person);
    }
    unit_check_string(out->str, cases[i].people, cases[i].field);
    unit_check(diagnostics == 0, "%s", cases[i].field);
  }
}

static gpointer parse_bombs(gpointer data) {
  static const struct {
    const char *before, *again, *behind;
  } bombs[] = {
      {"", "a:", ""},       {"(\") ", "a:", "\""}, {"a@[\"] ", "a:", "\""}, {"\"x\\\" ", "a:", ""},
      {"\"\" ", "a:", ""},  {"", "<", ""},         {"", "<a", ">"},         {"", "(", ""},
      {"", "\"", ""},       {"", "\\", ""},        {"", "a,", ""},          {"", "<a@b>", ""},
      {"", "a@", ""},       {"", "@a,", ":b@c"},   {"<", "@a,", ":b@c>"},   {"", " at ", ""},
      {"", "a at b", "(x"}, {"", "=?", "<a@b>"},   {"\"", "a", ""},         {"", "a b ", "<c@d>"},
      {"", "[", "]"},       {"", ";", ""},         {"", "a:;", ""},         {"a:", "b,", ";"},
      {"", "=?a?q?", ""},   {"", "=?a?q?x", "?="}, {"", "=", "?"},          {"", "=?", " "},
  };
  GString *text = data;
  LbArena *scratch = lb_arena_new();
  for (gsize i = 0; i < G_N_ELEMENTS(bombs); i++) {
    g_string_assign(text, bombs[i].before);
    while (text->len < 64000)
      g_string_append(text, bombs[i].again);
    g_string_append(text, bombs[i].behind);
    LbDiagSet diagnostics = 0;
    gint64 begin = g_get_monotonic_time();
    lb_address_parse_first((LbSlice){text->str, text->len}, scratch, &diagnostics);
    lb_address_parse_all((LbSlice){text->str, text->len}, scratch, &diagnostics);
    gint64 took = g_get_monotonic_time() - begin;
    if (took > 2 * G_USEC_PER_SEC)
      return g_strdup_printf("'%s%s…': %d ms", bombs[i].before, bombs[i].again, (int)(took / 1000));
  }
  lb_arena_free(scratch);
  return NULL;
}

/* Groups in groups, and whatever else might be read again and again; in a thread, whose stack may be small.
 */
static void test_bombs(void **state) {
  (void)state;
  g_autoptr(GString) text = g_string_new(NULL);
  g_autofree char *slow = g_thread_join(g_thread_new("bombs", parse_bombs, text));
  if (slow)
    fail_msg("%s", slow);
  LbDiagSet diagnostics = 0;
  g_string_truncate(text, 0);
  for (int i = 0; i < 30000; i++)
    g_string_append(text, "a:");
  assert_null(lb_address_parse_all((LbSlice){text->str, text->len}, arena, &diagnostics)->email);
  assert_null(lb_address_parse_first((LbSlice){text->str, text->len}, arena, &diagnostics).email);
}

#define TO_LIST "To: devel@lists.example.org\n"
#define LIST_ID "List-Id: Development <devel.lists.example.org>\n"
#define LIST_POST "List-Post: <mailto:devel@lists.example.org>\n"
#define MUNGED "From: \"Alice Example via devel\" <devel@lists.example.org>\n"

static void test_unmunge(void **state) {
  (void)state;
  static const struct {
    const char *header, *in_body_name, *in_body_email, *name, *email;
    gboolean is_munged;
  } cases[] = {
      {"From: Alice Example <alice@example.org>\n" LIST_ID, NULL, NULL, "Alice Example", "alice@example.org",
       FALSE},
      /* what tells the list's own address */
      {MUNGED LIST_POST "Reply-To: alice@example.org\n", NULL, NULL, "Alice Example", "alice@example.org",
       TRUE},
      {MUNGED LIST_ID "Reply-To: alice@example.org\n", NULL, NULL, "Alice Example", "alice@example.org",
       TRUE},
      {MUNGED TO_LIST "Reply-To: alice@example.org\n", NULL, NULL, "Alice Example", "alice@example.org",
       TRUE},
      {MUNGED "To: other@example.org\nReply-To: alice@example.org\n", NULL, NULL, "Alice Example via devel",
       "devel@lists.example.org", FALSE},
      {"From: Alice Example via devel <DEVEL@lists.example.org>\n" LIST_ID "Reply-To: alice@example.org\n",
       NULL, NULL, "Alice Example", "alice@example.org", TRUE},
      {"From: 'Alice Example' via devel <devel@lists.example.org>\n" LIST_ID "Reply-To: alice@example.org\n",
       NULL, NULL, "Alice Example", "alice@example.org", TRUE},
      {"From: Alice Example via B4 Relay <devnull+alice.example.org@example.net>\n"
       "Reply-To: alice@example.org\n",
       NULL, NULL, "Alice Example", "alice@example.org", TRUE},
      /* no list is called so */
      {"From: \"Bob via Phone\" <bob@example.com>\n" LIST_ID TO_LIST "Reply-To: x@example.com\n", NULL, NULL,
       "Bob via Phone", "bob@example.com", FALSE},
      {"From: Devel List <devel@lists.example.org>\n" LIST_ID "Reply-To: alice@example.org\n", NULL, NULL,
       "Devel List", "devel@lists.example.org", FALSE},
      {"From: devel2 via x <devel2@lists.example.org>\n" LIST_ID LIST_POST, NULL, NULL, "devel2 via x",
       "devel2@lists.example.org", FALSE},
      /* the order of witnesses */
      {MUNGED LIST_ID "X-Original-From: Alice X <x@example.org>\nReply-To: r@example.org\n"
                      "Cc: Alice Example <c@example.org>\n",
       "Alice Example", "b@example.org", "Alice Example", "b@example.org", TRUE},
      {MUNGED LIST_ID "X-Original-From: Alice X <x@example.org>\nReply-To: r@example.org\n"
                      "Cc: Alice Example <c@example.org>\n",
       "Somebody Else", "b@example.org", "Alice X", "x@example.org", TRUE},
      {MUNGED LIST_ID "Reply-To: r@example.org\nCc: Alice Example <c@example.org>\n", NULL, NULL,
       "Alice Example", "r@example.org", TRUE},
      {MUNGED LIST_ID "Reply-To: devel@lists.example.org, Alice E <r@example.org>\n", NULL, NULL, "Alice E",
       "r@example.org", TRUE},
      {MUNGED LIST_ID
       "Reply-To: devel@lists.example.org\nCc: Bob <bob@example.com>, Alice Example <c@example.org>\n",
       NULL, NULL, "Alice Example", "c@example.org", TRUE},
      {MUNGED LIST_ID "Cc: Bob <bob@example.com>\n", "Alice Other", "b@example.org", "Alice Other",
       "b@example.org", TRUE},
      {MUNGED LIST_ID "Cc: Bob <bob@example.com>\n", NULL, NULL, "Alice Example via devel",
       "devel@lists.example.org", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbHeader header;
    LbDiagSet diagnostics = 0;
    lb_header_scan(cases[i].header, strlen(cases[i].header), FALSE, &header);
    LbPerson from = lb_address_parse_first(header.fields[LB_FIELD_FROM], arena, &diagnostics);
    LbPerson in_body = {cases[i].in_body_name ? cases[i].in_body_name : "", cases[i].in_body_email};
    LbPerson got = lb_address_unmunge(from, &header, &in_body, arena, &diagnostics);
    unit_check_string(got.email, cases[i].email, cases[i].header);
    unit_check_string(got.name, cases[i].name, cases[i].header);
    unit_check(diagnostics == (cases[i].is_munged ? BIT(LB_DIAG_FROM_MUNGED) : 0), "%s", cases[i].header);
  }
  LbHeader header = {0};
  LbDiagSet diagnostics = 0;
  assert_null(lb_address_unmunge((LbPerson){"", NULL}, &header, NULL, arena, &diagnostics).email);
}

static void test_format(void **state) {
  (void)state;
  static const char *const cases[][3] = {
      {"Alice Example", "alice@example.org", "Alice Example <alice@example.org>"},
      {"", "alice@example.org", "alice@example.org"},
      {NULL, "alice@example.org", "alice@example.org"},
      {"Example, Alice", "a@example.org", "\"Example, Alice\" <a@example.org>"},
      {"A. Example", "a@example.org", "\"A. Example\" <a@example.org>"},
      {"a@b", "a@example.org", "\"a@b\" <a@example.org>"},
      {"Al \"X\" \\ Ex", "a@example.org", "\"Al \\\"X\\\" \\\\ Ex\" <a@example.org>"},
      {"Alice (Work)", "a@example.org", "\"Alice (Work)\" <a@example.org>"},
      {"[x]:;<>", "a@example.org", "\"[x]:;<>\" <a@example.org>"},
      {"Jürgen O'Brien-Größe", "j@example.org", "Jürgen O'Brien-Größe <j@example.org>"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    const LbPerson person = {cases[i][0], cases[i][1]};
    lb_address_format(out, &person);
    unit_check_string(out->str, cases[i][2], cases[i][2]);
  }
}

static void test_domain(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"alice@Example.ORG", "example.org"},
      {"\"a@b\"@example.org", "example.org"},
      {"root", "(none)"},
      {"root@", "(none)"},
      {"", "(none)"},
      {NULL, "(none)"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *domain = lb_address_domain(cases[i][0]);
    unit_check_string(domain, cases[i][1], cases[i][1]);
  }
}

static char *mailmap_path;

static int setup_mailmap(void **state) {
  (void)state;
  int fd = g_file_open_tmp("listbrief-mailmap-XXXXXX", &mailmap_path, NULL);
  return fd < 0 ? -1 : close(fd);
}

static int teardown_mailmap(void **state) {
  (void)state;
  g_unlink(mailmap_path);
  g_free(mailmap_path);
  return 0;
}

/* The cases of gitmailmap(5), and what git check-mailmap does with the rest. */
static void test_mailmap(void **state) {
  (void)state;
  static const char text[] = "# a comment <x@example.org> <alice@example.org>\n"
                             "\n"
                             "Alice Example <alice@example.org>\n"
                             "<bob@example.org> <bob@laptop.(none)>\n"
                             "Carol Example <carol@example.org> <Carol@Old.example.org>\r\n"
                             "Dora Example <dora@example.org> dora <shared@example.org>\n"
                             "Emil Example <emil@example.org> Emil E <shared@example.org>\n"
                             "Shared Account <shared@example.org>\n"
                             "  Fay Example   < fay@example.org >\n"
                             "Gus First <gus@example.org>\n"
                             "Gus Second <gus@example.org>\n"
                             "Hal Example <hal@old.example.org>\n"
                             "<hal@example.org> <hal@old.example.org>\n"
                             "no address here\n"
                             "Broken <unclosed\n"
                             "Nobody <> <ida@example.org>\n"
                             "Trailing Example <trailing@example.org> # why";
  static const char *const cases[][4] = {
      {"alice", "alice@example.org", "Alice Example", "alice@example.org"},
      {"", "ALICE@example.org", "Alice Example", "ALICE@example.org"},
      {"Bob", "bob@laptop.(none)", "Bob", "bob@example.org"},
      {"c", "carol@old.EXAMPLE.org", "Carol Example", "carol@example.org"},
      {"Dora", "shared@example.org", "Dora Example", "dora@example.org"},
      {"emil e", "shared@example.org", "Emil Example", "emil@example.org"},
      {"Zoe", "shared@example.org", "Shared Account", "shared@example.org"},
      {"g", "gus@example.org", "Gus Second", "gus@example.org"},
      {"h", "hal@old.example.org", "Hal Example", "hal@example.org"},
      {"Ida", "ida@example.org", "Ida", "ida@example.org"},
      {"t", "trailing@example.org", "Trailing Example", "trailing@example.org"},
      {"Nobody Known", "nobody@example.net", "Nobody Known", "nobody@example.net"},
  };
  g_autoptr(GError) error = NULL;
  assert_true(g_file_set_contents(mailmap_path, text, -1, NULL));
  g_autoptr(LbMailmap) mailmap = lb_mailmap_load(mailmap_path, &error);
  assert_non_null(mailmap);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbPerson person = lb_mailmap_find(mailmap, (LbPerson){cases[i][0], cases[i][1]});
    unit_check_string(person.name, cases[i][2], cases[i][1]);
    unit_check_string(person.email, cases[i][3], cases[i][1]);
  }
  assert_null(lb_mailmap_find(mailmap, (LbPerson){"x", NULL}).email);
  assert_string_equal(lb_mailmap_find(NULL, (LbPerson){"x", "y@example.org"}).name, "x");
  lb_mailmap_free(NULL);
}

static void test_mailmap_errors(void **state) {
  (void)state;
  g_autoptr(GError) missing = NULL, binary = NULL;
  assert_null(lb_mailmap_load("/nonexistent/mailmap", &missing));
  assert_true(g_error_matches(missing, LB_ERROR, LB_ERROR_NO_INPUT));
  assert_non_null(strstr(missing->message, "'/nonexistent/mailmap'"));
  assert_true(g_file_set_contents(mailmap_path, "J\xfcrgen <j@example.org>\n", -1, NULL));
  assert_null(lb_mailmap_load(mailmap_path, &binary));
  assert_true(g_error_matches(binary, LB_ERROR, LB_ERROR_BAD_INPUT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_first),
      cmocka_unit_test(test_local_address),
      cmocka_unit_test(test_all),
      cmocka_unit_test(test_bombs),
      cmocka_unit_test(test_unmunge),
      cmocka_unit_test(test_format),
      cmocka_unit_test(test_domain),
      cmocka_unit_test_setup_teardown(test_mailmap, setup_mailmap, teardown_mailmap),
      cmocka_unit_test_setup_teardown(test_mailmap_errors, setup_mailmap, teardown_mailmap),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
