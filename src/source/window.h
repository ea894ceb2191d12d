/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: a stretch of a file in memory that moves on as it is read, and the From_ lines in it.
 * Places are offsets in the file throughout.
 */
#pragma once
#include <errno.h>
#include "source/from_line.h"
#include "source/kind.h"

typedef struct {
  int fd;
  guint64 size;     /* of the file, as it was at opening */
  LbReader *reader; /* whose room holds the bytes */
  guint64 base;     /* place of the first byte in the room */
  gsize length;
  gboolean at_end;  /* nothing follows what is in the room */
  int error_number; /* why the file ended early; 0: it did not */
} LbWindow;

#define LB_WINDOW_CUT_SHORT ENODATA /* error_number: the file was cut while it was read */
/* What must be in the window from a place on to tell whether a separator stands there: the From_ line and the
 * name of a field after it. */
#define LB_WINDOW_LOOKAHEAD (LB_FROM_LINE_MAX + 200)
#define LB_WINDOW_NONE G_MAXUINT64 /* no place */

/* Reads length bytes from place on. */
void lb_window_start(LbWindow *window, guint64 place, gsize length);
/* Reads on; forgets what stands before keep.  FALSE: the end is reached. */
gboolean lb_window_extend(LbWindow *window, guint64 keep);
/* Extends until length bytes from place on are there, or all that the file has. */
void lb_window_ensure(LbWindow *window, guint64 place, gsize length, guint64 keep);

static inline const char *lb_window_at(const LbWindow *window, guint64 place) {
  return window->reader->bytes + (place - window->base);
}

static inline guint64 lb_window_end(const LbWindow *window) {
  return window->base + window->length;
}

/* Place behind the line that begins at place, line feed included; the line must be in the window. */
guint64 lb_window_find_line_end(const LbWindow *window, guint64 place);
/* Whether a From_ line begins at place, which is known to be the beginning of a line. */
gboolean lb_window_has_from_line(const LbWindow *window, guint64 place);
/* The same where nothing is known: a line must begin there, after an empty one (mbox(5)) or before a header
 * field (mailboxes whose writer left the empty line out). */
gboolean lb_window_is_separator(const LbWindow *window, guint64 place);
/* First separator in [from, below), LB_WINDOW_NONE if there is none; keeps nothing. */
guint64 lb_window_find_separator(LbWindow *window, guint64 from, guint64 below);
