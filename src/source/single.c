/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One file that is one mail, with or without a From_ line before it. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "source/fingerprint.h"
#include "source/from_line.h"
#include "source/kind.h"

typedef struct {
  LbSource base;
  LbInput *input;
  gboolean is_given;
  char *position; /* NULL: a pipe has none */
} Single;

static gboolean begins_with_from_line(const LbInput *input) {
  const char *line_end = memchr(input->head, '\n', input->head_length);
  gsize length = line_end ? (gsize)(line_end - input->head) : input->head_length;
  return lb_from_line_is_valid(input->head, length);
}

/* A name that says .eml is believed, be it empty or binary; else the first line decides, unless a name says
 * mbox: there a header at the beginning is the rest of a mail whose From_ line was cut off. */
static gboolean single_looks_like(const LbPlace *place) {
  const LbInput *input = place->input;
  g_autofree char *name = g_path_get_basename(place->path);
  gsize length = strlen(name);
  if (length >= 4 && g_ascii_strcasecmp(name + length - 4, ".eml") == 0)
    return TRUE;
  return !strstr(name, ".mbox") && !begins_with_from_line(input) &&
         lb_source_begins_with_field(input->head, input->head_length);
}

static LbSource *single_open(LbPlace *place, const LbSourceOptions *options, GError **error) {
  gboolean is_left = place->input->is_left;
  if (!is_left && place->is_forced &&
      !lb_source_begins_with_field(place->input->head, place->input->head_length)) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s' is no mail: no header field in it", place->path);
    return NULL;
  }
  Single *single = g_new0(Single, 1);
  single->input = g_steal_pointer(&place->input);
  single->base.log = options->log;
  single->base.size = single->input->size;
  if (is_left)
    single->position = g_strdup(options->position);
  else if (!single->input->is_copy)
    single->position = lb_fingerprint_format(single->input->fd, single->input->size);
  single->base.continues = single->is_given =
      single->position && g_strcmp0(options->position, single->position) == 0;
  return &single->base;
}

static gboolean single_next(LbSource *source, LbUnit *unit, GError **error) {
  Single *single = (Single *)source;
  if (single->is_given)
    return FALSE;
  single->is_given = TRUE;
  unit->end = unit->next = single->input->size;
  return TRUE;
}

static gboolean single_read(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func,
                            gpointer data, GError **error) {
  const LbInput *input = ((Single *)source)->input;
  gsize wanted = MIN(input->size, LB_MAIL_MAX_BYTES);
  char *bytes = lb_reader_reserve(reader, wanted + 1);
  gssize length = lb_source_pread(input->fd, bytes, wanted, 0);
  if (length < 0) {
    lb_source_note_errno(source, LB_DIAG_UNREADABLE, input->path, 0, errno);
    g_clear_pointer(&((Single *)source)->position, g_free);
    return TRUE;
  }
  if (length == 0) {
    lb_source_note_errno(source, LB_DIAG_EMPTY_FILE, input->path, 0, 0);
    return TRUE;
  }
  func(&(LbRawMail){.bytes = bytes,
                    .length = length,
                    .is_cut = input->size > wanted,
                    .locator = {.file = input->path, .length = input->size}},
       data);
  return TRUE;
}

static gboolean single_fetch(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                             GError **error) {
  LbInput *input = ((Single *)source)->input;
  if (!lb_input_unpack(input, source->log, error))
    return FALSE;
  g_string_set_size(buffer, MIN(input->size, LB_MAIL_MAX_BYTES));
  gssize length = lb_source_pread(input->fd, buffer->str, buffer->len, 0);
  if (length < 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read '%s': %s", input->path, g_strerror(errno));
    return FALSE;
  }
  g_string_truncate(buffer, length);
  return TRUE;
}

/* One mail doesn't grow: it is the same one, or another. */
static char *single_get_position(const LbSource *source) {
  return g_strdup(((const Single *)source)->position);
}

static void single_format_place(const LbSource *source, const LbLocator *locator, GByteArray *place) {
  static const guint8 kind = LB_PLACE_EML;
  g_byte_array_append(place, &kind, 1);
}

static gboolean single_parse_place(LbSource *source, const char *place, gsize length, LbLocator *locator) {
  const LbInput *input = ((Single *)source)->input;
  locator->file = input->path;
  return *place == LB_PLACE_EML;
}

static void single_close(LbSource *source) {
  Single *single = (Single *)source;
  lb_input_free(single->input);
  g_free(single->position);
  g_free(single);
}

const LbSourceKind lb_source_eml = {
    .name = "eml",
    .looks_like = single_looks_like,
    .open = single_open,
    .next = single_next,
    .read = single_read,
    .fetch = single_fetch,
    .get_position = single_get_position,
    .format_place = single_format_place,
    .parse_place = single_parse_place,
    .close = single_close,
};
