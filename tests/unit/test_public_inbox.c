/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <git2.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "archive_unit.h"
#include "source_unit.h"

/* "1 2 -1": the numbers in the Subjects, '-' before those taken back. */
static char *list_numbers(const UnitSource *source) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < source->mails->len; i++) {
    const UnitMail *mail = source->mails->pdata[i];
    g_string_append_printf(text, "%s%s%.*s", i ? " " : "", mail->removes ? "-" : "",
                           (int)strcspn(mail->bytes + 9, "\n"), mail->bytes + 9);
  }
  return g_string_free(text, FALSE);
}

static UnitSource *check(const char *spec, const char *wanted) {
  UnitSource *source = unit_read_plain(spec);
  g_autofree char *numbers = list_numbers(source);
  unit_check_string(numbers, wanted, spec);
  unit_check_string(source->kind, "git", spec);
  unit_check(source->n_unlike == 0, "%s", spec);
  return source;
}

static void check_plain(const char *spec, const char *wanted) {
  g_autoptr(UnitSource) source = check(spec, wanted);
  unit_check_string(source->diagnostics, "", spec);
}

static void test_v2(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("list/git/0.git", TRUE);
  check_plain("%s/list/git/0.git", "");
  for (int i = 1; i <= 3; i++)
    add(archive, i);
  commit_entry(archive, "d", "Subject: 2\n\nx\n", GIT_FILEMODE_BLOB);
  add(archive, 4);
  g_autoptr(UnitSource) source = check("%s/list/git/0.git", "1 2 3 -2 4");
  assert_string_equal(source->name, "list");
  const UnitMail *mail = source->mails->pdata[3];
  g_autofree char *where = lb_locator_format(&mail->locator);
  g_autofree char *wanted = g_strdup_printf("%s/list/git/0.git:%s", unit_folder, get_id(archive, 3));
  assert_string_equal(where, wanted);
  check_plain("%s/list", "1 2 3 -2 4");
  check_plain("git:%s/list/git", "1 2 3 -2 4");
}

/* More than one batch, by several threads. */
static void test_many(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("many.git", TRUE);
  g_autoptr(GString) wanted = g_string_new(NULL);
  for (int i = 0; i < 400; i++) {
    add(archive, i);
    g_string_append_printf(wanted, "%s%d", i ? " " : "", i);
  }
  check_plain("%s/many.git", wanted->str);
  g_autoptr(UnitSource) source = unit_read("%s/many.git", NULL, 4, 0, NULL);
  g_autofree char *numbers = list_numbers(source);
  assert_string_equal(numbers, wanted->str);
  assert_string_equal(source->name, "many");
  assert_true(source->n_units > 3);
}

static void test_epochs(void **state) {
  (void)state;
  g_autoptr(Archive) tenth = archive_new("l/git/10.git", TRUE), second = archive_new("l/git/2.git", TRUE),
                     first = archive_new("l/git/0.git", TRUE), all = archive_new("l/all.git", TRUE);
  assert_int_equal(all->ids->len, 0); /* public-inbox keeps nothing but alternates in it */
  archive_free(archive_new("l/git/3.git", TRUE));
  unit_write("l/git/notes.git/x", "", 0);
  add(first, 1);
  add(first, 2);
  add(second, 3);
  add(tenth, 4);
  add(tenth, 5);
  check_plain("%s/l", "1 2 3 4 5");
  check_plain("%s/l/all.git", "1 2 3 4 5");
  check_plain("%s/l/git/2.git/", "3");
  g_autoptr(UnitSource) inbox = check("%s/l/", "1 2 3 4 5"), epoch = check("%s/l/git/10.git", "4 5"),
                        alternates = check("%s/l/all.git", "1 2 3 4 5");
  assert_string_equal(inbox->name, "l");
  assert_string_equal(epoch->name, "l");
  assert_string_equal(alternates->name, "l");
}

