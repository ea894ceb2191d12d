/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: what a kind of source (maildir, mbox, git, eml) must bring.  To add one, write its
 * table of functions in a .c of its own and name it in source.c.
 */
#pragma once
#include "source/input.h"
#include "source/source.h"

typedef struct LbSourceKind LbSourceKind;

/* Every kind's own struct begins with this one; open() fills size and log, source.c the rest after it. */
struct LbSource {
  const LbSourceKind *kind;
  char *name;
  guint64 size;
  LbDiagLog *log;
  gboolean continues; /* see lb_source_continues() */
  char *packed;       /* see LbInput */
};

/* What the user named, before it is known to be of a kind. */
typedef struct {
  const char *path;   /* "-" for standard input */
  LbInput *input;     /* of a file or standard input, at hand whole; NULL: path is a directory */
  gboolean is_forced; /* the user named the kind */
  gboolean is_recursive;
} LbPlace;

/* What the first byte of a place says. */
enum { LB_PLACE_GIT = 'g', LB_PLACE_MBOX = 'o', LB_PLACE_MAILDIR = 'm', LB_PLACE_EML = 'e' };

struct LbSourceKind {
  const char *name;
  gboolean takes_directory;
  gboolean has_range;
  gboolean has_names; /* see lb_source_has_names() */
  /* Whether place, by looking, is of this kind. */
  gboolean (*looks_like)(const LbPlace *place);
  /* Takes over place->input (sets it NULL) if it succeeds.  An input that is left as it is comes with a
   * position that fits. */
  LbSource *(*open)(LbPlace *place, const LbSourceOptions *options, GError **error);
  /* The part of the path that names the source for people; NULL: the path's base name. */
  char *(*find_name)(const LbPlace *place);
  /* The rest as in source.h; settle and get_range may be NULL: it always fits, there is none. */
  gboolean (*next)(LbSource *source, LbUnit *unit, GError **error);
  gboolean (*read)(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func, gpointer data,
                   GError **error);
  gboolean (*settle)(LbSource *source, const LbUnit *before, LbUnit *unit);
  gboolean (*fetch)(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                    GError **error);
  gboolean (*get_range)(const LbSource *source, const char **first, const char **last);
  char *(*get_position)(const LbSource *source); /* without the kind's name before it */
  void (*format_place)(const LbSource *source, const LbLocator *locator, GByteArray *place);
  /* locator has what lb_locator_parse_place() made of it; rest is what only the kind can read. */
  gboolean (*parse_place)(LbSource *source, const char *rest, gsize length, LbLocator *locator);
  void (*close)(LbSource *source);
};

extern const LbSourceKind lb_source_maildir, lb_source_mbox, lb_source_git, lb_source_eml;

/* Numbers in places: 7 bits a byte, the last one below 128.  read: FALSE if it is cut off or too large. */
void lb_place_add_number(GByteArray *place, guint64 number);
gboolean lb_place_read_number(const guint8 **p, const guint8 *end, guint64 *number);

/* A reader's room, kept between units. */
struct LbReader {
  char *bytes;
  gsize capacity;
  gpointer git; /* an opened object database: public_inbox.c */
  GDestroyNotify free_git;
};

/* At least size bytes at reader->bytes; what stood there stays. */
char *lb_reader_reserve(LbReader *reader, gsize size);
/* Gives back what a giant mail took. */
void lb_reader_relax(LbReader *reader);

/* Whether the bytes begin, after blank lines and a byte order mark, with a header field (RFC 5322 2.2). */
gboolean lb_source_begins_with_field(const char *bytes, gsize length);
/* Whether line begins with "name:", the name of a header field. */
gboolean lb_source_is_field(const char *line, gsize length);
/* The same, and one of the fields that every mail has: more than "Note: this is an export". */
gboolean lb_source_looks_like_mail(const char *bytes, gsize length);
/* Reads all of length at offset but at the file's end; -1 with errno. */
gssize lb_source_pread(int fd, char *bytes, gsize length, guint64 offset);
/* Notes that something at path (offset 0: as a whole) cannot be read, with errno's text. */
void lb_source_note_errno(LbSource *source, LbDiag diag, const char *path, guint64 offset, int error_number);
