/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of one mail, as they are kept for as long as a run lasts: a million of them must fit.  What few
 * mails have stands in LbDetails, what many share (people, ids, words of tags) is kept once.
 */
#pragma once
#include "message/applied.h"
#include "message/class.h"
#include "message/credit.h"
#include "message/link.h"
#include "message/pull_request.h"
#include "source/source.h"

/* A text kept outside memory: see message/spool.h.  length 0: none. */
typedef struct {
  guint32 spool;
  guint32 length;
  guint64 offset;
} LbTextRef;

/* Reads such texts back from where they are kept. */
typedef struct {
  char *(*read)(gpointer keeper, const LbTextRef *ref, GError **error); /* NULL with error; caller's */
  gpointer keeper;
} LbTextReader;

/* A list's reports count from 1; 0: came before the first. */
#define LB_REPORT_PENDING G_MAXUINT32

/* What reports have told of a cover or patch, with the posting that it was in then. */
typedef enum {
  LB_TOLD_POSTED = 1 << 0, /* as new, a new version, or a revised patch */
  LB_TOLD_REVIEWED = 1 << 1,
  LB_TOLD_APPLIED = 1 << 2,
} LbTold;

/* An LbLocator as a mail keeps it: no room for git's ids where there is no git. */
typedef struct {
  const char *file;
  guint64 length : 56;
  guint64 id_size : 8; /* 0: not git */
  union {
    guint64 offset;
    const guint8 *ids; /* of git: commit, then blob */
  };
} LbOrigin;

/* What hardly any mail has, or only where it is asked for. */
typedef struct {
  LbTextRef text;                 /* with LB_WANT_TEXT: the decoded text */
  gssize patch_offset;            /* as LbBody.patch: where an attached patch begins in text, or -1 */
  const LbPerson *to, *cc;        /* with LB_WANT_RECIPIENTS, and of pull requests; ends with email NULL */
  const char *const *attachments; /* NULL-terminated; NULL if there are none */
  gint64 author_date;             /* in-body Date, LB_TIME_UNKNOWN if none */
  const char *change_id;          /* NULL if none */
  const LbLink *links;          /* postings that a patch or cover names; ends with msgid NULL; NULL if none */
  const LbPullRequest *request; /* of a pull or a cover that carries one; NULL if none */
} LbExtras;

/* What patches have, and some replies. */
typedef struct {
  const LbDiff *diff;       /* NULL if none */
  LbTextRef message;        /* with LB_WANT_MESSAGE: what the report prints, of patches, covers and pulls */
  const LbCredit *given;    /* trailers in a reply; ends with name NULL; NULL if there are none */
  const LbCredit *carried;  /* trailers in a patch's or cover's log; the same */
  const LbApplied *applied; /* what it says of work being applied or sent back; NULL if nothing */
  const char *summary;      /* the text's own "N files changed, …" line; NULL if none */
  const LbExtras *extras;   /* never NULL, as LbMail.details */
} LbDetails;

typedef struct LbMail LbMail;
struct LbMail {
  const char *msgid;             /* without brackets; synthetic if the mail has none; never NULL */
  gint64 date;                   /* LB_TIME_UNKNOWN if unknown */
  const char *in_reply_to;       /* NULL if none */
  const char *const *references; /* oldest first, in_reply_to not added; NULL-terminated; the newest 100 */
  const LbMail *duplicate_of;    /* the mail that counts in this one's place, or NULL */
  guint source : 20;             /* which of the run's sources, from 0 */
  guint told : 4;                /* LbTold; from the store, and of no meaning without one, as is report */
  LbClass mail_class : 4;
  guint is_stable : 1, is_pull : 1;
  guint is_before : 1; /* of the margin before a range: tells what mails of the range belong to, is no part
                          of the product */
  guint removes : 1;   /* takes back an earlier mail of the archive: merge drops both */
  guint is_again : 1;  /* as LbRawMail's */
  guint is_own : 1;    /* a report of ours that came back: no mail of the list, see message/compose.h */
  guint id_hash : 30;  /* for lb_mail_get_id_hash() alone; 0: not taken yet */
  guint place;         /* where the collection that was built last has it: see lb_collection_find_place() */
  guint32 report; /* that counted it; LB_REPORT_PENDING: none yet.  Of copies the first's is that of all */
  const LbPerson *author, *sender; /* before mailmap; never NULL */
  const char *subject;             /* decoded, unfolded, as the header says */
  const char *title;               /* of it, or of an in-body Subject */
  const LbSubject
      *parsed; /* of the header; if it has no tag, of the in-body Subject.  Without title; never NULL */
  const LbDetails *details;    /* never NULL: most mails share one that is empty */
  const char *const *list_ids; /* "linux-hyperv.vger.kernel.org", lower case, NULL-terminated */
  LbDiagSet diagnostics;
  LbOrigin origin;
};

/* A mail of which nothing is known; msgid is the caller's to set. */
LbMail *lb_mail_new(LbArena *arena);
/* The same in memory of the caller's. */
void lb_mail_init(LbMail *mail);
/* The mail's own ones, to be filled: made from the arena when first asked for. */
LbDetails *lb_mail_make_details(LbMail *mail, LbArena *arena);
LbExtras *lb_mail_make_extras(LbMail *mail, LbArena *arena);
/* Of a Message-ID: never 0, and another one in each process. */
guint32 lb_mail_hash_id(const char *msgid);
/* Of the mail's own: ids are looked for in two tables of them all, and lie all over memory. */
static inline guint32 lb_mail_get_id_hash(const LbMail *mail) {
  return mail->id_hash ? mail->id_hash : lb_mail_hash_id(mail->msgid);
}
void lb_mail_set_locator(LbMail *mail, const LbLocator *locator, LbArena *arena);
LbLocator lb_mail_get_locator(const LbMail *mail);
