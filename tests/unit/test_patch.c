/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "message/commit_message.h"
#include "message/patch.h"

#define SHA "0123456789abcdef0123456789abcdef01234567"
#define DIFF "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.39.2\n"
#define STAT " x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n"
#define SOB "Signed-off-by: A <a@example.org>\n"

static char *get(LbSlice slice) {
  return slice.data ? g_strndup(slice.data, slice.length) : g_strdup("-");
}

static void expect_slice(const char *text, const char *what, LbSlice slice, const char *expect) {
  char *got = get(slice);
  if (strcmp(got, expect) != 0)
    fail_msg("'%s': %s is '%s', expected '%s'", text, what, got, expect);
  g_free(got);
}

static const struct {
  const char *text, *from, *subject, *date, *rest;
} in_bodies[] = {
    {"", "-", "-", "-", ""},
    {"Text.\n", "-", "-", "-", "Text.\n"},
    {"From: B <b@example.com>\n\nText.\n", "B <b@example.com>", "-", "-", "Text.\n"},
    {"\n \nfrom:   B <b@example.com>  \n\n\nText.\n", "B <b@example.com>", "-", "-", "Text.\n"},
    {"Date: Mon, 1 Jan 2024 09:00:00 +0100\nSubject: [PATCH] a\n  long title\nFrom: B "
     "<b@example.com>\n\nText.\n",
     "B <b@example.com>", "[PATCH] a\n  long title", "Mon, 1 Jan 2024 09:00:00 +0100", "Text.\n"},
    {"From " SHA " Mon Sep 17 00:00:00 2001\nFrom: B <b@example.com>\n\nText.\n", "B <b@example.com>", "-",
     "-", "Text.\n"},
    {">From " SHA " Mon Sep 17 00:00:00 2001\nSubject: a\n\nText.\n", "-", "a", "-", "Text.\n"},
    {"[PATCH] title\nFrom: b@example.com\n\nText.\n", "b@example.com", "[PATCH] title", "-", "Text.\n"},
    {"From: B <b>\n\nText.\n", "B <b>", "-", "-", "Text.\n"},
    {"From: B <b@example.com>\n>From " SHA " Mon Sep 17 00:00:00 2001\nSubject:\n\nText.\n",
     "B <b@example.com>", "-", "-", "Text.\n"},
    {"Subject:\n a title\nFrom: b@example.com\n\nText.\n", "b@example.com", "\n a title", "-", "Text.\n"},
    {"From: B with a name that is long\n <b@example.com>\n\nText.\n",
     "B with a name that is long\n <b@example.com>", "-", "-", "Text.\n"},
    /* ended by the first other line, without an empty one */
    {"From: B <b@example.com>\nText.\n", "B <b@example.com>", "-", "-", "Text.\n"},
    {"From: B <b@example.com>\nFrom: C <c@example.com>\n", "B <b@example.com>", "-", "-",
     "From: C <c@example.com>\n"},
    /* an empty line ends it */
    {"From: B <b@example.com>\n\nSubject: not this\n", "B <b@example.com>", "-", "-", "Subject: not this\n"},
    /* none */
    {"From: the beginning\nto the end\n", "-", "-", "-", "From: the beginning\nto the end\n"},
    {"Text.\nFrom: B <b@example.com>\n", "-", "-", "-", "Text.\nFrom: B <b@example.com>\n"},
    {"> From: B <b@example.com>\n", "-", "-", "-", "> From: B <b@example.com>\n"},
    {"-----Original Message-----\nFrom: B <b@example.com>\n", "-", "-", "-",
     "-----Original Message-----\nFrom: B <b@example.com>\n"},
    {"From: B <b@example.com>\nSent: Monday\nTo: A\n\nText.\n", "-", "-", "-",
     "From: B <b@example.com>\nSent: Monday\nTo: A\n\nText.\n"},
    {"From " SHA " Tue Sep 18 00:00:00 2001\n", "-", "-", "-", "From " SHA " Tue Sep 18 00:00:00 2001\n"},
};

static void test_in_body(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(in_bodies); i++) {
    gsize length = strlen(in_bodies[i].text);
    char *text = g_memdup2(in_bodies[i].text, MAX(length, 1));
    LbInBody in_body;
    gboolean found = lb_patch_find_in_body(text, length, &in_body);
    expect_slice(in_bodies[i].text, "from", in_body.from, in_bodies[i].from);
    expect_slice(in_bodies[i].text, "subject", in_body.subject, in_bodies[i].subject);
    expect_slice(in_bodies[i].text, "date", in_body.date, in_bodies[i].date);
    expect_slice(in_bodies[i].text, "rest", (LbSlice){text + in_body.end, length - in_body.end},
                 in_bodies[i].rest);
    if (in_body.from.data || in_body.subject.data || in_body.date.data)
      assert_true(found);
    g_free(text);
  }
}

