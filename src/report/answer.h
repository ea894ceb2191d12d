/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long postings wait for their first answer: by a person other than the author, or by being applied. */
#pragma once
#include "report/scope.h"

typedef struct {
  gint64 median_hours; /* of the postings of the period that were answered in it; -1: none was */
  guint unanswered[3]; /* that became as many days old in the period as below, without an answer until then */
} LbAnswers;
extern const int lb_answer_days[3]; /* 7, 14, 30 */

LbAnswers lb_answers_count(const LbScope *scope, const LbSpan *span);
