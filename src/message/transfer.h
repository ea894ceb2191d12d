/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Content-Transfer-Encoding undone (RFC 2045 section 6), leniently: what is broken is decoded as far as it
 * goes and said in a diagnostic.  Knows nothing of charsets.
 */
#pragma once
#include "message/header.h"

typedef enum { LB_TRANSFER_NONE, LB_TRANSFER_QP, LB_TRANSFER_BASE64 } LbTransfer;

/* field: of the header, data NULL if absent.  What isn't known is no encoding. */
LbTransfer lb_transfer_find(LbSlice field);

/* Appends the decoded bytes.  Returns how much of bytes was encoded: behind it stands clear text that a list
 * server appended to a base64 body; length if there is none. */
gsize lb_transfer_decode(LbTransfer transfer, const char *bytes, gsize length, GString *out,
                         LbDiagSet *diagnostics);
