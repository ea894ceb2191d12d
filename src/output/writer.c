/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/writer.h"
#include <string.h>

static const LbWriter *const table[] = {&lb_writer_text};

const LbWriter *lb_writer_find(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(table); i++) {
    if (strcmp(table[i]->name, name) == 0)
      return table[i];
  }
  return NULL;
}

gboolean lb_output_write_report(const LbWriter *writer, const LbReport *report, const char *path,
                                GError **error) {
  g_autoptr(LbStream) stream = lb_stream_open(path, error);

  return stream && writer->write(report, stream, error) && lb_stream_finish(stream, error);
}
