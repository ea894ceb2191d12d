/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/taking.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "cli/route.h"
#include "intake/hasher.h"
#include "intake/intake.h"
#include "intake/merge.h"
#include "store/save.h"
#include "store/stale.h"

/* All that a report may ask of a mail, whatever the configuration says next time. */
#define WANTS (LB_WANT_MESSAGE | LB_WANT_RECIPIENTS)

/* One source on its way into the store. */
typedef struct {
  LbTaking *taking;
  char *spec, *key; /* key: what the store knows it by, with the ids that are taken */
  const char *const *list_ids;
  gboolean is_named; /* in the configuration */
  guint32 id;
  char *position;
  LbSource *source; /* borrowed */
  LbIntake *intake;
} Taken;

static void free_taken(gpointer data) {
  Taken *taken = data;

  lb_intake_free(taken->intake);
  g_free(taken->spec);
  g_free(taken->key);
  g_free(taken->position);
  g_free(taken);
}

static void add_taken(GPtrArray *all, LbTaking *taking, char *spec, gboolean is_named,
                      const char *const *list_ids) {
  Taken *taken = g_new0(Taken, 1);

  taken->taking = taking;
  taken->spec = spec;
  taken->is_named = is_named;
  taken->list_ids = list_ids;
  if (list_ids) {
    g_autofree char *ids = g_strjoinv(";", (char **)list_ids);

    taken->key = g_strdup_printf("%s\n%s", spec, ids);
  } else
    taken->key = g_strdup(spec);
  g_ptr_array_add(all, taken);
}

static gboolean is_known(const guint8 *place, gsize length, gpointer data) {
  const Taken *taken = data;

  return taken->id && lb_store_has_place(taken->taking->store, taken->id, place, length);
}

static gboolean open_source(Taken *taken) {
  const LbListConfig *list = taken->taking->list;
  const LbSourceOptions options = {.recursive = taken->is_named && g_strcmp0(list->recursive, "true") == 0,
                                   .log = taken->taking->log,
                                   .position = taken->position,
                                   .is_known = is_known,
                                   .known_data = taken};
  g_autoptr(GError) error = NULL;

  taken->source = lb_source_open(taken->spec, &options, &error);
  g_ptr_array_add(taken->taking->sources, taken->source);
  if (!taken->source)
    lb_diag_log_add(taken->taking->log, LB_DIAG_UNREADABLE, taken->spec, error->message);
  return taken->source != NULL;
}

static gboolean read_source(Taken *taken, GError **error) {
  g_autoptr(LbProgress) progress = lb_progress_new("reading mail", !taken->taking->is_quiet);
  g_autoptr(GPtrArray) sources = g_ptr_array_new();
  const LbIntakeOptions options = {.jobs = taken->taking->jobs,
                                   .wants = WANTS,
                                   .list_ids = taken->list_ids,
                                   .keeps_passed = TRUE,
                                   .progress = progress,
                                   .log = taken->taking->log};

  lb_progress_set_total(progress, lb_source_get_size(taken->source));
  g_ptr_array_add(sources, taken->source);
  taken->intake = lb_intake_read(sources, &options, error);
  return taken->intake != NULL;
}

/* What came again stands there already, or not. */
static gboolean stands_there(const Taken *taken, const LbMail *mail, const GByteArray *place) {
  return mail->is_again && lb_store_has_place(taken->taking->store, taken->id, place->data, place->len);
}

static gboolean save_mail(Taken *taken, LbMail *mail, GByteArray *place, GError **error) {
  g_autofree char *text = NULL;
  LbLocator locator = lb_mail_get_locator(mail);
  LbTextRef message = mail->details->message;

  g_byte_array_set_size(place, 0);
  lb_source_format_place(taken->source, &locator, place);
  if (stands_there(taken, mail, place))
    return TRUE;
  if (mail->report == LB_REPORT_PENDING && message.length &&
      !(text = lb_intake_read_text(taken->intake, &message, error)))
    return FALSE;
  taken->taking->n_new++;
  return lb_store_save_mail(taken->taking->store, taken->id, mail, place->data, place->len, text, error);
}

/* What a new source brings of old times is no news.  A mail without a date is as old as those behind it. */
static void pass_old(const Taken *taken, GPtrArray *mails) {
  gint64 before = taken->taking->old_before;
  gboolean is_old = before == G_MAXINT64;

  for (guint i = mails->len; i > 0; i--) {
    LbMail *mail = g_ptr_array_index(mails, i - 1);

    is_old = is_old || (mail->date != LB_TIME_UNKNOWN && mail->date < before);
    if (mail->date == LB_TIME_UNKNOWN ? is_old : mail->date < before)
      mail->report = 0;
  }
}

