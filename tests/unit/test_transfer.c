/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decoding.h"
#include "message/transfer.h"

static LbSlice slice(const char *text) {
  return (LbSlice){text, text ? strlen(text) : 0};
}

static void test_find(void **state) {
  assert_int_equal(lb_transfer_find(slice(" base64\r")), LB_TRANSFER_BASE64);
  assert_int_equal(lb_transfer_find(slice(" BASE64 (a comment)")), LB_TRANSFER_BASE64);
  assert_int_equal(lb_transfer_find(slice("Quoted-Printable;")), LB_TRANSFER_QP);
  assert_int_equal(lb_transfer_find(slice("\n quoted-printable")), LB_TRANSFER_QP);
  assert_int_equal(lb_transfer_find(slice(" base64x")), LB_TRANSFER_NONE);
  assert_int_equal(lb_transfer_find(slice(" 8bit")), LB_TRANSFER_NONE);
  assert_int_equal(lb_transfer_find(slice("")), LB_TRANSFER_NONE);
  assert_int_equal(lb_transfer_find(slice(NULL)), LB_TRANSFER_NONE);
}

typedef struct {
  LbTransfer transfer;
  const char *encoded, *decoded, *tail;
  LbDiagSet diagnostics;
} Case;

#define BAD_QP LB_DIAG_BIT(LB_DIAG_BAD_QP)
#define BAD_BASE64 LB_DIAG_BIT(LB_DIAG_BAD_BASE64)

#define LINE "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"
#define DECODED_LINE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const Case cases[] = {
    /* quoted-printable: RFC 2045 6.7 */
    {LB_TRANSFER_QP, "Gr=C3=BC=c3=9fe\n",
     "Gr\xc3\xbc\xc3\x9f"
     "e\n",
     "", 0},
    {LB_TRANSFER_QP, "one=\ntwo=\r\nthree\n", "onetwothree\n", "", 0},
    {LB_TRANSFER_QP, "one=0A=\ntwo=0D=0A=\nthree=0A", "one\ntwo\r\nthree\n", "", 0},
    {LB_TRANSFER_QP, "soft= \t \nbreak", "softbreak", "", 0},
    {LB_TRANSFER_QP, "keep =ZZ and a = b and =4\nlast=", "keep =ZZ and a = b and =4\nlast", "", BAD_QP},
    {LB_TRANSFER_QP, "==3D=", "==", "", BAD_QP},
    {LB_TRANSFER_QP, "-- \nx  \n", "-- \nx  \n", "", 0},
    {LB_TRANSFER_QP, "", "", "", 0},
    /* base64: RFC 2045 6.8 */
    {LB_TRANSFER_BASE64, "Zm9v\n", "foo", "", 0},
    {LB_TRANSFER_BASE64, "Zm9v\r\nYmE=\r\n", "fooba", "", 0},
    {LB_TRANSFER_BASE64, "  Zm9v  \n\n Yg==", "foob", "", 0},
    {LB_TRANSFER_BASE64, "Zg==\nZm9v\nZg==\n", "ffoof", "", 0},
    {LB_TRANSFER_BASE64, "Zg== \r\n\n", "f", "", 0},
    {LB_TRANSFER_BASE64, "Zm9v\nYm9=", "foobo", "", 0},
    {LB_TRANSFER_BASE64, "Zm9v\n*A==\n", "foo", "*A==\n", 0},
    {LB_TRANSFER_BASE64, "Zm9vYm", "foob", "", BAD_BASE64},
    {LB_TRANSFER_BASE64, "Zm9vYmF", "fooba", "", BAD_BASE64},
    {LB_TRANSFER_BASE64, "Zm9vY", "foo", "", BAD_BASE64},
    {LB_TRANSFER_BASE64, "Zm*9v\n" LINE "\nZm9v\n", "foo" DECODED_LINE "foo", "", BAD_BASE64},
    {LB_TRANSFER_BASE64, "", "", "", 0},
    {LB_TRANSFER_BASE64, "Zm9v\n\n_____________\nxyz mailing list\nxyz\n", "foo",
     "\n_____________\nxyz mailing list\nxyz\n", 0},
    {LB_TRANSFER_BASE64, "Zm9vYg==\nRegards\n", "foob", "Regards\n", 0},
    {LB_TRANSFER_BASE64, "not encoded at all\n", "", "not encoded at all\n", BAD_BASE64},
    {LB_TRANSFER_NONE, "a=3D\n", "a=3D\n", "", 0},
};

static void test_decode(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    LbDiagSet diagnostics = 0;
    gsize length = strlen(cases[i].encoded);
    gsize end = lb_transfer_decode(cases[i].transfer, cases[i].encoded, length, out, &diagnostics);
    assert_text(out, cases[i].decoded);
    assert_string_equal(cases[i].encoded + end, cases[i].tail);
    assert_int_equal(diagnostics, cases[i].diagnostics);
  }
}

/* A megabyte in one line, and as many lines as there are bytes. */
static void test_long(void **state) {
  g_autoptr(GString) in = g_string_new(NULL), out = g_string_new(NULL);
  LbDiagSet diagnostics = 0;
  for (guint i = 0; i < 1u << 18; i++)
    g_string_append(in, "AAAA");
  lb_transfer_decode(LB_TRANSFER_BASE64, in->str, in->len, out, &diagnostics);
  assert_int_equal(out->len, 3u << 18);
  assert_int_equal(diagnostics, 0);

  g_string_truncate(in, 0);
  g_string_truncate(out, 0);
  for (guint i = 0; i < 1u << 18; i++)
    g_string_append(in, "=\n=");
  lb_transfer_decode(LB_TRANSFER_QP, in->str, in->len, out, &diagnostics);
  assert_int_equal(out->len, (1u << 18) - 1);
  g_string_truncate(out, 0);
  lb_transfer_decode(LB_TRANSFER_BASE64, in->str, in->len, out, &diagnostics);
  assert_int_equal(out->len, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_find),
      cmocka_unit_test(test_decode),
      cmocka_unit_test(test_long),
  };
  return cmocka_run_group_tests(tests, setup_message, teardown_message);
}
