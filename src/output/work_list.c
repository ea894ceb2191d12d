/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/work_list.h"
#include <string.h>
#include "base/hash.h"
#include "base/period.h"
#include "base/text.h"
#include "series/roll.h"

static const char *const colors[LB_N_STATUSES] = {
    [LB_STATUS_APPLIED] = "32",
    [LB_STATUS_APPLIED_IN_PART] = "32",
    [LB_STATUS_SUPERSEDED] = "90",
    [LB_STATUS_NACKED] = "31",
    [LB_STATUS_READY] = "36",
    [LB_STATUS_STALE] = "90",
    [LB_STATUS_WAITING_ON_AUTHOR] = "33",
    [LB_STATUS_WAITING_FOR_REVIEW] = "35",
};

static void append_colored(GString *out, const LbWorkStyle *style, const char *color, const char *text) {
  if (style->has_color)
    g_string_append_printf(out, "\033[%sm%s\033[m", color, text);
  else
    g_string_append(out, text);
}

static const char *get_name(const LbPerson *person) {
  if (!person->email)
    return "(unknown)";
  return person->name && *person->name ? person->name : person->email;
}

static LbPerson get_author(const LbPosting *posting, const LbWorkStyle *style) {
  return lb_mailmap_find(style->mailmap, *posting->first->author);
}

/* Cuts at columns, never inside a character. */
static void append_cut(GString *out, const char *text, int columns) {
  if (lb_text_width(text, strlen(text)) <= columns) {
    g_string_append(out, text);
    return;
  }
  gsize n = 0;
  int width = 0;
  while (text[n]) {
    gsize next = (gsize)(g_utf8_next_char(text + n) - text);
    int w = lb_text_width(text + n, next - n);
    if (width + w > MAX(columns - 1, 0))
      break;
    width += w;
    n = next;
  }
  g_string_append_len(out, text, (gssize)n);
  g_string_append(out, "…");
}

void lb_work_list_append_line(GString *out, const LbOverview *overview, const LbWork *work,
                              const LbWorkStyle *style) {
  const LbPosting *posting = work->newest->posting;
  LbStatus status = lb_status_build_work(&overview->status, work);
  LbPerson author = get_author(posting, style);
  g_autofree char *title = lb_text_visible(posting->first->title, TRUE);
  g_autofree char *name = lb_text_visible(get_name(&author), TRUE);
  g_autofree char *padded = g_strdup_printf("%-18s", lb_status_get_name(status.kind));
  g_autofree char *version =
      g_strdup_printf("%sv%d", posting->first->parsed->rfc ? "rfc-" : "", posting->version);
  g_autofree char *patches = g_strdup_printf(
      "%u/%d", posting->n_slots ? posting->n_slots : posting->patches->len, MAX(posting->total, 1));
  g_autoptr(GString) rest = g_string_new(NULL);
  g_string_append_printf(rest, "  %-7s  %7s  %5ud  ", version, patches, status.days);
  append_colored(out, style, colors[status.kind], padded);
  g_string_append(out, rest->str);
  g_autoptr(GString) tail = g_string_new(NULL);
  g_string_append_printf(tail, "%s  (%s)", title, name);
  if (style->width > 0)
    append_cut(out, tail->str, style->width - 18 - lb_text_width(rest->str, rest->len));
  else
    g_string_append(out, tail->str);
  g_string_append_c(out, '\n');
}

static void append_day(GString *out, gint64 time) {
  g_autofree char *day = time == LB_TIME_UNKNOWN ? g_strdup("date unknown") : lb_period_format_day(time);
  g_string_append(out, day);
}

static void append_reason(GString *out, const LbWorkStyle *style, const char *rule, const char *msgid) {
  if (!style->has_reasons)
    return;
  g_autofree char *shown = lb_text_visible(msgid ? msgid : "-", TRUE);
  g_autofree char *text = g_strdup_printf("      why: %s <%s>\n", rule, shown);
  append_colored(out, style, "90", text);
}

