/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report as data: title, period, sections, blocks.  Knows what to say, not how it looks: that is
 * output/.  The table of sections is in report.c.
 */
#pragma once
#include "base/period.h"
#include "message/organisation.h"
#include "report/blocks.h"
#include "report/watch.h"
#include "series/overview.h"
#include "store/history.h"

typedef struct LbReport LbReport;
typedef struct LbReportInput LbReportInput;

/* A question that a report answers: one per section_<question>.c. */
typedef struct {
  const char *name;         /* for --sections */
  gboolean is_always_shown; /* stands with its heading even when empty: the four of the samples */
  gboolean is_kept;         /* built for a list with a history even when it isn't chosen: what it would tell
                               of isn't to come all at once when it is chosen again */
  /* Appends blocks; heading owned by the report's arena.  FALSE with error only for i/o.  Runs beside other
   * sections, each with a report of its own to take what it makes: what scope leads to is only looked at. */
  gboolean (*build)(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                    GError **error);
} LbSection;

typedef struct {
  const LbSection *section;
  const char *heading; /* "Patch list in this time period" */
  LbBlocks *blocks;
  LbArena *arena; /* the section's own, as sections are built side by side */
} LbSectionData;

struct LbReport {
  LbArena *arena;
  LbReportInput *input;     /* a copy; NULL, as is scope, for a report made by hand */
  LbScope *scope;           /* what blocks are filled from */
  LbTextReader texts;       /* what blocks' texts are read from; as long as the mails are there */
  const char *first, *last; /* days or commit ids, as the first line has them */
  const char *name;         /* of the list */
  GPtrArray *sections;      /* of LbSectionData, in order of the table */
  guint jobs;               /* threads that may write it */
  GArray *told;             /* of LbToldMail: what the next report must know; NULL without a history */
  GArray *printed;          /* of LbPrinted: the same */
};

/* Appends an empty block, which lives as long as the report. */
LbBlock *lb_report_add_block(LbReport *report, LbBlocks *blocks, LbBlockKind kind);

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
/* The same errors, and LB_ERROR_FAILED if a text can't be read back.  The report is made of what input leads
 * to (source_name aside), now and when it is written: that outlives it, and stays as it is. */
LbReport *lb_report_build(const LbReportInput *input, GError **error);
void lb_report_free(LbReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbReport, lb_report_free)
