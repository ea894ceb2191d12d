/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/revision.h"
#include <string.h>
#include "base/period.h"
#include "base/text.h"

static const char *const rule_names[LB_N_RULES] = {
    [LB_RULE_NONE] = "none",     [LB_RULE_CHANGE_ID] = "change-id", [LB_RULE_URL] = "url",
    [LB_RULE_TITLE] = "title",   [LB_RULE_SHARED_PATCH] = "shared-patch", [LB_RULE_THREAD] = "thread",
    [LB_RULE_REPOST] = "repost", [LB_RULE_REROLL] = "reroll",
};

const char *lb_rule_get_name(LbRule rule) {
  g_return_val_if_fail(rule < LB_N_RULES, "");
  return rule_names[rule];
}

/* Postings met so far, by what a later one may share with them.  Values: GPtrArray of const LbPosting, by date. */
typedef struct {
  const LbCollection *collection;
  const LbReplies *replies;
  GHashTable *by_change_id, *by_title, *by_patch_title, *by_msgid;
} Index;

/* Titles that say too little: a shared one proves nothing (hostile or not, such a bucket would grow without end). */
#define BUCKET_MAX 64

static void index_add(GHashTable *table, char *key, const LbPosting *posting) {
  GPtrArray *bucket = g_hash_table_lookup(table, key);
  if (!bucket) {
    bucket = g_ptr_array_new();
    g_hash_table_insert(table, key, bucket);
  } else
    g_free(key);
  if (bucket->len && g_ptr_array_index(bucket, bucket->len - 1) == posting)
    return;
  /* The newest ones lead to the predecessor. */
  if (bucket->len == BUCKET_MAX)
    g_ptr_array_remove_index(bucket, 0);
  g_ptr_array_add(bucket, (gpointer)posting);
}

static GHashTable *index_table_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

typedef void (*PatchFunc)(const LbMail *mail, gpointer data);
static void foreach_mail(const LbPosting *posting, PatchFunc func, gpointer data) {
  if (posting->cover)
    func(posting->cover, data);
  for (guint i = 0; i < posting->patches->len; i++)
    func(g_ptr_array_index(posting->patches, i), data);
}

static const LbMail *get_mail(const LbPosting *posting, guint i) {
  if (posting->cover)
    return i == 0 ? posting->cover : g_ptr_array_index(posting->patches, i - 1);
  return g_ptr_array_index(posting->patches, i);
}

static guint count_mails(const LbPosting *posting) {
  return posting->patches->len + (posting->cover != NULL);
}

static void index_posting(Index *index, const LbPosting *posting) {
  for (guint i = 0; i < count_mails(posting); i++) {
    const LbMail *mail = get_mail(posting, i);
    if (mail->change_id)
      index_add(index->by_change_id, g_strdup(mail->change_id), posting);
    if (mail != posting->cover && *mail->parsed.title)
      index_add(index->by_patch_title, lb_text_fold(mail->parsed.title), posting);
    g_hash_table_insert(index->by_msgid, (gpointer)mail->msgid, (gpointer)posting);
  }
  if (*posting->first->parsed.title)
    index_add(index->by_title, lb_text_fold(posting->first->parsed.title), posting);
}

static gboolean is_same_person(const LbPerson *a, const LbPerson *b) {
  if (a->email && b->email && !g_ascii_strcasecmp(a->email, b->email))
    return TRUE;
  /* The same full name from another address: people change employers between v1 and v2. */
  return a->name && b->name && strchr(a->name, ' ') && !strcmp(a->name, b->name);
}

static gboolean has_same_author(const LbPosting *a, const LbPosting *b) {
  return is_same_person(&a->first->author, &b->first->author) ||
         is_same_person(&a->first->sender, &b->first->sender) ||
         is_same_person(&a->first->author, &b->first->sender) ||
         is_same_person(&a->first->sender, &b->first->author);
}

