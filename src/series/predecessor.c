/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/predecessor.h"
#include <string.h>
#include "base/hash.h"
#include "series/numbers.h"

typedef struct {
  const LbPosting *posting;
  LbWho author, sender;
  guint title;            /* number of the cover's, else the lowest patch's */
  guint *patch_titles;    /* by patch */
  guint stamp, n_shared;  /* while shared patches are counted: the last one counted, and how many */
  const LbPosting *counted_for;
} Entry;

/* Tables: a number or a string -> GPtrArray of Entry, oldest first. */
struct LbPredecessors {
  const LbCollection *collection;
  const LbReplies *replies;
  LbPeople *people;
  LbNumbers *titles;
  GPtrArray *entries;      /* owned */
  GHashTable *by_posting;  /* const LbPosting -> Entry */
  GHashTable *by_change_id, *by_title, *by_patch_title;
  GHashTable *by_msgid;    /* of covers and patches -> Entry */
};

/* A title that many postings bear says little, and whoever wants to could make its bucket grow without end: only the
 * newest are kept, by date, whatever the order of arrival was. */
#define BUCKET_MAX 64
/* Postings above one in its thread that are looked at. */
#define ABOVE_MAX 64

static void entry_free(gpointer data) {
  Entry *entry = data;
  g_free(entry->patch_titles);
  g_free(entry);
}

static GHashTable *table_new(GHashFunc hash, GEqualFunc equal) {
  return g_hash_table_new_full(hash, equal, NULL, (GDestroyNotify)g_ptr_array_unref);
}

LbPredecessors *lb_predecessors_new(const LbCollection *collection, const LbReplies *replies, LbPeople *people) {
  LbPredecessors *predecessors = g_new0(LbPredecessors, 1);
  predecessors->collection = collection;
  predecessors->replies = replies;
  predecessors->people = people;
  predecessors->titles = lb_numbers_new();
  predecessors->entries = g_ptr_array_new_with_free_func(entry_free);
  predecessors->by_posting = g_hash_table_new(NULL, NULL);
  predecessors->by_change_id = table_new(lb_hash_string, g_str_equal);
  predecessors->by_title = table_new(NULL, NULL);
  predecessors->by_patch_title = table_new(NULL, NULL);
  predecessors->by_msgid = g_hash_table_new(lb_hash_string, g_str_equal);
  return predecessors;
}

void lb_predecessors_free(LbPredecessors *predecessors) {
  if (!predecessors)
    return;
  g_hash_table_unref(predecessors->by_change_id);
  g_hash_table_unref(predecessors->by_title);
  g_hash_table_unref(predecessors->by_patch_title);
  g_hash_table_unref(predecessors->by_msgid);
  g_hash_table_unref(predecessors->by_posting);
  g_ptr_array_unref(predecessors->entries);
  lb_numbers_free(predecessors->titles);
  g_free(predecessors);
}

static const LbMail *get_patch(const LbPosting *posting, guint i) {
  return g_ptr_array_index(posting->patches, i);
}

/* Cover and patches, from 0 on; NULL behind the last. */
static const LbMail *get_mail(const LbPosting *posting, guint i) {
  if (posting->cover && i == 0)
    return posting->cover;
  i -= posting->cover != NULL;
  return i < posting->patches->len ? get_patch(posting, i) : NULL;
}

/* Stable and pull postings have neighbours of their like alone. */
static gpointer make_key(const LbPosting *posting, guint title) {
  return GUINT_TO_POINTER(title << 2 | (guint)posting->is_stable << 1 | (guint)posting->is_pull);
}

static void add_to(GHashTable *table, gconstpointer key, Entry *entry) {
  GPtrArray *bucket = g_hash_table_lookup(table, key);
  if (!bucket) {
    bucket = g_ptr_array_new();
    g_hash_table_insert(table, (gpointer)key, bucket);
  } else if (g_ptr_array_index(bucket, bucket->len - 1) == entry)
    return;
  if (bucket->len == BUCKET_MAX)
    g_ptr_array_remove_index(bucket, 0);
  g_ptr_array_add(bucket, entry);
}

static Entry *entry_new(LbPredecessors *predecessors, const LbPosting *posting) {
  Entry *entry = g_new0(Entry, 1);
  entry->posting = posting;
  entry->author = lb_people_get(predecessors->people, posting->first->author);
  entry->sender = lb_people_get(predecessors->people, posting->first->sender);
  entry->title = lb_numbers_get_title(predecessors->titles, posting->first->parsed.title);
  entry->patch_titles = g_new(guint, posting->patches->len);
  for (guint i = 0; i < posting->patches->len; i++)
    entry->patch_titles[i] = lb_numbers_get_title(predecessors->titles, get_patch(posting, i)->parsed.title);
  g_ptr_array_add(predecessors->entries, entry);
  return entry;
}

