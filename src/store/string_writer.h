/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the pages of texts and people that strings.h reads. */
#pragma once
#include "store/strings.h"

typedef struct LbStringWriter LbStringWriter;
/* A page that is full, or what there is of the last ones at finish. */
typedef gboolean (*LbPageFunc)(LbPageKind kind, guint32 number, const guint8 *bytes, gsize length,
                               gpointer data);
LbStringWriter *lb_string_writer_new(LbPageFunc write, gpointer data);
void lb_string_writer_free(LbStringWriter *writer);
/* How many pages of a kind the next function will be given, about. */
void lb_string_writer_expect(LbStringWriter *writer, LbPageKind kind, guint n_pages);
/* Pages that were written in earlier runs: all of words and people, of ids the latest, each kind ascending.
 */
gboolean lb_string_writer_add_page(LbStringWriter *writer, LbPageKind kind, guint32 number,
                                   const guint8 *bytes, gsize length);
/* The text's number; is_new (may be NULL): it wasn't there before. */
guint64 lb_string_writer_add(LbStringWriter *writer, LbPageKind kind, const char *text, gboolean *is_new);
guint64 lb_string_writer_add_person(LbStringWriter *writer, const LbPerson *person);
guint64 lb_string_writer_add_tags(LbStringWriter *writer, const LbSubject *parsed);
/* Writes the pages that have grown; FALSE if write ever said so. */
gboolean lb_string_writer_finish(LbStringWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbStringWriter, lb_string_writer_free)
