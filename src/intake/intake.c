/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "intake/intake.h"
#include <string.h>
#include "base/clock.h"
#include "base/crew.h"
#include "base/error.h"
#include "intake/hasher.h"
#include "intake/merge.h"
#include "message/spool.h"

/* Texts of so many bytes are kept in memory, by all workers together: a file takes twice the time to write
 * and read back, which is felt where there are few. */
#define KEPT_TEXTS ((gsize)16 << 20)

/* A unit that was read, with the mails found in it. */
typedef struct {
  guint source;
  LbUnit unit;
  GPtrArray *mails; /* of LbMail; owned */
  GArray *skipped;  /* of LbLocator of what is no mail; may be NULL */
  GArray *others;   /* the same of what is of another list, where that is wanted */
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
  gint64 now;
  GMutex lock;        /* over what follows, while workers run */
  guint current;      /* source that hands out units */
  Batch *first;       /* was taken to see whether there is anything to do */
  GPtrArray *batches; /* of Batch */
  Worker *workers;
  guint n_workers;     /* 0: there was nothing to read */
  LbIntakePart *parts; /* n_sources of them */
  guint n_sources;
  GPtrArray *mails; /* of all parts, merged */
};

static void batch_free(gpointer data) {
  Batch *batch = data;
  g_ptr_array_unref(batch->mails);
  g_clear_pointer(&batch->skipped, g_array_unref);
  g_clear_pointer(&batch->others, g_array_unref);
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

static void add_locator(GArray **locators, const LbLocator *locator) {
  if (!*locators)
    *locators = g_array_new(FALSE, FALSE, sizeof(LbLocator));
  g_array_append_vals(*locators, locator, 1);
}

static gboolean keeps_passed(const LbIntake *intake, guint source) {
  return intake->options->keeps_passed && lb_source_has_names(g_ptr_array_index(intake->sources, source));
}

static void take_mail(const LbRawMail *raw, gpointer data) {
  Worker *worker = data;
  LbMail *mail = lb_parser_parse(worker->parser, raw);
  if (!mail) {
    if (!raw->is_before)
      add_locator(&worker->batch->skipped, &raw->locator);
    return;
  }
  mail->source = worker->batch->source;
  mail->report = LB_REPORT_PENDING;
  if (!mail->is_own && is_of_list(mail, worker->intake->options->list_ids))
    g_ptr_array_add(worker->batch->mails, mail);
  else if (keeps_passed(worker->intake, mail->source))
    add_locator(&worker->batch->others, &raw->locator);
}

/* The next unit of the first source that has one, to be read; NULL when all are through. */
static Batch *next_batch(LbIntake *intake) {
  Batch *batch = NULL;
  LbUnit unit;
  g_mutex_lock(&intake->lock);
  if (intake->first)
    batch = g_steal_pointer(&intake->first);
  while (!batch && intake->current < intake->sources->len) {
    g_autoptr(GError) error = NULL;
    LbSource *current = g_ptr_array_index(intake->sources, intake->current);
    if (lb_source_next(current, &unit, &error)) {
      batch = g_new0(Batch, 1);
      batch->source = intake->current;
      batch->unit = unit;
      batch->mails = g_ptr_array_new();
    } else {
      intake->current++;
    }
    if (error)
      log_error(intake, current, error);
  }
  g_mutex_unlock(&intake->lock);
  return batch;
}

static void read_batch(Worker *worker, Batch *batch) {
  g_autoptr(GError) error = NULL;
  LbSource *source = g_ptr_array_index(worker->intake->sources, batch->source);
  worker->batch = batch;
  if (!lb_source_read(source, worker->reader, &batch->unit, take_mail, worker, &error) && error)
    log_error(worker->intake, source, error);
}

/* By the thread that works with it: what another one allocated shares cache lines and a lock of malloc's with
 * it. */
static void set_up(Worker *worker) {
  if (worker->parser)
    return;
  if (!worker->arena) {
    worker->arena = lb_arena_new();
    worker->spool = lb_spool_new(KEPT_TEXTS / worker->intake->n_workers);
  }
  worker->parser = lb_parser_new(worker->arena, worker->spool, worker->number, worker->intake->options->wants,
                                 worker->intake->now);
  worker->reader = lb_reader_new();
}

/* Likewise, while others may still be reading. */
static void tear_down(Worker *worker) {
  g_clear_pointer(&worker->parser, lb_parser_free);
  g_clear_pointer(&worker->reader, lb_reader_free);
  lb_arena_seal(worker->arena);
}

static gpointer work(gpointer data) {
  Worker *worker = data;
  LbIntake *intake = worker->intake;
  set_up(worker);
  for (Batch *batch; (batch = next_batch(intake));) {
    guint64 size = batch->unit.end - batch->unit.begin;
    read_batch(worker, batch);
    lb_progress_advance(intake->options->progress, size);
    g_mutex_lock(&intake->lock);
    g_ptr_array_add(intake->batches, batch);
    g_mutex_unlock(&intake->lock);
  }
  tear_down(worker);
  return NULL;
}

static void start_workers(LbIntake *intake) {
  guint n = intake->options->jobs ? intake->options->jobs : g_get_num_processors();
  intake->n_workers = CLAMP(n, 1, 64);
  intake->workers = g_new0(Worker, intake->n_workers);
  for (guint i = 0; i < intake->n_workers; i++)
    intake->workers[i] = (Worker){.intake = intake, .number = i};
  /* The last one works in this thread: one job needs no other. */
  for (guint i = 0; i + 1 < intake->n_workers; i++)
    intake->workers[i].thread = g_thread_try_new("intake", work, &intake->workers[i], NULL);
}

static void join_workers(LbIntake *intake) {
  work(&intake->workers[intake->n_workers - 1]);
  for (guint i = 0; i < intake->n_workers; i++) {
    if (intake->workers[i].thread)
      g_thread_join(g_steal_pointer(&intake->workers[i].thread));
    /* Those that got no thread are there, too. */
    if (!intake->workers[i].arena)
      set_up(&intake->workers[i]);
  }
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
      g_clear_pointer(&batch->skipped, g_array_unref);
      g_clear_pointer(&batch->others, g_array_unref);
      set_up(&intake->workers[0]);
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

static void add_passed(LbIntakePart *part, const GArray *locators) {
  if (locators)
    g_array_append_vals(part->passed, locators->data, locators->len);
}

/* Batches in order -> parts. */
static void gather(LbIntake *intake) {
  for (guint i = 0; i < intake->batches->len; i++) {
    const Batch *batch = g_ptr_array_index(intake->batches, i);
    LbIntakePart *part = &intake->parts[batch->source];
    g_ptr_array_extend(part->mails, batch->mails, NULL, NULL);
    log_skipped(intake, batch);
    if (keeps_passed(intake, batch->source)) {
      add_passed(part, batch->skipped);
      add_passed(part, batch->others);
    }
  }
  g_ptr_array_set_size(intake->batches, 0);
}

typedef struct {
  LbIntake *intake;
  LbMergeCopy *copies;
  guint n, n_shares;
} Hashing;

static void hash_share(guint number, gpointer data) {
  const Hashing *hashing = data;
  g_autoptr(LbHasher) hasher = lb_hasher_new();
  for (guint i = number; i < hashing->n; i += hashing->n_shares) {
    LbMergeCopy *copy = &hashing->copies[i];
    LbLocator locator = lb_mail_get_locator(copy->mail);
    copy->is_there = lb_hasher_hash(hasher, g_ptr_array_index(hashing->intake->sources, copy->mail->source),
                                    &locator, copy->needs_raw, &copy->hashes);
  }
}

static void hash_copies(LbMergeCopy *copies, guint n, gpointer data) {
  LbIntake *intake = data;
  Hashing hashing = {intake, copies, n, MIN(intake->n_workers, n)};
  lb_crew_run(hashing.n_shares, hashing.n_shares, hash_share, &hashing);
}

static LbIntake *intake_new(GPtrArray *sources, const LbIntakeOptions *options) {
  LbIntake *intake = g_new0(LbIntake, 1);
  intake->sources = sources;
  intake->options = options;
  intake->now = lb_clock_now();
  intake->batches = g_ptr_array_new_with_free_func(batch_free);
  intake->mails = g_ptr_array_new();
  intake->n_sources = sources->len;
  intake->parts = g_new0(LbIntakePart, sources->len);
  for (guint i = 0; i < sources->len; i++) {
    intake->parts[i].mails = g_ptr_array_new();
    intake->parts[i].passed = g_array_new(FALSE, FALSE, sizeof(LbLocator));
  }
  g_mutex_init(&intake->lock);
  return intake;
}

LbIntake *lb_intake_read(GPtrArray *sources, const LbIntakeOptions *options, GError **error) {
  LbIntake *intake = intake_new(sources, options);
  intake->first = next_batch(intake);
  if (!intake->first)
    return intake;
  start_workers(intake);
  join_workers(intake);
  g_ptr_array_sort(intake->batches, compare_batches);
  settle_batches(intake);
  gather(intake);
  for (guint i = 0; i < intake->n_workers; i++)
    tear_down(&intake->workers[i]);
  return intake;
}

const LbIntakePart *lb_intake_get_part(const LbIntake *intake, guint i) {
  return &intake->parts[i];
}

LbIntake *lb_intake_run(GPtrArray *sources, const LbIntakeOptions *options, GError **error) {
  LbIntake *intake = lb_intake_read(sources, options, error);
  if (!intake)
    return NULL;
  for (guint i = 0; i < sources->len; i++) {
    LbIntakePart *part = &intake->parts[i];
    GPtrArray *mails = part->mails;
    lb_merge_remove_deleted(mails);
    /* The first one's array goes on as that of all. */
    part->mails = i ? g_ptr_array_new() : intake->mails;
    if (i) {
      g_ptr_array_extend(intake->mails, mails, NULL, NULL);
      g_ptr_array_unref(mails);
    } else {
      intake->mails = mails;
    }
  }
  if (intake->n_workers > 0)
    lb_merge_mark_duplicates(intake->mails, intake->workers[0].arena, hash_copies, intake);
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
  for (guint i = 0; i < intake->n_sources; i++) {
    g_ptr_array_unref(intake->parts[i].mails);
    g_array_unref(intake->parts[i].passed);
  }
  g_free(intake->parts);
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
