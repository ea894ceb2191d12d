/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words between a subject's leading brackets: patch words, version, counter, flags, tree.  Order is
 * free and several groups merge, so that a tag is read group by group and understood at the end.
 * Of subject.c alone.
 */
#pragma once
#include "message/subject.h"

#define LB_TAG_MAX_WORDS 64

typedef struct {
  const char *words[LB_TAG_MAX_WORDS]; /* not understood so far, as sent, in the arena */
  guint n_words;
  int dotted;               /* position in words of a "v5.1" that only the counter explains; -1: none */
  int major, minor;         /* of that one */
  gboolean is_dotted_upper; /* it was "V5.1" */
  gboolean has_counter;     /* also where it counts nothing in the end */
  gboolean is_after_not;    /* the last word was NOT */
  LbArena *arena;
  LbSubject *subject;
} LbTag;

void lb_tag_init(LbTag *tag, LbArena *arena, LbSubject *subject);
/* One group's content, without its brackets; nested brackets are blanks. */
void lb_tag_read(LbTag *tag, const char *bytes, gsize length);
/* Gives the subject its prefix, and settles what depends on all the groups together. */
void lb_tag_finish(LbTag *tag);

/* Whether a tag with this word in it says that the mail is no patch: "BUG", "syzbot". */
gboolean lb_tag_is_foreign_word(const char *bytes, gsize length);
/* Length of the word at the front of bytes if a tag is sure to begin with it (PATCH, RFC, RESEND with what is
 * glued to them; version or counter too where any is set), 0 if not. */
gsize lb_tag_match_word(const char *bytes, gsize length, gboolean any);
