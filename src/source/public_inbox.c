/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * public-inbox archives: one repository (v1, or an epoch of v2) or all epochs of an inbox.
 *
 * next() walks the commits, newest first, and hands them out in batches; trees and mails are read by the
 * threads that take them, each with an object database of its own.  Numbers descend, so that archive order is
 * oldest first.
 */
#include <string.h>
#include <sys/stat.h>
#include "base/error.h"
#include "source/folder.h"
#include "source/inbox_commit.h"
#include "source/inbox_layout.h"
#include "source/inbox_position.h"
#include "source/kind.h"
#include "source/range.h"

#define BATCH 64
/* Commits that are looked at before a repository is said to be no public-inbox. */
#define MAX_LOOKS 100
/* public-inbox gives a commit the time of the mail's Received; a Date that counts is at most two days from
 * it. */
#define EARLY_SLACK (3 * 24 * 60 * 60)
#define LATE_SLACK (14 * 24 * 60 * 60)
/* Old commits in a row behind which nothing newer is looked for: old mail may have been imported late. */
#define PATIENCE 256

typedef struct {
  LbSource base;
  GPtrArray *epochs; /* of LbEpoch, oldest first */
  LbInboxPosition *position;
  gboolean has_range;
  LbRange range;
  LbWalk *begin;      /* the walk of the range's first epoch; NULL: begun, or there is none */
  guint margin;       /* commits before the range that are still to be walked */
  gboolean is_before; /* they are walked now */
  gboolean has_near;
  LbPeriod near;        /* see LbSourceOptions, slack put on */
  guint n_old;          /* commits in a row that are older */
  int current;          /* the epoch that is walked */
  LbWalk *walk;         /* NULL: not yet begun */
  LbObjects *looked_at; /* when it was opened: for the packs, which stay in memory until they are walked */
  gint64 n_units;
  GMutex lock;
  GHashTable *batches; /* handed out and not yet read */
} Inbox;

typedef struct {
  const LbEpoch *epoch;
  int number; /* the epoch's */
  gboolean is_before;
  guint n;
  LbWalkStep steps[BATCH];
} Batch;

/* What a reader keeps. */
typedef struct {
  char *folder;
  LbObjects *objects;
} Access;

/* One commit while it is read. */
typedef struct {
  LbSource *source;
  const LbEpoch *epoch;
  LbObjects *objects;
  const LbWalkStep *step;
  int number; /* the epoch's */
  gboolean is_before, is_again;
  LbRawMailFunc func;
  gpointer data;
} Reading;

static LbLocator locate(const LbEpoch *epoch, const git_oid *commit, const git_oid *blob) {
  LbLocator locator = {.file = epoch->path, .id_size = GIT_OID_RAWSZ};
  memcpy(locator.commit, commit->id, GIT_OID_RAWSZ);
  if (blob)
    memcpy(locator.blob, blob->id, GIT_OID_RAWSZ);
  return locator;
}

static void note_object(LbSource *source, const LbEpoch *epoch, LbDiag diag, const git_oid *commit,
                        const git_oid *object, const char *failure) {
  LbLocator locator = locate(epoch, commit, NULL);
  g_autofree char *where = lb_locator_format(&locator);
  char id[GIT_OID_HEXSZ + 1];
  git_oid_tostr(id, sizeof id, object);
  g_autofree char *detail = g_strdup_printf("%s: %s", id, failure);
  lb_diag_log_add(source->log, diag, where, failure ? detail : NULL);
}

static void note_broken_walk(const LbEpoch *epoch, const git_oid *commit, const char *failure,
                             gpointer data) {
  g_autofree char *detail = g_strdup_printf("the history before it is lost: %s", failure);
  LbLocator locator = locate(epoch, commit, NULL);
  g_autofree char *where = lb_locator_format(&locator);
  Inbox *inbox = data;
  if (inbox->is_before)
    return;
  lb_diag_log_add(inbox->base.log, LB_DIAG_UNREADABLE, where, detail);
  lb_inbox_position_fail(inbox->position, inbox->current);
}

static void access_free(gpointer data) {
  Access *access = data;
  lb_objects_free(access->objects);
  g_free(access->folder);
  g_free(access);
}

/* The reader's way to the epoch's objects; that of another epoch, with libgit2's caches, is given up for it.
 */
