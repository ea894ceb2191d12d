/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/group.h"

#include <string.h>

LbGroup *lb_group_new(LbGroups *groups, LbMember *first) {
  LbGroup *group = g_new0(LbGroup, 1);

  group->version = first->version;
  group->reroll = first->reroll;
  group->total = first->total;
  group->from = group->until = LB_TIME_UNKNOWN;
  group->outer = LB_NO_MAIL;
  g_ptr_array_add(groups->groups, group);
  lb_group_add(group, first);
  return group;
}

void lb_group_free(LbGroup *group) {
  if (!group)
    return;
  g_free(group->slots);
  g_free(group);
}

void lb_group_clear(LbGroup *group) {
  group->cover = group->members = group->earliest = NULL;
  group->n_patches = group->n_slots = 0;
  group->from = group->until = LB_TIME_UNKNOWN;
}

/* Where index is or belongs. */
static guint find_slot(const LbGroup *group, guint16 index) {
  guint low = 0, high = group->n_slots;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (group->slots[middle] < index)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

gboolean lb_group_has_slot(const LbGroup *group, int index) {
  guint place;

  if (index == LB_NO_NUMBER)
    return FALSE;
  if (index == 0)
    return group->cover != NULL;
  place = find_slot(group, (guint16)index);
  return place < group->n_slots && group->slots[place] == index;
}

static void take_slot(LbGroup *group, guint16 index) {
  guint place = find_slot(group, index);

  if (place < group->n_slots && group->slots[place] == index)
    return;
  if (group->n_slots == group->max_slots) {
    group->max_slots = group->max_slots ? 2 * group->max_slots : 4;
    group->slots = g_renew(guint16, group->slots, group->max_slots);
  }
  memmove(group->slots + place + 1, group->slots + place, (group->n_slots - place) * sizeof(guint16));
  group->slots[place] = index;
  group->n_slots++;
}

static void stretch(LbGroup *group, gint64 from, gint64 until) {
  if (from == LB_TIME_UNKNOWN)
    return;
  group->from = group->from == LB_TIME_UNKNOWN ? from : MIN(group->from, from);
  group->until = group->until == LB_TIME_UNKNOWN ? until : MAX(group->until, until);
}

void lb_group_add(LbGroup *group, LbMember *member) {
  member->group = group;
  member->next = group->members;
  group->members = member;
  if (!group->earliest || member->rank < group->earliest->rank)
    group->earliest = member;
  if (member->has_version && !group->has_version) {
    group->has_version = TRUE;
    group->version = member->version;
  }
  if (member->is_cover) {
    group->cover = member;
  } else {
    group->n_patches++;
    if (member->index != LB_NO_NUMBER)
      take_slot(group, (guint16)member->index);
  }
  if (group->total == LB_NO_NUMBER)
    group->total = member->total;
  stretch(group, member->mail->date, member->mail->date);
}

LbGroup *lb_group_merge(LbGroup *a, LbGroup *b) {
  gboolean a_is_larger =
      a->n_patches != b->n_patches ? a->n_patches > b->n_patches : a->earliest->rank < b->earliest->rank;
  LbGroup *group = a_is_larger ? a : b, *from = a_is_larger ? b : a;
  LbMember *last = NULL;

  for (LbMember *member = from->members; member; last = member, member = member->next)
    member->group = group;
  last->next = group->members;
  group->members = g_steal_pointer(&from->members);
  from->is_gone = TRUE;
  from->into = group;
  if (!group->cover)
    group->cover = from->cover;
  if (from->earliest->rank < group->earliest->rank)
    group->earliest = from->earliest;
  if (from->has_version && !group->has_version) {
    group->has_version = TRUE;
    group->version = from->version;
  }
  if (group->total == LB_NO_NUMBER)
    group->total = from->total;
  group->n_patches += from->n_patches;
  group->total_differs |= from->total_differs;
  group->has_inner_links |= from->has_inner_links;
  group->outer = MIN(group->outer, from->outer);
  group->outer_is_here |= from->outer_is_here;
  for (guint i = 0; i < from->n_slots; i++)
    take_slot(group, from->slots[i]);
  stretch(group, from->from, from->until);
  return group;
}

static gint64 span_distance(gint64 from, gint64 until, gint64 from2, gint64 until2) {
  if (from == LB_TIME_UNKNOWN || from2 == LB_TIME_UNKNOWN)
    return G_MAXINT64;
  if (from2 > until)
    return from2 - until;
  return from > until2 ? from - until2 : 0;
}

gint64 lb_group_distance(const LbGroup *a, const LbGroup *b) {
  return span_distance(a->from, a->until, b->from, b->until);
}

gint64 lb_group_distance_to(const LbGroup *group, const LbMember *member) {
  return span_distance(group->from, group->until, member->mail->date, member->mail->date);
}

gboolean lb_group_is_complete(const LbGroup *group) {
  guint inside = group->n_slots;

  while (inside > 0 && group->slots[inside - 1] > group->total)
    inside--;
  return group->total != LB_NO_NUMBER && (int)inside == group->total;
}

gboolean lb_group_versions_fit(const LbGroup *a, const LbGroup *b) {
  const LbGroup *marked = a->has_version ? a : b, *unmarked = a->has_version ? b : a;

  if (a->reroll != b->reroll)
    return FALSE;
  if (a->version == b->version)
    return TRUE;
  if (unmarked->has_version)
    return FALSE;
  return unmarked->cover ? unmarked->n_patches == 0 : marked->cover && marked->cover->has_version;
}

gboolean lb_group_is_disjoint(const LbGroup *a, const LbGroup *b) {
  guint i = 0, j = 0;

  if (a->cover && b->cover)
    return FALSE;
  while (i < a->n_slots && j < b->n_slots) {
    if (a->slots[i] == b->slots[j])
      return FALSE;
    if (a->slots[i] < b->slots[j])
      i++;
    else
      j++;
  }
  return TRUE;
}
