/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/facts.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/text.h"
#include "message/trailer.h"

struct LbFacts {
  const LbMailmap *mailmap;
  JsonBuilder *builder;
  JsonGenerator *generator;
  GString *scratch;
  char *line;
};

LbFacts *lb_facts_new(const LbMailmap *mailmap) {
  LbFacts *facts = g_new0(LbFacts, 1);

  facts->mailmap = mailmap;
  facts->builder = json_builder_new();
  facts->generator = json_generator_new();
  facts->scratch = g_string_new(NULL);
  return facts;
}

void lb_facts_free(LbFacts *facts) {
  if (!facts)
    return;
  g_object_unref(facts->builder);
  g_object_unref(facts->generator);
  g_string_free(facts->scratch, TRUE);
  g_free(facts->line);
  g_free(facts);
}

static void add_string(LbFacts *facts, const char *name, const char *value) {
  json_builder_set_member_name(facts->builder, name);
  if (value)
    json_builder_add_string_value(facts->builder, value);
  else
    json_builder_add_null_value(facts->builder);
}

/* File names and slices of text may hold anything; JSON is UTF-8. */
static void add_bytes(LbFacts *facts, const char *name, const char *bytes, gsize length) {
  g_string_truncate(facts->scratch, 0);
  lb_text_append_utf8(facts->scratch, bytes, length);
  add_string(facts, name, facts->scratch->str);
}

static void add_slice(LbFacts *facts, const char *name, LbSlice slice) {
  if (slice.data)
    add_bytes(facts, name, slice.data, slice.length);
  else
    add_string(facts, name, "");
}

static void add_number(LbFacts *facts, const char *name, int value) {
  json_builder_set_member_name(facts->builder, name);
  if (value == LB_NO_NUMBER)
    json_builder_add_null_value(facts->builder);
  else
    json_builder_add_int_value(facts->builder, value);
}

static void add_boolean(LbFacts *facts, const char *name, gboolean value) {
  json_builder_set_member_name(facts->builder, name);
  json_builder_add_boolean_value(facts->builder, value);
}

static void add_strings(LbFacts *facts, const char *name, const char *const *values) {
  json_builder_set_member_name(facts->builder, name);
  json_builder_begin_array(facts->builder);
  for (; values && *values; values++)
    json_builder_add_string_value(facts->builder, *values);
  json_builder_end_array(facts->builder);
}

static void add_time(LbFacts *facts, const char *name, gint64 time) {
  g_autofree char *text = time == LB_TIME_UNKNOWN ? NULL : lb_period_format_time(time);

  add_string(facts, name, text);
}

/* An object, or null where nobody is known. */
static void add_person(LbFacts *facts, LbPerson person, gint64 date) {
  if (!person.email) {
    json_builder_add_null_value(facts->builder);
    return;
  }
  person = lb_mailmap_find(facts->mailmap, person);
  json_builder_begin_object(facts->builder);
  add_string(facts, "name", person.name ? person.name : "");
  add_string(facts, "email", person.email);
  if (date != LB_TIME_UNKNOWN)
    add_time(facts, "date", date);
  json_builder_end_object(facts->builder);
}

static void add_named_person(LbFacts *facts, const char *name, LbPerson person, gint64 date) {
  json_builder_set_member_name(facts->builder, name);
  add_person(facts, person, date);
}

static void add_people(LbFacts *facts, const char *name, const LbPerson *people) {
  json_builder_set_member_name(facts->builder, name);
  json_builder_begin_array(facts->builder);
  for (; people && people->email; people++)
    add_person(facts, *people, LB_TIME_UNKNOWN);
  json_builder_end_array(facts->builder);
}

static void add_object_id(LbFacts *facts, const char *name, const guint8 *id, guint size) {
  char hex[2 * 32 + 1];

  for (guint i = 0; i < size && i < 32; i++)
    g_snprintf(hex + 2 * i, 3, "%02x", id[i]);
  add_string(facts, name, hex);
}