static LbObjects *get_objects(LbReader *reader, const LbEpoch *epoch, GError **error) {
  Access *access = reader->git;
  if (access && strcmp(access->folder, epoch->objects[0]) == 0)
    return access->objects;
  LbObjects *objects = lb_epoch_open_objects(epoch, TRUE, error);
  if (!objects)
    return NULL;
  if (access)
    access_free(access);
  access = g_new0(Access, 1);
  access->folder = g_strdup(epoch->objects[0]);
  access->objects = objects;
  reader->git = access;
  reader->free_git = access_free;
  return objects;
}

static void note_change_failure(const git_oid *object, const char *failure, gpointer data) {
  const Reading *reading = data;
  if (reading->is_before)
    return;
  note_object(reading->source, reading->epoch, failure ? LB_DIAG_BLOB_MISSING : LB_DIAG_NOT_REGULAR,
              &reading->step->commit, object, failure);
  if (failure)
    lb_inbox_position_fail(((Inbox *)reading->source)->position, reading->number);
}

static gboolean is_late(const Inbox *inbox, const LbWalkStep *step) {
  return inbox->has_near && inbox->near.until != LB_TIME_UNKNOWN &&
         MIN(step->time, step->author_time) >= inbox->near.until;
}

static void give_change(const LbInboxChange *change, gpointer data) {
  const Reading *reading = data;
  const char *failure;
  /* What is taken back later doesn't count, whenever that was. */
  if (!change->removes && is_late((const Inbox *)reading->source, reading->step))
    return;
  g_autoptr(LbObject) blob = lb_git_read(reading->objects, &change->blob, GIT_OBJECT_BLOB, &failure);
  if (!blob) {
    note_change_failure(&change->blob, failure, data);
    return;
  }
  gsize size = blob->size;
  LbRawMail mail = {.bytes = blob->bytes,
                    .length = MIN(size, LB_MAIL_MAX_BYTES),
                    .is_cut = size > LB_MAIL_MAX_BYTES,
                    .removes = change->removes,
                    .is_before = reading->is_before,
                    .is_again = reading->is_again,
                    .locator = locate(reading->epoch, &reading->step->commit, &change->blob)};
  mail.locator.length = size;
  reading->func(&mail, reading->data);
}

static gboolean inbox_read(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func,
                           gpointer data, GError **error) {
  Inbox *inbox = (Inbox *)source;
  const Batch *batch = unit->items;
  LbObjects *objects = get_objects(reader, batch->epoch, error);
  Reading reading = {.source = source,
                     .epoch = batch->epoch,
                     .objects = objects,
                     .number = batch->number,
                     .is_before = batch->is_before,
                     .is_again = lb_inbox_position_is_again(inbox->position, batch->number),
                     .func = func,
                     .data = data};
  for (guint i = objects ? batch->n : 0; i > 0; i--) {
    reading.step = &batch->steps[i - 1];
    lb_inbox_foreach_change(objects, batch->epoch, reading.step, give_change, note_change_failure, &reading);
  }
  if (!objects)
    lb_inbox_position_fail(inbox->position, batch->number);
  g_mutex_lock(&inbox->lock);
  g_hash_table_remove(inbox->batches, unit->items);
  g_mutex_unlock(&inbox->lock);
  unit->items = NULL;
  return objects != NULL;
}

/* Begins the walk of the current epoch; FALSE if nothing of it is wanted or it can't be had. */
static gboolean begin_walk(Inbox *inbox) {
  const LbEpoch *epoch = inbox->epochs->pdata[inbox->current];
  const git_oid *start = &epoch->tip;
  GHashTable *hidden = lb_inbox_position_get_hidden(inbox->position, inbox->current);
  g_autoptr(GError) error = NULL;
  if (lb_inbox_position_is_reached(inbox->position, inbox->current))
    return FALSE;
  if (inbox->is_before && inbox->current == inbox->range.first.epoch)
    start = &inbox->range.first.id;
  else if (!inbox->is_before && inbox->has_range && inbox->current == inbox->range.last.epoch)
    start = &inbox->range.last.id;
  else if (!epoch->has_tip)
    return FALSE;
  if (!inbox->is_before && inbox->has_range && inbox->current == inbox->range.first.epoch)
    inbox->walk = g_steal_pointer(&inbox->begin);
  else
    inbox->walk = lb_walk_new(epoch, start, hidden, note_broken_walk, inbox, &error);
  g_clear_pointer(&inbox->looked_at, lb_objects_free);
  if (!inbox->walk) {
    lb_diag_log_add(inbox->base.log, LB_DIAG_UNREADABLE, epoch->path, error->message);
    lb_inbox_position_fail(inbox->position, inbox->current);
  }
  return inbox->walk != NULL;
}

