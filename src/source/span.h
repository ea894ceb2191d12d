/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: one mail in an mbox: where it begins and ends, by From_ lines or by Content-Length, and
 * what of its quoting is to be undone.
 */
#pragma once
#include "source/window.h"

typedef struct {
  guint64 begin;         /* its first header byte */
  guint64 end;           /* behind its last byte, the separating empty line not counted */
  guint64 next;          /* the From_ line after it, or the file's end */
  gboolean is_counted;   /* Content-Length gave the end, and a From_ line stands there */
  gboolean has_quoted;   /* a ">From " line */
  gboolean has_unquoted; /* a "From " line that ends nothing */
} LbSpan;

/* Fills in the rest of what begins at span->begin; at most LB_MAIL_MAX_BYTES of it are then in the window. */
void lb_span_find_end(LbWindow *window, LbSpan *span);
/* Whether '>' is to be taken off: not from a mail that stands before any From_ line, nor from one whose
 * counted length and bare "From " line show that its writer does not quote (mboxcl2). */
gboolean lb_span_needs_unquoting(const LbSpan *span);
/* Takes one '>' off each ">From " line (mboxrd), in place; returns the new length. */
gsize lb_span_unquote(char *bytes, gsize length);