static void add_entry(LbPredecessors *predecessors, Entry *entry) {
  const LbMail *mail;
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++) {
    if (mail->change_id)
      add_to(predecessors->by_change_id, mail->change_id, entry);
    g_hash_table_insert(predecessors->by_msgid, (gpointer)mail->msgid, entry);
  }
  if (entry->title)
    add_to(predecessors->by_title, make_key(entry->posting, entry->title), entry);
  for (guint i = 0; i < entry->posting->patches->len; i++)
    if (entry->patch_titles[i])
      add_to(predecessors->by_patch_title, make_key(entry->posting, entry->patch_titles[i]), entry);
  g_hash_table_insert(predecessors->by_posting, (gpointer)entry->posting, entry);
}

/* The cover's author, else that of the lowest patch, and whoever sent it. */
static gboolean has_same_author(const Entry *a, const Entry *b) {
  return lb_people_is_same(a->author, b->author) || lb_people_is_same(a->sender, b->sender) ||
         lb_people_is_same(a->author, b->sender) || lb_people_is_same(a->sender, b->author);
}

/* Only backwards in date and not upwards in version; an RFC of any version comes before what is none. */
static gboolean may_precede(const Entry *before, const Entry *entry) {
  const LbPosting *one = before->posting, *other = entry->posting;
  if (before == entry || one->rerolls || one->is_stable != other->is_stable || one->is_pull != other->is_pull ||
      one->date > other->date)
    return FALSE;
  if (one->first->parsed.rfc != other->first->parsed.rfc)
    return one->first->parsed.rfc || one->version < other->version;
  return one->version <= other->version;
}

gboolean lb_predecessors_is_nearer(const LbPosting *one, const LbPosting *other) {
  if (one->first->parsed.rfc != other->first->parsed.rfc)
    return other->first->parsed.rfc;
  if (one->version != other->version)
    return one->version > other->version;
  if (one->date != other->date)
    return one->date > other->date;
  return strcmp(one->first->msgid, other->first->msgid) < 0;
}

/* found may be NULL. */
static gboolean is_nearer(const Entry *one, const Entry *found) {
  return !found || lb_predecessors_is_nearer(one->posting, found->posting);
}

static Entry *find_by_change_id(const LbPredecessors *predecessors, const Entry *entry) {
  const LbMail *mail;
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++) {
    const GPtrArray *bucket =
        mail->change_id ? g_hash_table_lookup(predecessors->by_change_id, mail->change_id) : NULL;
    Entry *found = NULL;
    for (guint k = 0; bucket && k < bucket->len; k++)
      if (may_precede(g_ptr_array_index(bucket, k), entry) && is_nearer(g_ptr_array_index(bucket, k), found))
        found = g_ptr_array_index(bucket, k);
    if (found)
      return found;
  }
  return NULL;
}

static void count_shared(Entry *before, const Entry *entry, guint stamp) {
  if (before->counted_for != entry->posting) {
    before->counted_for = entry->posting;
    before->stamp = before->n_shared = 0;
  }
  /* Two patches of one title are one. */
  if (before->stamp != stamp)
    before->n_shared++;
  before->stamp = stamp;
}

/* Counts, in all earlier postings, the titles shared with the patches of this one. */
static GPtrArray *collect_shared(const LbPredecessors *predecessors, const Entry *entry) {
  GPtrArray *shared = g_ptr_array_new();
  /* A cover that became a single patch, and the reverse, share a title, too. */
  GHashTable *const tables[] = {predecessors->by_patch_title, predecessors->by_title};
  for (guint i = 0; i < entry->posting->patches->len; i++)
    for (guint t = 0; t < G_N_ELEMENTS(tables) && entry->patch_titles[i]; t++) {
      const GPtrArray *bucket = g_hash_table_lookup(tables[t], make_key(entry->posting, entry->patch_titles[i]));
      for (guint k = 0; bucket && k < bucket->len; k++) {
        Entry *before = g_ptr_array_index(bucket, k);
        if (before->counted_for != entry->posting)
          g_ptr_array_add(shared, before);
        count_shared(before, entry, i + 1);
      }
    }
  return shared;
}

