/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <unistd.h>
#include "base/error.h"
#include "source/from_line.h"
#include "source_unit.h"

#define FROM "From alice@example.org Tue Jan  2 10:00:00 2024\n"

static void test_from_lines(void **state) {
  (void)state;
  static const char *const good[] = {
      "From alice@example.org Tue Jan  2 10:00:00 2024",
      "From mboxrd@z Thu Jan  1 00:00:00 1970",
      "From - Tue Jan 02 10:00:00 2024",
      "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001",
      "From MAILER-DAEMON Tue Jan  2 10:00:00 2024",
      "From MAILER-DAEMON Tue Jan  2 10:00:00 2024\r",
      "From alice@example.org Tue Jan 2 10:00:00 2024",
      "From alice@example.org Tue Jan  2 10:00 2024",
      "From alice@example.org Tue Jan  2 10:00:00 EST 2024",
      "From alice@example.org Tue Jan  2 10:00:00 MET DST 2024",
      "From alice@example.org Tue Jan  2 10:00:00 2024 +0100",
      "From alice@example.org Tue Jan  2 10:00:00 2024 GMT-0500",
      "From alice@example.org Tue Jan  2 10:00:00 2024 -05:00 (EST)",
      "From ???@??? Tue Jan 02 10:00:00 2024",
      "From 1787654321@xxx Tue Jan 02 10:00:00 +0000 2024",
      "From alice@example.org Tue, 02 Jan 2024 10:00:00 +0000",
      "From alice@example.org Tue Jan  2 10:00:00 94",
      "From alice at example.org  Tue Jan  2 10:00:00 2024",
      "From \"Alice B. Example\" Tue Jan  2 10:00:00 2024  ",
      "From uucp Tue Jan  2 10:00 1990 remote from example",
      "From  Tue Jan  2 10:00:00 2024",
      "From\talice" /* bad, see below */,
  };
  static const char *const bad[] = {
      "From here to there",
      "From",
      "From ",
      "From: Alice Example <alice@example.org>",
      ">From alice@example.org Tue Jan  2 10:00:00 2024",
      "from alice@example.org Tue Jan  2 10:00:00 2024",
      "From alice@example.org",
      "From alice@example.org Tue Jan  2",
      "From alice@example.org Tue Jan 42 10:00:00 2024",
      "From alice@example.org Tue Jan  2 10:00:00",
      "From alice@example.org Tue Jan  2 2024",
      "From alice@example.org Tue Jax  2 10:00:00 2024",
      "From alice@example.org Tue Jan  2 10:61:00 2024",
      "From alice@example.org Tue Jan  0 10:00:00 2024",
      "From alice@example.org Tue Jan 32 10:00:00 2024",
      "From alice@example.org Tue Jan  2 25:00:00 2024",
      "From alice@example.org Tue Jan  2 10:00:62 2024",
      "From alice@example.org Tue Jan  2 10:00:00 1899",
      "From alice@example.org Tue Jan  2 10:00:00 3000",
      "From alice@example.org Tue Jan  2 10:0:000 2024",
      "From alice@example.org Tus Jan  2 10:00:00 2024",
      "From alice@example.org Tue Jan  2 10:00:00 2024 on we were all there",
      "From Tuesday Jan 2 to Wednesday 10:00:00 in the year 2024",
      "From Mon to Tue in Jan 10:00 2024",
  };
  for (gsize i = 0; i + 1 < G_N_ELEMENTS(good); i++)
    unit_check(lb_from_line_is_valid(good[i], strlen(good[i])), "%s", good[i]);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
    unit_check(!lb_from_line_is_valid(bad[i], strlen(bad[i])), "%s", bad[i]);
  for (int day = 1; day <= 31; day++) {
    static const char names[] = "Mon\0TUE\0wed\0Thu\0Fri\0Sat\0Sun",
                      months[] = "Jan\0feb\0Mar\0APR\0May\0Jun\0Jul\0Aug\0Sep\0Oct\0Nov\0Dec";
    g_autofree char *line = g_strdup_printf("From a %s %s %2d %02d:59:60 %d", names + day % 7 * 4,
                                            months + day % 12 * 4, day, day % 25, 1900 + 36 * (day - 1));
    unit_check(lb_from_line_is_valid(line, strlen(line)), "%s", line);
  }
  g_autofree char *blanks = g_strnfill(2000, ' ');
  g_autofree char *longer = g_strconcat("From a", blanks, "Tue Jan  2 10:00:00 2024", NULL);
  assert_false(lb_from_line_is_valid(longer, strlen(longer)));
}

