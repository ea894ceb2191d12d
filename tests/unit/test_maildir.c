/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/error.h"
#include "source_unit.h"

static void write_mail(const char *name) {
  unit_printf(name, "Subject: %s\n\nx\n", name);
}

/* The names of the mails, in order, as their Subjects have them. */
static char *list_names(const UnitSource *source) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < source->mails->len; i++) {
    const UnitMail *mail = source->mails->pdata[i];
    g_string_append_printf(text, "%s%.*s", i ? " " : "", (int)strcspn(mail->bytes + 9, "\n"),
                           mail->bytes + 9);
  }
  return g_string_free(text, FALSE);
}

static void check_names(const char *spec, gboolean recursive, const char *wanted) {
  g_autoptr(GError) error = NULL;
  g_autoptr(UnitSource) source = unit_read(spec, &(LbSourceOptions){.recursive = recursive}, 1, 0, &error);
  unit_check(source, "%s: %s", spec, error ? error->message : "");
  g_autofree char *names = list_names(source);
  unit_check_string(names, wanted, spec);
  unit_check(source->n_unlike == 0, "%s", spec);
}

static void make_maildir(const char *path) {
  static const char *const parts[] = {"cur", "new", "tmp"};
  for (int i = 0; i < 3; i++) {
    g_autofree char *part = g_build_filename(unit_folder, path, parts[i], NULL);
    g_mkdir_with_parents(part, 0700);
  }
}

static void test_order(void **state) {
  (void)state;
  make_maildir("m");
  write_mail("m/cur/3.c:2,S");
  write_mail("m/new/2.b");
  write_mail("m/cur/1.a:2,RS");
  write_mail("m/cur/10.d:2,");
  write_mail("m/cur/1.a0");
  write_mail("m/cur/1.a-:2,T");
  check_names("%s/m", FALSE,
              "m/cur/1.a:2,RS m/cur/1.a-:2,T m/cur/1.a0 m/cur/10.d:2, m/new/2.b m/cur/3.c:2,S");
  check_names("maildir:%s/m", TRUE,
              "m/cur/1.a:2,RS m/cur/1.a-:2,T m/cur/1.a0 m/cur/10.d:2, m/new/2.b m/cur/3.c:2,S");
  check_names("%s/m/cur", FALSE, "m/cur/1.a:2,RS m/cur/1.a-:2,T m/cur/1.a0 m/cur/10.d:2, m/cur/3.c:2,S");
  make_maildir("long");
  write_mail("long/cur/1234567\xc3\xa9");
  write_mail("long/cur/12345678.b:2,");
  write_mail("long/cur/12345678");
  write_mail("long/new/12345678.a");
  write_mail("long/cur/1234567:2,S");
  check_names("%s/long", FALSE,
              "long/cur/1234567:2,S long/cur/12345678 long/new/12345678.a long/cur/12345678.b:2, "
              "long/cur/1234567\xc3\xa9");
}

