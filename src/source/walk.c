/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/walk.h"

/* A commit that was read and not yet given. */
typedef struct {
  git_oid id;
  LbObject *object;
  LbCommit commit;
  guint64 rank; /* in order of discovery: decides where times are equal */
} Pending;

struct LbWalk {
  const LbEpoch *epoch;
  LbObjects *objects;
  GArray *pending;  /* of Pending: one, but behind merges */
  GHashTable *seen; /* of git_oid, from the first merge on; before it nothing can come up twice */
  GHashTable *hidden;
  GArray *line; /* of LbWalkStep: what there is to give is known; or NULL */
  guint n_given;
  guint64 n_found;
  LbWalkBrokenFunc broken;
  gpointer data;
};

static void add_pending(LbWalk *walk, const git_oid *id) {
  if (walk->hidden && g_hash_table_contains(walk->hidden, id))
    return;
  if (walk->seen && !lb_git_set_add(walk->seen, id))
    return;
  const char *failure = "malformed commit";
  Pending pending = {.id = *id,
                     .object = lb_git_read(walk->objects, id, GIT_OBJECT_COMMIT, &failure),
                     .rank = walk->n_found++};
  if (pending.object && lb_git_parse_commit(pending.object, &pending.commit)) {
    g_array_append_val(walk->pending, pending);
    return;
  }
  lb_object_free(pending.object);
  walk->broken(walk->epoch, id, failure, walk->data);
}

LbWalk *lb_walk_new(const LbEpoch *epoch, const git_oid *start, GHashTable *hidden, LbWalkBrokenFunc broken,
                    gpointer data, GError **error) {
  LbObjects *objects = lb_epoch_open_objects(epoch, TRUE, error);
  if (!objects)
    return NULL;
  LbWalk *walk = g_new0(LbWalk, 1);
  walk->epoch = epoch;
  walk->objects = objects;
  walk->pending = g_array_new(FALSE, FALSE, sizeof(Pending));
  walk->hidden = hidden ? g_hash_table_ref(hidden) : NULL;
  walk->broken = broken;
  walk->data = data;
  add_pending(walk, start);
  return walk;
}

void lb_walk_free(LbWalk *walk) {
  if (!walk)
    return;
  for (guint i = 0; i < walk->pending->len; i++)
    lb_object_free(g_array_index(walk->pending, Pending, i).object);
  g_array_free(walk->pending, TRUE);
  g_clear_pointer(&walk->line, g_array_unref);
  g_clear_pointer(&walk->seen, g_hash_table_unref);
  g_clear_pointer(&walk->hidden, g_hash_table_unref);
  lb_objects_free(walk->objects);
  g_free(walk);
}

/* The newest of what is pending. */
static guint find_newest(const GArray *pending) {
  guint newest = 0;
  for (guint i = 1; i < pending->len; i++) {
    const Pending *a = &g_array_index(pending, Pending, i), *b = &g_array_index(pending, Pending, newest);
    if (a->commit.time > b->commit.time || (a->commit.time == b->commit.time && a->rank < b->rank))
      newest = i;
  }
  return newest;
}

static gboolean next_of_line(LbWalk *walk, LbWalkStep *step) {
  if (walk->n_given == walk->line->len)
    return FALSE;
  *step = g_array_index(walk->line, LbWalkStep, walk->n_given++);
  return TRUE;
}

gboolean lb_walk_next(LbWalk *walk, LbWalkStep *step) {
  if (walk->line)
    return next_of_line(walk, step);
  if (walk->pending->len == 0)
    return FALSE;
  guint newest = find_newest(walk->pending);
  Pending pending = g_array_index(walk->pending, Pending, newest);
  g_array_remove_index(walk->pending, newest);
  git_oid_cpy(&step->commit, &pending.id);
  git_oid_cpy(&step->tree, &pending.commit.tree);
  step->time = pending.commit.time;
  step->author_time = pending.commit.author_time;
  step->is_merge = pending.commit.n_parents > 1;
  if (step->is_merge && !walk->seen)
    walk->seen = lb_git_set_new();
  for (guint i = 0; i < pending.commit.n_parents && !lb_epoch_is_shallow(walk->epoch, &step->commit); i++) {
    git_oid parent;
    lb_git_get_parent(pending.object, i, &parent);
    add_pending(walk, &parent);
  }
  lb_object_free(pending.object);
  return TRUE;
}

static void ignore_broken(const LbEpoch *epoch, const git_oid *commit, const char *failure, gpointer data) {
}

GHashTable *lb_walk_build_set(const LbEpoch *epoch, const git_oid *start, GError **error) {
  g_autoptr(LbWalk) walk = lb_walk_new(epoch, start, NULL, ignore_broken, NULL, error);
  LbWalkStep step;
  if (!walk)
    return NULL;
  GHashTable *set = lb_git_set_new();
  while (lb_walk_next(walk, &step))
    lb_git_set_add(set, &step.commit);
  return set;
}

/* From start to first, which is left out; NULL: history isn't one line between them. */
static LbWalk *walk_line(const LbEpoch *epoch, const git_oid *start, const git_oid *first, GError **error) {
  g_autoptr(LbWalk) walk = lb_walk_new(epoch, start, NULL, ignore_broken, NULL, error);
  g_autoptr(GArray) line = g_array_new(FALSE, FALSE, sizeof(LbWalkStep));
  LbWalkStep step;
  while (walk && lb_walk_next(walk, &step) && !step.is_merge) {
    if (git_oid_equal(&step.commit, first)) {
      walk->line = g_steal_pointer(&line);
      return g_steal_pointer(&walk);
    }
    g_array_append_val(line, step);
  }
  return NULL;
}

LbWalk *lb_walk_new_after(const LbEpoch *epoch, const git_oid *start, const git_oid *first,
                          LbWalkBrokenFunc broken, gpointer data, GError **error) {
  g_autoptr(GError) failure = NULL;
  LbWalk *walk = walk_line(epoch, start, first, &failure);
  if (walk)
    return walk;
  g_autoptr(GHashTable) hidden = failure ? NULL : lb_walk_build_set(epoch, first, &failure);
  if (!failure)
    return lb_walk_new(epoch, start, hidden, broken, data, error);
  g_propagate_error(error, g_steal_pointer(&failure));
  return NULL;
}
