/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decoding.h"

typedef struct {
  const char *bytes;
  LbDecoder *decoder;
  LbArena *arena;
  LbBody body;
  LbDiagSet diagnostics;
} Mail;

static void decode_bytes(Mail *mail, const char *bytes, gsize length) {
  LbHeader header;
  *mail = (Mail){.bytes = bytes, .decoder = lb_decoder_new(), .arena = lb_arena_new()};
  lb_header_scan(bytes, length, FALSE, &header);
  lb_body_decode(mail->decoder, &header, bytes + header.body, length - header.body, mail->arena, &mail->body,
                 &mail->diagnostics);
}

static void decode(Mail *mail, const char *bytes) {
  decode_bytes(mail, bytes, strlen(bytes));
}

static void clear(Mail *mail) {
  lb_decoder_free(mail->decoder);
  lb_arena_free(mail->arena);
}

static void expect(const char *bytes, const char *text, LbDiagSet diagnostics) {
  Mail mail;
  decode(&mail, bytes);
  assert_int_equal(mail.body.length, strlen(text));
  assert_memory_equal(mail.body.text, text, mail.body.length);
  assert_int_equal(mail.diagnostics, diagnostics);
  assert_int_equal(mail.body.own, mail.body.length);
  clear(&mail);
}

#define BIT(diag) LB_DIAG_BIT(LB_DIAG_##diag)
#define FROM "From: a@example.org\n"
#define PLAIN "Content-Type: text/plain\n\n"
#define MIXED FROM "Content-Type: multipart/mixed; boundary=b\n\n"
#define ALTERNATIVE FROM "Content-Type: multipart/alternative; boundary=b\n\n"

static void test_plain(void **state) {
  static const char *const types[] = {
      "",
      "Content-Type: text/plain\n",
      "Content-Type: TEXT/plain; charset=\"UTF-8\"\n",
      "Content-Type: text/plain;\n charset=us-ascii\n",
      "Content-Type: text/plain; charset=utf-8; x=y\n",
      "Content-Type: text\n",
      "Content-Type: text/plain; charset=\n",
      "Content-Type: ;;;\n",
      "Content-Type: text/plain; charset=x-unknown\n",
      "Content-Transfer-Encoding: 7bit\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
    g_autofree char *bytes = g_strconcat(FROM, types[i], "\ntext\nof it\n", NULL);
    Mail mail;
    decode(&mail, bytes);
    /* no copy is made of what needs none */
    assert_ptr_equal(mail.body.text, strstr(bytes, "text\nof it"));
    assert_int_equal(mail.body.length, 11);
    assert_int_equal(mail.diagnostics, 0);
    clear(&mail);
  }
}

static void test_lines(void **state) {
  expect(FROM "\r\none\r\ntwo\r\r\nlone\rCR\r", "one\ntwo\nlone\rCR", 0);
  expect(FROM "\n", "", 0);
  expect(FROM, "", 0);
  expect(FROM PLAIN "\xef\xbb\xbf"
                    "behind a BOM\n",
         "behind a BOM\n", 0);
  expect(FROM "Content-Transfer-Encoding: quoted-printable\n\na=0D=0A=\nb=00c\n",
         "a\nb\xef\xbf\xbd"
         "c\n",
         BIT(NUL));

  static const char with_nul[] = FROM "\nbefore \0 after\nlast\n";
  Mail mail;
  decode_bytes(&mail, with_nul, sizeof with_nul - 1);
  assert_int_equal(mail.diagnostics, BIT(NUL));
  assert_string_equal(mail.body.text, "before \xef\xbf\xbd after\nlast\n");
  clear(&mail);
}

static void test_flowed(void **state) {
  expect(FROM "Content-Type: text/plain; format=flowed; delsp=YES\n\nlong-wo \nrd\n", "long-word\n", 0);
  expect(FROM "Content-Type: text/plain; charset=utf-8; format=Flowed\n\none \ntwo\n", "one two\n", 0);
  expect(FROM "Content-Type: text/plain; format=fixed\n\none \ntwo\n", "one \ntwo\n", 0);
}

