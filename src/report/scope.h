/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a report is about: the mails of the period that count, who wrote them after mailmap, the days and
 * the name in its title.  Says nothing about how sections present them.
 */
#pragma once
#include "base/spots.h"
#include "report/exclusion.h"
#include "report/report.h"

/* What one report tells of. */
typedef struct {
  LbPeriod period;
  guint32 report; /* the number of the report that counted the mails; LB_REPORT_PENDING: dates tell */
} LbSpan;
#define LB_SPAN_ALWAYS                                                                                       \
  { {LB_TIME_UNKNOWN, LB_TIME_UNKNOWN}, LB_REPORT_PENDING }

/* What sections ask of each mail, side by side: mails lie all over memory. */
typedef struct {
  const LbPerson *author; /* before mailmap */
  guint32 posting;        /* of a cover or patch, its number + 1; 0: none */
  guint8 mail_class;      /* LbClass, after grouping */
  guint8 is_contribution; /* as lb_scope_is_contribution() has it */
} LbScopeRow;

struct LbScope {
  const LbReportInput *input;
  LbSpan span;           /* of this report */
  GPtrArray *mails;      /* of const LbMail: in the period, neither repeated nor excluded */
  LbScopeRow *rows;      /* of these mails */
  gint64 oldest, newest; /* their dates; LB_TIME_UNKNOWN if none is known */
  LbExclusion *exclusions;
  guint n_exclusions;
};

gboolean lb_scope_check_exclude(const char *const *exclude, GError **error);
gboolean lb_scope_init(LbScope *scope, const LbReportInput *input, GError **error);
void lb_scope_clear(LbScope *scope);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LbScope, lb_scope_clear)

/* Whether mail counts in this span: not repeated, not excluded, its date inside. */
gboolean lb_scope_has_mail(const LbScope *scope, const LbSpan *span, const LbMail *mail);
/* Whether what mail says was said in the period, or by a mail of the range. */
gboolean lb_scope_is_inside(const LbScope *scope, const LbMail *mail);
/* Whether a mail was there at the end of the period. */
gboolean lb_scope_is_so_far(const LbScope *scope, const LbMail *mail);
/* Whether posting, by its first mail, belongs to this span and is work to tell of: neither stable nor pull.
 * With a history, whether that report told of it as posted. */
gboolean lb_scope_has_posting(const LbScope *scope, const LbSpan *span, const LbPosting *posting);
/* Whether all of it was left out on request. */
gboolean lb_scope_is_posting_excluded(const LbScope *scope, const LbPosting *posting);
/* Work to tell of that was posted before the end of the period, of whatever age: array of const LbPosting,
 * owned by the caller. */
GPtrArray *lb_scope_list_postings(const LbScope *scope);
/* A cover or a patch, neither stable nor pull: what people and domains are counted by.  mail: of
 * scope->mails. */
gboolean lb_scope_is_contribution(const LbScope *scope, const LbMail *mail);
/* How many of these each author has, by where the person (const LbPerson, before mailmap) lies: those of a
 * mail are kept once; owned by the caller. */
LbSpots *lb_scope_count_contributions(const LbScope *scope);
/* Of any mail that isn't repeated. */
LbScopeRow lb_scope_make_row(const LbScope *scope, const LbMail *mail);
/* NULL for what is no cover or patch. */
const LbPosting *lb_scope_get_posting(const LbScope *scope, const LbScopeRow *row);
const LbPosting *lb_scope_find_posting(const LbScope *scope, const LbMail *mail);

LbPerson lb_scope_map(const LbScope *scope, const LbPerson *person);
LbPerson lb_scope_get_author(const LbScope *scope, const LbMail *mail);
LbPerson lb_scope_get_sender(const LbScope *scope, const LbMail *mail);
/* Whether both are one person: letter case of the address aside. */
gboolean lb_person_equal(LbPerson a, LbPerson b);

/* By date, as asked, unknown ones last; ties by Message-ID: for sorting arrays of const LbPosting. */
int lb_posting_compare_newest(gconstpointer a, gconstpointer b);
int lb_posting_compare_oldest(gconstpointer a, gconstpointer b);

/* For the title: first and last day or commit, name of the list; in the arena. */
const char *lb_scope_format_first(const LbScope *scope, LbArena *arena);
const char *lb_scope_format_last(const LbScope *scope, LbArena *arena);
const char *lb_scope_format_name(const LbScope *scope, LbArena *arena);
