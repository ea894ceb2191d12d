/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What covers and patches are compared by, as numbers: equal ones for equal strings.  Titles aside, which
 * collect.c has numbered beside it.  Private to series/.
 */
#pragma once
#include "base/numbers.h"
#include "message/mail.h"

/* 0: there is none. */
typedef struct {
  guint sender, author; /* addresses, letter case (ASCII) aside; an author without one is the sender */
  guint prefix;         /* words of the tag, letter case aside */
  guint stem;           /* of the Message-ID: series/stem.h */
} LbKeys;

typedef struct LbKeyMaker LbKeyMaker;
LbKeyMaker *lb_key_maker_new(void);
void lb_key_maker_free(LbKeyMaker *maker);
LbKeys lb_key_maker_make(LbKeyMaker *maker, const LbMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbKeyMaker, lb_key_maker_free)
