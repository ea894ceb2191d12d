/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From which domains does the work come? */
#include "report/scope.h"
#include "report/sections.h"
#include "report/tally.h"

typedef struct {
  const LbScope *scope;
  LbTally *tally;
} Count;

static void count_author(gconstpointer author, guint32 n, gpointer data) {
  const Count *count = data;
  g_autofree char *domain = lb_address_domain(lb_scope_map(count->scope, author).email);

  lb_tally_add_label(count->tally, domain, n);
}

/* Whom somebody works for depends on the day. */
static void count_organisations(const Count *count) {
  const LbScope *scope = count->scope;

  for (guint i = 0; i < scope->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(scope->mails, i);
    if (!scope->rows[i].is_contribution)
      continue;
    LbPerson author = lb_scope_get_author(scope, mail);
    g_autofree char *name =
        lb_organisations_format(scope->input->organisations, author.email ? author.email : "", mail->date);
    lb_tally_add_label(count->tally, name, 1);
  }
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(LbTally) tally = lb_tally_new();
  g_autofree char *text =
      g_strdup_printf("Top %u contributor Email domains (Based on Email Body)", scope->input->top);
  Count count = {scope, tally};

  if (scope->input->organisations) {
    count_organisations(&count);
  } else {
    g_autoptr(LbSpots) counts = lb_scope_count_contributions(scope);
    lb_spots_foreach(counts, count_author, &count);
  }
  lb_tally_append_blocks(tally, scope->input->top, report, blocks);
  *heading = lb_arena_strdup(report->arena, text);
  return TRUE;
}

const LbSection lb_section_domains = {.name = "domains", .is_always_shown = TRUE, .build = build};