/* Whether the commit is to be read; after a row of old ones the walk is over. */
static gboolean takes_step(Inbox *inbox, const LbWalkStep *step) {
  if (!inbox->has_near || inbox->near.since == LB_TIME_UNKNOWN ||
      MAX(step->time, step->author_time) >= inbox->near.since) {
    inbox->n_old = 0;
    return TRUE;
  }
  inbox->n_old++;
  return FALSE;
}

/* The next commits of one epoch, not older than oldest; none at the end. */
static void fill_batch(Inbox *inbox, Batch *batch, int oldest, guint limit) {
  for (batch->n = 0; inbox->current >= oldest && batch->n == 0 && limit > 0;) {
    batch->epoch = inbox->epochs->pdata[inbox->current];
    batch->number = inbox->current;
    if (inbox->walk || begin_walk(inbox))
      while (batch->n < limit && inbox->n_old < PATIENCE &&
             lb_walk_next(inbox->walk, &batch->steps[batch->n]))
        batch->n += takes_step(inbox, &batch->steps[batch->n]);
    if (batch->n < limit) {
      g_clear_pointer(&inbox->walk, lb_walk_free);
      inbox->current = inbox->n_old < PATIENCE ? inbox->current - 1 : -1;
    }
  }
}

static void begin_margin(Inbox *inbox) {
  g_clear_pointer(&inbox->walk, lb_walk_free);
  inbox->is_before = TRUE;
  inbox->current = inbox->range.first.epoch;
}

static gboolean inbox_next(LbSource *source, LbUnit *unit, GError **error) {
  Inbox *inbox = (Inbox *)source;
  Batch *batch = g_new(Batch, 1);
  batch->n = 0;
  if (!inbox->is_before)
    fill_batch(inbox, batch, inbox->has_range ? MAX(inbox->range.first.epoch, 0) : 0, BATCH);
  if (batch->n == 0 && inbox->margin > 0) {
    if (!inbox->is_before)
      begin_margin(inbox);
    fill_batch(inbox, batch, 0, MIN(inbox->margin, BATCH));
    inbox->margin -= batch->n;
  }
  batch->is_before = inbox->is_before;
  if (batch->n == 0) {
    g_free(batch);
    return FALSE;
  }
  unit->number = -inbox->n_units++;
  unit->end = batch->n;
  unit->items = batch;
  g_mutex_lock(&inbox->lock);
  g_hash_table_add(inbox->batches, batch);
  g_mutex_unlock(&inbox->lock);
  return TRUE;
}

static const LbEpoch *find_epoch(const Inbox *inbox, const char *path) {
  for (guint i = 0; i < inbox->epochs->len; i++) {
    const LbEpoch *epoch = inbox->epochs->pdata[i];
    if (epoch->path == path || strcmp(epoch->path, path) == 0)
      return epoch;
  }
  return NULL;
}

static gboolean inbox_fetch(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                            GError **error) {
  const LbEpoch *epoch = find_epoch((Inbox *)source, locator->file);
  const char *failure = "not part of the archive";
  LbObjects *objects = epoch ? get_objects(reader, epoch, error) : NULL;
  if (epoch && !objects)
    return FALSE;
  git_oid id;
  git_oid_fromraw(&id, locator->blob);
  g_autoptr(LbObject) blob = objects ? lb_git_read(objects, &id, GIT_OBJECT_BLOB, &failure) : NULL;
  if (!blob) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read '%s': %s", locator->file, failure);
    return FALSE;
  }
  g_string_append_len(buffer, blob->bytes, MIN(blob->size, LB_MAIL_MAX_BYTES));
  return TRUE;
}

