/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <unistd.h>
#include "message/header.h"
#include "message/message.h"
#include "message/message_id.h"
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

/* In memory of its very size: what is read behind the mail's end is seen by the sanitizer. */
static char *scan(const char *mail, gsize length, gboolean is_part, LbHeader *header) {
  char *copy = g_memdup2(length ? mail : "x", MAX(length, 1));
  lb_header_scan(copy, length, is_part, header);
  assert_true(header->body <= length);
  return copy;
}

static const char *field(const LbHeader *header, LbFieldName name) {
  LbDiagSet ignored = 0;
  return header->fields[name].data ? lb_header_unfold(header->fields[name], arena, &ignored) : NULL;
}

static void test_scan(void **state) {
  (void)state;
  static const struct {
    const char *mail;
    gboolean is_part;
    const char *subject, *from, *body;
    guint n_fields;
    LbDiagSet diagnostics;
  } cases[] = {
      {"Subject: s\nFrom: f\n\nbody\n", FALSE, "s", "f", "body\n", 2, 0},
      {"Subject: s\r\nFrom: f\r\n\r\nbody\r\n", FALSE, "s", "f", "body\r\n", 2, 0},
      {"SUBJECT:s\nfrom :f\n\n", FALSE, "s", "f", "", 2, 0},
      {"Subject \t : s\n\nb", FALSE, "s", NULL, "b", 1, 0},
      {"Subject: a\n b\n\tc\n\nx", FALSE, "a b\tc", NULL, "x", 1, 0},
      {"Subject: a\n \n b\n\nx", FALSE, "a  b", NULL, "x", 1, 0},
      {"Subject:\n folded\n\nx", FALSE, "folded", NULL, "x", 1, 0},
      {"Subject: s", FALSE, "s", NULL, "", 1, 0},
      {"Subject: s\n", FALSE, "s", NULL, "", 1, 0},
      {"Subject: s\n\n", FALSE, "s", NULL, "", 1, 0},
      {"Subject: s\nFrom: f\n ", FALSE, "s", "f", "", 2, 0},
      {"Subject: one\nSubject: two\n\n", FALSE, "one", NULL, "", 2, BIT(LB_DIAG_FIELD_REPEATED)},
      {"Received: a\nReceived: b\nSubject: s\n\n", FALSE, "s", NULL, "", 3, 0},
      {"X-Unknown: a\nSubjects: b\nSubjec: c\nSubject: s\n\n", FALSE, "s", NULL, "", 4, 0},
      /* before the header */
      {"\xef\xbb\xbfSubject: s\n\nb", FALSE, "s", NULL, "b", 1, BIT(LB_DIAG_BOM)},
      {"\n \n\r\nSubject: s\n\nb", FALSE, "s", NULL, "b", 1, 0},
      {"From alice Mon Sep 17 00:00:00 2001\nSubject: s\n\nb", FALSE, "s", NULL, "b", 1,
       BIT(LB_DIAG_FROM_LINE)},
      {">From alice Mon Sep 17 00:00:00 2001\n\nSubject: s\n\nb", FALSE, "s", NULL, "b", 1,
       BIT(LB_DIAG_FROM_LINE)},
      {"From : f\nSubject: s\n\nb", FALSE, "s", "f", "b", 2, 0},
      {"Subject: s\nFrom : f\n\nb", FALSE, "s", "f", "b", 2, 0},
      {"Subject: s\nFrom alice Mon Sep 17 00:00:00 2001\nFrom: f\n\nb", FALSE, "s", "f", "b", 2, 0},
      {"Subject: s\n>From alice Mon Sep 17 00:00:00 2001\nFrom: f\n\nb", FALSE, "s", "f", "b", 2, 0},
      /* a part's header may be missing */
      {"\nSubject: s\n\nb", TRUE, NULL, NULL, "Subject: s\n\nb", 0, 0},
      {"\r\nb", TRUE, NULL, NULL, "b", 0, 0},
      /* no field: the body begins there and nothing is lost */
      {"Subject: s\nno colon here\nFrom: f\n\nb", FALSE, "s", NULL, "no colon here\nFrom: f\n\nb", 1,
       BIT(LB_DIAG_HEADER_JUNK)},
      {"Subject: s\na b: c\n\nb", FALSE, "s", NULL, "a b: c\n\nb", 1, BIT(LB_DIAG_HEADER_JUNK)},
      {"hello\nSubject: s\n\nb", FALSE, NULL, NULL, "hello\nSubject: s\n\nb", 0, BIT(LB_DIAG_HEADER_JUNK)},
      {": x\nSubject: s\n\nb", FALSE, NULL, NULL, ": x\nSubject: s\n\nb", 0, BIT(LB_DIAG_HEADER_JUNK)},
      {"\x80x: y\n\nb", FALSE, NULL, NULL, "\x80x: y\n\nb", 0, BIT(LB_DIAG_HEADER_JUNK)},
      {"", FALSE, NULL, NULL, "", 0, 0},
      {"\n", FALSE, NULL, NULL, "", 0, 0},
      {"\n\n\n", FALSE, NULL, NULL, "", 0, 0},
      {"\xef\xbb\xbf", FALSE, NULL, NULL, "", 0, BIT(LB_DIAG_BOM)},
      {"From alice Mon Sep 17 00:00:00 2001", FALSE, NULL, NULL, "", 0, 0},
      /* a lone CR ends nothing (RFC 5322 2.3) */
      {"Subject: a\rX-Evil: b\n\nb", FALSE, "a\rX-Evil: b", NULL, "b", 1, BIT(LB_DIAG_BARE_CR)},
      {"Subject: a\n\nb\rc", FALSE, "a", NULL, "b\rc", 1, 0},
      {"Subject: a\r\r\n\r\nb", FALSE, "a", NULL, "b", 1, BIT(LB_DIAG_BARE_CR)},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbHeader header;
    g_autofree char *mail = scan(cases[i].mail, strlen(cases[i].mail), cases[i].is_part, &header);
    g_autofree char *body = g_strndup(mail + header.body, strlen(cases[i].mail) - header.body);
    unit_check_string(field(&header, LB_FIELD_SUBJECT), cases[i].subject, cases[i].mail);
    unit_check_string(field(&header, LB_FIELD_FROM), cases[i].from, cases[i].mail);
    unit_check_string(body, cases[i].body, cases[i].mail);
    unit_check(header.n_fields == cases[i].n_fields, "%s", cases[i].mail);
    unit_check(header.diagnostics == cases[i].diagnostics, "%s", cases[i].mail);
  }
}

