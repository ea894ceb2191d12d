/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header of a mail or of a MIME part as fields: found by scanning, not copied, nothing decoded
 * until asked.  The caps that must stand before GMime (64 KiB per field, 1 MiB per header, length
 * of parameter names) are all in here.  RFC 5322 2.2.
 */
#pragma once
#include <glib.h>
#include "base/arena.h"
#include "base/diag.h"

typedef enum {
  LB_FIELD_FROM,
  LB_FIELD_REPLY_TO,
  LB_FIELD_TO,
  LB_FIELD_CC,
  LB_FIELD_SUBJECT,
  LB_FIELD_DATE,
  LB_FIELD_MESSAGE_ID,
  LB_FIELD_IN_REPLY_TO,
  LB_FIELD_REFERENCES,
  LB_FIELD_RECEIVED,
  LB_FIELD_LIST_ID,
  LB_FIELD_LIST_POST,
  LB_FIELD_X_ORIGINAL_FROM,
  LB_FIELD_X_ORIGINAL_SENDER,
  LB_FIELD_X_CHANGE_ID,
  LB_FIELD_AUTO_SUBMITTED,
  LB_FIELD_CONTENT_TYPE,
  LB_FIELD_CONTENT_TRANSFER_ENCODING,
  LB_FIELD_CONTENT_DISPOSITION,
  LB_N_FIELDS
} LbFieldName;

/* A piece of the caller's bytes; data NULL: absent. */
typedef struct {
  const char *data;
  gsize length;
} LbSlice;

typedef struct {
  LbSlice fields[LB_N_FIELDS]; /* value of the first of each name, folds and all, as sent */
  guint n_list_ids, n_received;
  guint n_fields; /* of any name: 0 means that this is no mail */
  gsize begin;    /* offset of the first field: behind BOM, blank lines and From_ line */
  gsize body;     /* offset of the body: behind the empty line, or the length if none */
  LbDiagSet diagnostics;
  LbSlice list_ids[8]; /* the first n_list_ids; List-Id may stand once per list the mail went through */
  LbSlice received[8]; /* the first n_received; topmost first */
} LbHeader;

/* Reads up to the empty line.  Skips BOM, From_ line and leading blank lines of a mail (not of a part). */
void lb_header_scan(const char *bytes, gsize length, gboolean is_part, LbHeader *header);

/* Field unfolded (RFC 5322 2.2.3), RFC 2047 decoded, valid UTF-8 without NUL, every run of white space
 * one blank, trimmed; "" for an absent field.  Lives in the arena's scratch. */
const char *lb_header_decode(LbSlice field, LbArena *arena, LbDiagSet *diagnostics);
/* What lb_header_decode() would give, where that is a piece of the field as it stands; else, and of an empty
 * one, data NULL. */
LbSlice lb_header_take_plain(LbSlice field);
/* Unfolded only, raw 8-bit made UTF-8: for addresses, ids, MIME fields; lives in the arena's scratch. */
char *lb_header_unfold(LbSlice field, LbArena *arena, LbDiagSet *diagnostics);
/* RFC 2047 over text that is unfolded already (a display name); lives in the arena's scratch. */
const char *lb_header_decode_words(const char *text, gsize length, LbArena *arena, LbDiagSet *diagnostics);

/* Content-Type or Content-Disposition: lower-case value ("text/plain", "attachment"; NULL if it is
 * absent or no type/subtype) and parameters by RFC 2045 and 2231, through GMime behind the caps.
 * Lives in the arena's scratch. */
typedef struct {
  const char *value;
  const char *charset, *boundary, *format, *delsp, *name; /* NULL if absent; name: (file)name, decoded */
} LbMimeField;
void lb_header_parse_mime(LbSlice field, gboolean is_disposition, LbArena *arena, LbMimeField *out,
                          LbDiagSet *diagnostics);
