/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much did robots write? */
#include "report/sections.h"
#include "report/scope.h"
#include "report/tally.h"
#include <string.h>

/* syzbot writes from an address of its own for every bug:
 * syzbot+0123456789abcdef0123@syzkaller.appspotmail.com. Other words behind a plus tell robots apart:
 * bot+bpf-ci@kernel.org. */
static char *strip_hash(const char *email) {
  const char *plus = strchr(email, '+');
  gsize length = plus ? strspn(plus + 1, "0123456789abcdef") : 0;

  if (length < 12 || plus[1 + length] != '@')
    return g_strdup(email);
  return g_strdup_printf("%.*s%s", (int)(plus - email), email, plus + 1 + length);
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(LbTally) tally = lb_tally_new();

  for (guint i = 0; i < scope->mails->len; i++) {
    LbPerson sender;
    g_autofree char *email = NULL;
    if (scope->rows[i].mail_class != LB_CLASS_BOT)
      continue;
    sender = lb_scope_get_sender(scope, g_ptr_array_index(scope->mails, i));
    email = sender.email ? strip_hash(sender.email) : NULL;
    /* The tally keeps it. */
    sender.email = email ? lb_arena_intern(report->arena, email, strlen(email)) : NULL;
    lb_tally_add_person(tally, sender, 1);
  }
  lb_tally_append_blocks(tally, 0, report, blocks);
  *heading = "Bots";
  return TRUE;
}

const LbSection lb_section_bots = {.name = "bots", .build = build};
