/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mails into a store and out again: store_round STORE N SOURCE… reads the sources, saves what was parsed, N
 * mails in each transaction (0: all) with the store closed between them, loads it, and compares what both
 * give: facts as JSON, lines of work, the whole report.  Then all are counted, the store is packed and
 * checked.  Says how long saving and loading took and how large the store is; exits 1 if anything differs.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/error.h"
#include "intake/hasher.h"
#include "intake/intake.h"
#include "intake/merge.h"
#include "output/facts.h"
#include "output/work_facts.h"
#include "output/writer.h"
#include "store/save.h"

/* A year that no sample goes beyond: dates must not depend on when the test runs. */
#define NOW G_GINT64_CONSTANT(1893456000)
#define SHOWN 2

/* Of all threads, in microseconds: says more than the clock where others are at work. */
static gint64 get_cpu_time(void) {
  struct timespec now;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

typedef struct {
  GPtrArray *sources;
  LbHasher *hasher;
  const LbStoredMails *stored; /* NULL: mails were read just now */
} Again;

static void hash_copies(LbMergeCopy *copies, guint n, gpointer data) {
  Again *again = data;

  for (guint i = 0; i < n; i++) {
    LbLocator locator = lb_mail_get_locator(copies[i].mail);
    LbSource *source = g_ptr_array_index(again->sources, copies[i].mail->source);
    const guint8 *place;
    gsize length;
    if (again->stored && !(lb_stored_mails_find_place(again->stored, copies[i].mail, &place, &length) &&
                           lb_source_parse_place(source, place, length, &locator)))
      g_error("a mail has no place");
    copies[i].is_there = lb_hasher_hash(again->hasher, source, &locator, TRUE, &copies[i].hashes);
  }
}

static GPtrArray *open_sources(int n, char **specs, LbDiagLog *log, GError **error) {
  g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
  LbSourceOptions options = {.log = log};

  for (int i = 0; i < n; i++) {
    LbSource *source = lb_source_open(specs[i], &options, error);
    if (!source)
      return NULL;
    g_ptr_array_add(sources, source);
  }
  return g_steal_pointer(&sources);
}

typedef struct {
  const char *path;
  guint piece;
  LbStore *store;
  guint n; /* mails in the open transaction */
} Saving;

/* The next transaction, in a store opened anew. */
static gboolean turn(Saving *saving, GError **error) {
  if (saving->store && !lb_store_commit(saving->store, error))
    return FALSE;
  lb_store_close(saving->store);
  saving->store = lb_store_open(saving->path, LB_STORE_CREATE, error);
  saving->n = 0;
  return saving->store && lb_store_begin(saving->store, error);
}

static gboolean save_mail(Saving *saving, LbIntake *intake, const LbSource *source, guint32 id,
                          const LbMail *mail, GByteArray *place, GError **error) {
  LbLocator locator = lb_mail_get_locator(mail);
  g_autofree char *message = NULL;

  if (mail->details->message.length &&
      !(message = lb_intake_read_text(intake, &mail->details->message, error)))
    return FALSE;
  if (saving->piece && saving->n >= saving->piece && !turn(saving, error))
    return FALSE;
  saving->n++;
  g_byte_array_set_size(place, 0);
  lb_source_format_place(source, &locator, place);
  return lb_store_save_mail(saving->store, id, mail, place->data, place->len, message, error);
}

static gboolean save_source(Saving *saving, LbIntake *intake, const LbSource *source, guint number,
                            const char *spec, guint32 *id, GError **error) {
  const LbIntakePart *part = lb_intake_get_part(intake, number);
  g_autoptr(GByteArray) place = g_byte_array_new();

  if (!lb_store_get_source(saving->store, spec, id, NULL, error))
    return FALSE;
  for (guint i = 0; i < part->mails->len; i++)
    if (!save_mail(saving, intake, source, *id, g_ptr_array_index(part->mails, i), place, error))
      return FALSE;
  return TRUE;
}

/* All sources' mails merged into one archive. */
static GPtrArray *merge(GPtrArray *mails, LbArena *arena, Again *again) {
  GPtrArray *merged = g_ptr_array_new();

  for (guint source = 0; source < again->sources->len; source++) {
    g_autoptr(GPtrArray) of_source = g_ptr_array_new();
    for (guint i = 0; i < mails->len; i++)
      if (((LbMail *)g_ptr_array_index(mails, i))->source == source)
        g_ptr_array_add(of_source, g_ptr_array_index(mails, i));
    lb_merge_remove_deleted(of_source);
    for (guint i = 0; i < of_source->len; i++)
      g_ptr_array_add(merged, g_ptr_array_index(of_source, i));
  }
  lb_merge_mark_duplicates(merged, arena, hash_copies, again);
  return merged;
}

static GString *write_report(const GPtrArray *mails, LbTextReader texts, const LbOverview *overview) {
  GString *text = g_string_new(NULL);
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  LbReportInput input = {.mails = mails,
                         .texts = texts,
                         .collection = overview->collection,
                         .overview = overview,
                         .period = {LB_TIME_UNKNOWN, LB_TIME_UNKNOWN},
                         .source_name = "list",
                         .top = 15,
                         .link = "https://example.org/{msgid}/",
                         .log = log,
                         .now = NOW};
  g_autoptr(GError) error = NULL;
  g_autoptr(LbReport) report = lb_report_build(&input, &error);
  g_autoptr(LbStream) stream = lb_stream_open_string(text);

  if (!report || !lb_writer_text.write(report, stream, &error) || !lb_stream_finish(stream, &error))
    g_error("no report: %s", error->message);
  return text;
}

/* What is made of mails, line by line; owned by the caller. */
static GString *write_all(GPtrArray *mails, LbTextReader texts) {
  g_autoptr(LbCollection) collection = lb_collection_build(mails, 1);
  g_autoptr(LbOverview) overview = lb_overview_build(collection, mails, NULL, LB_TIME_UNKNOWN, 30);
  g_autoptr(LbFields) fields = lb_fields_new(NULL);
  GString *all = write_report(mails, texts, overview);

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    LbFactsTexts none = {"", NULL};
    g_string_append(all, lb_facts_format_mail(fields, mail, collection, &none));
    if (mail->details->diff && mail->details->diff->id)
      for (guint k = 0; k < 20; k++)
        g_string_append_printf(all, "%02x", mail->details->diff->id[k]);
  }
  for (guint i = 0; i < overview->works->works->len; i++)
    g_string_append(all,
                    lb_work_facts_format(fields, overview, g_ptr_array_index(overview->works->works, i)));
  return all;
}

