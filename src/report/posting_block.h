/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report tells of a posting in a few lines: the block that lists of postings are made of. */
#pragma once
#include "report/scope.h"

/* "[tag as sent] title", in the arena. */
const char *lb_posting_block_format_subject(const LbMail *mail, LbArena *arena);
/* The template with {msgid} filled in, percent-encoded but for '@'; NULL if the mail has no Message-ID. */
const char *lb_posting_block_format_link(const LbScope *scope, const LbMail *mail, LbArena *arena);
/* The author's name, else the address, and the day: what begins the first detail. */
char *lb_posting_block_format_origin(const LbScope *scope, const LbMail *mail);
/* Ascending ones: "4", "4, 5", "4-6, 9". */
void lb_posting_block_append_numbers(GString *out, const int *numbers, guint n);
/* What a POSTING block says: who, when, how many patches, what came before; what they change if has_summary;
 * state, in the arena, unless it is NULL. */
void lb_posting_block_fill(const LbScope *scope, const LbPosting *posting, gboolean has_summary,
                           const char *state, LbBlock *block, LbArena *arena);
/* Such a block, filled now. */
void lb_posting_block_append(const LbScope *scope, const LbPosting *posting, gboolean has_summary,
                             const char *state, LbReport *report, LbBlocks *blocks);
/* One without summary and state, filled when it is written. */
void lb_posting_block_append_bare(const LbPosting *posting, LbBlocks *blocks);
/* The same of a single mail of any class, under its whole subject. */
void lb_posting_block_append_mail(const LbMail *mail, LbBlocks *blocks);
/* A GROUP block; its count is the caller's. */
LbBlock *lb_posting_block_append_group(LbReport *report, LbBlocks *blocks, const char *label);
