/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Content-Type and Content-Transfer-Encoding of a header changed in place: as little as can be, the rest of
 * the field keeps its bytes, folds and comments.
 */
#pragma once
#include "message/header.h"

/* Replaces length bytes at an address inside the mail. */
typedef struct {
  const char *at;
  gsize length;
  char *text; /* owned */
  gsize text_length;
} LbEdit;

/* of LbEdit, which it frees */
GArray *lb_edits_new(void);
/* text is taken over. */
void lb_edits_add(GArray *edits, const char *at, gsize length, char *text, gsize text_length);
/* Appends bytes with all edits made; they must not overlap. */
void lb_edits_apply(GArray *edits, const char *bytes, gsize length, GString *out);

/* Makes a text part's header say charset=utf-8 and 8bit; a field that is missing goes behind the other one.
 * is_typed: the type is type/subtype.  Returns FALSE, having added nothing, if that can't be done in place.
 */
gboolean lb_mime_edit_text(GArray *edits, LbSlice content_type, LbSlice encoding, gboolean is_typed);
/* "7bit" to "8bit" in the header of what contains such a part. */
void lb_mime_edit_container(GArray *edits, LbSlice encoding);
