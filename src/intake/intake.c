/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "intake/intake.h"
#include <string.h>
#include "base/clock.h"
#include "base/error.h"
#include "intake/merge.h"
#include "message/spool.h"

/* A unit that was read, with the mails found in it. */
typedef struct {
  guint source;
  LbUnit unit;
  GPtrArray *mails; /* of LbMail; owned */
  GArray *skipped;  /* of LbLocator of what is no mail; may be NULL */
} Batch;

typedef struct {
  LbIntake *intake;
  guint number;
  LbArena *arena;
  LbSpool *spool;
  LbParser *parser;
  LbReader *reader;
  GThread *thread;
  Batch *batch; /* being filled */
} Worker;

struct LbIntake {
  GPtrArray *sources; /* borrowed */
  const LbIntakeOptions *options;
  GMutex lock;        /* over what follows, while workers run */
  guint current;      /* source that hands out units */
  GPtrArray *batches; /* of Batch */
  Worker *workers;
  guint n_workers;
  GPtrArray *mails;
};

static void batch_free(gpointer data) {
  Batch *batch = data;
  g_ptr_array_unref(batch->mails);
  if (batch->skipped)
    g_array_unref(batch->skipped);
  g_free(batch);
}

static void log_error(const LbIntake *intake, const LbSource *source, const GError *error) {
  lb_diag_log_add(intake->options->log, LB_DIAG_UNREADABLE, lb_source_get_name(source), error->message);
}

static gboolean is_of_list(const LbMail *mail, const char *const *wanted) {
  if (!wanted || !*wanted)
    return TRUE;
  for (const char *const *id = mail->list_ids; *id; id++)
    for (const char *const *one = wanted; *one; one++) {
      const char *name = *one + (**one == '<');
      gsize length = strcspn(name, ">");
      if (strlen(*id) == length && !g_ascii_strncasecmp(*id, name, length))
        return TRUE;
    }
  return FALSE;
}

static void take_mail(const LbRawMail *raw, gpointer data) {
  Worker *worker = data;
  LbMail *mail = lb_parser_parse(worker->parser, raw);
  if (!mail) {
    if (raw->is_before)
      return;
    if (!worker->batch->skipped)
      worker->batch->skipped = g_array_new(FALSE, FALSE, sizeof(LbLocator));
    g_array_append_val(worker->batch->skipped, raw->locator);
    return;
  }
  mail->source = worker->batch->source;
  if (is_of_list(mail, worker->intake->options->list_ids))
    g_ptr_array_add(worker->batch->mails, mail);
}

/* Takes the next unit of the first source that has one; FALSE when all are through. */
static gboolean next_unit(LbIntake *intake, guint *source, LbUnit *unit) {
  gboolean found = FALSE;
  g_mutex_lock(&intake->lock);
  while (!found && intake->current < intake->sources->len) {
    g_autoptr(GError) error = NULL;
    LbSource *current = g_ptr_array_index(intake->sources, intake->current);
    found = lb_source_next(current, unit, &error);
    if (error)
      log_error(intake, current, error);
    if (found)
      *source = intake->current;
    else
      intake->current++;
  }
  g_mutex_unlock(&intake->lock);
  return found;
}

static void read_batch(Worker *worker, Batch *batch) {
  g_autoptr(GError) error = NULL;
  LbSource *source = g_ptr_array_index(worker->intake->sources, batch->source);
  worker->batch = batch;
  if (!lb_source_read(source, worker->reader, &batch->unit, take_mail, worker, &error) && error)
    log_error(worker->intake, source, error);
}

static gpointer work(gpointer data) {
  Worker *worker = data;
  LbIntake *intake = worker->intake;
  guint source;
  LbUnit unit;
  while (next_unit(intake, &source, &unit)) {
    Batch *batch = g_new0(Batch, 1);
    batch->source = source;
    batch->unit = unit;
    batch->mails = g_ptr_array_new();
    read_batch(worker, batch);
    lb_progress_advance(intake->options->progress, unit.end - unit.begin);
    g_mutex_lock(&intake->lock);
    g_ptr_array_add(intake->batches, batch);
    g_mutex_unlock(&intake->lock);
  }
  return NULL;
}

static void start_workers(LbIntake *intake) {
  guint n = intake->options->jobs ? intake->options->jobs : g_get_num_processors();
  intake->n_workers = CLAMP(n, 1, 64);
  intake->workers = g_new0(Worker, intake->n_workers);
  for (guint i = 0; i < intake->n_workers; i++) {
    Worker *worker = &intake->workers[i];
    worker->intake = intake;
    worker->number = i;
    worker->arena = lb_arena_new();
    worker->spool = lb_spool_new();
    worker->parser = lb_parser_new(worker->arena, worker->spool, i, intake->options->wants, lb_clock_now());
    worker->reader = lb_reader_new();
  }
  /* The last one works in this thread: one job needs no other. */
  for (guint i = 0; i + 1 < intake->n_workers; i++)
    intake->workers[i].thread = g_thread_try_new("intake", work, &intake->workers[i], NULL);
}

static void join_workers(LbIntake *intake) {
  work(&intake->workers[intake->n_workers - 1]);
  for (guint i = 0; i < intake->n_workers; i++)
    if (intake->workers[i].thread)
      g_thread_join(g_steal_pointer(&intake->workers[i].thread));
}

