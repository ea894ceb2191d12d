/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/scope.h"
#include "base/hash.h"
#include "report/told.h"
#include <string.h>

gboolean lb_scope_check_exclude(const char *const *exclude, GError **error) {
  LbExclusion exclusion;

  for (guint i = 0; exclude && exclude[i]; i++) {
    if (!lb_exclusion_parse(exclude[i], &exclusion, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean is_author_excluded(const LbScope *scope, const LbMail *mail) {
  for (guint i = 0; i < scope->n_exclusions; i++) {
    if (lb_exclusion_fits_person(&scope->exclusions[i], *mail->author) ||
        lb_exclusion_fits_person(&scope->exclusions[i], lb_scope_get_author(scope, mail)))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_class_excluded(const LbScope *scope, const LbMail *mail) {
  for (guint i = 0; i < scope->n_exclusions; i++) {
    if (scope->exclusions[i].kind == LB_EXCLUDE_CLASS &&
        scope->exclusions[i].mail_class == lb_collection_get_class(scope->input->collection, mail))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_excluded(const LbScope *scope, const LbMail *mail) {
  return is_class_excluded(scope, mail) || is_author_excluded(scope, mail);
}

static gboolean is_of_span(const LbSpan *span, const LbMail *mail) {
  if (span->report != LB_REPORT_PENDING)
    return mail->report == span->report;
  return !mail->is_before && lb_period_contains(&span->period, mail->date);
}

gboolean lb_scope_has_mail(const LbScope *scope, const LbSpan *span, const LbMail *mail) {
  return !mail->duplicate_of && is_of_span(span, mail) && !is_excluded(scope, mail);
}

/* Excluding a person takes out the work that he posts; excluding a class (covers, say) only work without any
 * other mail. */
gboolean lb_scope_is_posting_excluded(const LbScope *scope, const LbPosting *posting) {
  if (is_author_excluded(scope, posting->first))
    return TRUE;
  if (posting->cover && !is_excluded(scope, posting->cover))
    return FALSE;
  for (guint i = 0; i < posting->patches->len; i++) {
    if (!is_excluded(scope, g_ptr_array_index(posting->patches, i)))
      return FALSE;
  }
  return TRUE;
}

gboolean lb_scope_is_inside(const LbScope *scope, const LbMail *mail) {
  return is_of_span(&scope->span, mail);
}

/* With a history nothing else is there, and what came without a date is there, too. */
gboolean lb_scope_is_so_far(const LbScope *scope, const LbMail *mail) {
  const LbPeriod so_far = {.since = LB_TIME_UNKNOWN, .until = scope->input->period.until};

  return scope->input->history || lb_period_contains(&so_far, mail->date);
}

static gboolean was_posted(const LbScope *scope, const LbSpan *span, const LbPosting *posting) {
  if (span->report == LB_REPORT_PENDING)
    return !posting->first->is_before && lb_period_contains(&span->period, posting->date);
  if (span->report == scope->input->history->number)
    return lb_told_is_news(posting, span->report);
  return lb_told_find_report(posting) == span->report;
}

gboolean lb_scope_has_posting(const LbScope *scope, const LbSpan *span, const LbPosting *posting) {
  return !posting->is_stable && !posting->is_pull && was_posted(scope, span, posting) &&
         !lb_scope_is_posting_excluded(scope, posting);
}

GPtrArray *lb_scope_list_postings(const LbScope *scope) {
  const GPtrArray *all = scope->input->collection->postings;
  GPtrArray *postings = g_ptr_array_new();

  for (guint i = 0; i < all->len; i++) {
    const LbPosting *posting = g_ptr_array_index(all, i);
    if (!posting->is_stable && !posting->is_pull && lb_scope_is_so_far(scope, posting->first) &&
        !lb_scope_is_posting_excluded(scope, posting))
      g_ptr_array_add(postings, (gpointer)posting);
  }
  return postings;
}

/* Patches under a [PULL 0/N] cover or a stable one bear no mark of their own. */
static gboolean is_contribution(const LbMail *mail, LbClass mail_class, const LbPosting *posting) {
  if ((mail_class != LB_CLASS_PATCH && mail_class != LB_CLASS_COVER) || mail->is_stable || mail->is_pull)
    return FALSE;
  return !posting || (!posting->is_stable && !posting->is_pull);
}

gboolean lb_scope_is_contribution(const LbScope *scope, const LbMail *mail) {
  return is_contribution(mail, lb_collection_get_class(scope->input->collection, mail),
                         lb_scope_find_posting(scope, mail));
}

LbSpots *lb_scope_count_contributions(const LbScope *scope) {
  LbSpots *counts = lb_spots_new();

  for (guint i = 0; i < scope->mails->len; i++) {
    if (scope->rows[i].is_contribution)
      ++*lb_spots_get(counts, scope->rows[i].author);
  }
  return counts;
}

const LbPosting *lb_scope_find_posting(const LbScope *scope, const LbMail *mail) {
  return lb_collection_find_posting(scope->input->collection, mail);
}

const LbPosting *lb_scope_get_posting(const LbScope *scope, const LbScopeRow *row) {
  return row->posting ? g_ptr_array_index(scope->input->collection->postings, row->posting - 1) : NULL;
}

LbScopeRow lb_scope_make_row(const LbScope *scope, const LbMail *mail) {
  const LbPosting *posting = lb_scope_find_posting(scope, mail);
  /* As lb_collection_get_class() has it. */
  LbClass mail_class =
      mail->mail_class == LB_CLASS_DISCUSSION && posting ? LB_CLASS_COVER : (LbClass)mail->mail_class;

  return (LbScopeRow){mail->author, posting ? posting->number + 1 : 0, (guint8)mail_class,
                      (guint8)is_contribution(mail, mail_class, posting)};
}

static void take_mail(LbScope *scope, const LbMail *mail) {
  scope->rows[scope->mails->len] = lb_scope_make_row(scope, mail);
  g_ptr_array_add(scope->mails, (gpointer)mail);
  if (mail->date == LB_TIME_UNKNOWN)
    return;
  if (scope->oldest == LB_TIME_UNKNOWN || mail->date < scope->oldest)
    scope->oldest = mail->date;
  if (scope->newest == LB_TIME_UNKNOWN || mail->date > scope->newest)
    scope->newest = mail->date;
}

/* Mails lie all over memory: those to come are fetched meanwhile. */
#define AHEAD 16

gboolean lb_scope_init(LbScope *scope, const LbReportInput *input, GError **error) {
  const GPtrArray *mails = input->mails;

  *scope = (LbScope){.input = input, .oldest = LB_TIME_UNKNOWN, .newest = LB_TIME_UNKNOWN};
  scope->span.period = input->period;
  scope->span.report = input->history ? input->history->number : LB_REPORT_PENDING;
  scope->mails = g_ptr_array_sized_new(mails->len);
  scope->rows = g_new(LbScopeRow, mails->len);
  scope->n_exclusions = input->exclude ? g_strv_length((char **)input->exclude) : 0;
  scope->exclusions = g_new0(LbExclusion, scope->n_exclusions);
  for (guint i = 0; i < scope->n_exclusions; i++) {
    if (!lb_exclusion_parse(input->exclude[i], &scope->exclusions[i], error))
      return FALSE;
  }
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (i + AHEAD < mails->len) {
      const LbMail *next = g_ptr_array_index(mails, i + AHEAD);
      __builtin_prefetch(&next->date);
      __builtin_prefetch(&next->author);
    }
    if (lb_scope_has_mail(scope, &scope->span, mail))
      take_mail(scope, mail);
  }
  return TRUE;
}

void lb_scope_clear(LbScope *scope) {
  if (scope->mails)
    g_ptr_array_unref(scope->mails);
  g_free(scope->rows);
  g_free(scope->exclusions);
  *scope = (LbScope){0};
}

LbPerson lb_scope_map(const LbScope *scope, const LbPerson *person) {
  return scope->input->mailmap ? lb_mailmap_find(scope->input->mailmap, *person) : *person;
}

LbPerson lb_scope_get_author(const LbScope *scope, const LbMail *mail) {
  return lb_scope_map(scope, mail->author);
}

LbPerson lb_scope_get_sender(const LbScope *scope, const LbMail *mail) {
  return lb_scope_map(scope, mail->sender);
}

gboolean lb_person_equal(LbPerson a, LbPerson b) {
  /* Most addresses are kept once, and of those that differ most do so in the first letter. */
  if (a.email == b.email && a.email)
    return TRUE;
  if (!a.email || !b.email)
    return a.email == b.email && strcmp(a.name, b.name) == 0;
  return ((*a.email ^ *b.email) & ~0x20) == 0 && g_ascii_strcasecmp(a.email, b.email) == 0;
}

static int compare_postings(const LbPosting *a, const LbPosting *b, int direction) {
  if ((a->date == LB_TIME_UNKNOWN) != (b->date == LB_TIME_UNKNOWN))
    return a->date == LB_TIME_UNKNOWN ? 1 : -1;
  if (a->date != b->date)
    return a->date < b->date ? -direction : direction;
  return strcmp(a->first->msgid, b->first->msgid);
}

int lb_posting_compare_newest(gconstpointer a, gconstpointer b) {
  return compare_postings(*(const LbPosting *const *)a, *(const LbPosting *const *)b, -1);
}

int lb_posting_compare_oldest(gconstpointer a, gconstpointer b) {
  return compare_postings(*(const LbPosting *const *)a, *(const LbPosting *const *)b, 1);
}

static const char *format_day(gint64 time, LbArena *arena) {
  g_autofree char *day = lb_period_format_day(time);
  return lb_arena_strdup(arena, day);
}

/* Where neither option nor mail gives an end, the other end or now stands for it. */
const char *lb_scope_format_first(const LbScope *scope, LbArena *arena) {
  const LbReportInput *input = scope->input;

  if (input->range_first)
    return lb_arena_strdup(arena, input->range_first);
  if (input->period.since != LB_TIME_UNKNOWN)
    return format_day(input->period.since, arena);
  if (scope->oldest != LB_TIME_UNKNOWN)
    return format_day(scope->oldest, arena);
  return lb_scope_format_last(scope, arena);
}

const char *lb_scope_format_last(const LbScope *scope, LbArena *arena) {
  const LbReportInput *input = scope->input;

  if (input->range_last)
    return lb_arena_strdup(arena, input->range_last);
  if (input->period.until != LB_TIME_UNKNOWN)
    return format_day(input->period.until - 1, arena);
  if (scope->newest != LB_TIME_UNKNOWN)
    return format_day(scope->newest, arena);
  return format_day(MAX(input->now, input->period.since), arena);
}

static void add_count(gconstpointer list_id, guint32 n, gpointer counts) {
  n += GPOINTER_TO_UINT(g_hash_table_lookup(counts, list_id));
  g_hash_table_insert(counts, (gpointer)list_id, GUINT_TO_POINTER(n));
}

static void add_counts(gconstpointer list_ids, guint32 n, gpointer counts) {
  for (const char *const *id = list_ids; *id; id++)
    add_count(*id, n, counts);
}

/* List-Id -> number of mails.  Mails share few copies of few lists of ids: what is counted for each mail is
 * where the copy lies, and only the copies are compared as text. */
static GHashTable *count_list_ids(const LbScope *scope) {
  GHashTable *counts = g_hash_table_new(lb_hash_string, g_str_equal);
  g_autoptr(LbSpots) copies = lb_spots_new();

  for (guint i = 0; i < scope->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(scope->mails, i);
    if (mail->list_ids)
      ++*lb_spots_get(copies, mail->list_ids);
  }
  lb_spots_foreach(copies, add_counts, counts);
  return counts;
}

/* The List-Id that most of the mails carry and that has a word before its first dot; of equals the first by
 * bytes. */
static const char *find_list_id(const LbScope *scope) {
  g_autoptr(GHashTable) counts = count_list_ids(scope);
  const char *best = NULL, *id;
  guint best_count = 0;
  GHashTableIter iter;
  gpointer count;

  g_hash_table_iter_init(&iter, counts);
  while (g_hash_table_iter_next(&iter, (gpointer *)&id, &count)) {
    guint n = GPOINTER_TO_UINT(count);
    if (strcspn(id, ".") > 0 && (n > best_count || (n == best_count && strcmp(id, best) < 0))) {
      best = id;
      best_count = n;
    }
  }
  return best;
}

const char *lb_scope_format_name(const LbScope *scope, LbArena *arena) {
  const LbReportInput *input = scope->input;
  const char *list_id;

  if (input->name)
    return lb_arena_strdup(arena, input->name);
  list_id = find_list_id(scope);
  if (list_id)
    return lb_arena_strndup(arena, list_id, strcspn(list_id, "."));
  return lb_arena_strdup(arena, input->source_name ? input->source_name : "");
}
