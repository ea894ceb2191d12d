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

/* The newest posting of the line of work, if it came after this one; NULL if this is the newest. */
static const LbPosting *find_successor(const LbStatusInput *input, const LbPosting *posting) {
  const LbRevision *revision = lb_works_find(input->works, posting);
  const LbPosting *newest = revision ? revision->work->newest->posting : posting;
  /* What was sent beside or after it without a higher version (a part of it anew, an older version again) leaves a
   * posting what it was. */
  return newest != posting && newest->date >= posting->date && !newest->rerolls ? newest : NULL;
}

static gboolean is_author(const LbMail *patch, const LbPerson *person) {
  const LbPerson *author = &patch->author;
  return author->email && person->email && !g_ascii_strcasecmp(author->email, person->email);
}

/* Whether somebody else stands for this patch. */
static gboolean is_reviewed(const LbReception *reception, const LbMail *patch, gint64 *latest) {
  gboolean found = FALSE;
  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    gboolean fits = review->patch == 0 || review->patch == patch->parsed.index || reception->posting->total == 1;
    if ((review->kind != LB_CREDIT_REVIEWED && review->kind != LB_CREDIT_ACKED) || !fits ||
        is_author(patch, &review->person) || review->is_mismatched)
      continue;
    if (!found || review->mail->date < *latest)
      *latest = review->mail->date;
    found = TRUE;
  }
  return found;
}

const LbMail *lb_status_find_ready(const LbReception *reception) {
  const LbPosting *posting = reception->posting;
  gint64 ready = LB_TIME_UNKNOWN;
  if (posting->n_missing || !posting->patches->len)
    return NULL;
  for (guint i = 0; i < posting->patches->len; i++) {
    gint64 when = LB_TIME_UNKNOWN;
    if (!is_reviewed(reception, g_ptr_array_index(posting->patches, i), &when))
      return NULL;
    ready = MAX(ready, when);
  }
  if (reception->refusal && reception->refusal->date >= ready)
    return NULL;
  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    if (review->mail->date == ready)
      return review->mail;
  }
  return posting->first;
}

static guint count_patches(const LbPosting *posting) {
  return MAX((guint)MAX(posting->total, 0), posting->patches->len);
}

const LbMail *lb_status_find_applied(const LbReception *reception) {
  g_autoptr(GHashTable) patches = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < reception->applications->len; i++) {
    const LbApplication *application = &g_array_index(reception->applications, LbApplication, i);
    g_hash_table_add(patches, GINT_TO_POINTER(application->patch));
    if (application->patch == 0 || g_hash_table_size(patches) >= count_patches(reception->posting))
      return application->mail;
  }
  return NULL;
}

static LbStatus make(const LbStatusInput *input, LbStatusKind kind, const LbMail *evidence, const char *rule) {
  LbStatus status = {.kind = kind, .evidence = evidence, .rule = rule, .since = evidence->date};
  if (status.since != LB_TIME_UNKNOWN && input->now != LB_TIME_UNKNOWN && input->now > status.since)
    status.days = (guint)MIN((input->now - status.since) / DAY, G_MAXINT);
  return status;
}

static LbStatus decide(const LbStatusInput *input, const LbReception *reception) {
  const LbPosting *posting = reception->posting;
  guint n_applied = lb_reception_count_applied(reception), n_patches = count_patches(posting);
  const LbPosting *successor = find_successor(input, posting);
  if (n_applied) {
    const LbApplication *last =
        &g_array_index(reception->applications, LbApplication, reception->applications->len - 1);
    /* What says it again, when the tree is merged, decides nothing. */
    const LbMail *all = lb_status_find_applied(reception);
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
  LbStatus last = make(input, LB_STATUS_STALE, reception->last_word ? reception->last_word : posting->first, "silent");
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
