/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/edition.h"
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "cli/report_options.h"
#include "message/compose.h"
#include "output/writer.h"
#include "store/report_log.h"
#include "store/save.h"
#include "store/standing.h"

#define BEGIN "begin"
#define MARK "mark"
#define DIGEST_LENGTH 16
#define ID_LENGTH 9 /* digits of a commit's id that a title has */

gboolean lb_editions_begin(LbEditions *editions, GError **error) {
  LbStore *store = editions->store;
  gboolean has_times = lb_rhythm_has_times(&editions->rhythm);

  if (!lb_store_get_setting(store, BEGIN, &editions->begin, error) ||
      !lb_store_get_setting(store, MARK, &editions->mark, error))
    return FALSE;
  if (editions->begin != LB_TIME_UNKNOWN) {
    if (has_times)
      editions->mark = lb_due_mend(&editions->rhythm, MAX(editions->mark, 0), editions->now);
    return TRUE;
  }
  editions->is_new = TRUE;
  editions->begin = has_times ? lb_due_begin(&editions->rhythm, editions->now) : editions->now;
  editions->mark = has_times ? editions->begin : LB_TIME_UNKNOWN;
  if (!lb_store_begin(store, error))
    return FALSE;
  if (lb_store_set_setting(store, BEGIN, editions->begin, error) &&
      lb_store_set_setting(store, MARK, editions->mark, error))
    return lb_store_commit(store, error);
  lb_store_rollback(store);
  return FALSE;
}

gboolean lb_editions_may_be_due(const LbEditions *editions) {
  return !lb_rhythm_has_times(&editions->rhythm) ||
         lb_due_is_over(&editions->rhythm, editions->mark, editions->now);
}

gint64 lb_editions_get_old_before(const LbEditions *editions) {
  if (editions->rhythm.kind == LB_RHYTHM_COMMITS)
    return G_MAXINT64;
  return editions->mark == LB_TIME_UNKNOWN ? LB_TIME_UNKNOWN : editions->begin;
}

/* Of what is configured, what a report is told. */
typedef struct {
  LbReportOptions options;
  LbReportInput input;
  LbMailmap *mailmap;
} Wishes;

static void clear_wishes(Wishes *wishes) {
  lb_report_options_clear(&wishes->options);
  lb_mailmap_free(wishes->mailmap);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wishes, clear_wishes)

static gboolean read_wishes(Wishes *wishes, const LbListConfig *list, GError **error) {
  LbReportOptions *options = &wishes->options;

  options->name = g_strdup(list->title);
  options->sections = list->sections && *list->sections ? g_strjoinv(",", list->sections) : NULL;
  options->messages = g_strdup(list->messages);
  options->order = g_strdup(list->order);
  options->link = g_strdup(list->link);
  options->domain_map = g_strdup(list->domain_map);
  options->exclude = g_strdupv(list->exclude);
  options->watch = list->watch && *list->watch ? g_strdupv(list->watch) : NULL;
  options->folds_domains = list->domain_map && g_strcmp0(list->fold_domains, "true") == 0;
  if (list->top)
    options->top = atoi(list->top);
  if (list->stale_days)
    options->stale_days = atoi(list->stale_days);
  if (list->mailmap && !(wishes->mailmap = lb_mailmap_load(list->mailmap, error)))
    return FALSE;
  wishes->input.mailmap = wishes->mailmap;
  return lb_report_options_parse(options, &wishes->input, error) && lb_report_check(&wishes->input, error);
}

/* One report on its way into the store. */
typedef struct {
  LbEditions *editions;
  Wishes *wishes;
  LbStoredMails *mails;
  GPtrArray *taken; /* of LbMail: what it is built of */
  LbReportRecord *before;
  guint32 number;
  LbPeriod period;
  char *first, *last; /* commits, or NULL */
  LbReport *report;
  GString *body;
} Edition;

