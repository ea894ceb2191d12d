/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that came from mail, made safe and measured.  All input and output is
 * UTF-8 with a length; case is folded in ASCII alone, whatever the locale.
 */
#pragma once
#include <glib.h>
#include <string.h>

/* g_string_append_len() without a call: reports are made of a million short pieces. */
static inline void lb_text_append(GString *out, const char *bytes, gsize length) {
  if (G_UNLIKELY(length >= out->allocated_len - out->len)) {
    g_string_append_len(out, bytes, (gssize)length);
    return;
  }
  memcpy(out->str + out->len, bytes, length);
  out->len += length;
  out->str[out->len] = '\0';
}
/* The same for a string, whose length the compiler knows of a literal. */
#define lb_text_append_string(out, string) lb_text_append((out), (string), strlen(string))

/* Empties a buffer, for the next mail: what one large mail took isn't kept for all that follow. */
void lb_text_empty(GString *buffer);

/* Appends bytes as valid UTF-8: what is no UTF-8 is read as windows-1252 (its
 * five holes and C1 as U+FFFD), NUL becomes U+FFFD.  Returns whether all was UTF-8. */
gboolean lb_text_append_utf8(GString *out, const char *bytes, gsize length);

/* For terminals, logs and text reports: C0 but \n and \t (and \t too if one_line), DEL,
 * C1, bidi controls (U+202A-202E, U+2066-2069, U+200E, U+200F, U+061C) and lone
 * U+2028/2029 become "<U+001B>", bytes that are no UTF-8 (file names) U+FFFD.
 * one_line also turns \n and \t into a blank. */
void lb_text_append_visible(GString *out, const char *text, gsize length, gboolean one_line);
/* The same as a new string, owned by the caller. */
char *lb_text_visible(const char *text, gboolean one_line);

/* Whether it stays as it is on one line: printable ASCII alone. */
gboolean lb_text_is_plain(const char *text, gsize length);

/* As "%" G_GUINT64_FORMAT, "%d" and the like would write it: what is printed by the thousand. */
void lb_text_append_number(GString *out, gint64 number);

/* Columns on a terminal: wide characters 2, combining ones 0. */
int lb_text_width(const char *text, gsize length);

/* Whether lb_text_collapse() would change nothing; FALSE also for other control characters. */
gboolean lb_text_is_collapsed(const char *text, gsize length);
/* Every run of blank, tab, CR and LF becomes one blank, the ends are trimmed.  Returns the new length. */
gsize lb_text_collapse(char *text, gsize length);

/* ASCII case-blind search of needle in length bytes, NULL if it isn't there. */
const char *lb_text_find_nocase(const char *haystack, gsize length, const char *needle);
