/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where people say that something was applied, before anything is read: the places of verbs that such a
 * sentence has.  Hardly any text has one.
 */
#pragma once
#include <glib.h>

/* The first from p on, which begins a line, of a text that begins at begin: a place in it, on its line.  NULL
 * if there is no more. */
const char *lb_verb_find(const char *begin, const char *p, const char *end);
