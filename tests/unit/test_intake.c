/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "intake/intake.h"
#include "unit.h"

static char *folder;

static int setup(void **state) {
  (void)state;
  lb_message_init();
  folder = g_dir_make_tmp("listbrief-intake-XXXXXX", NULL);
  return folder ? 0 : -1;
}

static void remove_tree(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name(dir));) {
    g_autofree char *below = g_build_filename(path, name, NULL);
    if (g_file_test(below, G_FILE_TEST_IS_DIR) && !g_file_test(below, G_FILE_TEST_IS_SYMLINK))
      remove_tree(below);
    else
      g_unlink(below);
  }
  g_rmdir(path);
}

static int teardown(void **state) {
  (void)state;
  remove_tree(folder);
  g_free(folder);
  lb_message_shutdown();
  return 0;
}

/* Mail number i of the archive: every third on the second list. */
static void append_mail(GString *out, int i, gsize padding) {
  g_string_append_printf(out,
                         "From: Person %d <p%d@example.org>\nDate: Tue, 13 Jan 2026 10:00:%02d +0000\n"
                         "Message-ID: <m%d@example.org>\nList-Id: <%s.lists.example.org>\n"
                         "Subject: [PATCH] number %d\n\nlog of %d\n",
                         i % 7, i % 7, i % 60, i, i % 3 ? "one" : "two", i, i);
  for (gsize n = 0; n < padding; n += 64)
    g_string_append_printf(out, "padding %55d\n", (int)n);
  g_string_append(out, "---\n a.c | 1 +\n 1 file changed, 1 insertion(+)\n\n"
                       "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,1 +1,2 @@\n line\n+more\n");
}

static LbSource *open_source(const char *kind, const char *path, LbDiagLog *log) {
  g_autofree char *spec = g_strconcat(kind, path, NULL);
  const LbSourceOptions options = {.log = log};
  g_autoptr(GError) error = NULL;
  LbSource *source = lb_source_open(spec, &options, &error);
  if (!source)
    fail_msg("%s", error->message);
  return source;
}

/* All facts that order or threads might spoil, as text. */
static char *read_all(GPtrArray *sources, guint jobs, const char *const *list_ids, LbDiagLog *log) {
  const LbIntakeOptions options = {
      .jobs = jobs, .wants = LB_WANT_TEXT | LB_WANT_MESSAGE, .list_ids = list_ids, .log = log};
  g_autoptr(GError) error = NULL;
  g_autoptr(LbIntake) intake = lb_intake_run(sources, &options, &error);
  assert_non_null(intake);
  const GPtrArray *mails = lb_intake_get_mails(intake);
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    g_autofree char *text = lb_intake_read_text(intake, &mail->details->extras->text, &error);
    g_autofree char *message = lb_intake_read_text(intake, &mail->details->message, &error);
    assert_non_null(text);
    assert_non_null(message);
    g_string_append_printf(out, "%u %s %s %s <%s> %d %u %u %s%s\n", mail->source, mail->msgid, mail->subject,
                           mail->author->name, mail->author->email, (int)mail->date, g_str_hash(text),
                           g_str_hash(message), mail->list_ids[0], mail->duplicate_of ? " again" : "");
  }
  return g_string_free(out, FALSE);
}

static guint count(const char *text, const char *what) {
  guint n = 0;
  for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
    n++;
  return n;
}

#define N_MAILS 900

/* An mbox of several chunks, the same mails as a maildir, and both at once. */
static void test_jobs(void **state) {
  (void)state;
  g_autofree char *mbox = g_build_filename(folder, "a.mbox", NULL),
                  *maildir = g_build_filename(folder, "md", NULL);
  g_autoptr(GString) all = g_string_new(NULL);
  static const char *const below[] = {"cur", "new", "tmp"};
  for (gsize i = 0; i < G_N_ELEMENTS(below); i++) {
    g_autofree char *path = g_build_filename(maildir, below[i], NULL);
    assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
  }
  for (int i = 0; i < N_MAILS; i++) {
    g_autoptr(GString) mail = g_string_new(NULL);
    g_autofree char *name = g_strdup_printf("%s/cur/%06d.x:2,S", maildir, i);
    append_mail(mail, i, i % 50 ? 3000 : 60000);
    g_string_append_printf(all, "From p@example.org Tue Jan 13 10:00:00 2026\n%s\n", mail->str);
    assert_true(g_file_set_contents(name, mail->str, (gssize)mail->len, NULL));
  }
  assert_true(g_file_set_contents(mbox, all->str, (gssize)all->len, NULL));
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  g_autofree char *first = NULL, *both = NULL, *of_maildir = NULL;
  for (guint jobs = 1; jobs <= 4; jobs += 3) {
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
    g_ptr_array_add(sources, open_source("mbox:", mbox, log));
    g_autofree char *facts = read_all(sources, jobs, NULL, log);
    assert_int_equal(count(facts, "\n"), N_MAILS);
    assert_int_equal(count(facts, " again\n"), 0);
    if (first)
      assert_string_equal(facts, first);
    else
      first = g_steal_pointer(&facts);
  }
  for (guint jobs = 1; jobs <= 4; jobs += 3) {
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
    g_ptr_array_add(sources, open_source("maildir:", maildir, log));
    g_autofree char *facts = read_all(sources, jobs, NULL, log);
    assert_string_equal(facts, first);
  }
  for (guint jobs = 1; jobs <= 4; jobs += 3) {
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
    g_ptr_array_add(sources, open_source("", mbox, log));
    g_ptr_array_add(sources, open_source("", maildir, log));
    g_autofree char *facts = read_all(sources, jobs, NULL, log);
    assert_int_equal(count(facts, "\n"), 2 * N_MAILS);
    assert_int_equal(count(facts, " again\n"), N_MAILS);
    if (both)
      assert_string_equal(facts, both);
    else
      both = g_steal_pointer(&facts);
  }
  static const char *const two[] = {"<TWO.lists.example.org>", NULL},
                           *const none[] = {"lists.example.org", NULL},
                           *const all_lists[] = {"two.lists.example.org", "one.lists.example.org", NULL};
  const struct {
    const char *const *list_ids;
    guint n;
  } filters[] = {{two, N_MAILS / 3}, {none, 0}, {all_lists, N_MAILS}};
  for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
    g_ptr_array_add(sources, open_source("", mbox, log));
    g_autofree char *facts = read_all(sources, 2, filters[i].list_ids, log);
    assert_int_equal(count(facts, "\n"), filters[i].n);
  }
  assert_int_equal(lb_diag_log_count(log, LB_LEVEL_NOTE), 0);
}