static void check_range(const char *spec, const char *first, const char *last, const char *wanted, int from,
                        int to, const GPtrArray *ids) {
  g_autoptr(GError) error = NULL;
  g_autofree char *range = g_strconcat(first, "..", last, NULL);
  g_autoptr(UnitSource) source = unit_read(spec, &(LbSourceOptions){.range = range}, 1, 0, &error);
  unit_check(source, "%s: %s", range, error ? error->message : "");
  g_autofree char *numbers = list_numbers(source);
  unit_check_string(numbers, wanted, range);
  g_autofree char *names = g_strdup_printf("%.9s..%.9s", (char *)ids->pdata[from], (char *)ids->pdata[to]);
  unit_check_string(source->range, names, range);
}

static void check_bad_range(const char *spec, const char *range, int code, const char *message) {
  g_autoptr(GError) error = NULL;
  g_autoptr(UnitSource) source = unit_read(spec, &(LbSourceOptions){.range = range}, 1, 0, &error);
  unit_check(!source && g_error_matches(error, LB_ERROR, code) && strstr(error->message, message), "%s: %s",
             range, error ? error->message : "no error");
}

static void test_ranges(void **state) {
  (void)state;
  g_autoptr(Archive) zero = archive_new("l/git/0.git", TRUE), one = archive_new("l/git/1.git", TRUE);
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  for (int i = 0; i < 4; i++)
    g_ptr_array_add(ids, (gpointer)add(zero, i));
  for (int i = 4; i < 8; i++)
    g_ptr_array_add(ids, (gpointer)add(one, i));
#define ID(i) ((const char *)ids->pdata[i])
  g_autofree char *short1 = g_strndup(ID(1), 9), *short6 = g_strndup(ID(6), 7),
                  *upper = g_ascii_strup(ID(6), 12);
  g_autofree char *parent0 = g_strconcat(ID(0), "^", NULL), *parent4 = g_strconcat(ID(4), "^", NULL),
                  *back = g_strconcat(ID(5), "~3", NULL), *mixed = g_strconcat(ID(6), "^~2^1", NULL),
                  *far = g_strconcat(ID(1), "~9", NULL);
  check_range("%s/l", ID(0), ID(2), "1 2", 0, 2, ids);
  check_range("%s/l", short1, short6, "2 3 4 5 6", 1, 6, ids);
  check_range("%s/l", short1, upper, "2 3 4 5 6", 1, 6, ids);
  check_range("%s/l", ID(4), ID(6), "5 6", 4, 6, ids);
  check_range("%s/l", ID(3), ID(4), "4", 3, 4, ids);
  check_range("%s/l", ID(1), ID(3), "2 3", 1, 3, ids);
  check_range("%s/l", ID(5), "", "6 7", 5, 7, ids);
  check_range("%s/l", "", ID(5), "0 1 2 3 4 5", 0, 5, ids);
  check_range("%s/l", "", "", "0 1 2 3 4 5 6 7", 0, 7, ids);
  check_range("%s/l", parent0, ID(1), "0 1", 0, 1, ids);
  check_range("%s/l", far, ID(1), "0 1", 0, 1, ids);
  check_range("%s/l", parent4, ID(4), "4", 3, 4, ids);
  check_range("%s/l", back, ID(4), "3 4", 2, 4, ids);
  check_range("%s/l", mixed, ID(4), "3 4", 2, 4, ids);
  check_range("%s/l", ID(5), "master", "6 7", 5, 7, ids);
  check_range("%s/l", "HEAD~1", "HEAD", "7", 6, 7, ids);
  check_range("%s/l", ID(3), ID(3), "", 3, 3, ids);
  check_range("%s/l", ID(6), ID(2), "", 6, 2, ids);
  check_range("%s/l", ID(2), ID(1), "", 2, 1, ids);
  check_range("%s/l/git/0.git", ID(1), "", "2 3", 1, 3, ids);
  check_bad_range("%s/l", "0123456789..", LB_ERROR_USAGE, "'0123456789'");
  check_bad_range("%s/l", "HEAD..nonsense", LB_ERROR_USAGE, "'nonsense'");
  check_bad_range("%s/l", ID(1), LB_ERROR_USAGE, "is no range");
  check_bad_range("%s/l", "a...b", LB_ERROR_USAGE, "is no range");
  check_bad_range("%s/l/git/0.git", ID(5), LB_ERROR_USAGE, "is no range");
  g_autofree char *elsewhere = g_strconcat(ID(5), "..", NULL);
  check_bad_range("%s/l/git/0.git", elsewhere, LB_ERROR_USAGE, ID(5));
  g_autofree char *blob = g_strconcat("..", "HEAD:m", NULL);
  check_bad_range("%s/l", blob, LB_ERROR_USAGE, "'HEAD:m'");
}

