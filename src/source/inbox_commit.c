/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/inbox_commit.h"
#include <string.h>

#define MODE_TREE 040000
/* A merge is compared with no more parents than these. */
#define MAX_PARENTS 8

/* A tree and where in it we are; object NULL: an empty one. */
typedef struct {
  LbObject *object;
  const char *p, *end;
  LbTreeEntry entry;
  gboolean has_entry;
} Cursor;

typedef struct {
  LbObjects *objects;
  const LbWalkStep *step;
  git_oid parents[MAX_PARENTS]; /* their trees */
  guint n_parents;
  LbInboxChangeFunc func;
  LbInboxFailureFunc failed;
  gpointer data;
} Commit;

static void cursor_advance(Cursor *cursor) {
  cursor->has_entry = cursor->object && lb_git_next_entry(&cursor->p, cursor->end, &cursor->entry);
}

/* id NULL: an empty tree.  FALSE if it can't be read, which was then said. */
static gboolean cursor_open(Cursor *cursor, Commit *commit, const git_oid *id) {
  const char *failure;
  *cursor = (Cursor){0};
  if (!id)
    return TRUE;
  cursor->object = lb_git_read(commit->objects, id, GIT_OBJECT_TREE, &failure);
  if (!cursor->object) {
    commit->failed(id, failure, commit->data);
    return FALSE;
  }
  cursor->p = cursor->object->bytes;
  cursor->end = cursor->p + cursor->object->size;
  cursor_advance(cursor);
  return TRUE;
}

static void cursor_close(Cursor *cursor) {
  lb_object_free(cursor->object);
}

static gboolean is_regular(guint32 mode) {
  return (mode & 0170000) == 0100000;
}

static gboolean is_hex_folder(const LbTreeEntry *entry) {
  return entry->mode == MODE_TREE && strlen(entry->name) == 2 && g_ascii_isxdigit(entry->name[0]) &&
         g_ascii_isxdigit(entry->name[1]);
}

/* The entry called name in tree; FALSE if there is none. */
static gboolean find_entry(LbObjects *objects, const git_oid *tree, const char *name, LbTreeEntry *entry) {
  const char *failure;
  gboolean found = FALSE;
  g_autoptr(LbObject) object = lb_git_read(objects, tree, GIT_OBJECT_TREE, &failure);
  if (!object)
    return FALSE;
  const char *p = object->bytes, *end = p + object->size;
  while (!found && lb_git_next_entry(&p, end, entry))
    found = strcmp(entry->name, name) == 0;
  entry->name = name;
  return found;
}

/* The trees of the parents, as far as they can be had. */
static void find_parents(Commit *commit, const LbEpoch *epoch) {
  const char *failure;
  LbCommit own, parent;
  g_autoptr(LbObject) object =
      lb_git_read(commit->objects, &commit->step->commit, GIT_OBJECT_COMMIT, &failure);
  if (!object || !lb_git_parse_commit(object, &own) || lb_epoch_is_shallow(epoch, &commit->step->commit))
    return;
  for (guint i = 0; i < own.n_parents && commit->n_parents < MAX_PARENTS; i++) {
    git_oid id;
    lb_git_get_parent(object, i, &id);
    g_autoptr(LbObject) found = lb_git_read(commit->objects, &id, GIT_OBJECT_COMMIT, &failure);
    if (found && lb_git_parse_commit(found, &parent))
      git_oid_cpy(&commit->parents[commit->n_parents++], &parent.tree);
    else
      commit->failed(&id, found ? "malformed commit" : failure, commit->data);
  }
}

/* Whether a merge merely takes over what a parent after the first has at folder/name; id NULL: nothing. */
static gboolean is_merged(const Commit *commit, const char *folder, const char *name, const git_oid *id) {
  for (guint i = 1; i < commit->n_parents; i++) {
    LbTreeEntry outer, inner;
    gboolean found = find_entry(commit->objects, &commit->parents[i], folder, &outer) &&
                     find_entry(commit->objects, &outer.id, name, &inner);
    if (id ? found && git_oid_equal(&inner.id, id) : !found)
      return TRUE;
  }
  return FALSE;
}

static void give(const Commit *commit, const LbTreeEntry *entry, gboolean removes) {
  if (is_regular(entry->mode))
    commit->func(&(LbInboxChange){.blob = entry->id, .removes = removes}, commit->data);
  else if (!removes)
    commit->failed(&entry->id, NULL, commit->data);
}

/* Git's order of a tree: by bytes, folders as if a slash ended their names. */
static int compare_entries(const LbTreeEntry *a, const LbTreeEntry *b) {
  gsize a_length = strlen(a->name), b_length = strlen(b->name), common = MIN(a_length, b_length);
  int order = memcmp(a->name, b->name, common);
  int a_next = a_length > common ? (guint8)a->name[common] : a->mode == MODE_TREE ? '/' : 0;
  int b_next = b_length > common ? (guint8)b->name[common] : b->mode == MODE_TREE ? '/' : 0;
  return order ? order : a_next - b_next;
}

