/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to store/: mails as they were loaded, with their numbers in the store. */
#pragma once
#include "store/database.h"
#include "store/query.h"
#include "store/strings.h"

/* The mails of one batch.  Of what wasn't loaded msgid is NULL. */
typedef struct {
  LbMail *mails;
  guint n;
  gint64 first;
  LbBlob places; /* as the row has them */
} LbMailBlock;

/* A row of the table counted. */
typedef struct {
  gint64 first, last;
  guint32 report;
} LbCountedRange;

struct LbStoredMails {
  GPtrArray *mails;
  LbArena *arena;
  GPtrArray *arenas;  /* of LbArena: what threads made */
  GPtrArray *strings; /* of LbStrings, by source */
  GPtrArray *bytes;   /* what they point into */
  GArray *blocks;     /* of LbMailBlock, ascending */
  GArray *by_address; /* the same, by where mails lie in memory */
  GArray *counted;    /* of LbCountedRange, ascending: as they were at load */
};

/* LB_REPORT_PENDING if none counted it. */
guint32 lb_counted_find(const GArray *counted, gint64 id);
/* The number of a mail that was loaded; -1 if it wasn't. */
gint64 lb_stored_mails_find_id(const LbStoredMails *stored, const LbMail *mail);
/* What of a printed entry's key is kept. */
LbBlob lb_printed_key(const char *key, guint8 digest[32]);
/* Off rest the next of a row of lengths and bytes; FALSE if there is none. */
gboolean lb_blob_next_piece(LbBlob *rest, LbBlob *piece);