/* Four hex digits that two commits share: named, not guessed. */
static void test_ambiguous(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("a.git", TRUE);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  char *prefix = NULL;
  for (int i = 0; i < 5000 && !prefix; i++) {
    char *begin = g_strndup(add(archive, i), 4);
    if (g_hash_table_contains(seen, begin))
      prefix = begin;
    else
      g_hash_table_add(seen, begin);
  }
  assert_non_null(prefix);
  g_autofree char *range = g_strconcat(prefix, "..", NULL);
  check_bad_range("%s/a.git", range, LB_ERROR_USAGE, "ambiguous");
  check_bad_range("%s/a.git", range, LB_ERROR_USAGE, prefix);
  g_free(prefix);
}

/* v1: xx/yyyy..., mails[i] in folder "aa" or "ab" under its number; 0 ends the list. */
static git_oid write_v1(Archive *archive, const int *mails, const char *suffix) {
  static const char *const folders[] = {"aa", "ab"};
  git_treebuilder *root;
  git_oid id;
  assert_int_equal(git_treebuilder_new(&root, archive->repository, NULL), 0);
  for (int f = 0; f < 2; f++) {
    git_treebuilder *folder;
    git_oid inner;
    assert_int_equal(git_treebuilder_new(&folder, archive->repository, NULL), 0);
    for (const int *mail = mails; *mail; mail++) {
      g_autofree char *name = g_strdup_printf("%038d", *mail);
      g_autofree char *text = g_strdup_printf("Subject: %d%s\n\nx\n", *mail, suffix);
      git_oid blob = write_blob(archive, text);
      if (*mail % 2 == f)
        assert_int_equal(git_treebuilder_insert(NULL, folder, name, &blob, GIT_FILEMODE_BLOB), 0);
    }
    assert_int_equal(git_treebuilder_write(&inner, folder), 0);
    if (git_treebuilder_entrycount(folder) > 0)
      assert_int_equal(git_treebuilder_insert(NULL, root, folders[f], &inner, GIT_FILEMODE_TREE), 0);
    git_treebuilder_free(folder);
  }
  assert_int_equal(git_treebuilder_write(&id, root), 0);
  git_treebuilder_free(root);
  return id;
}

static void test_v1(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("old", FALSE);
  static const int steps[][8] = {{1}, {1, 2}, {1, 2, 4, 3}, {1, 4, 3}, {0}, {5}};
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    commit_tree(archive, write_v1(archive, steps[i], ""));
  commit_tree(archive, write_v1(archive, steps[5], "a"));
  check_plain("%s/old", "1 2 4 3 -2 -4 -1 -3 5 -5 5a");
  check_plain("%s/old/.git", "1 2 4 3 -2 -4 -1 -3 5 -5 5a");
  g_autoptr(UnitSource) source = check("git:%s/old", "1 2 4 3 -2 -4 -1 -3 5 -5 5a");
  assert_string_equal(source->name, "old");
}

