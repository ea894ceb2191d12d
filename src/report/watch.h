/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reader calls his own: authors, domains, paths, and addresses at which he is asked. */
#pragma once
#include "message/message.h"

typedef struct LbWatch LbWatch;
/* words: "author:kim@example.org,path:drivers/hv", NULL-terminated; each item needs its kind: author, domain,
 * path, to. An author is an address, or part of a name; a domain takes in those below it, a path what lies
 * below it; letter case counts in paths alone.  LB_ERROR_USAGE. */
LbWatch *lb_watch_parse(const char *const *words, GError **error);
void lb_watch_free(LbWatch *watch);
/* An author or domain of the list, after mailmap: we posted it. */
gboolean lb_watch_has_author(const LbWatch *watch, LbPerson person);
/* The same, or one of the addresses at which we are asked: one of us. */
gboolean lb_watch_has_person(const LbWatch *watch, LbPerson person);
gboolean lb_watch_touches(const LbWatch *watch, const LbDiff *diff);
/* Whether one of the addresses stands in To. */
gboolean lb_watch_is_asked(const LbWatch *watch, const LbMail *mail);
/* Whether it names addresses at all: then mails must be read with LB_WANT_RECIPIENTS. */
gboolean lb_watch_needs_recipients(const LbWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbWatch, lb_watch_free)