static void add_locator(LbFacts *facts, const LbLocator *locator) {
  json_builder_set_member_name(facts->builder, "locator");
  json_builder_begin_object(facts->builder);
  add_bytes(facts, "file", locator->file, strlen(locator->file));
  if (locator->id_size > 0) {
    add_object_id(facts, "commit", locator->commit, locator->id_size);
    add_object_id(facts, "blob", locator->blob, locator->id_size);
  } else {
    json_builder_set_member_name(facts->builder, "offset");
    json_builder_add_int_value(facts->builder, (gint64)locator->offset);
    json_builder_set_member_name(facts->builder, "length");
    json_builder_add_int_value(facts->builder, (gint64)locator->length);
  }
  json_builder_end_object(facts->builder);
}

/* A single patch is 1/1; a cover that only its replies revealed is 0 of nobody knows how many. */
static void add_counter(LbFacts *facts, const LbMail *mail, LbClass mail_class) {
  const LbSubject *parsed = &mail->parsed;
  int index = parsed->index, total = parsed->total;

  if (index == LB_NO_NUMBER && !parsed->extra && mail_class == LB_CLASS_PATCH)
    index = total = 1;
  else if (index == LB_NO_NUMBER && mail_class == LB_CLASS_COVER)
    index = 0;
  add_number(facts, "index", index);
  add_number(facts, "total", total);
  add_string(facts, "extra", parsed->extra);
}

static void add_diff(LbFacts *facts, const LbDiff *diff) {
  json_builder_set_member_name(facts->builder, "diff");
  if (!diff) {
    json_builder_add_null_value(facts->builder);
    return;
  }
  json_builder_begin_object(facts->builder);
  add_number(facts, "files", (int)diff->n_files);
  add_number(facts, "added", (int)diff->added);
  add_number(facts, "removed", (int)diff->removed);
  add_strings(facts, "paths", diff->paths);
  json_builder_end_object(facts->builder);
}

static void add_diagnostics(LbFacts *facts, LbDiagSet diagnostics) {
  json_builder_set_member_name(facts->builder, "diagnostics");
  json_builder_begin_array(facts->builder);
  for (int diag = 0; diag < LB_N_DIAGS; diag++)
    if (diagnostics & LB_DIAG_BIT(diag))
      json_builder_add_string_value(facts->builder, lb_diag_get_name((LbDiag)diag));
  json_builder_end_array(facts->builder);
}

/* An attached patch that brings its own header gives the log; the mail's own text stands before it as notes.
 */
static void add_patch_texts(LbFacts *facts, const LbMail *mail, const char *text) {
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GString) notes = g_string_new(NULL);
  LbPatchText parts;

  lb_patch_split(text, strlen(text), mail->patch_offset, &parts);
  g_string_append_len(notes, parts.before.data, (gssize)parts.before.length);
  if (parts.before.length > 0 && parts.notes.length > 0)
    g_string_append(notes, "\n\n");
  g_string_append_len(notes, parts.notes.data, (gssize)parts.notes.length);
  add_slice(facts, "commit", parts.commit);
  add_bytes(facts, "notes", notes->str, notes->len);
  add_strings(facts, "trailers", lb_trailer_parse(parts.commit, arena));
}

static void add_texts(LbFacts *facts, const LbMail *mail, LbClass mail_class, const LbFactsTexts *texts) {
  add_string(facts, "text", texts->text);
  if (mail_class == LB_CLASS_PATCH) {
    add_patch_texts(facts, mail, texts->text);
  } else {
    add_string(facts, "commit", NULL);
    add_string(facts, "notes", NULL);
    add_strings(facts, "trailers", NULL);
  }
  add_string(facts, "commit_message", texts->message);
}

static const char *finish_line(LbFacts *facts) {
  JsonNode *root;
  gsize length;

  json_builder_end_object(facts->builder);
  root = json_builder_get_root(facts->builder);
  json_generator_set_root(facts->generator, root);
  g_free(facts->line);
  facts->line = json_generator_to_data(facts->generator, &length);
  facts->line = g_realloc(facts->line, length + 2);
  memcpy(facts->line + length, "\n", 2);
  json_node_unref(root);
  json_builder_reset(facts->builder);
  return facts->line;
}

