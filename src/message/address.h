/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * People: mailboxes of header and in-body fields, undoing of DMARC rewriting, mailmap.
 */
#pragma once
#include "message/header.h"

typedef struct {
  const char *name;  /* "" if none */
  const char *email; /* as written, letter case kept; NULL: nobody known */
} LbPerson;

/* The arena's one copy; person's strings are interned in it, or constant. */
const LbPerson *lb_person_intern(LbArena *arena, LbPerson person);

/* The first mailbox of a From-like field (RFC 5322 3.4, groups of RFC 6854, RFC 822 comments as names,
 * encoded words even inside quotes).  email NULL if there is none. */
LbPerson lb_address_parse_first(LbSlice field, LbArena *arena, LbDiagSet *diagnostics);
/* All mailboxes, NULL-terminated by an entry with email NULL; for To and Cc when they are asked for. */
LbPerson *lb_address_parse_all(LbSlice field, LbArena *arena, LbDiagSet *diagnostics);

/* From with the list's rewriting undone; in_body: the in-body From, or NULL.  Munged is, with a name that has
 * " via ", an address that is the list's own (List-Post, List-Id, To), a relay's (devnull+, gitgitgadget@) or
 * keeps the sender's (bob=example.com@groups.io).  Then the in-body From counts if it has the name before "
 * via ", the address kept, X-Original-From, a Reply-To that isn't the list, the Cc of that name,
 * X-Original-Sender, any in-body From.  A From that isn't munged comes back as it is. */
LbPerson lb_address_unmunge(LbPerson from, const LbHeader *header, const LbPerson *in_body, LbArena *arena,
                            LbDiagSet *diagnostics);

/* RFC 5322 mailbox: name quoted only where it must be, the address alone without name.  Appends. */
void lb_address_format(GString *out, const LbPerson *person);
/* "example.org" in lower case, owned by the caller; "(none)" for an address without @. */
char *lb_address_domain(const char *email);
gboolean lb_address_has_same_domain(const char *one, const char *other);

/* gitmailmap(5).  Immutable after load; any thread may look up. */
typedef struct LbMailmap LbMailmap;
LbMailmap *lb_mailmap_load(const char *path, GError **error);
void lb_mailmap_free(LbMailmap *mailmap);
/* mailmap NULL: person as it is.  Strings live as long as the mailmap or the person's own. */
LbPerson lb_mailmap_find(const LbMailmap *mailmap, LbPerson person);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbMailmap, lb_mailmap_free)
