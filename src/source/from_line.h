/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: the From_ line of an mbox (RFC 4155 and what is found in the wild) and the fast search
 * for places where one may stand.
 */
#pragma once
#include <glib.h>

/* Longer lines are never From_ lines: what a reader must have at hand to judge one. */
#define LB_FROM_LINE_MAX 1000

/* Whether line (without its line feed) is "From sender date", date as asctime(3) or near it. */
gboolean lb_from_line_is_valid(const char *line, gsize length);

/* The first place in [begin, end) where "Fr" or "-L" (letter case of the L ignored) stands, NULL if there is
 * none: every From_ line, quoted From_ line and Content-Length field has one, and little else in mail does.
 */
const char *lb_from_line_find_mark(const char *begin, const char *end);