/* Places name no files: which one it is is known when it is asked for. */
static void forget_names(GPtrArray *mails) {
  for (guint i = 0; i < mails->len; i++)
    ((LbMail *)g_ptr_array_index(mails, i))->origin.file = "";
}

static guint compare(const GString *direct, const GString *stored) {
  g_auto(GStrv) one = g_strsplit(direct->str, "\n", -1), other = g_strsplit(stored->str, "\n", -1);
  guint n = 0, i = 0;

  for (; one[i] && other[i]; i++)
    if (strcmp(one[i], other[i]) != 0 && n++ < SHOWN)
      printf("read:   %.500s\nstored: %.500s\n", one[i], other[i]);
  if (one[i] || other[i]) {
    printf("as many lines are in common: %u\n", i);
    n++;
  }
  return n;
}

static LbStore *save(const char *path, guint piece, GPtrArray *sources, char **specs, LbIntake *intake,
                     guint32 *ids, GError **error) {
  Saving saving = {.path = path, .piece = piece};
  gint64 begin = g_get_monotonic_time(), cpu = get_cpu_time();
  gboolean done = turn(&saving, error);

  for (guint i = 0; done && i < sources->len; i++)
    done = save_source(&saving, intake, g_ptr_array_index(sources, i), i, specs[i], &ids[i], error);
  if (done && lb_store_commit(saving.store, error)) {
    printf("saved in %.1f ms, %.1f of a processor\n", (double)(g_get_monotonic_time() - begin) / 1000,
           (double)(get_cpu_time() - cpu) / 1000);
    return saving.store;
  }
  lb_store_close(saving.store);
  return NULL;
}