/* Each wanted field by its name in any case; nothing else. */
static void test_every_field(void **state) {
  (void)state;
  static const char *const names[LB_N_FIELDS] = {"From",
                                                 "REPLY-TO",
                                                 "to",
                                                 "Cc",
                                                 "subject",
                                                 "dAtE",
                                                 "Message-Id",
                                                 "In-Reply-To",
                                                 "References",
                                                 "Received",
                                                 "List-ID",
                                                 "List-Post",
                                                 "X-Original-From",
                                                 "X-Original-Sender",
                                                 "X-Change-ID",
                                                 "Auto-Submitted",
                                                 "Content-Type",
                                                 "Content-Transfer-Encoding",
                                                 "Content-Disposition"};
  for (int i = 0; i < LB_N_FIELDS; i++) {
    LbHeader header;
    g_autofree char *text = g_strdup_printf("X%s: a\n%sx: b\n%s: c\n\n", names[i], names[i], names[i]);
    g_autofree char *mail = scan(text, strlen(text), FALSE, &header);
    for (int k = 0; k < LB_N_FIELDS; k++)
      unit_check_string(field(&header, (LbFieldName)k), i == k ? "c" : NULL, names[i]);
  }
}

static void test_repeated_fields(void **state) {
  (void)state;
  GString *text = g_string_new(NULL);
  for (int i = 0; i < 20; i++)
    g_string_append_printf(text, "Received: r%d\nList-Id: <l%d.example.org>\n", i, i);
  g_string_append(text, "\n");
  LbHeader header;
  g_autofree char *mail = scan(text->str, text->len, FALSE, &header);
  assert_int_equal(header.n_received, 8);
  assert_int_equal(header.n_list_ids, 8);
  LbDiagSet ignored = 0;
  assert_string_equal(lb_header_unfold(header.received[7], arena, &ignored), "r7");
  assert_string_equal(lb_header_unfold(header.list_ids[0], arena, &ignored), "<l0.example.org>");
  assert_int_equal(header.n_fields, 40);
  assert_int_equal(header.diagnostics, 0);
  g_string_free(text, TRUE);
}