static void append_changes(GString *out, const LbRevision *revision) {
  static const char marks[] = {
      [LB_CHANGE_SAME] = '=', [LB_CHANGE_CHANGED] = '!', [LB_CHANGE_NEW] = '+', [LB_CHANGE_DROPPED] = '-'};
  g_autoptr(GArray) changes = lb_revision_build_changes(revision);
  guint counts[4] = {0};
  for (guint i = 0; i < changes->len; i++)
    counts[g_array_index(changes, LbChange, i).kind]++;
  g_string_append_printf(out, "    %u same, %u changed, %u new, %u dropped\n", counts[LB_CHANGE_SAME],
                         counts[LB_CHANGE_CHANGED], counts[LB_CHANGE_NEW], counts[LB_CHANGE_DROPPED]);
  for (guint i = 0; i < changes->len; i++) {
    const LbChange *change = &g_array_index(changes, LbChange, i);
    const LbMail *mail = change->now ? change->now : change->before;
    g_autofree char *title = lb_text_visible(mail->title, TRUE);
    if (change->kind != LB_CHANGE_SAME)
      g_string_append_printf(out, "    %c %2d %s\n", marks[change->kind], MAX(mail->parsed->index, 1), title);
  }
}

/* One person's trailers of one kind. */
typedef struct {
  const LbReview *first;
  guint n, n_given;
  gboolean is_all;
} Tally;

/* By first appearance. */
static GArray *collect_tallies(const LbReception *reception) {
  GArray *tallies = g_array_new(FALSE, FALSE, sizeof(Tally));
  g_autoptr(LbRoll) places = lb_roll_new();
  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    guint place = lb_roll_find(places, 0, review->kind, review->who);
    if (!place) {
      Tally tally = {.first = review};
      g_array_append_val(tallies, tally);
      lb_roll_add(places, 0, review->kind, review->who, place = tallies->len);
    }
    Tally *tally = &g_array_index(tallies, Tally, place - 1);
    tally->is_all = tally->is_all || review->patch == 0;
    tally->n += review->patch != 0;
    tally->n_given += !review->is_carried;
  }
  return tallies;
}

/* "Reviewed-by: Name (11 of 12, 5 given in replies)" */
static void append_reviews(GString *out, const LbReception *reception, const LbWorkStyle *style) {
  g_autoptr(GArray) tallies = collect_tallies(reception);
  guint n_patches = reception->posting->patches->len;
  for (guint i = 0; i < tallies->len; i++) {
    const Tally *tally = &g_array_index(tallies, Tally, i);
    const LbReview *review = tally->first;
    LbPerson person = lb_reception_map(reception, review->person);
    g_autofree char *name = lb_text_visible(get_name(&person), TRUE);
    g_string_append_printf(out, "    %s: %s (%u of %u", lb_credit_get_name(review->kind), name,
                           tally->is_all ? n_patches : tally->n, n_patches);
    if (tally->n_given)
      g_string_append_printf(out, ", %u given in replies", tally->n_given);
    g_string_append_printf(out, ")%s\n", review->is_mismatched ? ", given by somebody else" : "");
    append_reason(out, style, review->is_carried ? "carried" : "given", review->mail->msgid);
  }
}

/* Reviews that the predecessor had and this one has not. */
static void append_lost(GString *out, const LbOverview *overview, const LbRevision *revision) {
  const LbReception *now = lb_receptions_get(overview->receptions, revision->posting);
  const LbReception *before =
      revision->before ? lb_receptions_get(overview->receptions, revision->before) : NULL;
  g_autoptr(LbRoll) kept = lb_roll_new();
  for (guint i = 0; i < now->reviews->len; i++) {
    const LbReview *review = &g_array_index(now->reviews, LbReview, i);
    lb_roll_add(kept, 0, review->kind, review->who, 1);
  }
  for (guint i = 0; before && i < before->reviews->len; i++) {
    const LbReview *review = &g_array_index(before->reviews, LbReview, i);
    if (review->is_mismatched || review->kind == LB_CREDIT_NACKED ||
        lb_roll_find(kept, 0, review->kind, review->who))
      continue;
    LbPerson person = lb_reception_map(before, review->person);
    g_autofree char *name = lb_text_visible(get_name(&person), TRUE);
    g_string_append_printf(out, "    lost: %s: %s\n", lb_credit_get_name(review->kind), name);
    lb_roll_add(kept, 0, review->kind, review->who, 1);
  }
}

