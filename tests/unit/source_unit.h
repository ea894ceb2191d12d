/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of sources share: a folder that teardown removes, and a source read as the intake reads it.
 */
#pragma once
#include "source/mbox.h"
#include "unit.h"

/* One mail as a source gave it. */
typedef struct {
  char *bytes;
  gsize length;
  LbLocator locator;
  gboolean removes, is_cut, is_again;
  GBytes *place;
} UnitMail;

typedef struct {
  GPtrArray *mails;                 /* of UnitMail, in archive order */
  char *diagnostics;                /* "name where detail\n" each, where without the test's folder */
  guint n_units, n_again, n_unlike; /* n_unlike: mails that fetch() gave otherwise, by
                                       their locators or by their places */
  char *kind, *name, *range, *position;
  gboolean continues;
} UnitSource;

/* The test's own folder, made by setup, removed by teardown with all that is in it. */
extern char *unit_folder;
int unit_folder_setup(void **state);
int unit_folder_teardown(void **state);

/* Paths in it; owned by the caller. */
char *unit_path(const char *name);
/* Writes a file, and the folders that it is in. */
void unit_write(const char *name, const char *bytes, gssize length);
void unit_printf(const char *name, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Opens spec ("%s" in it is the test's folder), reads it with jobs threads and closes it.  chunk 0: as it is.
 * NULL with error. */
UnitSource *unit_read(const char *spec, const LbSourceOptions *options, int jobs, guint64 chunk,
                      GError **error);
/* The same, which must not fail, with one thread and no options. */
UnitSource *unit_read_plain(const char *spec);
void unit_source_free(UnitSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UnitSource, unit_source_free)

/* Between open and read, for what happens to files meanwhile; NULL: nothing. */
extern void (*unit_meanwhile)(void);

/* All mails, each with "\n--\n" after it. */
char *unit_join(const UnitSource *source);