/* Fields of every length, folded anywhere: their ends fall on every place of the blocks that are looked at.
 */
static void test_every_length(void **state) {
  (void)state;
  for (gsize n = 0; n < 200; n++)
    for (gsize fold = 0; fold <= n; fold += 1 + n / 40) {
      g_autofree char *value = g_strnfill(n, 'v');
      g_autofree char *mail =
          g_strdup_printf("To: %.*s\n\t%s\nX-Other: %s\r\n a\r\nSubject: s\n\n f\nCc: b\n", (int)fold, value,
                          value + fold, value);
      LbHeader header;
      g_autofree char *copy = scan(mail, strlen(mail), FALSE, &header);
      assert_int_equal(header.n_fields, 3);
      assert_int_equal(header.fields[LB_FIELD_TO].length, n + 3);
      assert_string_equal(field(&header, LB_FIELD_SUBJECT), "s");
      assert_memory_equal(copy + header.body, " f\nCc: b\n", 9);
      assert_int_equal(header.body + 9, strlen(mail));
      lb_arena_clear_scratch(arena);
    }
}

static void test_caps(void **state) {
  (void)state;
  /* a field of 64 KiB and one byte */
  GString *text = g_string_new("Subject:");
  while (text->len < 8 + (64 << 10) + 1)
    g_string_append_c(text, 'x');
  g_string_append(text, "\nFrom: f\n\nbody");
  LbHeader header;
  g_autofree char *mail = scan(text->str, text->len, FALSE, &header);
  assert_int_equal(header.fields[LB_FIELD_SUBJECT].length, 64 << 10);
  assert_int_equal(header.diagnostics, BIT(LB_DIAG_HEADER_CUT));
  assert_string_equal(field(&header, LB_FIELD_FROM), "f");
  assert_memory_equal(mail + header.body, "body", 4);
  /* a header above 1 MiB: what comes behind isn't read, the body is found */
  for (int form = 0; form < 3; form++) {
    g_string_assign(text, "Subject: s\n");
    while (text->len <= 1 << 20)
      g_string_append(text, form == 0 ? "X-Pad: y\n" : form == 1 ? " folded\n" : "X-Pad: y\r\n");
    g_string_append(text, form == 2 ? "X-More: y\r\nFrom: f\r\n\r\nbody" : "X-More: y\nFrom: f\n\nbody");
    g_autofree char *large = scan(text->str, text->len, FALSE, &header);
    assert_int_equal(header.diagnostics, BIT(LB_DIAG_HEADER_CUT));
    assert_null(field(&header, LB_FIELD_FROM));
    assert_int_equal(header.body, text->len - 4);
  }
  /* and without any body */
  g_string_assign(text, "Subject: s\n");
  while (text->len <= (1 << 20) + 100)
    g_string_append(text, "X-Pad: y\n");
  g_autofree char *headless = scan(text->str, text->len, FALSE, &header);
  assert_int_equal(header.body, text->len);
  g_string_free(text, TRUE);
}

