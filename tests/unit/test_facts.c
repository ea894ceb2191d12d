/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "output/facts.h"

static void init_mail(LbMail *mail, LbArena *arena, const char *subject) {
  lb_mail_init(mail);
  LbSubject *parsed = lb_arena_new_array(arena, LbSubject, 1);
  lb_subject_parse(subject, arena, parsed);
  mail->parsed = parsed;
  mail->title = parsed->title;
  mail->msgid = "a@example.org";
  mail->subject = subject;
  mail->origin.file = "box.mbox";
  mail->mail_class = LB_CLASS_DISCUSSION;
}

static char *format(const LbMail *mail, const LbMailmap *mailmap, const LbFactsTexts *texts) {
  g_autoptr(GPtrArray) mails = g_ptr_array_new();
  g_autoptr(LbCollection) collection = NULL;
  g_autoptr(LbFields) facts = lb_fields_new(mailmap);

  g_ptr_array_add(mails, (gpointer)mail);
  collection = lb_collection_build(mails, 2);
  return g_strdup(lb_facts_format_mail(facts, mail, collection, texts));
}

static void writes_nothing_as_null(void **state) {
  g_autoptr(LbArena) arena = lb_arena_new();
  LbMail mail;
  g_autofree char *line = NULL;

  init_mail(&mail, arena, "hello");
  line = format(&mail, NULL, NULL);
  assert_string_equal(
      line, "{\"msgid\":\"a@example.org\",\"list\":[],\"locator\":{\"file\":\"box.mbox\",\"offset\":0,"
            "\"length\":0},\"date\":null,\"class\":\"discussion\",\"stable\":false,\"pull\":false,"
            "\"subject\":\"hello\",\"title\":\"hello\",\"prefix\":[],\"version\":1,\"reroll\":null,"
            "\"index\":null,\"total\":null,\"extra\":null,\"rfc\":false,\"resend\":false,\"author\":null,"
            "\"sender\":null,\"to\":[],\"cc\":[],\"in_reply_to\":null,\"references\":[],\"diff\":null,"
            "\"attachments\":[],\"diagnostics\":[],\"duplicate_of\":null}\n");
}

static void writes_all(void **state) {
  static const char *const lists[] = {"list.example.org", NULL}, *const paths[] = {"a", "b", NULL};
  const LbPerson people[] = {{"", "to@example.org"}, {"Q \"x\"", "q@example.org"}, {NULL, NULL}};
  const LbPerson author = {"Ann", "ann@example.org"}, sender = {"", "s@example.org"};
  const LbDiff diff = {.n_files = 2, .added = 5, .removed = 0, .paths = paths};
  g_autoptr(LbArena) arena = lb_arena_new();
  LbMail mail, other;
  g_autofree char *line = NULL;

  init_mail(&mail, arena, "[RFC PATCH net v5.1 2/3] x");
  init_mail(&other, arena, "y");
  other.msgid = "first@example.org";
  mail.mail_class = LB_CLASS_PATCH;
  mail.list_ids = lists;
  LbLocator locator = {.file = "r\xff", .id_size = 20, .commit = {0xab}, .blob = {[19] = 0x0f}};
  lb_mail_set_locator(&mail, &locator, arena);
  mail.date = 0;
  mail.author = &author;
  mail.sender = &sender;
  LbExtras *extras = lb_mail_make_extras(&mail, arena);
  extras->author_date = 1;
  extras->to = people;
  extras->cc = people + 1;
  mail.in_reply_to = "up@example.org";
  lb_mail_make_details(&mail, arena)->diff = &diff;
  mail.diagnostics = LB_DIAG_BIT(LB_DIAG_NUL) | LB_DIAG_BIT(LB_DIAG_BAD_QP);
  mail.duplicate_of = &other;
  line = format(&mail, NULL, NULL);
  assert_string_equal(
      line,
      "{\"msgid\":\"a@example.org\",\"list\":[\"list.example.org\"],\"locator\":{\"file\":\"rÿ\",\"commit\":"
      "\"ab00000000000000000000000000000000000000\",\"blob\":\"000000000000000000000000000000000000000f\"},"
      "\"date\":\"1970-01-01T00:00:00Z\",\"class\":\"patch\",\"stable\":false,\"pull\":false,"
      "\"subject\":\"[RFC PATCH net v5.1 2/3] x\",\"title\":\"x\",\"prefix\":[\"net\"],\"version\":5,"
      "\"reroll\":1,\"index\":2,\"total\":3,\"extra\":null,\"rfc\":true,\"resend\":false,"
      "\"author\":{\"name\":\"Ann\",\"email\":\"ann@example.org\",\"date\":\"1970-01-01T00:00:01Z\"},"
      "\"sender\":{\"name\":\"\",\"email\":\"s@example.org\"},\"to\":[{\"name\":\"\",\"email\":"
      "\"to@example.org\"},{\"name\":\"Q \\\"x\\\"\",\"email\":\"q@example.org\"}],\"cc\":[{\"name\":"
      "\"Q \\\"x\\\"\",\"email\":\"q@example.org\"}],\"in_reply_to\":\"up@example.org\",\"references\":[],"
      "\"diff\":{\"files\":2,\"added\":5,\"removed\":0,\"paths\":[\"a\",\"b\"]},\"attachments\":[],"
      "\"diagnostics\":[\"nul\",\"bad-qp\"],\"duplicate_of\":\"first@example.org\"}\n");
}

static void writes_texts(void **state) {
  static const char text[] = "Log.\n\nAcked-by: Ann <ann@example.org>\n---\nNote.\n\n"
                             "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";
  const LbFactsTexts texts = {text, "Log."}, bare = {text, NULL};
  g_autoptr(LbArena) arena = lb_arena_new();
  LbMail mail;
  g_autofree char *patch = NULL, *discussion = NULL;

  init_mail(&mail, arena, "[PATCH] x");
  discussion = format(&mail, NULL, &bare);
  assert_non_null(
      strstr(discussion, "\"commit\":null,\"notes\":null,\"trailers\":[],\"commit_message\":null,"));
  mail.mail_class = LB_CLASS_PATCH;
  patch = format(&mail, NULL, &texts);
  assert_non_null(strstr(patch, "\"index\":1,\"total\":1,"));
  assert_non_null(strstr(patch,
                         "\"commit\":\"Log.\\n\\nAcked-by: Ann <ann@example.org>\",\"notes\":\"Note.\","
                         "\"trailers\":[\"Acked-by: Ann <ann@example.org>\"],\"commit_message\":\"Log.\","));
}

static void writes_controls_as_escapes(void **state) {
  g_autoptr(LbArena) arena = lb_arena_new();
  LbMail mail;
  g_autofree char *line = NULL;

  init_mail(&mail, arena, "a\033\001\"\\\b\x7f\n\tb");
  line = format(&mail, NULL, NULL);
  for (const char *p = line; *p != '\n'; p++)
    assert_true((guchar)*p >= 0x20 && *p != 0x7f);
  assert_non_null(strstr(line, "\\\"\\\\\\b"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_nothing_as_null),
      cmocka_unit_test(writes_all),
      cmocka_unit_test(writes_texts),
      cmocka_unit_test(writes_controls_as_escapes),
  };

  return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
