/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of one mail as bytes, and back: numbers, and numbers of texts.  Says nothing of where the mail
 * was found, nor what is only known beside other mails.  Whoever changes what is written here bumps
 * LB_FACTS_VERSION.
 */
#pragma once
#include "message/message.h"
#include "store/string_writer.h"

/* Records in turn: some is said as the difference from the one before.  The first one after init begins anew,
 * so that it can go behind others. */
typedef struct {
  LbStringWriter *strings;
  gboolean has_begun;
  gint64 date;
  guint64 next;     /* where an id comes to lie that is new */
  guint64 lists[8]; /* list_ids of the mail before */
  guint n_lists;    /* 0: nothing is known of it */
} LbRecordWriter;
void lb_record_writer_init(LbRecordWriter *writer, LbStringWriter *strings);
/* Appends. */
void lb_record_write(LbRecordWriter *writer, const LbMail *mail, GByteArray *out);

typedef struct {
  const LbStrings *strings;
  LbArena *arena; /* takes what isn't in strings */
  LbWants wants;  /* LB_WANT_RECIPIENTS */
  gint64 date;
  guint64 next;
  const char *const *list_ids; /* of the mail before */
  const guint8 *at, *end;
  gboolean has_failed;
} LbRecordReader;
void lb_record_reader_init(LbRecordReader *reader, const LbStrings *strings, LbArena *arena, LbWants wants);
/* Fills mail, whatever it held.  FALSE: these bytes are no record. */
gboolean lb_record_read(LbRecordReader *reader, const guint8 *bytes, gsize length, LbMail *mail);
