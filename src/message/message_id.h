/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message-IDs and what refers to them: RFC 5322 3.6.4, and the forms of 4.5.4 that real mail has. */
#pragma once
#include "message/header.h"

/* The id of a Message-ID field without brackets, comments and blanks, encoded words undone; NULL if there is
 * none.  One without brackets is taken as it stands, with a diagnostic. */
const char *lb_message_id_parse(LbSlice field, LbArena *arena, LbDiagSet *diagnostics);
/* All ids of a References or In-Reply-To field in order, the last max of them; prose between them passed
 * over.  NULL-terminated; the ids in the arena, the list in its scratch. */
const char *const *lb_message_id_parse_all(LbSlice field, guint max, LbArena *arena, LbDiagSet *diagnostics);