static gboolean inbox_get_range(const LbSource *source, const char **first, const char **last) {
  const Inbox *inbox = (const Inbox *)source;
  *first = inbox->range.first_name;
  *last = inbox->range.last_name;
  return inbox->has_range;
}

/* Of a part of the archive there is none. */
static char *inbox_get_position(const LbSource *source) {
  const Inbox *inbox = (const Inbox *)source;
  return inbox->has_range || inbox->has_near ? NULL : lb_inbox_position_format(inbox->position);
}

static int parse_epoch_number(const LbEpoch *epoch) {
  g_autofree char *name = g_path_get_basename(epoch->path);
  return lb_inbox_layout_parse_number(name);
}

static void inbox_format_place(const LbSource *source, const LbLocator *locator, GByteArray *place) {
  const LbEpoch *epoch = find_epoch((const Inbox *)source, locator->file);
  static const guint8 kind = LB_PLACE_GIT;
  g_return_if_fail(epoch);
  g_byte_array_append(place, &kind, 1);
  lb_place_add_number(place, parse_epoch_number(epoch) + 1);
  g_byte_array_append(place, locator->commit, locator->id_size);
  g_byte_array_append(place, locator->blob, locator->id_size);
}

static gboolean inbox_parse_place(LbSource *source, const char *place, gsize length, LbLocator *locator) {
  const Inbox *inbox = (const Inbox *)source;
  const guint8 *p = (const guint8 *)place + 1;
  guint64 number;
  if (*place != LB_PLACE_GIT || !lb_place_read_number(&p, (const guint8 *)place + length, &number))
    return FALSE;
  for (guint i = 0; i < inbox->epochs->len; i++) {
    const LbEpoch *epoch = inbox->epochs->pdata[i];
    if ((guint64)(parse_epoch_number(epoch) + 1) == number) {
      locator->file = epoch->path;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean inbox_looks_like(const LbPlace *place) {
  /* mails that someone keeps under git are still a folder of mails */
  return lb_inbox_layout_looks_like(place->path) && !lb_folder_looks_like(place->path);
}

static char *inbox_find_name(const LbPlace *place) {
  return lb_inbox_layout_find_name(place->path);
}

/* The epochs that can be opened; the others are named in the log, and fail if there is no other. */
static gboolean open_epochs(Inbox *inbox, const char *path, gboolean uses_packs, GError **error) {
  g_autofree char *inside = NULL;
  g_autoptr(GPtrArray) paths = lb_inbox_layout_list(path, &inside);
  for (guint i = 0; i < paths->len; i++) {
    g_autoptr(GError) failure = NULL;
    LbEpoch *epoch = lb_epoch_open(paths->pdata[i], inside, &failure);
    if (epoch && uses_packs)
      lb_epoch_use_packs(epoch);
    if (epoch) {
      g_ptr_array_add(inbox->epochs, epoch);
    } else if (paths->len == 1) {
      g_propagate_error(error, g_steal_pointer(&failure));
      return FALSE;
    } else {
      lb_diag_log_add(inbox->base.log, LB_DIAG_UNREADABLE, paths->pdata[i], failure->message);
    }
  }
  if (inbox->epochs->len > 0)
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "no epoch of '%s' can be opened", path);
  return FALSE;
}

static void ignore_broken(const LbEpoch *epoch, const git_oid *commit, const char *failure, gpointer data) {
  *(gboolean *)data = TRUE;
}

/* Whether one of the newest commits has a tree as public-inbox makes them.  What can't be read may be one. */
static gboolean is_inbox(const LbEpoch *epoch, LbObjects *objects) {
  gboolean is_broken = FALSE;
  g_autoptr(LbWalk) walk = lb_walk_new(epoch, &epoch->tip, NULL, ignore_broken, &is_broken, NULL);
  LbWalkStep step;
  int looks = 0;
  while (objects && walk && looks++ < MAX_LOOKS && lb_walk_next(walk, &step)) {
    const char *failure;
    g_autoptr(LbObject) tree = lb_git_read(objects, &step.tree, GIT_OBJECT_TREE, &failure);
    if (!tree || lb_inbox_is_tree(tree))
      return TRUE;
  }
  return is_broken || !walk;
}

/* What continues an earlier run was looked at then. */
static gboolean check_epochs(Inbox *inbox, const char *path, const LbSourceOptions *options,
                             gboolean *has_commits, GError **error) {
  const char *position = options->range || options->near ? NULL : options->position;
  inbox->position = lb_inbox_position_new(inbox->epochs, position, inbox->base.log);
  inbox->base.continues = *has_commits = lb_inbox_position_continues(inbox->position);
  if (inbox->base.continues)
    return TRUE;
  for (guint i = inbox->epochs->len; i > 0; i--) {
    const LbEpoch *epoch = inbox->epochs->pdata[i - 1];
    g_autoptr(LbObjects) objects = epoch->has_tip ? lb_epoch_open_objects(epoch, TRUE, NULL) : NULL;
    if (epoch->has_tip && is_inbox(epoch, objects)) {
      inbox->looked_at = g_steal_pointer(&objects);
      *has_commits = TRUE;
      return TRUE;
    }
    *has_commits |= epoch->has_tip;
  }
  if (!*has_commits)
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT,
              "'%s' is no public-inbox: neither m nor xx/yyyy... in its commits", path);
  return FALSE;
}

static gboolean set_range(Inbox *inbox, const char *text, gboolean has_commits, GError **error) {
  if (!has_commits) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "range '%s' of an archive without commits", text);
    return FALSE;
  }
  if (!lb_range_parse(inbox->epochs, text, &inbox->range, error))
    return FALSE;
  inbox->has_range = TRUE;
  inbox->current = inbox->range.last.epoch;
  if (inbox->range.first.epoch < 0)
    return TRUE;
  const LbEpoch *epoch = inbox->epochs->pdata[inbox->range.first.epoch];
  gboolean is_last = inbox->range.first.epoch == inbox->range.last.epoch;
  if (!is_last && !epoch->has_tip)
    return TRUE;
  inbox->begin = lb_walk_new_after(epoch, is_last ? &inbox->range.last.id : &epoch->tip,
                                   &inbox->range.first.id, note_broken_walk, inbox, error);
  return inbox->begin != NULL;
}

