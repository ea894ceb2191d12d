/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "source/kind.h"

#define PACKED " packed "

/* In the order in which they are asked whether a place is theirs; the last file kind takes what is left. */
static const LbSourceKind *const kinds[] = {&lb_source_git, &lb_source_maildir, &lb_source_eml,
                                            &lb_source_mbox};

/* The kind that spec begins with, *path what follows; NULL if it names none. */
static const LbSourceKind *find_forced_kind(const char *spec, const char **path) {
  const char *colon = strchr(spec, ':');
  for (gsize i = 0; colon && i < G_N_ELEMENTS(kinds); i++)
    if (strlen(kinds[i]->name) == (gsize)(colon - spec) && g_str_has_prefix(spec, kinds[i]->name)) {
      *path = colon + 1;
      return kinds[i];
    }
  *path = spec;
  return NULL;
}

static const LbSourceKind *find_kind_by_looking(const LbPlace *place) {
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (kinds[i]->takes_directory == !place->input && kinds[i]->looks_like(place))
      return kinds[i];
  return NULL;
}

/* A position is "kind what-the-kind-knows", and of a compressed file " packed fingerprint". */
typedef struct {
  const LbSourceKind *kind; /* NULL: there is no position */
  char *text, *packed;
} Position;

static void position_clear(Position *position) {
  g_free(position->text);
  g_free(position->packed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Position, position_clear)

static void position_init(Position *position, const char *text) {
  const char *blank = text ? strchr(text, ' ') : NULL;
  for (gsize i = 0; blank && i < G_N_ELEMENTS(kinds); i++)
    if (strlen(kinds[i]->name) == (gsize)(blank - text) && g_str_has_prefix(text, kinds[i]->name))
      position->kind = kinds[i];
  if (!position->kind)
    return;
  const char *mark = strstr(blank, PACKED);
  position->text = mark ? g_strndup(blank + 1, mark - blank - 1) : g_strdup(blank + 1);
  position->packed = mark ? g_strdup(mark + strlen(PACKED)) : NULL;
}

/* Opens what path names as far as it takes to look at it. */
static gboolean place_init(LbPlace *place, const Position *position, LbDiagLog *log, GError **error) {
  struct stat status;
  if (strcmp(place->path, "-") != 0) {
    if (stat(place->path, &status) < 0) {
      g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot open '%s': %s", place->path, g_strerror(errno));
      return FALSE;
    }
    if (S_ISDIR(status.st_mode))
      return TRUE;
  }
  /* behind '!' something is left to read */
  gboolean is_read = position->packed && !g_str_has_suffix(position->text, "!");
  place->input = lb_input_open(place->path, is_read ? position->packed : NULL, log, error);
  return place->input != NULL;
}

/* Base name of path, links and "." resolved, without the endings of archives. */
static char *build_name(const char *path) {
  static const char *const endings[] = {".gz", ".bz2", ".xz", ".zst", ".git", ".mbox", ".mbx", ".eml"};
  if (strcmp(path, "-") == 0)
    return g_strdup("-");
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  char *name = g_path_get_basename(absolute);
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++)
    if (g_str_has_suffix(name, endings[i]) && strlen(name) > strlen(endings[i]))
      name[strlen(name) - strlen(endings[i])] = '\0';
  return name;
}

static LbSource *open_as(const LbSourceKind *kind, LbPlace *place, const LbSourceOptions *options,
                         const Position *position, GError **error) {
  if (options->range && !kind->has_range) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "a range needs a public-inbox, '%s' is none", place->path);
    return NULL;
  }
  if (kind->takes_directory != !place->input) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s' is %s", place->path,
                place->input ? "no directory" : "a directory");
    return NULL;
  }
  LbSourceOptions own = *options;
  own.position =
      position->kind == kind ? position->text : NULL; /* once there was something else at this path */
  g_autofree char *packed = place->input ? g_strdup(place->input->packed) : NULL;
  LbSource *source = kind->open(place, &own, error);
  if (!source)
    return NULL;
  g_autofree char *named = kind->find_name ? kind->find_name(place) : NULL;
  source->kind = kind;
  source->packed = g_steal_pointer(&packed);
  source->name = build_name(named ? named : place->path);
  return source;
}