static void test_merges(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("m.git", TRUE), old = archive_new("o.git", TRUE);
  add(archive, 1);
  const char *left = add(archive, 2);
  git_oid blob = write_blob(archive, "Subject: 3\n\nx\n"),
          tree = write_tree(archive, "m", &blob, GIT_FILEMODE_BLOB);
  const char *right = commit_upon(archive, &tree, (const char *[]){get_id(archive, 0), NULL});
  commit_upon(archive, &tree, (const char *[]){left, right, NULL});
  add(archive, 4);
  check_plain("%s/m.git", "1 2 3 4");
  static const int base[] = {1, 0}, a[] = {1, 2, 0}, b[] = {1, 3, 0}, both[] = {1, 2, 3, 0},
                   more[] = {2, 3, 6, 0};
  git_oid trees[] = {write_v1(old, base, ""), write_v1(old, a, ""), write_v1(old, b, ""),
                     write_v1(old, both, ""), write_v1(old, more, "")};
  commit_tree(old, trees[0]);
  const char *one = commit_tree(old, trees[1]);
  const char *two = commit_upon(old, &trees[2], (const char *[]){get_id(old, 0), NULL});
  commit_upon(old, &trees[3], (const char *[]){one, two, NULL});
  check_plain("%s/o.git", "1 2 3");
  commit_tree(old, trees[4]);
  check_plain("%s/o.git", "1 2 3 6 -1");
}

static char *object_path(const Archive *archive, const char *id) {
  return g_strdup_printf("%s/%s/objects/%.2s/%s", unit_folder, archive->name, id, id + 2);
}

static void remove_object(const Archive *archive, const char *id) {
  g_autofree char *path = object_path(archive, id);
  g_chmod(path, 0600);
  assert_int_equal(g_remove(path), 0);
}

static char *id_of_mail(Archive *archive, int number) {
  g_autofree char *mail = g_strdup_printf("Subject: %d\n\nx\n", number);
  git_oid id = write_blob(archive, mail);
  char *text = g_malloc(GIT_OID_HEXSZ + 1);
  return git_oid_tostr(text, GIT_OID_HEXSZ + 1, &id);
}

/* One mail is lost, and named by its commit; the others are there. */
static void test_missing_blob(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("b.git", TRUE);
  for (int i = 1; i <= 3; i++)
    add(archive, i);
  g_autofree char *lost = id_of_mail(archive, 2);
  remove_object(archive, lost);
  g_autoptr(UnitSource) source = check("%s/b.git", "1 3");
  g_autofree char *wanted = g_strdup_printf("blob-missing b.git:%s %s: ", get_id(archive, 1), lost);
  unit_check(g_str_has_prefix(source->diagnostics, wanted), "%s", source->diagnostics);
}

static void test_corrupt_blob(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("b.git", TRUE);
  for (int i = 1; i <= 3; i++)
    add(archive, i);
  g_autofree char *lost = id_of_mail(archive, 2), *path = object_path(archive, lost);
  g_chmod(path, 0600);
  assert_true(g_file_set_contents(path, "nothing that zlib knows", -1, NULL));
  g_autoptr(UnitSource) source = check("%s/b.git", "1 3");
  assert_true(g_str_has_prefix(source->diagnostics, "blob-missing b.git:"));
}

/* What lies before a missing commit can't be found, and that is said. */
static void test_missing_commit(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("l/git/1.git", TRUE), older = archive_new("l/git/0.git", TRUE);
  add(older, 0);
  for (int i = 1; i <= 4; i++)
    add(archive, i);
  remove_object(archive, get_id(archive, 1));
  g_autoptr(UnitSource) source = check("%s/l", "0 3 4");
  g_autofree char *wanted =
      g_strdup_printf("unreadable l/git/1.git:%s the history before it is lost: ", get_id(archive, 1));
  unit_check(g_str_has_prefix(source->diagnostics, wanted), "%s", source->diagnostics);
}

static void test_missing_tip(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("t.git", TRUE);
  add(archive, 1);
  add(archive, 2);
  remove_object(archive, get_id(archive, 1));
  g_autoptr(UnitSource) source = check("%s/t.git", "");
  assert_true(g_str_has_prefix(source->diagnostics, "unreadable t.git:"));
}

