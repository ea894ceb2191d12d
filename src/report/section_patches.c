/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which work was posted in the period, and which got on? */
#include "report/sections.h"
#include "report/posting_block.h"
#include "report/reception_line.h"
#include "report/told.h"

static gboolean is_posted(const LbScope *scope, const LbPosting *posting) {
  return lb_scope_has_posting(scope, &scope->span, posting);
}

static gboolean is_revised(const LbScope *scope, const LbPosting *posting) {
  return posting->rerolls != NULL && is_posted(scope, posting);
}

static gboolean is_new_version(const LbScope *scope, const LbPosting *posting) {
  return !posting->rerolls && (posting->version > 1 || posting->first->parsed->resend || posting->repost) &&
         is_posted(scope, posting);
}

static gboolean is_new(const LbScope *scope, const LbPosting *posting) {
  return !posting->rerolls && !is_new_version(scope, posting) && is_posted(scope, posting);
}

/* Whether a new version was there when the mail came. */
static gboolean was_replaced(const LbScope *scope, const LbPosting *posting, const LbMail *mail) {
  const LbRevision *revision = lb_works_find(scope->input->overview->works, posting);

  for (guint i = 0; revision && i < revision->work->revisions->len; i++) {
    const LbRevision *other = g_ptr_array_index(revision->work->revisions, i);
    if (other->before == posting && !other->posting->rerolls && other->posting->date < mail->date)
      return TRUE;
  }
  return FALSE;
}

/* Whether a mail that decided is news: one of the period, or, where it is known what was told, one that no
 * report has told of, as it came late or something else was missing. */
static gboolean is_news(const LbScope *scope, const LbMail *decided) {
  return scope->input->history ? decided->report != 0 : lb_scope_is_inside(scope, decided);
}

static gboolean was_told(const LbScope *scope, const LbPosting *posting, LbTold told) {
  return scope->input->history && lb_told_has(posting, told);
}

/* By the date of the mail that decided, which later mails don't move: over consecutive reports each gains a
 * state once.  What was replaced or applied before that mail never had it. */
static gboolean became_ready(const LbScope *scope, const LbPosting *posting) {
  const LbReception *reception = lb_receptions_get(scope->input->overview->receptions, posting);
  const LbMail *ready, *applied;

  if (was_told(scope, posting, LB_TOLD_REVIEWED))
    return FALSE;
  ready = lb_status_find_ready(reception);
  applied = ready ? reception->applied : NULL;
  return ready && is_news(scope, ready) && !(applied && applied->date < ready->date) &&
         !was_replaced(scope, posting, ready);
}

static gboolean became_applied(const LbScope *scope, const LbPosting *posting) {
  const LbMail *applied;

  if (was_told(scope, posting, LB_TOLD_APPLIED))
    return FALSE;
  applied = lb_receptions_get(scope->input->overview->receptions, posting)->applied;
  return applied && is_news(scope, applied);
}

/* In the order in which they stand. */
static const struct {
  const char *label;
  LbTold told;
  gboolean (*has)(const LbScope *scope, const LbPosting *posting);
} groups[] = {
    {"New", LB_TOLD_POSTED, is_new},
    {"New versions", LB_TOLD_POSTED, is_new_version},
    {"Reviewed", LB_TOLD_REVIEWED, became_ready},
    {"Applied", LB_TOLD_APPLIED, became_applied},
    {"Revised patches", LB_TOLD_POSTED, is_revised},
};

static void fill_posting(const LbScope *scope, gconstpointer about, gconstpointer other, LbBlock *block,
                         LbArena *arena) {
  const LbPosting *posting = about;
  const char *status = lb_reception_line_format_status(scope, posting, arena);

  lb_posting_block_fill(scope, posting, TRUE, lb_reception_line_format(scope, posting, status, arena), block,
                        arena);
}

static void append_group(const LbScope *scope, guint group, const GPtrArray *postings, LbReport *report,
                         LbBlocks *blocks) {
  LbBlock *heading = NULL;

  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    if (!groups[group].has(scope, posting))
      continue;
    lb_told_note(posting, groups[group].told, report);
    if (!heading)
      heading = lb_posting_block_append_group(report, blocks, groups[group].label);
    heading->count++;
    lb_blocks_add_late(blocks, LB_BLOCK_POSTING, 0, fill_posting, posting, NULL);
  }
}

/* What is left out counts as told: it isn't to come all at once when it is no longer left out. */
static void note_excluded(const LbScope *scope, LbReport *report) {
  const GPtrArray *all = scope->input->collection->postings;

  for (guint i = 0; scope->input->history && scope->n_exclusions > 0 && i < all->len; i++) {
    const LbPosting *posting = g_ptr_array_index(all, i);
    if (posting->is_stable || posting->is_pull || !lb_scope_is_posting_excluded(scope, posting))
      continue;
    for (guint group = 0; group < G_N_ELEMENTS(groups); group++) {
      if (groups[group].has(scope, posting))
        lb_told_note(posting, groups[group].told, report);
    }
  }
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(GPtrArray) postings = lb_scope_list_postings(scope);

  g_ptr_array_sort(postings, lb_posting_compare_newest);
  for (guint group = 0; group < G_N_ELEMENTS(groups); group++)
    append_group(scope, group, postings, report, blocks);
  note_excluded(scope, report);
  *heading = "Patch list in this time period";
  return TRUE;
}

const LbSection lb_section_patches = {
    .name = "patches", .is_always_shown = TRUE, .is_kept = TRUE, .build = build};