static gboolean save_part(Taken *taken, const LbIntakePart *part, GError **error) {
  g_autoptr(GByteArray) place = g_byte_array_new();

  for (guint i = 0; i < part->mails->len; i++)
    if (!save_mail(taken, g_ptr_array_index(part->mails, i), place, error))
      return FALSE;
  for (guint i = 0; i < part->passed->len; i++) {
    g_byte_array_set_size(place, 0);
    lb_source_format_place(taken->source, &g_array_index(part->passed, LbLocator, i), place);
    if (!lb_store_save_nothing(taken->taking->store, taken->id, place->data, place->len, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean save_source(Taken *taken, GError **error) {
  LbStore *store = taken->taking->store;
  const LbIntakePart *part = lb_intake_get_part(taken->intake, 0);
  g_autofree char *position = lb_source_get_position(taken->source);
  gboolean is_anew = taken->position && !lb_source_continues(taken->source);

  if (taken->id && !is_anew && part->mails->len == 0 && part->passed->len == 0 &&
      g_strcmp0(position, taken->position) == 0)
    return TRUE;
  if (!taken->id)
    pass_old(taken, part->mails);
  if (!lb_store_begin(store, error))
    return FALSE;
  if ((taken->id || lb_store_get_source(store, taken->key, &taken->id, NULL, error)) &&
      (!is_anew || lb_store_forget_source(store, taken->id, error)) && save_part(taken, part, error) &&
      lb_store_set_position(store, taken->id, position, error))
    return lb_store_commit(store, error);
  lb_store_rollback(store);
  return FALSE;
}

static gboolean is_configured(const GPtrArray *all, const char *key) {
  for (guint i = 0; i < all->len; i++)
    if (strcmp(((const Taken *)g_ptr_array_index(all, i))->key, key) == 0)
      return TRUE;
  return FALSE;
}

/* Facts that were made by other rules are made again.  Of a source that is none any more what reports counted
 * is kept by Message-ID: its mails may come again from where it has moved to. */
static gboolean forget_some(LbStore *store, const GPtrArray *all, const GPtrArray *known, GError **error) {
  gboolean is_current = lb_store_is_current(store);

  for (guint i = 0; i < known->len; i++) {
    const char *key = g_ptr_array_index(known, i);
    guint32 id;

    if (is_current && is_configured(all, key))
      continue;
    if (!lb_store_find_source(store, key, &id, NULL, error) || !lb_store_forget_source(store, id, error))
      return FALSE;
  }
  return is_current || lb_store_set_current(store, error);
}

static gboolean forget(LbStore *store, const GPtrArray *all, GError **error) {
  g_autoptr(GPtrArray) known = lb_store_list_sources(store, error);

  if (!known || !lb_store_begin(store, error))
    return FALSE;
  if (forget_some(store, all, known, error))
    return lb_store_commit(store, error);
  lb_store_rollback(store);
  return FALSE;
}

/* Where `deliver` puts its mail; NULL if there is no such place.  path: room for it. */
static const char *get_maildir(const LbListConfig *list, char path[PATH_MAX]) {
  if (list->maildir)
    return list->maildir;
  return lb_route_format_maildir(list->name, path, PATH_MAX) ? path : NULL;
}

/* The same as a source; NULL if it is named as one. */
static char *find_maildir(const LbListConfig *list) {
  char path[PATH_MAX];
  const char *maildir = get_maildir(list, path);

  for (char **spec = list->sources; maildir && spec && *spec; spec++)
    if (strcmp(*spec, maildir) == 0 ||
        (g_str_has_prefix(*spec, "maildir:") && strcmp(*spec + strlen("maildir:"), maildir) == 0))
      return NULL;
  return maildir ? g_strconcat("maildir:", maildir, NULL) : NULL;
}

/* What a delivery that was killed left.  By the system's clock, whatever time LISTBRIEF_NOW says it is: files
 * have theirs from it. */
static void remove_stale(const LbListConfig *list) {
  char path[PATH_MAX];
  const char *maildir = get_maildir(list, path);

  if (maildir)
    lb_stale_remove(maildir, g_get_real_time() / G_USEC_PER_SEC);
}

static GPtrArray *list_all(LbTaking *taking) {
  const LbListConfig *list = taking->list;
  const char *const *ids = g_strcmp0(list->take, "list-id") == 0 ? (const char *const *)list->list_ids : NULL;
  GPtrArray *all = g_ptr_array_new_with_free_func(free_taken);
  char *maildir = find_maildir(list);

  for (char **spec = list->sources; spec && *spec; spec++)
    add_taken(all, taking, g_strdup(*spec), TRUE, ids);
  /* What was delivered to the list is the list's, whatever its header says. */
  if (maildir)
    add_taken(all, taking, maildir, FALSE, NULL);
  return all;
}

/* Nothing was delivered to the list as yet. */
static gboolean is_unused(const Taken *taken) {
  return !taken->id && !taken->is_named && access(taken->spec + strlen("maildir:"), F_OK) != 0 &&
         errno == ENOENT;
}

static gboolean take(Taken *taken, GError **error) {
  if (!lb_store_find_source(taken->taking->store, taken->key, &taken->id, &taken->position, error))
    return FALSE;
  if (is_unused(taken))
    g_ptr_array_add(taken->taking->sources, NULL);
  else if (open_source(taken) && (!read_source(taken, error) || !save_source(taken, error)))
    return FALSE;
  g_array_append_val(taken->taking->ids, taken->id);
  return TRUE;
}

gboolean lb_taking_run(LbTaking *taking, GError **error) {
  g_autoptr(GPtrArray) all = list_all(taking);

  taking->sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
  taking->ids = g_array_new(FALSE, FALSE, sizeof(guint32));
  if (!forget(taking->store, all, error))
    return FALSE;
  remove_stale(taking->list);
  for (guint i = 0; i < all->len; i++)
    if (!take(g_ptr_array_index(all, i), error))
      return FALSE;
  return TRUE;
}

typedef struct {
  LbTaking *taking;
  GArray *ids;       /* of those that the store knows */
  GPtrArray *opened; /* theirs, NULL where it isn't open */
  LbStoredMails *mails;
} Loading;

/* One after the other: each is read once in the life of a store. */
static void hash_copies(LbMergeCopy *copies, guint n, gpointer data) {
  Loading *loading = data;
  LbStore *store = loading->taking->store;
  g_autoptr(LbHasher) hasher = lb_hasher_new();

  for (guint i = 0; i < n; i++) {
    LbMergeCopy *copy = &copies[i];
    LbSource *source = g_ptr_array_index(loading->opened, copy->mail->source);
    const guint8 *place;
    gsize length;
    LbLocator locator;

    copy->is_there = lb_store_find_hashes(store, loading->mails, copy->mail, &copy->hashes);
    if (!copy->is_there && source &&
        lb_stored_mails_find_place(loading->mails, copy->mail, &place, &length) &&
        lb_source_parse_place(source, place, length, &locator) &&
        lb_hasher_hash(hasher, source, &locator, TRUE, &copy->hashes))
      copy->is_there = lb_store_save_hashes(store, loading->mails, copy->mail, &copy->hashes, NULL);
  }
}

/* Deletions are carried out source by source. */
static void remove_deleted(GPtrArray *mails) {
  g_autoptr(GPtrArray) all = g_ptr_array_copy(mails, NULL, NULL);
  g_autoptr(GPtrArray) of_source = g_ptr_array_new();

  g_ptr_array_set_size(mails, 0);
  for (guint i = 0; i < all->len; i++) {
    LbMail *mail = g_ptr_array_index(all, i);
    const LbMail *next = i + 1 < all->len ? g_ptr_array_index(all, i + 1) : NULL;

    g_ptr_array_add(of_source, mail);
    if (next && next->source == mail->source)
      continue;
    lb_merge_remove_deleted(of_source);
    g_ptr_array_extend(mails, of_source, NULL, NULL);
    g_ptr_array_set_size(of_source, 0);
  }
}

LbStoredMails *lb_taking_load(LbTaking *taking, LbWants wants, gint64 until, GError **error) {
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_autoptr(GPtrArray) opened = g_ptr_array_new();
  Loading loading = {.taking = taking, .ids = ids, .opened = opened};

  for (guint i = 0; i < taking->ids->len; i++) {
    guint32 id = g_array_index(taking->ids, guint32, i);

    if (!id)
      continue;
    g_array_append_val(ids, id);
    g_ptr_array_add(opened, g_ptr_array_index(taking->sources, i));
  }
  const LbStoreFilter filter = {.sources = (const guint32 *)ids->data,
                                .n_sources = ids->len,
                                .wants = wants,
                                .until = until,
                                .jobs = taking->jobs};
  loading.mails = lb_store_load(taking->store, &filter, error);
  if (!loading.mails)
    return NULL;
  remove_deleted(lb_stored_mails_get(loading.mails));
  lb_merge_mark_duplicates(lb_stored_mails_get(loading.mails), lb_stored_mails_get_arena(loading.mails),
                           hash_copies, &loading);
  return loading.mails;
}

void lb_taking_clear(LbTaking *taking) {
  g_clear_pointer(&taking->sources, g_ptr_array_unref);
  g_clear_pointer(&taking->ids, g_array_unref);
}
