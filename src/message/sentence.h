/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sentences of prose in mail, as words: what message/statement.h reads by.  Splits at punctuation alone;
 * knows no grammar.
 */
#pragma once
#include "message/lines.h"

#define LB_PARAGRAPH_MAX 1000 /* bytes of one that are read */
#define LB_SENTENCE_MAX 64    /* words of one */

/* A word without the punctuation around it; ends_clause: a comma, colon or the like stood behind it. */
typedef struct {
  const char *data;
  gsize length;
  gboolean ends_clause, is_in_brackets;
} LbWord;

typedef struct {
  LbWord words[LB_SENTENCE_MAX];
  guint n, verb;
  guint clause; /* where the one begins in which the verb is */
  gboolean begins_paragraph, is_question;
} LbSentence;

/* Whether the word is one of a list of small ones separated by blanks, letter case aside. */
gboolean lb_word_is_listed(const LbWord *word, const char *list, gsize length);
/* The compiler knows the length of nearly all lists. */
#define lb_word_is_one_of(word, list) lb_word_is_listed((word), (list), strlen(list))

/* Neither quoted, nor code, a list or a log. */
gboolean lb_sentence_is_prose(LbSlice line);
/* "Hi Kim," ends before the paragraph proper begins. */
gboolean lb_sentence_is_greeting(LbSlice line);
/* A paragraph's lines as one, white space collapsed, typographic apostrophes made plain, what is too long cut
 * off; NUL-terminated.  Returns the length. */
gsize lb_sentence_copy(LbSlice text, char buffer[LB_PARAGRAPH_MAX + 1]);
/* Splits one sentence off a text whose white space is single blanks; returns where the next begins. */
const char *lb_sentence_take(const char *p, const char *end, LbSentence *sentence);
