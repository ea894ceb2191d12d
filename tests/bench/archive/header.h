/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Header of a generated mail: what lists, relays and providers put around what its author said, in the order,
 * the number and the size that real ones have.
 */
#pragma once
#include "person.h"

/* How a body is sent. */
typedef enum { ENCODING_PLAIN, ENCODING_QUOTED, ENCODING_BASE64, ENCODING_LATIN, ENCODING_PARTS } Encoding;

typedef struct {
  const Person *author;
  gint64 date;
  const char *msgid, *subject;          /* subject in ASCII, folded when written */
  const char *in_reply_to, *references; /* or NULL; references as they stand there, with their brackets */
  const char *to, *cc;                  /* addresses as they stand there */
  Encoding encoding;
  gboolean is_posting, is_ascii; /* its body */
} Header;

#define HEADER_DATE 40
void header_format_date(char date[HEADER_DATE], gint64 seconds, gint zone);
/* Up to the empty line, which is written, too. */
void header_write(GString *mail, Dice *dice, const Header *header);
