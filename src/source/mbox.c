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
#include "source/window.h"

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

/* Where one mail stands. */
typedef struct {
  guint64 begin;         /* its first header byte */
  guint64 end;           /* behind its last byte, the separating empty line not counted */
  guint64 next;          /* the From_ line after it, or the file's end */
  gboolean is_counted;   /* Content-Length gave the end, and a From_ line stands there */
  gboolean has_quoted;   /* a ">From " line */
  gboolean has_unquoted; /* a "From " line that ends nothing */
} Span;

void lb_mbox_set_chunk(LbSource *source, guint64 bytes) {
  ((Mbox *)source)->chunk = bytes;
}

static LbWindow window_of(const LbSource *source, LbReader *reader) {
  const LbInput *input = ((const Mbox *)source)->input;
  return (LbWindow){.fd = input->fd, .size = input->size, .reader = reader};
}

/* place, or what follows it if an empty line stands there. */
static guint64 skip_empty_line(const LbWindow *window, guint64 place) {
  const char *p = lb_window_at(window, place);
  gsize left = lb_window_end(window) - place;
  if (left >= 2 && p[0] == '\r' && p[1] == '\n')
    return place + 2;
  return left >= 1 && p[0] == '\n' ? place + 1 : place;
}

/* Whether a Content-Length that ends a mail at target leads to a From_ line or the end of the file: it comes
 * from the sender and is believed in no other case.  span->next and is_counted tell which. */
static gboolean leads_somewhere(const LbWindow *window, guint64 target, Span *span) {
  LbReader room = {0};
  LbWindow there = {.fd = window->fd, .size = window->size, .reader = &room};
  if (target > window->size || target == 0)
    return FALSE;
  gboolean leads = FALSE;
  lb_window_start(&there, target - 1, LB_FROM_LINE_MAX + 16);
  if (lb_window_end(&there) >= target &&
      (*lb_window_at(&there, target - 1) == '\n' || target == window->size)) {
    guint64 place = skip_empty_line(&there, target);
    gboolean is_from_line = lb_window_has_from_line(&there, place);
    leads = is_from_line || place == window->size;
    if (leads) {
      span->is_counted = is_from_line;
      span->next = place;
    }
  }
  g_free(room.bytes);
  return leads;
}

/* What find_end() keeps: is_separator() looks at the lines before the first. */
static guint64 keep_of(const LbWindow *window, guint64 begin) {
  return begin - MIN(begin - window->base, 4);
}

/* Behind the header that holds the line at place, NONE if it does not end within what is sensible. */
static guint64 find_body(LbWindow *window, guint64 begin, guint64 place) {
  while (place - begin < (1u << 20)) {
    guint64 line = lb_window_find_line_end(window, place);
    if (line == place || *lb_window_at(window, line - 1) != '\n') { /* it goes on behind the window */
      if (lb_window_end(window) - begin > (2u << 20) || !lb_window_extend(window, keep_of(window, begin)))
        return NONE;
      continue;
    }
    if (skip_empty_line(window, place) == line)
      return line;
    place = line;
  }
  return NONE;
}