static void test_list_footer_behind_base64(void **state) {
  expect(FROM "Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: base64\n\nxOO6ww==\n"
              "_______________\nZo\xc3\xab's list\n",
         "\xe4\xbd\xa0\xe5\xa5\xbd\n_______________\nZo\xc3\xab's list\n", 0);
}

static void test_structure(void **state) {
  /* joined as git-mailinfo(1) joins; preamble and epilogue are nobody's text */
  expect(MIXED "preamble\n--b\n\none\n\n--b\n" PLAIN "two\n--b--\nepilogue\n--b\n\nmore\n", "one\ntwo", 0);
  expect(FROM "Content-Type: multipart/mixed; boundary=\"b \"\r\nContent-Transfer-Encoding: "
              "base64\r\n\r\n--b  \r\n\r\n"
              "one\r\n--b--",
         "one", 0);
  /* no last delimiter; an outer one ends the inner parts, too */
  expect(MIXED "--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--b\n\ntwo\n", "one\ntwo\n",
         0);
  expect(MIXED "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n",
         "one\ntwo\n", 0);
  /* a delimiter in the header, a longer word that begins like it */
  expect(MIXED "--b\nContent-Type: text/plain\n--b\n\none\n--bc\n-b\n--\n--b--\n", "one\n--bc\n-b\n--", 0);
  expect(MIXED "--b--\n", "", 0);
  expect(MIXED "--b\n\n--b--\n", "", 0);
}

static void test_no_boundary(void **state) {
  expect(FROM "Content-Type: multipart/mixed\n\nstill text\n", "still text\n", BIT(MIME_NO_BOUNDARY));
  expect(MIXED "--c\nstill text\n", "--c\nstill text\n", BIT(MIME_NO_BOUNDARY));
  expect(FROM "Content-Type: multipart/mixed; boundary=\"\"\n\n--\ntext\n", "--\ntext\n",
         BIT(MIME_NO_BOUNDARY));
}

static void test_alternative(void **state) {
  expect(ALTERNATIVE "--b\nContent-Type: text/html\n\n<p>html\n--b\n" PLAIN "plain\n--b--\n", "plain", 0);
  expect(ALTERNATIVE "--b\n" PLAIN " \n\n--b\nContent-Type: text/html\n\n<p>html\n--b--\n", "html\n", 0);
  expect(ALTERNATIVE
         "--b\n" PLAIN "plain\n--b\nContent-Type: multipart/related; boundary=c\n\n--c\n"
         "Content-Type: text/html\n\n<p>html\n--c\nContent-Type: image/png; name=x.png\n\nx\n--c--\n--b--\n",
         "plain", 0);
  expect(FROM "Content-Type: text/html\n\n<p>Hello &amp; welcome<script>no</script>", "Hello & welcome\n", 0);
  /* a patch beside the other rendering is no rendering */
  expect(ALTERNATIVE "--b\n" PLAIN
                     "plain\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html"
                     "\n\nplain\n--c\nContent-Type: text/x-patch\n\n--- a/f\n--c--\n--b--\n",
         "plain\n--- a/f", 0);
}

