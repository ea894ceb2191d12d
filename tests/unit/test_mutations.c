/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mails broken at random, the same way in every run: what comes out of the body decoder and of the rewriter
 * must hold what their headers promise.  LISTBRIEF_MUTATIONS: how many (default 3000);
 * LISTBRIEF_MUTATION_DIR: a folder of mails to start from, beside those in here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "message/body.h"
#include "message/message.h"
#include "message/rewrite.h"

#define SEED_MAX_BYTES 200000

static const char *const seeds[] = {
    "From: a@example.org\nSubject: x\nContent-Type: text/plain; charset=utf-8; format=flowed; "
    "delsp=yes\n\nlong \n"
    "line\n> quoted \n> on\n-- \nsig\n",
    "From: a@example.org\nContent-Type: multipart/mixed; boundary=\"b\"\nContent-Transfer-Encoding: "
    "7bit\n\npre\n--b\n"
    "Content-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain; charset=iso-8859-1\n"
    "Content-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe =\nweiter=0D=0A\n--c\nContent-Type: "
    "text/html\n\n<p>Gr&uuml;"
    "&szlig;e <blockquote>x<br>y</blockquote><script>no</script>\n--c--\n--b\nContent-Type: text/x-patch; "
    "name=\"=?utf-8?q?a.patch?=\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n"
    "RnJvbTogQSA8YUBleGFtcGxlLm9yZz4KU3ViamVjdDogeAoKdGV4dAo=\n--b\nContent-Type: message/rfc822\n\n"
    "From: b@example.org\nContent-Type: text/plain; "
    "charset=iso-2022-jp\n\n\033$B$\"\033(B\n--b--\nepilogue\n",
    "From x Mon Jan  1 00:00:00 2024\r\nFrom: a@example.org\r\nContent-Type: text/plain; charset=gb2312\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nxOO6w6Osysm956GjCg==\r\n_______\r\nlist@example.org\r\n",
    "From: a@example.org\nContent-Type: multipart/digest; boundary=d\n\n--d\n\nFrom: "
    "b@example.org\n\none\n--d\n\n"
    "From: c@example.org\nContent-Type: multipart/signed; boundary=e\n\n--e\nContent-Transfer-Encoding: "
    "base64\n\neA==\n"
    "--e\nContent-Type: application/pgp-signature\n\nx\n--e--\n--d--\n",
    "From: a@example.org\nContent-Type: text/plain; charset*=us-ascii'en'utf-7\n\n+AGEAYgBj-\n",
    "From: a@example.org\nContent-Type: text/plain; charset=hz-gb-2312\n\n~{VPND~} ~~\n",
};

typedef struct {
  GPtrArray *mails; /* of GBytes */
  LbDecoder *decoder;
  GRand *random;
} State;

static int setup(void **state) {
  State *s = g_new0(State, 1);
  const char *folder = g_getenv("LISTBRIEF_MUTATION_DIR"), *name;

  lb_message_init();
  s->mails = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  for (gsize i = 0; i < G_N_ELEMENTS(seeds); i++)
    g_ptr_array_add(s->mails, g_bytes_new_static(seeds[i], strlen(seeds[i])));
  g_autoptr(GDir) dir = folder ? g_dir_open(folder, 0, NULL) : NULL;
  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *bytes;
    gsize length;
    if (g_file_get_contents(path, &bytes, &length, NULL))
      g_ptr_array_add(s->mails, g_bytes_new_take(bytes, MIN(length, SEED_MAX_BYTES)));
  }
  s->decoder = lb_decoder_new();
  s->random = g_rand_new_with_seed(20260120);
  *state = s;
  return 0;
}

static int teardown(void **state) {
  State *s = *state;
  g_rand_free(s->random);
  lb_decoder_free(s->decoder);
  g_ptr_array_unref(s->mails);
  g_free(s);
  lb_message_shutdown();
  return 0;
}

static gsize pick(State *s, gsize n) {
  return n ? (gsize)g_rand_int(s->random) % n : 0;
}

/* One change: bytes overwritten, a piece taken out, doubled or moved in from another mail, a telling word put
 * in. */