/* A date of the common form to the letter is judged as one with a zone behind it, whatever is wrong with it.
 */
static void test_plain_dates(void **state) {
  static const char line[] = "From ada@example.org Tue Jan  2 10:37:45 2024",
                    letters[] = "0123456789 :JanFebTue";
  g_autoptr(GRand) rand = g_rand_new_with_seed(1);
  guint n_valid = 0;
  for (guint round = 0; round < 20000; round++) {
    char plain[sizeof line];
    strcpy(plain, line);
    for (gint n = g_rand_int_range(rand, 0, 3); n > 0; n--)
      plain[g_rand_int_range(rand, 20, sizeof line - 1)] =
          letters[g_rand_int_range(rand, 0, sizeof letters - 1)];
    g_autofree char *zoned = g_strconcat(plain, " +0000", NULL);
    gboolean is_valid = lb_from_line_is_valid(plain, strlen(plain));
    unit_check(is_valid == lb_from_line_is_valid(zoned, strlen(zoned)), "%s", plain);
    n_valid += is_valid;
  }
  assert_in_range(n_valid, 7000, 19000);
}

/* Every place in every alignment, beside a slow search. */
static void test_find_mark(void **state) {
  (void)state;
  char text[200];
  for (int at = 0; at < 198; at++)
    for (int end = at + 1; end <= 200; end++) {
      memset(text, 'x', sizeof text);
      memcpy(text + at, at % 3 == 0 ? "Fr" : at % 3 == 1 ? "-l" : "-L", 2);
      const char *mark = lb_from_line_find_mark(text, text + end);
      assert_ptr_equal(mark, end >= at + 2 ? text + at : NULL);
    }
}

typedef struct {
  const char *name, *mbox, *mails, *diagnostics;
} Shape;

