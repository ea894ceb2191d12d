/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of gio that are called. */
#include <gio/gio.h>
#include "config.h"
#include "source/late.h"

static LbLate library = {.file = LATE_GIO};

LATE(GType, g_converter_get_type, (void), ())
LATE(GConverterResult, g_converter_convert,
     (GConverter * converter, const void *in, gsize length, void *out, gsize room, GConverterFlags flags,
      gsize *n_read, gsize *n_written, GError **error),
     (converter, in, length, out, room, flags, n_read, n_written, error))
LATE(GZlibCompressor *, g_zlib_compressor_new, (GZlibCompressorFormat format, int level), (format, level))
LATE(GZlibDecompressor *, g_zlib_decompressor_new, (GZlibCompressorFormat format), (format))
