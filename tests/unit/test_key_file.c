/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of key files, against GLib's own reader. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>
#include "base/key_file.h"
#include "message/list_id.h"

/* In one order, whatever the file's is. */
static char *format_seen(GKeyFile *seen) {
  static const char *const groups[] = {"a", "b c"}, *const keys[] = {"k", "l", "m", "n"};
  GString *out = g_string_new(NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(groups); i++)
    for (gsize j = 0; j < G_N_ELEMENTS(keys); j++) {
      g_autofree char *value = g_key_file_get_string(seen, groups[i], keys[j], NULL);

      g_string_append_printf(out, "%s.%s=%s|", groups[i], keys[j], value ? value : "none");
    }
  return g_string_free(out, FALSE);
}

/* What both say of a file in groups a and b with keys k and l: the values that count, or that it is broken.
 */
static char *read_ours(const char *text, gsize length) {
  g_autoptr(GKeyFile) seen = g_key_file_new();
  g_autofree char *group = NULL, *value = g_malloc(length + 1);
  LbKeyFile file;
  LbKeyLine line;

  lb_key_file_init(&file, text, length);
  while (lb_key_file_next(&file, &line)) {
    g_autofree char *name = line.name ? g_strndup(line.name, line.name_length) : NULL;

    if (line.kind == LB_KEY_LINE_BAD)
      return g_strdup("broken");
    if (line.kind == LB_KEY_LINE_GROUP) {
      g_free(group);
      group = g_steal_pointer(&name);
    } else if (lb_key_file_decode(line.value, line.value_length, value, length + 1))
      g_key_file_set_string(seen, group, name, value);
    else
      return g_strdup("broken");
  }
  return format_seen(seen);
}

static char *read_glib(const char *text, gsize length) {
  g_autoptr(GKeyFile) file = g_key_file_new(), seen = g_key_file_new();
  g_auto(GStrv) groups = NULL;

  if (!g_key_file_load_from_data(file, text, length, G_KEY_FILE_NONE, NULL))
    return g_strdup("broken");
  groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++) {
    g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);

    for (char **key = keys; key && *key; key++) {
      g_autofree char *value = g_key_file_get_string(file, *group, *key, NULL);

      if (!value)
        return g_strdup("broken");
      g_key_file_set_string(seen, *group, *key, value);
    }
  }
  return format_seen(seen);
}

/* Files out of the pieces that matter, put together at random: GLib and we must agree on each. */
static void test_like_glib(void **state) {
  static const char *const pieces[] = {
      "[a]\n", "[b c]\n", "  [a]  \n", "k=v\n",   " k = v w \n", "l=\n", "l=a;b\n", "k=a\\sb\\\\\n",
      "# x\n", "\n",      "  \t\n",    "k=x\r\n", "m=a\\nb",     "\n",   "n=[x]\n", "k=#x\n"};
  g_autoptr(GRand) random = g_rand_new_with_seed(1);
  guint n_whole = 0;

  for (guint i = 0; i < 20000; i++) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *ours = NULL, *theirs = NULL;

    for (guint n = g_rand_int_range(random, 1, 8); n > 0; n--)
      g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
    ours = read_ours(text->str, text->len);
    theirs = read_glib(text->str, text->len);
    if (strcmp(ours, theirs) != 0)
      print_message("# of '%s'\n", text->str);
    assert_string_equal(ours, theirs);
    n_whole += strcmp(ours, "broken") != 0;
  }
  assert_true(n_whole > 1000 && n_whole < 20000);
}

static void test_items(void **state) {
  const char *value = "a; b\\;c ;;\\\\;d";
  size_t length = strlen(value);
  char item[8];
  bool mistake;

  for (const char *const *wanted = (const char *const[]){"a", " b;c ", "", "\\", "d", NULL}; *wanted;
       wanted++) {
    assert_true(lb_key_file_next_item(&value, &length, item, sizeof item, &mistake));
    assert_string_equal(item, *wanted);
  }
  assert_false(lb_key_file_next_item(&value, &length, item, sizeof item, &mistake));
  assert_false(mistake);
  value = "12345678";
  length = strlen(value);
  assert_false(lb_key_file_next_item(&value, &length, item, sizeof item, &mistake));
  assert_true(mistake);
  assert_false(lb_key_file_decode("a\\", 2, item, sizeof item));
  assert_false(lb_key_file_decode("12345678", 8, item, sizeof item));
  assert_true(lb_key_file_decode("1234567", 7, item, sizeof item));
}

static void test_random_bytes(void **state) {
  g_autoptr(GRand) random = g_rand_new_with_seed(2);
  static const char alphabet[] = "[]=\\;# \t\r\nak\xff<>:-liLIstdD";

  for (guint i = 0; i < 20000; i++) {
    gsize length = (gsize)g_rand_int_range(random, 0, 60);
    g_autofree char *bytes = g_malloc(length);
    LbKeyFile file;
    LbKeyLine line;
    LbListIdSearch search;
    char out[16];
    bool mistake;
    size_t seen = 0;

    for (gsize j = 0; j < length; j++)
      bytes[j] = alphabet[g_rand_int_range(random, 0, sizeof alphabet)];
    lb_key_file_init(&file, bytes, length);
    while (lb_key_file_next(&file, &line))
      while (line.kind == LB_KEY_LINE_VALUE &&
             lb_key_file_next_item(&line.value, &line.value_length, out, sizeof out, &mistake))
        continue;
    lb_list_id_init(&search, bytes, length);
    while (lb_list_id_next(&search, out, sizeof out))
      assert_true(strlen(out) > 0);
    for (gsize j = 0; j <= length; j++)
      lb_list_id_find_body(bytes, j, &seen);
  }
}

static void test_list_id(void **state) {
  static const struct {
    const char *mail, *ids;
  } cases[] = {
      {"List-Id: A <a.example.org>\n\n", "a.example.org "},
      {"LIST-ID:\r\n <A.b>\r\n\r\n", "a.b "},
      {"X: y\nList-Id : a.b\nList-Id: <c.d> <e.f>\n\nList-Id: g.h\n\n", "a.b e.f "},
      {"List-Id: <a.b>", ""},
      {"List-Id: <a.b>\n", ""},
      {"List-Id: <a.b>\n\t", ""},
      {"List-Idx: <a.b>\nList-I: <a.b>\n\n", ""},
      {"List-Id: <>\nList-Id:\n\n", ""},
      {"\xef\xbb\xbf\n\r\nFrom x\n>From y\nList-Id: <a.b>\n\n", "a.b "},
      {"From x\n\nList-Id: <a.b>\n\n", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *mail = g_strdup(cases[i].mail);
    g_autoptr(GString) ids = g_string_new(NULL);
    LbListIdSearch search;
    char id[LB_LIST_ID_MAX];

    lb_list_id_init(&search, mail, strlen(cases[i].mail));
    while (lb_list_id_next(&search, id, sizeof id))
      g_string_append_printf(ids, "%s ", id);
    assert_string_equal(ids->str, cases[i].ids);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_like_glib),
      cmocka_unit_test(test_items),
      cmocka_unit_test(test_random_bytes),
      cmocka_unit_test(test_list_id),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
