/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where mail comes from: raw bytes and a locator, no idea of their meaning.
 *
 * A source is cut into units (a chunk of an mbox, a batch of file names, a batch
 * of commits) that are handed out one after the other and read side by side.
 * Units have numbers; archive order is units by number, then mails in the order
 * in which the unit gave them.
 *
 * The life of a source, by one driver (intake/):
 *   lb_source_open()                     one thread
 *   lb_source_next() until it says end   any thread, but one at a time (the driver locks)
 *   lb_source_read(unit)                 any number of threads, each with its own reader
 *   lb_source_settle(before, unit)       one thread, after all is read, by ascending number
 *   lb_source_fetch(locator)             any number of threads, each with its own reader, before close
 *   lb_source_get_position()             one thread, before close: where the next run may begin
 *   lb_source_close()
 */
#pragma once
#include <glib.h>
#include "base/diag.h"
#include "base/period.h"

/* Where one mail was found.  Valid as long as its source is open; plain data. */
typedef struct {
  const char *file;  /* mbox, or the mail's own file; for git the repository: owned by the source */
  guint64 offset;    /* of the first header byte in file; of a compressed file in what it unpacks to */
  guint64 length;    /* in the file, before unquoting */
  guint8 commit[32]; /* git alone: raw object ids, all zero elsewhere */
  guint8 blob[32];
  guint8 id_size; /* 20 (SHA-1), 32 (SHA-256) or 0: not git */
} LbLocator;

/* "dir/cur/1234.x:2,S", "a.mbox:8192", "0.git:5bf4b86f6…(commit)": for people, escaped by
 * nobody yet; owned by the caller. */
char *lb_locator_format(const LbLocator *locator);

/* One raw mail as a unit gives it: valid during the call alone. */
typedef struct {
  const char *bytes; /* without From_ line and mbox quoting */
  gsize length;
  gboolean is_cut;    /* larger than the size cap; bytes holds its beginning */
  gboolean removes;   /* git alone: a deletion; bytes is the mail that is taken back */
  gboolean is_before; /* git alone: of the margin, not of the range */
  gboolean is_again;  /* an earlier run may have been given it at this place */
  LbLocator locator;
} LbRawMail;

typedef void (*LbRawMailFunc)(const LbRawMail *mail, gpointer data);

/* Larger mails are cut there, with a diagnostic. */
#define LB_MAIL_MAX_BYTES (32u << 20)

typedef struct LbSource LbSource;
typedef struct LbReader LbReader; /* what one thread keeps between units: buffers, a git_repository */

/* A piece of work.  The driver copies it and keeps it; what the fields mean, only the source knows. */
typedef struct {
  gint64 number;       /* rank in archive order, unique in the source; may descend as handed out */
  guint64 begin, end;  /* the span it stands for, as next() gave it */
  guint64 first, next; /* out of read(): where its first mail began and where the next unit's must */
  gpointer items;      /* batch of names or commits: owned by the source */
} LbUnit;

/* Whether an earlier run was given the mail at place, see lb_source_format_place(). */
typedef gboolean (*LbSourceKnownFunc)(const guint8 *place, gsize length, gpointer data);

typedef struct {
  gboolean recursive; /* maildir: Maildir++ subfolders too */
  const char *range;  /* git: "A..B", or NULL */
  guint margin;       /* commits before a range that are read, too; what fails there is nobody's loss */
  const LbPeriod
      *near; /* git without range: commits whose times are far from it needn't be read; NULL: all */
  gboolean by_libgit2_alone; /* git: packs, too, for tests that compare */
  LbDiagLog *log;            /* takes what belongs to no mail; outlives the source */
  const char *position;      /* what lb_source_get_position() said after an earlier run: only what came since
                                is read; NULL: all */
  LbSourceKnownFunc
      is_known; /* maildir: what it knows isn't opened; called by lb_source_open() alone; or NULL */
  gpointer known_data;
} LbSourceOptions;

