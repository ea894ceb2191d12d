/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/overview.h"
#include "base/crew.h"
#include "base/period.h"

static gint64 find_newest(const GPtrArray *mails) {
  gint64 newest = LB_TIME_UNKNOWN;
  for (guint i = 0; i < mails->len; i++)
    newest = MAX(newest, ((const LbMail *)g_ptr_array_index(mails, i))->date);
  return newest;
}

typedef struct {
  LbOverview *overview;
  const LbMailmap *mailmap;
  gint64 until;
} Work;

static void build_receptions(const Work *work) {
  LbOverview *overview = work->overview;
  LbReviewInput input = {overview->collection, overview->replies, overview->people, work->until};
  overview->receptions = lb_receptions_build(&input);
}

static void build_works(const Work *work) {
  LbOverview *overview = work->overview;
  /* People of its own: two that ask the same ones hinder each other, and numbers are of no use afterwards. */
  g_autoptr(LbPeople) people = lb_people_new(work->mailmap);
  overview->works = lb_works_build(overview->collection, overview->replies, people, work->until);
}

/* Neither looks at the other's. */
static void (*const pieces[])(const Work *work) = {build_receptions, build_works};

static void build_piece(guint number, gpointer data) {
  pieces[number](data);
}

LbOverview *lb_overview_build(const LbCollection *collection, const GPtrArray *mails,
                              const LbMailmap *mailmap, gint64 until, guint stale_days) {
  LbOverview *overview = g_new0(LbOverview, 1);
  overview->collection = collection;
  overview->people = lb_people_new(mailmap);
  overview->replies = lb_replies_build(collection);
  Work work = {overview, mailmap, until};
  lb_crew_run(collection->jobs, G_N_ELEMENTS(pieces), build_piece, &work);
  lb_people_share(overview->people);
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
