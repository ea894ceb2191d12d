/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers for strings: equal ones get equal numbers, from 1, so that what strangers write is hashed once and
 * compared as a number from then on.  Numbers depend on the order of asking: nothing that is written out may.
 */
#pragma once
#include <glib.h>

typedef struct LbNumbers LbNumbers;
LbNumbers *lb_numbers_new(void);
void lb_numbers_free(LbNumbers *numbers);
/* The highest number given so far. */
guint lb_numbers_count(const LbNumbers *numbers);
/* Makes room for n strings more. */
void lb_numbers_reserve(LbNumbers *numbers, guint n);
/* These keep no copy: strings outlive numbers.  Find says 0 for what wasn't met so far; add gives a new
 * number whatever was met, and that is what the string has from now on. */
guint lb_numbers_find_string(const LbNumbers *numbers, const char *string);
guint lb_numbers_get_string(LbNumbers *numbers, const char *string);
/* The same where the caller has hashes of his own, of all strings that the table is asked about. */
guint lb_numbers_get_hashed(LbNumbers *numbers, const char *string, guint32 hash);
guint lb_numbers_find_hashed(const LbNumbers *numbers, const char *string, guint32 hash);
guint lb_numbers_add_hashed(LbNumbers *numbers, const char *string, guint32 hash);
/* Has fetched where a string of that hash is, or would be: for what is asked about in a while. */
void lb_numbers_fetch(const LbNumbers *numbers, guint32 hash);
/* Empty, for the caller to fill: what stands in it is what the next two are asked about. */
GString *lb_numbers_begin(LbNumbers *numbers);
guint lb_numbers_get(LbNumbers *numbers);
/* 0: not met so far. */
guint lb_numbers_find(LbNumbers *numbers);
/* A title as it is compared: letter case (ASCII) and the number of blanks aside; 0 for an empty one. */
guint lb_numbers_get_title(LbNumbers *numbers, const char *title);
guint lb_numbers_find_title(LbNumbers *numbers, const char *title);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbNumbers, lb_numbers_free)
