/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources that are read again: what came since comes, and nothing else. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
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

/* An epoch that is there and can't be read is no reason to forget it, nor to begin anew. */
static void test_damaged(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("git:%s/l");
  g_autoptr(Archive) first = archive_new("l/git/0.git", TRUE), second = archive_new("l/git/1.git", TRUE);
  add(first, 1);
  add(second, 2);
  check_next(memory, "!1 2");
  add(first, 3);
  add(second, 4);
  move("l/git/0.git/objects", "l/git/0.git/away");
  check_next(memory, "4");
  move("l/git/0.git/away", "l/git/0.git/objects");
  check_next(memory, "3");
  /* a mail that is lost: what came with it comes again until it is found */
  g_autofree char *blob = NULL;
  git_oid id = write_blob(first, "Subject: 6\n\nx\n");
  char hex[GIT_OID_HEXSZ + 1];
  add(first, 5);
  git_oid tree = write_tree(first, "m", &id, GIT_FILEMODE_BLOB);
  commit_tree(first, tree);
  git_oid_tostr(hex, sizeof hex, &id);
  blob = g_strdup_printf("l/git/0.git/objects/%.2s/%s", hex, hex + 2);
  move(blob, "l/kept");
  g_autofree char *came = read_on(memory, 1), *next = NULL, *again = NULL;
  assert_string_equal(came, "5");
  add(second, 7);
  next = read_on(memory, 2);
  assert_string_equal(next, "5? 7");
  move("l/kept", blob);
  again = read_on(memory, 1);
  assert_string_equal(again, "5? 6?");
  check_next(memory, "");
}

/* Mirrors that keep the newest commits alone: what is no longer there was read, and isn't forgotten for it.
 */
static void test_shallow(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("git:%s/l");
  g_autoptr(Archive) archive = archive_new("l/git/0.git", TRUE);
  for (int i = 1; i <= 3; i++)
    add(archive, i);
  unit_write("l/git/0.git/shallow", get_id(archive, 1), -1);
  check_next(memory, "!2 3");
  add(archive, 4);
  check_next(memory, "4");
  add(archive, 5);
  add(archive, 6);
  unit_write("l/git/0.git/shallow", get_id(archive, 4), -1);
  check_next(memory, "5? 6?");
  add(archive, 7);
  check_next(memory, "7");
}

/* All in one pack, and the loose objects gone: the tips are where they were. */
static void test_repacked(void **state) {
  (void)state;
  g_autofree char *git = g_find_program_in_path("git");
  if (!git)
    skip();
  g_autoptr(Memory) memory = memory_new("%s/l.git");
  g_autoptr(Archive) archive = archive_new("l.git", TRUE);
  add(archive, 1);
  add(archive, 2);
  check_next(memory, "!1 2");
  g_autofree char *path = unit_path("l.git"), *output = NULL, *pack = unit_path("l.git/packed-refs");
  char *command[] = {git, "-C", path, "gc", "--quiet", "--prune=now", NULL};
  int status;
  assert_true(g_spawn_sync(NULL, command, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL,
                           &status, NULL));
  assert_int_equal(status, 0);
  assert_true(g_file_test(pack, G_FILE_TEST_EXISTS));
  check_next(memory, "");
  add(archive, 3);
  check_next(memory, "3");
}

#define FROM "From a@example.org Tue Jan 13 10:00:00 2026\n"

static void append(const char *name, const char *text) {
  g_autofree char *path = unit_path(name);
  FILE *file = fopen(path, "a");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
}

static void test_mbox(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("mbox:%s/a");
  unit_write("a", "", 0);
  check_next(memory, "!");
  append("a", FROM "Subject: 1\n\nx\n\n" FROM "Subject: 2\n\nx\n\n");
  check_next(memory, "1 2");
  append("a", FROM "Subject: 3\n\nx\n\n");
  check_next(memory, "3");
  append("a", "\n\n");
  check_next(memory, "");
  append("a", FROM "Subject: 4\n\nx\n");
  check_next(memory, "4");
  append("a", "more of it, as nothing said that it was over\n");
  check_next(memory, "!1 2 3 4");
  append("a", "From nobody\n" FROM "Subject: 5\n\nx");
  check_next(memory, "!1 2 3 4 5");
  append("a", "\n\n" FROM "Subject: 6\n\nx\n\n");
  check_next(memory, "6");
  append("a", FROM "Subject: 7\n\nx\n\n");
  check_next(memory, "7");
}

