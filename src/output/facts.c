/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/facts.h"

#include <string.h>

#include "base/text.h"
#include "message/trailer.h"
#include "output/fields.h"
#include "output/review_facts.h"

static void add_locator(LbFields *fields, const LbLocator *locator) {
  lb_fields_begin_object(fields, "locator");
  lb_fields_add_bytes(fields, "file", locator->file, strlen(locator->file));
  if (locator->id_size > 0) {
    lb_fields_add_object_id(fields, "commit", locator->commit, locator->id_size);
    lb_fields_add_object_id(fields, "blob", locator->blob, locator->id_size);
  } else {
    lb_fields_add_integer(fields, "offset", (gint64)locator->offset);
    lb_fields_add_integer(fields, "length", (gint64)locator->length);
  }
  lb_fields_end_object(fields);
}

/* A single patch is 1/1; a cover that only its replies revealed is 0 of nobody knows how many. */
static void add_counter(LbFields *fields, const LbMail *mail, LbClass mail_class) {
  const LbSubject *parsed = mail->parsed;
  int index = parsed->index, total = parsed->total;

  if (index == LB_NO_NUMBER && !parsed->extra && mail_class == LB_CLASS_PATCH)
    index = total = 1;
  else if (index == LB_NO_NUMBER && mail_class == LB_CLASS_COVER)
    index = 0;
  lb_fields_add_number(fields, "index", index);
  lb_fields_add_number(fields, "total", total);
  lb_fields_add_string(fields, "extra", parsed->extra);
}

static void add_diff(LbFields *fields, const LbDiff *diff) {
  if (!diff) {
    lb_fields_add_null(fields, "diff");
    return;
  }
  lb_fields_begin_object(fields, "diff");
  lb_fields_add_number(fields, "files", (int)diff->n_files);
  lb_fields_add_number(fields, "added", (int)diff->added);
  lb_fields_add_number(fields, "removed", (int)diff->removed);
  lb_fields_add_strings(fields, "paths", diff->paths);
  lb_fields_end_object(fields);
}

static void add_diagnostics(LbFields *fields, LbDiagSet diagnostics) {
  lb_fields_begin_array(fields, "diagnostics");
  for (int diag = 0; diag < LB_N_DIAGS; diag++)
    if (diagnostics & LB_DIAG_BIT(diag))
      json_builder_add_string_value(fields->builder, lb_diag_get_name((LbDiag)diag));
  lb_fields_end_array(fields);
}

/* An attached patch that brings its own header gives the log; the mail's own text stands before it as notes.
 */
static void add_patch_texts(LbFields *fields, const LbMail *mail, const char *text) {
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GString) notes = g_string_new(NULL);
  LbPatchText parts;

  lb_patch_split(text, strlen(text), mail->details->extras->patch_offset, &parts);
  g_string_append_len(notes, parts.before.data, (gssize)parts.before.length);
  if (parts.before.length > 0 && parts.notes.length > 0)
    g_string_append(notes, "\n\n");
  g_string_append_len(notes, parts.notes.data, (gssize)parts.notes.length);
  lb_fields_add_slice(fields, "commit", parts.commit);
  lb_fields_add_bytes(fields, "notes", notes->str, notes->len);
  lb_fields_add_strings(fields, "trailers", lb_trailer_parse(parts.commit, arena));
}

static void add_texts(LbFields *fields, const LbMail *mail, LbClass mail_class, const LbFactsTexts *texts) {
  lb_fields_add_string(fields, "text", texts->text);
  if (mail_class == LB_CLASS_PATCH) {
    add_patch_texts(fields, mail, texts->text);
  } else {
    lb_fields_add_string(fields, "commit", NULL);
    lb_fields_add_string(fields, "notes", NULL);
    lb_fields_add_strings(fields, "trailers", NULL);
  }
  lb_fields_add_string(fields, "commit_message", texts->message);
  lb_review_facts_add(fields, mail);
}

