/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/revision.h"
#include "series/predecessor.h"

static const char *const rule_names[LB_N_RULES] = {
    [LB_RULE_NONE] = "none",
    [LB_RULE_CHANGE_ID] = "change-id",
    [LB_RULE_URL] = "url",
    [LB_RULE_TITLE] = "title",
    [LB_RULE_SHARED_PATCH] = "shared-patch",
    [LB_RULE_THREAD] = "thread",
    [LB_RULE_FILES] = "files",
    [LB_RULE_REPOST] = "repost",
    [LB_RULE_REROLL] = "reroll",
};

const char *lb_rule_get_name(LbRule rule) {
  g_return_val_if_fail(rule < LB_N_RULES, "");
  return rule_names[rule];
}

static void work_free(gpointer data) {
  LbWork *work = data;
  g_ptr_array_unref(work->revisions);
  g_free(work);
}

static LbWork *work_new(LbWorks *works) {
  LbWork *work = g_new0(LbWork, 1);
  work->revisions = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(works->works, work);
  return work;
}

/* A partial reroll takes nothing's place as a whole. */
static gboolean is_whole(const LbRevision *revision) {
  return !revision->posting->rerolls;
}

/* What nothing follows, and of several such (an old version sent again, a series that was split) the nearest.
 */
static void find_newest(const LbWorks *works, LbWork *work) {
  for (guint i = work->revisions->len; i-- > 0;) {
    LbRevision *revision = g_ptr_array_index(work->revisions, i);
    LbRevision *before = revision->before ? works->revisions[revision->before->number] : NULL;
    const LbPosting *next = revision->after ? revision->after : revision->posting;
    if (before && is_whole(revision) && (!before->after || lb_predecessors_is_nearer(next, before->after)))
      before->after = next;
    if (!is_whole(revision) || revision->after)
      continue;
    if (!work->newest || lb_predecessors_is_nearer(revision->posting, work->newest->posting))
      work->newest = revision;
  }
  if (!work->newest)
    work->newest = g_ptr_array_index(work->revisions, 0);
}

/* A posting is also superseded by one of a higher version that goes on from what came before it (v1 -> v3
 * where v2 had another title), but not by another part of a series that was split. */
static void find_higher(LbWork *work) {
  const LbPosting *newest = work->newest->posting;
  for (guint i = 0; i < work->revisions->len; i++) {
    LbRevision *revision = g_ptr_array_index(work->revisions, i);
    const LbPosting *posting = revision->posting;
    gboolean is_rfc = posting->first->parsed->rfc && !newest->first->parsed->rfc;
    gboolean is_lower = is_rfc || posting->version < newest->version;
    if (!revision->after && is_whole(revision) && is_lower && newest->date >= posting->date)
      revision->after = newest;
  }
}

LbWorks *lb_works_build(const LbCollection *collection, const LbReplies *replies, LbPeople *people,
                        gint64 until) {
  LbWorks *works = g_new0(LbWorks, 1);
  g_autoptr(LbPredecessors) predecessors = lb_predecessors_new(collection, replies, people);
  works->works = g_ptr_array_new_with_free_func(work_free);
  works->revisions = g_new0(LbRevision *, collection->postings->len);
  /* By date: whatever precedes a posting is in a line of work when it comes. */
  for (guint i = 0; i < collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(collection->postings, i);
    if (until != LB_TIME_UNKNOWN && posting->date >= until)
      continue;
    LbRevision *revision = g_new0(LbRevision, 1);
    revision->posting = posting;
    lb_predecessors_link(predecessors, revision);
    const LbRevision *before = revision->before ? works->revisions[revision->before->number] : NULL;
    LbWork *work = before ? (LbWork *)before->work : work_new(works);
    revision->work = work;
    g_ptr_array_add(work->revisions, revision);
    works->revisions[posting->number] = revision;
  }
  for (guint i = 0; i < works->works->len; i++) {
    find_newest(works, g_ptr_array_index(works->works, i));
    find_higher(g_ptr_array_index(works->works, i));
  }
  return works;
}

void lb_works_free(LbWorks *works) {
  if (!works)
    return;
  g_free(works->revisions);
  g_ptr_array_unref(works->works);
  g_free(works);
}

const LbRevision *lb_works_find(const LbWorks *works, const LbPosting *posting) {
  return posting ? works->revisions[posting->number] : NULL;
}