/* Two sorted trees side by side: which has the entry that comes next. */
static void compare_cursors(const Cursor *old, const Cursor *new, gboolean *in_old, gboolean *in_new) {
  int order = !old->has_entry ? 1 : !new->has_entry ? -1 : compare_entries(&old->entry, &new->entry);
  *in_old = order <= 0;
  *in_new = order >= 0;
}

/* One folder of a v1 inbox: files that came, went or changed. */
static void compare_folder(Commit *commit, const char *name, const git_oid *old_id, const git_oid *new_id) {
  Cursor old, new = {0};
  if (cursor_open(&old, commit, old_id) && cursor_open(&new, commit, new_id))
    while (old.has_entry || new.has_entry) {
      gboolean in_old, in_new;
      compare_cursors(&old, &new, &in_old, &in_new);
      gboolean differs = in_old != in_new || !git_oid_equal(&old.entry.id, &new.entry.id);
      if (differs &&
          !is_merged(commit, name, in_new ? new.entry.name : old.entry.name, in_new ? &new.entry.id : NULL)) {
        if (in_old)
          give(commit, &old.entry, TRUE);
        if (in_new)
          give(commit, &new.entry, FALSE);
      }
      if (in_old)
        cursor_advance(&old);
      if (in_new)
        cursor_advance(&new);
    }
  cursor_close(&old);
  cursor_close(&new);
}

static const git_oid *folder_id(const Cursor *cursor, gboolean is_there) {
  return is_there && is_hex_folder(&cursor->entry) ? &cursor->entry.id : NULL;
}

static void read_v1(Commit *commit) {
  Cursor old, new = {0};
  if (cursor_open(&old, commit, commit->n_parents ? &commit->parents[0] : NULL) &&
      cursor_open(&new, commit, &commit->step->tree))
    while (old.has_entry || new.has_entry) {
      gboolean in_old, in_new;
      compare_cursors(&old, &new, &in_old, &in_new);
      const git_oid *before = folder_id(&old, in_old), *after = folder_id(&new, in_new);
      if ((before || after) && !(before && after && git_oid_equal(before, after)))
        compare_folder(commit, in_new ? new.entry.name : old.entry.name, before, after);
      if (in_old)
        cursor_advance(&old);
      if (in_new)
        cursor_advance(&new);
    }
  cursor_close(&old);
  cursor_close(&new);
}

/* Whether a parent has the same mail under the same name: then this commit neither added nor removed it. */
static gboolean is_inherited(Commit *commit, const LbEpoch *epoch, const LbTreeEntry *entry) {
  if (commit->n_parents == 0)
    find_parents(commit, epoch);
  for (guint i = 0; i < commit->n_parents; i++) {
    LbTreeEntry before;
    if (find_entry(commit->objects, &commit->parents[i], entry->name, &before) &&
        git_oid_equal(&before.id, &entry->id))
      return TRUE;
  }
  return FALSE;
}

void lb_inbox_foreach_change(LbObjects *objects, const LbEpoch *epoch, const LbWalkStep *step,
                             LbInboxChangeFunc func, LbInboxFailureFunc failed, gpointer data) {
  Commit commit = {.objects = objects, .step = step, .func = func, .failed = failed, .data = data};
  LbTreeEntry mail = {0}, deletion = {0};
  gboolean has_folders = FALSE;
  Cursor root;
  if (!cursor_open(&root, &commit, &step->tree))
    return;
  for (; root.has_entry; cursor_advance(&root)) {
    if (strcmp(root.entry.name, "m") == 0)
      mail = root.entry;
    else if (strcmp(root.entry.name, "d") == 0)
      deletion = root.entry;
    else
      has_folders |= is_hex_folder(&root.entry);
  }
  /* a commit of v2 has one of the two; where it has both or is a merge, what its parents had is none of its
   * own */
  gboolean is_plain = !step->is_merge && !(mail.name && deletion.name);
  if (mail.name && (is_plain || !is_inherited(&commit, epoch, &mail)))
    give(&commit, &mail, FALSE);
  if (deletion.name && (is_plain || !is_inherited(&commit, epoch, &deletion)))
    give(&commit, &deletion, TRUE);
  cursor_close(&root);
  if (mail.name || deletion.name)
    return;
  /* v1; without folders too: the last mail of a folder, or of all, may just have been removed */
  find_parents(&commit, epoch);
  if (has_folders || commit.n_parents > 0)
    read_v1(&commit);
}

gboolean lb_inbox_is_tree(const LbObject *tree) {
  LbTreeEntry entry;
  const char *p = tree->bytes, *end = p + tree->size;
  while (lb_git_next_entry(&p, end, &entry))
    if (is_hex_folder(&entry) || strcmp(entry.name, "m") == 0 || strcmp(entry.name, "d") == 0)
      return TRUE;
  return FALSE;
}