static const struct {
  const char *text, *commit, *notes, *summary;
  gboolean has_diff;
} splits[] = {
    {"", "", "-", "-", FALSE},
    {"From: B <b@example.com>\n\nLog.\n\n" SOB "---\nv2: less\n\n" STAT "\n" DIFF,
     "Log.\n\nSigned-off-by: A <a@example.org>", "v2: less", "1 file changed, 1 insertion(+), 1 deletion(-)",
     TRUE},
    {"Log.\n---\nv2: less\n---\n\n" STAT " create mode 100644 x\n\n" DIFF, "Log.", "v2: less",
     "1 file changed, 1 insertion(+), 1 deletion(-)", TRUE},
    {"Log.\n--- \n" STAT " create mode 100644 x\n\nA word under it.\n\n" DIFF, "Log.", "A word under it.",
     "1 file changed, 1 insertion(+), 1 deletion(-)", TRUE},
    {"Log.\n---\nAll notes.\n" DIFF, "Log.", "All notes.", "-", TRUE},
    {"Log.\n\n" STAT "\n" DIFF, "Log.", "-", "1 file changed, 1 insertion(+), 1 deletion(-)", TRUE},
    {"Log.\n\n x | 0\n 1 file changed, 0 insertions(+), 0 deletions(-)\n\nMore log.\n" DIFF,
     "Log.\n\n x | 0\n 1 file changed, 0 insertions(+), 0 deletions(-)\n\nMore log.", "-",
     "1 file changed, 0 insertions(+), 0 deletions(-)", TRUE},
    {"Log.\n---\n x | 1 +\n 1 files changed, 1 insertions(+)\n" DIFF, "Log.", "",
     "1 files changed, 1 insertions(+)", TRUE},
    {"Log.\n---\n x | 1 !\n 1 file changed, 1 modification(!)\n" DIFF, "Log.", "",
     "1 file changed, 1 modification(!)", TRUE},
    {"Log.\n---\n x | Bin 0 -> 3 bytes\n 1 file changed\n" DIFF, "Log.", "", "1 file changed", TRUE},
    /* the last one counts */
    {"Log.\n---\nWas:\n 9 files changed, 9 insertions(+)\n\n" STAT DIFF, "Log.",
     "Was:\n 9 files changed, 9 insertions(+)", "1 file changed, 1 insertion(+), 1 deletion(-)", TRUE},
    /* no summaries, separators, diffs */
    {"Log, 2 files changed.\n2 files changed completely\n> 1 file changed\n1 file changed, 2 "
     "insertion\n----\n--- a\n",
     "Log, 2 files changed.\n2 files changed completely\n> 1 file changed\n1 file changed, 2 "
     "insertion\n----\n--- a",
     "-", "-", FALSE},
    {"Log:\n\ndiff -u shows nothing\n\n---\nNotes.\n\n" DIFF, "Log:\n\ndiff -u shows nothing", "Notes.", "-",
     TRUE},
    {"Log:\n\n  diff --git a/x b/x\n  index 1..2\n\n---\n" DIFF, "Log:\n\n  diff --git a/x b/x\n  index 1..2",
     "", "-", TRUE},
    /* signatures and list footers */
    {"Log.\n\n-- \nA\n", "Log.", "-", "-", FALSE},
    {"Log.\n\n--\nA\n", "Log.", "-", "-", FALSE},
    {"Log.\n--\n1\n2\n3\n4\n5\n6\n7\n", "Log.\n--\n1\n2\n3\n4\n5\n6\n7", "-", "-", FALSE},
    {"Log.\n-- \nA\n---\n 1 file changed\n", "Log.", "-", "-", FALSE},
    {"Log.\n_______________________________________________\ndevel mailing list\nhttps://example.net/\n",
     "Log.", "-", "-", FALSE},
    {"Log.\n______________\nIndex\n", "Log.\n______________\nIndex", "-", "-", FALSE},
    {"Log.\n-- \nquoted signature\n---\nNotes.\n" DIFF, "Log.\n-- \nquoted signature", "Notes.", "-", TRUE},
    {"Log.\n\nIndex: x\n=====\n--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", "Log.", "-", "-", TRUE},
    {"Log.\n\n--- a/x\t2024\n+++ b/x\t2024\n@@ -1 +1 @@\n-a\n+b\n", "Log.", "-", "-", TRUE},
};

static void test_split(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(splits); i++) {
    gsize length = strlen(splits[i].text);
    char *text = g_memdup2(splits[i].text, MAX(length, 1));
    LbPatchText parts;
    lb_patch_split(text, length, -1, &parts);
    expect_slice(splits[i].text, "commit", parts.commit, splits[i].commit);
    expect_slice(splits[i].text, "notes", parts.notes, splits[i].notes);
    expect_slice(splits[i].text, "summary", parts.summary, splits[i].summary);
    if (splits[i].has_diff != (parts.diff < length))
      fail_msg("'%s': diff at %zu of %zu", splits[i].text, parts.diff, length);
    g_free(text);
  }
}