/* Only backwards in date and not upwards in version; an RFC comes before what is none, likes after likes. */
static gboolean may_precede(const LbPosting *before, const LbPosting *posting) {
  if (before == posting || before->rerolls || before->is_stable != posting->is_stable ||
      before->is_pull != posting->is_pull || before->date > posting->date)
    return FALSE;
  if (before->first->parsed.rfc && !posting->first->parsed.rfc)
    return TRUE;
  if (before->version != posting->version)
    return before->version < posting->version;
  if (!before->first->parsed.rfc && posting->first->parsed.rfc)
    return FALSE;
  return posting->first->parsed.resend || posting->repost != NULL;
}

/* Nearer is what has the higher version, then the later date, then the smaller id.  Numbers begin anew after an RFC,
 * or they don't (v12, RFC v13, v14): of an RFC and what is none the later one is nearer, but not the RFC of a number
 * that the other has, too. */
static gboolean is_nearer(const LbPosting *one, const LbPosting *other) {
  gboolean one_rfc = one->first->parsed.rfc, other_rfc = other->first->parsed.rfc;
  if (one_rfc != other_rfc && one->version == other->version)
    return other_rfc;
  if (one_rfc == other_rfc && one->version != other->version)
    return one->version > other->version;
  if (one->date != other->date)
    return one->date > other->date;
  return strcmp(one->first->msgid, other->first->msgid) < 0;
}

typedef gboolean (*AcceptFunc)(const LbPosting *before, const LbPosting *posting);
static const LbPosting *find_nearest(const GPtrArray *bucket, const LbPosting *posting, AcceptFunc accept) {
  const LbPosting *found = NULL;
  for (guint i = 0; bucket && i < bucket->len; i++) {
    const LbPosting *before = g_ptr_array_index(bucket, i);
    if (may_precede(before, posting) && (!accept || accept(before, posting)) && (!found || is_nearer(before, found)))
      found = before;
  }
  return found;
}

static const LbPosting *find_by_change_id(const Index *index, const LbPosting *posting) {
  const LbPosting *found = NULL;
  for (guint i = 0; i < count_mails(posting) && !found; i++) {
    const char *id = get_mail(posting, i)->change_id;
    if (id)
      found = find_nearest(g_hash_table_lookup(index->by_change_id, id), posting, NULL);
  }
  return found;
}

static void collect_titles(const LbMail *mail, gpointer data) {
  g_hash_table_add(data, lb_text_fold(mail->parsed.title));
}

static guint count_shared(const LbPosting *a, const LbPosting *b) {
  g_autoptr(GHashTable) titles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint n = 0;
  foreach_mail(a, collect_titles, titles);
  for (guint i = 0; i < b->patches->len; i++) {
    g_autofree char *title = lb_text_fold(((const LbMail *)g_ptr_array_index(b->patches, i))->parsed.title);
    n += g_hash_table_contains(titles, title);
  }
  return n;
}

/* A bare URL proves something only with more in common. */
static gboolean supports_plain_link(const LbPosting *before, const LbPosting *posting) {
  const LbMail *one = before->first, *other = posting->first;
  g_autofree char *a = lb_text_fold(one->parsed.title), *b = lb_text_fold(other->parsed.title);
  if (!strcmp(a, b) || (one->change_id && other->change_id && !strcmp(one->change_id, other->change_id)))
    return TRUE;
  return has_same_author(before, posting) && count_shared(before, posting) > 0;
}

static const LbPosting *find_by_link(const Index *index, const LbPosting *posting, const char **evidence) {
  const LbPosting *found = NULL;
  for (guint i = 0; i < count_mails(posting); i++)
    for (const LbLink *link = get_mail(posting, i)->links; link && link->msgid; link++) {
      const LbPosting *before =
          link->kind == LB_LINK_DEPENDENCY ? NULL : g_hash_table_lookup(index->by_msgid, link->msgid);
      if (!before || !may_precede(before, posting) || (found && !is_nearer(before, found)))
        continue;
      if (link->kind == LB_LINK_PLAIN && !supports_plain_link(before, posting))
        continue;
      found = before;
      *evidence = link->msgid;
    }
  return found;
}

static const LbPosting *find_by_title(const Index *index, const LbPosting *posting) {
  g_autofree char *title = lb_text_fold(posting->first->parsed.title);
  return find_nearest(g_hash_table_lookup(index->by_title, title), posting, has_same_author);
}

