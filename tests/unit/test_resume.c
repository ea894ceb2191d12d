/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources that are read again: what came since comes, and nothing else. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "archive_unit.h"
#include "base/error.h"
#include "source_unit.h"

/* What a store would remember of one source. */
typedef struct {
  const char *spec;
  gboolean recursive;
  char *position;
  GHashTable *places; /* of GBytes, to the Subject of the mail there */
} Memory;

static Memory *memory_new(const char *spec) {
  Memory *memory = g_new0(Memory, 1);
  memory->spec = spec;
  memory->places = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, g_free);
  return memory;
}

static void memory_free(Memory *memory) {
  g_free(memory->position);
  g_hash_table_unref(memory->places);
  g_free(memory);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Memory, memory_free)

static gboolean is_known(const guint8 *place, gsize length, gpointer data) {
  g_autoptr(GBytes) bytes = g_bytes_new(place, length);
  return g_hash_table_contains(((Memory *)data)->places, bytes);
}

static char *get_subject(const UnitMail *mail) {
  const char *subject = strstr(mail->bytes, "Subject: ");
  assert_non_null(subject);
  return g_strndup(subject + 9, strcspn(subject + 9, "\n"));
}

static int compare_words(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, with blanks between them. */
static char *join_words(GPtrArray *words) {
  g_ptr_array_sort(words, compare_words);
  g_ptr_array_add(words, NULL);
  return g_strjoinv(" ", (char **)words->pdata);
}

/* Reads on with one or more threads and returns the Subjects of what came, sorted, "!" before all if it did
 * not continue, "-" before a deletion's, "?" behind one that may have come before. */
static char *read_on(Memory *memory, int jobs) {
  g_autoptr(GError) error = NULL;
  g_autofree char *position = g_steal_pointer(&memory->position);
  LbSourceOptions options = {.recursive = memory->recursive,
                             .position = position,
                             .is_known = position ? is_known : NULL,
                             .known_data = memory};
  g_autoptr(UnitSource) source = unit_read(memory->spec, &options, jobs, 0, &error);
  unit_check(source, "%s: %s", memory->spec, error ? error->message : "");
  unit_check(source->n_unlike == 0, "%s", memory->spec);
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  if (!source->continues)
    g_hash_table_remove_all(memory->places);
  for (guint i = 0; i < source->mails->len; i++) {
    UnitMail *mail = source->mails->pdata[i];
    g_autofree char *subject = get_subject(mail);
    g_ptr_array_add(words, g_strconcat(mail->removes ? "-" : "", subject, mail->is_again ? "?" : "", NULL));
    g_hash_table_replace(memory->places, g_bytes_ref(mail->place), g_steal_pointer(&subject));
  }
  memory->position = g_strdup(source->position);
  g_autofree char *joined = join_words(words);
  return g_strconcat(source->continues ? "" : "!", joined, NULL);
}

static void check_next(Memory *memory, const char *wanted) {
  g_autofree char *came = read_on(memory, 1);
  unit_check_string(came, wanted, memory->spec);
  if (!memory->position)
    return;
  g_autofree char *before = g_strdup(memory->position);
  g_autofree char *nothing = read_on(memory, 1);
  unit_check_string(nothing, "", memory->spec);
  unit_check_string(memory->position, before, memory->spec);
}

static void write_mail(const char *folder, const char *name) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  unit_printf(path, "Subject: %s\n\nx\n", name);
}

static void move(const char *from, const char *to) {
  g_autofree char *old = unit_path(from), *new = unit_path(to);
  assert_int_equal(g_rename(old, new), 0);
}

