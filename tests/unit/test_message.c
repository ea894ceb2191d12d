/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include "base/period.h"
#include "message/message.h"
#include "unit.h"

#define NOW 1768867200 /* 2026-01-20T00:00:00Z */

typedef struct {
  LbArena *arena;
  LbSpool *spool;
  LbParser *parser;
} Reader;

static Reader reader;

static int setup(void **state) {
  (void)state;
  lb_message_init();
  reader.arena = lb_arena_new();
  reader.spool = lb_spool_new(0);
  reader.parser =
      lb_parser_new(reader.arena, reader.spool, 0, LB_WANT_RECIPIENTS | LB_WANT_TEXT | LB_WANT_MESSAGE, NOW);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  lb_parser_free(reader.parser);
  lb_spool_free(reader.spool);
  lb_arena_free(reader.arena);
  lb_message_shutdown();
  return 0;
}

/* From memory of its very size: a read behind the mail's end is seen by the sanitizer. */
static const LbMail *parse_bytes(const char *bytes, gsize length) {
  g_autofree char *copy = g_memdup2(length ? bytes : "x", MAX(length, 1));
  const LbRawMail raw = {.bytes = copy, .length = length};
  const LbMail *mail = lb_parser_parse(reader.parser, &raw);
  memset(copy, 'X', length);
  return mail;
}

static const LbMail *parse(const char *text) {
  return parse_bytes(text, strlen(text));
}

static LbMailHashes hash(const char *text) {
  LbMailHashes hashes;
  lb_parser_hash(reader.parser, text, strlen(text), TRUE, &hashes);
  return hashes;
}

#define HEADER                                                                                               \
  "From: Alice Example <alice@example.org>\nDate: Tue, 13 Jan 2026 10:00:00 +0000\n"                         \
  "Message-ID: <a@example.org>\n"
#define DIFF "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1,1 +1,2 @@\n a\n+b\n"
#define PATCH "log\n\nSigned-off-by: A <a@example.org>\n---\n 1 file changed, 1 insertion(+)\n\n" DIFF

static void test_facts(void **state) {
  (void)state;
  const LbMail *mail =
      parse("Received: from a by b; Tue, 13 Jan 2026 10:00:05 +0000\n" HEADER
            "List-Id: Devel <Devel.Lists.example.org>\nList-Id: <devel.lists.example.org>\n"
            "List-Id: other.lists.example.org\nTo: Bob <bob@example.com>, c@example.net\n"
            "In-Reply-To: <b@example.org>\nReferences: <c@example.org>\n <b@example.org>\n"
            "Subject: [PATCH net-next v2 1/3] =?utf-8?q?x=3A_gr=C3=BCn?=\n machen\n\n" PATCH);
  assert_int_equal(mail->mail_class, LB_CLASS_PATCH);
  assert_string_equal(mail->subject, "[PATCH net-next v2 1/3] x: grün machen");
  assert_string_equal(mail->title, "x: grün machen");
  assert_string_equal(mail->parsed->tag, "[PATCH net-next v2 1/3]");
  assert_string_equal(mail->parsed->prefix[0], "net-next");
  assert_null(mail->parsed->prefix[1]);
  assert_string_equal(mail->msgid, "a@example.org");
  assert_string_equal(mail->list_ids[0], "devel.lists.example.org");
  assert_string_equal(mail->list_ids[1], "other.lists.example.org");
  assert_null(mail->list_ids[2]);
  assert_string_equal(mail->in_reply_to, "b@example.org");
  assert_string_equal(mail->references[0], "c@example.org");
  assert_string_equal(mail->references[1], "b@example.org");
  assert_null(mail->references[2]);
  assert_string_equal(mail->details->extras->to[0].name, "Bob");
  assert_string_equal(mail->details->extras->to[1].email, "c@example.net");
  assert_null(mail->details->extras->to[2].email);
  assert_null(mail->details->extras->cc[0].email);
  assert_int_equal(mail->date, 1768298400);
  assert_int_equal(mail->details->diff->added, 1);
  assert_string_equal(mail->details->diff->paths[0], "x.c");
  assert_string_equal(mail->details->summary, "1 file changed, 1 insertion(+)");
  assert_int_equal(mail->diagnostics, 0);
  assert_null(parse(""));
  assert_null(parse("no field\n"));
}

