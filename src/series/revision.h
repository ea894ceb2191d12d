/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of work: each posting linked to its predecessor (v1 -> v2 -> v3), and the rule that matched kept.
 */
#pragma once
#include "series/people.h"
#include "series/reply.h"

typedef enum {
  LB_RULE_NONE,
  LB_RULE_CHANGE_ID,
  LB_RULE_URL,
  LB_RULE_TITLE,
  LB_RULE_SHARED_PATCH,
  LB_RULE_THREAD,
  LB_RULE_FILES,
  LB_RULE_REPOST,
  LB_RULE_REROLL,
  LB_N_RULES
} LbRule;
const char *lb_rule_get_name(LbRule rule); /* "change-id" */

typedef enum { LB_CHANGE_SAME, LB_CHANGE_CHANGED, LB_CHANGE_NEW, LB_CHANGE_DROPPED } LbChangeKind;

typedef struct {
  LbChangeKind kind;
  const LbMail *before, *now; /* NULL where it is new or dropped */
} LbChange;

typedef struct LbWork LbWork;
typedef struct {
  const LbPosting *posting;
  const LbPosting *before; /* predecessor, NULL for the first */
  const LbPosting *after;  /* the newest posting that supersedes it, NULL if none does */
  LbRule rule;             /* by which it was found */
  const char *evidence;    /* Message-ID of the mail that shows it: this posting's or the one it names */
  const LbWork *work;
} LbRevision;

struct LbWork {
  GPtrArray *revisions;     /* of LbRevision, oldest first (date, then id) */
  const LbRevision *newest; /* the one whose status is the work's: no partial reroll */
};

typedef struct {
  GPtrArray *works;       /* of LbWork, owned: by the date of their first posting, then its id */
  LbRevision **revisions; /* by number of posting: NULL where it was sent at or after the moment */
} LbWorks;

/* Postings marked stable or pull are lines of work of their own and link to their like alone.  until:
 * postings at or after it are in none; LB_TIME_UNKNOWN: all are. */
LbWorks *lb_works_build(const LbCollection *collection, const LbReplies *replies, LbPeople *people,
                        gint64 until);
void lb_works_free(LbWorks *works);
/* NULL: sent at or after the moment. */
const LbRevision *lb_works_find(const LbWorks *works, const LbPosting *posting);
/* Which patches changed against the predecessor: by patch-id, else title.  Array of LbChange, owned by the
 * caller. */
GArray *lb_revision_build_changes(const LbRevision *revision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbWorks, lb_works_free)
