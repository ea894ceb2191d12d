/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered of one list between runs: a cache of what parsing gave, and what can't be made again
 * (which report told what).  One SQLite file per list; its tables are described in schema.c.  This is
 * opening, closing, transactions, sources and checking; mails go in by save.h and come out by query.h,
 * reports are in report_log.h.
 *
 * Errors, in all of store/: LB_ERROR_TRY_LATER locked, LB_ERROR_CONFIG made by a newer listbrief, or others
 * may write it, LB_ERROR_BAD_INPUT damaged or no store, LB_ERROR_NO_INPUT there is none,
 * LB_ERROR_CANNOT_CREATE it or its folder is read-only, LB_ERROR_WRITE disk full and the like.  A damaged
 * store is never deleted, mended or replaced here.  One thread at a time, but for lb_store_read_text().
 */
#pragma once
#include <glib.h>

typedef struct LbStore LbStore;

/* "$XDG_STATE_HOME/listbrief/NAME.sqlite", by default below ~/.local/state; owned by the caller.
 * LB_ERROR_CONFIG if no home is known. */
char *lb_store_format_path(const char *list, GError **error);

/* The folder of a store, for what else lies there: made if need be, refused if others may write it. */
gboolean lb_store_make_folder(const char *path, GError **error);

typedef enum {
  LB_STORE_CREATE = 1 << 0, /* make it, and its folder, if it isn't there */
} LbStoreFlags;

/* Takes it for this process alone until closed: others wait for a moment and are told LB_ERROR_TRY_LATER. One
 * of an older version is brought to this one. */
LbStore *lb_store_open(const char *path, LbStoreFlags flags, GError **error);
/* What wasn't committed is gone. */
void lb_store_close(LbStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbStore, lb_store_close)

const char *lb_store_get_path(const LbStore *store);

/* All that is written is written between these two; mails that were saved are there with the commit.  Nothing
 * is written, not even to the log, by a transaction that changes nothing. */
gboolean lb_store_begin(LbStore *store, GError **error);
gboolean lb_store_commit(LbStore *store, GError **error);
void lb_store_rollback(LbStore *store);

/* ---- Sources.  spec: as the configuration names it; with all else that decides which mails are taken from
 * it (list-ids), as only the whole of it tells one source from another. */

/* The source of that spec, made if need be (in a transaction then).  position (may be NULL): as set last,
 * NULL if none was; owned by the caller. */
gboolean lb_store_get_source(LbStore *store, const char *spec, guint32 *source, char **position,
                             GError **error);
/* The same, but nothing is made: *source 0 if it isn't known. */
gboolean lb_store_find_source(LbStore *store, const char *spec, guint32 *source, char **position,
                              GError **error);
gboolean lb_store_set_position(LbStore *store, guint32 source, const char *position, GError **error);
/* Forgets the mails of it and its position, as it is to be read from its start again.  Which report a mail
 * was counted in is kept, by Message-ID, for when it is saved again. */
gboolean lb_store_forget_source(LbStore *store, guint32 source, GError **error);
/* Whether a mail was saved from this place, or the place passed over (lb_store_save_nothing()).  For
 * maildirs: LbSourceOptions.is_known. */
gboolean lb_store_has_place(LbStore *store, guint32 source, const guint8 *place, gsize length);

/* Of all sources the spec, of those alone that have mails or a position: char *, owned by the array. */
GPtrArray *lb_store_list_sources(LbStore *store, GError **error);

/* ---- Numbers that a run remembers by a name of its own; LB_TIME_UNKNOWN: none.  Setting what is set already
 * writes nothing. */
gboolean lb_store_get_setting(LbStore *store, const char *name, gint64 *value, GError **error);
gboolean lb_store_set_setting(LbStore *store, const char *name, gint64 value, GError **error);

/* FALSE: the facts in it were made by other rules of parsing than today's.  Then every source is to be
 * forgotten and read again; the transaction in which that is done calls lb_store_set_current(). */
gboolean lb_store_is_current(const LbStore *store);
gboolean lb_store_set_current(LbStore *store, GError **error);

/* ---- For `listbrief store`. */

/* Reads all there is.  Calls say (may be NULL) for each thing that is amiss and returns FALSE with
 * LB_ERROR_BAD_INPUT if there was any. */
gboolean lb_store_check(LbStore *store, void (*say)(const char *what, gpointer data), gpointer data,
                        GError **error);

typedef struct {
  guint n_sources, n_batches, n_reports;
  guint64 n_mails, n_pending, n_passed_over; /* places without a mail of the list */
  guint64 n_texts;                           /* of mails that no report has counted yet */
  guint64 n_postings, n_reviews;             /* as the last report knew them */
  guint64 file_bytes, facts_bytes, string_bytes, text_bytes, body_bytes;
  gint64 oldest, newest; /* dates of mails; LB_TIME_UNKNOWN if there are none */
  guint schema_version, facts_version;
} LbStoreStats;
gboolean lb_store_get_stats(LbStore *store, LbStoreStats *stats, GError **error);
/* Gives back what deleted rows left free. */
gboolean lb_store_vacuum(LbStore *store, GError **error);
