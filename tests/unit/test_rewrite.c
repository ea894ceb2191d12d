/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decoding.h"
#include "message/rewrite.h"

#define FROM "From: a@example.org\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n"
#define BASE64 "Content-Transfer-Encoding: base64\n"
#define EIGHT_BIT "Content-Transfer-Encoding: 8bit\n"
#define LATIN1 "Content-Type: text/plain; charset=iso-8859-1\n"
#define UTF8 "Content-Type: text/plain; charset=utf-8\n"
#define MIXED FROM "Content-Type: multipart/mixed; boundary=b\n\n"

static void expect(const char *mail, const char *wanted) {
  g_autoptr(GString) once = g_string_new(NULL), twice = g_string_new(NULL);
  assert_true(lb_rewrite_decoded(once, mail, strlen(mail)));
  assert_text(once, wanted);
  assert_false(lb_rewrite_decoded(twice, once->str, once->len));
}

static void expect_untouched(const char *mail, gsize length) {
  g_autoptr(GString) out = g_string_new(NULL);
  assert_false(lb_rewrite_decoded(out, mail, length));
  assert_int_equal(out->len, 0);
}

static void test_single(void **state) {
  expect(FROM LATIN1 QP "\nZo=EB\n", FROM UTF8 EIGHT_BIT "\nZo\xc3\xab\n");
  expect(FROM UTF8 BASE64 "\nWm/Dqwo=\n", FROM UTF8 EIGHT_BIT "\nZo\xc3\xab\n");
  expect(FROM LATIN1 "\nZo\xeb\n", FROM UTF8 EIGHT_BIT "\nZo\xc3\xab\n");
  expect(FROM QP "\na=3Db\n", FROM EIGHT_BIT UTF8 "\na=b\n");
  /* bytes that are UTF-8 already, whatever their label says */
  expect(FROM "Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 7bit\n\nZo\xc3\xab\n",
         FROM UTF8 EIGHT_BIT "\nZo\xc3\xab\n");
  /* the last line gets its end: mailboxes need it */
  expect(FROM UTF8 BASE64 "\nYQ==\n", FROM UTF8 EIGHT_BIT "\na\n");
}

/* Of a field only what has to change does. */
static void test_fields(void **state) {
  expect(FROM "CONTENT-TYPE: Text/Plain (x; \"y);\n\tformat=flowed; Charset = \"iso-8859-1\" ; x=y\nX: y\n"
              "Content-Transfer-encoding:quoted-printable\n\nZo=EB\n",
         FROM "CONTENT-TYPE: Text/Plain (x; \"y);\n\tformat=flowed; charset=utf-8 ; x=y\nX: y\n"
              "Content-Transfer-encoding: 8bit\n\nZo\xc3\xab\n");
  expect(FROM "Content-Type: text/plain;\n format=flowed\n" QP "\na=20\n",
         FROM "Content-Type: text/plain; charset=utf-8;\n format=flowed\n" EIGHT_BIT "\na \n");
  expect(FROM "Content-Type: text/plain; charset*=us-ascii''iso-8859-1\n" QP "\nZo=EB\n",
         FROM UTF8 EIGHT_BIT "\nZo\xc3\xab\n");
  expect(FROM "Content-Type: text\n" QP "\na=3Db\n", FROM UTF8 EIGHT_BIT "\na=b\n");
  expect("From x Mon Jan  1 00:00:00 2024\n" FROM LATIN1 QP "\nZo=EB\n",
         "From x Mon Jan  1 00:00:00 2024\n" FROM UTF8 EIGHT_BIT "\nZo\xc3\xab\n");
}

static void test_crlf(void **state) {
  expect("From: a@example.org\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: "
         "quoted-printable\r\n\r\na=\r\nb=3D\r\n",
         "From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
         "8bit\r\n\r\nab=\r\n");
  expect(FROM UTF8 BASE64 "\nYQ0KYg0K\n", FROM UTF8 EIGHT_BIT "\na\nb\n");
  expect(FROM UTF8 QP "\na=0D=0A=\nb=0D\n\n", FROM UTF8 EIGHT_BIT "\na\nb\n\n");
}