const char *lb_facts_format_mail(LbFields *fields, const LbMail *mail, const LbCollection *collection,
                                 const LbFactsTexts *texts) {
  const LbSubject *parsed = mail->parsed;
  LbClass mail_class = lb_collection_get_class(collection, mail);
  gboolean is_stable, is_pull;

  lb_collection_get_marks(collection, mail, &is_stable, &is_pull);

  lb_fields_begin_object(fields, NULL);
  lb_fields_add_string(fields, "msgid", mail->msgid);
  lb_fields_add_strings(fields, "list", mail->list_ids);
  LbLocator locator = lb_mail_get_locator(mail);
  add_locator(fields, &locator);
  lb_fields_add_time(fields, "date", mail->date);
  lb_fields_add_string(fields, "class", lb_class_get_name(mail_class));
  lb_fields_add_boolean(fields, "stable", is_stable);
  lb_fields_add_boolean(fields, "pull", is_pull);
  lb_fields_add_string(fields, "subject", mail->subject);
  lb_fields_add_string(fields, "title", mail->title);
  lb_fields_add_strings(fields, "prefix", parsed->prefix);
  lb_fields_add_number(fields, "version", parsed->version);
  lb_fields_add_number(fields, "reroll", parsed->reroll);
  add_counter(fields, mail, mail_class);
  lb_fields_add_boolean(fields, "rfc", parsed->rfc);
  lb_fields_add_boolean(fields, "resend", parsed->resend);
  lb_fields_add_person(fields, "author", *mail->author, mail->details->extras->author_date);
  lb_fields_add_person(fields, "sender", *mail->sender, LB_TIME_UNKNOWN);
  lb_fields_add_people(fields, "to", mail->details->extras->to);
  lb_fields_add_people(fields, "cc", mail->details->extras->cc);
  lb_fields_add_string(fields, "in_reply_to", mail->in_reply_to);
  lb_fields_add_strings(fields, "references", mail->references);
  add_diff(fields, mail->details->diff);
  lb_fields_add_strings(fields, "attachments", mail->details->extras->attachments);
  add_diagnostics(fields, mail->diagnostics | lb_collection_get_diagnostics(collection, mail));
  lb_fields_add_string(fields, "duplicate_of", mail->duplicate_of ? mail->duplicate_of->msgid : NULL);
  if (texts)
    add_texts(fields, mail, mail_class, texts);
  return lb_fields_finish(fields);
}

static void add_patches(LbFields *fields, const LbPosting *posting) {
  lb_fields_begin_array(fields, "patches");
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    int index = patch->parsed->index;

    lb_fields_begin_object(fields, NULL);
    lb_fields_add_number(fields, "index", index == LB_NO_NUMBER && !patch->parsed->extra ? 1 : index);
    lb_fields_add_string(fields, "msgid", patch->msgid);
    lb_fields_add_string(fields, "title", patch->title);
    lb_fields_add_person(fields, "author", *patch->author, patch->details->extras->author_date);
    lb_fields_end_object(fields);
  }
  lb_fields_end_array(fields);
}

void lb_facts_add_posting(LbFields *fields, const LbPosting *posting) {
  const LbMail *first = posting->first;
  g_autofree int *missing = lb_posting_build_missing(posting);

  lb_fields_add_string(fields, "cover", posting->cover ? posting->cover->msgid : NULL);
  lb_fields_add_number(fields, "version", posting->version);
  lb_fields_add_number(fields, "total", posting->total);
  lb_fields_add_string(fields, "title", first->title);
  lb_fields_add_strings(fields, "prefix", first->parsed->prefix);
  lb_fields_add_person(fields, "sender", *first->sender, LB_TIME_UNKNOWN);
  lb_fields_add_time(fields, "date", posting->date);
  lb_fields_add_boolean(fields, "stable", posting->is_stable);
  add_patches(fields, posting);
  lb_fields_begin_array(fields, "missing");
  for (guint i = 0; i < posting->n_missing; i++)
    lb_fields_add_integer(fields, NULL, missing[i]);
  lb_fields_end_array(fields);
  lb_fields_add_string(fields, "repost", posting->repost ? posting->repost->first->msgid : NULL);
}

const char *lb_facts_format_posting(LbFields *fields, const LbPosting *posting) {
  lb_fields_begin_object(fields, NULL);
  lb_facts_add_posting(fields, posting);
  return lb_fields_finish(fields);
}