static void test_maildir(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("%s/m");
  write_mail("m/new", "2.b");
  write_mail("m/cur", "1.a:2,S");
  check_next(memory, "!1.a:2,S 2.b");
  write_mail("m/new", "0.c");
  move("m/new/2.b", "m/cur/2.b:2,");
  move("m/cur/1.a:2,S", "m/cur/1.a:2,RS");
  check_next(memory, "0.c");
  g_autofree char *gone = unit_path("m/cur/1.a:2,RS");
  assert_int_equal(g_unlink(gone), 0);
  check_next(memory, "");
  write_mail("m/new", "1.a");
  check_next(memory, "");
  write_mail("m/cur", "1.a0");
  write_mail("m/cur", "Re: 1");
  write_mail("m/cur", "Re: 2");
  check_next(memory, "1.a0 Re: 1 Re: 2");
}

static void test_subfolders(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("maildir:%s/m/");
  memory->recursive = TRUE;
  write_mail("m/cur", "1");
  write_mail("m/.a/cur", "1:2,S");
  check_next(memory, "!1 1:2,S");
  write_mail("m/.a.b/new", "1");
  check_next(memory, "1");
  write_mail("m/.a.b/new", "2");
  move("m/.a", "m/.z");
  check_next(memory, "1:2,S 2");
}

static void test_epochs(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("git:%s/l");
  g_autoptr(Archive) first = archive_new("l/git/0.git", TRUE);
  check_next(memory, "!");
  add(first, 1);
  check_next(memory, "1");
  add(first, 2);
  add(first, 3);
  check_next(memory, "2 3");
  g_autoptr(Archive) second = archive_new("l/git/1.git", TRUE);
  check_next(memory, "");
  add(second, 4);
  commit_entry(second, "d", "Subject: 2\n\nx\n", GIT_FILEMODE_BLOB);
  add(first, 5);
  check_next(memory, "-2 4 5");
  move("l/git/0.git", "l/away");
  check_next(memory, "");
  add(second, 6);
  check_next(memory, "6");
  move("l/away", "l/git/0.git");
  check_next(memory, "");
}

/* More than a batch, by several threads. */
static void test_many(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("%s/many.git");
  g_autoptr(Archive) archive = archive_new("many.git", TRUE);
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  for (int i = 0; i < 10; i++)
    add(archive, i);
  check_next(memory, "!0 1 2 3 4 5 6 7 8 9");
  for (int i = 10; i < 300; i++) {
    add(archive, i);
    g_ptr_array_add(words, g_strdup_printf("%d", i));
  }
  g_autofree char *wanted = join_words(words), *came = read_on(memory, 3);
  assert_string_equal(came, wanted);
}

static void test_rewritten(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("git:%s/l");
  g_autoptr(Archive) first = archive_new("l/git/0.git", TRUE), second = archive_new("l/git/1.git", TRUE);
  add(first, 1);
  add(second, 2);
  add(second, 3);
  check_next(memory, "!1 2 3");
  git_oid blob = write_blob(second, "Subject: 4\n\nx\n");
  git_oid tree = write_tree(second, "m", &blob, GIT_FILEMODE_BLOB);
  const char *parents[] = {get_id(second, 0), NULL};
  commit_upon(second, &tree, parents);
  check_next(memory, "!1 2 4");
  add(second, 5);
  check_next(memory, "5");
}

/* Behind a merge more is walked, and the same comes. */
static void test_merge(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("git:%s/l.git");
  g_autoptr(Archive) archive = archive_new("l.git", TRUE);
  add(archive, 1);
  add(archive, 2);
  check_next(memory, "!1 2");
  git_oid blob = write_blob(archive, "Subject: 3\n\nx\n");
  git_oid tree = write_tree(archive, "m", &blob, GIT_FILEMODE_BLOB);
  commit_upon(archive, &tree, (const char *[]){get_id(archive, 0), NULL});
  commit_upon(archive, &tree, (const char *[]){get_id(archive, 1), get_id(archive, 2), NULL});
  check_next(memory, "3");
  add(archive, 4);
  check_next(memory, "4");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
  const struct CMUnitTest tests[] = {
      T(test_maildir), T(test_subfolders), T(test_epochs), T(test_many), T(test_rewritten), T(test_merge),
  };
  return cmocka_run_group_tests_name("resume", tests, NULL, NULL);
}