/* A first version that shares the lesser part with an older series was cut out of it or builds on it; from v2 on
 * there must be a predecessor, and one shared patch shows which. */
static gboolean is_enough(guint n_shared, const LbPosting *before, const LbPosting *posting) {
  if (posting->version > 1 || before->first->parsed.rfc)
    return n_shared > 0;
  return 2 * n_shared >= MAX(before->patches->len, posting->patches->len);
}

static const LbPosting *find_by_shared_patch(const Index *index, const LbPosting *posting) {
  const LbPosting *found = NULL;
  guint most = 0;
  for (guint i = 0; i < posting->patches->len; i++) {
    g_autofree char *title = lb_text_fold(((const LbMail *)g_ptr_array_index(posting->patches, i))->parsed.title);
    const LbPosting *before =
        find_nearest(g_hash_table_lookup(index->by_patch_title, title), posting, has_same_author);
    /* A cover that became a single patch, and the reverse, share a title, too. */
    if (!before)
      before = find_nearest(g_hash_table_lookup(index->by_title, title), posting, has_same_author);
    if (!before || before == found)
      continue;
    guint n = count_shared(before, posting);
    if (is_enough(n, before, posting) && (n > most || (n == most && is_nearer(before, found)))) {
      found = before;
      most = n;
    }
  }
  return found;
}

static const LbPosting *find_by_thread(const Index *index, const LbPosting *posting) {
  const LbMail *above = lb_replies_find_parent(index->replies, posting->first);
  if (posting->version < 2)
    return NULL;
  for (; above; above = lb_replies_find_parent(index->replies, above)) {
    const LbPosting *before = g_hash_table_lookup(index->collection->by_mail, above);
    if (before && may_precede(before, posting) && has_same_author(before, posting))
      return before;
  }
  return NULL;
}