static void clear_edition(Edition *edition) {
  g_clear_pointer(&edition->report, lb_report_free);
  g_clear_pointer(&edition->taken, g_ptr_array_unref);
  g_clear_pointer(&edition->mails, lb_stored_mails_free);
  g_clear_pointer(&edition->before, lb_report_record_free);
  g_clear_pointer(&edition->first, g_free);
  g_clear_pointer(&edition->last, g_free);
  if (edition->body)
    g_string_free(edition->body, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Edition, clear_edition)

static gboolean load(Edition *edition, gint64 until, GError **error) {
  const LbReportInput *input = &edition->wishes->input;
  LbWants wants = lb_watch_needs_recipients(input->watch) ? LB_WANT_RECIPIENTS : 0;

  g_clear_pointer(&edition->taken, g_ptr_array_unref);
  g_clear_pointer(&edition->mails, lb_stored_mails_free);
  edition->mails = lb_taking_load(edition->editions->taking, wants, until, error);
  if (!edition->mails)
    return FALSE;
  edition->taken = g_ptr_array_ref(lb_stored_mails_get(edition->mails));
  return TRUE;
}

static gboolean build(Edition *edition, GError **error) {
  LbEditions *editions = edition->editions;
  LbReportInput input = edition->wishes->input;
  guint jobs = editions->jobs ? editions->jobs : g_get_num_processors();
  g_autoptr(LbCollection) collection = lb_collection_build(edition->taken, jobs);
  g_autoptr(LbOverview) overview = NULL;
  g_autoptr(LbStream) stream = NULL;
  LbHistory history;

  if (!lb_history_load(editions->store, edition->number, &history, error))
    return FALSE;
  lb_history_count_mails(edition->taken, edition->number);
  /* Nothing later is loaded, and mail without a date counts. */
  overview = lb_overview_build(collection, edition->taken, input.mailmap, LB_TIME_UNKNOWN,
                               (guint)edition->wishes->options.stale_days);
  lb_collection_trim(collection);
  if (edition->period.until != LB_TIME_UNKNOWN)
    overview->status.now = edition->period.until;
  overview->status.now = MIN(overview->status.now, editions->now);
  input.mails = edition->taken;
  input.texts = lb_store_get_text_reader(editions->store);
  input.collection = collection;
  input.overview = overview;
  input.history = &history;
  input.period = edition->period;
  input.range_first = edition->first;
  input.range_last = edition->last;
  input.source_name = editions->list->name;
  input.log = editions->log;
  input.now = editions->now;
  input.jobs = jobs;
  edition->report = lb_report_build(&input, error);
  if (!edition->report)
    return FALSE;
  edition->body = g_string_new(NULL);
  stream = lb_stream_open_string(edition->body);
  return lb_writer_text.write(edition->report, stream, error) && lb_stream_finish(stream, error) &&
         lb_standing_save(editions->store, edition->mails, overview, edition->number, error);
}

char *lb_edition_make_sender(const LbListConfig *list) {
  return list->mail_from ? g_strdup(list->mail_from)
                         : g_strdup_printf("%s@%s", g_get_user_name(), g_get_host_name());
}

/* The same report has the same id, whenever and however often it is made; another report has another one. */
static char *make_msgid(const Edition *edition) {
  const LbListConfig *list = edition->editions->list;
  g_autofree char *sender = lb_edition_make_sender(list);
  g_autofree char *about = g_strdup_printf("%s\n%u\n", list->name, edition->number);
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *digest = NULL;

  g_checksum_update(checksum, (const guchar *)about, -1);
  g_checksum_update(checksum, (const guchar *)edition->body->str, (gssize)edition->body->len);
  digest = g_strndup(g_checksum_get_string(checksum), DIGEST_LENGTH);
  return lb_compose_format_msgid(list->name, edition->number, digest, sender);
}

static gboolean save(const Edition *edition, GError **error) {
  LbStore *store = edition->editions->store;
  g_autofree char *msgid = edition->editions->list->mail_to ? make_msgid(edition) : NULL;
  const LbReportRecord record = {.number = edition->number,
                                 .since = edition->period.since,
                                 .until = edition->period.until,
                                 .first = edition->report->first,
                                 .last = edition->report->last,
                                 .made = edition->editions->now,
                                 .msgid = msgid,
                                 .state = LB_REPORT_MADE};

  return lb_history_save(store, edition->mails, edition->number, edition->report->told,
                         edition->report->printed, error) &&
         lb_report_log_add(store, &record, edition->body->str, edition->body->len, error);
}

static gboolean is_waiting(const LbMail *mail) {
  return mail->report == LB_REPORT_PENDING && !mail->duplicate_of;
}

/* Copies of what was counted already wait for nothing. */
static LbWaiting find_waiting(const Edition *edition) {
  gint64 mark = edition->editions->mark;
  LbWaiting waiting = {LB_TIME_UNKNOWN, FALSE};

  for (guint i = 0; i < edition->taken->len; i++) {
    const LbMail *mail = g_ptr_array_index(edition->taken, i);

    if (!is_waiting(mail))
      continue;
    if (mail->date == LB_TIME_UNKNOWN || mail->date < mark)
      waiting.has_late = TRUE;
    else if (waiting.earliest == LB_TIME_UNKNOWN || mail->date < waiting.earliest)
      waiting.earliest = mail->date;
  }
  return waiting;
}

/* The next report of a rhythm of times. */
static gboolean choose_by_time(Edition *edition, gboolean *is_due, GError **error) {
  LbEditions *editions = edition->editions;
  gint64 latest = lb_due_pass(&editions->rhythm, LB_TIME_UNKNOWN, editions->now);
  LbWaiting waiting;

  if (!load(edition, latest, error))
    return FALSE;
  waiting = find_waiting(edition);
  *is_due = lb_due_find(&editions->rhythm, editions->mark, editions->now, &waiting, &edition->period);
  if (*is_due)
    editions->mark = edition->period.until;
  else if (!editions->is_incomplete)
    editions->mark = lb_due_pass(&editions->rhythm, editions->mark, editions->now);
  return !*is_due || edition->period.until == latest || load(edition, edition->period.until, error);
}

/* Leaves no more than n mails that wait, the first ones; returns how many there were. */
static guint keep_waiting(Edition *edition, guint n) {
  g_autoptr(GPtrArray) kept = g_ptr_array_new();
  guint n_waiting = 0;

  for (guint i = 0; i < edition->taken->len; i++) {
    LbMail *mail = g_ptr_array_index(edition->taken, i);
    gboolean waits = mail->report == LB_REPORT_PENDING;

    n_waiting += is_waiting(mail);
    /* A copy goes with the mail that speaks for it, wherever that stands: next time, if in doubt. */
    if (!waits || (is_waiting(mail) && n_waiting <= n))
      g_ptr_array_add(kept, mail);
  }
  g_ptr_array_unref(edition->taken);
  edition->taken = g_steal_pointer(&kept);
  return n_waiting;
}

/* Of an archive that was there before the list had reports, the first one is about the last n. */
static void pass_old(Edition *edition) {
  LbEditions *editions = edition->editions;
  guint n = editions->rhythm.n_mails, n_all = 0;

  for (guint i = 0; i < edition->taken->len; i++)
    n_all += is_waiting(g_ptr_array_index(edition->taken, i));
  guint n_old = n_all < n ? 0 : (n_all / n - 1) * n;

  for (guint i = 0; i < edition->taken->len && n_old > 0; i++) {
    LbMail *mail = g_ptr_array_index(edition->taken, i);

    if (!is_waiting(mail))
      continue;
    mail->report = 0;
    n_old--;
  }
  editions->mark = 0;
}

static gboolean choose_by_mails(Edition *edition, gboolean *is_due, GError **error) {
  LbEditions *editions = edition->editions;

  edition->period = (LbPeriod){LB_TIME_UNKNOWN, LB_TIME_UNKNOWN};
  if (!load(edition, LB_TIME_UNKNOWN, error))
    return FALSE;
  if (editions->mark == LB_TIME_UNKNOWN)
    pass_old(edition);
  *is_due = keep_waiting(edition, editions->rhythm.n_mails) >= editions->rhythm.n_mails;
  return TRUE;
}

static char *format_commit(const LbMail *mail) {
  LbLocator locator = lb_mail_get_locator(mail);
  GString *id = g_string_new(NULL);

  for (guint i = 0; i < locator.id_size; i++)
    g_string_append_printf(id, "%02x", locator.commit[i]);
  g_string_truncate(id, ID_LENGTH);
  return g_string_free(id, !locator.id_size);
}

/* As `report --range` has it: from the commit before the first that is new to the last one. */
static gboolean choose_by_commits(Edition *edition, gboolean *is_due, GError **error) {
  const LbMail *old = NULL, *first = NULL, *last = NULL;

  edition->period = (LbPeriod){LB_TIME_UNKNOWN, LB_TIME_UNKNOWN};
  if (!load(edition, LB_TIME_UNKNOWN, error))
    return FALSE;
  edition->editions->mark = 0;
  *is_due = FALSE;
  for (guint i = 0; i < edition->taken->len; i++) {
    const LbMail *mail = g_ptr_array_index(edition->taken, i);

    *is_due = *is_due || is_waiting(mail);
    if (!lb_mail_get_locator(mail).id_size)
      continue;
    if (mail->report != LB_REPORT_PENDING)
      old = mail;
    else if (!first)
      first = mail;
    last = mail;
  }
  if (*is_due && first) {
    edition->first = format_commit(old && old->source == first->source ? old : first);
    edition->last = format_commit(last);
  }
  return TRUE;
}

/* Each loads what its report is to be built of, and says where the period begins that follows. */
static gboolean (*const choosers[])(Edition *edition, gboolean *is_due, GError **error) = {
    [LB_RHYTHM_DAILY] = choose_by_time,      [LB_RHYTHM_WEEKLY] = choose_by_time,
    [LB_RHYTHM_MONTHLY] = choose_by_time,    [LB_RHYTHM_MAILS] = choose_by_mails,
    [LB_RHYTHM_COMMITS] = choose_by_commits,
};

/* In a transaction. */
static gboolean make_next(Edition *edition, gboolean *is_due, GError **error) {
  LbEditions *editions = edition->editions;
  GError *local = NULL;

  edition->before = lb_report_log_find(editions->store, 0, &local);
  if (local) {
    g_propagate_error(error, local);
    return FALSE;
  }
  edition->number = edition->before ? edition->before->number + 1 : 1;
  return choosers[editions->rhythm.kind](edition, is_due, error) && (!*is_due || build(edition, error)) &&
         lb_store_save_counted(editions->store, edition->mails, error) &&
         (!*is_due || save(edition, error)) &&
         lb_store_set_setting(editions->store, MARK, editions->mark, error);
}

gboolean lb_editions_make(LbEditions *editions, GError **error) {
  g_auto(Wishes) wishes = {.options = LB_REPORT_OPTIONS_INIT};
  gboolean is_due = lb_editions_may_be_due(editions);

  if (!is_due || !read_wishes(&wishes, editions->list, error))
    return !is_due;
  while (is_due) {
    g_auto(Edition) edition = {.editions = editions, .wishes = &wishes};

    if (!lb_store_begin(editions->store, error))
      return FALSE;
    if (!make_next(&edition, &is_due, error)) {
      lb_store_rollback(editions->store);
      return FALSE;
    }
    if (!lb_store_commit(editions->store, error))
      return FALSE;
    is_due = is_due && lb_editions_may_be_due(editions);
  }
  return TRUE;
}