static void append_replies(GString *out, const LbReception *reception) {
  guint n = 0;
  for (guint i = 0; i < reception->repliers->len; i++)
    n += g_array_index(reception->repliers, LbReplier, i).n_replies;
  if (!n)
    return;
  g_string_append_printf(out, "    %u %s by %u %s:", n, n == 1 ? "reply" : "replies",
                         reception->repliers->len, reception->repliers->len == 1 ? "person" : "people");
  for (guint i = 0; i < reception->repliers->len; i++) {
    const LbReplier *replier = &g_array_index(reception->repliers, LbReplier, i);
    LbPerson person = lb_reception_map(reception, replier->first->author);
    g_autofree char *name = lb_text_visible(get_name(&person), TRUE);
    g_string_append_printf(out, "%s %s (%u)", i ? "," : "", name, replier->n_replies);
  }
  g_string_append_c(out, '\n');
}

static void append_applications(GString *out, const LbReception *reception, const LbWorkStyle *style) {
  for (guint i = 0; i < reception->applications->len; i++) {
    const LbApplication *application = &g_array_index(reception->applications, LbApplication, i);
    LbPerson by = lb_mailmap_find(style->mailmap, *application->mail->author);
    g_autofree char *name = lb_text_visible(get_name(&by), TRUE);
    g_autoptr(GString) line = g_string_new("    applied");
    if (application->patch)
      g_string_append_printf(line, " patch %d", application->patch);
    if (application->tree)
      g_string_append_printf(line, " to %s", application->tree);
    if (application->branch)
      g_string_append_printf(line, " (%s)", application->branch);
    if (application->commit)
      g_string_append_printf(line, " as %.12s", application->commit);
    g_string_append_printf(line, " by %s, ", name);
    append_day(line, application->mail->date);
    lb_text_append_visible(out, line->str, line->len, TRUE);
    g_string_append_c(out, '\n');
    append_reason(out, style, application->rule, application->mail->msgid);
  }
}

static void append_revision(GString *out, const LbOverview *overview, const LbRevision *revision,
                            const LbWorkStyle *style) {
  const LbPosting *posting = revision->posting;
  const LbReception *reception = lb_receptions_get(overview->receptions, posting);
  LbStatus status = lb_status_build(&overview->status, posting);
  g_autofree char *head =
      g_strdup_printf("%sv%d", posting->first->parsed->rfc ? "RFC " : "", posting->version);
  g_autofree char *id = lb_text_visible(posting->first->msgid, TRUE);
  g_string_append_c(out, '\n');
  append_colored(out, style, "1", head);
  g_string_append(out, posting->first->parsed->resend || posting->repost ? " sent again, " : ", ");
  append_day(out, posting->date);
  g_string_append_printf(out, ", %u %s", posting->patches->len,
                         posting->patches->len == 1 ? "patch" : "patches");
  if (posting->n_missing)
    g_string_append_printf(out, " of %d", posting->total);
  g_string_append_printf(out, ", %s  <%s>\n", lb_status_get_phrase(status.kind), id);
  append_reason(out, style, status.rule, status.evidence->msgid);
  if (revision->before) {
    g_autofree char *rule =
        g_strdup_printf("follows v%d by %s", revision->before->version, lb_rule_get_name(revision->rule));
    append_reason(out, style, rule, revision->evidence);
    append_changes(out, revision);
  }
  append_reviews(out, reception, style);
  append_lost(out, overview, revision);
  append_replies(out, reception);
  append_applications(out, reception, style);
}

void lb_work_list_append_story(GString *out, const LbOverview *overview, const LbWork *work,
                               const LbWorkStyle *style) {
  const LbPosting *newest = work->newest->posting;
  LbStatus status = lb_status_build_work(&overview->status, work);
  LbPerson author = get_author(newest, style);
  g_autofree char *title = lb_text_visible(newest->first->title, TRUE);
  g_autoptr(GString) mailbox = g_string_new(NULL);
  lb_address_format(mailbox, &author);
  append_colored(out, style, "1", title);
  g_string_append(out, "\nby ");
  lb_text_append_visible(out, mailbox->str, mailbox->len, TRUE);
  g_string_append(out, "\n");
  append_colored(out, style, colors[status.kind], lb_status_get_phrase(status.kind));
  if (status.kind == LB_STATUS_APPLIED_IN_PART)
    g_string_append_printf(out, ", %u of %u", status.n_applied, status.n_patches);
  g_string_append_printf(out, " for %u %s, %u %s\n", status.days, status.days == 1 ? "day" : "days",
                         work->revisions->len, work->revisions->len == 1 ? "posting" : "postings");
  append_reason(out, style, status.rule, status.evidence->msgid);
  for (guint i = 0; i < work->revisions->len; i++)
    append_revision(out, overview, g_ptr_array_index(work->revisions, i), style);
}
