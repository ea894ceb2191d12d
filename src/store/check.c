/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a store is whole, by SQLite's account and ours; what is in it. */
#include "base/period.h"
#include "store/query.h"
#include "store/report_log.h"
#include "store/schema.h"
#include "store/stored_mails.h"

typedef struct {
  LbStore *store;
  void (*say)(const char *what, gpointer data);
  gpointer data;
  guint n_mistakes;
} Check;

static void say(Check *check, const char *what) {
  check->n_mistakes++;
  if (check->say)
    check->say(what, check->data);
}

/* What must not be: a row of such a query is a mistake. */
static const struct {
  const char *sql, *what;
} invariants[] = {
    {"SELECT 1 FROM batch b WHERE n<1 OR NOT EXISTS (SELECT 1 FROM source s WHERE s.id=b.first>>32)",
     "mails of no source"},
    {"SELECT 1 FROM page p WHERE NOT EXISTS (SELECT 1 FROM source s WHERE s.id=p.id>>32)",
     "texts of no source"},
    {"SELECT 1 FROM (SELECT first, n, lag(first+n, 1, (first>>32)<<32) OVER (PARTITION BY first>>32 ORDER BY "
     "first)"
     " AS start FROM batch) WHERE first!=start",
     "a gap between mails, or mails that stand twice"},
    {"SELECT 1 FROM source s WHERE mails!=(SELECT coalesce(sum(n), 0) FROM batch WHERE first>>32=s.id)",
     "more or fewer mails of a source than were saved"},
    {"SELECT 1 FROM (SELECT first, last, lag(last, 1, -1) OVER (ORDER BY first) AS before FROM counted)"
     " WHERE first>last OR first<=before",
     "mails that two reports count"},
    {"SELECT 1 FROM counted c WHERE c.first>>32!=c.last>>32 OR NOT EXISTS"
     " (SELECT 1 FROM source s WHERE s.id=c.first>>32 AND (c.last&0xffffffff)<s.mails)",
     "a report that counts mails which are not there"},
    {"SELECT 1 FROM counted WHERE report<0 OR report>(SELECT coalesce(max(number), 0) FROM report)",
     "mails of a report that is not there"},
    {"SELECT 1 FROM text t WHERE EXISTS (SELECT 1 FROM counted c WHERE t.mail BETWEEN c.first AND c.last) OR "
     "NOT"
     " EXISTS (SELECT 1 FROM source s WHERE s.id=t.mail>>32 AND (t.mail&0xffffffff)<s.mails)",
     "the text of a mail that does not wait for a report"},
    {"SELECT 1 FROM (SELECT count(*) AS n, max(number) AS top, min(number) AS low FROM report)"
     " WHERE n AND (low!=1 OR top!=n)",
     "a gap between reports"},
    /* What came before the first report may be told of as reviewed or applied. */
    {"SELECT 1 FROM told t WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE t.mail BETWEEN c.first AND "
     "c.last)",
     "a posting that was told of before its mail was counted"},
    {"SELECT 1 FROM gone g WHERE NOT EXISTS (SELECT 1 FROM source s WHERE s.id=g.mail>>32"
     " AND (g.mail&0xffffffff)<s.mails)",
     "a mail that is gone and was not there"},
    {"SELECT 1 FROM (SELECT posting FROM revision UNION SELECT posting FROM review UNION SELECT posting FROM "
     "status) o"
     " WHERE NOT EXISTS (SELECT 1 FROM posting p WHERE p.mail=o.posting)",
     "something is known of a posting that is not there"},
    {"SELECT 1 FROM printed WHERE report>(SELECT coalesce(max(number), 0) FROM report)",
     "entries of a report that is not there"},
};