static void test_parts(void **state) {
  expect(MIXED "pre\n--b\n" LATIN1 QP "\nZo=EB\n--b\nContent-Type: application/octet-stream\n" BASE64
               "\nAAAA\n--b\n"
               "Content-Type: message/rfc822\n\n" FROM UTF8 BASE64 "\nYQ==\n--b--\npost\n",
         MIXED "pre\n--b\n" UTF8 EIGHT_BIT
               "\nZo\xc3\xab\n--b\nContent-Type: application/octet-stream\n" BASE64 "\nAAAA\n--b\n"
               "Content-Type: message/rfc822\n\n" FROM UTF8 EIGHT_BIT "\na\n--b--\npost\n");
  /* what lies around 8bit is no longer 7bit (RFC 2045 6.4) */
  expect(FROM "Content-Transfer-Encoding: 7bit\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" LATIN1 QP
              "\nZo=EB\n--b--\n",
         FROM
         "Content-Transfer-Encoding: 8bit\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" UTF8 EIGHT_BIT
         "\nZo\xc3\xab\n--b--\n");
  expect(FROM UTF8 BASE64 "\nYQ==\n_____\nlist\n", FROM UTF8 EIGHT_BIT "\na\n_____\nlist\n");
}

static void test_untouched(void **state) {
  static const char *const mails[] = {
      "",
      "no mail at all",
      FROM,
      FROM "\nplain\n",
      FROM LATIN1 "\nplain\n",
      FROM UTF8 EIGHT_BIT "\nZo\xc3\xab\n",
      FROM "\nZo\xeb\n",
      FROM "\nZo\xc3\xab\n",
      /* signed, encrypted */
      FROM "Content-Type: multipart/signed; boundary=b\n\n--b\n" LATIN1 QP "\nZo=EB\n--b\n\nx\n--b--\n",
      FROM "Content-Type: multipart/encrypted; boundary=b\n\n--b\n" LATIN1 QP "\nZo=EB\n--b--\n",
      FROM LATIN1 QP "\n-----BEGIN PGP SIGNED MESSAGE-----\n\nZo=EB\n",
      /* no text */
      FROM "Content-Type: application/x-patch\n" QP "\na=3D\n",
      FROM "Content-Type: message/rfc822\n" BASE64 "\nYQ==\n",
      /* not decoded in full */
      FROM LATIN1 QP "\nZo=EB =ZZ\n",
      FROM UTF8 BASE64 "\nYWI\n",
      FROM UTF8 BASE64 "\nclear text\n",
      FROM UTF8 QP "\nZo=EB\n",
      FROM "Content-Type: text/plain; charset=x-unknown\n" QP "\nZo=EB\n",
      FROM UTF8 QP "\na=00b\n",
      FROM UTF8 "Content-Transfer-Encoding: x-uuencode\n\nZo\xc3\xab\n",
      FROM LATIN1 "Content-Transfer-Encoding: x-uuencode\n\nZo\xeb\n",
      /* CRs that stand for themselves: a patch of a CRLF file */
      FROM UTF8 QP "\n-a=0D\n+b\n",
      FROM UTF8 QP "\na=0Db\n",
      FROM UTF8 BASE64 "\nYQ0KYgo=\n",
      /* would be read as something else */
      "From x Mon Jan  1 00:00:00 2024\n" FROM UTF8 QP "\na=3D\n=46rom here\n",
      MIXED "--b\n" UTF8 QP "\n=2D-b\n--b--\n",
      MIXED "--b\n" UTF8 QP "\n=2D-bcd\n--b--\n",
      MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n" UTF8 QP "\n=2D-b--\n--c--\n--b--\n",
      /* a header that others may read otherwise */
      FROM QP BASE64 "\na=3D\n",
      FROM LATIN1 UTF8 QP "\na=3D\n",
      FROM UTF8 QP "a=3D\n",
      FROM "Content-Type: text/plain; charset=iso-8859-1; charset=utf-8\n" QP "\na=3D\n",
      FROM "Content-Type: text/plain; charset=\"iso-8859-1\n" QP "\na=3D\n",
      FROM "Content-Type: text/plain; charset*0=iso; charset*1=-8859-1\n" QP "\na=3D\n",
      FROM QP,
      FROM UTF8 QP "\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(mails); i++)
    expect_untouched(mails[i], strlen(mails[i]));
  static const char with_nul[] = FROM LATIN1 "\nZo\xeb \0\n";
  expect_untouched(with_nul, sizeof with_nul - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_single), cmocka_unit_test(test_fields),    cmocka_unit_test(test_crlf),
      cmocka_unit_test(test_parts),  cmocka_unit_test(test_untouched),
  };
  return cmocka_run_group_tests(tests, setup_message, teardown_message);
}
