/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox in all its dialects: mboxo, mboxrd, mboxcl, mboxcl2 (qmail's mbox(5), RFC 4155).
 *
 * The file is cut into chunks that are read side by side.  A chunk owns the mails that start in it and reads
 * on past its end.  Only a Content-Length that leads over a From_ line of a later chunk makes the reader of
 * that chunk begin at a wrong place: settle() finds that out afterwards.
 */
#include "source/mbox.h"
#include <errno.h>
#include <string.h>
#include "base/error.h"
#include "source/span.h"

#define CHUNK (1u << 20)
/* Room for the tail of a chunk's last mail, so that most are read with one pread(2). */
#define TAIL (32u << 10)
#define NONE LB_WINDOW_NONE

typedef struct {
  LbSource base;
  LbInput *input;
  guint64 chunk;
  guint64 given; /* where the next unit begins */
  gint64 n_units;
  gint is_shortness_noted;
} Mbox;

void lb_mbox_set_chunk(LbSource *source, guint64 bytes) {
  ((Mbox *)source)->chunk = bytes;
}

static LbWindow window_of(const LbSource *source, LbReader *reader) {
  const LbInput *input = ((const Mbox *)source)->input;
  return (LbWindow){.fd = input->fd, .size = input->size, .reader = reader};
}

static void give(LbSource *source, LbWindow *window, const LbSpan *span, LbRawMailFunc func, gpointer data) {
  gsize there = lb_window_end(window) - span->begin;
  gsize kept = MIN(MIN(span->end - span->begin, there), LB_MAIL_MAX_BYTES);
  char *bytes = window->reader->bytes + (span->begin - window->base);
  LbRawMail mail = {.bytes = bytes,
                    .length = kept,
                    .is_cut = span->end - span->begin > LB_MAIL_MAX_BYTES,
                    .locator = {.file = ((Mbox *)source)->input->path,
                                .offset = span->begin,
                                .length = span->end - span->begin}};
  if (lb_span_needs_unquoting(span))
    mail.length = lb_span_unquote(bytes, kept);
  func(&mail, data);
}

static gboolean is_blank(const char *p, gsize length) {
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace(p[i]))
      return FALSE;
  return TRUE;
}

/* What stands before the first From_ line: nothing, blank lines, a mail whose own From_ line was lost, junk,
 * or, in a file without any, the one mail.  Returns the place of the first From_ line. */
static guint64 read_lead(LbSource *source, LbWindow *window, LbRawMailFunc func, gpointer data) {
  LbSpan span = {0};
  lb_window_ensure(window, 0, LB_WINDOW_LOOKAHEAD, 0);
  if (lb_window_has_from_line(window, 0))
    return 0;
  lb_span_find_end(window, &span);
  gboolean is_alone = span.next == window->size || window->error_number;
  if (is_alone)
    span.end = span.next;
  gsize there = MIN(span.end, lb_window_end(window));
  if (is_blank(lb_window_at(window, 0), there))
    return span.next;
  if (is_alone || lb_source_looks_like_mail(lb_window_at(window, 0), there))
    give(source, window, &span, func, data);
  else
    lb_source_note_errno(source, LB_DIAG_LEADING_JUNK, ((Mbox *)source)->input->path, 0, 0);
  return span.next;
}

/* What could not be read; a file that was cut short says so once, not for each chunk. */
static void note_error(LbSource *source, const LbWindow *window) {
  Mbox *mbox = (Mbox *)source;
  if (window->error_number && (window->error_number != LB_WINDOW_CUT_SHORT ||
                               g_atomic_int_compare_and_exchange(&mbox->is_shortness_noted, 0, 1)))
    lb_source_note_errno(source, LB_DIAG_UNREADABLE, mbox->input->path, lb_window_end(window),
                         window->error_number);
}