/* Facts of one mail outlive the reading of the next, of a larger and of a hostile one. */
static void test_facts_stay(void **state) {
  (void)state;
  const LbMail *first = parse(
      HEADER "List-Id: <l.example.org>\nReferences: <r@example.org>\nSubject: [PATCH bpf] first\n\n" PATCH);
  g_autoptr(GString) large = g_string_new(HEADER "Subject: Re: ");
  for (int i = 0; i < 60000; i++)
    g_string_append_c(large, 'x');
  g_string_append(large, "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b--\n");
  for (int i = 0; i < 5; i++)
    assert_non_null(parse_bytes(large->str, large->len));
  assert_string_equal(first->subject, "[PATCH bpf] first");
  assert_string_equal(first->title, "first");
  assert_string_equal(first->parsed->tag, "[PATCH bpf]");
  assert_string_equal(first->parsed->prefix[0], "bpf");
  assert_string_equal(first->list_ids[0], "l.example.org");
  assert_string_equal(first->references[0], "r@example.org");
  assert_string_equal(first->author->name, "Alice Example");
  assert_string_equal(first->details->diff->paths[0], "x.c");
}

static void test_in_body(void **state) {
  (void)state;
  const LbMail *mail =
      parse(HEADER "Subject: [PATCH 2/3] outer\n\nFrom: Bob <bob@example.com>\nSubject: inner\n"
                   "Date: Mon, 12 Jan 2026 00:00:00 +0000\n\n" PATCH);
  assert_string_equal(mail->author->email, "bob@example.com");
  assert_string_equal(mail->sender->email, "alice@example.org");
  assert_string_equal(mail->subject, "[PATCH 2/3] outer");
  assert_string_equal(mail->title, "inner");
  assert_int_equal(mail->parsed->index, 2);
  assert_int_equal(mail->details->extras->author_date, 1768176000);
  assert_int_equal(mail->date, 1768298400);
  /* its own tag counts where the header has none */
  mail = parse(HEADER "Subject: outer\n\nSubject: [PATCH v3 1/2] inner\n\n" PATCH);
  assert_string_equal(mail->title, "inner");
  assert_int_equal(mail->parsed->version, 3);
  /* a quoted header in a discussion is prose */
  mail = parse(HEADER
               "Subject: what is this?\n\nFrom: Bob <bob@example.com>\nSubject: inner\n\nwhat he wrote\n");
  assert_string_equal(mail->author->email, "alice@example.org");
  assert_string_equal(mail->title, "what is this?");
}

/* Copies of one mail by several ways. */
static void test_like_copies(void **state) {
  (void)state;
  static const char *const copies[] = {
      HEADER "Subject: [PATCH] one\n\nlog\n---\n" DIFF,
      HEADER "Received: from x by y; Tue, 13 Jan 2026 11:00:00 +0000\nList-Id: <l.example.org>\n"
             "Subject: [devel] [PATCH] one\n\nlog\n---\n" DIFF,
      HEADER "Subject: [PATCH]   one\n\nlog\n---\n" DIFF
             "\n_______________________________________________\ndevel mailing "
             "list\nhttps://lists.example.org/devel\n",
      HEADER "Subject: [PATCH] one\n\nlog  \n---\n" DIFF "-- \n2.43.0\n\n",
      HEADER "Subject: [PATCH] one\nContent-Transfer-Encoding: quoted-printable\n\nlo=67\n---\n" DIFF,
      HEADER "Subject: [PATCH] one\nContent-Transfer-Encoding: base64\n\n"
             "bG9nCi0tLQpkaWZmIC0tZ2l0IGEveC5jIGIveC5jCi0tLSBhL3guYworKysgYi94LmMKQEAgLTEs\n"
             "MSArMSwyIEBACiBhCitiCg==\n",
      "From: \"Alice Example via devel\" <devel@lists.example.org>\nReply-To: alice@example.org\n"
      "To: devel@lists.example.org\nMessage-ID: <a@example.org>\nSubject: [PATCH] one\n\nlog\n---\n" DIFF,
  };
  LbMailHashes first = hash(copies[0]);
  for (gsize i = 1; i < G_N_ELEMENTS(copies); i++) {
    LbMailHashes other = hash(copies[i]);
    unit_check(!memcmp(first.content, other.content, 32), "%s", copies[i]);
    unit_check(memcmp(first.raw, other.raw, 32) != 0, "%s", copies[i]);
  }
  static const char *const unlike[] = {
      HEADER "Subject: [PATCH] two\n\nlog\n---\n" DIFF,
      HEADER "Subject: [PATCH] one\n\nlog, another\n---\n" DIFF,
      "From: Bob <bob@example.com>\nMessage-ID: <a@example.org>\nSubject: [PATCH] one\n\nlog\n---\n" DIFF,
      HEADER "Subject: [PATCH] one\n\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(unlike); i++) {
    LbMailHashes other = hash(unlike[i]);
    unit_check(memcmp(first.content, other.content, 32) != 0, "%s", unlike[i]);
  }
}

