/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A value for each person in a scope: both are numbers of the caller's, and a third one goes with them. */
#pragma once
#include "series/people.h"

typedef struct LbRoll LbRoll;
LbRoll *lb_roll_new(void);
void lb_roll_free(LbRoll *roll);
/* 0: not there. */
guint lb_roll_find(const LbRoll *roll, guint scope, guint number, LbWho who);
/* What is there already stays.  value: not 0. */
void lb_roll_add(LbRoll *roll, guint scope, guint number, LbWho who, guint value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbRoll, lb_roll_free)
