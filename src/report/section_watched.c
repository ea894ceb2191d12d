/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What concerns us: our postings, postings that touch our files, mail that asked us and got no answer? */
#include "report/sections.h"
#include "report/posting_block.h"
#include "report/reception_line.h"
#include <string.h>

static gboolean is_ours(const LbScope *scope, const LbPosting *posting) {
  return lb_watch_has_author(scope->input->watch, lb_scope_get_author(scope, posting->first)) ||
         lb_watch_has_author(scope->input->watch, lb_scope_get_sender(scope, posting->first));
}

static gboolean touches_ours(const LbScope *scope, const LbPosting *posting) {
  if (is_ours(scope, posting))
    return FALSE;
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    if (lb_watch_touches(scope->input->watch, patch->details->diff))
      return TRUE;
  }
  return FALSE;
}

static void append_postings(const LbScope *scope, const char *label,
                            gboolean (*has)(const LbScope *scope, const LbPosting *posting), LbReport *report,
                            LbBlocks *blocks) {
  g_autoptr(GPtrArray) postings = lb_scope_list_postings(scope);
  LbBlock *group = NULL;

  g_ptr_array_sort(postings, lb_posting_compare_newest);
  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    const char *status, *state;
    if (!lb_scope_has_posting(scope, &scope->span, posting) || !has(scope, posting))
      continue;
    if (!group)
      group = lb_posting_block_append_group(report, blocks, label);
    group->count++;
    status = lb_reception_line_format_status(scope, posting, report->arena);
    state = lb_reception_line_format(scope, posting, status, report->arena);
    lb_posting_block_append(scope, posting, TRUE, state ? state : status, report, blocks);
  }
}

static gboolean is_one_of_us(const LbScope *scope, const LbMail *mail) {
  return lb_watch_has_person(scope->input->watch, lb_scope_get_author(scope, mail)) ||
         lb_watch_has_person(scope->input->watch, lb_scope_get_sender(scope, mail));
}

/* All mails above those that we wrote: what we answered, to the top of each thread.  A mail is above many,
 * but is looked at once. */
static GHashTable *collect_answered(const LbScope *scope) {
  const GPtrArray *mails = scope->input->mails;
  GHashTable *answered = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (mail->duplicate_of || !lb_scope_is_so_far(scope, mail) || !is_one_of_us(scope, mail))
      continue;
    for (const LbMail *above = mail;
         (above = lb_replies_find_parent(scope->input->overview->replies, above));) {
      const LbPosting *posting = lb_scope_find_posting(scope, above);
      /* Who answers one patch has answered the series. */
      if (posting)
        g_hash_table_add(answered, (gpointer)posting);
      if (!g_hash_table_add(answered, (gpointer)above))
        break;
    }
  }
  return answered;
}

/* Nobody waits for an answer to what was applied, or replaced by a new version. */
static gboolean is_settled(const LbScope *scope, const LbMail *mail) {
  const LbOverview *overview = scope->input->overview;
  const LbMail *posted = lb_replies_find_posted(overview->replies, mail);
  LbStatusKind kind;

  if (!posted)
    return FALSE;
  kind = lb_status_build(&overview->status, lb_scope_find_posting(scope, posted)).kind;
  return kind == LB_STATUS_APPLIED || kind == LB_STATUS_SUPERSEDED;
}

static gboolean asks_us(const LbScope *scope, const LbMail *mail) {
  LbClass mail_class = lb_collection_get_class(scope->input->collection, mail);

  return mail_class != LB_CLASS_BOT && mail_class != LB_CLASS_NOTICE && !mail->is_stable &&
         lb_watch_is_asked(scope->input->watch, mail) && !is_one_of_us(scope, mail);
}

static int compare_newest(gconstpointer a, gconstpointer b) {
  const LbMail *x = *(const LbMail *const *)a, *y = *(const LbMail *const *)b;

  if (x->date != y->date)
    return x->date > y->date ? -1 : 1;
  return strcmp(x->msgid, y->msgid);
}

/* Of a series its first mail stands for all that ask. */
static GPtrArray *collect_questions(const LbScope *scope) {
  g_autoptr(GHashTable) answered = collect_answered(scope), known = g_hash_table_new(NULL, NULL);
  GPtrArray *questions = g_ptr_array_new();

  for (guint i = 0; i < scope->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(scope->mails, i);
    const LbPosting *posting;
    if (!asks_us(scope, mail) || is_settled(scope, mail))
      continue;
    posting = lb_scope_find_posting(scope, mail);
    if (g_hash_table_contains(answered, posting ? (gconstpointer)posting : mail))
      continue;
    if (posting && !g_hash_table_add(known, (gpointer)posting))
      continue;
    g_ptr_array_add(questions, (gpointer)(posting ? posting->first : mail));
  }
  g_ptr_array_sort(questions, compare_newest);
  return questions;
}

static void append_questions(const LbScope *scope, LbReport *report, LbBlocks *blocks) {
  g_autoptr(GPtrArray) questions = NULL;
  LbBlock *group = NULL;

  if (!lb_watch_needs_recipients(scope->input->watch))
    return;
  questions = collect_questions(scope);
  for (guint i = 0; i < questions->len; i++) {
    const LbMail *mail = g_ptr_array_index(questions, i);
    const LbPosting *posting = lb_scope_find_posting(scope, mail);
    if (!group)
      group = lb_posting_block_append_group(report, blocks, "Asked us, and none of us answered");
    group->count++;
    if (posting)
      lb_posting_block_append_bare(posting, blocks);
    else
      lb_posting_block_append_mail(mail, blocks);
  }
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  *heading = "Watched";
  if (!scope->input->watch)
    return TRUE;
  append_postings(scope, "Our postings", is_ours, report, blocks);
  append_postings(scope, "Touching our files", touches_ours, report, blocks);
  append_questions(scope, report, blocks);
  return TRUE;
}

const LbSection lb_section_watched = {.name = "watched", .build = build};
