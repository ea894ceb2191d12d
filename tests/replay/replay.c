/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay SOURCE [SEED]: an archive week by week, each report knowing the earlier ones, and whether all of
 * them together tell what one report over the whole time tells.  With a SEED one mail in eight comes up to
 * three weeks late.  Prints how often what was found; exit status 1 where something is missing, told twice,
 * or told by the reports of the weeks alone without a reason that is named here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/period.h"
#include "intake/intake.h"
#include "report/report.h"

#define WEEK (7 * 24 * 3600)
#define SHOWN_MAX 20

enum { NEW, REVIEWED, APPLIED, N_KINDS };
static const LbTold bits[N_KINDS] = {LB_TOLD_POSTED, LB_TOLD_REVIEWED, LB_TOLD_APPLIED};
static const char *const names[N_KINDS] = {"posted", "reviewed", "applied"};
static const char *const alone[N_KINDS] = {"posted by the weeks alone", "reviewed by the weeks alone",
                                           "applied by the weeks alone"};

typedef struct {
  guint32 arrival;       /* the report that counts it */
  guint32 told[N_KINDS]; /* the report that told it of its posting, 0: none */
} Life;

typedef struct {
  const GPtrArray *mails; /* of LbMail, the whole archive, merged */
  GHashTable *lives;      /* const LbMail -> Life */
  GHashTable *printed;    /* key -> subject */
  gint64 since;           /* of report 1 */
  guint32 n_reports;
  guint n_wrong;
} Replay;

static void complain(Replay *replay, const char *what, const LbMail *mail) {
  if (replay->n_wrong++ < SHOWN_MAX)
    printf("%s: %s %s\n", what, mail->msgid, mail->subject);
}

static Life *get_life(const Replay *replay, const LbMail *mail) {
  return g_hash_table_lookup(replay->lives, mail);
}

/* The report of the week of its date or, if it is late, one of the next three; undated with those around it.
 */
static void assign(Replay *replay, GRand *random) {
  gint64 now = replay->since;

  for (guint i = 0; i < replay->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(replay->mails, i);
    Life *life = g_new0(Life, 1);
    if (mail->date != LB_TIME_UNKNOWN)
      now = mail->date;
    life->arrival = now < replay->since ? 0 : (guint32)((now - replay->since) / WEEK + 1);
    if (random && g_rand_int_range(random, 0, 8) == 0)
      life->arrival += (guint32)g_rand_int_range(random, life->arrival == 0, 4);
    replay->n_reports = MAX(replay->n_reports, life->arrival);
    g_hash_table_insert(replay->lives, (gpointer)mail, life);
  }
}

static char *find_printed(gpointer keeper, const char *key) {
  return g_strdup(g_hash_table_lookup(keeper, key));
}

static void save(Replay *replay, guint32 number, const LbReport *report) {
  for (guint i = 0; i < report->told->len; i++) {
    const LbToldMail *told = &g_array_index(report->told, LbToldMail, i);
    Life *life = get_life(replay, told->mail);
    for (guint kind = 0; kind < N_KINDS; kind++) {
      if (!(told->told & bits[kind]))
        continue;
      if (life->told[kind] != 0)
        complain(replay, "told twice", told->mail);
      life->told[kind] = number;
    }
    ((LbMail *)told->mail)->told |= told->told & 15;
  }
  for (guint i = 0; i < report->printed->len; i++) {
    const LbPrinted *printed = &g_array_index(report->printed, LbPrinted, i);
    if (!g_hash_table_insert(replay->printed, g_strdup(printed->key), g_strdup(printed->subject)))
      printf("printed twice: %s\n", printed->subject), replay->n_wrong++;
  }
}

static LbReport *build(const GPtrArray *mails, const LbPeriod *period, const LbHistory *history,
                       const LbCollection *collection, const LbOverview *overview) {
  const LbReportInput input = {.mails = mails,
                               .collection = collection,
                               .overview = overview,
                               .history = history,
                               .period = *period,
                               .sections = "patches,messages",
                               .link = "{msgid}",
                               .top = 15};
  LbReport *report = lb_report_build(&input, NULL);

  g_assert_nonnull(report);
  return report;
}

static void make_report(Replay *replay, guint32 number) {
  const LbPeriod period = {replay->since + (gint64)(number - 1) * WEEK,
                           replay->since + (gint64)number * WEEK};
  const LbHistory history = {.number = number, .find_printed = find_printed, .keeper = replay->printed};
  g_autoptr(GPtrArray) mails = g_ptr_array_new();

  for (guint i = 0; i < replay->mails->len; i++) {
    LbMail *mail = g_ptr_array_index(replay->mails, i);
    mail->report = get_life(replay, mail)->arrival;
    if (mail->report <= number)
      g_ptr_array_add(mails, mail);
  }
  g_autoptr(LbCollection) collection = lb_collection_build(mails, 2);
  g_autoptr(LbOverview) overview = lb_overview_build(collection, mails, NULL, LB_TIME_UNKNOWN, 30);
  overview->status.now = period.until;
  g_autoptr(LbReport) report = build(mails, &period, &history, collection, overview);
  save(replay, number, report);
}

