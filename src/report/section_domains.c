/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From which domains does the work come? */
#include "report/sections.h"
#include "report/scope.h"
#include "report/tally.h"

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(LbTally) tally = lb_tally_new();
  g_autofree char *text =
      g_strdup_printf("Top %u contributor Email domains (Based on Email Body)", scope->input->top);

  for (guint i = 0; i < scope->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(scope->mails, i);
    if (lb_scope_is_contribution(scope, mail)) {
      LbPerson author = lb_scope_get_author(scope, mail);
      g_autofree char *domain =
          lb_organisations_format(scope->input->organisations, author.email ? author.email : "", mail->date);
      lb_tally_add_label(tally, domain);
    }
  }
  lb_tally_append_blocks(tally, scope->input->top, report, blocks);
  *heading = lb_arena_strdup(report->arena, text);
  return TRUE;
}

const LbSection lb_section_domains = {.name = "domains", .is_always_shown = TRUE, .build = build};
