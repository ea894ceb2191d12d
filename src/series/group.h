/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Postings while they are being found: members (covers and patches) in groups that grow and merge.  Private
 * to series/: collect.c drives sibling.c (one thread), then merge.c (across threads), then posting.c.
 *
 * Members are ranked by date, then Message-ID; whatever a choice could depend on is decided by rank, so that
 * the result is the same in any arrival order.
 */
#pragma once
#include "series/collect.h"

typedef struct LbGroup LbGroup;
typedef struct LbMember LbMember;

struct LbMember {
  const LbMail *mail;
  guint rank;  /* place among all mails */
  int version; /* as its subject says, 1 if none */
  gboolean has_version;
  int reroll;
  int index; /* 0 a cover; 1 a patch without counter; LB_NO_NUMBER an extra ("3/n") */
  int total; /* 1 for a patch without counter; LB_NO_NUMBER unknown */
  gboolean is_cover;
  gboolean is_numbered; /* n/N stands in the subject */
  guint is_rfc : 1, is_stable : 1, is_pull : 1;
  guint sender, author, prefix, stem; /* as in LbKeys */
  guint title;                        /* as in LbGroups.title_of, once groups are found */
  guint thread, depth;
  guint answered;        /* as in LbThreads */
  LbMember *above;       /* nearest cover or patch among its ancestors, or NULL */
  LbMember *cover_above; /* nearest cover among them, or NULL */
  LbGroup *group;        /* NULL until it has one */
  LbMember *next;        /* in its group */
};

struct LbGroup {
  LbMember *cover;    /* NULL if none */
  LbMember *members;  /* cover among them */
  LbMember *earliest; /* of lowest rank */
  guint n_patches;
  int version, reroll, total;
  gboolean has_version;
  gint64 from, until; /* dates of its first and last member; LB_TIME_UNKNOWN if none is known */
  guint16 *slots;     /* indexes taken, ascending; the cover's 0 not among them */
  guint n_slots, max_slots;
  gboolean total_differs;   /* the cover named another total */
  gboolean has_inner_links; /* some of its members answer others of them */
  guint outer;              /* the id outside that its members answer; LB_NO_MAIL: none */
  gboolean outer_is_here;
  LbGroup *best;      /* of a lone cover, while siblings are sought: the largest group that answers it */
  const LbMail *pull; /* a pull request among what its members answer, or NULL */
  LbGroup *replaces;  /* patches of that group sent anew */
  gboolean is_gone;   /* merged into another: */
  LbGroup *into;
  LbPosting *posting;
};

typedef struct {
  LbMember *members; /* by rank */
  guint n_members;
  LbMember **by_place; /* per mail; NULL: no cover or patch */
  guint n_places;
  guint *title_of;   /* per mail, see LbCollection, which takes it over; until then not to be looked at */
  GPtrArray *groups; /* of LbGroup, owned; gone ones among them */
} LbGroups;

/* Mails of one posting are sent in one go: 33 of 36,829 members are further than this from their cover, in
 * seconds. */
#define LB_GROUP_WINDOW (20 * 60)

LbGroup *lb_group_new(LbGroups *groups, LbMember *first);
void lb_group_free(LbGroup *group);
/* No members any more; version and total stay. */
void lb_group_clear(LbGroup *group);
gboolean lb_group_has_slot(const LbGroup *group, int index);
void lb_group_add(LbGroup *group, LbMember *member);
/* Returns the one of them that has all now, the larger; the other is gone.  Where totals differ the
 * survivor's stays. */
LbGroup *lb_group_merge(LbGroup *a, LbGroup *b);
/* The same version; or one of them bears none and inherits it: patches from a cover, a lone cover from
 * patches. */
gboolean lb_group_versions_fit(const LbGroup *a, const LbGroup *b);
/* Seconds between two groups, or between a group and one of its own; 0 if they overlap, G_MAXINT64 if
 * unknown. */
gint64 lb_group_distance(const LbGroup *a, const LbGroup *b);
gint64 lb_group_distance_to(const LbGroup *group, const LbMember *member);
/* Whether all of 1..total is there. */
gboolean lb_group_is_complete(const LbGroup *group);
/* No index twice, one cover at most. */
gboolean lb_group_is_disjoint(const LbGroup *a, const LbGroup *b);

/* Groups inside threads; every member has a group afterwards. */
void lb_siblings_find(LbGroups *groups);
/* Groups of several threads that are one posting: by Message-ID stems, then by sender and time. */
void lb_groups_merge(LbGroups *groups);
/* Patches sent into an older posting come apart from each other and know what they replace. */
void lb_groups_find_rerolls(LbGroups *groups);
/* What the groups have become. */
LbCollection *lb_postings_build(LbGroups *groups);
