/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bodies of generated mails: patches whose next version is mostly the same, replies that quote what they
 * answer.
 */
#pragma once
#include "header.h"

/* What a series is about; all of its text follows from this. */
typedef struct {
  guint64 seed;
  guint author, version, total; /* author: a person's number */
  guint n_files;                /* that the list knows of */
  gint64 earlier;               /* when the version before was posted */
  gboolean had_cover;           /* the version before */
} Work;

/* Index 0 is the series itself, and its cover. */
void body_add_title(GString *text, const Work *work, guint index);
void body_add_patch(GString *text, const Work *work, guint index, const Person *author, const Person *other);
void body_add_cover(GString *text, const Work *work, const Person *author, const char *earlier);
void body_add_talk(GString *text, Dice *dice);
void body_add_pull(GString *text, Dice *dice, const Person *author);

typedef struct {
  const char *text, *date;
  const Person *author;
} Quoted;

typedef enum { REPLY_TALK, REPLY_TRAILER, REPLY_APPLIED, REPLY_NOTICE, REPLY_ROBOT } ReplyKind;
void body_add_reply(GString *text, Dice *dice, ReplyKind kind, const Quoted *quoted, const Person *me);
void body_encode(GString *mail, const GString *text, Encoding encoding);