static void test_missing_tree(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("t.git", TRUE);
  for (int i = 1; i <= 3; i++)
    add(archive, i);
  git_oid blob = write_blob(archive, "Subject: 2\n\nx\n"),
          tree = write_tree(archive, "m", &blob, GIT_FILEMODE_BLOB);
  char id[GIT_OID_HEXSZ + 1];
  remove_object(archive, git_oid_tostr(id, sizeof id, &tree));
  g_autoptr(UnitSource) source = check("%s/t.git", "1 3");
  g_autofree char *wanted = g_strdup_printf("blob-missing t.git:%s %s: ", get_id(archive, 1), id);
  assert_true(g_str_has_prefix(source->diagnostics, wanted));
}

/* A shallow clone ends where it says so, and nothing is amiss. */
static void test_shallow(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("s.git", TRUE);
  for (int i = 1; i <= 4; i++)
    add(archive, i);
  unit_printf("s.git/shallow", "%s\n", get_id(archive, 2));
  remove_object(archive, get_id(archive, 0));
  remove_object(archive, get_id(archive, 1));
  check_plain("%s/s.git", "3 4");
}

/* Only a regular file called m is a mail. */
static void test_tree_tricks(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("t.git", TRUE);
  add(archive, 1);
  commit_entry(archive, "m", "/etc/passwd", GIT_FILEMODE_LINK);
  git_oid blob = write_blob(archive, "Subject: 3\n\nx\n"),
          tree = write_tree(archive, "m", &blob, GIT_FILEMODE_BLOB);
  git_oid self;
  git_oid_fromstr(&self, get_id(archive, 0));
  commit_tree(archive, write_tree(archive, "m", &self, GIT_FILEMODE_COMMIT));
  commit_tree(archive, write_tree(archive, "m", &tree, GIT_FILEMODE_TREE));
  commit_entry(archive, "m", "Subject: 5\n\nx\n", GIT_FILEMODE_BLOB_EXECUTABLE);
  commit_entry(archive, "x", "Subject: 6\n\nx\n", GIT_FILEMODE_BLOB);
  commit_tree(archive, write_tree(archive, NULL, NULL, 0));
  add(archive, 7);
  g_autoptr(UnitSource) source = check("%s/t.git", "1 5 7");
  for (int i = 1; i <= 3; i++) {
    g_autofree char *wanted = g_strdup_printf("not-regular t.git:%s\n", get_id(archive, i));
    unit_check(strstr(source->diagnostics, wanted), "%s", source->diagnostics);
  }
}

/* The same mail in two commits on end is two mails; m beside d is the one that the commit changed. */
static void test_odd_commits(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("o.git", TRUE);
  add(archive, 1);
  add(archive, 1);
  git_oid one = write_blob(archive, "Subject: 1\n\nx\n"), two = write_blob(archive, "Subject: 2\n\nx\n"), id;
  git_treebuilder *builder;
  assert_int_equal(git_treebuilder_new(&builder, archive->repository, NULL), 0);
  git_treebuilder_insert(NULL, builder, "m", &one, GIT_FILEMODE_BLOB);
  git_treebuilder_insert(NULL, builder, "d", &two, GIT_FILEMODE_BLOB);
  assert_int_equal(git_treebuilder_write(&id, builder), 0);
  git_treebuilder_free(builder);
  commit_tree(archive, id);
  check_plain("%s/o.git", "1 1 -2");
}

static void test_heads(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("h.git", TRUE);
  unit_write("h.git/HEAD", "ref: refs/heads/gone\n", -1);
  check_plain("%s/h.git", "");
  add(archive, 1);
  check_plain("%s/h.git", "1");
  g_autofree char *master = unit_path("h.git/refs/heads/master"), *main = unit_path("h.git/refs/heads/main"),
                  *list = unit_path("h.git/refs/heads/list");
  g_rename(master, main);
  check_plain("%s/h.git", "1");
  g_rename(main, list);
  check_plain("%s/h.git", "1");
  unit_printf("h.git/refs/heads/other", "%s\n", get_id(archive, 0));
  g_autoptr(GError) error = NULL;
  g_autoptr(UnitSource) source = unit_read("%s/h.git", NULL, 1, 0, &error);
  assert_true(!source && g_error_matches(error, LB_ERROR, LB_ERROR_BAD_INPUT));
  unit_printf("h.git/HEAD", "%s\n", get_id(archive, 0));
  check_plain("%s/h.git", "1");
}

