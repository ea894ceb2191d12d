/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/distribution.h"
#include <stdlib.h>
#include <string.h>
#include "base/error.h"
#include "base/period.h"
#include "cli/edition.h"
#include "cli/outbox.h"
#include "cli/outputs.h"
#include "message/compose.h"

#define SENDMAIL "/usr/sbin/sendmail -oi -t"

/* One report on its way. */
typedef struct {
  const LbDistribution *of;
  LbReportRecord *record, *before;
  GString *body;
} Sent;

static void clear_sent(Sent *sent) {
  g_clear_pointer(&sent->record, lb_report_record_free);
  g_clear_pointer(&sent->before, lb_report_record_free);
  if (sent->body)
    g_string_free(sent->body, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sent, clear_sent)

G_GNUC_PRINTF(3, 4)
static void say(const LbDistribution *distribution, gboolean is_warning, const char *format, ...) {
  g_autofree char *text = NULL;
  va_list arguments;

  va_start(arguments, format);
  text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  distribution->say(is_warning, text, distribution->data);
}

/* The last second of its period; of a period without times, of the day that its title ends with. */
static gint64 find_last(const LbReportRecord *record) {
  gint64 day;

  if (record->until != LB_TIME_UNKNOWN)
    return record->until - 1;
  if (lb_period_parse_time(record->last, record->made, &day, NULL))
    return day + 24 * 60 * 60 - 1;
  return record->made;
}

static gboolean write_output(const Sent *sent, const char *pattern, GError **error) {
  const LbListConfig *list = sent->of->list;
  const LbOutputName name = {.list = list->name,
                             .number = sent->record->number,
                             .last = find_last(sent->record),
                             .before = sent->before ? find_last(sent->before) : LB_TIME_UNKNOWN};
  guint mode = list->output_mode ? (guint)g_ascii_strtoull(list->output_mode, NULL, 8) : 0600;
  g_autofree char *path = lb_outputs_format(pattern, &name);

  if (!lb_outputs_write(path, list->name, sent->body, mode, error))
    return FALSE;
  say(sent->of, FALSE, "report %u, %s to %s, written to '%s'", sent->record->number, sent->record->first,
      sent->record->last, path);
  return TRUE;
}

/* A list that says nothing of where its reports go still has them where they can be found. */
static char *make_default_pattern(void) {
  return g_build_filename(g_get_user_data_dir(), "listbrief", "report", "{list}", "%Y-%m-%d.txt", NULL);
}

static gboolean write_outputs(const Sent *sent, GError **error) {
  const LbListConfig *list = sent->of->list;
  guint done = sent->record->outputs_done;
  gboolean has_none = !list->outputs || !*list->outputs;
  g_autofree char *pattern = has_none && !list->mail_to ? make_default_pattern() : NULL;
  char *own[] = {pattern, NULL};
  char **patterns = has_none ? own : list->outputs;

  for (; done < g_strv_length(patterns); done++) {
    if (!write_output(sent, patterns[done], error))
      return FALSE;
    if (!lb_report_log_set_state(sent->of->store, sent->record->number, LB_REPORT_MADE, done + 1, error))
      return FALSE;
  }
  return lb_report_log_set_state(sent->of->store, sent->record->number,
                                 sent->record->msgid ? LB_REPORT_WRITTEN : LB_REPORT_DONE, done, error);
}

/* The second line of a report, without the words that its first has, too. */
static char *make_subject(const GString *body) {
  const char *line = strchr(body->str, '\n');

  line = line ? line + 1 : body->str;
  return g_strndup(line, strcspn(line, "\n"));
}

static gboolean put_mail(const Sent *sent, GError **error) {
  const LbListConfig *list = sent->of->list;
  g_autofree char *sender = lb_edition_make_sender(list);
  g_autofree char *subject = make_subject(sent->body);
  const LbOutgoing outgoing = {.from = sender,
                               .to = (const char *const *)list->mail_to,
                               .subject = subject,
                               .msgid = sent->record->msgid,
                               .previous = sent->before ? sent->before->msgid : NULL,
                               .list_id = list->list_ids ? list->list_ids[0] : NULL,
                               .date = sent->record->made,
                               .body = sent->body->str,
                               .length = sent->body->len};
  GString *mail = lb_compose_build(&outgoing, error);
  gboolean is_put = mail && lb_outbox_put(sent->of->outbox, sent->record->number, mail, error);

  if (mail)
    g_string_free(mail, TRUE);
  return is_put;
}

static gboolean finish_mail(const Sent *sent, GError **error) {
  if (!lb_report_log_set_state(sent->of->store, sent->record->number, LB_REPORT_DONE,
                               sent->record->outputs_done, error))
    return FALSE;
  lb_outbox_remove(sent->of->outbox, sent->record->number);
  return TRUE;
}

static gboolean send_mail(const Sent *sent, GError **error) {
  const LbDistribution *of = sent->of;
  guint number = sent->record->number;
  LbOutboxState state = lb_outbox_get_state(of->outbox, number);
  const char *sendmail = of->list->sendmail ? of->list->sendmail : SENDMAIL;

  if (state == LB_OUTBOX_SENT)
    return finish_mail(sent, error);
  if (!of->list->mail_to) {
    say(of, TRUE, "report %u isn't sent: nobody is named to send it to any more", number);
    return finish_mail(sent, error);
  }
  if (state == LB_OUTBOX_SENDING)
    say(of, TRUE,
        "what became of the mail of report %u isn't known, as sending it was cut short: it is sent again "
        "under the same Message-ID <%s>",
        number, sent->record->msgid);
  if (!put_mail(sent, error) || !lb_outbox_send(of->outbox, number, sendmail, of->lock_fd, error))
    return FALSE;
  say(of, FALSE, "report %u, %s to %s, sent to %u address%s", number, sent->record->first, sent->record->last,
      g_strv_length(of->list->mail_to), of->list->mail_to[1] ? "es" : "");
  return finish_mail(sent, error);
}

static gboolean read_sent(Sent *sent, guint32 number, GError **error) {
  GError *local = NULL;

  sent->record = lb_report_log_find(sent->of->store, number, &local);
  if (!local && number > 1)
    sent->before = lb_report_log_find(sent->of->store, number - 1, &local);
  if (!local && sent->record)
    sent->body = lb_report_log_read_body(sent->of->store, number, &local);
  if (!local)
    return TRUE;
  g_propagate_error(error, local);
  return FALSE;
}

/* The first error is the one that is returned; others are said. */
static void keep_error(const LbDistribution *distribution, GError *error, GError **first) {
  if (!*first) {
    *first = error;
    return;
  }
  say(distribution, TRUE, "%s", error->message);
  g_error_free(error);
}

gboolean lb_distribution_run(const LbDistribution *distribution, GError **error) {
  g_autoptr(GArray) numbers = lb_report_log_list_unfinished(distribution->store, error);
  GError *first = NULL;
  gboolean mail_failed = FALSE;

  if (!numbers)
    return FALSE;
  lb_outbox_tidy(distribution->outbox, numbers);
  for (guint i = 0; i < numbers->len; i++) {
    g_auto(Sent) sent = {.of = distribution};
    GError *local = NULL;

    if (!read_sent(&sent, g_array_index(numbers, guint32, i), error)) {
      g_clear_error(&first);
      return FALSE;
    }
    /* What comes later waits, too: its mail is a reply to this one's, and one file may be replaced by each. */
    if (sent.record->state == LB_REPORT_MADE && !write_outputs(&sent, &local)) {
      keep_error(distribution, local, &first);
      break;
    }
    if (!sent.record->msgid || mail_failed || send_mail(&sent, &local))
      continue;
    mail_failed = TRUE;
    keep_error(distribution, local, &first);
  }
  if (!first)
    return TRUE;
  g_propagate_error(error, first);
  return FALSE;
}