static void test_unfold(void **state) {
  (void)state;
  static const struct {
    const char *value;
    gsize length;
    const char *text;
    LbDiagSet diagnostics;
  } cases[] = {
      {"", 0, "", 0},
      {"  ", 2, "", 0},
      {" a\r\n b \n\tc \r", 12, "a b \tc", 0},
      {" Gr\xfc\xdf"
       "e",
       6, "Grüße", 0},
      {" Gr\xc3\xbc", 5, "Grü", 0},
      {" a\0b", 4,
       "a\ufffd"
       "b",
       BIT(LB_DIAG_NUL)},
      {" \0", 2, "\ufffd", BIT(LB_DIAG_NUL)},
      {" \x80 \r\n", 5, "€", 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbDiagSet diagnostics = 0;
    g_autofree char *copy = g_memdup2(cases[i].value, MAX(cases[i].length, 1));
    unit_check_string(lb_header_unfold((LbSlice){copy, cases[i].length}, arena, &diagnostics), cases[i].text,
                      cases[i].text);
    unit_check(diagnostics == cases[i].diagnostics, "%s", cases[i].text);
  }
  LbDiagSet diagnostics = 0;
  assert_string_equal(lb_header_unfold((LbSlice){NULL, 0}, arena, &diagnostics), "");
}

static void test_decode(void **state) {
  (void)state;
  static const struct {
    const char *value, *text;
    LbDiagSet diagnostics;
  } cases[] = {
      {NULL, "", 0},
      {" plain", "plain", 0},
      {" a\r\n\tb   c", "a b c", 0},
      {"Pr\xc3\xbc"
       "fung",
       "Prüfung", 0},
      {"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße", 0},
      {"=?UTF-8?Q?a_b=20c?=", "a b c", 0},
      {"=?utf-8?B?R3LDvMOfZQ==?=", "Grüße", 0},
      {"=?utf-8?B?R3LDvMOfZQ?=", "Grüße", 0},
      {"=?iso-8859-1?q?Gr=FC=DFe?=", "Grüße", 0},
      {"=?iso-8859-1*de?q?Gr=FC=DFe?=", "Grüße", 0},
      {"=?windows-1252?q?=80?=", "€", 0},
      {"=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語", 0},
      {"=?gb2312?B?xOO6ww==?=", "你好", 0},
      /* RFC 2047 section 8 */
      {"=?ISO-8859-1?Q?a?=", "a", 0},
      {"=?ISO-8859-1?Q?a?= b", "a b", 0},
      {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab", 0},
      {"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab", 0},
      {"=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab", 0},
      {"=?ISO-8859-1?Q?a_b?=", "a b", 0},
      {"=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b", 0},
      /* split inside a character, base64 and quoted-printable mixed */
      {"x =?utf-8?q?na=C3?= =?utf-8?q?=AFve?= y", "x naïve y", 0},
      {"=?utf-8?B?w6k=?= =?utf-8?q?=C3?= =?utf-8?B?qQ==?=", "éé", 0},
      /* glued to text, as some senders have it */
      {"a=?utf-8?q?b?=c", "abc", 0},
      {"=?utf-8?q?a?==?utf-8?q?b?=", "ab", 0},
      {"[PATCH] =?utf-8?q?x?=: y", "[PATCH] x: y", 0},
      /* blanks and question marks inside */
      {"=?utf-8?q?a b?=", "a b", 0},
      {"=?utf-8?q?what? really?=", "what? really", 0},
      {"=?utf-8?q?=3D=3F?=", "=?", 0},
      /* injected line ends are text */
      {"=?utf-8?q?Hello=0D=0ABcc:_victim@example.net?=", "Hello Bcc: victim@example.net", 0},
      {"=?utf-8?q?a=00b?=",
       "a\ufffd"
       "b",
       BIT(LB_DIAG_NUL)},
      /* empty, cut off, unknown */
      {"a =?utf-8?q?\?= b", "a b", 0},
      {"=?utf-8?q?a", "=?utf-8?q?a", 0},
      {"=?utf-8?q?a?", "=?utf-8?q?a?", 0},
      {"=?", "=?", 0},
      {"=?\?=", "=?\?=", 0},
      {"=?\?q?a?=", "=?\?q?a?=", 0},
      {"=?utf-8?x?a?=", "=?utf-8?x?a?=", 0},
      {"=?utf 8?q?a?=", "=?utf 8?q?a?=", 0},
      {"=?utf-8?q?a=4?= b", "a=4 b", 0},
      {"x =?utf-8?B?####?= y", "x =?utf-8?B?####?= y", BIT(LB_DIAG_BAD_ENCODED_WORD)},
      {"=?utf-8?q?a?= =?utf-8?B?####?= =?utf-8?q?b?=", "a =?utf-8?B?####?= b", BIT(LB_DIAG_BAD_ENCODED_WORD)},
      {"before =?no-such-charset?q?caf=C3=A9?= after", "before café after", BIT(LB_DIAG_UNKNOWN_CHARSET)},
      {"before =?no-such-charset?q?caf=E9?= after", "before café after", BIT(LB_DIAG_UNKNOWN_CHARSET)},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbDiagSet diagnostics = 0;
    unit_check_string(lb_header_decode(slice(cases[i].value), arena, &diagnostics), cases[i].text,
                      cases[i].value);
    unit_check(diagnostics == cases[i].diagnostics, "%s: %" G_GINT64_MODIFIER "x", cases[i].value,
               diagnostics);
    LbSlice plain = lb_header_take_plain(slice(cases[i].value));
    unit_check(!plain.data || (plain.length == strlen(cases[i].text) &&
                               !memcmp(plain.data, cases[i].text, plain.length)),
               "%s: not plain", cases[i].value);
  }
}

static void test_plain(void **state) {
  (void)state;
  static const struct {
    const char *value, *text; /* NULL: must be decoded */
  } cases[] = {
      {" [PATCH] a: b", "[PATCH] a: b"},
      {"\t a ?= b=c \r", "a ?= b=c"},
      {"a", "a"},
      {"", NULL},
      {NULL, NULL},
      {"  \t", NULL},
      {"a  b", NULL},
      {"a\tb", NULL},
      {"a\r\n b", NULL},
      {"a\vb", NULL},
      {"caf\xc3\xa9", NULL},
      {"caf\xe9", NULL},
      {"=?utf-8?q?a?=", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbSlice plain = lb_header_take_plain(slice(cases[i].value));
    g_autofree char *text = plain.data ? g_strndup(plain.data, plain.length) : NULL;
    unit_check_string(text, cases[i].text, cases[i].value);
  }
  assert_null(lb_header_take_plain((LbSlice){"a\0b", 3}).data);
}

/* Whatever the bytes: valid UTF-8, no control of a line's end, and soon. */
static void test_decode_hostile(void **state) {
  (void)state;
  static const char *const pieces[] = {
      "=?", "?=",      "=? ",  "=?a?q?", "=?a?b?=",        "=?utf-8?q?=C3", "?q?", "\xff=?", "=?utf-8?B?w?=",
      " ",  "=?a?q?x", "=?x ", "=?x?=",  "=?utf-16?q?a?= "};
  gint64 begin = g_get_monotonic_time();
  for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(pieces); k++) {
      g_autoptr(GString) text = g_string_new(NULL);
      while (text->len < 60000)
        g_string_append(text, pieces[i]);
      g_string_append(text, pieces[k]);
      LbDiagSet diagnostics = 0;
      const char *decoded = lb_header_decode((LbSlice){text->str, text->len}, arena, &diagnostics);
      assert_true(g_utf8_validate(decoded, -1, NULL));
      assert_null(strpbrk(decoded, "\r\n"));
    }
  assert_true(g_get_monotonic_time() - begin < 20 * G_USEC_PER_SEC);
}

static void test_mime(void **state) {
  (void)state;
  static const struct {
    const char *field;
    gboolean is_disposition;
    const char *value, *charset, *boundary, *format, *delsp, *name;
  } cases[] = {
      {NULL, FALSE, NULL, NULL, NULL, NULL, NULL, NULL},
      {" text/plain; charset=utf-8", FALSE, "text/plain", "utf-8", NULL, NULL, NULL, NULL},
      {"TEXT/Plain;charset=\"UTF-8\";\r\n\tformat=flowed; DelSp=yes", FALSE, "text/plain", "UTF-8", NULL,
       "flowed", "yes", NULL},
      {"text/plain; charset = \"utf-8\" ; x=y", FALSE, "text/plain", "utf-8", NULL, NULL, NULL, NULL},
      {"text/plain; charset=us-ascii (Plain text)", FALSE, "text/plain", "us-ascii", NULL, NULL, NULL, NULL},
      {"text/plain; (who=\"knows\") charset=\"utf-8\"; format=flowed", FALSE, "text/plain", "utf-8", NULL,
       "flowed", NULL, NULL},
      {"text/plain; charset=utf-8; charset=latin1", FALSE, "text/plain", "utf-8", NULL, NULL, NULL, NULL},
      {"text/plain;;; charset=utf-8;", FALSE, "text/plain", "utf-8", NULL, NULL, NULL, NULL},
      {"multipart/mixed; boundary=\"a;b\\\"c=d\"", FALSE, "multipart/mixed", NULL, "a;b\"c=d", NULL, NULL,
       NULL},
      {"multipart/mixed; boundary=\"=_x (y)*\"", FALSE, "multipart/mixed", NULL, "=_x (y)*", NULL, NULL,
       NULL},
      {"multipart/mixed; boundary=\"open", FALSE, "multipart/mixed", NULL, "open", NULL, NULL, NULL},
      {"text", FALSE, NULL, NULL, NULL, NULL, NULL, NULL},
      {"text/", FALSE, NULL, NULL, NULL, NULL, NULL, NULL},
      {"/plain", FALSE, NULL, NULL, NULL, NULL, NULL, NULL},
      {"; charset=utf-8", FALSE, NULL, "utf-8", NULL, NULL, NULL, NULL},
      {"", FALSE, NULL, NULL, NULL, NULL, NULL, NULL},
      {"attachment; filename=\"a b.patch\"", TRUE, "attachment", NULL, NULL, NULL, NULL, "a b.patch"},
      {"inline", TRUE, "inline", NULL, NULL, NULL, NULL, NULL},
      {"attachment; filename==?utf-8?q?gr=C3=BC=C3=9Fe.txt?=", TRUE, "attachment", NULL, NULL, NULL, NULL,
       "grüße.txt"},
      /* RFC 2231 */
      {"attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.txt", TRUE, "attachment", NULL, NULL, NULL, NULL,
       "grüße.txt"},
      {"attachment; filename*0=\"long\"; filename*1=\"name\"; filename*2=\".txt\"", TRUE, "attachment", NULL,
       NULL, NULL, NULL, "longname.txt"},
      {"attachment; filename*0*=iso-8859-1'de'gr%FC; filename*1=\"n.txt\"", TRUE, "attachment", NULL, NULL,
       NULL, NULL, "grün.txt"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbDiagSet diagnostics = 0;
    LbMimeField got;
    const char *name = cases[i].field;
    lb_header_parse_mime(slice(cases[i].field), cases[i].is_disposition, arena, &got, &diagnostics);
    unit_check_string(got.value, cases[i].value, name);
    unit_check_string(got.charset, cases[i].charset, name);
    unit_check_string(got.boundary, cases[i].boundary, name);
    unit_check_string(got.format, cases[i].format, name);
    unit_check_string(got.delsp, cases[i].delsp, name);
    unit_check_string(got.name, cases[i].name, name);
    unit_check(diagnostics == 0, "%s", name);
  }
}

/* GMime 3.2.13 loops for ever over parameter names of 70-72 characters: no name above 60 may reach it,
 * however quotes and comments hide it. */
static void test_mime_hostile(void **state) {
  (void)state;
  static const char *const shapes[] = {
      "text/plain; %s=x; charset=utf-8; name*=utf-8''x",
      "text/plain; charset=utf-8; %s*=utf-8''x; name*=utf-8''x",
      "text/plain; %s*0=x; %s*1=y; charset=utf-8; name*=utf-8''x",
      "text/plain; (\") %s=x; y=\"z\"; charset=utf-8; name*=utf-8''x",
      "text/plain; (a) %s (b) = x; charset=utf-8; name*=utf-8''x",
      "text/plain; a=\"(\"; %s=x (\"); charset=utf-8; name*=utf-8''x",
      "text/plain; a=\"b\\\\\"; %s=x; c=\"d\"; charset=utf-8; name*=utf-8''x",
      "text/plain; charset=utf-8; name*=utf-8''x; a=(\"); %s=x",
      "text/plain; charset=utf-8; name*=utf-8''x; %s=\"unclosed",
  };
  alarm(30);
  for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++)
    for (gsize length = 61; length <= 90; length++) {
      g_autofree char *name = g_strnfill(length, 'n');
      g_auto(GStrv) around = g_strsplit(shapes[i], "%s", -1);
      g_autofree char *text = g_strjoinv(name, around);
      for (int is_disposition = 0; is_disposition < 2; is_disposition++) {
        LbDiagSet diagnostics = 0;
        LbMimeField got;
        lb_header_parse_mime(slice(text), is_disposition, arena, &got, &diagnostics);
        unit_check(diagnostics == BIT(LB_DIAG_FIELD_DROPPED), "%s", text);
        unit_check_string(got.charset, "utf-8", text);
        unit_check_string(got.name, "x", text);
      }
    }
  alarm(0);
  /* A long value is no long name. */
  LbDiagSet diagnostics = 0;
  LbMimeField got;
  lb_header_parse_mime(
      slice("multipart/mixed (x); boundary=\"==_"
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"; charset=utf-8"),
      FALSE, arena, &got, &diagnostics);
  assert_int_equal(diagnostics, 0);
  assert_string_equal(got.charset, "utf-8");
  /* Fields above 4 KiB never reach it. */
  g_autoptr(GString) large = g_string_new("text/plain (x)");
  for (int i = 0; i < 5000; i++)
    g_string_append_printf(large, "; name*%d=b", i);
  lb_header_parse_mime((LbSlice){large->str, large->len}, FALSE, arena, &got, &diagnostics);
  assert_int_equal(diagnostics, BIT(LB_DIAG_FIELD_DROPPED));
  assert_string_equal(got.value, "text/plain");
}

static void test_message_id(void **state) {
  (void)state;
  static const struct {
    const char *field, *id;
    LbDiagSet diagnostics;
  } cases[] = {
      {NULL, NULL, 0},
      {" <a@example.org>", "a@example.org", 0},
      {"\r\n <a@example.org>", "a@example.org", 0},
      {"<a\r\n @example.org>", "a@example.org", 0},
      {"< a @ example.org >", "a@example.org", 0},
      {"<<a@example.org>>", "a@example.org", 0},
      {"<a@example.org> <b@example.org>", "a@example.org", 0},
      {"<a@example.org> (added by b@example.org)", "a@example.org", 0},
      {"(see <b@example.org>) <a@example.org>", "a@example.org", 0},
      {"<\"a b\"@example.org>", "\"ab\"@example.org", 0},
      {"<../../../../tmp/x@example.org>", "../../../../tmp/x@example.org", 0},
      {"=?utf-8?q?=3Ca=40example=2Eorg=3E?=", "a@example.org", 0},
      {"<no-at-sign>", "no-at-sign", BIT(LB_DIAG_BAD_MSGID)},
      {"bare@example.org", "bare@example.org", BIT(LB_DIAG_BAD_MSGID)},
      {"(comment) bare@example.org (more)", "bare@example.org", BIT(LB_DIAG_BAD_MSGID)},
      {"<unclosed@example.org", "unclosed@example.org", BIT(LB_DIAG_BAD_MSGID)},
      {"<>", NULL, BIT(LB_DIAG_BAD_MSGID)},
      {"", NULL, BIT(LB_DIAG_BAD_MSGID)},
      {"<> <a@example.org>", "a@example.org", 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbDiagSet diagnostics = 0;
    unit_check_string(lb_message_id_parse(slice(cases[i].field), arena, &diagnostics), cases[i].id,
                      cases[i].field);
    unit_check(diagnostics == cases[i].diagnostics, "%s", cases[i].field);
  }
}

static void test_message_ids(void **state) {
  (void)state;
  static const struct {
    const char *field;
    guint max;
    const char *ids;
  } cases[] = {
      {NULL, 10, ""},
      {"", 10, ""},
      {"<a@x>", 10, "a@x"},
      {"<a@x> <b@x>\r\n\t<c@x>", 10, "a@x b@x c@x"},
      {"<a@x><b@x>,<c@x>", 10, "a@x b@x c@x"},
      {"<a@x> <b@x> <c@x>", 2, "b@x c@x"},
      {"<a@x> <b@x> <c@x>", 1, "c@x"},
      {"Your message of \"Tue, 02 Jan 2024\" <a@x>", 10, "a@x"},
      {"Your message of today", 10, ""},
      {"a@x", 10, "a@x"},
      {"<a@x> <b@", 10, "a@x"},
      {"<a@x> > <b@x>", 10, "a@x b@x"},
      {"<> <> <a@x>", 2, "a@x"},
      {"<broken <a@x>", 10, "a@x"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbDiagSet diagnostics = 0;
    const char *const *ids =
        lb_message_id_parse_all(slice(cases[i].field), cases[i].max, arena, &diagnostics);
    g_autofree char *joined = g_strjoinv(" ", (char **)ids);
    unit_check_string(joined, cases[i].ids, cases[i].field);
  }
  /* 20,000 ids, the newest hundred kept */
  g_autoptr(GString) many = g_string_new(NULL);
  for (int i = 0; i < 20000; i++)
    g_string_append_printf(many, "<%d@x> ", i);
  LbDiagSet diagnostics = 0;
  const char *const *ids = lb_message_id_parse_all((LbSlice){many->str, many->len}, 100, arena, &diagnostics);
  assert_int_equal(g_strv_length((char **)ids), 100);
  assert_string_equal(ids[0], "19900@x");
  assert_string_equal(ids[99], "19999@x");
}

/* What was read of threads before changes nothing but where the ids are. */
static void test_references(void **state) {
  (void)state;
  static const char *const fields[] = {
      "<root@x>",
      "<root@x> <b@x>",
      "<root@x>\r\n <b@x>\n\t<c@x> ",
      "<root@x> <b@x>",
      "<root@x> <bb@x>",
      "<roo@x> <b@x>",
      "<root@x> (b) <c@x>",
      "<root@x> <b x@x>",
      "<root@x> <b@x> <c>",
      "<root@x><b@x><c>",
      "<root@x> <b\xc3\xa9@x>",
      "<root@x> <b=@x> <",
      "root@x",
      "",
      "<root@x> =?utf-8?q?=3Cb=3E?=",
      "<root@x> <b@x> <c@x> <d@x>",
  };
  LbReferences recent = {0};
  for (gsize i = 0; i < 3 * G_N_ELEMENTS(fields); i++) {
    LbSlice field = slice(fields[i * 5 % G_N_ELEMENTS(fields)]);
    LbDiagSet diagnostics = 0, expected = 0;
    const char *const *all = lb_message_id_parse_all(field, LB_REFERENCES_MAX, arena, &expected);
    const char *const *got = lb_message_id_parse_references(field, &recent, arena, &diagnostics);
    g_autofree char *one = g_strjoinv(" ", (char **)all), *other = g_strjoinv(" ", (char **)got);
    unit_check_string(other, one, field.data);
    unit_check(diagnostics == expected, "%s", field.data);
    all = lb_message_id_parse_all(field, 1, arena, &expected);
    unit_check_string(lb_message_id_parse_parent(field, got, arena, &diagnostics), all[0], field.data);
    unit_check_string(lb_message_id_parse_parent(field, (const char *const[]){NULL}, arena, &diagnostics),
                      all[0], field.data);
  }
  LbDiagSet diagnostics = 0;
  const char *const *first =
      lb_message_id_parse_references(slice("<new@x> <b@x>"), &recent, arena, &diagnostics);
  assert_ptr_equal(lb_message_id_parse_references(slice(" <new@x>\n <b@x>"), &recent, arena, &diagnostics),
                   first);
  assert_ptr_equal(lb_message_id_parse_parent(slice(" <b@x>"), first, arena, &diagnostics), first[1]);
  assert_null(*lb_message_id_parse_references(slice(NULL), &recent, arena, &diagnostics));
  assert_null(lb_message_id_parse_parent(slice(NULL), first, arena, &diagnostics));
  /* one more than are kept */
  g_autoptr(GString) many = g_string_new(NULL);
  for (int i = 0; i <= LB_REFERENCES_MAX; i++)
    g_string_append_printf(many, "<%d@x> ", i);
  first = lb_message_id_parse_references((LbSlice){many->str, many->len}, &recent, arena, &diagnostics);
  assert_int_equal(g_strv_length((char **)first), LB_REFERENCES_MAX);
  assert_string_equal(first[0], "1@x");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scan),
      cmocka_unit_test(test_every_field),
      cmocka_unit_test(test_repeated_fields),
      cmocka_unit_test(test_every_length),
      cmocka_unit_test(test_caps),
      cmocka_unit_test(test_unfold),
      cmocka_unit_test(test_decode),
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_decode_hostile),
      cmocka_unit_test(test_mime),
      cmocka_unit_test(test_mime_hostile),
      cmocka_unit_test(test_message_id),
      cmocka_unit_test(test_message_ids),
      cmocka_unit_test(test_references),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