static gboolean mbox_read(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func, gpointer data,
                          GError **error) {
  if (unit->begin >= unit->end)
    return TRUE; /* a mail of an earlier unit covers it: settle() said so */
  LbWindow window = window_of(source, reader);
  guint64 lead = MIN(unit->begin, 4), place = unit->first;
  lb_window_start(&window, unit->begin - lead, lead + (unit->end - unit->begin) + TAIL);
  if (unit->begin == 0)
    place = read_lead(source, &window, func, data);
  else if (place == NONE)
    place = lb_window_find_separator(&window, unit->begin, unit->end);
  unit->first = place;
  while (place < unit->end && place < lb_window_end(&window)) {
    lb_window_ensure(&window, place, LB_WINDOW_LOOKAHEAD, place);
    LbSpan span = {.begin = lb_window_find_line_end(&window, place)};
    lb_span_find_end(&window, &span);
    give(source, &window, &span, func, data);
    place = span.next;
  }
  unit->next = place;
  note_error(source, &window);
  return TRUE;
}

/* before knows where the first mail of unit must begin.  It knows too if it had none itself: settled in
 * order, it was told by the unit before it. */
static gboolean mbox_settle(LbSource *source, const LbUnit *before, LbUnit *unit) {
  if (!before || before->next == unit->first)
    return TRUE;
  guint64 expected = before->next;
  if (expected >= unit->end) {
    gboolean fits = unit->first == NONE;
    unit->first = NONE;
    unit->begin = unit->end;
    unit->next = expected;
    return fits;
  }
  unit->begin = unit->first = expected;
  return FALSE;
}

static gboolean mbox_next(LbSource *source, LbUnit *unit, GError **error) {
  Mbox *mbox = (Mbox *)source;
  if (mbox->given >= mbox->input->size)
    return FALSE;
  unit->number = mbox->n_units++;
  unit->begin = mbox->given;
  unit->end = mbox->given = MIN(mbox->given + mbox->chunk, mbox->input->size);
  unit->first = unit->next = NONE;
  return TRUE;
}

static gboolean mbox_fetch(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                           GError **error) {
  LbWindow window = window_of(source, reader);
  guint64 lead = MIN(locator->offset, 4);
  LbSpan span = {.begin = locator->offset};
  lb_window_start(&window, locator->offset - lead, lead + MIN(locator->length, LB_MAIL_MAX_BYTES) + TAIL);
  lb_span_find_end(&window, &span);
  gsize kept = MIN(MIN(locator->length, LB_MAIL_MAX_BYTES), lb_window_end(&window) - span.begin);
  if (window.error_number) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read '%s': %s", ((Mbox *)source)->input->path,
                g_strerror(window.error_number));
    return FALSE;
  }
  g_string_append_len(buffer, lb_window_at(&window, span.begin), kept);
  if (lb_span_needs_unquoting(&span))
    g_string_truncate(buffer, lb_span_unquote(buffer->str, kept));
  lb_reader_relax(reader);
  return TRUE;
}

/* Whether anything in it could be a mail; only a file that the user calls an mbox is searched so far. */
static gboolean has_any_mail(const LbInput *input) {
  if (input->size == 0 || lb_source_begins_with_field(input->head, input->head_length))
    return TRUE;
  g_autoptr(LbReader) reader = lb_reader_new();
  LbWindow window = {.fd = input->fd, .size = input->size, .reader = reader};
  lb_window_start(&window, 0, CHUNK);
  return lb_window_find_separator(&window, 0, input->size) != NONE;
}

/* Every other file: an mbox with a single mail without From_ line is one as well. */
static gboolean mbox_looks_like(const LbPlace *place) {
  return TRUE;
}

static LbSource *mbox_open(LbPlace *place, const LbSourceOptions *options, GError **error) {
  if (place->is_forced && !has_any_mail(place->input)) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT,
                "'%s' is no mbox: neither a From_ line nor a header field in it", place->path);
    return NULL;
  }
  Mbox *mbox = g_new0(Mbox, 1);
  mbox->input = g_steal_pointer(&place->input);
  mbox->chunk = CHUNK;
  mbox->base.log = options->log;
  mbox->base.size = mbox->input->size;
  return &mbox->base;
}

static void mbox_close(LbSource *source) {
  Mbox *mbox = (Mbox *)source;
  lb_input_free(mbox->input);
  g_free(mbox);
}

const LbSourceKind lb_source_mbox = {
    .name = "mbox",
    .looks_like = mbox_looks_like,
    .open = mbox_open,
    .next = mbox_next,
    .read = mbox_read,
    .settle = mbox_settle,
    .fetch = mbox_fetch,
    .close = mbox_close,
};