/* Names in packed-refs, tags, symbolic refs, a worktree's .git file, a config that no git would read. */
static void test_refs(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("r.git", TRUE);
  for (int i = 1; i <= 4; i++)
    add(archive, i);
  git_object *target;
  git_signature *signature;
  git_oid tag;
  assert_int_equal(git_revparse_single(&target, archive->repository, get_id(archive, 1)), 0);
  git_signature_new(&signature, "Alice", "alice@example.org", 1700000000, 0);
  assert_int_equal(git_tag_create(&tag, archive->repository, "v1", target, signature, "tag", FALSE), 0);
  git_signature_free(signature);
  git_object_free(target);
  g_autofree char *master = unit_path("r.git/refs/heads/master"), *fifo = unit_path("r.git/fifo");
  g_remove(master);
  unit_printf("r.git/packed-refs",
              "# pack-refs with: peeled\n%s refs/heads/lists/x\n^%s\n%s refs/remotes/o/y\n",
              get_id(archive, 3), get_id(archive, 0), get_id(archive, 2));
  assert_int_equal(mkfifo(fifo, 0600), 0);
  unit_write("r.git/config", "[include]\n\tpath = fifo\n[core\n", -1);
  check_plain("%s/r.git", "1 2 3 4");
  unit_write("r.git/HEAD", "ref: refs/heads/link\n", -1);
  unit_write("r.git/refs/heads/link", "ref: refs/remotes/o/y\n", -1);
  check_plain("%s/r.git", "1 2 3");
  check_range("%s/r.git", "v1", "lists/x", "3 4", 1, 3, archive->ids);
  check_range("%s/r.git", "tags/v1", "@", "3", 1, 2, archive->ids);
  check_range("%s/r.git", "v1~1", "o/y", "2 3", 0, 2, archive->ids);
  unit_write("r.git/refs/heads/link", "ref: refs/heads/link\n", -1);
  check_plain("%s/r.git", "1 2 3 4");
  unit_write("work/.git", "gitdir: ../r.git/worktrees/w\n", -1);
  unit_write("r.git/worktrees/w/commondir", "../..\n", -1);
  unit_printf("r.git/worktrees/w/HEAD", "%s\n", get_id(archive, 0));
  check_plain("%s/work", "1");
}

/* Nobody's config is heard, and objects outside the inbox are not ours. */
static void test_surroundings(void **state) {
  (void)state;
  g_autoptr(Archive) zero = archive_new("l/git/0.git", TRUE), one = archive_new("l/git/1.git", TRUE),
                     out = archive_new("out.git", TRUE);
  add(zero, 1);
  add(one, 2);
  add(out, 1);
  add(out, 2);
  g_autofree char *lost = id_of_mail(zero, 1), *other = id_of_mail(one, 2),
                  *outside = unit_path("out.git/objects");
  unit_write("l/git/0.git/objects/info/alternates", "../../1.git/objects\n# nothing\n/nonexistent\n", -1);
  unit_printf("l/git/1.git/objects/info/alternates", "%s\n", outside);
  g_autofree char *copied = id_of_mail(one, 1);
  assert_string_equal(copied, lost);
  remove_object(zero, lost);
  check_plain("%s/l", "1 2");
  remove_object(one, other);
  g_autoptr(UnitSource) source = check("%s/l", "1");
  assert_true(g_str_has_prefix(source->diagnostics, "blob-missing l/git/1.git:"));
}