static gint compare_batches(gconstpointer a, gconstpointer b) {
  const Batch *one = *(Batch *const *)a, *other = *(Batch *const *)b;
  if (one->source != other->source)
    return one->source < other->source ? -1 : 1;
  return one->unit.number < other->unit.number ? -1 : one->unit.number > other->unit.number;
}

/* Units were read not knowing where the one before them ended: those that began wrongly are read again. */
static void settle_batches(LbIntake *intake) {
  const Batch *before = NULL;
  for (guint i = 0; i < intake->batches->len; i++) {
    Batch *batch = g_ptr_array_index(intake->batches, i);
    LbSource *source = g_ptr_array_index(intake->sources, batch->source);
    if (before && before->source != batch->source)
      before = NULL;
    if (!lb_source_settle(source, before ? &before->unit : NULL, &batch->unit)) {
      g_ptr_array_set_size(batch->mails, 0);
      if (batch->skipped)
        g_array_set_size(batch->skipped, 0);
      read_batch(&intake->workers[0], batch);
    }
    before = batch;
  }
}

static void log_skipped(const LbIntake *intake, const Batch *batch) {
  for (guint i = 0; batch->skipped && i < batch->skipped->len; i++) {
    const LbLocator *locator = &g_array_index(batch->skipped, LbLocator, i);
    g_autofree char *where = lb_locator_format(locator);
    gboolean is_empty = !locator->length && !locator->id_size;
    lb_diag_log_add(intake->options->log, is_empty ? LB_DIAG_EMPTY_FILE : LB_DIAG_NOT_MAIL, where, NULL);
  }
}

/* Batches in order -> intake->mails, deletions carried out source by source. */
static void gather(LbIntake *intake) {
  g_autoptr(GPtrArray) of_source = g_ptr_array_new();
  for (guint i = 0; i <= intake->batches->len; i++) {
    const Batch *batch = i < intake->batches->len ? g_ptr_array_index(intake->batches, i) : NULL;
    const Batch *before = i ? g_ptr_array_index(intake->batches, i - 1) : NULL;
    if (before && (!batch || batch->source != before->source)) {
      lb_merge_remove_deleted(of_source);
      for (guint k = 0; k < of_source->len; k++)
        g_ptr_array_add(intake->mails, g_ptr_array_index(of_source, k));
      g_ptr_array_set_size(of_source, 0);
    }
    if (!batch)
      break;
    for (guint k = 0; k < batch->mails->len; k++)
      g_ptr_array_add(of_source, g_ptr_array_index(batch->mails, k));
    log_skipped(intake, batch);
  }
}

static gboolean hash_mail(const LbMail *mail, LbMailHashes *hashes, gpointer data) {
  LbIntake *intake = data;
  g_autoptr(GString) bytes = g_string_new(NULL);
  LbLocator locator = lb_mail_get_locator(mail);
  if (!lb_source_fetch(g_ptr_array_index(intake->sources, mail->source), intake->workers[0].reader, &locator,
                       bytes, NULL))
    return FALSE;
  lb_parser_hash(intake->workers[0].parser, bytes->str, bytes->len, hashes);
  return TRUE;
}

LbIntake *lb_intake_run(GPtrArray *sources, const LbIntakeOptions *options, GError **error) {
  LbIntake *intake = g_new0(LbIntake, 1);
  intake->sources = sources;
  intake->options = options;
  intake->batches = g_ptr_array_new_with_free_func(batch_free);
  intake->mails = g_ptr_array_new();
  g_mutex_init(&intake->lock);
  start_workers(intake);
  join_workers(intake);
  g_ptr_array_sort(intake->batches, compare_batches);
  settle_batches(intake);
  gather(intake);
  g_ptr_array_set_size(intake->batches, 0);
  lb_merge_mark_duplicates(intake->mails, intake->workers[0].arena, hash_mail, intake);
  for (guint i = 0; i < intake->n_workers; i++) {
    g_clear_pointer(&intake->workers[i].parser, lb_parser_free);
    g_clear_pointer(&intake->workers[i].reader, lb_reader_free);
  }
  return intake;
}

void lb_intake_free(LbIntake *intake) {
  if (!intake)
    return;
  for (guint i = 0; i < intake->n_workers; i++) {
    lb_parser_free(intake->workers[i].parser);
    lb_reader_free(intake->workers[i].reader);
    lb_spool_free(intake->workers[i].spool);
    lb_arena_free(intake->workers[i].arena);
  }
  g_free(intake->workers);
  g_ptr_array_unref(intake->batches);
  g_ptr_array_unref(intake->mails);
  g_mutex_clear(&intake->lock);
  g_free(intake);
}

const GPtrArray *lb_intake_get_mails(const LbIntake *intake) {
  return intake->mails;
}

char *lb_intake_read_text(LbIntake *intake, const LbTextRef *ref, GError **error) {
  g_return_val_if_fail(ref->spool < intake->n_workers, NULL);
  if (!ref->length)
    return g_strdup("");
  return lb_spool_read(intake->workers[ref->spool].spool, ref->offset, ref->length, error);
}

static char *read_text(gpointer keeper, const LbTextRef *ref, GError **error) {
  return lb_intake_read_text(keeper, ref, error);
}

LbTextReader lb_intake_get_text_reader(LbIntake *intake) {
  return (LbTextReader){.read = read_text, .keeper = intake};
}
