/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes under a declared charset to UTF-8: declared, then UTF-8, then windows-1252; nothing is lost. */
#pragma once
#include <glib.h>
#include "base/diag.h"

/* Appends valid UTF-8 without NUL.  charset NULL: none declared.  Labels are read as browsers read them (WHATWG
 * Encoding: iso-8859-1 is windows-1252, gb2312 is gb18030, …).  Thread-safe: converters are kept per thread. */
void lb_charset_append_utf8(GString *out, const char *charset, const char *bytes, gsize length,
                            LbDiagSet *diagnostics);
