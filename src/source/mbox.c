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
#include "source/fingerprint.h"
#include "source/from_line.h"
#include "source/mbox_lock.h"
#include "source/span.h"

#define CHUNK (1u << 20)
/* The last chunks are smaller, down to an eighth: no thread waits long for another's last one. */
#define SHARES 16
#define SHRINKS 8
/* Room for the tail of a chunk's last mail, so that most are read with one pread(2). */
#define TAIL (32u << 10)
#define NONE LB_WINDOW_NONE

/* The last mail of a unit. */
typedef struct {
  guint64 line, end; /* its From_ line and what is behind its last byte; line NONE: no mail */
} Last;

typedef struct {
  LbSource base;
  LbInput *input;
  guint64 chunk;
  guint64 given; /* where the next unit begins */
  gint64 n_units;
  gint is_shortness_noted;
  gint is_failed;
  gboolean is_unfinished; /* someone is still writing the last mail: it comes next time */
  char *fingerprint;      /* as it was opened; NULL: of a pipe */
  char *position;         /* of an earlier run, where it fits */
  Last resumed;      /* what was its last mail: reading begins there, as more may have been written of it */
  gboolean is_again; /* see LbRawMail */
  Last *lasts;       /* by number of unit */
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
                    .is_again = ((Mbox *)source)->is_again,
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

/* The last mail of an earlier run, which was given then. */
static gboolean is_resumed(const Mbox *mbox, guint64 line) {
  return mbox->position && line == mbox->resumed.line && mbox->resumed.end != NONE;
}

/* What could not be read; a file that was cut short says so once, not for each chunk. */
static void note_error(LbSource *source, const LbWindow *window) {
  Mbox *mbox = (Mbox *)source;
  if (window->error_number)
    g_atomic_int_set(&mbox->is_failed, 1);
  if (window->error_number && (window->error_number != LB_WINDOW_CUT_SHORT ||
                               g_atomic_int_compare_and_exchange(&mbox->is_shortness_noted, 0, 1)))
    lb_source_note_errno(source, LB_DIAG_UNREADABLE, mbox->input->path, lb_window_end(window),
                         window->error_number);
}

static gboolean mbox_read(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func, gpointer data,
                          GError **error) {
  Mbox *mbox = (Mbox *)source;
  Last last = {NONE, NONE};
  mbox->lasts[unit->number] = last;
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
    gboolean is_unfinished = mbox->is_unfinished && span.next == window.size;
    if (!is_unfinished && !is_resumed(mbox, place))
      give(source, &window, &span, func, data);
    last = (Last){place, is_unfinished ? NONE : span.end};
    place = span.next;
  }
  mbox->lasts[unit->number] = last;
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

static guint64 smallest_chunk(const Mbox *mbox) {
  return MAX(mbox->chunk / SHRINKS, 1);
}

static gboolean mbox_next(LbSource *source, LbUnit *unit, GError **error) {
  Mbox *mbox = (Mbox *)source;
  if (mbox->given >= mbox->input->size)
    return FALSE;
  guint64 left = mbox->input->size - mbox->given;
  if (!mbox->lasts)
    mbox->lasts = g_new(Last, left / smallest_chunk(mbox) + 1);
  unit->number = mbox->n_units++;
  unit->begin = mbox->given;
  mbox->given += MIN(CLAMP(left / SHARES, smallest_chunk(mbox), mbox->chunk), left);
  unit->end = mbox->given;
  unit->first = unit->number == 0 && mbox->position ? mbox->resumed.line : NONE;
  unit->next = NONE;
  return TRUE;
}

static gboolean mbox_fetch(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                           GError **error) {
  if (!lb_input_unpack(((Mbox *)source)->input, source->log, error))
    return FALSE;
  LbWindow window = window_of(source, reader);
  guint64 lead = MIN(locator->offset, 4);
  LbSpan span = {.begin = locator->offset};
  lb_window_start(&window, locator->offset - lead, lead + MIN(locator->length, LB_MAIL_MAX_BYTES) + TAIL);
  lb_span_find_end(&window, &span);
  guint64 length = locator->length;
  if (length == 0) /* made of a place; only what has no From_ line begins at 0, see read_lead() */
    length = (span.begin == 0 && span.next == window.size ? span.next : span.end) - span.begin;
  gsize kept = MIN(MIN(length, LB_MAIL_MAX_BYTES), lb_window_end(&window) - span.begin);
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

/* Whether the mail that was the last one when the file ended at size is still there and nothing but blank
 * lines was added to it.  Who delivers without a lock, or an empty line, may have been amid it. */
static gboolean is_as_it_was(const LbInput *input, const Last *last, guint64 size) {
  g_autoptr(LbReader) reader = lb_reader_new();
  LbWindow window = {.fd = input->fd, .size = input->size, .reader = reader};
  guint64 lead = MIN(last->line, 4);
  if (size == input->size || size == 0)
    return TRUE;
  lb_window_start(&window, last->line - lead, lead + TAIL);
  if (!lb_window_has_from_line(&window, last->line))
    return FALSE;
  if (last->end == NONE)
    return TRUE;
  LbSpan span = {.begin = lb_window_find_line_end(&window, last->line)};
  lb_span_find_end(&window, &span);
  if (last->end < span.begin || span.end < last->end || span.end > lb_window_end(&window))
    return span.end == last->end; /* of a giant not all is at hand */
  return is_blank(lb_window_at(&window, last->end), span.end - last->end);
}

/* The position is "line end fingerprint": where the last mail was and what the file was then.  Behind a "!"
 * mails may have been given that it does not count. */
static void resume(Mbox *mbox, const char *position) {
  LbInput *input = mbox->input;
  guint64 line, end, size;
  char *p;
  line = g_ascii_strtoull(position, &p, 10);
  end = g_ascii_strtoull(p, &p, 10);
  const char *rest = *p == ' ' ? p + 1 : p;
  if (input->is_left)
    input->size = size = g_ascii_strtoull(rest, NULL, 10);
  else if (!lb_fingerprint_fits(input->fd, &rest, &size) || line > size || size > input->size)
    return;
  gboolean is_failed = *rest == '!';
  Last last = {line, is_failed || size == 0 ? NONE : end};
  if (!input->is_left && !is_as_it_was(input, &last, size))
    return;
  mbox->base.continues = TRUE;
  mbox->position = g_strdup(position);
  mbox->resumed = last;
  mbox->is_again = is_failed;
  mbox->given = size == input->size && !is_failed ? size : line;
}

static LbSource *mbox_open(LbPlace *place, const LbSourceOptions *options, GError **error) {
  gboolean is_left = place->input->is_left;
  if (!is_left && place->is_forced && !has_any_mail(place->input)) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT,
                "'%s' is no mbox: neither a From_ line nor a header field in it", place->path);
    return NULL;
  }
  Mbox *mbox = g_new0(Mbox, 1);
  LbInput *input = mbox->input = g_steal_pointer(&place->input);
  mbox->chunk = CHUNK;
  mbox->base.log = options->log;
  mbox->is_unfinished = !is_left && !input->is_copy && !input->packed && !lb_mbox_lock_wait(input);
  if (!is_left && !input->is_copy)
    mbox->fingerprint = lb_fingerprint_format(input->fd, input->size);
  if (options->position && (is_left || mbox->fingerprint))
    resume(mbox, options->position);
  mbox->base.size = input->size - mbox->given;
  return &mbox->base;
}

