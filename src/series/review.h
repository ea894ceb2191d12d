/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people and robots said to a posting up to a moment: replies by person, trailers given and carried
 * over, refusals, and what was applied of it.
 */
#pragma once
#include "series/revision.h"

typedef struct {
  const LbPerson *person; /* before mailmap: see lb_reception_map() */
  LbWho who;
  const LbMail *mail; /* the reply that gave it, or the patch that carries it */
  gint16 patch;       /* index; 0: the cover, so every patch */
  LbCreditKind kind : 8;
  guint is_carried : 1, is_mismatched : 1;
} LbReview;

/* Of one person, whose name is that of his first reply. */
typedef struct {
  const LbMail *first;
  gint64 last; /* date of the last one */
  LbWho who;
  guint n_replies;
} LbReplier;

typedef struct {
  int patch;                          /* index; 0: all of them */
  const char *tree, *branch, *commit; /* NULL where it isn't said */
  const char *rule;
  const LbMail *mail; /* that says so */
} LbApplication;

typedef struct {
  const LbPosting *posting;
  LbPeople *people;          /* who the numbers in reviews are of; borrowed */
  GArray *reviews;           /* of LbReview: one per person, kind and patch; by date of mail */
  GArray *repliers;          /* of LbReplier: people other than the author and the robots; by first reply */
  GArray *applications;      /* of LbApplication, by date */
  guint n_applied;           /* unlike patches that these name */
  gboolean is_applied_whole; /* one of them stands for all patches */
  const LbMail *applied;     /* the mail by which the last patch became applied; NULL if not all are */
  const LbMail *last_word;   /* newest mail of a person, postings included */
  const LbMail *last_other;  /* newest mail of a person other than the author; NULL if none */
  const LbMail *refusal;     /* newest NACK or changes-requested; NULL if none */
} LbReception;

typedef struct {
  const LbCollection *collection;
  const LbReplies *replies;
  LbPeople *people;
  gint64 until; /* mails at or after it don't count; LB_TIME_UNKNOWN: all do */
} LbReviewInput;

/* All postings' receptions in one pass over the mails.  What is said of a patch sent anew into an older
 * posting is said of that posting, too. */
typedef struct LbReceptions LbReceptions;
LbReceptions *lb_receptions_build(const LbReviewInput *input);
void lb_receptions_free(LbReceptions *receptions);
/* Never NULL for a posting of the collection. */
const LbReception *lb_receptions_get(const LbReceptions *receptions, const LbPosting *posting);
/* What reviews and applications call a patch: its index, 1 without counter, LB_NO_NUMBER for an extra
 * ("3/n"); 0 is the cover. */
int lb_reception_get_number(const LbPosting *posting, const LbMail *posted);
/* A person of its reviews, or of a mail, after mailmap. */
LbPerson lb_reception_map(const LbReception *reception, const LbPerson *person);
/* Those that it should have, or those present, where these are more. */
guint lb_reception_count_patches(const LbPosting *posting);
/* Of these, how many were applied. */
guint lb_reception_count_applied(const LbReception *reception);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbReceptions, lb_receptions_free)
