/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/told.h"

static guint count_members(const LbPosting *posting) {
  return posting->patches->len + (posting->cover != NULL);
}

/* The cover, then the patches. */
static const LbMail *get_member(const LbPosting *posting, guint i) {
  if (posting->cover && i == 0)
    return posting->cover;
  return g_ptr_array_index(posting->patches, i - (posting->cover != NULL));
}

gboolean lb_told_has(const LbPosting *posting, LbTold told) {
  for (guint i = 0; i < count_members(posting); i++) {
    if (get_member(posting, i)->told & told)
      return TRUE;
  }
  return FALSE;
}

gboolean lb_told_is_news(const LbPosting *posting, guint32 number) {
  gboolean is_counted = FALSE;

  for (guint i = 0; i < count_members(posting); i++) {
    const LbMail *mail = get_member(posting, i);
    if (mail->told & LB_TOLD_POSTED || mail->report == 0)
      return FALSE;
    is_counted = is_counted || mail->report == number;
  }
  return is_counted;
}

/* The mails that are told of have the number of that report or, where they waited for it, a lower one. */
guint32 lb_told_find_report(const LbPosting *posting) {
  guint32 report = 0;
  gboolean is_told = FALSE;

  for (guint i = 0; i < count_members(posting); i++) {
    const LbMail *mail = get_member(posting, i);
    if (!(mail->told & LB_TOLD_POSTED))
      continue;
    report = MAX(report, mail->report);
    is_told = TRUE;
  }
  return is_told ? report : LB_REPORT_PENDING;
}

void lb_told_note(const LbPosting *posting, LbTold told, LbReport *report) {
  for (guint i = 0; report->told && i < count_members(posting); i++) {
    const LbToldMail mail = {get_member(posting, i), told};
    g_array_append_val(report->told, mail);
  }
}
