/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One mail: raw bytes in, immutable facts out.  The only doorway from source/ to what lies above:
 * nothing else there looks at raw bytes.
 */
#pragma once
#include "message/applied.h"
#include "message/body.h"
#include "message/class.h"
#include "message/credit.h"
#include "message/link.h"
#include "message/pull_request.h"
#include "message/spool.h"
#include "source/source.h"

/* A text kept outside memory: see intake/spool.h.  length 0: none. */
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

typedef struct LbMail LbMail;
struct LbMail {
  LbLocator locator;
  guint source; /* which of the run's sources, from 0 */
  guint place;  /* where the collection that was built last has it: see lb_collection_find_place() */
  LbDiagSet diagnostics;
  const char *msgid;           /* without brackets; synthetic if the mail has none; never NULL */
  const char *const *list_ids; /* "linux-hyperv.vger.kernel.org", lower case, NULL-terminated */
  gint64 date;                 /* LB_TIME_UNKNOWN if unknown */
  gint64 author_date;          /* in-body Date, LB_TIME_UNKNOWN if none */
  LbClass mail_class;
  guint is_stable : 1, is_pull : 1;
  guint is_before : 1; /* of the margin before a range: tells what mails of the range belong to, is no part
                          of the product */
  guint removes : 1;   /* takes back an earlier mail of the archive: merge drops both */
  const char *subject; /* decoded, unfolded, as the header says */
  LbSubject parsed;    /* of the header, but title and, if the header has no tag, the tag from an
                          in-body Subject */
  LbPerson author, sender;       /* before mailmap */
  const LbPerson *to, *cc;       /* with LB_WANT_RECIPIENTS, and of pull requests; ends with email NULL */
  const char *in_reply_to;       /* NULL if none */
  const char *const *references; /* oldest first, in_reply_to not added; NULL-terminated; the newest 100 */
  const LbDiff *diff;            /* NULL if none */
  const char *summary;           /* the text's own "N files changed, …" line; NULL if none */
  const char *change_id;         /* NULL if none */
  const LbCredit *given;         /* trailers in a reply; ends with name NULL; NULL if there are none */
  const LbCredit *carried;       /* trailers in a patch's or cover's log; the same */
  const LbLink
      *links; /* postings that a patch or cover names; ends with msgid NULL; NULL if there are none */
  const LbApplied *applied;     /* what it says of work being applied or sent back; NULL if nothing */
  const LbPullRequest *request; /* of a pull or a cover that carries one; NULL if none */
  const char *const *attachments;
  LbTextRef text;             /* with LB_WANT_TEXT: the decoded text */
  gssize patch_offset;        /* as LbBody.patch: where an attached patch begins in text, or -1 */
  LbTextRef message;          /* with LB_WANT_MESSAGE: what the report prints, of patches, covers and pulls */
  const LbMail *duplicate_of; /* the mail that counts in this one's place, or NULL */
  /* From the store, and of no meaning without one: */
  guint32 report; /* that counted it; LB_REPORT_PENDING: none yet.  Of copies the first's is that of all */
  guint8 told;    /* LbTold */
};

typedef enum {
  LB_WANT_RECIPIENTS = 1 << 0, /* to, cc */
  LB_WANT_TEXT = 1 << 1,       /* decoded text of every mail into the spool */
  LB_WANT_MESSAGE = 1 << 2,    /* printed message of patches, covers and pulls into the spool */
  LB_WANT_PATCH_ID = 1 << 3,   /* diff->id */
} LbWants;

/* Once, before and after all else of message/: GMime's own tables. */
void lb_message_init(void);
void lb_message_shutdown(void);

typedef struct LbParser LbParser; /* one thread's: decoder, scratch buffers */
/* arena and spool (NULL if wants names no text) take what outlives the call, and outlive the mails;
 * spool_number is what LbTextRef.spool will say. */
LbParser *lb_parser_new(LbArena *arena, LbSpool *spool, guint spool_number, LbWants wants, gint64 now);
void lb_parser_free(LbParser *parser);
/* NULL if there is not one header field in it (then it is no mail: LB_DIAG_NOT_MAIL is the caller's). */
LbMail *lb_parser_parse(LbParser *parser, const LbRawMail *raw);

/* SHA-256 over what makes two mails the same (author, title, decoded text after list tag, list footer,
 * signature and white space are taken off), and over the raw bytes (CR before LF and trailing blank lines
 * off). */
typedef struct {
  guint8 content[32], raw[32];
} LbMailHashes;
void lb_parser_hash(LbParser *parser, const char *bytes, gsize length, LbMailHashes *hashes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbParser, lb_parser_free)
