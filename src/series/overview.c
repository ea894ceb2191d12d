/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/overview.h"
#include "base/period.h"

static gint64 find_newest(const GPtrArray *mails) {
  gint64 newest = LB_TIME_UNKNOWN;
  for (guint i = 0; i < mails->len; i++)
    newest = MAX(newest, ((const LbMail *)g_ptr_array_index(mails, i))->date);
  return newest;
}

LbOverview *lb_overview_build(const LbCollection *collection, const GPtrArray *mails,
                              const LbMailmap *mailmap, gint64 until, guint stale_days) {
  LbOverview *overview = g_new0(LbOverview, 1);
  overview->collection = collection;
  overview->people = lb_people_new(mailmap);
  overview->replies = lb_replies_build(collection);
  overview->works = lb_works_build(collection, overview->replies, overview->people, until);
  LbReviewInput input = {collection, overview->replies, overview->works, overview->people, until};
  overview->receptions = lb_receptions_build(&input);
  overview->status.receptions = overview->receptions;
  overview->status.works = overview->works;
  overview->status.now = until != LB_TIME_UNKNOWN ? until : find_newest(mails);
  overview->status.stale_days = stale_days;
  return overview;
}

void lb_overview_free(LbOverview *overview) {
  if (!overview)
    return;
  lb_receptions_free(overview->receptions);
  lb_works_free(overview->works);
  lb_replies_free(overview->replies);
  lb_people_free(overview->people);
  g_free(overview);
}