static char *mbox_get_position(const LbSource *source) {
  const Mbox *mbox = (const Mbox *)source;
  if (g_atomic_int_get(&mbox->is_failed))
    return !mbox->position || g_str_has_suffix(mbox->position, "!") ? g_strdup(mbox->position)
                                                                    : g_strconcat(mbox->position, " !", NULL);
  if (mbox->position && mbox->n_units == 0)
    return g_strdup(mbox->position);
  Last last = {0, 0};
  for (gint64 i = mbox->n_units; i > 0 && last.end == 0; i--)
    if (mbox->lasts[i - 1].line != NONE)
      last = mbox->lasts[i - 1];
  return mbox->fingerprint ? g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s", last.line,
                                             last.end, mbox->fingerprint)
                           : NULL;
}

static void mbox_format_place(const LbSource *source, const LbLocator *locator, GByteArray *place) {
  static const guint8 kind = LB_PLACE_MBOX;
  g_byte_array_append(place, &kind, 1);
  lb_place_add_number(place, locator->offset);
}

static gboolean mbox_parse_place(LbSource *source, const char *place, gsize length, LbLocator *locator) {
  const LbInput *input = ((Mbox *)source)->input;
  locator->file = input->path;
  return *place == LB_PLACE_MBOX && locator->offset < input->size;
}

static void mbox_close(LbSource *source) {
  Mbox *mbox = (Mbox *)source;
  lb_input_free(mbox->input);
  g_free(mbox->position);
  g_free(mbox->fingerprint);
  g_free(mbox->lasts);
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
    .get_position = mbox_get_position,
    .format_place = mbox_format_place,
    .parse_place = mbox_parse_place,
    .close = mbox_close,
};
