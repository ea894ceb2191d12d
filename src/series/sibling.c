/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups inside one thread: who stands under whose cover, who is whose sibling. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/slots.h"
#include "series/group.h"

/* Ancestors looked at before giving up, and groups of one version and total kept open in a thread: real
 * threads need a handful; a hostile one may have 100,000 patches of one number. */
#define MAX_CLIMB 64
#define MAX_OPEN 8
/* How far a patch may be from a cover that takes its version from it, or a cover from patches that it doesn't
 * head. */
#define LOOSE_WINDOW (24 * 60 * 60)

typedef struct {
  guint thread;
  int version, total, reroll;
  LbGroup *open[MAX_OPEN]; /* a ring: the latest ones */
  guint n_opened;
} Bucket;

static guint hash_bucket(gconstpointer key) {
  const Bucket *bucket = key;

  return bucket->thread * 2654435761u ^ ((guint)bucket->version << 20) ^ ((guint)bucket->total << 6) ^
         (guint)bucket->reroll;
}

static gboolean equal_buckets(gconstpointer a, gconstpointer b) {
  const Bucket *x = a, *y = b;

  return x->thread == y->thread && x->version == y->version && x->total == y->total && x->reroll == y->reroll;
}

static Bucket *get_bucket(GHashTable *buckets, guint thread, int version, int total, int reroll) {
  Bucket key = {.thread = thread, .version = version, .total = total, .reroll = reroll};
  Bucket *bucket = g_hash_table_lookup(buckets, &key);

  if (!bucket) {
    bucket = g_memdup2(&key, sizeof key);
    g_hash_table_add(buckets, bucket);
  }
  return bucket;
}

static void open_group(GHashTable *buckets, LbGroups *groups, LbMember *member) {
  LbGroup *group = lb_group_new(groups, member);
  Bucket *bucket = get_bucket(buckets, member->thread, member->version, member->total, member->reroll);

  bucket->open[bucket->n_opened++ % MAX_OPEN] = group;
}

static gboolean is_near(const LbGroup *group, const LbMember *member) {
  return lb_group_distance_to(group, member) <= LOOSE_WINDOW ||
         (member->stem && group->earliest->stem == member->stem);
}

/* Whether member is a patch of the posting that this group's cover opens.  Versions are inherited both ways;
 * a cover takes one from its patches only while it has none of its own, and only at the time it was sent: a
 * v2 may well be sent under a v1 cover whose own patches the archive lacks. */
static gboolean fits_cover(const LbGroup *group, const LbMember *member) {
  if (lb_group_has_slot(group, member->index) || group->reroll != member->reroll ||
      (group->total != member->total && group->total != LB_NO_NUMBER))
    return FALSE;
  if (!member->is_numbered && (group->cover->total != 1 || group->cover->sender != member->sender))
    return FALSE;
  if (group->version == member->version)
    return TRUE;
  if (!member->has_version)
    return group->cover->has_version;
  return !group->has_version && group->n_patches == 0 && is_near(group, member);
}