const char *lb_facts_format_mail(LbFacts *facts, const LbMail *mail, const LbCollection *collection,
                                 const LbFactsTexts *texts) {
  const LbSubject *parsed = &mail->parsed;
  LbClass mail_class = lb_collection_get_class(collection, mail);
  gboolean is_stable, is_pull;

  lb_collection_get_marks(collection, mail, &is_stable, &is_pull);

  json_builder_begin_object(facts->builder);
  add_string(facts, "msgid", mail->msgid);
  add_strings(facts, "list", mail->list_ids);
  add_locator(facts, &mail->locator);
  add_time(facts, "date", mail->date);
  add_string(facts, "class", lb_class_get_name(mail_class));
  add_boolean(facts, "stable", is_stable);
  add_boolean(facts, "pull", is_pull);
  add_string(facts, "subject", mail->subject);
  add_string(facts, "title", parsed->title);
  add_strings(facts, "prefix", parsed->prefix);
  add_number(facts, "version", parsed->version);
  add_number(facts, "reroll", parsed->reroll);
  add_counter(facts, mail, mail_class);
  add_boolean(facts, "rfc", parsed->rfc);
  add_boolean(facts, "resend", parsed->resend);
  add_named_person(facts, "author", mail->author, mail->author_date);
  add_named_person(facts, "sender", mail->sender, LB_TIME_UNKNOWN);
  add_people(facts, "to", mail->to);
  add_people(facts, "cc", mail->cc);
  add_string(facts, "in_reply_to", mail->in_reply_to);
  add_strings(facts, "references", mail->references);
  add_diff(facts, mail->diff);
  add_strings(facts, "attachments", mail->attachments);
  add_diagnostics(facts, mail->diagnostics | lb_collection_get_diagnostics(collection, mail));
  add_string(facts, "duplicate_of", mail->duplicate_of ? mail->duplicate_of->msgid : NULL);
  if (texts)
    add_texts(facts, mail, mail_class, texts);
  return finish_line(facts);
}

static void add_patches(LbFacts *facts, const LbPosting *posting) {
  json_builder_set_member_name(facts->builder, "patches");
  json_builder_begin_array(facts->builder);
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    int index = patch->parsed.index;

    json_builder_begin_object(facts->builder);
    add_number(facts, "index", index == LB_NO_NUMBER && !patch->parsed.extra ? 1 : index);
    add_string(facts, "msgid", patch->msgid);
    add_string(facts, "title", patch->parsed.title);
    add_named_person(facts, "author", patch->author, patch->author_date);
    json_builder_end_object(facts->builder);
  }
  json_builder_end_array(facts->builder);
}

const char *lb_facts_format_posting(LbFacts *facts, const LbPosting *posting) {
  const LbMail *first = posting->first;
  g_autofree int *missing = lb_posting_build_missing(posting);

  json_builder_begin_object(facts->builder);
  add_string(facts, "cover", posting->cover ? posting->cover->msgid : NULL);
  add_number(facts, "version", posting->version);
  add_number(facts, "total", posting->total);
  add_string(facts, "title", first->parsed.title);
  add_strings(facts, "prefix", first->parsed.prefix);
  add_named_person(facts, "sender", first->sender, LB_TIME_UNKNOWN);
  add_time(facts, "date", posting->date);
  add_boolean(facts, "stable", posting->is_stable);
  add_patches(facts, posting);
  json_builder_set_member_name(facts->builder, "missing");
  json_builder_begin_array(facts->builder);
  for (guint i = 0; i < posting->n_missing; i++)
    json_builder_add_int_value(facts->builder, missing[i]);
  json_builder_end_array(facts->builder);
  add_string(facts, "repost", posting->repost ? posting->repost->first->msgid : NULL);
  return finish_line(facts);
}