static const Shape shapes[] = {
    {"empty", "", "", ""},
    {"blank lines", "\n\n \r\n", "", ""},
    {"one", FROM "A: 1\n\nx\n", "A: 1\n\nx\n\n--\n", ""},
    {"two", FROM "A: 1\n\nx\n\n" FROM "A: 2\n\ny\n\n", "A: 1\n\nx\n\n--\nA: 2\n\ny\n\n--\n", ""},
    {"three, header alone", FROM "A: 1\n\n" FROM "A: 2\n\n" FROM "A: 3\n\n",
     "A: 1\n\n--\nA: 2\n\n--\nA: 3\n\n--\n", ""},
    {"no last newline", FROM "A: 1\n\nx\n\n" FROM "A: 2\n\nthe end", "A: 1\n\nx\n\n--\nA: 2\n\nthe end\n--\n",
     ""},
    {"CRLF",
     "From a Tue Jan  2 10:00:00 2024\r\nA: 1\r\n\r\nx\r\n\r\nFrom b Tue Jan  2 10:00:00 2024\r\nA: "
     "2\r\n\r\ny\r\n",
     "A: 1\r\n\r\nx\r\n\n--\nA: 2\r\n\r\ny\r\n\n--\n", ""},
    {"no empty line between", FROM "A: 1\n\nx\n" FROM "A: 2\n\ny\n", "A: 1\n\nx\n\n--\nA: 2\n\ny\n\n--\n",
     ""},
    {"dated line in a paragraph", FROM "A: 1\n\nas in\n" FROM "they wrote\n\n" FROM "A: 2\n\ny\n",
     "A: 1\n\nas in\n" FROM "they wrote\n\n--\nA: 2\n\ny\n\n--\n", ""},
    {"From without date", FROM "A: 1\n\nx\n\nFrom here on\nFrom: there\n\n" FROM "A: 2\n\ny\n",
     "A: 1\n\nx\n\nFrom here on\nFrom: there\n\n--\nA: 2\n\ny\n\n--\n", ""},
    {"mboxrd", FROM "A: 1\n\n>From x\n>>From y\n >From z\n> From\nx>From\n>>>From \n\n" FROM "A: 2\n\n>From",
     "A: 1\n\nFrom x\n>From y\n >From z\n> From\nx>From\n>>From \n\n--\nA: 2\n\n>From\n--\n", ""},
    {"quoted in the header", FROM ">From b Tue Jan  2 10:00:00 2024\nA: 1\n\n>From x\n",
     "From b Tue Jan  2 10:00:00 2024\nA: 1\n\nFrom x\n\n--\n", ""},
    {"two From_ lines", FROM FROM "A: 1\n\nx\n", FROM "A: 1\n\nx\n\n--\n", ""},
    {"mboxcl", FROM "A: 1\nContent-Length: 16\n\nx\n\n>From counted\n\n" FROM "A: 2\n\ny\n",
     "A: 1\nContent-Length: 16\n\nx\n\nFrom counted\n\n--\nA: 2\n\ny\n\n--\n", ""},
    {"mboxcl2", FROM "A: 1\nContent-Length: 32\n\nx\n\nFrom here\n>From there\nand so\n\n" FROM "A: 2\n\ny\n",
     "A: 1\nContent-Length: 32\n\nx\n\nFrom here\n>From there\nand so\n\n--\nA: 2\n\ny\n\n--\n", NULL},
    {"mboxcl2, dated", FROM "A: 1\ncontent-length:53\n\n" FROM "A: 9\n\n" FROM "A: 2\n\ny\n",
     "A: 1\ncontent-length:53\n\n" FROM "A: 9\n\n--\nA: 2\n\ny\n\n--\n", NULL},
    {"counted to the end", FROM "A: 1\nContent-Length: 55\n\n" FROM "A: 9\n\n\n",
     "A: 1\nContent-Length: 55\n\n" FROM "A: 9\n\n\n\n--\n", NULL},
    {"too short", FROM "A: 1\nContent-Length: 3\n\none line\nkeep\n\n" FROM "A: 2\n\ny\n",
     "A: 1\nContent-Length: 3\n\none line\nkeep\n\n--\nA: 2\n\ny\n\n--\n", ""},
    {"too long",
     FROM "A: 1\nContent-Length: 9999999\n\nx\n\n" FROM "A: 2\nContent-Length: 99999999999999999999\n\ny\n",
     "A: 1\nContent-Length: 9999999\n\nx\n\n--\nA: 2\nContent-Length: 99999999999999999999\n\ny\n\n--\n", ""},
    {"counted in the body", FROM "A: 1\n\nContent-Length: 0\n\n" FROM "A: 2\n\ny\n",
     "A: 1\n\nContent-Length: 0\n\n--\nA: 2\n\ny\n\n--\n", ""},
    {"leading junk", "some\njunk\n\n" FROM "A: 1\n\nx\n", "A: 1\n\nx\n\n--\n", "leading-junk x.mbox\n"},
    {"leading blank lines", "\n\n" FROM "A: 1\n\nx\n", "A: 1\n\nx\n\n--\n", ""},
    {"first From_ line lost", "Subject: 1\nA: 1\n\nx\n\n" FROM "A: 2\n\ny\n",
     "Subject: 1\nA: 1\n\nx\n\n--\nA: 2\n\ny\n\n--\n", ""},
    {"no From_ line", "Subject: 1\n\nx\n>From y\n\n", "Subject: 1\n\nx\n>From y\n\n\n--\n", ""},
    {"pasted format-patch", FROM "A: 1\n\n>From 0123456789 Mon Sep 17 00:00:00 2001\nFrom: B\n\nx\n",
     "A: 1\n\nFrom 0123456789 Mon Sep 17 00:00:00 2001\nFrom: B\n\nx\n\n--\n", ""},
};

