/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "archive_unit.h"
#include <glib/gstdio.h>
#include <string.h>
#include "source_unit.h"

Archive *archive_new(const char *name, gboolean bare) {
  Archive *archive = g_new0(Archive, 1);
  g_autofree char *path = unit_path(name);
  git_libgit2_init();
  assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
  assert_int_equal(git_repository_init(&archive->repository, path, bare), 0);
  archive->ids = g_ptr_array_new_with_free_func(g_free);
  archive->name = g_strdup(name);
  return archive;
}

void archive_free(Archive *archive) {
  git_repository_free(archive->repository);
  g_ptr_array_free(archive->ids, TRUE);
  g_free(archive->name);
  g_free(archive);
  git_libgit2_shutdown();
}

git_oid write_blob(Archive *archive, const char *bytes) {
  git_oid id;
  assert_int_equal(git_blob_create_from_buffer(&id, archive->repository, bytes, strlen(bytes)), 0);
  return id;
}

git_oid write_tree(Archive *archive, const char *name, const git_oid *entry, git_filemode_t mode) {
  git_treebuilder *builder;
  git_oid id;
  assert_int_equal(git_treebuilder_new(&builder, archive->repository, NULL), 0);
  if (name)
    assert_int_equal(git_treebuilder_insert(NULL, builder, name, entry, mode), 0);
  assert_int_equal(git_treebuilder_write(&id, builder), 0);
  git_treebuilder_free(builder);
  return id;
}

const char *commit_upon(Archive *archive, const git_oid *tree_id, const char *const *parents) {
  git_oid ids[4], id;
  git_commit *found[4];
  git_tree *tree;
  git_signature *signature;
  int n = 0;
  for (; parents && parents[n]; n++) {
    git_oid_fromstr(&ids[n], parents[n]);
    assert_int_equal(git_commit_lookup(&found[n], archive->repository, &ids[n]), 0);
  }
  git_signature_new(&signature, "Alice", "alice@example.org", 1700000000 + 60 * archive->ids->len, 0);
  assert_int_equal(git_tree_lookup(&tree, archive->repository, tree_id), 0);
  assert_int_equal(git_commit_create(&id, archive->repository, NULL, signature, signature, NULL, "mail", tree,
                                     n, (const git_commit **)found),
                   0);
  git_reference *reference;
  assert_int_equal(
      git_reference_create(&reference, archive->repository, "refs/heads/master", &id, TRUE, NULL), 0);
  git_reference_free(reference);
  for (int i = 0; i < n; i++)
    git_commit_free(found[i]);
  git_tree_free(tree);
  git_signature_free(signature);
  char *text = g_malloc(GIT_OID_HEXSZ + 1);
  git_oid_tostr(text, GIT_OID_HEXSZ + 1, &id);
  g_ptr_array_add(archive->ids, text);
  return text;
}

const char *get_id(const Archive *archive, int i) {
  return archive->ids->pdata[i < 0 ? (int)archive->ids->len + i : i];
}

const char *commit_tree(Archive *archive, git_oid tree) {
  const char *parents[] = {archive->ids->len ? get_id(archive, -1) : NULL, NULL};
  return commit_upon(archive, &tree, parents);
}

const char *commit_entry(Archive *archive, const char *name, const char *bytes, git_filemode_t mode) {
  git_oid blob = write_blob(archive, bytes);
  return commit_tree(archive, write_tree(archive, name, &blob, mode));
}

const char *add(Archive *archive, int number) {
  g_autofree char *mail = g_strdup_printf("Subject: %d\n\nx\n", number);
  return commit_entry(archive, "m", mail, GIT_FILEMODE_BLOB);
}
