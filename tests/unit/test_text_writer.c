/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>
#include "output/writer.h"

#define DASHES "----------------------------------------------------------------------"

/* Names are all that a writer wants to know of sections. */
static const LbSection domains = {.name = "domains"}, contributors = {.name = "contributors"},
                       patches = {.name = "patches"}, numbers = {.name = "numbers"},
                       messages = {.name = "messages"};

static int setup(void **state) {
  LbReport *report = g_new0(LbReport, 1);

  report->arena = lb_arena_new();
  report->first = "2026-01-01";
  report->last = "2026-01-31";
  report->name = "paint";
  report->sections = g_ptr_array_new();
  *state = report;
  return 0;
}

static int teardown(void **state) {
  LbReport *report = *state;

  for (guint i = 0; i < report->sections->len; i++) {
    LbSectionData *section = g_ptr_array_index(report->sections, i);
    lb_blocks_free(section->blocks);
    g_free(section);
  }
  g_ptr_array_unref(report->sections);
  lb_arena_free(report->arena);
  g_free(report);
  return 0;
}

static LbBlocks *add_section(LbReport *report, const LbSection *section, const char *heading) {
  LbSectionData *data = g_new0(LbSectionData, 1);

  data->section = section;
  data->heading = heading;
  data->blocks = lb_blocks_new();
  g_ptr_array_add(report->sections, data);
  return data->blocks;
}

#define TITLE "From 2026-01-01 to 2026-01-31\npaint mailing list update from 2026-01-01 to 2026-01-31\n\n"

static char *write_text(const LbReport *report) {
  g_autofree char *path = g_build_filename(g_get_tmp_dir(), "listbrief-test-XXXXXX", NULL);
  char *text = NULL;
  int fd = g_mkstemp(path);

  assert_true(fd >= 0);
  close(fd);
  assert_true(lb_output_write_report(lb_writer_find("text"), report, path, NULL));
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  unlink(path);
  return text;
}

static void assert_text(const LbReport *report, const char *expected) {
  g_autofree char *text = write_text(report);

  assert_string_equal(text, expected);
}

static void test_empty_sections(void **state) {
  LbReport *report = *state;

  add_section(report, &domains, "Top 15 contributor Email domains (Based on Email Body)");
  add_section(report, &contributors, "Top 15 contributors (Based on Email Body)");
  add_section(report, &patches, "Patch list in this time period");
  add_section(report, &messages, "Patch Commit Messages");
  assert_text(report, TITLE "Top 15 contributor Email domains (Based on Email Body)\n\n\n"
                            "Top 15 contributors (Based on Email Body)\n\n\n"
                            "===== Patch list in this time period =====\n\n\n"
                            "===== Patch Commit Messages ====\n\n");
}

static void test_counts(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &domains, "Domains");
  LbBlock domain = {.kind = LB_BLOCK_COUNT, .count = 12345678, .label = "example.org"};
  LbBlock person = {.kind = LB_BLOCK_COUNT,
                    .count = 3,
                    .label = "\"Doe, J.\" <j@example.org>",
                    .person = {.name = "Doe, J.", .email = "j@example.org"}};
  LbBlock nobody = {
      .kind = LB_BLOCK_COUNT, .count = 1, .label = "(none)", .person = {.name = "", .email = ""}};

  lb_blocks_add(blocks, &domain);
  blocks = add_section(report, &contributors, "People");
  lb_blocks_add(blocks, &person);
  lb_blocks_add(blocks, &nobody);
  assert_text(report, TITLE "Domains\n\n12345678 example.org\n\n"
                            "People\n\n      3  \"Doe, J.\" <j@example.org>\n      1  (none)\n\n");
}

static void test_postings(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &patches, "Patch list in this time period");
  const char *details[] = {"A. Painter, 2026-01-13, 1 patch", "1 file changed, 1 insertion(+)", NULL};
  LbBlock group = {.kind = LB_BLOCK_GROUP, .count = 2, .label = "New"};
  LbBlock posting = {.kind = LB_BLOCK_POSTING,
                     .subject = "[PATCH] red: paint",
                     .details = details,
                     .link = "https://example.org/1@example.org/"};
  LbBlock bare = {.kind = LB_BLOCK_POSTING, .subject = "[PATCH] blue: paint", .details = details + 2};

  lb_blocks_add(blocks, &group);
  lb_blocks_add(blocks, &posting);
  lb_blocks_add(blocks, &bare);
  assert_text(report, TITLE "===== Patch list in this time period =====\n\n"
                            "New (2)\n\n"
                            "  [PATCH] red: paint\n"
                            "      A. Painter, 2026-01-13, 1 patch\n"
                            "      1 file changed, 1 insertion(+)\n"
                            "      https://example.org/1@example.org/\n\n"
                            "  [PATCH] blue: paint\n\n");
}