/* Read whole and in chunks of every size, by one thread and by three. */
static void test_shapes(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
    const Shape *shape = &shapes[i];
    unit_write("x.mbox", shape->mbox, -1);
    for (gsize chunk = 0; chunk <= strlen(shape->mbox) + 1; chunk += chunk < 9 ? 1 : 5) {
      g_autoptr(GError) error = NULL;
      g_autoptr(UnitSource) source = unit_read("%s/x.mbox", NULL, chunk % 8 == 1 ? 3 : 1, chunk, &error);
      unit_check(source, "%s: %s", shape->name, error ? error->message : "");
      g_autofree char *mails = unit_join(source);
      unit_check(!strcmp(mails, shape->mails), "%s, chunk %u: got '%s'", shape->name, (guint)chunk, mails);
      unit_check(!shape->diagnostics || !strcmp(source->diagnostics, shape->diagnostics), "%s: %s",
                 shape->name, source->diagnostics);
      unit_check(source->n_unlike == 0, "%s, chunk %u: fetched", shape->name, (guint)chunk);
      unit_check(!strcmp(source->kind, "mbox") && !strcmp(source->name, "x"), "%s", shape->name);
    }
  }
}

static guint below(GRand *random, guint n) {
  return g_rand_int_range(random, 0, n);
}

static void append_random_body(GRand *random, GString *body) {
  static const char *const pieces[] = {"\n",
                                       "From ",
                                       ">",
                                       "text",
                                       " ",
                                       "\n\n",
                                       "From alice Tue Jan  2 10:00:00 2024\n",
                                       ">From x\n",
                                       "Content-Length: 10\n",
                                       "A: b\n",
                                       "\r\n",
                                       "-l",
                                       "Fr"};
  for (guint n = below(random, 30); n > 0; n--)
    g_string_append(body, pieces[below(random, G_N_ELEMENTS(pieces))]);
}

/* What public-inbox and we ourselves write: every ^>*From_ line gets one '>' more. */
static void append_mboxrd(GString *mbox, const char *mail) {
  g_string_append(mbox, FROM);
  for (const char *line = mail; *line;) {
    const char *end = strchr(line, '\n');
    gsize length = end ? (gsize)(end - line) + 1 : strlen(line);
    if (g_str_has_prefix(line + strspn(line, ">"), "From "))
      g_string_append_c(mbox, '>');
    g_string_append_len(mbox, line, length);
    line += length;
  }
  g_string_append(mbox, g_str_has_suffix(mail, "\n") ? "\n" : "\n\n");
}

/* Any mail comes out as it went in; only a newline at the end can't be kept apart. */
static void test_round_trip(void **state) {
  (void)state;
  g_autoptr(GRand) random = g_rand_new_with_seed(4155);
  for (int round = 0; round < 300; round++) {
    g_autoptr(GString) mbox = g_string_new(NULL);
    g_autoptr(GString) wanted = g_string_new(NULL);
    for (guint n = below(random, 12); n > 0; n--) {
      g_autoptr(GString) mail = g_string_new("Subject: x\n\n");
      append_random_body(random, mail);
      if (!g_str_has_suffix(mail->str, "\n"))
        g_string_append_c(mail, '\n');
      append_mboxrd(mbox, mail->str);
      g_string_append_printf(wanted, "%s\n--\n", mail->str);
    }
    unit_write("r.mbox", mbox->str, mbox->len);
    guint64 chunk = round % 4 == 0 ? 0 : 1 + below(random, 300);
    g_autoptr(UnitSource) source = unit_read("%s/r.mbox", NULL, 1 + (round % 8 == 0), chunk, NULL);
    g_autofree char *mails = unit_join(source);
    unit_check(!strcmp(mails, wanted->str), "round %d, chunk %u of\n%s\ngot\n%s", round, (guint)chunk,
               mbox->str, mails);
    assert_int_equal(source->n_unlike, 0);
  }
}

