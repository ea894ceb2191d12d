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

/* Threads grow References without end; the newest ones lead to the posting. */
#define LB_REFERENCES_MAX 100

/* References read lately, by their first id: the patches of a posting have one list, and so have the answers
 * to a mail; those of a thread begin with the same ids. */
typedef struct {
  const char *const *lists[256];
} LbReferences;

/* The ids of a References field, the list kept in the arena, too. */
const char *const *lb_message_id_parse_references(LbSlice field, LbReferences *recent, LbArena *arena,
                                                  LbDiagSet *diagnostics);
/* The first id of an In-Reply-To field, which is nearly always the last of the mail's references; NULL if
 * there is none. */
const char *lb_message_id_parse_parent(LbSlice field, const char *const *references, LbArena *arena,
                                       LbDiagSet *diagnostics);
