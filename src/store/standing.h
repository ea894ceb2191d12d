/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was known of each posting after the last report: its place in a line of work, its reviews, its status.
 * For whoever looks into a store; reports are made of mails alone.
 */
#pragma once
#include "series/overview.h"
#include "store/query.h"

/* In the transaction that adds report number: writes what the mails of the report, or time, have changed. */
gboolean lb_standing_save(LbStore *store, const LbStoredMails *mails, const LbOverview *overview,
                          guint32 number, GError **error);
/* Nothing is known any more, as mails get other numbers: the next report writes all anew. */
gboolean lb_standing_forget(LbStore *store, GError **error);