LbSource *lb_source_open(const char *spec, const LbSourceOptions *options, GError **error) {
  LbPlace place = {0};
  const LbSourceKind *kind = find_forced_kind(spec, &place.path);
  place.is_forced = kind != NULL;
  place.is_recursive = options->recursive;
  g_auto(Position) position = {0};
  position_init(&position, options->position);
  if (kind && position.kind != kind)
    g_clear_pointer(&position.packed, g_free);
  if (!place_init(&place, &position, options->log, error))
    return NULL;
  LbSource *source = NULL;
  if (!kind)
    kind = place.input && place.input->is_left ? position.kind : find_kind_by_looking(&place);
  if (kind)
    source = open_as(kind, &place, options, &position, error);
  else
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT,
                "'%s' is neither a maildir nor a folder of mails nor a public-inbox", place.path);
  lb_input_free(place.input);
  return source;
}

void lb_source_close(LbSource *source) {
  if (!source)
    return;
  g_free(source->name);
  g_free(source->packed);
  source->kind->close(source);
}

const char *lb_source_get_kind(const LbSource *source) {
  return source->kind->name;
}

const char *lb_source_get_name(const LbSource *source) {
  return source->name;
}

guint64 lb_source_get_size(const LbSource *source) {
  return source->size;
}

gboolean lb_source_get_range(const LbSource *source, const char **first, const char **last) {
  return source->kind->get_range && source->kind->get_range(source, first, last);
}

gboolean lb_source_continues(const LbSource *source) {
  return source->continues;
}

gboolean lb_source_has_names(const LbSource *source) {
  return source->kind->has_names;
}

char *lb_source_get_position(const LbSource *source) {
  g_autofree char *position = source->kind->get_position(source);
  if (!position)
    return NULL;
  return g_strconcat(source->kind->name, " ", position, source->packed ? PACKED : "", source->packed, NULL);
}

void lb_source_format_place(const LbSource *source, const LbLocator *locator, GByteArray *place) {
  source->kind->format_place(source, locator, place);
}

gboolean lb_source_parse_place(LbSource *source, const guint8 *place, gsize length, LbLocator *locator) {
  return lb_locator_parse_place(place, length, locator) &&
         source->kind->parse_place(source, (const char *)place, length, locator);
}

gboolean lb_source_next(LbSource *source, LbUnit *unit, GError **error) {
  memset(unit, 0, sizeof *unit);
  return source->kind->next(source, unit, error);
}

gboolean lb_source_read(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func, gpointer data,
                        GError **error) {
  gboolean is_read = source->kind->read(source, reader, unit, func, data, error);
  lb_reader_relax(reader);
  return is_read;
}

gboolean lb_source_settle(LbSource *source, const LbUnit *before, LbUnit *unit) {
  return !source->kind->settle || source->kind->settle(source, before, unit);
}

gboolean lb_source_fetch(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                         GError **error) {
  g_string_truncate(buffer, 0);
  return source->kind->fetch(source, reader, locator, buffer, error);
}

LbReader *lb_reader_new(void) {
  return g_new0(LbReader, 1);
}

void lb_reader_free(LbReader *reader) {
  if (!reader)
    return;
  if (reader->git)
    reader->free_git(reader->git);
  g_free(reader->bytes);
  g_free(reader);
}

char *lb_reader_reserve(LbReader *reader, gsize size) {
  if (size > reader->capacity) {
    reader->capacity = MAX(size, reader->capacity + reader->capacity / 2);
    reader->bytes = g_realloc(reader->bytes, reader->capacity);
  }
  return reader->bytes;
}

void lb_reader_relax(LbReader *reader) {
  if (reader->capacity > 4u << 20) {
    g_clear_pointer(&reader->bytes, g_free);
    reader->capacity = 0;
  }
}
