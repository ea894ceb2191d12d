/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searches of many bytes at once against loops that look at one after the other, on bytes of few kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/find.h"

#define ROUNDS 50000
#define LENGTH_MAX 300

static const char *find_slowly(const char *bytes, gsize length, const char *needle, gsize n,
                               gboolean is_blind) {
  for (gsize i = 0; i + n <= length; i++)
    if (is_blind ? !g_ascii_strncasecmp(bytes + i, needle, n) : !memcmp(bytes + i, needle, n))
      return bytes + i;
  return NULL;
}

static const char *find_line_slowly(const char *p, const char *end, char first) {
  for (; p < end; p++)
    if (*p == '\n' && (p + 1 == end || p[1] != first))
      return p + 1;
  return end;
}

static const char *find_either_slowly(const char *p, const char *end) {
  for (; end - p > 1; p++)
    if ((p[0] == 'b' && p[1] == '>') || ((p[0] == 'y' || p[0] == 'Y') && p[1] == '-'))
      return p;
  return NULL;
}

static void check_field_ends(const char *text, gsize length) {
  guint16 places[LB_FIELD_ENDS_ROOM];
  guint n, k = 0;
  gsize seen = lb_find_field_ends(text, text + length, places, &n);
  assert_true(seen <= LB_FIELD_ENDS_SPAN && (seen < length || !length));
  for (gsize i = 0; i < seen; i++)
    if (text[i] == '\n' && text[i + 1] != ' ' && text[i + 1] != '\t') {
      assert_true(k < n);
      assert_int_equal(places[k++], i);
    }
  assert_int_equal(k, n);
  /* less is looked at only where there is an empty line, or no more than a span is left */
  assert_true(seen == LB_FIELD_ENDS_SPAN || length - seen <= 64 || memmem(text, seen + 1, "\n\n", 2));
}

static void fill(GRand *rand, char *bytes, gsize length, guint n_kinds) {
  static const char kinds[] = "yY>\nbB-a\200 \t";
  for (gsize i = 0; i < length; i++)
    bytes[i] = kinds[g_rand_int_range(rand, 0, (gint)n_kinds)];
}

static const char *find_odd_slowly(const char *p, const char *end) {
  while (p < end && *p && *p != '\r' && !(*p & 0x80))
    p++;
  return p;
}

static const char *find_line_of_slowly(const char *p, const char *end, const char *six) {
  for (; end - p > 1; p++)
    if (*p == '\n' && memchr(six, p[1], 6))
      return p + 1;
  return end;
}

/* Whatever is passed over was of the hunk, and counted. */
static void test_hunks(void **state) {
  static const char kinds[] = "+- \nx";
  g_autoptr(GRand) rand = g_rand_new_with_seed(2);
  gsize n_passed = 0;
  for (guint round = 0; round < ROUNDS; round++) {
    gsize length = (gsize)g_rand_int_range(rand, 0, LENGTH_MAX);
    gint n_kinds = g_rand_int_range(rand, 200, 206);
    char *text = g_malloc(MAX(length, 1));
    for (gsize i = 0; i < length; i++) {
      gint kind = g_rand_int_range(rand, 0, n_kinds);
      text[i] = i && text[i - 1] == '\n' ? kinds[kind % 3 + (kind > 200)] : kind < 20 ? '\n' : 'y';
    }
    LbHunkLines lines = {(guint64)g_rand_int_range(rand, 0, 30), (guint64)g_rand_int_range(rand, 0, 30), 0,
                         0};
    LbHunkLines left = lines;
    const char *rest = lb_find_hunk_rest(text, text + length, &lines);
    assert_true(rest >= text && rest <= text + length);
    for (const char *p = text; p < rest; p++) {
      if (*p != '\n')
        continue;
      gboolean is_before = p[1] == '-' || p[1] == ' ', is_after = p[1] == '+' || p[1] == ' ';
      assert_true((is_before || is_after) && !(p[1] == '-' && p[2] == '-'));
      assert_true(left.before >= (guint64)is_before && left.after >= (guint64)is_after);
      left.before -= (guint64)is_before;
      left.after -= (guint64)is_after;
      left.added += p[1] == '+';
      left.removed += p[1] == '-';
    }
    assert_memory_equal(&lines, &left, sizeof left);
    n_passed += rest > text;
    g_free(text);
  }
  assert_true(n_passed > ROUNDS / 2);
}

static const char *find_verb_sign_slowly(const char *p, const char *end) {
  for (; end - p > 2; p++)
    if ((memchr("ghijkltu", *p, 8) && !memcmp(p + 1, "ed", 2)) || !memcmp(p, "ook", 3) ||
        !memcmp(p, "ken", 3) || !g_ascii_strncasecmp(p, "l q", 3))
      return p;
  return NULL;
}

