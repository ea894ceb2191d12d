/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much happened, and how much in the period before? */
#include "report/addresses.h"
#include "report/sections.h"
#include "report/answer.h"

#define DAY (24 * 3600)

enum {
  MAILS,
  COVERS,
  PATCHES,
  REPLIES,
  PULLS,
  NOTICES,
  BOTS,
  DISCUSSIONS,
  STABLE,
  SUGGESTED,
  POSTINGS,
  PEOPLE,
  N_NUMBERS
};

/* In the order in which they are told. */
static const struct {
  int number;
  const char *label;
} labels[] = {
    {MAILS, "mails"},
    {PEOPLE, "people"},
    {POSTINGS, "postings"},
    {COVERS, "covers"},
    {PATCHES, "patches"},
    {STABLE, "stable patches and covers"},
    {SUGGESTED, "patches suggested in replies"},
    {REPLIES, "replies"},
    {PULLS, "pull requests"},
    {NOTICES, "notices of patches applied"},
    {DISCUSSIONS, "other mails by people"},
    {BOTS, "mails by bots"},
};

static const int class_numbers[LB_N_CLASSES] = {
    [LB_CLASS_DISCUSSION] = DISCUSSIONS,
    [LB_CLASS_PATCH] = PATCHES,
    [LB_CLASS_COVER] = COVERS,
    [LB_CLASS_REPLY] = REPLIES,
    [LB_CLASS_PULL] = PULLS,
    [LB_CLASS_NOTICE] = NOTICES,
    [LB_CLASS_BOT] = BOTS,
};

static gboolean is_stable(const LbScope *scope, const LbMail *mail, const LbScopeRow *row) {
  const LbPosting *posting = lb_scope_get_posting(scope, row);

  return mail->is_stable || (posting && posting->is_stable);
}

static void count_mail(const LbScope *scope, const LbMail *mail, const LbScopeRow *row, LbAddresses *people,
                       guint *numbers) {
  LbClass mail_class = row->mail_class;

  numbers[MAILS]++;
  if ((mail_class == LB_CLASS_PATCH || mail_class == LB_CLASS_COVER) && !row->is_contribution)
    numbers[is_stable(scope, mail, row) ? STABLE : PULLS]++;
  else
    numbers[class_numbers[mail_class]]++;
  if (mail_class == LB_CLASS_REPLY && mail->details->diff)
    numbers[SUGGESTED]++;
  if (mail_class != LB_CLASS_BOT && mail_class != LB_CLASS_NOTICE) {
    LbPerson author = lb_scope_map(scope, row->author);
    if (author.email)
      lb_addresses_get(people, author.email);
  }
}

/* Mails of another time than the report's have no rows yet. */
static void count_mails(const LbScope *scope, const LbSpan *span, LbAddresses *people, guint *numbers) {
  const GPtrArray *mails = scope->input->mails;

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (lb_scope_has_mail(scope, span, mail)) {
      LbScopeRow row = lb_scope_make_row(scope, mail);
      count_mail(scope, mail, &row, people, numbers);
    }
  }
}

static void count_span(const LbScope *scope, const LbSpan *span, gboolean is_own, guint *numbers) {
  const GPtrArray *postings = scope->input->collection->postings;
  g_autoptr(LbAddresses) people = lb_addresses_new();

  if (!is_own)
    count_mails(scope, span, people, numbers);
  for (guint i = 0; is_own && i < scope->mails->len; i++)
    count_mail(scope, g_ptr_array_index(scope->mails, i), &scope->rows[i], people, numbers);
  for (guint i = 0; i < postings->len; i++)
    numbers[POSTINGS] += lb_scope_has_posting(scope, span, g_ptr_array_index(postings, i));
  numbers[PEOPLE] = lb_addresses_count(people);
}

/* The equally long time before; only if the sources reach back to its first day, and never for a range of
 * commits: of those before it nothing was read. */
