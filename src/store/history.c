/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/history.h"
#include "store/report_log.h"
#include "store/save.h"

void lb_history_count_mails(const GPtrArray *mails, guint32 number) {
  for (guint i = 0; i < mails->len; i++) {
    LbMail *mail = g_ptr_array_index(mails, i);

    if (mail->report == LB_REPORT_PENDING && !mail->duplicate_of)
      mail->report = number;
  }
  for (guint i = 0; i < mails->len; i++) {
    LbMail *mail = g_ptr_array_index(mails, i);

    if (mail->report == LB_REPORT_PENDING)
      mail->report = mail->duplicate_of->report;
  }
}

static char *find_printed(gpointer keeper, const char *key) {
  return lb_store_find_printed(keeper, key);
}

gboolean lb_history_load(LbStore *store, guint32 number, LbHistory *history, GError **error) {
  g_autoptr(LbReportRecord) before = NULL;
  GError *local = NULL;

  *history = (LbHistory){.number = number,
                         .before = {LB_TIME_UNKNOWN, LB_TIME_UNKNOWN},
                         .find_printed = find_printed,
                         .keeper = store};
  if (number <= 1)
    return TRUE;
  before = lb_report_log_find(store, number - 1, &local);
  if (local) {
    g_propagate_error(error, local);
    return FALSE;
  }
  if (before)
    history->before = (LbPeriod){before->since, before->until};
  return TRUE;
}

gboolean lb_history_save(LbStore *store, const LbStoredMails *mails, guint32 number, const GArray *told,
                         const GArray *printed, GError **error) {
  for (guint i = 0; i < told->len; i++) {
    const LbToldMail *mail = &g_array_index(told, LbToldMail, i);
    if (!lb_store_save_told(store, mails, mail->mail, mail->told, error))
      return FALSE;
  }
  for (guint i = 0; i < printed->len; i++) {
    const LbPrinted *entry = &g_array_index(printed, LbPrinted, i);
    if (!lb_store_save_printed(store, entry->key, entry->subject, number, error))
      return FALSE;
  }
  return TRUE;
}
