/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands for inflate_libdeflate.c where that is not to be had. */
#include <zlib.h>
#include "source/inflate.h"

struct LbInflater {
  z_stream stream;
};

LbInflater *lb_inflater_new(void) {
  LbInflater *inflater = g_new0(LbInflater, 1);
  if (inflateInit(&inflater->stream) == Z_OK)
    return inflater;
  g_free(inflater);
  return NULL;
}

void lb_inflater_free(LbInflater *inflater) {
  if (!inflater)
    return;
  inflateEnd(&inflater->stream);
  g_free(inflater);
}

gboolean lb_inflater_run(LbInflater *inflater, const guint8 *in, gsize length, guint8 *out, gsize size) {
  z_stream *stream = &inflater->stream;
  guint8 nowhere;
  if (length > G_MAXUINT || size > G_MAXUINT || inflateReset(stream) != Z_OK)
    return FALSE;
  stream->next_in = (guint8 *)in;
  stream->avail_in = (uInt)length;
  stream->next_out = size > 0 ? out : &nowhere; /* zlib takes no room for no pointer */
  stream->avail_out = (uInt)size;
  return inflate(stream, Z_FINISH) == Z_STREAM_END && stream->avail_out == 0;
}