static void test_attachments(void **state) {
  Mail mail;
  decode(&mail, MIXED
         "--b\n" PLAIN
         "see files\n--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; "
         "filename=\"../a.bin\"\nContent-Transfer-Encoding: base64\n\nAAAA\n--b\nContent-Type: text/plain;"
         " name=log.txt\nContent-Disposition: attachment\n\nlong log\n--b\nContent-Type: text/plain; "
         "name=in.txt\n"
         "Content-Disposition: inline\n\ninline\n--b\nContent-Type: application/pgp-signature; "
         "name=s.asc\n\nx\n--b--\n");
  assert_memory_equal(mail.body.text, "see files\ninline", mail.body.length);
  assert_string_equal(mail.body.attachments[0], "../a.bin");
  assert_string_equal(mail.body.attachments[1], "log.txt");
  assert_string_equal(mail.body.attachments[2], "in.txt");
  assert_null(mail.body.attachments[3]);
  assert_int_equal(mail.body.patch, -1);
  clear(&mail);

  decode(&mail, FROM "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: "
                     "application/pgp-encrypted\n\nVersion: 1\n"
                     "--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\nx\n--b--\n");
  assert_int_equal(mail.body.length, 0);
  assert_string_equal(mail.body.attachments[0], "application/pgp-encrypted");
  assert_string_equal(mail.body.attachments[1], "encrypted.asc");
  clear(&mail);
}

#define PATCH                                                                                                \
  "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: B <b@example.org>\n"        \
  "Subject: [PATCH] x\n\nlog\n"

static void expect_patch(const char *type, gboolean is_joined, gssize offset) {
  g_autofree char *bytes =
      g_strconcat(MIXED "--b\n" PLAIN "attached\n--b\n", type, "\n" PATCH "\n--b--\n", NULL);
  Mail mail;
  decode(&mail, bytes);
  const char *text = is_joined ? "attached\n" PATCH : "attached";
  assert_int_equal(mail.body.length, strlen(text));
  assert_memory_equal(mail.body.text, text, strlen(text));
  assert_int_equal(mail.body.patch, offset);
  clear(&mail);
}

static void test_attached_patch(void **state) {
  expect_patch("Content-Type: text/x-patch\nContent-Disposition: attachment; filename=x\n", TRUE, 9);
  expect_patch("Content-Type: text/x-diff\nContent-Disposition: inline\n", TRUE, 9);
  expect_patch("Content-Type: application/octet-stream; name=\"0001-x.PATCH\"\n", TRUE, 9);
  expect_patch("Content-Type: text/plain; name=fix.txt\nContent-Disposition: attachment\n", TRUE, 9);
  expect_patch("Content-Type: text/plain\n", TRUE, 9);
  expect_patch("Content-Type: application/octet-stream; name=x.bin\n", FALSE, -1);

  Mail mail;
  decode(&mail, MIXED "--b\n\nlog\n--b\nContent-Type: text/x-patch\n\ndiff --git a/f b/f\n--b--\n");
  assert_memory_equal(mail.body.text, "log\ndiff --git a/f b/f", mail.body.length);
  assert_int_equal(mail.body.patch, -1);
  clear(&mail);
}

static void test_whole_mail(void **state) {
  expect(FROM "Content-Disposition: attachment; filename=notes.txt\nContent-Type: text/plain\n\nnotes\n",
         "notes\n", 0);
  expect(FROM "Content-Disposition: inline\nContent-Type: text/plain\n\ntext\n", "text\n", 0);
  expect(FROM "Content-Type: application/pgp; x=y\n\ntext\n", "text\n", 0);
  expect(FROM "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nAAAA\n", "", 0);
  expect(FROM "Content-Type: image/png\n\nx\n", "", 0);
}

static void test_forwarded(void **state) {
  Mail mail;
  decode(&mail, MIXED "--b\n\nsee below\n--b\nContent-Type: message/rfc822\n\n\nFrom: "
                      "b@example.org\nContent-Type: text/plain; "
                      "charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nZo=EB\n--b--\n");
  assert_memory_equal(mail.body.text, "see below\nZo\xc3\xab", mail.body.length);
  assert_int_equal(mail.body.own, 10);
  clear(&mail);

  decode(
      &mail, FROM
      "Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: b@example.org\n\none\n--b\nContent-Type: "
      "message/rfc822\n\nFrom: c@example.org\n\ntwo\n--b--\n");
  assert_memory_equal(mail.body.text, "one\ntwo", mail.body.length);
  assert_int_equal(mail.body.own, 0);
  clear(&mail);
}

