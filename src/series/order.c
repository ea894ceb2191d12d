/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/period.h"

#define DIGIT_BITS 11
#define N_DIGITS (1u << DIGIT_BITS)
/* Mails lie all over memory: those to come are fetched meanwhile. */
#define AHEAD 16

typedef struct {
  guint64 date; /* from the earliest one */
  LbMail *mail;
} Dated;

int lb_order_compare(const LbMail *a, const LbMail *b) {
  if (a->date != b->date) {
    if (a->date == LB_TIME_UNKNOWN || b->date == LB_TIME_UNKNOWN)
      return a->date == LB_TIME_UNKNOWN ? 1 : -1;
    return a->date < b->date ? -1 : 1;
  }
  return strcmp(a->msgid, b->msgid);
}

static int compare_ids(gconstpointer a, gconstpointer b) {
  return strcmp(((const Dated *)a)->mail->msgid, ((const Dated *)b)->mail->msgid);
}

/* Returns the latest of the dates. */
static guint64 collect_dates(const GPtrArray *mails, Dated *dated) {
  gint64 first = G_MAXINT64;
  guint64 last = 0;

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);

    if (i + AHEAD < mails->len)
      __builtin_prefetch(g_ptr_array_index(mails, i + AHEAD));
    if (mail->date != LB_TIME_UNKNOWN)
      first = MIN(first, mail->date);
  }
  for (guint i = 0; i < mails->len; i++) {
    dated[i].mail = g_ptr_array_index(mails, i);
    dated[i].date =
        dated[i].mail->date == LB_TIME_UNKNOWN ? G_MAXUINT64 : (guint64)dated[i].mail->date - (guint64)first;
    if (dated[i].date != G_MAXUINT64)
      last = MAX(last, dated[i].date);
  }
  /* One more than the latest is late enough, and has no more digits than it needs. */
  for (guint i = 0; i < mails->len; i++)
    dated[i].date = MIN(dated[i].date, last + 1);
  return last + 1;
}

/* By one digit; what is equal stays in order. */
static void distribute(const Dated *from, Dated *to, guint n, guint shift) {
  guint places[N_DIGITS] = {0}, place = 0;

  for (guint i = 0; i < n; i++)
    places[from[i].date >> shift & (N_DIGITS - 1)]++;
  for (guint digit = 0; digit < N_DIGITS; digit++) {
    guint count = places[digit];
    places[digit] = place;
    place += count;
  }
  for (guint i = 0; i < n; i++)
    to[places[from[i].date >> shift & (N_DIGITS - 1)]++] = from[i];
}

/* Digit by digit, the last one first: an archive of many years is sorted in three goes, whatever its order.
 */
void lb_order_sort(GPtrArray *mails) {
  guint n = mails->len;
  g_autofree Dated *one = g_new(Dated, n), *other = g_new(Dated, n);
  Dated *sorted = one, *free_place = other;
  guint64 last = collect_dates(mails, sorted);

  for (guint shift = 0; shift < 64 && last >> shift; shift += DIGIT_BITS) {
    Dated *swap = sorted;

    distribute(sorted, free_place, n, shift);
    sorted = free_place;
    free_place = swap;
  }
  for (guint i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && sorted[end].date == sorted[i].date;)
      end++;
    if (end > i + 1)
      qsort(sorted + i, end - i, sizeof *sorted, compare_ids);
  }
  for (guint i = 0; i < n; i++)
    mails->pdata[i] = sorted[i].mail;
}