static void mutate(State *s, GString *mail) {
  static const char *const words[] = {"\n--b\n",
                                      "\n--b--\n",
                                      "\n\n",
                                      "=\n",
                                      "=0D",
                                      "=00",
                                      "\r",
                                      "<",
                                      "&#",
                                      ">",
                                      "charset=",
                                      "Content-Type: text/plain\n",
                                      "base64",
                                      "quoted-printable",
                                      "\xff",
                                      "\xc3",
                                      "boundary=b",
                                      "multipart/mixed",
                                      "message/rfc822",
                                      "utf-16",
                                      "-- \n",
                                      "From "};
  gsize at = pick(s, mail->len + 1), n = pick(s, pick(s, 60) + 1);
  GBytes *other = g_ptr_array_index(s->mails, pick(s, s->mails->len));
  gsize other_length;
  const char *other_bytes = g_bytes_get_data(other, &other_length);

  switch (pick(s, 6)) {
  case 0:
    if (at < mail->len)
      mail->str[at] = (char)pick(s, 256);
    break;
  case 1:
    g_string_erase(mail, (gssize)at, (gssize)MIN(n, mail->len - at));
    break;
  case 2: {
    g_autofree char *piece = g_memdup2(mail->str + at, MIN(n, mail->len - at) + 1);
    g_string_insert_len(mail, (gssize)pick(s, mail->len + 1), piece, (gssize)MIN(n, mail->len - at));
    break;
  }
  case 3: {
    gsize from = pick(s, other_length), length = pick(s, 400);
    g_string_insert_len(mail, (gssize)at, other_bytes + from, (gssize)MIN(length, other_length - from));
    break;
  }
  case 4:
    g_string_truncate(mail, at);
    break;
  default:
    g_string_insert(mail, (gssize)at, words[pick(s, G_N_ELEMENTS(words))]);
  }
}

/* A copy of its own, so that a sanitizer sees any byte read behind it. */
static GString *decode(State *s, const GString *mail) {
  g_autofree char *bytes = g_memdup2(mail->len ? mail->str : "", MAX(mail->len, 1));
  g_autoptr(LbArena) arena = lb_arena_new();
  LbDiagSet diagnostics = 0;
  LbHeader header;
  LbBody body;

  lb_header_scan(bytes, mail->len, FALSE, &header);
  lb_body_decode(s->decoder, &header, bytes + header.body, mail->len - header.body, arena, &body,
                 &diagnostics);
  assert_true(g_utf8_validate_len(body.text, body.length, NULL));
  assert_true(body.own <= body.length);
  assert_true(body.patch >= -1 && body.patch <= (gssize)body.length);
  for (const char *const *name = body.attachments; *name; name++)
    assert_true(g_utf8_validate(*name, -1, NULL));
  if (!memmem(bytes, mail->len, "flowed", 6) && !memmem(bytes, mail->len, "html", 4))
    assert_null(memmem(body.text, body.length, "\r\n", 2));
  return g_string_new_len(body.text, (gssize)body.length);
}

static void test_mutations(void **state) {
  State *s = *state;
  const char *wanted = g_getenv("LISTBRIEF_MUTATIONS");
  guint64 n = wanted ? g_ascii_strtoull(wanted, NULL, 10) : 3000;

  for (guint64 i = 0; i < n; i++) {
    GBytes *seed = g_ptr_array_index(s->mails, i % s->mails->len);
    gsize length;
    const char *bytes = g_bytes_get_data(seed, &length);
    g_autoptr(GString) mail = g_string_new_len(bytes, (gssize)length);
    for (gsize changes = pick(s, 8); changes > 0; changes--)
      mutate(s, mail);

    g_autoptr(GString) text = decode(s, mail), once = g_string_new(NULL), twice = g_string_new(NULL);
    g_autofree char *exact = g_memdup2(mail->len ? mail->str : "", MAX(mail->len, 1));
    if (!lb_rewrite_decoded(once, exact, mail->len))
      continue;
    g_autoptr(GString) rewritten = decode(s, once);
    if (text->len == 0 || text->str[text->len - 1] != '\n')
      g_string_append_c(text, '\n');
    if (rewritten->len == 0 || rewritten->str[rewritten->len - 1] != '\n')
      g_string_append_c(rewritten, '\n');
    if (lb_rewrite_decoded(twice, once->str, once->len) || strcmp(text->str, rewritten->str) != 0) {
      const char *path = g_getenv("LISTBRIEF_MUTATION_OUT");
      if (path)
        g_file_set_contents(path, mail->str, (gssize)mail->len, NULL);
      fail_msg("mutation %" G_GUINT64_FORMAT " doesn't come out of the rewriter as it went in", i);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_mutations, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
