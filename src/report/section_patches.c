/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which work was posted in the period? */
#include "report/sections.h"
#include "report/posting_block.h"

static gboolean is_revised(const LbPosting *posting) {
  return posting->rerolls != NULL;
}

static gboolean is_new_version(const LbPosting *posting) {
  return !is_revised(posting) && (posting->version > 1 || posting->first->parsed.resend || posting->repost);
}

static gboolean is_new(const LbPosting *posting) {
  return !is_revised(posting) && !is_new_version(posting);
}

/* In the order in which they stand; "Reviewed" and "Applied" go before the last. */
static const struct {
  const char *label;
  gboolean (*has)(const LbPosting *posting);
} groups[] = {
    {"New", is_new},
    {"New versions", is_new_version},
    {"Revised patches", is_revised},
};

static void append_group(const LbScope *scope, guint group, const GPtrArray *postings, LbReport *report,
                         GPtrArray *blocks) {
  LbBlock *heading = NULL;

  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    if (!groups[group].has(posting))
      continue;
    if (!heading) {
      heading = lb_report_add_block(report, blocks, LB_BLOCK_GROUP);
      heading->label = groups[group].label;
    }
    heading->count++;
    lb_posting_block_append(scope, posting, TRUE, report, blocks);
  }
}

static gboolean build(const LbScope *scope, LbReport *report, GPtrArray *blocks, const char **heading,
                      GError **error) {
  const GPtrArray *all = scope->input->collection->postings;
  g_autoptr(GPtrArray) postings = g_ptr_array_new();

  for (guint i = 0; i < all->len; i++) {
    const LbPosting *posting = g_ptr_array_index(all, i);
    if (lb_scope_has_posting(scope, &scope->input->period, posting))
      g_ptr_array_add(postings, (gpointer)posting);
  }
  g_ptr_array_sort(postings, lb_posting_compare_newest);
  for (guint group = 0; group < G_N_ELEMENTS(groups); group++)
    append_group(scope, group, postings, report, blocks);
  *heading = "Patch list in this time period";
  return TRUE;
}

const LbSection lb_section_patches = {.name = "patches", .is_always_shown = TRUE, .build = build};
