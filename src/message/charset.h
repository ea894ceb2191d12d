/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes in a declared charset to UTF-8: the declared one, then UTF-8, then windows-1252, so that no mail is
 * lost to a lie.  Thread-safe: converters are kept per thread.
 */
#pragma once
#include <glib.h>
#include "base/diag.h"

typedef enum {
  LB_CHARSET_AS_IS,     /* the bytes are UTF-8 already: nothing was appended */
  LB_CHARSET_CONVERTED, /* appended, and every byte fitted */
  LB_CHARSET_GUESSED,   /* appended, but read as something else than declared, or with U+FFFD in it */
} LbCharsetResult;

/* charset: as declared, NULL if it isn't.  NULs stay what they are. */
LbCharsetResult lb_charset_decode(GString *out, const char *charset, const char *bytes, gsize length,
                                  LbDiagSet *diagnostics);

/* Whether ASCII declared as this is what it looks like. */
gboolean lb_charset_keeps_ascii(const char *charset);

/* The same, but always appends, and without NUL. */
void lb_charset_append_utf8(GString *out, const char *charset, const char *bytes, gsize length,
                            LbDiagSet *diagnostics);

/* Whether bytes are valid UTF-8, NUL allowed; *has_high: whether any is above 0x7f. */
gboolean lb_charset_is_utf8(const char *bytes, gsize length, gboolean *has_high);