/* Hostile mboxes with counts that lead anywhere: no size of chunk changes what is read. */
static void test_chunks(void **state) {
  (void)state;
  g_autoptr(GRand) random = g_rand_new_with_seed(822);
  guint again = 0;
  for (int round = 0; round < 200; round++) {
    g_autoptr(GString) mbox = g_string_new(below(random, 5) == 0 ? "junk\n\n" : "");
    for (guint n = below(random, 12); n > 0; n--) {
      g_string_append(mbox, FROM);
      if (below(random, 2))
        g_string_append_printf(mbox, "Content-Length: %u\n", below(random, 3) ? below(random, 400) : 0);
      g_string_append(mbox, "A: 1\n\n");
      append_random_body(random, mbox);
      g_string_append(mbox, below(random, 4) ? "\n\n" : "\n");
    }
    /* a count that does lead somewhere, past other From_ lines */
    const char *count = strstr(mbox->str, "Content-Length: 0\n");
    const char *target = count && below(random, 4) ? g_strrstr(count, "\n\nFrom alice") : NULL;
    if (target && target > strstr(count, "\n\n") + 2) {
      gsize value = target + 1 - (strstr(count, "\n\n") + 2), place = count - mbox->str;
      g_autofree char *field = g_strdup_printf("Content-Length: %" G_GSIZE_FORMAT "\n", value);
      g_string_erase(mbox, place, strlen("Content-Length: 0\n"));
      g_string_insert(mbox, place, field);
    }
    unit_write("h.mbox", mbox->str, mbox->len);
    g_autoptr(UnitSource) whole = unit_read("mbox:%s/h.mbox", NULL, 1, 0, NULL);
    if (!whole)
      continue;
    g_autofree char *wanted = unit_join(whole);
    assert_int_equal(whole->n_unlike, 0);
    for (guint64 chunk = 1; chunk < 200; chunk += 1 + below(random, 60)) {
      g_autoptr(UnitSource) source = unit_read("mbox:%s/h.mbox", NULL, 1 + (round % 16 == 0), chunk, NULL);
      g_autofree char *mails = unit_join(source);
      unit_check(!strcmp(mails, wanted), "round %d, chunk %u of\n%s\ngot\n%s\nnot\n%s", round, (guint)chunk,
                 mbox->str, mails, wanted);
      unit_check(!strcmp(source->diagnostics, whole->diagnostics), "round %d", round);
      assert_int_equal(source->n_unlike, 0);
      again += source->n_again;
    }
  }
  assert_true(again > 100); /* or the test says nothing about counts that lead over a chunk's end */
}

/* A mail of 40 MiB between two small ones, in a file with a hole. */
static void test_giant(void **state) {
  (void)state;
  static const char begin[] = FROM "A: 1\n\nx\n\n" FROM "A: 2\n\n", end[] = "\n\n" FROM "A: 3\n\n>From y\n";
  g_autofree char *path = unit_path("giant.mbox");
  int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  assert_int_equal(pwrite(fd, begin, strlen(begin), 0), strlen(begin));
  assert_int_equal(pwrite(fd, end, strlen(end), 40 << 20), strlen(end));
  close(fd);
  g_autoptr(UnitSource) source = unit_read("%s/giant.mbox", NULL, 2, 0, NULL);
  assert_int_equal(source->mails->len, 3);
  const UnitMail *giant = source->mails->pdata[1], *last = source->mails->pdata[2];
  assert_true(giant->is_cut);
  assert_int_equal(giant->length, LB_MAIL_MAX_BYTES);
  assert_int_equal(giant->locator.length, (40 << 20) + 2 - strlen(begin) + strlen("A: 2\n\n"));
  assert_string_equal(last->bytes, "A: 3\n\nFrom y\n");
  assert_int_equal(source->n_unlike, 0);
}

