/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/review_facts.h"
#include "message/patch_id.h"

static void add_credits(LbFields *fields, const char *name, const LbCredit *credits) {
  lb_fields_begin_array(fields, name);
  for (; credits && credits->name; credits++) {
    lb_fields_begin_object(fields, NULL);
    lb_fields_add_string(fields, "kind", credits->name);
    lb_fields_add_person(fields, "person", *credits->person, LB_TIME_UNKNOWN);
    lb_fields_add_boolean(fields, "mismatched", credits->is_mismatched);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
}

static void add_links(LbFields *fields, const LbLink *links) {
  static const char *const kinds[] = {
      [LB_LINK_PLAIN] = "plain", [LB_LINK_CHANGELOG] = "changelog", [LB_LINK_DEPENDENCY] = "dependency"};
  lb_fields_begin_array(fields, "links");
  for (; links && links->msgid; links++) {
    lb_fields_begin_object(fields, NULL);
    lb_fields_add_string(fields, "kind", kinds[links->kind]);
    lb_fields_add_string(fields, "msgid", links->msgid);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
}

static void add_applied(LbFields *fields, const LbApplied *applied) {
  if (!applied) {
    lb_fields_add_null(fields, "applied");
    return;
  }
  lb_fields_begin_object(fields, "applied");
  lb_fields_add_string(fields, "rule", applied->rule);
  lb_fields_add_boolean(fields, "applied", applied->is_applied);
  lb_fields_add_boolean(fields, "whole", applied->is_whole);
  lb_fields_add_string(fields, "tree", applied->tree);
  lb_fields_add_string(fields, "branch", applied->branch);
  lb_fields_add_person(fields, "by", applied->by, LB_TIME_UNKNOWN);
  lb_fields_begin_array(fields, "patches");
  for (guint i = 0; i < applied->n_patches; i++) {
    const LbAppliedPatch *patch = &applied->patches[i];
    lb_fields_begin_object(fields, NULL);
    lb_fields_add_number(fields, "index", patch->index);
    lb_fields_add_number(fields, "total", patch->total);
    lb_fields_add_string(fields, "title", patch->title);
    lb_fields_add_string(fields, "commit", patch->commit);
    lb_fields_add_boolean(fields, "applied", patch->is_applied);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
  lb_fields_end_object(fields);
}

static void add_request(LbFields *fields, const LbPullRequest *request) {
  if (!request) {
    lb_fields_add_null(fields, "request");
    return;
  }
  lb_fields_begin_object(fields, "request");
  lb_fields_add_string(fields, "base", request->base);
  lb_fields_add_string(fields, "url", request->url);
  lb_fields_add_string(fields, "ref", request->ref);
  lb_fields_add_string(fields, "head", request->head);
  lb_fields_add_number(fields, "commits", (int)request->n_commits);
  lb_fields_end_object(fields);
}

void lb_review_facts_add(LbFields *fields, const LbMail *mail) {
  lb_fields_add_string(fields, "change_id", mail->details->extras->change_id);
  if (mail->details->diff && mail->details->diff->id)
    lb_fields_add_object_id(fields, "patch_id", mail->details->diff->id, LB_PATCH_ID_BYTES);
  else
    lb_fields_add_null(fields, "patch_id");
  add_credits(fields, "given", mail->details->given);
  add_credits(fields, "carried", mail->details->carried);
  add_links(fields, mail->details->extras->links);
  add_applied(fields, mail->details->applied);
  add_request(fields, mail->details->extras->request);
}