static gboolean find_period_before(const LbScope *scope, LbSpan *before) {
  const GPtrArray *mails = scope->input->mails;
  const LbPeriod *period = &scope->input->period;
  gint64 until = period->until, oldest = G_MAXINT64;

  if (period->since == LB_TIME_UNKNOWN || scope->input->range_first || scope->newest == LB_TIME_UNKNOWN)
    return FALSE;
  if (until == LB_TIME_UNKNOWN)
    until = (scope->newest / DAY + 1) * DAY;
  before->period = (LbPeriod){.since = period->since - (until - period->since), .until = period->since};
  before->report = LB_REPORT_PENDING;
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (mail->date != LB_TIME_UNKNOWN)
      oldest = MIN(oldest, mail->date);
  }
  return oldest < before->period.since + DAY;
}

/* The moment behind the newest mail that reports up to number counted; nothing was known of the future then.
 */
static gint64 find_moment(const LbScope *scope, guint32 number) {
  const GPtrArray *mails = scope->input->mails;
  gint64 newest = LB_TIME_UNKNOWN;

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (mail->report <= number && mail->date <= scope->input->now)
      newest = MAX(newest, mail->date);
  }
  return newest == LB_TIME_UNKNOWN ? newest : newest + 1;
}

/* Reports of so many mails have no period: theirs is from one's newest mail to the next one's. */
static LbSpan make_span(const LbScope *scope, guint32 number, LbPeriod period) {
  if (period.until == LB_TIME_UNKNOWN) {
    period.since = find_moment(scope, number - 1);
    period.until = find_moment(scope, number);
  }
  return (LbSpan){period, number};
}

/* The report before; the first has mails alone before it. */
static gboolean find_span_before(const LbScope *scope, LbSpan *before) {
  const LbHistory *history = scope->input->history;

  if (!history || history->number <= 1)
    return find_period_before(scope, before);
  *before = make_span(scope, history->number - 1, history->before);
  return TRUE;
}

static void append_fact(LbReport *report, LbBlocks *blocks, const char *label, guint count, gint64 before) {
  LbBlock *block = lb_report_add_block(report, blocks, LB_BLOCK_FACT);

  block->label = label;
  block->count = count;
  block->before = before;
}

/* before NULL: not known. */
static void append_answers(const LbScope *scope, const LbSpan *span, const LbSpan *before, LbReport *report,
                           LbBlocks *blocks) {
  LbAnswers answers = lb_answers_count(scope, span), then = {.median_hours = -1};

  if (before)
    then = lb_answers_count(scope, before);
  if (answers.median_hours >= 0)
    append_fact(report, blocks, "median hours to a first answer", (guint)answers.median_hours,
                then.median_hours);
  for (guint i = 0; i < G_N_ELEMENTS(lb_answer_days); i++) {
    g_autofree char *label = g_strdup_printf("unanswered after %d days", lb_answer_days[i]);
    append_fact(report, blocks, lb_arena_strdup(report->arena, label), answers.unanswered[i],
                before ? (gint64)then.unanswered[i] : -1);
  }
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  guint numbers[N_NUMBERS] = {0}, numbers_before[N_NUMBERS] = {0};
  const LbHistory *history = scope->input->history;
  LbSpan before, span = history ? make_span(scope, history->number, scope->span.period) : scope->span;
  gboolean has_before = find_span_before(scope, &before);

  *heading = "Numbers";
  if (scope->mails->len == 0)
    return TRUE;
  count_span(scope, &span, TRUE, numbers);
  if (has_before)
    count_span(scope, &before, FALSE, numbers_before);
  for (guint i = 0; i < G_N_ELEMENTS(labels); i++)
    append_fact(report, blocks, labels[i].label, numbers[labels[i].number],
                has_before ? (gint64)numbers_before[labels[i].number] : -1);
  append_answers(scope, &span, has_before ? &before : NULL, report, blocks);
  return TRUE;
}

const LbSection lb_section_numbers = {.name = "numbers", .build = build};
