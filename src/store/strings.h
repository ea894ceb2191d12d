/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts and people that a source's mails are made of, in pages.  A text's number is its page's in the
 * upper bits and its offset in the page in the lower 16, so that a loaded page is pointed into as it is;
 * every text ends with a NUL.  Texts come in two kinds: words, which recur (addresses, tags, paths) and are
 * kept once, and ids (Message-IDs, subjects), which are looked for among the latest alone.  People are a name
 * and an address by their words' numbers, numbered in turn.  Tags are what subjects say in brackets,
 * likewise.
 */
#pragma once
#include "message/address.h"
#include "message/subject.h"

typedef enum { LB_PAGE_WORDS, LB_PAGE_IDS, LB_PAGE_PEOPLE, LB_PAGE_TAGS, LB_N_PAGE_KINDS } LbPageKind;

/* A page is turned when a text more would make it longer than this; only a longer text makes it longer. */
#define LB_PAGE_OFFSET_BITS 16
#define LB_PAGE_BYTES (1u << LB_PAGE_OFFSET_BITS)

/* Reads pages that string_writer.c wrote.  Bytes are borrowed; whatever they are, what comes out is a string
 * or nothing. */
typedef struct LbStrings LbStrings;
LbStrings *lb_strings_new(void);
void lb_strings_free(LbStrings *strings);
/* Pages of a kind by ascending number; words before people.  FALSE: such bytes can't be a page. */
gboolean lb_strings_add_page(LbStrings *strings, LbPageKind kind, guint32 number, const guint8 *bytes,
                             gsize length);
/* NULL if there is none of that number. */
const char *lb_strings_find(const LbStrings *strings, LbPageKind kind, guint64 number);
const LbPerson *lb_strings_find_person(const LbStrings *strings, guint64 number);
const LbSubject *lb_strings_find_tags(const LbStrings *strings, guint64 number);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbStrings, lb_strings_free)