static void test_mbox_rewritten(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("%s/a.mbox");
  unit_write("a.mbox", FROM "Subject: 1\n\nx\n\n" FROM "Subject: 2\n\nx\n\n", -1);
  check_next(memory, "!1 2");
  unit_write("a.mbox", FROM "Subject: 1\n\nx\n\n", -1);
  check_next(memory, "!1");
  unit_write("a.mbox", FROM "Subject: 3\n\nx\n\n" FROM "Subject: 4\n\nx\n\n", -1);
  check_next(memory, "!3 4");
  unit_write("a.mbox", FROM "Subject: 3\n\nx\n\n" FROM "Subject: 5\n\nx\n\n" FROM "Subject: 6\n\nx\n\n", -1);
  check_next(memory, "!3 5 6");
  /* a folder in its place, and back: the positions are of another kind */
  move("a.mbox", "b.mbox");
  write_mail("a.mbox/new", "7");
  check_next(memory, "!7");
  move("a.mbox", "c");
  move("b.mbox", "a.mbox");
  check_next(memory, "!3 5 6");
}

/* What a deliverer holds a lock on is not over, as long as no empty line ends it. */
static void test_mbox_locked(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("mbox:%s/a");
  unit_write("a", FROM "Subject: 1\n\nx\n\n" FROM "Subject: 2\n\nhalf a li", -1);
  unit_write("a.lock", "", 0);
  g_autofree char *before = read_on(memory, 1);
  assert_string_equal(before, "!1");
  g_autofree char *lock = unit_path("a.lock"), *path = unit_path("a");
  assert_int_equal(g_unlink(lock), 0);
  append("a", "ne\n\n" FROM "Subject: 3\n\n");
  int ends[2];
  char byte;
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    struct flock own = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR | O_APPEND);
    gboolean is_done =
        fd >= 0 && fcntl(fd, F_SETLK, &own) == 0 && write(fd, "h", 1) == 1 && write(ends[1], "!", 1) == 1;
    g_usleep(300 * 1000);
    _exit(is_done && write(fd, "alf\n\n", 5) == 5 ? 0 : 1);
  }
  assert_int_equal(read(ends[0], &byte, 1), 1);
  check_next(memory, "2 3");
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  close(ends[0]);
  close(ends[1]);
  assert_true(g_hash_table_size(memory->places) == 3);
}

static void write_gzip(const char *from, const char *to, gboolean appends) {
  g_autofree char *source = unit_path(from), *target = unit_path(to), *text = NULL;
  gsize length;
  assert_true(g_file_get_contents(source, &text, &length, NULL));
  gzFile file = gzopen(target, appends ? "ab" : "wb");
  assert_int_equal(gzwrite(file, text, length), length);
  assert_int_equal(gzclose(file), Z_OK);
}

static void test_compressed(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("%s/a.mbox.gz");
  unit_write("a", FROM "Subject: 1\n\nx\n\n" FROM "Subject: 2\n\nx\n\n", -1);
  write_gzip("a", "a.mbox.gz", FALSE);
  check_next(memory, "!1 2");
  unit_write("b", FROM "Subject: 3\n\nx\n\n", -1);
  write_gzip("b", "a.mbox.gz", TRUE);
  check_next(memory, "3");
  append("a", FROM "Subject: 3\n\nx\n\n" FROM "Subject: 4\n\nx\n\n");
  write_gzip("a", "a.mbox.gz", FALSE);
  check_next(memory, "4");
  write_gzip("b", "a.mbox.gz", FALSE);
  check_next(memory, "!3");
  /* unpacked for a mail that is wanted once more, and not before */
  g_autofree char *path = unit_path("a.mbox.gz");
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  g_autoptr(LbSource) source =
      lb_source_open(path, &(LbSourceOptions){.log = log, .position = memory->position}, NULL);
  g_autoptr(LbReader) reader = lb_reader_new();
  g_autoptr(GString) buffer = g_string_new(NULL);
  LbLocator locator;
  gsize length;
  gpointer place;
  assert_int_equal(lb_source_get_size(source), 0);
  g_autoptr(GList) places = g_hash_table_get_keys(memory->places);
  place = (gpointer)g_bytes_get_data(places->data, &length);
  assert_true(lb_source_parse_place(source, place, length, &locator));
  assert_true(lb_source_fetch(source, reader, &locator, buffer, NULL));
  assert_string_equal(buffer->str, "Subject: 3\n\nx\n");
}

