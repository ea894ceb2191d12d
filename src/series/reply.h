/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who answers whom, as mails: what series/thread.h knows by numbers, with the posting that a reply
 * is about.  The same result for any order of mails.
 */
#pragma once
#include "series/collect.h"

typedef struct LbReplies LbReplies;
/* Over the collection's mails, which outlives the result. */
LbReplies *lb_replies_build(const LbCollection *collection);
void lb_replies_free(LbReplies *replies);
/* NULL: a root. */
const LbMail *lb_replies_find_parent(const LbReplies *replies, const LbMail *mail);
/* The nearest cover or patch above a reply (or the mail itself if it is one), NULL if there is none. */
const LbMail *lb_replies_find_posted(const LbReplies *replies, const LbMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbReplies, lb_replies_free)