/* A bare URL proves something only with more in common. */
static gboolean supports_plain_link(const Entry *before, const Entry *entry) {
  const char *one = before->posting->first->change_id, *other = entry->posting->first->change_id;
  if ((before->title && before->title == entry->title) || (one && other && !strcmp(one, other)))
    return TRUE;
  return has_same_author(before, entry) && before->counted_for == entry->posting;
}

static Entry *find_by_link(const LbPredecessors *predecessors, const Entry *entry, const char **evidence) {
  Entry *found = NULL;
  const LbMail *mail;
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++)
    for (const LbLink *link = mail->links; link && link->msgid; link++) {
      Entry *before =
          link->kind == LB_LINK_DEPENDENCY ? NULL : g_hash_table_lookup(predecessors->by_msgid, link->msgid);
      if (!before || !may_precede(before, entry) || !is_nearer(before, found) ||
          (link->kind == LB_LINK_PLAIN && !supports_plain_link(before, entry)))
        continue;
      found = before;
      *evidence = link->msgid;
    }
  return found;
}

static Entry *find_by_title(const LbPredecessors *predecessors, const Entry *entry) {
  const GPtrArray *bucket =
      entry->title ? g_hash_table_lookup(predecessors->by_title, make_key(entry->posting, entry->title)) : NULL;
  Entry *found = NULL;
  for (guint i = 0; bucket && i < bucket->len; i++) {
    Entry *before = g_ptr_array_index(bucket, i);
    if (is_nearer(before, found) && may_precede(before, entry) && has_same_author(before, entry))
      found = before;
  }
  return found;
}

/* From v2 on there must be a predecessor, and one shared patch shows which.  A first version that shares the lesser
 * part with another was cut out of it or builds on it. */
static gboolean is_enough(const Entry *before, const Entry *entry) {
  if (entry->posting->version > before->posting->version || before->posting->first->parsed.rfc)
    return TRUE;
  return 2 * before->n_shared >= MAX(before->posting->patches->len, entry->posting->patches->len);
}

static Entry *find_by_shared_patch(const GPtrArray *shared, const Entry *entry) {
  Entry *found = NULL;
  for (guint i = 0; i < shared->len; i++) {
    Entry *before = g_ptr_array_index(shared, i);
    if (may_precede(before, entry) && has_same_author(before, entry) && is_enough(before, entry) &&
        (!found || before->n_shared > found->n_shared ||
         (before->n_shared == found->n_shared && is_nearer(before, found))))
      found = before;
  }
  return found;
}

static Entry *find_by_thread(const LbPredecessors *predecessors, const Entry *entry) {
  const LbMail *above = entry->posting->first;
  if (entry->posting->version < 2)
    return NULL;
  for (int i = 0; i < ABOVE_MAX && (above = lb_replies_find_parent(predecessors->replies, above)); i++) {
    above = lb_replies_find_posted(predecessors->replies, above);
    Entry *before = above ? g_hash_table_lookup(predecessors->by_msgid, above->msgid) : NULL;
    if (!above)
      break;
    if (before && may_precede(before, entry) && has_same_author(before, entry))
      return before;
  }
  return NULL;
}

void lb_predecessors_link(LbPredecessors *predecessors, LbRevision *revision) {
  const LbPosting *posting = revision->posting;
  Entry *entry = entry_new(predecessors, posting), *before = NULL;
  g_autoptr(GPtrArray) shared = collect_shared(predecessors, entry);
  if (posting->rerolls && (before = g_hash_table_lookup(predecessors->by_posting, posting->rerolls)))
    revision->rule = LB_RULE_REROLL;
  else if ((before = find_by_change_id(predecessors, entry)))
    revision->rule = LB_RULE_CHANGE_ID;
  else if ((before = find_by_link(predecessors, entry, &revision->evidence)))
    revision->rule = LB_RULE_URL;
  else if (posting->repost && (before = g_hash_table_lookup(predecessors->by_posting, posting->repost)))
    revision->rule = LB_RULE_REPOST;
  else if ((before = find_by_title(predecessors, entry)))
    revision->rule = LB_RULE_TITLE;
  else if ((before = find_by_shared_patch(shared, entry)))
    revision->rule = LB_RULE_SHARED_PATCH;
  else if ((before = find_by_thread(predecessors, entry)))
    revision->rule = LB_RULE_THREAD;
  revision->before = before ? before->posting : NULL;
  if (before && !revision->evidence)
    revision->evidence = before->posting->first->msgid;
  add_entry(predecessors, entry);
}
