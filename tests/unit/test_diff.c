/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "message/diff.h"

#define HUNK "@@ -1 +1 @@\n-a\n+b\n"
#define GIT(path) "diff --git a/" path " b/" path "\nindex 1..2 100644\n--- a/" path "\n+++ b/" path "\n"

typedef struct {
  const char *name;
  const char *text;
  const char *expect; /* "files +added -removed[ cut]: path|path"; "-": no diff */
} Case;

static const Case cases[] = {
    {"one file", GIT("x.c") "@@ -1,3 +1,4 @@\n a\n-b\n+c\n+d\n e\n", "1 +2 -1: x.c"},
    {"counts left out", GIT("x.c") HUNK, "1 +1 -1: x.c"},
    {"two hunks, two files", GIT("x.c") HUNK "@@ -9,0 +9,2 @@ f()\n+a\n+b\n" GIT("y/z.c") HUNK,
     "2 +4 -2: x.c|y/z.c"},
    {"signature is no deletion", GIT("x") HUNK "-- \n2.39.2\n", "1 +1 -1: x"},
    {"a removed line that looks like a signature", GIT("x") "@@ -1,2 +1 @@\n-- \n-b\n+c\n", "1 +1 -2: x"},
    {"a signature inside a hunk that is too short", GIT("x") "@@ -1,9 +1,9 @@\n a\n-b\n+c\n-- \n2.39.2\n",
     "1 +1 -1 cut: x"},
    {"removed and added lines that look like headers",
     GIT("x") "@@ -1,2 +1,2 @@\n--- a/y\n-z\n+++ b/y\n+@@\n", "1 +2 -2: x"},
    {"cut off", GIT("x") "@@ -1,5 +1,5 @@\n a\n-b\n", "1 +0 -1 cut: x"},
    {"cut off by the next file", GIT("x") "@@ -1,5 +1,5 @@\n a\n-b\n" GIT("y") HUNK, "2 +1 -2 cut: x|y"},
    {"cut off by the next hunk", GIT("x") "@@ -1,5 +1,5 @@\n a\n-b\n@@ -1 +1 @@\n-a\n+b\n", "1 +1 -2 cut: x"},
    {"cut off, prose under it", GIT("x") "@@ -1,5 +1,5 @@\n a\n-b\nThis is all.\n", "1 +0 -1 cut: x"},
    {"hostile counts", GIT("x") "@@ -1,4294967297 +1,99999999999999999999 @@\n a\n-b\n+c\n",
     "1 +1 -1 cut: x"},
    {"hostile line numbers", GIT("x") "@@ -99999999999999999999999 +1 @@\n-b\n+c\n", "1 +1 -1: x"},
    {"no newline at the end",
     GIT("x") "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
     "1 +1 -1: x"},
    {"empty context line without its blank", GIT("x") "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", "1 +1 -1: x"},
    {"a line that a mailer broke",
     GIT("x") "@@ -1,3 +1,3 @@ a very long\nfunction()\n a\n-b is a very\nlong line\n+c\n d\n", "1 +1 -1: x"},
    {"the last line is empty and without its newline", GIT("x") "@@ -1 +1,2 @@\n-a\n+b\n+", "1 +2 -1: x"},
    {"CRLF", "diff --git a/x b/x\r\n--- a/x\r\n+++ b/x\r\n@@ -1,2 +1,2 @@\r\n-a\r\n+b\r\n\r\n", "1 +1 -1: x"},
    {"new file",
     "diff --git a/x b/x\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n",
     "1 +1 -0: x"},
    {"deleted file",
     "diff --git a/d/x b/d/x\ndeleted file mode 100644\n--- a/d/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
     "1 +0 -1: d/x"},
    {"empty new file", "diff --git a/x b/x\nnew file mode 100644\nindex 000..e69\n", "1 +0 -0: x"},
    {"mode alone", "diff --git a/with blank b/with blank\nold mode 100644\nnew mode 100755\n",
     "1 +0 -0: with blank"},
    {"rename alone",
     "diff --git a/old name b/new\nsimilarity index 100%\nrename from old name\nrename to new\n",
     "1 +0 -0: new"},
    {"rename with changes",
     "diff --git a/old b/new\nsimilarity index 90%\nrename from old\nrename to new\n--- a/old\n+++ "
     "b/new\n" HUNK,
     "1 +1 -1: new"},
    {"copy", "diff --git a/b/old b/b/new\nsimilarity index 100%\ncopy from b/old\ncopy to b/new\n",
     "1 +0 -0: b/new"},
    {"binary patch",
     "diff --git a/d.bin b/d.bin\nnew file mode 100644\nindex 0..4\nGIT binary patch\nliteral 48\n"
     "cmZQzWMXDvWn\n\nliteral 0\nHcmV?d00001\n\n-- \n2.39\n",
     "1 +0 -0: d.bin"},
    {"binary files differ",
     "diff --git a/d.bin b/d.bin\nindex 1..2\nBinary files a/d.bin and b/d.bin differ\n" GIT("x") HUNK,
     "2 +1 -1: d.bin|x"},
    {"quoted path",
     "diff --git \"a/na\\303\\257ve \\\"x\\\".c\" \"b/na\\303\\257ve \\\"x\\\".c\"\nindex 1..2\n"
     "--- \"a/na\\303\\257ve \\\"x\\\".c\"\n+++ \"b/na\\303\\257ve \\\"x\\\".c\"\n" HUNK,
     "1 +1 -1: na\303\257ve \"x\".c"},
    {"quoted path, cut off", "diff --git \"a/\\30 \"b/\\30\nindex 1..2\n--- \"a/\\30\n+++ \"b/\\30\n" HUNK,
     "1 +1 -1: 30"},
    {"quoted octets that are no text",
     "diff --git \"a/\\000\\377\" \"b/\\000\\377\"\nold mode 100644\nnew mode 100755\n",
     "1 +0 -0: \357\277\275\303\277"},
    {"path with a blank and git's tab", "diff --git a/a b.c b/a b.c\n--- a/a b.c\t\n+++ b/a b.c\t\n" HUNK,
     "1 +1 -1: a b.c"},
    {"no prefix", "diff --git src/x.c src/x.c\nindex 1..2\n--- src/x.c\n+++ src/x.c\n" HUNK,
     "1 +1 -1: src/x.c"},
    {"no prefix, directories of one letter",
     "diff --git t/x t/x\nindex 1..2\n--- t/x\n+++ t/x\n" HUNK
     "diff --git t/y t/y\nnew file mode 100644\nindex 0..2\n--- /dev/null\n+++ t/y\n@@ -0,0 +1 @@\n+a\n"
     "diff --git t/z t/z\nold mode 100644\nnew mode 100755\n",
     "3 +2 -1: t/x|t/y|t/z"},
    {"mnemonic prefix", "diff --git i/src/x.c w/src/x.c\nindex 1..2\n--- i/src/x.c\n+++ w/src/x.c\n" HUNK,
     "1 +1 -1: src/x.c"},
    {"out of the tree", GIT("../../etc/x") HUNK, "1 +1 -1: ../../etc/x"},
    {"quilt", "Index: linux/src/x.c\n=====\n--- linux.orig/src/x.c\n+++ linux/src/x.c\n" HUNK,
     "1 +1 -1: src/x.c"},
    {"quilt, a new file after another",
     "--- linux.orig/src/x.c\t2005-01-01 00:00:00.0 +0000\n+++ linux/src/x.c\t2005-01-02\n" HUNK
     "--- /dev/null\n+++ linux/src/y.c\n@@ -0,0 +1 @@\n+a\n",
     "2 +2 -1: src/x.c|src/y.c"},
    {"diff -urN, dates behind blanks",
     "diff -urN a/x.c b/x.c\n--- a/x.c  2005-01-01 00:00:00\n+++ b/x.c  2005-01-02 00:00\n" HUNK,
     "1 +1 -1: x.c"},
    {"svn", "Index: lib/x.c\n=====\n--- lib/x.c\t(revision 1)\n+++ lib/x.c\t(working copy)\n" HUNK,
     "1 +1 -1: lib/x.c"},
    {"cvs",
     "Index: lib/x.c\n=====\nRCS file: /cvs/lib/x.c,v\nretrieving revision 1.1\ndiff -u -r1.1 x.c\n--- "
     "x.c\t1 Jan\n"
     "+++ x.c\t2 Jan\n" HUNK,
     "1 +1 -1: lib/x.c"},
    {"names alone", "--- a/x\n+++ b/x\n" HUNK "--- a/y\n+++ b/y\n" HUNK, "2 +2 -2: x|y"},
    {"merge",
     "diff --cc x.c\nindex 1,2..3\n--- a/x.c\n+++ b/x.c\n@@@ -1,2 -1,3 +1,3 @@@\n  a\n- b\n -c\n++d\n+ e\n",
     "1 +2 -2: x.c"},
    {"merge without changes", "diff --combined src/x.c\nindex 1,2..3\nmode 100644,100644..100755\n",
     "1 +0 -0: src/x.c"},
    {"several diffs", GIT("x") HUNK "-- \n2.39\n\nNext:\n" GIT("x") HUNK, "2 +2 -2: x|x"},
    {"names that a mailer broke",
     "diff --git a/a/very/long/path/x.c\nb/a/very/long/path/x.c\nindex 1..2\n--- a/a/very/long/path/x.c\n+++ "
     "b/a/very/long/path/x.c\n" HUNK,
     "1 +1 -1: a/very/long/path/x.c"},
    {"context diff", "*** a/x.c\n--- b/x.c\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n",
     "1 +0 -0: x.c"},
    {"empty", "", "-"},
    {"the word",
     "diff -u gives nothing here\n\ndiff --git is how it starts\nIndex: none\n--- a line\n+++ another\n",
     "-"},
    {"quoted", "> diff --git a/x b/x\n> index 1..2\n> --- a/x\n> +++ b/x\n> @@ -1 +1 @@\n> -a\n> +b\n", "-"},
    {"indented", "  diff --git a/x b/x\n  --- a/x\n  +++ b/x\n  @@ -1 +1 @@\n  -a\n  +b\n", "-"},
    {"hunk without a file", HUNK, "-"},
};