static void test_signed(void **state) {
  Mail mail;
  decode(&mail, FROM "Content-Type: multipart/signed; boundary=b\n\n--b\n" PLAIN "text\n--b\nContent-Type: "
                     "application/pgp-signature\n\nx\n--b--\n");
  assert_memory_equal(mail.body.text, "text", 4);
  assert_true(mail.body.is_signed);
  clear(&mail);
}

static void test_bounds(void **state) {
  g_autoptr(GString) bytes = g_string_new(FROM);
  Mail mail;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf(bytes, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  decode_bytes(&mail, bytes->str, bytes->len);
  assert_int_equal(mail.diagnostics, BIT(MIME_DEPTH));
  clear(&mail);

  g_string_assign(bytes, FROM);
  for (guint i = 0; i < 5000; i++)
    g_string_append(bytes, "Content-Type: message/rfc822\n\n");
  decode_bytes(&mail, bytes->str, bytes->len);
  assert_int_equal(mail.diagnostics, BIT(MIME_DEPTH));
  clear(&mail);

  g_string_assign(bytes, MIXED);
  for (guint i = 0; i < 20000; i++)
    g_string_append(bytes, "--b\n\nx\n");
  decode_bytes(&mail, bytes->str, bytes->len);
  assert_int_equal(mail.diagnostics, BIT(MIME_PARTS));
  assert_int_equal(mail.body.length, 2 * 999 - 1);
  clear(&mail);

  /* many lines that could be delimiters of many levels */
  g_string_assign(bytes, FROM);
  for (guint i = 0; i < 100; i++)
    g_string_append_printf(bytes, "Content-Type: multipart/mixed; boundary=x%u\n\n--x%u\n", i, i);
  g_string_append(bytes, "\n");
  for (guint i = 0; i < 400000; i++)
    g_string_append(bytes, "--xa\n");
  gint64 begin = g_get_monotonic_time();
  decode_bytes(&mail, bytes->str, bytes->len);
  assert_true(g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC);
  assert_int_equal(mail.body.length, 5 * 400000);
  clear(&mail);
}

/* One decoder for many mails: nothing of one shows in the next. */
static void test_reuse(void **state) {
  static const char *const mails[] = {MIXED "--b\n\none\n--b\n\ntwo\n--b--\n",
                                      FROM "Content-Transfer-Encoding: base64\n\nYQ==\n", FROM "\nplain\n",
                                      FROM "Content-Type: text/html\n\n<p>h"};
  static const char *const texts[] = {"one\ntwo", "a", "plain\n", "h\n"};
  g_autoptr(LbDecoder) decoder = lb_decoder_new();
  g_autoptr(LbArena) arena = lb_arena_new();
  for (guint i = 0; i < 4 * G_N_ELEMENTS(mails); i++) {
    const char *bytes = mails[i % G_N_ELEMENTS(mails)], *text = texts[i % G_N_ELEMENTS(mails)];
    LbHeader header;
    LbBody body;
    LbDiagSet diagnostics = 0;
    lb_header_scan(bytes, strlen(bytes), FALSE, &header);
    lb_body_decode(decoder, &header, bytes + header.body, strlen(bytes) - header.body, arena, &body,
                   &diagnostics);
    assert_int_equal(body.length, strlen(text));
    assert_memory_equal(body.text, text, body.length);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),          cmocka_unit_test(test_lines),
      cmocka_unit_test(test_flowed),         cmocka_unit_test(test_list_footer_behind_base64),
      cmocka_unit_test(test_structure),      cmocka_unit_test(test_no_boundary),
      cmocka_unit_test(test_alternative),    cmocka_unit_test(test_attachments),
      cmocka_unit_test(test_attached_patch), cmocka_unit_test(test_whole_mail),
      cmocka_unit_test(test_forwarded),      cmocka_unit_test(test_signed),
      cmocka_unit_test(test_bounds),         cmocka_unit_test(test_reuse),
  };
  return cmocka_run_group_tests(tests, setup_message, teardown_message);
}
