/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of a section, in order.  A large archive has thousands of postings to list and messages to
 * print: kept of these is what they are about, and the block is made of it when it is written.
 */
#pragma once
#include "base/arena.h"
#include "message/mail.h"

typedef struct LbScope LbScope; /* what of the input a report is about: report/scope.h */

/* What a section is built of; all text UTF-8, unescaped. */
typedef enum {
  LB_BLOCK_COUNT,   /* number and label: "27 intel.com", or with person set a contributor */
  LB_BLOCK_GROUP,   /* heading inside a section with the number of entries below: "New (2)" */
  LB_BLOCK_POSTING, /* a posting: subject, details (one or more logical lines), link */
  LB_BLOCK_MESSAGE, /* a commit message: title, subject, author, sender, text */
  LB_BLOCK_REPEAT,  /* an entry not printed again: subject printed, subject skipped */
  LB_BLOCK_FACT,    /* label, number and the number of the period before: the numbers */
  LB_BLOCK_NOTE,    /* a line of plain text, indented as entries are */
} LbBlockKind;

typedef struct {
  LbBlockKind kind;
  guint count;                /* COUNT, GROUP, FACT */
  gint64 before;              /* FACT: of the period before; -1 if that isn't known */
  const char *label;          /* COUNT (domain or mailbox), GROUP, FACT, NOTE */
  const char *remark;         /* COUNT: what is said behind the label; NULL if nothing */
  const char *title;          /* MESSAGE */
  const char *subject;        /* POSTING, MESSAGE: "[tag as sent] title"; REPEAT: the one printed */
  const char *skipped;        /* REPEAT */
  const char *const *details; /* POSTING: logical lines, to be wrapped; NULL-terminated */
  const char *link;           /* POSTING; NULL if there is nothing to link to */
  LbPerson person;            /* COUNT of people (email "" if unknown, else NULL), MESSAGE author */
  LbPerson sender;            /* MESSAGE: email NULL if it needn't be said */
  const char *text;           /* MESSAGE: "" if empty; NULL: ref says where it is */
  LbTextRef ref;              /* MESSAGE: kept with the mails, as all texts may be as large as memory */
} LbBlock;

typedef struct LbBlocks LbBlocks;
LbBlocks *lb_blocks_new(void);
void lb_blocks_free(LbBlocks *blocks);
/* block outlives blocks. */
void lb_blocks_add(LbBlocks *blocks, const LbBlock *block);

/* Fills block, which has its kind and else nothing, from what was given when it was added; what it points to
 * lives in arena, or as long as the mails.  Any thread may be the one that calls. */
typedef void (*LbBlockFunc)(const LbScope *scope, gconstpointer about, gconstpointer other, LbBlock *block,
                            LbArena *arena);
/* size: of the text that it brings along, in bytes. */
void lb_blocks_add_late(LbBlocks *blocks, LbBlockKind kind, guint32 size, LbBlockFunc fill,
                        gconstpointer about, gconstpointer other);

guint lb_blocks_count(const LbBlocks *blocks);
LbBlockKind lb_blocks_get_kind(const LbBlocks *blocks, guint i);
/* Of a MESSAGE's text, in bytes. */
gsize lb_blocks_get_size(const LbBlocks *blocks, guint i);
/* In the arena if it is made now.  scope: what the section was built from. */
const LbBlock *lb_blocks_get(const LbBlocks *blocks, guint i, const LbScope *scope, LbArena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbBlocks, lb_blocks_free)