/* 79 columns with the indent of 6: 73 for the text.  Wide characters take two, combining ones none. */
static void test_wrapping(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &patches, "P");
  const char *details[] = {
      "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123",
      "123456789 123456789 123456789 123456789 123456789 123456789 123456789 1234 and more",
      "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本 ab",
      "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本 abc",
      "short "
      "http://example.org/"
      "a-word-that-is-far-too-long-to-stand-on-a-line-of-seventy-nine-columns-and-stays-whole x",
      NULL,
  };
  LbBlock posting = {
      .kind = LB_BLOCK_POSTING,
      .details = details,
      .subject = "[PATCH] a title that is longer than seventy-nine columns stays on one line as it is"};

  lb_blocks_add(blocks, &posting);
  assert_text(
      report, TITLE
      "===== P =====\n\n"
      "  [PATCH] a title that is longer than seventy-nine columns stays on one line as it is\n"
      "      123456789 123456789 123456789 123456789 123456789 123456789 123456789 123\n"
      "      123456789 123456789 123456789 123456789 123456789 123456789 123456789\n"
      "      1234 and more\n"
      "      日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本 ab\n"
      "      日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本\n"
      "      abc\n"
      "      short\n"
      "      http://example.org/a-word-that-is-far-too-long-to-stand-on-a-line-of-seventy-nine-columns-and-"
      "stays-whole\n"
      "      x\n\n");
}

/* What others did with a posting: as listbrief-report(7) shows it. */
/* Words and blanks of any length, behind an "X" for the caller to replace. */
static char *make_words(GRand *random, gboolean has_blanks) {
  GString *text = g_string_new("X");
  gint n_words = g_rand_int_range(random, 0, 40);

  for (gint i = 0; i < n_words; i++) {
    gint n_blanks = has_blanks ? g_rand_int_range(random, 1, 4) : 1, length = g_rand_int_range(random, 1, 12);
    if (g_rand_int_range(random, 0, 30) == 0)
      length = g_rand_int_range(random, 60, 100);
    for (gint k = 0; k < n_blanks; k++)
      g_string_append_c(text, ' ');
    for (gint k = 0; k < length; k++)
      g_string_append_c(text, 'a' + (char)g_rand_int_range(random, 0, 20));
  }
  if (has_blanks)
    g_string_append(text, "  ");
  return g_string_free(text, FALSE);
}

#define N_NOTES 3000

static char *replace(const char *text, const char *what, const char *by) {
  g_auto(GStrv) parts = g_strsplit(text, what, -1);
  return g_strjoinv(by, parts);
}

/* What is measured letter by letter and what needn't be are broken alike, and by any number of threads. */
static void test_wrapping_alike(void **state) {
  LbReport *report = *state;
  LbBlocks *accented = add_section(report, &patches, "P"), *plain;
  g_autoptr(GRand) random = g_rand_new_with_seed(31);
  g_autofree LbBlock *notes = g_new0(LbBlock, 2 * N_NOTES);
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

  for (guint i = 0; i < N_NOTES; i++) {
    g_autofree char *words = make_words(random, i % 3 == 0);
    g_ptr_array_add(texts, replace(words, "X", "\xc3\xa9"));
    notes[i] = (LbBlock){.kind = LB_BLOCK_NOTE, .label = g_ptr_array_index(texts, texts->len - 1)};
    lb_blocks_add(accented, &notes[i]);
  }
  g_autofree char *measured = write_text(report), *wanted = replace(measured, "\xc3\xa9", "x");
  lb_blocks_free(accented);
  ((LbSectionData *)g_ptr_array_index(report->sections, 0))->blocks = plain = lb_blocks_new();
  for (guint i = 0; i < N_NOTES; i++) {
    g_ptr_array_add(texts, replace(notes[i].label, "\xc3\xa9", "x"));
    notes[N_NOTES + i] = (LbBlock){.kind = LB_BLOCK_NOTE, .label = g_ptr_array_index(texts, texts->len - 1)};
    lb_blocks_add(plain, &notes[N_NOTES + i]);
  }
  for (report->jobs = 0; report->jobs < 4; report->jobs++)
    assert_text(report, wanted);
}

static void test_state(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &patches, "Waiting");
  const char *details[] = {
      "A. Painter, 2026-01-13, 12 patches, v13 2025-12-24 (20 days before)",
      "14 files changed, 1488 insertions(+), 133 deletions(-)",
      "waiting for review; 9 replies by 2 people; Reviewed-by: Stefano Pittorella (11 of 12)", NULL};
  LbBlock group = {.kind = LB_BLOCK_GROUP, .count = 1, .label = "Waiting for review"};
  LbBlock posting = {.kind = LB_BLOCK_POSTING, .subject = "[PATCH v14 00/12] red: paint", .details = details};
  LbBlock note = {.kind = LB_BLOCK_NOTE, .label = "Ready, and not a word for 30 days or longer: 3"};

  lb_blocks_add(blocks, &group);
  lb_blocks_add(blocks, &posting);
  lb_blocks_add(blocks, &note);
  assert_text(report, TITLE "===== Waiting =====\n\n"
                            "Waiting for review (1)\n\n"
                            "  [PATCH v14 00/12] red: paint\n"
                            "      A. Painter, 2026-01-13, 12 patches, v13 2025-12-24 (20 days before)\n"
                            "      14 files changed, 1488 insertions(+), 133 deletions(-)\n"
                            "      waiting for review; 9 replies by 2 people; Reviewed-by: Stefano\n"
                            "      Pittorella (11 of 12)\n\n"
                            "  Ready, and not a word for 30 days or longer: 3\n\n");
}