static char *show(const LbDiff *diff) {
  g_autofree char *paths = NULL;

  if (!diff)
    return g_strdup("-");
  paths = g_strjoinv("|", (char **)diff->paths);
  return g_strdup_printf("%u +%u -%u%s: %s", diff->n_files, diff->added, diff->removed,
                         diff->is_cut ? " cut" : "", paths);
}

static void test_table(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    LbArena *arena = lb_arena_new();
    gsize length = strlen(cases[i].text);
    char *bytes =
        g_memdup2(cases[i].text, length ? length : 1); /* not NUL-terminated: reads past the end show */
    char *got = show(lb_diff_parse(bytes, length, 0, arena));
    if (strcmp(got, cases[i].expect) != 0)
      fail_msg("%s: got '%s', expected '%s'", cases[i].name, got, cases[i].expect);
    g_free(got);
    g_free(bytes);
    lb_arena_free(arena);
  }
}

/* Each case cut off anywhere, and with each byte turned into something else, is read without a crash. */
static void test_hostile(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize length = strlen(cases[i].text);
    for (gsize k = 0; k < length; k++) {
      LbArena *arena = lb_arena_new();
      char *bytes = g_memdup2(cases[i].text, length);
      char *start = g_memdup2(cases[i].text, MAX(k, 1));
      bytes[k] = "\n@-+ \"\\/d"[k % 9];
      lb_diff_parse(bytes, length, 0, arena);
      lb_diff_parse(start, k, 0, arena);
      lb_diff_begins(start, k, k / 2);
      g_free(bytes);
      g_free(start);
      lb_arena_free(arena);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_hostile)};
  return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