/* Mails whose Content-Length leads past From_ lines of the chunks behind: units are read not knowing of it,
 * and those that began inside such a mail are read again. */
static void test_settled(void **state) {
  (void)state;
  g_autofree char *mbox = g_build_filename(folder, "cl.mbox", NULL);
  g_autoptr(GString) all = g_string_new(NULL);
  guint n = 0;
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < 100; i++, n++) {
      g_string_append(all, "From p@example.org Tue Jan 13 10:00:00 2026\n");
      append_mail(all, (int)n, 3000);
      g_string_append_c(all, '\n');
    }
    g_autoptr(GString) inner = g_string_new(NULL);
    for (int i = 0; i < 1500; i++)
      g_string_append_printf(inner,
                             "From q@example.org Tue Jan 13 10:00:00 2026\nSubject: inner\n"
                             "Message-ID: <inner%d-%d@x>\n\n%01800d\n\n",
                             round, i, i);
    g_string_append_printf(
        all,
        "From p@example.org Tue Jan 13 10:00:00 2026\nFrom: P <p@example.org>\n"
        "Message-ID: <large%d@example.org>\nSubject: large\nList-Id: <one.lists.example.org>\n"
        "Date: Tue, 13 Jan 2026 10:00:00 +0000\nContent-Length: %d\n\n%s\n",
        round, (int)inner->len, inner->str);
    n++;
  }
  assert_true(g_file_set_contents(mbox, all->str, (gssize)all->len, NULL));
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  g_autofree char *first = NULL;
  for (guint jobs = 1; jobs <= 4; jobs += 3) {
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
    g_ptr_array_add(sources, open_source("mbox:", mbox, log));
    g_autofree char *facts = read_all(sources, jobs, NULL, log);
    assert_int_equal(count(facts, " large "), 4);
    assert_int_equal(count(facts, "inner"), 0);
    assert_int_equal(count(facts, "\n"), n);
    if (first)
      assert_string_equal(facts, first);
    else
      first = g_steal_pointer(&facts);
  }
}

/* What is no mail is named once, the mails around it are there. */
static void test_skipped(void **state) {
  (void)state;
  g_autofree char *maildir = g_build_filename(folder, "junk", NULL);
  static const char *const files[][2] = {
      {"cur/1.a", "Subject: one\n\n"},     {"cur/2.b", ""},
      {"cur/3.c", "no field\n"},           {"new/4.d", "Subject: two\n\n"},
      {"cur/.5.e", "Subject: hidden\n\n"}, {"tmp/6.f", "Subject: half written\n\n"}};
  static const char *const below[] = {"cur", "new", "tmp"};
  for (gsize i = 0; i < G_N_ELEMENTS(below); i++) {
    g_autofree char *path = g_build_filename(maildir, below[i], NULL);
    assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(maildir, files[i][0], NULL);
    assert_true(g_file_set_contents(path, files[i][1], -1, NULL));
  }
  for (guint jobs = 1; jobs <= 4; jobs += 3) {
    g_autoptr(LbDiagLog) log = lb_diag_log_new();
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
    g_ptr_array_add(sources, open_source("maildir:", maildir, log));
    const LbIntakeOptions options = {.jobs = jobs, .log = log};
    g_autoptr(LbIntake) intake = lb_intake_run(sources, &options, NULL);
    const GPtrArray *mails = lb_intake_get_mails(intake);
    assert_int_equal(mails->len, 2);
    assert_string_equal(((const LbMail *)g_ptr_array_index(mails, 0))->subject, "one");
    assert_string_equal(((const LbMail *)g_ptr_array_index(mails, 1))->subject, "two");
    assert_int_equal(lb_diag_log_count(log, LB_LEVEL_SKIP), 2);
  }
  /* what knows a maildir's names must hear of theirs, and of what is another list's */
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
  g_ptr_array_add(sources, open_source("maildir:", maildir, log));
  const char *const other[] = {"other.example.org", NULL};
  const LbIntakeOptions options = {.jobs = 2, .list_ids = other, .keeps_passed = TRUE, .log = log};
  g_autoptr(LbIntake) intake = lb_intake_read(sources, &options, NULL);
  assert_int_equal(lb_intake_get_part(intake, 0)->mails->len, 0);
  assert_int_equal(lb_intake_get_part(intake, 0)->passed->len, 3);
}

static void test_nothing(void **state) {
  (void)state;
  g_autoptr(GPtrArray) sources = g_ptr_array_new();
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  g_autofree char *facts = read_all(sources, 4, NULL, log);
  assert_string_equal(facts, "");
  lb_intake_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_jobs),
      cmocka_unit_test(test_settled),
      cmocka_unit_test(test_skipped),
      cmocka_unit_test(test_nothing),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
