/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups of several threads that are one posting: sent without threading, or the rest of a failed send. */
#include <stdlib.h>

#include "series/group.h"

#define MAX_OPEN 8
/* The rest of a failed send comes when its sender has noticed: if it fills exactly what is missing, it may
 * come later than what goes out in one run. */
#define REST_WINDOW (3 * 24 * 60 * 60)

/* The latest groups of one stem, or of one sender, total and prefix. */
typedef struct {
  guint keys[4];
  LbGroup *open[MAX_OPEN];
  guint n_opened;
} Bucket;

static guint hash_bucket(gconstpointer key) {
  const Bucket *bucket = key;
  guint hash = 5381;

  for (guint i = 0; i < G_N_ELEMENTS(bucket->keys); i++)
    hash = hash * 2654435761u + bucket->keys[i];
  return hash;
}

static gboolean equal_buckets(gconstpointer a, gconstpointer b) {
  const Bucket *x = a, *y = b;

  return x->keys[0] == y->keys[0] && x->keys[1] == y->keys[1] && x->keys[2] == y->keys[2] &&
         x->keys[3] == y->keys[3];
}

static GHashTable *new_buckets(void) {
  return g_hash_table_new_full(hash_bucket, equal_buckets, g_free, NULL);
}

static Bucket *get_bucket(GHashTable *buckets, guint a, guint b, guint c, guint d) {
  Bucket key = {.keys = {a, b, c, d}};
  Bucket *bucket = g_hash_table_lookup(buckets, &key);

  if (!bucket) {
    bucket = g_memdup2(&key, sizeof key);
    g_hash_table_add(buckets, bucket);
  }
  return bucket;
}

static gboolean fits_stem(const LbGroup *a, const LbGroup *b) {
  return a != b && a->total == b->total && lb_group_versions_fit(a, b) && lb_group_is_disjoint(a, b);
}

/* Where the ids show that they don't answer the same, they are of two postings.  Two absent mails show
 * nothing: a send of hundreds goes out in batches, each under a first mail of its own. */
static gboolean answers_contradict(const LbGroup *a, const LbGroup *b) {
  if (a->outer != LB_NO_MAIL && b->outer != LB_NO_MAIL)
    return a->outer != b->outer && (a->outer_is_here || b->outer_is_here);
  return (a->outer != LB_NO_MAIL && b->has_inner_links) || (b->outer != LB_NO_MAIL && a->has_inner_links);
}

static gboolean is_rest(const LbGroup *a, const LbGroup *b) {
  guint inside = 0;

  for (guint i = 0; i < a->n_slots; i++)
    inside += a->slots[i] <= a->total;
  for (guint i = 0; i < b->n_slots; i++)
    inside += b->slots[i] <= b->total;
  return a->n_slots > 0 && b->n_slots > 0 && (int)inside == a->total &&
         lb_group_distance(a, b) <= REST_WINDOW;
}

static gboolean fits_time(const LbGroup *open, const LbGroup *group) {
  return fits_stem(open, group) && !answers_contradict(open, group) &&
         (lb_group_distance(open, group) <= LB_GROUP_WINDOW || is_rest(open, group));
}

/* group joins the nearest open one that fits, or is opened itself. */
static void join_or_open(Bucket *bucket, LbGroup *group,
                         gboolean (*fits_open)(const LbGroup *, const LbGroup *)) {
  guint n = MIN(bucket->n_opened, MAX_OPEN), best = MAX_OPEN;

  for (guint i = 0; i < n; i++) {
    while (bucket->open[i]->is_gone)
      bucket->open[i] = bucket->open[i]->into;
    if (bucket->open[i] == group)
      return;
    if (fits_open(bucket->open[i], group) &&
        (best == MAX_OPEN ||
         lb_group_distance(bucket->open[i], group) < lb_group_distance(bucket->open[best], group)))
      best = i;
  }
  if (best < MAX_OPEN)
    bucket->open[best] = lb_group_merge(bucket->open[best], group);
  else
    bucket->open[bucket->n_opened++ % MAX_OPEN] = group;
}

static void merge_stems(LbGroups *groups) {
  g_autoptr(GHashTable) buckets = new_buckets();

  for (guint i = 0; i < groups->n_members; i++) {
    LbMember *member = groups->members + i;

    if (member->stem)
      join_or_open(get_bucket(buckets, member->stem, 0, 0, 0), member->group, fits_stem);
  }
}

static void note_links(const LbGroups *groups, LbGroup *group) {
  for (const LbMember *member = group->members; member; member = member->next) {
    const LbMember *answered =
        member->answered < groups->n_places ? groups->by_place[member->answered] : NULL;

    if (member->answered == LB_NO_MAIL)
      continue;
    if (answered && answered->group == group)
      group->has_inner_links = TRUE;
    else
      group->outer = MIN(group->outer, member->answered);
    group->outer_is_here = group->outer < groups->n_places;
  }
}

static int compare_groups(gconstpointer a, gconstpointer b) {
  const LbGroup *x = *(LbGroup *const *)a, *y = *(LbGroup *const *)b;

  return (x->earliest->rank > y->earliest->rank) - (x->earliest->rank < y->earliest->rank);
}

static void merge_times(LbGroups *groups) {
  g_autoptr(GHashTable) buckets = new_buckets();
  g_autoptr(GPtrArray) order = g_ptr_array_new();

  for (guint i = 0; i < groups->groups->len; i++) {
    LbGroup *group = g_ptr_array_index(groups->groups, i);

    if (group->is_gone || !group->earliest->sender || (!group->cover && !group->earliest->is_numbered) ||
        (group->cover && lb_group_is_complete(group)))
      continue;
    note_links(groups, group);
    g_ptr_array_add(order, group);
  }
  g_ptr_array_sort(order, compare_groups);
  for (guint i = 0; i < order->len; i++) {
    LbGroup *group = g_ptr_array_index(order, i);
    const LbMember *first = group->earliest;

    join_or_open(get_bucket(buckets, first->sender, first->prefix, (guint)group->total, (guint)group->reroll),
                 group, fits_time);
  }
}

void lb_groups_merge(LbGroups *groups) {
  merge_stems(groups);
  merge_times(groups);
}
