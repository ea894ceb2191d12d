/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MIME structure of a mail as a flat list of parts, found in one pass over its bytes without recursion
 * (RFC 2046).  Copies and decodes nothing.  At most 100 levels and 1000 parts: what lies beyond isn't read.
 */
#pragma once
#include "message/header.h"

#define LB_MIME_MAX_DEPTH 100
#define LB_MIME_MAX_PARTS 1000

typedef enum {
  LB_PART_LEAF,
  LB_PART_MULTIPART, /* has a boundary: the parts between follow in the list */
  LB_PART_MESSAGE,   /* message/rfc822: the mail in it follows in the list */
} LbPartKind;

typedef struct {
  LbPartKind kind;
  int parent;  /* index in the list, -1 for the mail itself */
  guint depth; /* multiparts and messages around it */
  guint n_children;
  gboolean has_delimiter; /* a multipart whose boundary was found */
  gboolean is_forwarded;  /* inside a message/rfc822 */
  LbSlice header;         /* with its empty line; data NULL for the mail itself */
  LbSlice body;           /* without the line end that belongs to the boundary; for a multipart all in it */
  LbSlice transfer_encoding;
  LbMimeField type; /* value as in lb_header_parse_mime(), but in a digest message/rfc822 for absent */
  LbMimeField disposition;
  const char *boundary; /* of a multipart: without trailing blanks */
} LbPart;

/* parts: of LbPart, emptied first; the mail itself is the first one.  Strings live in the arena. */
void lb_mime_walk(const LbHeader *header, const char *bytes, gsize length, GArray *parts, LbArena *arena,
                  LbDiagSet *diagnostics);