static const struct {
  const char *text;
  gboolean is_cover;
  const char *expect;
} messages[] = {
    {"", FALSE, ""},
    {"\n\n-- \nA\n", TRUE, ""},
    {"\nFrom: B <b@example.com>\n\n\nLog. \n\n" SOB "---\nv2\n---\n\n" STAT " create mode 100644 x\n\n" DIFF,
     FALSE, "Log. \n\n" SOB "---\nv2\n---\n\n x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)"},
    {" Indented.\n\n" SOB "---\n" DIFF, FALSE, " Indented.\n\n" SOB "---"},
    {"No diffstat.\n\nRegards,\nA\n\n-- \nA\n", TRUE, "No diffstat.\n\nRegards,\nA"},
    {"No diffstat.\n\n---\nbase-commit: 0123\nchange-id: 20240101-x\n\nBest regards,\n-- \nA "
     "<a@example.org>\n",
     TRUE, "No diffstat."},
    {"No diffstat.\n---\nchange-id: 1\nSome words.\n", TRUE, "No diffstat.\n---\nchange-id: 1\nSome words."},
    {"Cover.\n\nA (1):\n  x\n\n" STAT
     " create mode 100644 x\n---\nbase-commit: 0123\nprerequisite-patch-id: 4\n"
     "prerequisite-change-id: 5\n\nBest regards,\n-- \nA\n",
     TRUE, "Cover.\n\nA (1):\n  x\n\n x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)"},
    {"Cover.\n\n" STAT
     "\nRange-diff against v1:\n1:  0123456 ! 1:  89abcde x\n    @@ x\n     a\n    -+b\n    ++c\n\n"
     "-:  ------- > 2:  2222222 y\n\nbase-commit: 1\n-- \n2.39\n",
     TRUE, "Cover.\n\n x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)"},
    {"Cover.\n\n" STAT
     " rename y => z (100%)\n\n\nProse under it,\ntwo lines. \n\n\nMore.\n\nInterdiff against v1:\n"
     "  diff --git a/x b/x\n  --- a/x\n\nStill more.\n\nBest regards,\nA\n",
     TRUE,
     "Cover.\n\n x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\nProse under it,\ntwo lines. "
     "\n\n\nMore.\n\nStill more."},
    {"Patch.\n---\n" STAT "\nProse under it.\n\n" DIFF, FALSE,
     "Patch.\n---\n x | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)"},
};

static char *build(const char *text, gsize length, gssize attached, gboolean is_cover) {
  LbPatchText parts;
  g_autoptr(GString) buffer = g_string_new("from before");
  lb_patch_split(text, length, attached, &parts);
  LbSlice message = lb_commit_message_build(text, &parts, is_cover, buffer);
  return g_strndup(message.data, message.length);
}

static void test_message(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
    gsize length = strlen(messages[i].text);
    char *text = g_memdup2(messages[i].text, MAX(length, 1));
    char *got = build(text, length, -1, messages[i].is_cover);
    if (strcmp(got, messages[i].expect) != 0)
      fail_msg("got '%s', expected '%s'", got, messages[i].expect);
    g_free(got);
    g_free(text);
  }
}

/* A patch that hangs on a mail: the mail's text comes before it, without its signature. */
static void test_attached(void **state) {
  static const char own[] = "Please apply.\n\n-- \nA\n";
  static const char text[] =
      "Please apply.\n\n-- \nA\nFrom: B <b@example.com>\nSubject: [PATCH] x\n\nLog.\n---\nNotes.\n" DIFF;
  LbPatchText parts;
  char *message;

  lb_patch_split(text, strlen(text), (gssize)strlen(own), &parts);
  expect_slice(text, "before", parts.before, "Please apply.");
  expect_slice(text, "commit", parts.commit, "Log.");
  expect_slice(text, "notes", parts.notes, "Notes.");
  message = build(text, strlen(text), (gssize)strlen(own), FALSE);
  assert_string_equal(message, "Please apply.\n\nLog.\n---\nNotes.");
  g_free(message);
}

/* Cut off anywhere, every function stays inside the text. */
static void test_cut_off(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(messages); i++)
    for (gsize k = 0; k <= strlen(messages[i].text); k++) {
      char *text = g_memdup2(messages[i].text, MAX(k, 1));
      g_free(build(text, k, -1, TRUE));
      g_free(build(text, k, (gssize)k / 2, FALSE));
      g_free(text);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_in_body),  cmocka_unit_test(test_split),   cmocka_unit_test(test_message),
      cmocka_unit_test(test_attached), cmocka_unit_test(test_cut_off),
  };
  return cmocka_run_group_tests_name("patch", tests, NULL, NULL);
}