static char *find_id(const LbMail *mail) {
  const char *mark = mail->diagnostics & LB_DIAG_BIT(LB_DIAG_MSGID_REUSED) ? strrchr(mail->msgid, '#') : NULL;
  return mark ? g_strndup(mail->msgid, (gsize)(mark - mail->msgid)) : g_strdup(mail->msgid);
}

/* Unlike mails may share an id, as links do: then what is told of one counts for all. */
static GHashTable *list_by_id(const LbCollection *collection) {
  GHashTable *by_id =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(collection->postings, i);
    g_autofree char *id = find_id(posting->first);
    GPtrArray *postings = g_hash_table_lookup(by_id, id);
    if (!postings)
      g_hash_table_insert(by_id, g_steal_pointer(&id), postings = g_ptr_array_new());
    g_ptr_array_add(postings, (gpointer)posting);
  }
  return by_id;
}

static guint find_bit(const char *label) {
  static const char *const labels[] = {"New", "New versions", "Revised patches", "Reviewed", "Applied"};
  guint group = 0;

  while (strcmp(labels[group], label))
    g_assert_cmpuint(++group, <, G_N_ELEMENTS(labels));
  return group < 3 ? LB_TOLD_POSTED : group == 3 ? LB_TOLD_REVIEWED : LB_TOLD_APPLIED;
}

/* Of the postings that one report over all the time tells of: bits by posting. */
static GHashTable *collect_told(const LbReport *report, const LbCollection *collection) {
  g_autoptr(GHashTable) by_id = list_by_id(collection);
  GHashTable *told = g_hash_table_new(NULL, NULL);
  const LbSectionData *section = g_ptr_array_index(report->sections, 0);
  guint bit = 0;

  for (guint i = 0; i < lb_blocks_count(section->blocks); i++) {
    const LbBlock *block = lb_blocks_get(section->blocks, i, report->scope, report->arena);
    if (block->kind == LB_BLOCK_GROUP)
      bit = find_bit(block->label);
    g_autofree char *id = block->link ? g_uri_unescape_string(block->link, NULL) : NULL;
    const GPtrArray *postings = id ? g_hash_table_lookup(by_id, id) : NULL;
    for (guint k = 0; postings && k < postings->len; k++) {
      gpointer posting = g_ptr_array_index(postings, k);
      guint before = GPOINTER_TO_UINT(g_hash_table_lookup(told, posting));
      g_hash_table_insert(told, posting, GUINT_TO_POINTER(before | bit));
    }
  }
  return told;
}

typedef struct {
  Replay *replay;
  const LbOverview *overview;
  guint counts[N_KINDS], same[N_KINDS];
  GHashTable *reasons; /* why a difference is none -> how often */
} Comparison;

static void explain(Comparison *comparison, const char *reason) {
  guint n = GPOINTER_TO_UINT(g_hash_table_lookup(comparison->reasons, reason));
  g_hash_table_insert(comparison->reasons, (gpointer)reason, GUINT_TO_POINTER(n + 1));
}

static GArray *list_lives(const Replay *replay, const LbPosting *posting) {
  GArray *lives = g_array_new(FALSE, FALSE, sizeof(Life));

  if (posting->cover)
    g_array_append_vals(lives, get_life(replay, posting->cover), 1);
  for (guint i = 0; i < posting->patches->len; i++)
    g_array_append_vals(lives, get_life(replay, g_ptr_array_index(posting->patches, i)), 1);
  return lives;
}

static gboolean was_replaced(const Comparison *comparison, const LbPosting *posting, const LbMail *mail) {
  const LbRevision *revision = lb_works_find(comparison->overview->works, posting);

  for (guint i = 0; revision && i < revision->work->revisions->len; i++) {
    const LbRevision *other = g_ptr_array_index(revision->work->revisions, i);
    if (other->before == posting && !other->posting->rerolls && other->posting->date < mail->date)
      return TRUE;
  }
  return FALSE;
}

/* Why the week that told a posting reviewed or applied was right then; NULL: it wasn't. */
static const char *find_reason(const Comparison *comparison, const LbPosting *posting, guint kind) {
  const LbReception *reception = lb_receptions_get(comparison->overview->receptions, posting);
  const LbMail *ready = lb_status_find_ready(reception), *applied = reception->applied;
  const LbMail *decided = kind == APPLIED ? applied : ready;

  if (posting->is_stable || posting->is_pull)
    return "marked stable or pull by mail that came after";
  if (decided && decided->date < comparison->replay->since)
    return "decided by a mail of the time before that came late";
  if (kind == APPLIED)
    return applied ? NULL : "applied as far as it was there";
  if (!ready)
    return reception->refusal ? "refused after it was reviewed" : "reviewed as far as it was there";
  if (applied && applied->date < ready->date)
    return "applied before the review that came first";
  return was_replaced(comparison, posting, ready) ? "replaced before the review, by what came after" : NULL;
}

