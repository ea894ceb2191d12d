/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where people say that something was applied, before anything is read: the places of verbs that such a
 * sentence has.  Hardly any text has one, and each place is looked for once.
 */
#pragma once
#include "message/header.h"

typedef struct {
  const char *text, *end;
  const char *verb, *queue; /* NULL: there is no more */
} LbVerbs;

void lb_verbs_init(LbVerbs *verbs, const char *text, gsize length);
/* The next one in or below the line that begins at from, which never goes back: a place in it.  NULL if there
 * is no more. */
const char *lb_verbs_find(LbVerbs *verbs, const char *from);
