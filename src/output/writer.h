/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Report data to bytes.  One exported ops table per format; the table of formats is in writer.c. */
#pragma once
#include "report/report.h"

typedef struct {
  const char *name; /* "text" */
  /* Appends the whole document; all mail text is escaped here, for this format. */
  void (*write)(const LbReport *report, GString *out);
} LbWriter;

extern const LbWriter lb_writer_text;

/* NULL if there is none of that name. */
const LbWriter *lb_writer_find(const char *name);

/* A whole document at once to where it goes: see output/stream.h.  LB_ERROR_CANNOT_CREATE, LB_ERROR_WRITE. */
gboolean lb_output_write(const char *path, const char *bytes, gsize length, GError **error);