static void compare_kind(Comparison *comparison, const LbPosting *posting, const GArray *lives, guint kind,
                         gboolean is_told) {
  guint32 first = 0, others = 0;
  gboolean is_before = FALSE;

  for (guint i = 0; i < lives->len; i++) {
    const Life *life = &g_array_index(lives, Life, i);
    is_before = is_before || life->arrival == 0;
    if (first == 0)
      first = life->told[kind];
    else
      others += life->told[kind] != 0 && life->told[kind] != first;
  }
  comparison->counts[kind] += is_told;
  comparison->same[kind] += is_told && first != 0 && !others;
  if (others)
    explain(comparison, kind == NEW ? "two that were told of became one" : "two that gained it became one");
  if (is_told && first == 0 && !(kind == NEW && is_before))
    complain(comparison->replay, names[kind], posting->first);
  else if (is_told && first == 0)
    explain(comparison, "begun in the time before");
  if (is_told || first == 0)
    return;
  const char *reason = kind != NEW ? find_reason(comparison, posting, kind)
                       : posting->is_stable || posting->is_pull
                           ? "marked stable or pull by mail that came after"
                       : posting->date < comparison->replay->since ? "of the time before, but came late"
                                                                   : NULL;
  if (reason)
    explain(comparison, reason);
  else
    complain(comparison->replay, alone[kind], posting->first);
}

static void compare(Replay *replay) {
  const LbPeriod period = {replay->since, replay->since + (gint64)replay->n_reports * WEEK};
  g_autoptr(LbCollection) collection = lb_collection_build(replay->mails, 2);
  g_autoptr(LbOverview) overview = lb_overview_build(collection, replay->mails, NULL, period.until, 30);
  g_autoptr(LbReport) report = build(replay->mails, &period, NULL, collection, overview);
  g_autoptr(GHashTable) told = collect_told(report, collection);
  g_autoptr(GHashTable) reasons = g_hash_table_new(g_str_hash, g_str_equal);
  Comparison comparison = {.replay = replay, .overview = overview, .reasons = reasons};

  for (guint i = 0; i < collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(collection->postings, i);
    guint all = GPOINTER_TO_UINT(g_hash_table_lookup(told, posting));
    g_autoptr(GArray) lives = list_lives(replay, posting);
    for (guint kind = 0; kind < N_KINDS; kind++)
      compare_kind(&comparison, posting, lives, kind, (all & bits[kind]) != 0);
  }
  printf("%u reports", replay->n_reports);
  for (guint kind = 0; kind < N_KINDS; kind++)
    printf(", %u of %u %s in one of them", comparison.same[kind], comparison.counts[kind], names[kind]);
  printf("\n");
  g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(reasons), (GCompareFunc)strcmp);
  for (GList *key = keys; key; key = key->next)
    printf("%6u %s\n", GPOINTER_TO_UINT(g_hash_table_lookup(reasons, key->data)), (const char *)key->data);
}

/* Four weeks after the first mail: work of the time before goes on. */
static gint64 find_since(const GPtrArray *mails) {
  gint64 oldest = G_MAXINT64;

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (mail->date != LB_TIME_UNKNOWN)
      oldest = MIN(oldest, mail->date);
  }
  return oldest / WEEK * WEEK + 4 * WEEK;
}

int main(int argc, char **argv) {
  g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  g_autoptr(GError) error = NULL;
  const LbSourceOptions options = {.log = log};
  const LbIntakeOptions intake_options = {.log = log};
  LbSource *source = argc > 1 ? lb_source_open(argv[1], &options, &error) : NULL;

  if (!source) {
    fprintf(stderr, "replay: %s\n", error ? error->message : "usage: replay SOURCE [SEED]");
    return 2;
  }
  g_ptr_array_add(sources, source);
  lb_message_init();
  {
    g_autoptr(LbIntake) intake = lb_intake_run(sources, &intake_options, &error);
    g_autoptr(GHashTable) lives = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    g_autoptr(GHashTable) printed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GRand) random = argc > 2 ? g_rand_new_with_seed((guint32)atoi(argv[2])) : NULL;
    Replay replay = {.mails = lb_intake_get_mails(intake), .lives = lives, .printed = printed};
    replay.since = find_since(replay.mails);
    assign(&replay, random);
    for (guint32 number = 1; number <= replay.n_reports; number++)
      make_report(&replay, number);
    compare(&replay);
    printf("%u wrong\n", replay.n_wrong);
    return replay.n_wrong != 0;
  }
}