/* Every kind of source gives the same raw hash. */
static void test_raw_hash(void **state) {
  (void)state;
  static const char *const same[] = {
      HEADER "Subject: s\n\nbody\nmore\n",
      HEADER "Subject: s\n\nbody\nmore",
      HEADER "Subject: s\n\nbody\nmore\n\n\n",
      "From alice@example.org Tue Jan 13 10:00:00 2026\n" HEADER "Subject: s\n\nbody\nmore\n",
      "\n" HEADER "Subject: s\n\nbody\nmore\n\r\n",
  };
  g_autofree char *crlf = NULL;
  g_auto(GStrv) lines = g_strsplit(same[0], "\n", -1);
  crlf = g_strjoinv("\r\n", lines);
  LbMailHashes first = hash(same[0]), wire = hash(crlf), bare = hash(HEADER "Subject: s\n\nbo\rdy\nmore\n");
  for (gsize i = 1; i < G_N_ELEMENTS(same); i++) {
    LbMailHashes other = hash(same[i]);
    unit_check(!memcmp(first.raw, other.raw, 32), "%s", same[i]);
    unit_check(!memcmp(first.content, other.content, 32), "%s", same[i]);
  }
  assert_memory_equal(first.raw, wire.raw, 32);
  assert_memory_equal(first.content, wire.content, 32);
  assert_memory_not_equal(first.raw, bare.raw, 32);
}

static void test_synthetic_id(void **state) {
  (void)state;
#define NAMELESS "From: Alice Example <alice@example.org>\nSubject: s\n"
  const LbMail *one = parse(NAMELESS "Date: Tue, 13 Jan 2026 10:00:00 +0000\n\ntext\n"),
               *again = parse(NAMELESS "Date: Tue, 13 Jan 2026 10:00:00 +0000\nX-Seen: 1\n\ntext\n"),
               *later = parse(NAMELESS "Date: Tue, 13 Jan 2026 10:00:01 +0000\n\ntext\n"),
               *other = parse(NAMELESS "Date: Tue, 13 Jan 2026 10:00:00 +0000\n\nother text\n");
  assert_true(g_str_has_suffix(one->msgid, "@no-message-id.invalid"));
  assert_int_equal(one->diagnostics, LB_DIAG_BIT(LB_DIAG_NO_MSGID));
  assert_string_equal(one->msgid, again->msgid);
  assert_string_not_equal(one->msgid, later->msgid);
  assert_string_not_equal(one->msgid, other->msgid);
}

/* Whatever the bytes: one line of valid UTF-8 in each fact, the texts can be read back, and it ends soon. */
static void check_facts(const LbMail *mail) {
  const char *const lines[] = {mail->subject,
                               mail->msgid,
                               mail->title,
                               mail->parsed->tag,
                               mail->author->name,
                               mail->author->email,
                               mail->sender->name,
                               mail->sender->email,
                               mail->in_reply_to,
                               mail->details->summary,
                               mail->details->extras->change_id,
                               mail->parsed->extra};
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    if (lines[i] && (!g_utf8_validate(lines[i], -1, NULL) || strpbrk(lines[i], "\r\n")))
      fail_msg("fact %d: '%s'", (int)i, lines[i]);
  const LbTextRef *texts[] = {&mail->details->extras->text, &mail->details->message};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autofree char *text = lb_spool_read(reader.spool, texts[i]->offset, texts[i]->length, NULL);
    assert_true(g_utf8_validate(text, texts[i]->length, NULL));
  }
}