static void test_single(void **state) {
  (void)state;
  g_autoptr(Memory) memory = memory_new("%s/a.eml");
  unit_write("a.eml", "Subject: 1\n\nx\n", -1);
  check_next(memory, "!1");
  unit_write("a.eml", "Subject: 2\n\nx\n", -1);
  check_next(memory, "!2");
  g_autoptr(Memory) packed = memory_new("eml:%s/b.eml.gz");
  write_gzip("a.eml", "b.eml.gz", FALSE);
  check_next(packed, "!2");
}

/* What nobody wrote, a damaged store's, is read as none. */
static void test_positions(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "mbox",
                                      "mbox ",
                                      "mbox 1 2",
                                      "git 0.git",
                                      "mbox 99999999999999999999 1 2 a b",
                                      "mbox 0 0 99 a b",
                                      "git x",
                                      "git 0.git=12 1.git=",
                                      "eml ",
                                      "maildir",
                                      "nonsense 1 2 3",
                                      "mbox - - - - !"};
  unit_write("a", FROM "Subject: 1\n\nx\n\n", -1);
  g_autoptr(Archive) archive = archive_new("l.git", TRUE);
  add(archive, 1);
  unit_write("b.eml", "Subject: 1\n\nx\n", -1);
  static const char *const specs[] = {"%s/a", "%s/l.git", "%s/b.eml"};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(specs); k++) {
      g_autoptr(Memory) memory = memory_new(specs[k]);
      memory->position = g_strdup(texts[i]);
      g_autofree char *came = read_on(memory, 1);
      unit_check_string(came, "!1", texts[i]);
    }
}

/* A damaged store's places, too: what no source said leads nowhere, and never out of the folder. */
static void test_places(void **state) {
  (void)state;
  unit_write("a", FROM "Subject: 1\n\nx\n\n", -1);
  g_autoptr(Archive) archive = archive_new("l.git", TRUE);
  add(archive, 1);
  unit_write("b.eml", "Subject: 1\n\nx\n", -1);
  write_mail("m/cur", "1:2,S");
  write_mail("secret", "2");
  static const char *const specs[] = {"%s/a", "%s/l.git", "%s/b.eml", "maildir:%s/m"};
  static const char *const outside[] = {
      "m../../secret/2", "m../secret/2", "m2/../secret", "m..", "m.", "m/", "m1/"};
  g_autoptr(GRand) random = g_rand_new_with_seed(3);
  g_autoptr(LbReader) reader = lb_reader_new();
  g_autoptr(GString) buffer = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(specs); i++) {
    g_autoptr(LbDiagLog) log = lb_diag_log_new();
    g_auto(GStrv) parts = g_strsplit(specs[i], "%s", 2);
    g_autofree char *spec = g_strjoinv(unit_folder, parts);
    g_autoptr(LbSource) source =
        lb_source_open(spec, &(LbSourceOptions){.log = log, .recursive = TRUE}, NULL);
    assert_non_null(source);
    for (int n = 0; n < 3000; n++) {
      guint8 place[80];
      gsize length =
          n < (int)G_N_ELEMENTS(outside) ? strlen(outside[n]) : (gsize)g_rand_int_range(random, 0, 60);
      LbLocator locator;
      for (gsize k = 0; k < length; k++)
        place[k] = g_rand_int_range(random, 0, 256);
      if (length > 0 && g_rand_boolean(random))
        place[0] = "gome"[i];
      if (n < (int)G_N_ELEMENTS(outside))
        memcpy(place, outside[n], length);
      if (lb_source_parse_place(source, place, length, &locator) &&
          lb_source_fetch(source, reader, &locator, buffer, NULL))
        assert_null(strstr(buffer->str, "Subject: 2"));
      lb_locator_compare_places(place, length, place, length / 2);
    }
  }
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
  const struct CMUnitTest tests[] = {
      T(test_maildir),    T(test_subfolders), T(test_epochs),         T(test_many),
      T(test_rewritten),  T(test_merge),      T(test_damaged),        T(test_repacked),
      T(test_shallow),    T(test_mbox),       T(test_mbox_rewritten), T(test_mbox_locked),
      T(test_compressed), T(test_single),     T(test_positions),      T(test_places),
  };
  return cmocka_run_group_tests_name("resume", tests, NULL, NULL);
}
