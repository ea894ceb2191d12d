/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/report_log.h"
#include <string.h>
#include "store/database.h"
#include "store/deflate.h"
#include "store/saving.h"

gboolean lb_report_log_add(LbStore *store, const LbReportRecord *record, const char *body, gsize length,
                           GError **error) {
  g_autoptr(GByteArray) deflated = lb_deflate(body, length);
  LbBlob blob = {deflated->data, deflated->len};
  gint64 last;

  if (!lb_database_get_number(store, "SELECT max(number) FROM report", 0, &last, error))
    return FALSE;
  g_return_val_if_fail((gint64)record->number == last + 1, FALSE);
  return lb_database_run(store, error,
                         "INSERT INTO report (number, since, until, first, last, made, msgid, mark, state,"
                         " outputs_done, size, sum, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         "iiittittiiiib", (gint64)record->number, record->since, record->until, record->first,
                         record->last, record->made, record->msgid, record->mark, (gint64)record->state,
                         (gint64)record->outputs_done, (gint64)length,
                         (gint64)lb_page_sum(record->number, blob), &blob);
}

gboolean lb_report_log_get_last(LbStore *store, gint64 *number, GError **error) {
  return lb_database_get_number(store, "SELECT max(number) FROM report", 0, number, error);
}

void lb_report_record_free(LbReportRecord *record) {
  if (!record)
    return;
  g_free((gpointer)record->first);
  g_free((gpointer)record->last);
  g_free((gpointer)record->msgid);
  g_free((gpointer)record->mark);
  g_free(record);
}

static LbReportRecord *take_record(sqlite3_stmt *statement) {
  LbReportRecord *record = g_new0(LbReportRecord, 1);

  record->number = (guint32)sqlite3_column_int64(statement, 0);
  record->since = sqlite3_column_int64(statement, 1);
  record->until = sqlite3_column_int64(statement, 2);
  record->first = g_strdup((const char *)sqlite3_column_text(statement, 3));
  record->last = g_strdup((const char *)sqlite3_column_text(statement, 4));
  record->made = sqlite3_column_int64(statement, 5);
  record->msgid = g_strdup((const char *)sqlite3_column_text(statement, 6));
  record->mark = g_strdup((const char *)sqlite3_column_text(statement, 7));
  record->state = (LbReportState)CLAMP(sqlite3_column_int64(statement, 8), LB_REPORT_MADE, LB_REPORT_DONE);
  record->outputs_done = (guint)sqlite3_column_int64(statement, 9);
  return record;
}

LbReportRecord *lb_report_log_find(LbStore *store, guint32 number, GError **error) {
  LbReportRecord *record = NULL;
  GError *local = NULL;
  sqlite3_stmt *statement =
      lb_database_query(store, error,
                        "SELECT number, since, until, first, last, made, msgid, mark, state, outputs_done"
                        " FROM report WHERE number=?1 OR ?1=0 ORDER BY number DESC LIMIT 1",
                        "i", (gint64)number);

  if (!statement)
    return NULL;
  while (lb_database_step(store, statement, &local)) {
    lb_report_record_free(record);
    record = take_record(statement);
  }
  if (!local)
    return record;
  lb_report_record_free(record);
  g_propagate_error(error, local);
  return NULL;
}

GArray *lb_report_log_list_unfinished(LbStore *store, GError **error) {
  g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(
      store, error, "SELECT number FROM report WHERE state!=? ORDER BY number", "i", (gint64)LB_REPORT_DONE);

  if (!statement)
    return NULL;
  while (lb_database_step(store, statement, &local)) {
    guint32 number = (guint32)sqlite3_column_int64(statement, 0);
    g_array_append_val(numbers, number);
  }
  if (!local)
    return g_steal_pointer(&numbers);
  g_propagate_error(error, local);
  return NULL;
}

GString *lb_report_log_read_body(LbStore *store, guint32 number, GError **error) {
  g_autofree char *body = NULL;
  gsize size = 0;
  GError *local = NULL;
  sqlite3_stmt *statement = lb_database_query(
      store, error, "SELECT size, sum, body FROM report WHERE number=?", "i", (gint64)number);

  if (!statement)
    return NULL;
  while (lb_database_step(store, statement, &local)) {
    LbBlob bytes = lb_database_column_blob(statement, 2);
    size = (gsize)sqlite3_column_int64(statement, 0);
    g_free(body);
    body = (gint64)lb_page_sum(number, bytes) == sqlite3_column_int64(statement, 1)
               ? lb_inflate(bytes.data, bytes.length, size)
               : NULL;
  }
  if (!local && !body)
    lb_database_fail_damaged(store, "the text of a report is not as it was written", &local);
  if (!local)
    return g_string_new_len(body, (gssize)size);
  g_propagate_error(error, local);
  return NULL;
}

static gboolean set_state(LbStore *store, guint32 number, LbReportState state, guint outputs_done,
                          GError **error) {
  return lb_database_run(store, error, "UPDATE report SET state=?2, outputs_done=?3 WHERE number=?1", "iii",
                         (gint64)number, (gint64)state, (gint64)outputs_done);
}

gboolean lb_report_log_set_state(LbStore *store, guint32 number, LbReportState state, guint outputs_done,
                                 GError **error) {
  if (store->is_in_transaction)
    return set_state(store, number, state, outputs_done, error);
  if (!lb_store_begin(store, error))
    return FALSE;
  if (set_state(store, number, state, outputs_done, error))
    return lb_store_commit(store, error);
  lb_store_rollback(store);
  return FALSE;
}
