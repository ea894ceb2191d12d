/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What earlier reports of the list told of a posting: kept with its mails, as postings grow, merge and come
 * apart while mails arrive. */
#pragma once
#include "report/report.h"

/* Whether any of its mails was in a posting of which this was told. */
gboolean lb_told_has(const LbPosting *posting, LbTold told);
/* Whether it is posted in the report of this number: mail of it counts there, and none of it was told of, or
 * came before the first report. */
gboolean lb_told_is_news(const LbPosting *posting, guint32 number);
/* The report that told of it as posted; LB_REPORT_PENDING if none did. */
guint32 lb_told_find_report(const LbPosting *posting);
/* This report tells it: hands it out for those that follow.  Nothing happens in a report without history. */
void lb_told_note(const LbPosting *posting, LbTold told, LbReport *report);