/* FALSE with error if the store can't be read at all. */
static gboolean check_pages(Check *check, GError **error) {
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(check->store, error, "PRAGMA quick_check(20)", "");

  if (!statement)
    return FALSE;
  while (lb_database_step(check->store, statement, &local)) {
    const char *line = (const char *)sqlite3_column_text(statement, 0);
    if (g_strcmp0(line, "ok") != 0)
      say(check, line ? line : "SQLite cannot say what is amiss");
  }
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

static void note(Check *check, GError *error) {
  say(check, error->message);
  g_error_free(error);
}

static void check_invariants(Check *check) {
  for (gsize i = 0; i < G_N_ELEMENTS(invariants); i++) {
    GError *local = NULL;
    sqlite3_stmt *statement = lb_database_query(check->store, &local, invariants[i].sql, "");
    if (statement && lb_database_step(check->store, statement, &local)) {
      say(check, invariants[i].what);
      sqlite3_reset(statement);
    }
    if (local)
      note(check, local);
  }
}

/* The numbers in column 0 of a query; owned by the caller. */
static GArray *list_numbers(Check *check, const char *sql) {
  GArray *numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(check->store, &local, sql, "");

  while (statement && lb_database_step(check->store, statement, &local)) {
    gint64 number = sqlite3_column_int64(statement, 0);
    g_array_append_val(numbers, number);
  }
  if (local)
    note(check, local);
  return numbers;
}

static void check_mails(Check *check) {
  g_autoptr(GArray) ids = list_numbers(check, "SELECT id FROM source ORDER BY id");

  /* Each on its own, so that each that is damaged is named. */
  for (guint i = 0; lb_store_is_current(check->store) && i < ids->len; i++) {
    GError *local = NULL;
    guint32 source = (guint32)g_array_index(ids, gint64, i);
    LbStoreFilter filter = {.sources = &source, .n_sources = 1, .wants = LB_WANT_RECIPIENTS};
    filter.until = LB_TIME_UNKNOWN;
    g_autoptr(LbStoredMails) mails = lb_store_load(check->store, &filter, &local);
    if (!mails)
      note(check, local);
  }
}

static void check_texts(Check *check) {
  g_autoptr(GArray) mails = list_numbers(check, "SELECT mail FROM text");
  g_autoptr(GArray) reports = list_numbers(check, "SELECT number FROM report");

  for (guint i = 0; i < mails->len; i++) {
    GError *local = NULL;
    LbTextRef ref = {0, 1, (guint64)g_array_index(mails, gint64, i)};
    g_autofree char *text = lb_store_read_text(check->store, &ref, &local);
    if (!text)
      note(check, local);
  }
  for (guint i = 0; i < reports->len; i++) {
    GError *local = NULL;
    GString *body = lb_report_log_read_body(check->store, (guint32)g_array_index(reports, gint64, i), &local);
    if (body)
      g_string_free(body, TRUE);
    else
      note(check, local);
  }
}

gboolean lb_store_check(LbStore *store, void (*say_what)(const char *what, gpointer data), gpointer data,
                        GError **error) {
  Check check = {store, say_what, data, 0};

  if (!check_pages(&check, error))
    return FALSE;
  check_invariants(&check);
  check_mails(&check);
  check_texts(&check);
  if (!check.n_mistakes)
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "store '%s' is damaged: %u thing%s amiss", store->path,
              check.n_mistakes, check.n_mistakes == 1 ? "" : "s");
  return FALSE;
}

/* ---- What is in it. */

static gboolean get_dates(LbStore *store, LbStoreStats *stats, GError **error) {
  Check check = {store, NULL, NULL, 0};
  g_autoptr(GArray) ids = list_numbers(&check, "SELECT id FROM source ORDER BY id");
  g_autofree guint32 *sources = g_new(guint32, ids->len + 1);

  for (guint i = 0; i < ids->len; i++)
    sources[i] = (guint32)g_array_index(ids, gint64, i);
  LbStoreFilter filter = {.sources = sources, .n_sources = ids->len, .until = LB_TIME_UNKNOWN};
  g_autoptr(LbStoredMails) mails = lb_store_load(store, &filter, error);
  if (!mails)
    return FALSE;
  const GPtrArray *all = lb_stored_mails_get(mails);
  stats->n_passed_over = stats->n_mails - all->len;
  stats->n_mails = all->len;
  for (guint i = 0; i < all->len; i++) {
    const LbMail *mail = g_ptr_array_index(all, i);
    stats->n_pending += mail->report == LB_REPORT_PENDING;
    if (mail->date == LB_TIME_UNKNOWN)
      continue;
    if (stats->oldest == LB_TIME_UNKNOWN || mail->date < stats->oldest)
      stats->oldest = mail->date;
    stats->newest = MAX(stats->newest, mail->date);
  }
  return TRUE;
}

gboolean lb_store_get_stats(LbStore *store, LbStoreStats *stats, GError **error) {
  gint64 numbers[13];
  static const char *const queries[G_N_ELEMENTS(numbers)] = {
      "SELECT count(*) FROM source",
      "SELECT count(*) FROM batch",
      "SELECT count(*) FROM report",
      "SELECT sum(n) FROM batch",
      "SELECT count(*) FROM text",
      "SELECT (SELECT * FROM pragma_page_count)*(SELECT * FROM pragma_page_size)",
      "SELECT sum(length(keys)+length(places)+length(facts)) FROM batch",
      "SELECT sum(length(bytes)) FROM page",
      "SELECT sum(length(bytes)) FROM text",
      "SELECT sum(length(body)) FROM report",
      "SELECT value FROM setting WHERE name='facts'",
      "SELECT count(*) FROM posting",
      "SELECT count(*) FROM review",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (!lb_database_get_number(store, queries[i], 0, &numbers[i], error))
      return FALSE;
  *stats = (LbStoreStats){.n_sources = (guint)numbers[0],
                          .n_batches = (guint)numbers[1],
                          .n_reports = (guint)numbers[2],
                          .n_mails = (guint64)numbers[3],
                          .n_texts = (guint64)numbers[4],
                          .file_bytes = (guint64)numbers[5],
                          .facts_bytes = (guint64)numbers[6],
                          .string_bytes = (guint64)numbers[7],
                          .text_bytes = (guint64)numbers[8],
                          .body_bytes = (guint64)numbers[9],
                          .oldest = LB_TIME_UNKNOWN,
                          .newest = LB_TIME_UNKNOWN,
                          .schema_version = LB_SCHEMA_VERSION,
                          .facts_version = (guint)numbers[10],
                          .n_postings = (guint64)numbers[11],
                          .n_reviews = (guint64)numbers[12]};
  return !store->is_current || get_dates(store, stats, error);
}

gboolean lb_store_vacuum(LbStore *store, GError **error) {
  return lb_database_run(store, error, "VACUUM", "");
}
