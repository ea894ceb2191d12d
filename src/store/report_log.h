/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reports of a list: what each was about, its text until it is written and sent everywhere and after, and
 * how far it got. */
#pragma once
#include "store/store.h"

/* How far a report got; what isn't done yet is taken up by the next run. */
typedef enum {
  LB_REPORT_MADE,    /* outputs are to be written */
  LB_REPORT_WRITTEN, /* outputs are written, mail is to be sent */
  LB_REPORT_SENDING, /* handed over, the outcome isn't known */
  LB_REPORT_DONE,
} LbReportState;

typedef struct {
  guint32 number;           /* from 1, without gaps */
  gint64 since, until;      /* its period, half-open; LB_TIME_UNKNOWN where it has no such end */
  const char *first, *last; /* as its title says: days or commit ids */
  gint64 made;              /* when */
  const char *msgid;        /* of its mail, without brackets; NULL if it has none */
  guint outputs_done;       /* of its outputs, how many are written */
  LbReportState state;
  const char *mark; /* what the period's kind needs to find the next one (commit ids); NULL if nothing */
} LbReportRecord;

/* number must be the last one's plus 1.  body: the report as text; with it goes what else later steps need.
 */
gboolean lb_report_log_add(LbStore *store, const LbReportRecord *record, const char *body, gsize length,
                           GError **error);
/* NULL without error if there is none of that number; 0: the last one. */
LbReportRecord *lb_report_log_find(LbStore *store, guint32 number, GError **error);
void lb_report_record_free(LbReportRecord *record);
/* The number of the last one, 0 if there is none. */
gboolean lb_report_log_get_last(LbStore *store, gint64 *number, GError **error);
/* Numbers of reports that aren't LB_REPORT_DONE, ascending: guint32; owned by the caller. */
GArray *lb_report_log_list_unfinished(LbStore *store, GError **error);
/* The report's text; owned by the caller. */
GString *lb_report_log_read_body(LbStore *store, guint32 number, GError **error);
/* A step of its own where no transaction is open. */
gboolean lb_report_log_set_state(LbStore *store, guint32 number, LbReportState state, guint outputs_done,
                                 GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbReportRecord, lb_report_record_free)
