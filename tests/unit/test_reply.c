/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series_unit.h"

static char *get_id(const LbMail *mail) {
  return mail ? unit_series_get_id(mail) : g_strdup("-");
}

static const LbMail *get_root(const LbOverview *overview, const LbMail *mail) {
  for (const LbMail *parent; (parent = lb_replies_find_parent(overview->replies, mail));)
    mail = parent;
  return mail;
}

/* "r: parent a1, root a0, posted a1, children s t" of all mails by date. */
static void describe(GString *out, const LbOverview *overview) {
  const GPtrArray *mails = overview->collection->mails;
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    const char *separator = ": ";
    g_autofree char *id = get_id(mail), *parent = get_id(lb_replies_find_parent(overview->replies, mail));
    g_autofree char *root = get_id(get_root(overview, mail));
    g_autofree char *posted = get_id(lb_replies_find_posted(overview->replies, mail));
    g_string_append_printf(out, "%s: %s %s %s", id, parent, root, posted);
    for (guint k = 0; k < mails->len; k++) {
      if (lb_replies_find_parent(overview->replies, g_ptr_array_index(mails, k)) != mail)
        continue;
      g_autofree char *child = get_id(g_ptr_array_index(mails, k));
      g_string_append_printf(out, "%s%s", separator, child);
      separator = " ";
    }
    g_string_append_c(out, '\n');
  }
}

static void test_tree(void **state) {
  (void)state;
  unit_series_check((const Row[]){{"a0", NULL, 0, "[PATCH 0/2] x", NULL, NULL, NULL},
                                  {"a1", NULL, 0, "[PATCH 1/2] x1", "a0", NULL, "1"},
                                  {"a2", NULL, 0, "[PATCH 2/2] x2", "a0", NULL, "2"},
                                  {"r", BOB, 1, "Re: [PATCH 1/2] x1", "a1", NULL, NULL},
                                  {"s", NULL, 2, "Re: [PATCH 1/2] x1", "r", NULL, NULL},
                                  {"d", CAT, 3, "A question", NULL, NULL, NULL},
                                  {"e", BOB, 4, "Re: A question", "d", NULL, NULL},
                                  END},
                    describe,
                    "a0: - a0 a0: a1 a2\na1: a0 a0 a1: r\na2: a0 a0 a2\nr: a1 a0 a1: s\ns: r a0 a1\n"
                    "d: - d -: e\ne: d d -\n");
}

/* The parent isn't there: what it answered isn't known, as a mail tells its own references alone. */
static void test_missing(void **state) {
  (void)state;
  unit_series_check(
      (const Row[]){{"a", NULL, 0, "[PATCH] x", NULL, NULL, "1"},
                    {"s", BOB, 2, "Re: [PATCH] x", "r>\nReferences: <a@example.org> <r", NULL, NULL},
                    {"t", BOB, 3, "Re: [PATCH] x", "q", NULL, NULL},
                    END},
      describe, "a: - a a: s\ns: a a a\nt: - t -\n");
}

static void test_loop(void **state) {
  (void)state;
  unit_series_check((const Row[]){{"r", BOB, 1, "Re: x", "t", NULL, NULL},
                                  {"s", BOB, 2, "Re: x", "r", NULL, NULL},
                                  {"t", BOB, 3, "Re: x", "s", NULL, NULL},
                                  {"u", BOB, 4, "Re: x", "u", NULL, NULL},
                                  END},
                    describe, "r: - r -: s\ns: r r -: t\nt: s r -\nu: - u -\n");
}

/* A mail without a date is there, last. */
static void test_undated(void **state) {
  (void)state;
  unit_series_check((const Row[]){{"a", NULL, 5, "[PATCH] x", NULL, NULL, "1"},
                                  {"r", BOB, -1, "Re: [PATCH] x", "a", NULL, NULL},
                                  END},
                    describe, "a: - a a: r\nr: a a a\n");
}

static guint n_mails;

static void check_chain(const LbOverview *overview) {
  const GPtrArray *mails = overview->collection->mails;
  assert_int_equal(mails->len, n_mails);
  for (guint i = 0; i < mails->len; i++)
    assert_ptr_equal(lb_replies_find_posted(overview->replies, g_ptr_array_index(mails, i)), mails->pdata[0]);
}

/* Every mail answers the one before it: neither depth nor time may grow with the square of the number. */
static void test_deep(void **state) {
  (void)state;
  g_autoptr(GStringChunk) strings = g_string_chunk_new(4096);
  g_autofree Row *rows = g_new0(Row, n_mails = 50000);
  for (guint i = 0; i < n_mails; i++) {
    char id[20];
    g_snprintf(id, sizeof id, "m%u", i);
    rows[i] = (Row){
        g_string_chunk_insert(strings, id), i ? BOB : NULL, (int)i / 10,   i ? "Re: [PATCH] x" : "[PATCH] x",
        i ? rows[i - 1].id : NULL,          NULL,           i ? NULL : "1"};
  }
  unit_series_run(rows, n_mails, check_chain);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_tree, unit_series_setup),
      cmocka_unit_test_setup(test_missing, unit_series_setup),
      cmocka_unit_test_setup(test_loop, unit_series_setup),
      cmocka_unit_test_setup(test_undated, unit_series_setup),
      cmocka_unit_test_setup(test_deep, unit_series_setup),
  };
  return cmocka_run_group_tests(tests, NULL, unit_series_teardown);
}