static void link_posting(const Index *index, LbRevision *revision) {
  const LbPosting *posting = revision->posting;
  revision->evidence = NULL;
  if (posting->rerolls) {
    revision->before = posting->rerolls;
    revision->rule = LB_RULE_REROLL;
  } else if ((revision->before = find_by_change_id(index, posting)))
    revision->rule = LB_RULE_CHANGE_ID;
  else if ((revision->before = find_by_link(index, posting, &revision->evidence)))
    revision->rule = LB_RULE_URL;
  else if ((revision->before = posting->repost))
    revision->rule = LB_RULE_REPOST;
  else if ((revision->before = find_by_title(index, posting)))
    revision->rule = LB_RULE_TITLE;
  else if ((revision->before = find_by_shared_patch(index, posting)))
    revision->rule = LB_RULE_SHARED_PATCH;
  else if ((revision->before = find_by_thread(index, posting)))
    revision->rule = LB_RULE_THREAD;
  if (revision->before && !revision->evidence)
    revision->evidence = revision->before->first->msgid;
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

/* RESENDs and partial rerolls don't move a line of work on by themselves, but a resend is its newest posting. */
static void find_newest(LbWork *work) {
  for (guint i = 0; i < work->revisions->len; i++) {
    const LbRevision *revision = g_ptr_array_index(work->revisions, i);
    if (!work->newest || (!revision->posting->rerolls && is_nearer(revision->posting, work->newest->posting)) ||
        (work->newest->posting->rerolls && !revision->posting->rerolls))
      work->newest = revision;
  }
}

LbWorks *lb_works_build(const LbCollection *collection, const LbReplies *replies, gint64 until) {
  LbWorks *works = g_new0(LbWorks, 1);
  g_autoptr(GHashTable) by_change_id = index_table_new(), by_title = index_table_new();
  g_autoptr(GHashTable) by_patch_title = index_table_new();
  g_autoptr(GHashTable) by_msgid = g_hash_table_new(g_str_hash, g_str_equal);
  Index index = {collection, replies, by_change_id, by_title, by_patch_title, by_msgid};
  works->works = g_ptr_array_new_with_free_func(work_free);
  works->by_posting = g_hash_table_new(NULL, NULL);
  /* By date: whatever precedes a posting is in the index when it comes, and in a line of work. */
  for (guint i = 0; i < collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(collection->postings, i);
    if (until != LB_TIME_UNKNOWN && posting->date >= until)
      continue;
    LbRevision *revision = g_new0(LbRevision, 1);
    revision->posting = posting;
    link_posting(&index, revision);
    const LbRevision *before =
        revision->before ? g_hash_table_lookup(works->by_posting, revision->before) : NULL;
    if (!before) {
      revision->before = NULL;
      revision->rule = LB_RULE_NONE;
      revision->evidence = NULL;
    }
    LbWork *work = before ? (LbWork *)before->work : work_new(works);
    revision->work = work;
    g_ptr_array_add(work->revisions, revision);
    g_hash_table_insert(works->by_posting, (gpointer)revision->posting, revision);
    index_posting(&index, revision->posting);
  }
  for (guint i = 0; i < works->works->len; i++)
    find_newest(g_ptr_array_index(works->works, i));
  return works;
}

void lb_works_free(LbWorks *works) {
  if (!works)
    return;
  g_hash_table_unref(works->by_posting);
  g_ptr_array_unref(works->works);
  g_free(works);
}

const LbRevision *lb_works_find(const LbWorks *works, const LbPosting *posting) {
  return g_hash_table_lookup(works->by_posting, posting);
}

static gboolean has_same_id(const LbMail *a, const LbMail *b) {
  return a->diff && b->diff && a->diff->has_id && b->diff->has_id && !memcmp(a->diff->id, b->diff->id, 20);
}

static gboolean has_same_title(const LbMail *a, const LbMail *b) {
  g_autofree char *one = lb_text_fold(a->parsed.title), *other = lb_text_fold(b->parsed.title);
  return !strcmp(one, other);
}

typedef gboolean (*PairFunc)(const LbMail *a, const LbMail *b);
static void pair(GPtrArray *before, GPtrArray *now, PairFunc fits, GArray *pairs) {
  for (guint i = 0; i < now->len; i++) {
    const LbMail *mail = g_ptr_array_index(now, i);
    for (guint k = 0; mail && k < before->len; k++) {
      const LbMail *old = g_ptr_array_index(before, k);
      if (!old || !fits(old, mail))
        continue;
      LbChange change = {has_same_id(old, mail) ? LB_CHANGE_SAME : LB_CHANGE_CHANGED, old, mail};
      g_array_append_val(pairs, change);
      g_ptr_array_index(before, k) = g_ptr_array_index(now, i) = NULL;
      break;
    }
  }
}

static gint compare_changes(gconstpointer a, gconstpointer b) {
  const LbChange *one = a, *other = b;
  const LbMail *x = one->now ? one->now : one->before, *y = other->now ? other->now : other->before;
  if ((one->now == NULL) != (other->now == NULL))
    return one->now ? -1 : 1;
  return x->parsed.index != y->parsed.index ? (x->parsed.index < y->parsed.index ? -1 : 1)
                                            : strcmp(x->msgid, y->msgid);
}

GArray *lb_revision_build_changes(const LbRevision *revision) {
  GArray *changes = g_array_new(FALSE, FALSE, sizeof(LbChange));
  g_autoptr(GPtrArray) before = g_ptr_array_new(), now = g_ptr_array_new();
  for (guint i = 0; revision->before && i < revision->before->patches->len; i++)
    g_ptr_array_add(before, g_ptr_array_index(revision->before->patches, i));
  for (guint i = 0; i < revision->posting->patches->len; i++)
    g_ptr_array_add(now, g_ptr_array_index(revision->posting->patches, i));
  pair(before, now, has_same_id, changes);
  pair(before, now, has_same_title, changes);
  for (guint i = 0; i < now->len; i++) {
    LbChange change = {LB_CHANGE_NEW, NULL, g_ptr_array_index(now, i)};
    if (change.now)
      g_array_append_val(changes, change);
  }
  /* A partial reroll drops nothing. */
  for (guint i = 0; i < before->len && revision->rule != LB_RULE_REROLL; i++) {
    LbChange change = {LB_CHANGE_DROPPED, g_ptr_array_index(before, i), NULL};
    if (change.before)
      g_array_append_val(changes, change);
  }
  g_array_sort(changes, compare_changes);
  return changes;
}
