/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/work_facts.h"
#include "output/fields.h"

static void add_status(LbFields *fields, const LbStatus *status) {
  lb_fields_add_string(fields, "status", lb_status_get_name(status->kind));
  lb_fields_begin_object(fields, "status_evidence");
  lb_fields_add_string(fields, "msgid", status->evidence->msgid);
  lb_fields_add_string(fields, "rule", status->rule);
  lb_fields_end_object(fields);
}

static void add_link(LbFields *fields, const LbRevision *revision) {
  if (!revision->before) {
    lb_fields_add_null(fields, "link");
    return;
  }
  lb_fields_begin_object(fields, "link");
  lb_fields_add_string(fields, "rule", lb_rule_get_name(revision->rule));
  lb_fields_add_string(fields, "msgid", revision->before->first->msgid);
  lb_fields_add_string(fields, "evidence", revision->evidence);
  lb_fields_end_object(fields);
}

/* A patch without counter is the first; one with an extra's has none. */
static void add_index(LbFields *fields, const char *name, const LbMail *patch) {
  lb_fields_add_number(
      fields, name, patch->parsed->index == LB_NO_NUMBER && !patch->parsed->extra ? 1 : patch->parsed->index);
}

static void add_changes(LbFields *fields, const LbRevision *revision) {
  static const char *const kinds[] = {[LB_CHANGE_SAME] = "same",
                                      [LB_CHANGE_CHANGED] = "changed",
                                      [LB_CHANGE_NEW] = "new",
                                      [LB_CHANGE_DROPPED] = "dropped"};
  g_autoptr(GArray) changes = revision->before ? lb_revision_build_changes(revision) : NULL;
  lb_fields_begin_array(fields, "changes");
  for (guint i = 0; changes && i < changes->len; i++) {
    const LbChange *change = &g_array_index(changes, LbChange, i);
    lb_fields_begin_object(fields, NULL);
    lb_fields_add_string(fields, "kind", kinds[change->kind]);
    add_index(fields, "patch", change->now ? change->now : change->before);
    lb_fields_add_string(fields, "msgid", change->now ? change->now->msgid : NULL);
    lb_fields_add_string(fields, "before", change->before ? change->before->msgid : NULL);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
}

static void add_reviews(LbFields *fields, const LbReception *reception) {
  lb_fields_begin_array(fields, "reviews");
  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    lb_fields_begin_object(fields, NULL);
    lb_fields_add_string(fields, "kind", lb_credit_get_name(review->kind));
    lb_fields_add_person(fields, "person", lb_reception_map(reception, review->person), LB_TIME_UNKNOWN);
    lb_fields_add_string(fields, "msgid", review->mail->msgid);
    lb_fields_add_number(fields, "patch", review->patch);
    lb_fields_add_boolean(fields, "carried", review->is_carried);
    lb_fields_add_boolean(fields, "mismatched", review->is_mismatched);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
}

static void add_replies(LbFields *fields, const LbReception *reception) {
  lb_fields_begin_array(fields, "replies");
  for (guint i = 0; i < reception->repliers->len; i++) {
    const LbReplier *replier = &g_array_index(reception->repliers, LbReplier, i);
    lb_fields_begin_object(fields, NULL);
    lb_fields_add_person(fields, "person", lb_reception_map(reception, replier->first->author),
                         LB_TIME_UNKNOWN);
    lb_fields_add_integer(fields, "count", replier->n_replies);
    lb_fields_add_time(fields, "first", replier->first->date);
    lb_fields_add_time(fields, "last", replier->last);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
}

static void add_applied(LbFields *fields, const LbReception *reception) {
  lb_fields_begin_array(fields, "applied");
  for (guint i = 0; i < reception->applications->len; i++) {
    const LbApplication *application = &g_array_index(reception->applications, LbApplication, i);
    lb_fields_begin_object(fields, NULL);
    lb_fields_add_number(fields, "patch", application->patch);
    lb_fields_add_string(fields, "tree", application->tree);
    lb_fields_add_string(fields, "branch", application->branch);
    lb_fields_add_string(fields, "commit", application->commit);
    lb_fields_add_person(fields, "by",
                         application->mail->details->applied->by.email
                             ? application->mail->details->applied->by
                             : *application->mail->author,
                         LB_TIME_UNKNOWN);
    lb_fields_add_string(fields, "msgid", application->mail->msgid);
    lb_fields_add_string(fields, "rule", application->rule);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
}

static void add_revision(LbFields *fields, const LbOverview *overview, const LbRevision *revision) {
  const LbReception *reception = lb_receptions_get(overview->receptions, revision->posting);
  LbStatus status = lb_status_build(&overview->status, revision->posting);
  lb_fields_begin_object(fields, NULL);
  lb_facts_add_posting(fields, revision->posting);
  add_status(fields, &status);
  add_link(fields, revision);
  add_changes(fields, revision);
  add_reviews(fields, reception);
  add_replies(fields, reception);
  add_applied(fields, reception);
  lb_fields_end_object(fields);
}

const char *lb_work_facts_format(LbFields *fields, const LbOverview *overview, const LbWork *work) {
  const LbMail *newest = work->newest->posting->first;
  LbStatus status = lb_status_build_work(&overview->status, work);
  lb_fields_begin_object(fields, NULL);
  lb_fields_add_string(fields, "title", newest->title);
  lb_fields_add_person(fields, "author", lb_people_map(overview->people, *newest->author), LB_TIME_UNKNOWN);
  add_status(fields, &status);
  lb_fields_add_integer(fields, "applied_patches", status.n_applied);
  lb_fields_add_integer(fields, "days", status.days);
  lb_fields_begin_array(fields, "revisions");
  for (guint i = 0; i < work->revisions->len; i++)
    add_revision(fields, overview, g_ptr_array_index(work->revisions, i));
  lb_fields_end_array(fields);
  return lb_fields_finish(fields);
}