static void inbox_close(LbSource *source) {
  Inbox *inbox = (Inbox *)source;
  lb_walk_free(inbox->walk);
  lb_walk_free(inbox->begin);
  lb_objects_free(inbox->looked_at);
  lb_inbox_position_free(inbox->position);
  g_ptr_array_free(inbox->epochs, TRUE);
  g_hash_table_unref(inbox->batches);
  g_mutex_clear(&inbox->lock);
  g_free(inbox);
}

static LbSource *inbox_open(LbPlace *place, const LbSourceOptions *options, GError **error) {
  gboolean has_commits;
  Inbox *inbox = g_new0(Inbox, 1);
  inbox->base.log = options->log;
  inbox->epochs = g_ptr_array_new_with_free_func((GDestroyNotify)lb_epoch_free);
  inbox->batches = g_hash_table_new_full(NULL, NULL, g_free, NULL);
  g_mutex_init(&inbox->lock);
  if (open_epochs(inbox, place->path, !options->by_libgit2_alone, error) &&
      check_epochs(inbox, place->path, options, &has_commits, error)) {
    inbox->current = (int)inbox->epochs->len - 1;
    inbox->has_near = options->near && !options->range;
    if (inbox->has_near) {
      const LbPeriod *near = options->near;
      inbox->near.since = near->since == LB_TIME_UNKNOWN ? LB_TIME_UNKNOWN : near->since - EARLY_SLACK;
      inbox->near.until = near->until == LB_TIME_UNKNOWN ? LB_TIME_UNKNOWN : near->until + LATE_SLACK;
    }
    inbox->margin = options->range ? options->margin : 0;
    if (!options->range || set_range(inbox, options->range, has_commits, error))
      return &inbox->base;
  }
  inbox_close(&inbox->base);
  return NULL;
}

const LbSourceKind lb_source_git = {
    .name = "git",
    .takes_directory = TRUE,
    .has_range = TRUE,
    .looks_like = inbox_looks_like,
    .open = inbox_open,
    .find_name = inbox_find_name,
    .next = inbox_next,
    .read = inbox_read,
    .fetch = inbox_fetch,
    .get_range = inbox_get_range,
    .get_position = inbox_get_position,
    .format_place = inbox_format_place,
    .parse_place = inbox_parse_place,
    .close = inbox_close,
};
