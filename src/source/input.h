/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: a file or standard input made into one seekable, unpacked file.  Pipes are copied and
 * compressed files unpacked into an unlinked temporary file under $TMPDIR or /var/tmp.
 */
#pragma once
#include <glib.h>
#include "base/diag.h"

typedef struct {
  int fd;
  guint64 size; /* as it was at opening; what grows later is not read */
  char *path;   /* as the user named it */
  char *head;   /* its first bytes, to look at */
  gsize head_length;
  gboolean is_copy; /* of a pipe: nothing that can be opened again */
  char *packed;     /* fingerprint of the compressed file; NULL: it is none */
  gboolean is_left; /* as it is, compressed: fd, size and head are of no use before lb_input_unpack() */
} LbInput;

#define LB_INPUT_HEAD (64u << 10)

/* path "-": standard input.  known: a compressed file with this fingerprint is left as it is; NULL: none.
 * What is damaged in a compressed file is named in log and the rest is there. LB_ERROR_NO_INPUT;
 * LB_ERROR_CANNOT_CREATE and LB_ERROR_WRITE of the temporary file. */
LbInput *lb_input_open(const char *path, const char *known, LbDiagLog *log, GError **error);
/* Unpacks what was left; nothing for all others. */
gboolean lb_input_unpack(LbInput *input, LbDiagLog *log, GError **error);
void lb_input_free(LbInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbInput, lb_input_free)