/* Many files, made in an order of their own, over many units and threads. */
static void test_shuffled(void **state) {
  (void)state;
  char *wanted[2] = {NULL, NULL};
  g_autoptr(GRand) random = g_rand_new_with_seed(7);
  for (int round = 0; round < 2; round++) {
    int order[300];
    make_maildir("m");
    for (int i = 0; i < 300; i++) {
      int j = g_rand_int_range(random, 0, i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (int i = 0; i < 300; i++) {
      g_autofree char *name =
          g_strdup_printf("m/%s/%d.x%s", order[i] % 3 ? "cur" : "new", order[i], order[i] % 3 ? ":2,S" : "");
      write_mail(name);
    }
    g_autoptr(UnitSource) source = unit_read("%s/m", NULL, 1 + 3 * round, 0, NULL);
    assert_int_equal(source->mails->len, 300);
    wanted[round] = unit_join(source);
    unit_folder_teardown(NULL);
    unit_folder_setup(NULL);
  }
  assert_string_equal(wanted[0], wanted[1]);
  g_free(wanted[0]);
  g_free(wanted[1]);
}

/* Names that are alike in their first eight bytes and such that aren't, shorter ones too. */
static void test_sorted(void **state) {
  static const char *const parts[] = {"1700000000.", "17000000", "1",  "9",     "a",
                                      "Z",           "\xc3\xa9", ".x", "000000"};
  (void)state;
  g_autoptr(GRand) random = g_rand_new_with_seed(11);
  make_maildir("m");
  for (int i = 0; i < 600; i++) {
    g_autoptr(GString) name = g_string_new("m/cur/");
    g_string_append(name, parts[g_rand_int_range(random, 0, G_N_ELEMENTS(parts) - 2)]);
    for (int n = g_rand_int_range(random, 0, 6); n > 0; n--)
      g_string_append(name, parts[g_rand_int_range(random, 0, G_N_ELEMENTS(parts))]);
    write_mail(name->str);
  }
  g_autoptr(UnitSource) source = unit_read("%s/m", NULL, 2, 0, NULL);
  assert_true(source->mails->len > 400);
  for (guint i = 1; i < source->mails->len; i++) {
    const UnitMail *before = source->mails->pdata[i - 1], *mail = source->mails->pdata[i];
    /* Subjects are the names: what ends them sorts before all that stands in one */
    unit_check(strcmp(before->bytes, mail->bytes) < 0, "%s%s", before->bytes, mail->bytes);
  }
}

static void test_recursive(void **state) {
  (void)state;
  make_maildir("m");
  make_maildir("m/.Lists.kvm");
  make_maildir("m/sub/deep");
  write_mail("m/cur/5:2,");
  write_mail("m/.Lists.kvm/new/4");
  write_mail("m/sub/deep/cur/3:2,S");
  write_mail("m/sub/17");
  write_mail("m/sub/notes");
  write_mail("m/.git/12");
  check_names("%s/m", FALSE, "m/cur/5:2,");
  check_names("%s/m", TRUE, "m/sub/17 m/sub/deep/cur/3:2,S m/.Lists.kvm/new/4 m/cur/5:2,");
}

static void test_plain_folders(void **state) {
  (void)state;
  write_mail("mh/1");
  write_mail("mh/12");
  write_mail("mh/.mh_sequences");
  write_mail("mh/,3");
  write_mail("mh/7/1");
  write_mail("e/a.eml");
  write_mail("e/B.EML");
  write_mail("e/README");
  make_maildir("empty");
  unit_write("none/x.txt", "", 0);
  check_names("%s/mh", FALSE, "mh/1 mh/12");
  check_names("%s/mh", TRUE, "mh/1 mh/7/1 mh/12");
  check_names("%s/e", FALSE, "e/B.EML e/a.eml");
  check_names("maildir:%s/e", FALSE, "e/B.EML e/README e/a.eml");
  check_names("%s/empty", FALSE, "");
  check_names("maildir:%s/none", FALSE, "");
}

static void make_socket(const char *name) {
  g_autofree char *path = unit_path(name);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  close(fd);
}

/* What is no regular file is passed over and named, and nothing waits for it. */
static void test_special_files(void **state) {
  (void)state;
  make_maildir("m");
  write_mail("m/cur/1:2,");
  write_mail("m/cur/.hidden");
  write_mail("m/tmp/9");
  unit_write("m/cur/2:2,", "", 0);
  g_autofree char *fifo = unit_path("m/cur/fifo:2,"), *link = unit_path("m/cur/link"),
                  *dangling = unit_path("m/new/dangling"), *folder = unit_path("m/new/folder");
  assert_int_equal(mkfifo(fifo, 0600), 0);
  assert_int_equal(symlink("1:2,", link), 0);
  assert_int_equal(symlink("nowhere", dangling), 0);
  assert_int_equal(g_mkdir(folder, 0700), 0);
  make_socket("m/cur/socket");
  unit_write("m/dovecot.index.log", "x", 1);
  g_autoptr(UnitSource) source = unit_read_plain("%s/m");
  assert_int_equal(source->mails->len, 1);
  assert_string_equal(source->diagnostics, "not-regular m/cur/.hidden its name begins with a dot\n"
                                           "empty-file m/cur/2:2,\n"
                                           "not-regular m/cur/fifo:2,\n"
                                           "not-regular m/cur/link\n"
                                           "not-regular m/cur/socket\n"
                                           "not-regular m/new/dangling\n"
                                           "not-regular m/new/folder\n"
                                           "not-regular m/tmp 1 not delivered yet\n");
}

static void rename_in(const char *from, const char *to) {
  g_autofree char *old = unit_path(from), *new = unit_path(to);
  assert_int_equal(g_rename(old, new), 0);
}

static void change(void) {
  g_autofree char *gone = unit_path("m/cur/2:2,"), *late = unit_path("m/cur/6:2,");
  rename_in("m/new/1", "m/cur/1:2,S");
  rename_in("m/cur/3:2,", "m/cur/3:2,RS");
  g_remove(gone);
  g_remove(late);
  assert_int_equal(mkfifo(late, 0600), 0);
  write_mail("m/new/7");
}

/* Read mail, flags that change, deleted mail: each mail comes once, the order stays. */
static void test_changes_meanwhile(void **state) {
  (void)state;
  make_maildir("m");
  write_mail("m/new/1");
  write_mail("m/cur/2:2,");
  write_mail("m/cur/3:2,");
  write_mail("m/cur/4:2,");
  write_mail("m/cur/6:2,");
  unit_meanwhile = change;
  g_autoptr(UnitSource) source = unit_read_plain("%s/m");
  g_autofree char *names = list_names(source);
  assert_string_equal(names, "m/new/1 m/cur/3:2, m/cur/4:2,");
  const UnitMail *first = source->mails->pdata[0];
  assert_true(g_str_has_suffix(first->locator.file, "m/cur/1:2,S"));
  assert_string_equal(source->diagnostics, "vanished m/cur/2:2,\nnot-regular m/cur/6:2,\n");
  assert_int_equal(source->n_unlike, 0);
}

static gint stop;

/* A mail reader at work: everything in new moves to cur. */
static gpointer keep_moving(gpointer data) {
  for (int i = 0; i < 200 && !g_atomic_int_get(&stop); i++) {
    g_autofree char *from = g_strdup_printf("%s/m/new/%d", unit_folder, i);
    g_autofree char *to = g_strdup_printf("%s/m/cur/%d:2,S", unit_folder, i);
    g_rename(from, to);
    if (i % 10 == 0)
      g_usleep(200);
  }
  return NULL;
}

static void test_moving(void **state) {
  (void)state;
  for (int round = 0; round < 10; round++) {
    make_maildir("m");
    for (int i = 0; i < 200; i++) {
      g_autofree char *name = g_strdup_printf("m/new/%d", i);
      write_mail(name);
    }
    GThread *mover = g_thread_new("move", keep_moving, NULL);
    g_autoptr(UnitSource) source = unit_read("%s/m", NULL, 2, 0, NULL);
    g_thread_join(mover);
    assert_int_equal(source->mails->len, 200);
    assert_string_equal(source->diagnostics, "");
    unit_folder_teardown(NULL);
    unit_folder_setup(NULL);
  }
}

static void test_unreadable(void **state) {
  (void)state;
  make_maildir("m");
  write_mail("m/cur/1:2,");
  write_mail("m/cur/2:2,");
  g_autofree char *path = unit_path("m/cur/1:2,");
  g_chmod(path, 0);
  if (geteuid() == 0) /* root reads everything */
    return;
  g_autoptr(UnitSource) source = unit_read_plain("%s/m");
  assert_int_equal(source->mails->len, 1);
  assert_string_equal(source->diagnostics, "unreadable m/cur/1:2, Permission denied\n");
}

static void test_large(void **state) {
  (void)state;
  make_maildir("m");
  write_mail("m/cur/1:2,");
  g_autofree char *path = unit_path("m/cur/1:2,");
  assert_int_equal(truncate(path, (gint64)5 << 30), 0);
  g_autoptr(UnitSource) source = unit_read_plain("%s/m");
  const UnitMail *mail = source->mails->pdata[0];
  assert_int_equal(mail->length, LB_MAIL_MAX_BYTES);
  assert_true(mail->is_cut);
  assert_int_equal(mail->locator.length, (gint64)5 << 30);
}

/* Sizes around those at which a mail is read otherwise, many of them after one another. */
static void test_sizes(void **state) {
  static const gsize sizes[] = {1,     2,     511,   512,   513,    4095,   4096,   4097,   65023,
                                65024, 65535, 65536, 65537, 131071, 131072, 262144, 262145, 3 << 20};
  (void)state;
  make_maildir("m");
  for (gsize i = 0; i < 3 * G_N_ELEMENTS(sizes); i++) {
    gsize size = sizes[i % G_N_ELEMENTS(sizes)];
    g_autofree char *name = g_strdup_printf("m/cur/%02u", (guint)i), *bytes = g_strnfill(size, 'a' + i % 26);
    unit_write(name, bytes, (gssize)size);
  }
  g_autoptr(UnitSource) source = unit_read_plain("%s/m");
  assert_int_equal(source->mails->len, 3 * G_N_ELEMENTS(sizes));
  for (gsize i = 0; i < source->mails->len; i++) {
    const UnitMail *mail = source->mails->pdata[i];
    assert_int_equal(mail->length, sizes[i % G_N_ELEMENTS(sizes)]);
    assert_int_equal(mail->locator.length, mail->length);
    for (gsize k = 0; k < mail->length; k++)
      if (mail->bytes[k] != (char)('a' + i % 26))
        fail_msg("mail %u is not what was written", (guint)i);
  }
  assert_int_equal(source->n_unlike, 0);
}

static void test_name(void **state) {
  (void)state;
  make_maildir("list");
  g_autoptr(UnitSource) plain = unit_read_plain("%s/list"), slash = unit_read_plain("%s/list/"),
                        dots = unit_read_plain("%s/list/../list/.");
  assert_string_equal(plain->name, "list");
  assert_string_equal(slash->name, "list");
  assert_string_equal(dots->name, "list");
  assert_string_equal(plain->kind, "maildir");
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
      T(test_order),
      T(test_shuffled),
      T(test_sorted),
      T(test_recursive),
      T(test_plain_folders),
      T(test_special_files),
      T(test_changes_meanwhile),
      T(test_moving),
      T(test_unreadable),
      T(test_large),
      T(test_sizes),
      T(test_name),
  };
  return cmocka_run_group_tests_name("maildir", tests, NULL, NULL);
}
