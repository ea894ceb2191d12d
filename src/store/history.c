/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/history.h"

void lb_history_count_mails(const GPtrArray *mails, guint32 number) {
  for (guint i = 0; i < mails->len; i++) {
    LbMail *mail = g_ptr_array_index(mails, i);

    if (mail->report == LB_REPORT_PENDING)
      mail->report = number;
  }
}
