/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who reviews, and whose work: that of the own domain or of others? */
#include "report/sections.h"
#include "report/reception_line.h"
#include "report/tally.h"
#include <string.h>

static guint count_trailers(const LbMail *mail) {
  guint n = 0;

  for (const LbCredit *credit = mail->details->given; credit && credit->name; credit++)
    n += credit->kind <= LB_CREDIT_NACKED && !credit->is_mismatched;
  return n;
}

static gboolean is_own(const LbScope *scope, const LbPosting *posting, const LbMail *mail) {
  LbPerson reviewer = lb_scope_get_author(scope, mail), author = lb_scope_get_author(scope, posting->first);

  return lb_organisations_is_same(scope->input->organisations, reviewer.email, mail->date, author.email,
                                  posting->date);
}

/* NULL unless somebody speaks of the work of another, and says more than that he applied it. */
static const LbPosting *find_reviewed(const LbScope *scope, const LbMail *mail) {
  const LbMail *posted;
  const LbPosting *posting;

  posted = lb_replies_find_posted(scope->input->overview->replies, mail);
  posting = posted ? lb_scope_find_posting(scope, posted) : NULL;
  if (!posting || posting->is_stable || posting->is_pull || !mail->author->email ||
      lb_person_equal(lb_scope_get_author(scope, mail), lb_scope_get_author(scope, posted)) ||
      lb_reception_is_owner(scope, posting, lb_scope_get_author(scope, mail)))
    return NULL;
  if (mail->details->applied && mail->details->applied->is_applied && count_trailers(mail) == 0)
    return NULL;
  return posting;
}

/* "17 trailers; own domain 2, others 40" */
static char *format_remark(guint count, guint n_trailers, guint n_own, gconstpointer data) {
  return g_strdup_printf("%u trailer%s; own %s %u, others %u", n_trailers, n_trailers == 1 ? "" : "s",
                         (const char *)data, n_own, count - n_own);
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(LbTally) tally = lb_tally_new();
  g_autofree char *text = g_strdup_printf("Top %u reviewers", scope->input->top);
  const char *kind = scope->input->organisations ? "organisation" : "domain";

  for (guint i = 0; i < scope->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(scope->mails, i);
    const LbPosting *posting;
    if (scope->rows[i].mail_class != LB_CLASS_REPLY && scope->rows[i].mail_class != LB_CLASS_DISCUSSION)
      continue;
    posting = find_reviewed(scope, mail);
    if (posting)
      lb_tally_add_person_with(tally, lb_scope_get_author(scope, mail), 1, count_trailers(mail),
                               is_own(scope, posting, mail));
  }
  lb_tally_append_remarked_blocks(tally, scope->input->top, format_remark, kind, report, blocks);
  *heading = lb_arena_strdup(report->arena, text);
  return TRUE;
}

const LbSection lb_section_reviewers = {.name = "reviewers", .build = build};