static void test_verb_signs(void **state) {
  static const char letters[] = "ghijkltuedoknmL qQvsf";
  g_autoptr(GRand) rand = g_rand_new_with_seed(3);
  for (guint round = 0; round < ROUNDS; round++) {
    gsize length = (gsize)g_rand_int_range(rand, 0, LENGTH_MAX);
    gint n_letters = g_rand_int_range(rand, 1, sizeof letters);
    char *text = g_malloc(MAX(length, 1));
    for (gsize i = 0; i < length; i++)
      text[i] = g_rand_int_range(rand, 0, 9) ? 'x' : letters[g_rand_int_range(rand, 0, n_letters)];
    static const char *const signs[] = {"ged", "led", "ted", "ued", "fed", "med",
                                        "sed", "ved", "ook", "ken", "L q"};
    if (length >= 3)
      memcpy(text + g_rand_int_range(rand, 0, (gint)length - 2), signs[round % G_N_ELEMENTS(signs)], 3);
    const char *from = text + (round % 2 ? length / 2 : 0);
    assert_ptr_equal(lb_find_verb_sign(text, from, text + length),
                     find_verb_sign_slowly(from, text + length));
    g_free(text);
  }
}

/* Up to the next line feed, and to the end. */
static void check_copying(const char *text, gsize length) {
  g_autofree char *copy = g_malloc(length + LB_COPY_SLACK);
  const char *end = text + length;
  char *to = copy;
  for (const char *p = text; p < end; p++) {
    const char *newline = memchr(p, '\n', (gsize)(end - p)), *begin = p;
    to = copy;
    p = lb_find_copying(&to, p, end, '\n');
    assert_ptr_equal(p, newline ? newline : end);
    assert_int_equal(to - copy, p - begin);
    assert_memory_equal(copy, begin, (gsize)(p - begin));
  }
}

static void test_searches(void **state) {
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  for (guint round = 0; round < ROUNDS; round++) {
    gsize length = (gsize)g_rand_int_range(rand, 0, LENGTH_MAX), n = (gsize)g_rand_int_range(rand, 0, 5);
    guint n_kinds = (guint)g_rand_int_range(rand, 1, 12);
    /* of exactly this size: reading on is seen by the sanitizers */
    char *text = g_malloc(MAX(length, 1)), needle[8] = "";
    fill(rand, text, length, n_kinds);
    fill(rand, needle, n, n_kinds);
    assert_ptr_equal(lb_find_bytes(text, length, needle, n), find_slowly(text, length, needle, n, FALSE));
    assert_ptr_equal(lb_find_nocase(text, length, needle), find_slowly(text, length, needle, n, TRUE));
    assert_ptr_equal(lb_find_line_unlike(text, text + length, '>'),
                     find_line_slowly(text, text + length, '>'));
    assert_ptr_equal(lb_find_either(text, text + length, "b>", "y-"),
                     find_either_slowly(text, text + length));
    assert_ptr_equal(lb_find_line_of(text, text + length, "y>-b\t "),
                     find_line_of_slowly(text, text + length, "y>-b\t "));
    check_field_ends(text, length);
    check_copying(text, length);
    const char *high = memchr(text, '\200', length);
    assert_ptr_equal(lb_find_high(text, text + length), high ? high : text + length);
    assert_ptr_equal(lb_find_newline(text, text + length), memchr(text, '\n', length));
    for (guint i = 0; i < 3 && length; i++) {
      assert_ptr_equal(lb_find_odd(text, text + length), find_odd_slowly(text, text + length));
      text[g_rand_int_range(rand, 0, (gint)length)] = i ? '\0' : '\r';
    }
    g_free(text);
  }
}

static void test_kinds_of_bytes(void **state) {
  for (gsize length = 1; length < 40; length++)
    for (gsize at = 0; at < length; at++)
      for (int c = 0; c < 256; c++) {
        char text[40];
        memset(text, 'x', sizeof text);
        text[at] = (char)c;
        assert_int_equal(lb_find_is_ascii(text, length), c > 0 && c < 128);
        assert_int_equal(lb_find_is_dense(text, length), c > ' ');
      }
}

/* One byte of each kind, at each place of texts of all lengths; nothing behind a text is looked at. */
static void test_unprintable(void **state) {
  for (gsize length = 0; length < 150; length++)
    for (gsize at = 0; at < length; at++)
      for (int c = 0; c < 256; c++) {
        g_autofree char *text = g_malloc(length);
        memset(text, 'x', length);
        text[at] = (char)c;
        gboolean is_plain = c >= ' ' && c < 0x7F;
        assert_ptr_equal(lb_find_unprintable(text, text + length, ' ', ' '), text + (is_plain ? length : at));
        is_plain = is_plain || c == '\n' || c == '\t';
        assert_ptr_equal(lb_find_unprintable(text, text + length, '\n', '\t'),
                         text + (is_plain ? length : at));
      }
}

static void test_first_set(void **state) {
  for (gsize at = 0; at <= 24; at++) {
    guint8 bytes[25] = {0};
    guint64 words[3];
    bytes[at] = 1;
    memcpy(words, bytes, sizeof words);
    assert_int_equal(lb_find_first_set(words, 3), at);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_searches),    cmocka_unit_test(test_hunks),
      cmocka_unit_test(test_verb_signs),  cmocka_unit_test(test_kinds_of_bytes),
      cmocka_unit_test(test_unprintable), cmocka_unit_test(test_first_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