static void check_error(const char *spec, int code) {
  g_autoptr(GError) error = NULL;
  g_autoptr(UnitSource) source = unit_read(spec, NULL, 1, 0, &error);
  unit_check(!source && g_error_matches(error, LB_ERROR, code), "%s: %s", spec,
             error ? error->message : "no error");
}

static void test_forced(void **state) {
  (void)state;
  unit_write("junk", "\x89PNG\r\n\x1a\nnothing here", -1);
  unit_write("mail", "Subject: x\n\n" FROM "A: 1\n\ny\n", -1);
  unit_write("empty", "", 0);
  unit_write("a.eml", "", 0);
  check_error("mbox:%s/junk", LB_ERROR_BAD_INPUT);
  check_error("eml:%s/junk", LB_ERROR_BAD_INPUT);
  check_error("eml:%s/empty", LB_ERROR_BAD_INPUT);
  check_error("maildir:%s/junk", LB_ERROR_BAD_INPUT);
  check_error("git:%s/junk", LB_ERROR_BAD_INPUT);
  check_error("mbox:%s", LB_ERROR_BAD_INPUT);
  check_error("%s/not there", LB_ERROR_NO_INPUT);
  unit_write("folder/notes.txt", "Subject: x\n", -1);
  check_error("%s/folder", LB_ERROR_BAD_INPUT);
  g_autoptr(UnitSource) looked = unit_read_plain("%s/mail"), eml = unit_read_plain("eml:%s/mail"),
                        mbox = unit_read_plain("mbox:%s/mail"), empty = unit_read_plain("mbox:%s/empty"),
                        named = unit_read_plain("%s/a.eml");
  assert_string_equal(looked->kind, "eml");
  assert_int_equal(looked->mails->len, 1);
  assert_int_equal(eml->mails->len, 1);
  assert_int_equal(mbox->mails->len, 2);
  assert_int_equal(empty->mails->len, 0);
  assert_string_equal(empty->diagnostics, "");
  assert_string_equal(named->diagnostics, "empty-file a.eml\n");
}

static void test_range_needs_git(void **state) {
  (void)state;
  unit_write("x.mbox", FROM "A: 1\n\nx\n", -1);
  g_autoptr(GError) error = NULL;
  g_autoptr(UnitSource) source = unit_read("%s/x.mbox", &(LbSourceOptions){.range = "a..b"}, 1, 0, &error);
  assert_null(source);
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_USAGE));
}

static void shorten(void) {
  g_autofree char *path = unit_path("s.mbox");
  assert_int_equal(truncate(path, 70), 0);
}

/* The file is cut while it is read: what is left is read and the loss is named. */
static void test_truncated(void **state) {
  (void)state;
  unit_write("s.mbox", FROM "A: 1\n\nx\n\n" FROM "A: 2\n\ny\n", -1);
  unit_meanwhile = shorten;
  g_autoptr(UnitSource) source = unit_read_plain("%s/s.mbox");
  assert_int_equal(source->mails->len, 1);
  assert_true(g_str_has_prefix(source->diagnostics, "unreadable s.mbox:70 "));
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
      cmocka_unit_test(test_from_lines),
      cmocka_unit_test(test_plain_dates),
      cmocka_unit_test(test_find_mark),
      T(test_shapes),
      T(test_round_trip),
      T(test_chunks),
      T(test_giant),
      T(test_forced),
      T(test_range_needs_git),
      T(test_truncated),
  };
  return cmocka_run_group_tests_name("mbox", tests, NULL, NULL);
}
