/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people quote of other mails: lines that begin with '>'.  Knows nothing of who is quoted. */
#pragma once
#include "message/header.h"

/* The text with the first line alone of each quotation in it: that shows where one stands, and what the
 * others say is nobody's word.  The text itself, or in buffer, which it replaces. */
LbSlice lb_quote_shorten(const char *text, gsize length, GString *buffer);