static void test_broken_at_random(void **state) {
  (void)state;
  static const char *const mails[] = {
      "Received: from a by b; Tue, 13 Jan 2026 10:00:05 +0000\n" HEADER
      "List-Id: Devel <devel.lists.example.org>\n"
      "To: \"Bob, B\" <bob@example.com>, Team: c@example.net, d@example.net;\nReferences: <c@example.org> "
      "<b@example.org>\n"
      "Subject: [PATCH net-next v2 1/3] =?utf-8?q?x=3A_gr=C3=BCn?=\n machen\n\nFrom: =?utf-8?b?w6k=?= "
      "<e@example.org>\n\n" PATCH,
      "From: \"Al via devel\" <devel@lists.example.org>\nReply-To: al@example.org\nList-Post: "
      "<mailto:devel@lists.example.org>\n"
      "Content-Type: multipart/mixed; boundary=\"b\"; name*0*=utf-8''a%20; name*1=b\nSubject: Re: [PATCH] "
      "x\n\n"
      "--b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
      "On Tue, Bob wrote:\n> gr=FC\nReviewed-by: Al <al@example.org>\n--b\nContent-Type: "
      "message/rfc822\n\n" HEADER "Subject: inner\n\ntext\n--b--\n",
  };
  static const char *const pieces[] = {"=?utf-8?q?",
                                       "?=",
                                       "<",
                                       ">",
                                       "\"",
                                       "(",
                                       ")",
                                       ":",
                                       ";",
                                       ",",
                                       "@",
                                       "\\",
                                       "\n ",
                                       "\r",
                                       "\r\n",
                                       "\n\n",
                                       "\xff",
                                       "\xc3",
                                       "=C3",
                                       "*0*=",
                                       "boundary=",
                                       "--b\n",
                                       "--b--\n",
                                       "From ",
                                       "Re: ",
                                       "[PATCH v",
                                       "]",
                                       " via ",
                                       "-- \n",
                                       "---\n",
                                       "@@ -1,9 +1,9 @@\n"};
  g_autoptr(GRand) random = g_rand_new_with_seed(20260113);
  gint64 begin = g_get_monotonic_time();
  for (int round = 0; round < 4000; round++) {
    g_autoptr(GString) mail = g_string_new(mails[round % G_N_ELEMENTS(mails)]);
    for (int changes = g_rand_int_range(random, 1, 10); changes; changes--) {
      gssize at = g_rand_int_range(random, 0, (gint)mail->len + 1);
      int repeat = g_rand_int_range(random, 0, 20) ? 1 : 300;
      switch (g_rand_int_range(random, 0, 4)) {
      case 0:
        g_string_erase(mail, at, MIN((gssize)mail->len - at, 7));
        break;
      case 1:
        g_string_insert_c(mail, at, (char)g_rand_int_range(random, 0, 256));
        break;
      default:
        for (const char *piece = pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]; repeat; repeat--)
          g_string_insert(mail, at, piece);
      }
    }
    const LbMail *got = parse_bytes(mail->str, mail->len);
    if (got)
      check_facts(got);
    LbMailHashes once, twice;
    lb_parser_hash(reader.parser, mail->str, mail->len, TRUE, &once);
    lb_parser_hash(reader.parser, mail->str, mail->len, TRUE, &twice);
    assert_memory_equal(&once, &twice, sizeof once);
  }
  assert_true(g_get_monotonic_time() - begin < 60 * G_USEC_PER_SEC);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_facts),
      cmocka_unit_test(test_facts_stay),
      cmocka_unit_test(test_in_body),
      cmocka_unit_test(test_like_copies),
      cmocka_unit_test(test_raw_hash),
      cmocka_unit_test(test_synthetic_id),
      cmocka_unit_test(test_broken_at_random),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
