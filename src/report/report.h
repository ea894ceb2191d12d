/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as data: title, period, sections, blocks.  Knows what to say, not how it looks: that is
 * output/.  The table of sections is in report.c.
 */
#pragma once
#include "base/period.h"
#include "message/organisation.h"
#include "report/watch.h"
#include "series/overview.h"
#include "store/history.h"

/* What a section is built of; all text UTF-8, unescaped, owned by the report. */
typedef enum {
  LB_BLOCK_COUNT,   /* number and label: "27 intel.com", or with person set a contributor */
  LB_BLOCK_GROUP,   /* heading inside a section with the number of entries below: "New (2)" */
  LB_BLOCK_POSTING, /* a posting: subject, details (one or more logical lines), link */
  LB_BLOCK_MESSAGE, /* a commit message: title, subject, author, sender, text */
  LB_BLOCK_REPEAT,  /* an entry not printed again: subject printed, subject skipped */
  LB_BLOCK_FACT,    /* label, number and the number of the period before: the numbers */
  LB_BLOCK_NOTE,    /* a line of plain text, indented as entries are */
} LbBlockKind;

typedef struct {
  LbBlockKind kind;
  guint count;                /* COUNT, GROUP, FACT */
  gint64 before;              /* FACT: of the period before; -1 if that isn't known */
  const char *label;          /* COUNT (domain or mailbox), GROUP, FACT, NOTE */
  const char *remark;         /* COUNT: what is said behind the label; NULL if nothing */
  const char *title;          /* MESSAGE */
  const char *subject;        /* POSTING, MESSAGE: "[tag as sent] title"; REPEAT: the one printed */
  const char *skipped;        /* REPEAT */
  const char *const *details; /* POSTING: logical lines, to be wrapped; NULL-terminated */
  const char *link;           /* POSTING; NULL if there is nothing to link to */
  LbPerson person;            /* COUNT of people (email "" if unknown, else NULL), MESSAGE author */
  LbPerson sender;            /* MESSAGE: email NULL if it needn't be said */
  const char *text;           /* MESSAGE: "" if empty; NULL: ref says where it is */
  LbTextRef ref;              /* MESSAGE: kept with the mails, as all texts may be as large as memory */
} LbBlock;

typedef struct LbReport LbReport;
typedef struct LbReportInput LbReportInput;
typedef struct LbScope LbScope; /* what of the input the report is about: report/scope.h */

/* A question that a report answers: one per section_<question>.c. */
typedef struct {
  const char *name;         /* for --sections */
  gboolean is_always_shown; /* stands with its heading even when empty: the four of the samples */
  gboolean is_kept;         /* built for a list with a history even when it isn't chosen: what it would tell
                               of isn't to come all at once when it is chosen again */
  /* Appends blocks; heading owned by the report's arena.  FALSE with error only for i/o.  Runs beside other
   * sections, each with a report of its own to take what it makes: what scope leads to is only looked at. */
  gboolean (*build)(const LbScope *scope, LbReport *report, GPtrArray *blocks, const char **heading,
                    GError **error);
} LbSection;

typedef struct {
  const LbSection *section;
  const char *heading; /* "Patch list in this time period" */
  GPtrArray *blocks;   /* of LbBlock */
  LbArena *arena;      /* the section's own, as sections are built side by side */
} LbSectionData;

struct LbReport {
  LbArena *arena;
  LbTextReader texts;       /* what blocks' texts are read from; as long as the mails are there */
  const char *first, *last; /* days or commit ids, as the first line has them */
  const char *name;         /* of the list */
  GPtrArray *sections;      /* of LbSectionData, in order of the table */
  guint jobs;               /* threads that may write it */
  GArray *told;             /* of LbToldMail: what the next report must know; NULL without a history */
  GArray *printed;          /* of LbPrinted: the same */
};

/* Appends an empty block, which lives as long as the report. */
LbBlock *lb_report_add_block(LbReport *report, GPtrArray *blocks, LbBlockKind kind);

typedef enum { LB_MESSAGES_FIRST, LB_MESSAGES_COVER, LB_MESSAGES_ALL, LB_MESSAGES_NONE } LbMessageChoice;

struct LbReportInput {
  const GPtrArray *mails; /* of const LbMail, in archive order, duplicates marked */
  LbTextReader texts;     /* where their messages are */
  const LbCollection *collection;
  const LbOverview *overview; /* at the end of the period */
  const LbHistory *history;   /* NULL: what belongs to the report is told by dates alone */
  LbPeriod period;
  const char *range_first, *range_last; /* commit ids when a range was given, else NULL */
  const char *name;                     /* --name, or NULL */
  const char *source_name;              /* where no List-Id tells */
  const char *sections;                 /* --sections as given, or NULL */
  guint top;
  LbMessageChoice messages;
  gboolean is_oldest_first;
  const char *link;                     /* template with {msgid} */
  const LbMailmap *mailmap;             /* may be NULL */
  const LbOrganisations *organisations; /* may be NULL: domains stand for them */
  const LbWatch *watch;                 /* may be NULL */
  const char *const *exclude;           /* authors, domains, classes: see report/exclusion.h; may be NULL */
  LbDiagLog *log;
  gint64 now;
  guint jobs; /* threads: 0 is as good as 1 */
};

/* Whether sections and exclude can be understood, before anything is read: LB_ERROR_USAGE for a section that
 * isn't there, naming those that are, and for a class that isn't there. */
gboolean lb_report_check(const LbReportInput *input, GError **error);
/* The same errors, and LB_ERROR_FAILED if a text can't be read back. */
LbReport *lb_report_build(const LbReportInput *input, GError **error);
void lb_report_free(LbReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbReport, lb_report_free)
