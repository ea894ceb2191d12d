/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a product goes, piece by piece: standard output, or a file written beside its target, synced and
 * renamed, so that an old product is never left half overwritten.  What is no regular file (a FIFO,
 * /dev/full) is written to as it is.
 */
#pragma once
#include <glib.h>

typedef struct LbStream LbStream;

/* path NULL or "-": standard output.  LB_ERROR_CANNOT_CREATE.  A new file is readable by its owner alone, as
 * mail is private; one that is replaced keeps its mode. */
LbStream *lb_stream_open(const char *path, GError **error);
/* The same for a file that one process alone writes at a time: what it writes beside the target has always
 * the name ".TARGET.WORD", so that a killed one leaves no more than the next one takes away.  mode: of a new
 * file. */
LbStream *lb_stream_open_exclusive(const char *path, const char *word, guint mode, GError **error);
/* Appends to a string, which must outlive the stream. */
LbStream *lb_stream_open_string(GString *string);
/* LB_ERROR_WRITE.  When the reader of a pipe has gone, nothing is an error and nothing more is written. */
gboolean lb_stream_write(LbStream *stream, const char *bytes, gsize length, GError **error);
/* Whether the reader of the pipe has gone: the caller may stop. */
gboolean lb_stream_is_cut(const LbStream *stream);
/* Flushes, syncs, renames: the product is there when this returns TRUE.  LB_ERROR_WRITE. */
gboolean lb_stream_finish(LbStream *stream, GError **error);
/* Without finish the target stays as it was.  Bears NULL. */
void lb_stream_free(LbStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbStream, lb_stream_free)