/* spec: a path with or without "maildir:", "mbox:", "git:", "eml:" before it, or "-" (standard
 * input).  Errors: LB_ERROR_NO_INPUT, LB_ERROR_BAD_INPUT, LB_ERROR_USAGE (bad range), LB_ERROR_CANNOT_CREATE
 * and LB_ERROR_WRITE (of the file that a pipe is copied to or a compressed file unpacked). */
LbSource *lb_source_open(const char *spec, const LbSourceOptions *options, GError **error);
void lb_source_close(LbSource *source);

/* "maildir", "mbox", "git", "eml" */
const char *lb_source_get_kind(const LbSource *source);
/* For a report's title: base name without .git, .mbox, .eml and compression's endings; for an epoch
 * or a folder with git/ in it the inbox's name; "-" for standard input. */
const char *lb_source_get_name(const LbSource *source);
/* How much there is to read, for progress: bytes or files, 0 if unknown.  unit's share of it below. */
guint64 lb_source_get_size(const LbSource *source);
/* With a range (A resolved; nothing before the first commit: that one's own id): 9 hex digits each. */
gboolean lb_source_get_range(const LbSource *source, const char **first, const char **last);

/* Whether what is read comes after the options' position.  FALSE without one, or where it no longer fits (an
 * mbox or a history was rewritten, another kind of source stands there): then all is read, and what earlier
 * runs were given counts no more. */
gboolean lb_source_continues(const LbSource *source);
/* Whether what was read is known by its places, one by one (LbSourceOptions.is_known), and not by position.
 */
gboolean lb_source_has_names(const LbSource *source);
/* After all is read: where it ended, as a line of text; the very same line if nothing came.  What failed as a
 * whole comes again, marked is_again.  NULL if there is no such thing (standard input, a range): owned by the
 * caller. */
char *lb_source_get_position(const LbSource *source);

/* FALSE without error: no more units.  FALSE with LB_ERROR_PARTIAL: the rest can't be had. */
gboolean lb_source_next(LbSource *source, LbUnit *unit, GError **error);

LbReader *lb_reader_new(void);
void lb_reader_free(LbReader *reader);
/* Calls func for each mail of the unit, in order.  What can't be read is counted and named in
 * the log and the rest goes on; FALSE with LB_ERROR_PARTIAL only if the unit is lost as a whole. */
gboolean lb_source_read(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func, gpointer data,
                        GError **error);
/* Whether unit, read on its own, begins where the one before it ended (before: NULL for the first).
 * If not (an mbox mail whose Content-Length led past a From_ line of the next chunk), unit is put
 * right and FALSE comes back: the driver forgets unit's mails and reads it again. */
gboolean lb_source_settle(LbSource *source, const LbUnit *before, LbUnit *unit);

/* The bytes of one mail once more, as read() gave them, into buffer (emptied first).
 * A maildir file that changed its flags meanwhile is found by its base name. */
gboolean lb_source_fetch(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                         GError **error);

/* The locator in a few bytes, appended to place, that say where the mail is to later runs, too: git's ids, an
 * mbox's offset, a maildir's file name without flags, with the subfolder it is in.  Two files of a maildir
 * that differ in flags alone have one place. */
void lb_source_format_place(const LbSource *source, const LbLocator *locator, GByteArray *place);
/* The locator again, for lb_source_fetch(); one thread.  FALSE if place is of another kind of source, or of
 * an epoch that is not there. */
gboolean lb_source_parse_place(LbSource *source, const guint8 *place, gsize length, LbLocator *locator);
/* What place says by itself, without a source: offset or git's ids; file is "", length 0. */
gboolean lb_locator_parse_place(const guint8 *place, gsize length, LbLocator *locator);
/* Archive order of two places of one source; 0: that in which they were read. */
int lb_locator_compare_places(const guint8 *a, gsize a_length, const guint8 *b, gsize b_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbSource, lb_source_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbReader, lb_reader_free)