static gboolean has_empty_line(const char *p, const char *end) {
  while ((p = memchr(p, '\n', end - p)) && ++p < end)
    if (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'))
      return TRUE;
  return FALSE;
}

/* p: behind "Content-Length:".  Its value, NONE if it has none. */
static guint64 parse_length(const char *p, const char *end) {
  guint64 value = 0;
  int digits = 0;
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  for (; p < end && g_ascii_isdigit(*p) && digits < 18; digits++)
    value = value * 10 + (*p++ - '0');
  return digits > 0 && p < end && g_ascii_isspace(*p) ? value : NONE;
}

/* mark: the '-' of what may be a Content-Length field.  If it is one and to be believed, span->end becomes
 * the mail's. TRUE: no later field counts, because this is the first or because the header is over. */
static gboolean follow_content_length(LbWindow *window, guint64 mark, Span *span) {
  static const char name[] = "Content-Length:";
  const gsize before = strlen("Content");
  if (mark < span->begin + before)
    return FALSE;
  guint64 field = mark - before;
  const char *p = lb_window_at(window, field), *end = lb_window_at(window, lb_window_end(window));
  if ((field > span->begin && p[-1] != '\n') || end - p < (gssize)strlen(name) ||
      g_ascii_strncasecmp(p, name, strlen(name)) != 0)
    return FALSE;
  if (has_empty_line(lb_window_at(window, span->begin), p))
    return TRUE;
  guint64 value = parse_length(p + strlen(name), end);
  guint64 body = value == NONE ? NONE : find_body(window, span->begin, field);
  if (body != NONE && leads_somewhere(window, body + value, span))
    span->end = body + value;
  return TRUE;
}

/* place: a line break's last byte stands before it.  Takes off the empty line that separates mails. */
static guint64 cut_separator(const LbWindow *window, guint64 begin, guint64 end) {
  const char *p = lb_window_at(window, end);
  gsize length = end - begin;
  gsize own = length >= 2 && p[-1] == '\n' && p[-2] == '\r' ? 2 : length >= 1 && p[-1] == '\n' ? 1 : 0;
  return own > 0 && length > own && p[-(gssize)own - 1] == '\n' ? end - own : end;
}

/* A mail larger than the cap: its rest is searched for the next From_ line in a window of its own. */
static guint64 skip_giant(LbWindow *window, guint64 from) {
  LbReader room = {0};
  LbWindow rest = {.fd = window->fd, .size = window->size, .reader = &room};
  lb_window_start(&rest, from - 4, 1u << 20);
  guint64 next = lb_window_find_separator(&rest, from, rest.size);
  window->error_number = rest.error_number ? rest.error_number : window->error_number;
  g_free(room.bytes);
  return next == NONE ? rest.size : next;
}

/* Judges one mark in a mail; TRUE: the mail ends before it. */
static gboolean take_mark(LbWindow *window, guint64 mark, Span *span, gboolean *is_length_seen) {
  const char *p = lb_window_at(window, mark);
  if (*p == '-') {
    if (span->begin > 0 && !*is_length_seen)
      *is_length_seen = follow_content_length(window, mark, span);
    return FALSE;
  }
  if (lb_window_end(window) - mark < 5 || memcmp(p, "From ", 5) != 0)
    return FALSE;
  const char *line = p, *first = lb_window_at(window, span->begin);
  while (line > first && line[-1] == '>')
    line--;
  if (line > first && line[-1] != '\n')
    return FALSE;
  if (line < p)
    span->has_quoted = TRUE;
  else if (span->end == NONE && mark > span->begin && lb_window_is_separator(window, mark))
    return TRUE;
  else
    span->has_unquoted = TRUE;
  return FALSE;
}

/* Finds the end of the mail at span->begin; at most LB_MAIL_MAX_BYTES of it are then in the window. */
static void find_end(LbWindow *window, Span *span) {
  gboolean is_length_seen = FALSE;
  guint64 place = span->begin, cap = span->begin + LB_MAIL_MAX_BYTES;
  guint64 keep = keep_of(window, span->begin);
  span->end = span->next = NONE;
  for (;;) {
    guint64 end = MIN(MIN(lb_window_end(window), span->end), cap);
    const char *p = lb_window_at(window, place);
    const char *mark = place < end ? lb_from_line_find_mark(p, lb_window_at(window, end)) : NULL;
    if (mark) {
      place += mark - p;
      lb_window_ensure(window, place, LB_WINDOW_LOOKAHEAD, keep);
      if (take_mark(window, place, span, &is_length_seen)) {
        span->next = place;
        break;
      }
      place++;
    } else if (end == cap || end == span->end) {
      break;
    } else {
      place = MAX(place, lb_window_end(window) - 1);
      if (!lb_window_extend(window, keep))
        break;
    }
  }
  if (span->end != NONE) {
    lb_window_ensure(window, span->begin, MIN(span->end, cap) - span->begin, keep);
    return;
  }
  if (span->next == NONE)
    span->next =
        window->at_end && lb_window_end(window) <= cap ? lb_window_end(window) : skip_giant(window, cap - 1);
  span->end =
      span->next <= lb_window_end(window) ? cut_separator(window, span->begin, span->next) : span->next;
}

/* Takes one '>' off each ">From " line (mboxrd); returns the new length. */
static gsize unquote(char *bytes, gsize length) {
  char *to = bytes;
  const char *from = bytes, *end = bytes + length, *p = bytes, *hit;
  while ((hit = memmem(p, end - p, ">From ", 6))) {
    const char *line = hit;
    while (line > p && line[-1] == '>')
      line--;
    p = hit + 6;
    if (line > bytes && line[-1] != '\n')
      continue;
    if (to != from)
      memmove(to, from, hit - from);
    to += hit - from;
    from = hit + 1;
  }
  memmove(to, from, end - from);
  return to + (end - from) - bytes;
}

/* Whether '>' is to be taken off: not from a mail that stands before any From_ line, nor from one whose
 * counted length and bare "From " line show that its writer does not quote (mboxcl2). */
static gboolean needs_unquoting(const Span *span) {
  return span->has_quoted && span->begin > 0 && !(span->is_counted && span->has_unquoted);
}

static void give(LbSource *source, LbWindow *window, const Span *span, LbRawMailFunc func, gpointer data) {
  gsize there = lb_window_end(window) - span->begin;
  gsize kept = MIN(MIN(span->end - span->begin, there), LB_MAIL_MAX_BYTES);
  char *bytes = window->reader->bytes + (span->begin - window->base);
  LbRawMail mail = {.bytes = bytes,
                    .length = kept,
                    .is_cut = span->end - span->begin > LB_MAIL_MAX_BYTES,
                    .locator = {.file = ((Mbox *)source)->input->path,
                                .offset = span->begin,
                                .length = span->end - span->begin}};
  if (needs_unquoting(span))
    mail.length = unquote(bytes, kept);
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
  Span span = {0};
  lb_window_ensure(window, 0, LB_WINDOW_LOOKAHEAD, 0);
  if (lb_window_has_from_line(window, 0))
    return 0;
  find_end(window, &span);
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
    Span span = {.begin = lb_window_find_line_end(&window, place)};
    find_end(&window, &span);
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
  Span span = {.begin = locator->offset};
  lb_window_start(&window, locator->offset - lead, lead + MIN(locator->length, LB_MAIL_MAX_BYTES) + TAIL);
  find_end(&window, &span);
  gsize kept = MIN(MIN(locator->length, LB_MAIL_MAX_BYTES), lb_window_end(&window) - span.begin);
  if (window.error_number) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read '%s': %s", ((Mbox *)source)->input->path,
                g_strerror(window.error_number));
    return FALSE;
  }
  g_string_append_len(buffer, lb_window_at(&window, span.begin), kept);
  if (needs_unquoting(&span))
    g_string_truncate(buffer, unquote(buffer->str, kept));
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
