/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is missing: patches that a posting announces, dates, parts of the archive. */
#include "report/sections.h"
#include "report/posting_block.h"

static void append_postings(const LbScope *scope, LbReport *report, LbBlocks *blocks) {
  const GPtrArray *all = scope->input->collection->postings;
  g_autoptr(GPtrArray) postings = g_ptr_array_new();

  for (guint i = 0; i < all->len; i++) {
    const LbPosting *posting = g_ptr_array_index(all, i);
    if (posting->n_missing > 0 && lb_scope_has_posting(scope, &scope->span, posting))
      g_ptr_array_add(postings, (gpointer)posting);
  }
  if (postings->len == 0)
    return;
  g_ptr_array_sort(postings, lb_posting_compare_newest);
  lb_posting_block_append_group(report, blocks, "Patches missing")->count = postings->len;
  for (guint i = 0; i < postings->len; i++)
    lb_posting_block_append_bare(g_ptr_array_index(postings, i), blocks);
}

static int compare_msgids(gconstpointer a, gconstpointer b) {
  const LbMail *x = *(const LbMail *const *)a, *y = *(const LbMail *const *)b;
  return g_strcmp0(x->msgid, y->msgid);
}

/* These are in no period: every report names them, unless it is known which one counted them. */
static void append_undated(const LbScope *scope, LbReport *report, LbBlocks *blocks) {
  const LbSpan always = LB_SPAN_ALWAYS, *span = scope->input->history ? &scope->span : &always;
  const GPtrArray *all = scope->input->mails;
  g_autoptr(GPtrArray) mails = g_ptr_array_new();

  for (guint i = 0; i < all->len; i++) {
    const LbMail *mail = g_ptr_array_index(all, i);
    if (mail->date == LB_TIME_UNKNOWN && lb_scope_has_mail(scope, span, mail))
      g_ptr_array_add(mails, (gpointer)mail);
  }
  if (mails->len == 0)
    return;
  g_ptr_array_sort(mails, compare_msgids);
  lb_posting_block_append_group(report, blocks, "Without a usable date")->count = mails->len;
  for (guint i = 0; i < mails->len; i++)
    lb_posting_block_append_mail(g_ptr_array_index(mails, i), blocks);
}

static void append_unread(const LbScope *scope, LbReport *report, LbBlocks *blocks) {
  guint count = scope->input->log ? lb_diag_log_count(scope->input->log, LB_LEVEL_PARTIAL) : 0;

  if (count > 0)
    lb_posting_block_append_group(report, blocks, "Could not be read")->count = count;
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  append_postings(scope, report, blocks);
  append_undated(scope, report, blocks);
  append_unread(scope, report, blocks);
  *heading = "Not seen whole";
  return TRUE;
}

const LbSection lb_section_incomplete = {.name = "incomplete", .build = build};
