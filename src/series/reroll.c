/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single patches sent into an older posting: "[PATCH v2 05/10]" in answer to "[PATCH 05/10]", "[PATCH v5.1
 * 3/7]". */
#include <string.h>

#include "series/group.h"

static gboolean is_older(const LbGroup *group, int version, int reroll) {
  return group->version < version || (group->version == version && group->reroll < reroll);
}

/* A chain of patches that each answer the one before is no longer than this where some replace older ones. */
#define MAX_CLIMB 64

/* What stands above member outside its own group. */
static LbMember *find_above(const LbMember *member) {
  LbMember *above = member->above;

  for (guint climbed = 0; above && above->group == member->group; climbed++)
    above = climbed < MAX_CLIMB ? above->above : NULL;
  return above;
}

/* "[PATCH v2] title" in answer to the same sender's "[PATCH 5/10] title". */
static gboolean replaces_by_title(const LbMember *member, const LbMember *above) {
  return !member->is_numbered && !above->is_cover && above->is_numbered && member->sender &&
         member->sender == above->sender && strcmp(member->mail->title, above->mail->title) == 0;
}

static LbGroup *find_replaced(const LbGroup *group, const LbMember *member) {
  LbMember *above = find_above(member);
  LbGroup *older = above ? above->group : NULL;

  if (!older || !is_older(older, group->version, group->reroll))
    return NULL;
  if (replaces_by_title(member, above))
    return older;
  return member->is_numbered && older->total == group->total ? older : NULL;
}

/* All of its members are sent into older postings, and they are too few to be a posting that lost some. */
static gboolean is_reroll(const LbGroup *group) {
  if (group->cover || 2 * group->n_slots > (guint)MAX(group->total, 2) || group->n_slots == 0)
    return FALSE;
  if (lb_group_is_complete(group) && group->earliest->is_numbered)
    return FALSE;
  for (const LbMember *member = group->members; member; member = member->next)
    if (member->index == LB_NO_NUMBER || !find_replaced(group, member))
      return FALSE;
  return TRUE;
}

/* The group keeps its earliest member, so that what replaces that one in turn still finds it. */
static void split(LbGroups *groups, LbGroup *group) {
  g_autoptr(GPtrArray) members = g_ptr_array_new();
  g_autoptr(GPtrArray) older = g_ptr_array_new();
  LbMember *earliest = group->earliest;

  for (LbMember *member = group->members; member; member = member->next) {
    g_ptr_array_add(members, member);
    g_ptr_array_add(older, find_replaced(group, member));
  }
  lb_group_clear(group);
  for (guint i = 0; i < members->len; i++) {
    LbMember *member = g_ptr_array_index(members, i);
    LbGroup *single = group;

    if (member == earliest)
      lb_group_add(group, member);
    else
      single = lb_group_new(groups, member);
    single->replaces = g_ptr_array_index(older, i);
  }
}

void lb_groups_find_rerolls(LbGroups *groups) {
  g_autoptr(GPtrArray) found = g_ptr_array_new();

  for (guint i = 0; i < groups->groups->len; i++) {
    LbGroup *group = g_ptr_array_index(groups->groups, i);

    if (!group->is_gone && is_reroll(group))
      g_ptr_array_add(found, group);
  }
  for (guint i = 0; i < found->len; i++) {
    LbGroup *group = g_ptr_array_index(found, i);

    if (group->n_patches == 1)
      group->replaces = find_replaced(group, group->members);
    else
      split(groups, group);
  }
}
