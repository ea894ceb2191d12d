/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/standing.h"
#include <string.h>
#include "base/period.h"
#include "store/database.h"
#include "store/stored_mails.h"
#include "store/saving.h"
#include "store/seal.h"

#define DAY (24 * 3600)
/* Settings: the report after which all of it was right, and the moment of that report. */
#define NUMBER "standing"
#define MOMENT "standing-moment"

typedef struct {
  LbStore *store;
  const LbStoredMails *mails;
  const LbOverview *overview;
  guint32 number;
  gint64 before;       /* the moment of the last report */
  GHashTable *touched; /* set of const LbPosting; NULL: all are to be written */
  GString *text;       /* of one posting, what its rows say */
} Standing;

static gint64 find_id(const Standing *standing, const LbMail *mail) {
  return lb_stored_mails_find_id(standing->mails, mail);
}

/* ---- What has changed. */

/* A new version changes what its predecessors are. */
static void touch(const Standing *standing, const LbPosting *posting) {
  const LbRevision *revision = lb_works_find(standing->overview->works, posting);

  g_hash_table_add(standing->touched, (gpointer)posting);
  for (guint i = 0; revision && i < revision->work->revisions->len; i++) {
    const LbRevision *other = g_ptr_array_index(revision->work->revisions, i);
    g_hash_table_add(standing->touched, (gpointer)other->posting);
  }
}

static void touch_by_mail(const Standing *standing, const LbMail *mail) {
  const LbMail *posted = lb_replies_find_posted(standing->overview->replies, mail);

  if (posted)
    touch(standing, lb_collection_find_posting(standing->overview->collection, posted));
}

static gboolean was_pending(const Standing *standing, const LbMail *mail) {
  return lb_counted_find(standing->mails->counted, find_id(standing, mail)) == LB_REPORT_PENDING;
}

/* A copy that came late may speak for a mail from now on, and under another number. */
static void touch_by_mails(const Standing *standing) {
  const GPtrArray *mails = standing->mails->mails;

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (!mail->duplicate_of && mail->report == standing->number)
      touch_by_mail(standing, mail);
    if (mail->duplicate_of && mail->duplicate_of->report <= standing->number &&
        (was_pending(standing, mail) || was_pending(standing, mail->duplicate_of)))
      touch_by_mail(standing, mail->duplicate_of);
  }
}

/* Notices needn't answer what they are about, and some things change with time alone. */
static void touch_by_reception(const Standing *standing, const LbPosting *posting) {
  const LbReception *reception = lb_receptions_get(standing->overview->receptions, posting);
  const LbStatusInput *status = &standing->overview->status;
  const LbMail *last = reception->last_word ? reception->last_word : posting->first;
  gint64 stale =
      last->date == LB_TIME_UNKNOWN ? LB_TIME_UNKNOWN : last->date + (gint64)status->stale_days * DAY;
  gboolean is_news = stale > standing->before && stale <= status->now;

  for (guint i = 0; !is_news && i < reception->applications->len; i++)
    is_news = g_array_index(reception->applications, LbApplication, i).mail->report == standing->number;
  if (is_news)
    touch(standing, posting);
}

/* ---- The rows of a posting. */

static const char *get_kind(const LbPosting *posting) {
  return posting->is_pull     ? "pull"
         : posting->is_stable ? "stable"
         : posting->rerolls   ? "revised"
         : posting->repost    ? "again"
                              : "new";
}

/* One person's trailers of one kind. */
typedef struct {
  const char *kind;
  char *person;
  gint64 mail;
  guint n_patches;
  gboolean is_whole;
} Row;

static void row_free(gpointer data) {
  Row *row = data;

  g_free(row->person);
  g_free(row);
}

static gint compare_rows(gconstpointer a, gconstpointer b) {
  const Row *one = *(const Row *const *)a, *other = *(const Row *const *)b;
  gint order = strcmp(one->kind, other->kind);

  return order ? order : strcmp(one->person, other->person);
}

