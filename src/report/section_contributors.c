/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who does the work? */
#include "report/scope.h"
#include "report/sections.h"
#include "report/tally.h"

typedef struct {
  const LbScope *scope;
  LbTally *tally;
} Count;

static void count_author(gconstpointer author, guint32 n, gpointer data) {
  const Count *count = data;

  lb_tally_add_person(count->tally, lb_scope_map(count->scope, author), n);
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(LbTally) tally = lb_tally_new();
  g_autoptr(LbSpots) counts = lb_scope_count_contributions(scope);
  g_autofree char *text = g_strdup_printf("Top %u contributors (Based on Email Body)", scope->input->top);
  Count count = {scope, tally};

  lb_spots_foreach(counts, count_author, &count);
  lb_tally_append_blocks(tally, scope->input->top, report, blocks);
  *heading = lb_arena_strdup(report->arena, text);
  return TRUE;
}

const LbSection lb_section_contributors = {.name = "contributors", .is_always_shown = TRUE, .build = build};
