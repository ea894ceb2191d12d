/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Postings: a cover and its patches, found in any arrival order.  Pure: facts in, groups out.
 */
#pragma once
#include "base/numbers.h"
#include "base/period.h"
#include "message/message.h"
#include "series/thread.h"

typedef struct LbPosting LbPosting;
struct LbPosting {
  const LbMail *cover; /* NULL if none */
  GPtrArray *patches;  /* of const LbMail: by index, extras last, then date, then id; not to be changed */
  const LbMail *first; /* cover, else the lowest patch present: what stands for the posting */
  int version;         /* inherited where the members or the cover say so */
  int total;           /* number of patches it should have; 1 for a single one */
  guint16 *slots;      /* indexes of 1..total that are there, ascending */
  guint n_slots;
  guint n_missing; /* how many of 1..total aren't there; none for a patch that is sent anew or again */
  gint64 date;     /* of its first mail: cover, else lowest index */
  const LbPosting *repost;  /* the earlier posting that this one posts again, unmarked or RESEND; or NULL */
  LbDiagSet diagnostics;    /* LB_DIAG_TOTAL_DIFFERS: the cover names another total than its patches */
  const LbPosting *rerolls; /* partial reroll: the posting in which this single patch replaces one; or NULL */
  guint number;             /* place in the collection's postings */
  GPtrArray row;            /* patches; its places are the collection's */
  guint is_stable : 1, is_pull : 1;
};

typedef struct {
  GPtrArray *postings; /* of LbPosting: by date (unknown last), then Message-ID */
  LbPosting *all;      /* where these are */
  gpointer *rows;      /* and their patches */
  GPtrArray *mails;    /* of const LbMail without duplicates: by date (unknown last), then Message-ID */
  LbThreads *threads;  /* by place in mails: parents alone */
  guint *
      number_of; /* by place in mails: number of the posting + 1 of every cover and patch; 0 for all others */
  /* Until trimmed: */
  guint *title_of;   /* by place in mails: numbers of titles of covers and patches, 0 for all others */
  LbNumbers *titles; /* which these are numbers of; to be asked by one thread */
  guint jobs;        /* threads that may work on what follows from it */
} LbCollection;

/* mails: of LbMail, any order; duplicates in it are passed over.  Nothing of a mail is changed but its place,
 * which is a hint and no fact.  jobs: threads, for what is built on it, too; 0 is as good as 1. */
LbCollection *lb_collection_build(const GPtrArray *mails, guint jobs);
void lb_collection_free(LbCollection *collection);
/* Frees what only lb_overview_build() looks at. */
void lb_collection_trim(LbCollection *collection);
/* Place in mails; LB_NO_MAIL for what isn't the collection's (a duplicate). */
guint lb_collection_find_place(const LbCollection *collection, const LbMail *mail);
/* Mails lie all over memory: whoever goes through covers and patches by place has those fetched that come
 * next. fetched: 0 at first, kept by the caller. */
void lb_collection_fetch_posted(const LbCollection *collection, guint *fetched, guint place);
/* That of a cover or patch; NULL for any other mail.  By its place, too. */
const LbPosting *lb_collection_get_posting(const LbCollection *collection, guint place);
const LbPosting *lb_collection_find_posting(const LbCollection *collection, const LbMail *mail);
/* The n_missing indexes, ascending; owned by the caller.  Not kept with the posting: the total is the
 * sender's word. */
int *lb_posting_build_missing(const LbPosting *posting);
/* The class after grouping: an unnumbered cover is known by its replies. */
LbClass lb_collection_get_class(const LbCollection *collection, const LbMail *mail);
/* The mail's own marks and those of its posting. */
void lb_collection_get_marks(const LbCollection *collection, const LbMail *mail, gboolean *is_stable,
                             gboolean *is_pull);
/* What grouping found odd about a mail, beside the mail's own diagnostics. */
LbDiagSet lb_collection_get_diagnostics(const LbCollection *collection, const LbMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbCollection, lb_collection_free)