/* By kind and person: the first mail that gave it, and for how many patches. */
static GPtrArray *list_reviews(const Standing *standing, const LbReception *reception) {
  GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
  g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    LbPerson reviewer = lb_reception_map(reception, review->person);
    if (review->is_mismatched || !reviewer.email)
      continue;
    g_autofree char *person = g_ascii_strdown(reviewer.email, -1);
    g_autofree char *key = g_strdup_printf("%d %s", (int)review->kind, person);
    Row *row = g_hash_table_lookup(by_key, key);
    if (!row) {
      row = g_new0(Row, 1);
      row->kind = lb_credit_get_name(review->kind);
      row->person = g_steal_pointer(&person);
      row->mail = find_id(standing, review->mail);
      g_ptr_array_add(rows, row);
      g_hash_table_insert(by_key, g_steal_pointer(&key), row);
    }
    row->is_whole = row->is_whole || review->patch == 0;
    row->n_patches++;
  }
  g_ptr_array_sort(rows, compare_rows);
  return rows;
}

/* What the rows say, so that they are written only when that is something else. */
static void describe(Standing *standing, const LbPosting *posting, const LbPosting *before, LbRule rule,
                     const LbStatus *status, const GPtrArray *reviews) {
  g_string_printf(standing->text, "%d %d %u %s", posting->version, posting->total, posting->patches->len,
                  get_kind(posting));
  if (before)
    g_string_append_printf(standing->text, "\n%" G_GINT64_FORMAT " %s", find_id(standing, before->first),
                           lb_rule_get_name(rule));
  if (status)
    g_string_append_printf(standing->text, "\n%s %" G_GINT64_FORMAT, lb_status_get_name(status->kind),
                           find_id(standing, status->evidence));
  for (guint i = 0; i < reviews->len; i++) {
    const Row *row = g_ptr_array_index(reviews, i);
    g_string_append_printf(standing->text, "\n%s %s %" G_GINT64_FORMAT " %u %d", row->kind, row->person,
                           row->mail, row->n_patches, row->is_whole);
  }
}

static gboolean forget_rows(LbStore *store, gint64 id, GError **error) {
  return lb_database_run(store, error, "DELETE FROM posting WHERE mail=?", "i", id) &&
         lb_database_run(store, error, "DELETE FROM revision WHERE posting=?", "i", id) &&
         lb_database_run(store, error, "DELETE FROM review WHERE posting=?", "i", id) &&
         lb_database_run(store, error, "DELETE FROM status WHERE posting=?", "i", id);
}