static void test_remarks(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &numbers, "Top 15 reviewers");
  LbBlock person = {.kind = LB_BLOCK_COUNT,
                    .count = 12,
                    .label = "Kim <kim@example.org>",
                    .remark = "1 trailer; own Evil\033 0, others 12",
                    .person = {"Kim", "kim@example.org"}};

  lb_blocks_add(blocks, &person);
  assert_text(report, TITLE "===== Top 15 reviewers =====\n\n"
                            "     12  Kim <kim@example.org>: 1 trailer; own Evil<U+001B> 0, others 12\n\n");
}

static void test_messages(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &messages, "Patch Commit Messages");
  LbBlock repeat = {.kind = LB_BLOCK_REPEAT, .subject = "[PATCH v4 1/1] x", .skipped = "[PATCH v4 0/1] x"};
  LbBlock message = {.kind = LB_BLOCK_MESSAGE,
                     .title = "x",
                     .subject = "[PATCH v4 1/1] x",
                     .person = {.name = "Doe, J.", .email = "j@example.org"},
                     .sender = {.name = "", .email = "relay@example.com"},
                     .text = "Two\nlines"};
  LbBlock empty = {.kind = LB_BLOCK_MESSAGE,
                   .title = "y",
                   .subject = "y",
                   .person = {.name = "", .email = "j@x"},
                   .text = ""};

  lb_blocks_add(blocks, &repeat);
  lb_blocks_add(blocks, &message);
  lb_blocks_add(blocks, &empty);
  lb_blocks_add(blocks, &repeat);
  assert_text(report, TITLE "===== Patch Commit Messages ====\n\n"
                            "Exist: [PATCH v4 1/1] x\n Skip: [PATCH v4 0/1] x\n"
                            "New:  x\n[PATCH v4 1/1] x\nAuthor: Doe, J. <j@example.org>\n"
                            "Sent by: relay@example.com\n\nTwo\nlines\n\n" DASHES "\n\n"
                            "New:  y\ny\nAuthor: j@x\n\n\n" DASHES "\n\n"
                            "Exist: [PATCH v4 1/1] x\n Skip: [PATCH v4 0/1] x\n");
}

static void test_facts(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &numbers, "Numbers");
  LbBlock alone = {.kind = LB_BLOCK_FACT, .label = "mails", .count = 10, .before = -1};
  LbBlock against = {.kind = LB_BLOCK_FACT, .label = "people", .count = 2, .before = 0};

  lb_blocks_add(blocks, &alone);
  lb_blocks_add(blocks, &against);
  assert_text(report, TITLE "===== Numbers =====\n\n"
                            "  mails                                 10\n"
                            "  people                                 2 (before: 0)\n\n");
}

/* Whatever a mail brings, no line of the report is broken by it and no terminal told what to do. */
static void test_hostile(void **state) {
  LbReport *report = *state;
  LbBlocks *blocks = add_section(report, &messages, "Patch Commit Messages");
  LbBlock message = {.kind = LB_BLOCK_MESSAGE,
                     .title = "a\nNew:  b\r",
                     .subject = "\033[31m[PATCH]\tx",
                     .person = {.name = "E\xe2\x80\xaevil", .email = "\x07@x\x7f"},
                     .text = "tab\there\n\033]0;x\xc2\x9b"};

  report->name = "a\nb";
  lb_blocks_add(blocks, &message);
  assert_text(report,
              "From 2026-01-01 to 2026-01-31\na b mailing list update from 2026-01-01 to 2026-01-31\n\n"
              "===== Patch Commit Messages ====\n\n"
              "New:  a New:  b<U+000D>\n<U+001B>[31m[PATCH] x\n"
              "Author: E<U+202E>vil <<U+0007>@x<U+007F>>\n\n"
              "tab\there\n<U+001B>]0;x<U+009B>\n\n" DASHES "\n\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_empty_sections, setup, teardown),
      cmocka_unit_test_setup_teardown(test_counts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_postings, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wrapping, setup, teardown),
      cmocka_unit_test_setup_teardown(test_wrapping_alike, setup, teardown),
      cmocka_unit_test_setup_teardown(test_state, setup, teardown),
      cmocka_unit_test_setup_teardown(test_remarks, setup, teardown),
      cmocka_unit_test_setup_teardown(test_messages, setup, teardown),
      cmocka_unit_test_setup_teardown(test_facts, setup, teardown),
      cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
