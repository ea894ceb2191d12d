/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a mail was sent: RFC 5322 3.3 and 4.3 dates, and which of Date and Received counts. */
#pragma once
#include "message/header.h"

/* Seconds since the epoch, LB_TIME_UNKNOWN if it is no date (30 February, year 207777, hour 25).
 * Years of 2 and 3 digits and zone names by section 4.3; a leap second is 59. */
gint64 lb_date_parse(const char *text, gsize length);
/* The effective time of a mail: Date if it parses, is not before 1970 and not more than 2 days from the
 * topmost Received that parses; else that Received; else by the clock; see series-rules in HACKING.md. */
gint64 lb_date_effective(const LbHeader *header, gint64 now, LbDiagSet *diagnostics);
