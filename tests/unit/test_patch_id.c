/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"
#include "message/patch_id.h"

#define BLOBS(name) "diff --git a/" name " b/" name "\nindex 0123456..89abcde 100644\n"
#define FILE_OF(name) BLOBS(name) "--- a/" name "\n+++ b/" name "\n"
#define X FILE_OF("x")
#define Y FILE_OF("y")
#define B BLOBS("x")

/* Ids as git patch-id --stable (2.39) prints them. */
static const struct {
  const char *name, *diff, *id;
} cases[] = {
    {"one hunk", X "@@ -1,3 +1,3 @@ f\n a\n-b\n+c\n d\n", "21508993fa576e730009fcacfaa7d106d056cd54"},
    {"a signature behind", X "@@ -1,3 +1,3 @@ f\n a\n-b\n+c\n d\n-- \n2.45.0\n\n",
     "21508993fa576e730009fcacfaa7d106d056cd54"},
    {"a signature without its blank", X "@@ -1,3 +1,3 @@ f\n a\n-b\n+c\n d\n--\n2.45.0\n\n",
     "21508993fa576e730009fcacfaa7d106d056cd54"},
    {"elsewhere in the file, other blanks", X "@@ -10,3 +12,3 @@ g\n a\n- b\n+\tc\n d\n",
     "21508993fa576e730009fcacfaa7d106d056cd54"},
    {"counts left out", X "@@ -1 +1 @@\n-b\n+c\n", "c45409927fd77e8438e10fa37e70dffaa4a92f04"},
    {"two hunks", X "@@ -1 +1 @@\n-b\n+c\n@@ -9,0 +9,2 @@\n+d\n+-- \n",
     "33195118389dd864b110aa1242bcb1bd74a5d251"},
    {"no newline", X "@@ -1 +1 @@\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
     "c45409927fd77e8438e10fa37e70dffaa4a92f04"},
    {"form feeds are no blanks", X "@@ -1 +1 @@\n-\f\n+\v\n", "1c76611e6ab006b084ff98469d5cf15c27492427"},
    {"two files", X "@@ -1 +1 @@\n-b\n+c\n" Y "@@ -1 +1 @@\n-d\n+e\n",
     "b998c69104d8f423e9f77c2873e594e4b95256c3"},
    {"two files turned", Y "@@ -1 +1 @@\n-d\n+e\n" X "@@ -1 +1 @@\n-b\n+c\n",
     "b998c69104d8f423e9f77c2873e594e4b95256c3"},
    {"mode", "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
     "7bcc152e36c71a85a4deab4464e51432487ef9af"},
    {"rename", "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n",
     "18df27b32c0996f34aa52b1464f3d86cd15e063a"},
    {"new file",
     "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..89abcde\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 "
     "@@\n+c\n",
     "8131da8faad84488e5f2c2a0b700c912e66c5a4c"},
    {"binary", B "GIT binary patch\nliteral 3\nKcmZQzU|?VX0RR9100000\n\nliteral 2\nJcmZQz00000\n\n",
     "26ace3e1800489bb4decfce68deb19fec149fe10"},
    {"binary and text", B "GIT binary patch\nliteral 3\nKcmZQzU|?VX0RR9100000\n\n" Y "@@ -1 +1 @@\n-d\n+e\n",
     "45cc104d9594af21e95ab08329ec041e2169193a"},
    {"binary that is only named", B "Binary files a/x and b/x differ\n",
     "26ace3e1800489bb4decfce68deb19fec149fe10"},
    {"prose between: the sum of two ids", X "@@ -1 +1 @@\n-b\n+c\n\nand then\n\n" Y "@@ -1 +1 @@\n-d\n+e\n",
     "b998c69104d8f423e9f77c2873e594e4b95256c3"},
    {"diff -u", "diff -urN a/x b/x\n--- a/x\t2025-01-01\n+++ b/x\t2025-01-02\n@@ -1 +1 @@\n-b\n+c\n",
     "e87c8808219ed9cd10bb64748a5984ef19e533a2"},
};

static char *format(const char *diff, gsize length) {
  guint8 id[20];
  GString *hex = g_string_new(NULL);
  g_autofree char *bytes = g_memdup2(diff, MAX(length, 1));
  if (lb_patch_id_build(bytes, length, id))
    for (guint i = 0; i < sizeof id; i++)
      g_string_append_printf(hex, "%02x", id[i]);
  return g_string_free(hex, FALSE);
}

static void test_table(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize length = strlen(cases[i].diff);
    g_autofree char *id = format(cases[i].diff, length);
    unit_check_string(id, cases[i].id, cases[i].name);
    for (gsize k = 0; k < length; k++)
      g_free(format(cases[i].diff, k));
  }
}

/* Where git's id is none or spoiled by a mailer: what must be the same. */
static void test_same(void **state) {
  (void)state;
  static const struct {
    const char *name, *a, *b;
    gboolean is_same;
  } pairs[] = {
      {"blanks of empty context lines taken off", X "@@ -1,3 +1,3 @@\n \n-b\n+c\n \n-- \n2.1\n",
       X "@@ -1,3 +1,3 @@\n\n-b\n+c\n\n--\n2.45\n", TRUE},
      {"CR at the ends of lines", X "@@ -1 +1 @@\n-b\n+c\n", X "@@ -1 +1 @@\r\n-b\r\n+c\r\n", TRUE},
      {"without diff lines, all files count",
       "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+c\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-d\n+e\n",
       "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+c\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-d\n+f\n", FALSE},
      {"Index: and equals signs",
       "Index: x\n=====\n--- x\n+++ x\n@@ -1 +1 @@\n-b\n+c\nIndex: y\n=====\n--- y\n+++ y\n@@ -1 +1 "
       "@@\n-d\n+e\n",
       "Index: x\n=====\n--- x\n+++ x\n@@ -1 +1 @@\n-b\n+c\nIndex: y\n=====\n--- y\n+++ y\n@@ -1 +1 "
       "@@\n-d\n+f\n",
       FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
    g_autofree char *a = format(pairs[i].a, strlen(pairs[i].a)), *b = format(pairs[i].b, strlen(pairs[i].b));
    unit_check(*a && *b && pairs[i].is_same == !strcmp(a, b), "%s: %s and %s", pairs[i].name, a, b);
  }
}

static void test_none(void **state) {
  (void)state;
  static const char *const texts[] = {"", "\n", "text\n", "@@ -1 +1 @@\n-b\n+c\n"};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autofree char *id = format(texts[i], strlen(texts[i]));
    unit_check_string(id, "", texts[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_same),
                                     cmocka_unit_test(test_none)};
  return cmocka_run_group_tests_name("patch_id", tests, NULL, NULL);
}