static gboolean join_cover(LbMember *member) {
  guint climbed = 0;

  for (LbMember *cover = member->cover_above; cover && climbed < MAX_CLIMB;
       cover = cover->cover_above, climbed++) {
    /* "[PATCH]" without a number may be the one patch of the 0/1 that it answers, and of nothing further
     * away. */
    if (!member->is_numbered && cover != member->above)
      return FALSE;
    if (cover->group->cover == cover && fits_cover(cover->group, member)) {
      lb_group_add(cover->group, member);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean fits_siblings(const LbGroup *group, const LbMember *member) {
  return group->version == member->version && group->total == member->total &&
         group->reroll == member->reroll && !lb_group_has_slot(group, member->index);
}

static gboolean join_sibling_above(LbMember *member) {
  guint climbed = 0;

  for (LbMember *above = member->above; above && climbed < MAX_CLIMB; above = above->above, climbed++) {
    if (above->group && fits_siblings(above->group, member)) {
      lb_group_add(above->group, member);
      return TRUE;
    }
  }
  return FALSE;
}

/* Patches in a thread that answer one mail, be it there or not, or come from one sender.  Numbers that the
 * thread has seen already are sent again for one reason at a time: "26/35" anew, and a week later "24/35"
 * anew, are two. */
static gboolean is_related(const LbGroup *group, const LbMember *member, gboolean is_again) {
  if (member->answered != LB_NO_MAIL && group->earliest->answered == member->answered)
    return TRUE;
  return member->sender && group->earliest->sender == member->sender && (!is_again || is_near(group, member));
}

static gboolean join_open_group(GHashTable *buckets, LbMember *member, gboolean is_again) {
  Bucket *bucket = get_bucket(buckets, member->thread, member->version, member->total, member->reroll);
  guint n = MIN(bucket->n_opened, MAX_OPEN);
  LbGroup *best = NULL;

  for (guint i = 0; i < n; i++) {
    LbGroup *group = bucket->open[i];

    if (fits_siblings(group, member) && is_related(group, member, is_again) &&
        (!best || lb_group_distance_to(group, member) < lb_group_distance_to(best, member)))
      best = group;
  }
  if (best)
    lb_group_add(best, member);
  return best != NULL;
}

/* All of it but the thread is the sender's choice. */
static guint hash_number(const LbMember *member) {
  const guint32 words[] = {member->thread, (guint)member->version, (guint)member->total, (guint)member->index,
                           (guint)member->reroll};

  return (guint)lb_hash_bytes((const char *)words, sizeof words);
}

static gboolean has_numbers(guint32 number, gconstpointer wanted, gconstpointer members) {
  const LbMember *x = (const LbMember *)members + number - 1, *y = wanted;

  return x->thread == y->thread && x->version == y->version && x->total == y->total && x->index == y->index &&
         x->reroll == y->reroll;
}

/* Numbers that threads have seen, as one of the members that bear them.  FALSE: they were there. */
static gboolean add_numbers(LbSlots *numbers, const LbGroups *groups, const LbMember *member) {
  guint hash = hash_number(member);
  LbSlot *slot = lb_slots_find(numbers, hash, has_numbers, member, groups->members);

  if (slot->number)
    return FALSE;
  lb_slots_take(numbers, slot, hash, (guint32)(member - groups->members) + 1);
  return TRUE;
}

static void place_patch(GHashTable *buckets, LbSlots *numbers, LbGroups *groups, LbMember *member) {
  gboolean is_again = !add_numbers(numbers, groups, member);

  if (join_cover(member))
    return;
  if (!member->is_numbered) {
    lb_group_new(groups, member);
    return;
  }
  if (!join_sibling_above(member) && !join_open_group(buckets, member, is_again))
    open_group(buckets, groups, member);
}

/* "3/n", "0.5/5", "1-2/5": no index, the thread alone says where it belongs. */
static void place_extra(LbGroups *groups, LbMember *member) {
  const LbMember *above = member->above;

  if (above && (above->group->version == member->version || !member->has_version) &&
      (member->total == LB_NO_NUMBER || member->total == above->group->total))
    lb_group_add(above->group, member);
  else
    lb_group_new(groups, member);
}

/* A cover that answers its own patches, or stands beside them: sent last, or its id was rewritten on the way.
 */
static void join_lone_cover(GHashTable *buckets, LbMember *cover) {
  Bucket *bucket;
  guint n;

  if (cover->group->n_patches > 0 || cover->total == LB_NO_NUMBER)
    return;
  bucket = get_bucket(buckets, cover->thread, cover->version, cover->total, cover->reroll);
  n = MIN(bucket->n_opened, MAX_OPEN);
  for (guint i = 0; i < n; i++) {
    LbGroup *group = bucket->open[i];

    if (!group->is_gone && !group->cover && group->earliest->sender == cover->sender &&
        is_near(group, cover)) {
      lb_group_merge(group, cover->group);
      return;
    }
  }
}

/* "[PATCH 0/2]" that answers "[PATCH v2 2/2]" of its sender: forgotten at first, and its version with it.  A
 * cover that bears another version than what it answers opens a new posting. */
static void join_answered(LbMember *cover) {
  LbGroup *group = cover->above ? cover->above->group : NULL;

  if (group && group != cover->group && cover->group->n_patches == 0 && !cover->has_version &&
      !group->cover && group->total == cover->total && group->reroll == cover->reroll && cover->sender &&
      group->earliest->sender == cover->sender && is_near(group, cover))
    lb_group_merge(group, cover->group);
}

/* A cover and the patches under it that differ in version ("v2 0/3" over "v3 1/3"), though one run sent them.
 */
static gboolean is_one_run(const LbGroup *owner, const LbGroup *group) {
  return owner->cover->stem && owner->cover->stem == group->earliest->stem && owner->total == group->total;
}

/* "0/10" over "n/18": the cover that has no member of its own total takes the largest group of its sender
 * under it. */
static void propose_to_cover(LbGroup *group) {
  const LbMember *cover = group->earliest->cover_above;
  LbGroup *owner = cover ? cover->group : NULL;

  if (!owner || group->cover || owner == group || owner->n_patches > 0 ||
      cover->sender != group->earliest->sender || !cover->sender || !group->earliest->is_numbered)
    return;
  if (!is_one_run(owner, group) && (!lb_group_versions_fit(owner, group) ||
                                    (owner->version != group->version && !is_near(owner, group->earliest))))
    return;
  if (!owner->best || group->n_patches > owner->best->n_patches)
    owner->best = group;
}

static void take_best(LbGroup *owner) {
  gboolean total_differs;

  if (!owner->best || owner->best->is_gone || owner->best->cover)
    return;
  total_differs = owner->total != owner->best->total;
  owner->total = owner->best->total;
  if (owner->best->has_version)
    owner->version = owner->best->version;
  lb_group_merge(owner->best, owner)->total_differs = total_differs;
}

/* Where a member comes in the order of threads, which is compared without a look at the member. */
typedef struct {
  guint thread, depth, rank;
  LbMember *member;
} Place;

static int compare_places(gconstpointer a, gconstpointer b) {
  const Place *x = a, *y = b;

  if (x->thread != y->thread)
    return x->thread < y->thread ? -1 : 1;
  if (x->depth != y->depth)
    return x->depth < y->depth ? -1 : 1;
  return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Whoever is answered comes before those who answer; a later copy of a number comes after the earlier one. */
static LbMember **order_members(const LbGroups *groups) {
  guint n = groups->n_members;
  g_autofree Place *places = g_new(Place, n);
  LbMember **order = g_new(LbMember *, n);

  for (guint i = 0; i < n; i++) {
    LbMember *member = &groups->members[i];
    places[i] = (Place){member->thread, member->depth, member->rank, member};
  }
  if (n > 0)
    qsort(places, n, sizeof *places, compare_places);
  for (guint i = 0; i < n; i++)
    order[i] = places[i].member;
  return order;
}

static void place_patches(GHashTable *buckets, LbGroups *groups, LbMember *const *order) {
  LbSlots numbers;

  lb_slots_init(&numbers);
  lb_slots_reserve(&numbers, groups->n_members);
  for (guint i = 0; i < groups->n_members; i++)
    if (!order[i]->is_cover && order[i]->index != LB_NO_NUMBER)
      place_patch(buckets, &numbers, groups, order[i]);
  lb_slots_clear(&numbers);
}

/* "0/10" over "n/18", once all groups are there. */
static void take_under_covers(LbGroups *groups) {
  guint n = groups->groups->len;

  for (guint i = 0; i < n; i++) {
    LbGroup *group = g_ptr_array_index(groups->groups, i);

    if (!group->is_gone)
      propose_to_cover(group);
  }
  for (guint i = 0; i < n; i++)
    if (!((LbGroup *)g_ptr_array_index(groups->groups, i))->is_gone)
      take_best(g_ptr_array_index(groups->groups, i));
}

void lb_siblings_find(LbGroups *groups) {
  g_autoptr(GHashTable) buckets = g_hash_table_new_full(hash_bucket, equal_buckets, g_free, NULL);
  g_autofree LbMember **order = order_members(groups);
  guint n = groups->n_members;

  for (guint i = 0; i < n; i++)
    if (order[i]->is_cover)
      lb_group_new(groups, order[i]);
  place_patches(buckets, groups, order);
  for (guint i = 0; i < n; i++)
    if (order[i]->is_cover) {
      join_lone_cover(buckets, order[i]);
      join_answered(order[i]);
    }
  take_under_covers(groups);
  for (guint i = 0; i < n; i++)
    if (order[i]->index == LB_NO_NUMBER)
      place_extra(groups, order[i]);
}