/* A posting that has got an earlier first mail, or has become part of it, stood under another. */
static gboolean forget_others(const Standing *standing, const LbPosting *posting, GError **error) {
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    if (patch != posting->first && patch->report < standing->number &&
        !forget_rows(standing->store, find_id(standing, patch), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean write_reviews(const Standing *standing, gint64 id, const GPtrArray *reviews, GError **error) {
  for (guint i = 0; i < reviews->len; i++) {
    const Row *row = g_ptr_array_index(reviews, i);
    if (!lb_database_run(standing->store, error, "INSERT INTO review VALUES (?, ?, ?, ?, ?)", "ittii", id,
                         row->kind, row->person, (gint64)(row->is_whole ? 0 : row->n_patches), row->mail))
      return FALSE;
  }
  return TRUE;
}

static gboolean write_posting(Standing *standing, const LbPosting *posting, GError **error) {
  const LbOverview *overview = standing->overview;
  const LbRevision *revision = lb_works_find(overview->works, posting);
  const LbPosting *before = revision ? revision->before : NULL;
  gboolean has_status = !posting->is_stable && !posting->is_pull;
  LbStatus status = has_status ? lb_status_build(&overview->status, posting) : (LbStatus){0};
  g_autoptr(GPtrArray) reviews = list_reviews(standing, lb_receptions_get(overview->receptions, posting));
  gint64 id = find_id(standing, posting->first), sum, known = 0;
  sqlite3_stmt *statement =
      lb_database_query(standing->store, error, "SELECT sum FROM posting WHERE mail=?", "i", id);
  gboolean is_there = FALSE;
  GError *local = NULL;

  if (!statement)
    return FALSE;
  while (lb_database_step(standing->store, statement, &local)) {
    known = sqlite3_column_int64(statement, 0);
    is_there = TRUE;
  }
  if (local) {
    g_propagate_error(error, local);
    return FALSE;
  }
  describe(standing, posting, before, before ? revision->rule : LB_RULE_NONE, has_status ? &status : NULL,
           reviews);
  sum = (gint64)lb_page_sum(id, (LbBlob){standing->text->str, standing->text->len});
  if (is_there && known == sum)
    return TRUE;
  return (!is_there || forget_rows(standing->store, id, error)) && forget_others(standing, posting, error) &&
         lb_database_run(standing->store, error, "INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)", "iiiiti",
                         id, (gint64)posting->version, (gint64)posting->total, (gint64)posting->patches->len,
                         get_kind(posting), sum) &&
         (!before ||
          lb_database_run(standing->store, error, "INSERT INTO revision VALUES (?, ?, ?)", "iit", id,
                          find_id(standing, before->first), lb_rule_get_name(revision->rule))) &&
         (!has_status ||
          lb_database_run(standing->store, error, "INSERT INTO status VALUES (?, ?, ?)", "iti", id,
                          lb_status_get_name(status.kind), find_id(standing, status.evidence))) &&
         write_reviews(standing, id, reviews, error);
}

/* ---- All of it. */

static gboolean write_all(Standing *standing, GError **error) {
  static const char *const tables[] = {"DELETE FROM posting", "DELETE FROM revision", "DELETE FROM review",
                                       "DELETE FROM status"};
  const GPtrArray *postings = standing->overview->collection->postings;

  for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
    if (!lb_database_run(standing->store, error, tables[i], ""))
      return FALSE;
  for (guint i = 0; i < postings->len; i++)
    if (!write_posting(standing, g_ptr_array_index(postings, i), error))
      return FALSE;
  return TRUE;
}

/* *is_right FALSE: postings went away, or are counted under mails of earlier reports in another way. */
static gboolean write_touched(Standing *standing, gboolean *is_right, GError **error) {
  const GPtrArray *postings = standing->overview->collection->postings;
  gint64 n;

  touch_by_mails(standing);
  for (guint i = 0; i < postings->len; i++)
    touch_by_reception(standing, g_ptr_array_index(postings, i));
  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    if (g_hash_table_contains(standing->touched, posting) && !write_posting(standing, posting, error))
      return FALSE;
  }
  if (!lb_database_get_number(standing->store, "SELECT count(*) FROM posting", 0, &n, error))
    return FALSE;
  *is_right = n == postings->len;
  return TRUE;
}

gboolean lb_standing_save(LbStore *store, const LbStoredMails *mails, const LbOverview *overview,
                          guint32 number, GError **error) {
  g_autoptr(GHashTable) touched = g_hash_table_new(NULL, NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  Standing standing = {.store = store,
                       .mails = mails,
                       .overview = overview,
                       .number = number,
                       .touched = touched,
                       .text = text};
  gint64 last;
  gboolean is_right = FALSE;

  if (!lb_store_get_setting(store, NUMBER, &last, error) ||
      !lb_store_get_setting(store, MOMENT, &standing.before, error) ||
      (last != LB_TIME_UNKNOWN && last == (gint64)number - 1 && !write_touched(&standing, &is_right, error)))
    return FALSE;
  return (is_right || write_all(&standing, error)) && lb_store_set_setting(store, NUMBER, number, error) &&
         lb_store_set_setting(store, MOMENT, overview->status.now, error);
}

gboolean lb_standing_forget(LbStore *store, GError **error) {
  lb_seals_note(store, "setting");
  return lb_database_run(store, error, "DELETE FROM setting WHERE name='" NUMBER "'", "");
}