/* The best of some, as the machine does other things, too. */
static gboolean time_loading(LbStore *store, const guint32 *ids, guint n, guint jobs, GError **error) {
  LbStoreFilter filter = {.sources = ids, .n_sources = n, .jobs = jobs, .until = LB_TIME_UNKNOWN};
  gint64 best = G_MAXINT64, best_cpu = G_MAXINT64;

  for (int i = 0; i < 5; i++) {
    gint64 begin = g_get_monotonic_time(), cpu = get_cpu_time();
    g_autoptr(LbStoredMails) mails = lb_store_load(store, &filter, error);
    if (!mails)
      return FALSE;
    best = MIN(best, g_get_monotonic_time() - begin);
    best_cpu = MIN(best_cpu, get_cpu_time() - cpu);
  }
  printf("loaded in %.2f ms by %u, %.2f of a processor\n", (double)best / 1000, jobs,
         (double)best_cpu / 1000);
  return TRUE;
}

static guint compare_all(LbIntake *intake, LbStore *store, LbStoredMails *stored, GPtrArray *sources) {
  g_autoptr(LbHasher) hasher = lb_hasher_new();
  Again again = {sources, hasher, NULL};
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(GPtrArray) read = g_ptr_array_new();

  for (guint i = 0; i < sources->len; i++) {
    const GPtrArray *mails = lb_intake_get_part(intake, i)->mails;
    for (guint k = 0; k < mails->len; k++)
      g_ptr_array_add(read, g_ptr_array_index(mails, k));
  }
  g_autoptr(GPtrArray) direct = merge(read, arena, &again);
  again.stored = stored;
  g_autoptr(GPtrArray) back = merge(lb_stored_mails_get(stored), lb_stored_mails_get_arena(stored), &again);
  forget_names(direct);
  forget_names(back);
  g_autoptr(GString) one = write_all(direct, lb_intake_get_text_reader(intake));
  g_autoptr(GString) other = write_all(back, lb_store_get_text_reader(store));
  return compare(one, other);
}

static void say(const char *what, gpointer data) {
  printf("amiss: %s\n", what);
}

/* All mails are counted, so that no text is left. */
static gboolean pack(LbStore *store, LbStoredMails *stored, GError **error) {
  GPtrArray *mails = lb_stored_mails_get(stored);
  LbStoreStats stats;

  for (guint i = 0; i < mails->len; i++)
    ((LbMail *)g_ptr_array_index(mails, i))->report = 0;
  if (!lb_store_begin(store, error) || !lb_store_save_counted(store, stored, error) ||
      !lb_store_commit(store, error) || !lb_store_vacuum(store, error) ||
      !lb_store_check(store, say, NULL, error) || !lb_store_get_stats(store, &stats, error))
    return FALSE;
  printf("%" G_GUINT64_FORMAT " bytes, %.1f for each of %u mails; %" G_GUINT64_FORMAT " texts left\n",
         stats.file_bytes, (double)stats.file_bytes / MAX(mails->len, 1), mails->len, stats.n_texts);
  return stats.n_texts == 0;
}

static gboolean run(const char *path, guint piece, int n, char **specs, GError **error) {
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  g_autoptr(GPtrArray) sources = open_sources(n, specs, log, error);
  LbIntakeOptions options = {.wants = LB_WANT_RECIPIENTS | LB_WANT_MESSAGE | LB_WANT_PATCH_ID, .log = log};
  g_autoptr(LbIntake) intake = sources ? lb_intake_read(sources, &options, error) : NULL;
  g_autofree guint32 *ids = g_new0(guint32, (gsize)n);
  g_autoptr(LbStore) store = intake ? save(path, piece, sources, specs, intake, ids, error) : NULL;
  LbStoreFilter filter = {
      .sources = ids, .n_sources = (guint)n, .wants = LB_WANT_RECIPIENTS, .until = LB_TIME_UNKNOWN};

  if (!store)
    return FALSE;
  g_autoptr(LbStoredMails) stored = lb_store_load(store, &filter, error);
  if (!stored)
    return FALSE;
  guint n_unlike = compare_all(intake, store, stored, sources);
  printf("%u lines unlike\n", n_unlike);
  return pack(store, stored, error) && time_loading(store, ids, (guint)n, 1, error) &&
         time_loading(store, ids, (guint)n, 2, error) && n_unlike == 0;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;

  if (argc < 4) {
    fprintf(stderr, "usage: store_round STORE N SOURCE...\n");
    return 64;
  }
  lb_message_init();
  gboolean done = run(argv[1], (guint)g_ascii_strtoull(argv[2], NULL, 10), argc - 3, argv + 3, &error);
  if (error)
    fprintf(stderr, "store_round: %s\n", error->message);
  return !done;
}
