/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others than the author did with a posting, in a line: "9 replies by 2 people; Reviewed-by: Name (11 of
 * 12)". */
#pragma once
#include "report/scope.h"

/* Behind head, which may be NULL, and a semicolon; NULL where nobody but the author replied, reviewed or
 * applied.  In the arena. */
const char *lb_reception_line_format(const LbScope *scope, const LbPosting *posting, const char *head,
                                     LbArena *arena);
/* "waiting for review", "applied in part, 3 of 5": what such a line begins with; in the arena. */
const char *lb_reception_line_format_status(const LbScope *scope, const LbPosting *posting, LbArena *arena);
/* Whether person, after mailmap, wrote or sent the posting: its first mail. */
gboolean lb_reception_is_owner(const LbScope *scope, const LbPosting *posting, LbPerson person);
