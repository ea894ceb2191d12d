/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/deflate.h"
#include <gio/gio.h>

/* Texts wait for a week and go: what matters is that saving them is quick. */
#define LEVEL 1
/* Getting ready to deflate costs as much as some thousand bytes do. */
#define SHORT_BYTES 2048
/* Nothing inflates to more of itself (zlib's technical details: 1032:1). */
#define MAX_RATIO 1100

static GByteArray *deflate_bytes(const char *bytes, gsize length) {
  g_autoptr(GZlibCompressor) compressor = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW, LEVEL);
  GByteArray *out = g_byte_array_new();
  guint8 buffer[16384];
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (result == G_CONVERTER_CONVERTED) {
    gsize read = 0, written = 0;
    result = g_converter_convert(G_CONVERTER(compressor), bytes, length, buffer, sizeof buffer,
                                 G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
    g_byte_array_append(out, buffer, (guint)written);
    bytes += read;
    length -= read;
  }
  return out;
}

GByteArray *lb_deflate(const char *bytes, gsize length) {
  GByteArray *out = length > SHORT_BYTES ? deflate_bytes(bytes, length) : NULL;

  if (out && out->len < length)
    return out;
  if (out)
    g_byte_array_unref(out);
  return g_byte_array_append(g_byte_array_new(), (const guint8 *)bytes, (guint)length);
}

char *lb_inflate(gconstpointer bytes, gsize length, gsize size) {
  g_autoptr(GZlibDecompressor) decompressor = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_RAW);
  const guint8 *at = bytes;
  gsize done = 0;

  if (length == size)
    return g_strndup(bytes ? bytes : "", size);
  if (!length || size / MAX_RATIO > length)
    return NULL;
  /* One byte more than there should be shows whether there is more. */
  g_autofree char *out = g_try_malloc(size + 1);
  GConverterResult result = G_CONVERTER_CONVERTED;
  while (out && result == G_CONVERTER_CONVERTED && done <= size) {
    gsize read = 0, written = 0;
    result = g_converter_convert(G_CONVERTER(decompressor), at, length, out + done, size + 1 - done,
                                 G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
    done += written;
    at += read;
    length -= read;
  }
  if (!out || result != G_CONVERTER_FINISHED || done != size || length)
    return NULL;
  out[size] = '\0';
  return g_steal_pointer(&out);
}