static void test_no_inbox(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("code.git", TRUE), broken = archive_new("broken.git", TRUE),
                     good = archive_new("i/git/0.git", TRUE);
  commit_entry(archive, "main.c", "int main;\n", GIT_FILEMODE_BLOB);
  add(broken, 1);
  unit_write("broken.git/reftable/tables.list", "", 0);
  unit_write("plain/x", "", 0);
  archive_free(archive_new("sha256.git", TRUE));
  unit_write("sha256.git/config",
             "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n", -1);
  static const char *const bad[] = {"%s/sha256.git", "%s/code.git", "git:%s/plain", "git:%s/broken.git"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(UnitSource) source = unit_read(bad[i], NULL, 1, 0, &error);
    unit_check(!source && g_error_matches(error, LB_ERROR, LB_ERROR_BAD_INPUT), "%s", bad[i]);
  }
  add(good, 1);
  unit_write("i/git/1.git/HEAD", "", 0);
  g_autoptr(UnitSource) source = check("%s/i", "1");
  unit_check(g_str_has_prefix(source->diagnostics, "unreadable i/git/1.git "), "%s", source->diagnostics);
}

/* Puts all objects into one pack, with deltas, and the loose ones away. */
static void pack(Archive *archive) {
  git_packbuilder *builder;
  git_revwalk *walk;
  assert_int_equal(git_packbuilder_new(&builder, archive->repository), 0);
  assert_int_equal(git_revwalk_new(&walk, archive->repository), 0);
  assert_int_equal(git_revwalk_push_ref(walk, "refs/heads/master"), 0);
  assert_int_equal(git_packbuilder_insert_walk(builder, walk), 0);
  assert_int_equal(git_packbuilder_write(builder, NULL, 0600, NULL, NULL), 0);
  git_revwalk_free(walk);
  git_packbuilder_free(builder);
  for (int i = 0; i < 256; i++) {
    g_autofree char *folder = g_strdup_printf("%s/%s/objects/%02x", unit_folder, archive->name, i);
    GDir *directory = g_dir_open(folder, 0, NULL);
    for (const char *name; directory && (name = g_dir_read_name(directory));) {
      g_autofree char *path = g_build_filename(folder, name, NULL);
      assert_int_equal(g_remove(path), 0);
    }
    if (directory)
      g_dir_close(directory);
  }
}

/* The files of the one pack: its index and itself. */
static void find_pack(const Archive *archive, char *names[2]) {
  g_autofree char *folder = g_strdup_printf("%s/%s/objects/pack", unit_folder, archive->name);
  GDir *directory = g_dir_open(folder, 0, NULL);
  assert_non_null(directory);
  names[0] = names[1] = NULL;
  for (const char *name; (name = g_dir_read_name(directory));) {
    int i = g_str_has_suffix(name, ".pack");
    assert_null(names[i]);
    names[i] = g_strdup_printf("%s/objects/pack/%s", archive->name, name);
  }
  g_dir_close(directory);
  assert_true(names[0] && names[1]);
}

/* Mails that are like each other, so that most are deltas. */
static void add_long(Archive *archive, int n) {
  for (int i = 1; i <= n; i++) {
    g_autoptr(GString) mail = g_string_new(NULL);
    g_string_append_printf(mail, "Subject: %d\nFrom: Alice <alice@example.org>\n\n", i);
    for (int line = 0; line < 40; line++)
      g_string_append_printf(mail, "Line %d of those that have %d in them.\n", line,
                             line % 7 == 0 ? i : line * line);
    commit_entry(archive, "m", mail->str, GIT_FILEMODE_BLOB);
  }
}

/* What came out of the source, in short. */
static char *describe(const char *spec, const LbSourceOptions *options, int jobs) {
  g_autoptr(GError) error = NULL;
  g_autoptr(UnitSource) source = unit_read(spec, options, jobs, 0, &error);
  if (!source)
    return g_strdup(error->message);
  g_autofree char *mails = unit_join(source);
  return g_strconcat(source->diagnostics, "\n", mails, NULL);
}

