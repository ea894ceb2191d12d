/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who answers whom: In-Reply-To and References turned into parents and threads.  Pure: mails in, numbers out.
 * Loops are cut, missing mails are bridged.
 */
#pragma once
#include "message/message.h"

#define LB_NO_MAIL G_MAXUINT

typedef struct {
  guint n;
  guint *parent;   /* by place in mails: the nearest ancestor that is there; LB_NO_MAIL at the top */
  guint *answered; /* number of the id that the mail answers, whether that mail is there or not: the place in
                      mails if it is, else n and up; LB_NO_MAIL if it answers none */
  guint *thread;   /* the same number for all mails connected by ids, there or not */
  guint *depth;    /* of parents above; 0 at the top */
} LbThreads;

/* mails: of const LbMail without duplicates, in an order that doesn't depend on how they arrived: what is
 * ambiguous (a loop) is decided for the earlier mail. */
LbThreads *lb_threads_build(const GPtrArray *mails);
/* By place: that of the mail at the top of its thread, itself if it answers nothing that is there; owned by
 * the caller. */
guint *lb_threads_build_roots(const LbThreads *threads);
/* Keeps the parents alone. */
void lb_threads_trim(LbThreads *threads);
void lb_threads_free(LbThreads *threads);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbThreads, lb_threads_free)
