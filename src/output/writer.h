/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Report data to bytes.  One exported ops table per format; the table of formats is in writer.c. */
#pragma once
#include "output/stream.h"
#include "report/report.h"

typedef struct {
  const char *name; /* "text" */
  /* Writes the whole document, piece by piece; all mail text is escaped here, for this format.
   * LB_ERROR_WRITE, LB_ERROR_FAILED if a text can't be read back. */
  gboolean (*write)(const LbReport *report, LbStream *stream, GError **error);
} LbWriter;

extern const LbWriter lb_writer_text;

/* NULL if there is none of that name. */
const LbWriter *lb_writer_find(const char *name);

/* A report to where it goes: see output/stream.h.  LB_ERROR_CANNOT_CREATE, LB_ERROR_WRITE, LB_ERROR_FAILED.
 */
gboolean lb_output_write_report(const LbWriter *writer, const LbReport *report, const char *path,
                                GError **error);
