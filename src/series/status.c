/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/status.h"
#include <string.h>
#include "base/period.h"

#define DAY (24 * 60 * 60)

static const struct {
  const char *name, *phrase;
} words[LB_N_STATUSES] = {
    [LB_STATUS_APPLIED] = {"applied", "applied"},
    [LB_STATUS_APPLIED_IN_PART] = {"applied-in-part", "applied in part"},
    [LB_STATUS_SUPERSEDED] = {"superseded", "superseded"},
    [LB_STATUS_NACKED] = {"nacked", "nacked"},
    [LB_STATUS_READY] = {"ready", "ready"},
    [LB_STATUS_STALE] = {"stale", "stale"},
    [LB_STATUS_WAITING_ON_AUTHOR] = {"waiting-on-author", "waiting on author"},
    [LB_STATUS_WAITING_FOR_REVIEW] = {"waiting-for-review", "waiting for review"},
};

const char *lb_status_get_name(LbStatusKind kind) {
  g_return_val_if_fail(kind < LB_N_STATUSES, "");
  return words[kind].name;
}

const char *lb_status_get_phrase(LbStatusKind kind) {
  g_return_val_if_fail(kind < LB_N_STATUSES, "");
  return words[kind].phrase;
}

LbStatusKind lb_status_find(const char *name) {
  LbStatusKind kind = 0;
  while (kind < LB_N_STATUSES && strcmp(words[kind].name, name) != 0)
    kind++;
  return kind;
}

static const LbPosting *find_successor(const LbStatusInput *input, const LbPosting *posting) {
  const LbRevision *revision = lb_works_find(input->works, posting);
  return revision ? revision->after : NULL;
}

static gint compare_reviews(gconstpointer a, gconstpointer b) {
  const LbReview *one = *(const LbReview *const *)a, *other = *(const LbReview *const *)b;
  if (one->patch != other->patch)
    return one->patch < other->patch ? -1 : 1;
  if (one->mail->date != other->mail->date)
    return one->mail->date < other->mail->date ? -1 : 1;
  return strcmp(one->mail->msgid, other->mail->msgid);
}

/* Those that make ready, by patch and date. */
static GPtrArray *collect_reviews(const LbReception *reception) {
  GPtrArray *reviews = g_ptr_array_new();
  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    if ((review->kind == LB_CREDIT_REVIEWED || review->kind == LB_CREDIT_ACKED) && !review->is_mismatched)
      g_ptr_array_add(reviews, (gpointer)review);
  }
  g_ptr_array_sort(reviews, compare_reviews);
  return reviews;
}

/* The mail of the first review of a patch number by somebody else than author; NULL if there is none. */
static const LbMail *find_first(const GPtrArray *reviews, int patch, LbWho author) {
  guint low = 0;
  for (guint high = reviews->len; low < high;) {
    guint middle = low + (high - low) / 2;
    if (((const LbReview *)g_ptr_array_index(reviews, middle))->patch < patch)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < reviews->len; low++) {
    const LbReview *review = g_ptr_array_index(reviews, low);
    if (review->patch != patch)
      break;
    if (!lb_people_is_same(review->who, author))
      return review->mail;
  }
  return NULL;
}

const LbMail *lb_status_find_ready(const LbReception *reception) {
  const LbPosting *posting = reception->posting;
  const LbMail *ready = NULL;
  if (posting->n_missing || !posting->patches->len || !reception->reviews->len)
    return NULL;
  g_autoptr(GPtrArray) reviews = collect_reviews(reception);
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    LbWho author = lb_people_get(reception->people, patch->author);
    const LbMail *first = find_first(reviews, lb_reception_get_number(posting, patch), author);
    const LbMail *of_all = find_first(reviews, 0, author);
    if (!first || (of_all && of_all->date < first->date))
      first = of_all;
    if (!first)
      return NULL;
    if (!ready || first->date > ready->date)
      ready = first;
  }
  return reception->refusal && reception->refusal->date >= ready->date ? NULL : ready;
}

static LbStatus make(const LbStatusInput *input, LbStatusKind kind, const LbMail *evidence,
                     const char *rule) {
  LbStatus status = {.kind = kind, .evidence = evidence, .rule = rule, .since = evidence->date};
  if (status.since != LB_TIME_UNKNOWN && input->now != LB_TIME_UNKNOWN && input->now > status.since)
    status.days = (guint)MIN((input->now - status.since) / DAY, G_MAXINT);
  return status;
}

static LbStatus decide(const LbStatusInput *input, const LbReception *reception) {
  const LbPosting *posting = reception->posting;
  guint n_applied = lb_reception_count_applied(reception), n_patches = lb_reception_count_patches(posting);
  const LbPosting *successor = find_successor(input, posting);
  if (n_applied) {
    const LbApplication *last =
        &g_array_index(reception->applications, LbApplication, reception->applications->len - 1);
    /* What says it again, when the tree is merged, decides nothing. */
    const LbMail *all = reception->applied;
    LbStatus status = make(input, all ? LB_STATUS_APPLIED : LB_STATUS_APPLIED_IN_PART, all ? all : last->mail,
                           all ? "all-applied" : "some-applied");
    status.n_applied = n_applied;
    status.n_patches = n_patches;
    return status;
  }
  if (successor)
    return make(input, LB_STATUS_SUPERSEDED, successor->first, "newer-revision");
  const LbMail *ready = lb_status_find_ready(reception);
  if (reception->refusal && !ready)
    return make(input, LB_STATUS_NACKED, reception->refusal, "nacked");
  if (ready)
    return make(input, LB_STATUS_READY, ready, "every-patch-reviewed");
  LbStatus last =
      make(input, LB_STATUS_STALE, reception->last_word ? reception->last_word : posting->first, "silent");
  if (last.days >= input->stale_days)
    return last;
  if (reception->last_other && reception->last_other == reception->last_word)
    return make(input, LB_STATUS_WAITING_ON_AUTHOR, reception->last_other, "last-word-other");
  return make(input, LB_STATUS_WAITING_FOR_REVIEW, last.evidence, "default");
}

LbStatus lb_status_build(const LbStatusInput *input, const LbPosting *posting) {
  return decide(input, lb_receptions_get(input->receptions, posting));
}

LbStatus lb_status_build_work(const LbStatusInput *input, const LbWork *work) {
  for (guint i = work->revisions->len; i-- > 0;) {
    const LbRevision *revision = g_ptr_array_index(work->revisions, i);
    LbStatus status = lb_status_build(input, revision->posting);
    if (status.kind == LB_STATUS_APPLIED && !revision->posting->rerolls)
      return status;
  }
  return lb_status_build(input, work->newest->posting);
}