static void test_packed(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("p.git", TRUE);
  add_long(archive, 200);
  g_autofree char *loose = describe("%s/p.git", NULL, 1);
  pack(archive);
  for (int jobs = 1; jobs <= 4; jobs += 3) {
    LbSourceOptions alone = {.by_libgit2_alone = TRUE};
    g_autofree char *packed = describe("%s/p.git", NULL, jobs), *theirs = describe("%s/p.git", &alone, jobs);
    assert_string_equal(packed, loose);
    assert_string_equal(theirs, loose);
  }
  g_autofree char *short_id = g_strndup(get_id(archive, 3), 12);
  check_range("%s/p.git", short_id, get_id(archive, 6), "5 6 7", 3, 6, archive->ids);
  add(archive, 201);
  check_range("%s/p.git", get_id(archive, -3), get_id(archive, -1), "200 201", 198, 200, archive->ids);
  unit_check(g_str_has_prefix(loose, "\nSubject: 1\n") && strstr(loose, "Subject: 200\n"), "%.100s", loose);
}

#define FLIPS 300

/* Where the offsets begin in an index of version 2 without large ones. */
static gsize find_offsets(const char *index, gsize length) {
  guint32 n;
  memcpy(&n, index + 8 + 4 * 255, sizeof n);
  return length - 2 * GIT_OID_RAWSZ - 4 * (gsize)GUINT32_FROM_BE(n);
}

static guint count_mails(const char *description) {
  guint n = 0;
  for (const char *p = description; (p = strstr(p, "\nSubject: ")); p++)
    n++;
  return n;
}

/* Whatever bit of a pack has another value, nothing else comes out than libgit2 alone gives.  Of an index
 * whose ids are out of order we may find more; of offsets that are wrong anything may come out, and libgit2
 * alone would read behind the end of the pack. */
static void test_flips(void **state) {
  (void)state;
  g_autoptr(Archive) archive = archive_new("p.git", TRUE);
  g_autoptr(GRand) random = g_rand_new_with_seed(1);
  char *names[2];
  add_long(archive, 30);
  pack(archive);
  find_pack(archive, names);
  g_autofree char *whole = describe("%s/p.git", NULL, 1);
  guint n_other = 0;
  for (int i = 0; i < FLIPS; i++) {
    const char *name = names[i % 3 > 0];
    g_autofree char *path = unit_path(name), *bytes = NULL;
    gsize length;
    assert_true(g_file_get_contents(path, &bytes, &length, NULL));
    gsize at = g_rand_int_range(random, 0, (gint32)length), n = length;
    guint8 flip = 1 << g_rand_int_range(random, 0, 8);
    if (i % 10 == 9)
      n = at;
    bytes[at] ^= flip;
    unit_write(name, bytes, n);
    LbSourceOptions alone = {.by_libgit2_alone = TRUE};
    gboolean is_index = i % 3 == 0;
    gboolean is_offset = is_index && at >= find_offsets(bytes, length) && at < length - 2 * GIT_OID_RAWSZ;
    g_autofree char *ours = describe("%s/p.git", NULL, 1);
    g_autofree char *theirs = is_offset ? g_strdup(ours) : describe("%s/p.git", &alone, 1);
    unit_check(strcmp(ours, theirs) == 0 || (is_index && count_mails(ours) > count_mails(theirs)),
               "%s, byte %" G_GSIZE_FORMAT " ^ %d:\n%s\ninstead of\n%s", name, at, flip, ours, theirs);
    n_other += strcmp(ours, whole) != 0;
    bytes[at] ^= flip;
    unit_write(name, bytes, length);
  }
  unit_check(n_other > FLIPS / 4, "%u of the flips did anything", n_other);
  g_free(names[0]);
  g_free(names[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
      T(test_v2),           T(test_many),
      T(test_epochs),       T(test_ranges),
      T(test_ambiguous),    T(test_v1),
      T(test_merges),       T(test_missing_blob),
      T(test_corrupt_blob), T(test_missing_commit),
      T(test_missing_tip),  T(test_missing_tree),
      T(test_shallow),      T(test_tree_tricks),
      T(test_odd_commits),  T(test_heads),
      T(test_refs),         T(test_surroundings),
      T(test_no_inbox),     T(test_packed),
      T(test_flips),
  };
  return cmocka_run_group_tests_name("public_inbox", tests, NULL, NULL);
}
