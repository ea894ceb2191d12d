/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/answer.h"
#include "report/reception_line.h"

#define DAY (24 * 3600)
#define HOUR 3600

const int lb_answer_days[3] = {7, 14, 30};

/* LB_TIME_UNKNOWN: nobody has answered yet. */
static gint64 find_first(const LbScope *scope, const LbPosting *posting) {
  const LbReception *reception = lb_receptions_get(scope->input->overview->receptions, posting);
  gint64 first = LB_TIME_UNKNOWN;

  for (guint i = 0; i < reception->repliers->len; i++) {
    gint64 date = g_array_index(reception->repliers, LbReplier, i).first->date;
    if (date != LB_TIME_UNKNOWN && (first == LB_TIME_UNKNOWN || date < first))
      first = date;
  }
  for (guint i = 0; i < reception->applications->len; i++) {
    const LbMail *mail = g_array_index(reception->applications, LbApplication, i).mail;
    if (mail->date != LB_TIME_UNKNOWN && (first == LB_TIME_UNKNOWN || mail->date < first) &&
        !lb_reception_is_owner(scope, posting, lb_scope_get_author(scope, mail)))
      first = mail->date;
  }
  return first;
}

static int compare_times(gconstpointer a, gconstpointer b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return (x > y) - (x < y);
}

static gint64 find_median_hours(GArray *times) {
  guint n = times->len;

  if (n == 0)
    return -1;
  g_array_sort(times, compare_times);
  return (g_array_index(times, gint64, (n - 1) / 2) + g_array_index(times, gint64, n / 2)) / 2 / HOUR;
}

static void count_unanswered(const LbScope *scope, const LbPeriod *period, const LbPosting *posting,
                             gint64 first, guint *unanswered) {
  for (guint i = 0; i < G_N_ELEMENTS(lb_answer_days); i++) {
    gint64 age = posting->date + (gint64)lb_answer_days[i] * DAY;
    unanswered[i] += lb_period_contains(period, age) && age <= scope->input->overview->status.now &&
                     (first == LB_TIME_UNKNOWN || first >= age);
  }
}

LbAnswers lb_answers_count(const LbScope *scope, const LbSpan *span) {
  const LbSpan always = LB_SPAN_ALWAYS;
  const LbPeriod *period = &span->period;
  const GPtrArray *postings = scope->input->collection->postings;
  g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
  LbAnswers answers = {.median_hours = -1};

  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    gint64 first;
    if (posting->date == LB_TIME_UNKNOWN || !lb_scope_has_posting(scope, &always, posting))
      continue;
    first = find_first(scope, posting);
    count_unanswered(scope, period, posting, first, answers.unanswered);
    /* What came later isn't known to a report of that period. */
    if (first != LB_TIME_UNKNOWN && lb_scope_has_posting(scope, span, posting) &&
        (period->until == LB_TIME_UNKNOWN || first < period->until)) {
      gint64 time = MAX(first - posting->date, 0);
      g_array_append_val(times, time);
    }
  }
  answers.median_hours = find_median_hours(times);
  return answers;
}
