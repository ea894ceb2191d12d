/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where did many people meet, and what came up again after long? */
#include "report/sections.h"
#include "base/hash.h"
#include "report/posting_block.h"
#include <string.h>

#define DAY (24 * 3600)
/* Two are every question and its answer. */
#define MIN_PEOPLE 3

typedef struct {
  const LbMail *root;
  GHashTable *people; /* lower-case addresses: who wrote in the period */
  guint n_people, n_mails;
  gint64 last;         /* date of the newest mail met so far */
  const LbMail *waker; /* the mail of the period that ended the longest silence; NULL: none was long */
  gint64 silence;      /* in seconds */
} Thread;

static void thread_free(gpointer data) {
  Thread *thread = data;

  g_hash_table_unref(thread->people);
  g_free(thread);
}

typedef struct {
  const LbScope *scope;
  GHashTable *by_mail; /* const LbMail -> Thread: of all mails met so far */
  GPtrArray *threads;  /* of Thread, owned */
} Threads;

/* Up to the first mail whose thread is known: each mail is passed once, however deep the thread. */
static Thread *get_thread(Threads *threads, const LbMail *mail) {
  const LbReplies *replies = threads->scope->input->overview->replies;
  g_autoptr(GPtrArray) path = g_ptr_array_new();
  Thread *thread = NULL;

  for (const LbMail *above = mail; above && !thread; above = lb_replies_find_parent(replies, above)) {
    thread = g_hash_table_lookup(threads->by_mail, above);
    if (!thread)
      g_ptr_array_add(path, (gpointer)above);
  }
  if (!thread) {
    thread = g_new0(Thread, 1);
    thread->root = g_ptr_array_index(path, path->len - 1);
    thread->people = g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, NULL);
    thread->last = LB_TIME_UNKNOWN;
    g_ptr_array_add(threads->threads, thread);
  }
  for (guint i = 0; i < path->len; i++)
    g_hash_table_insert(threads->by_mail, g_ptr_array_index(path, i), thread);
  return thread;
}

static void add_mail(Threads *threads, const LbMail *mail) {
  const LbScope *scope = threads->scope;
  LbClass mail_class = lb_collection_get_class(scope->input->collection, mail);
  gint64 silence_min = (gint64)scope->input->overview->status.stale_days * DAY;
  Thread *thread = get_thread(threads, mail);
  gint64 last = thread->last;
  gboolean is_person = mail_class != LB_CLASS_BOT && mail_class != LB_CLASS_NOTICE && mail->author->email;

  thread->last = MAX(last, mail->date);
  if (!is_person || !lb_scope_has_mail(scope, &scope->span, mail))
    return;
  thread->n_mails++;
  g_hash_table_add(thread->people, g_ascii_strdown(lb_scope_get_author(scope, mail).email, -1));
  thread->n_people = g_hash_table_size(thread->people);
  /* A new version in the old thread is told of elsewhere. */
  if (mail_class == LB_CLASS_PATCH || mail_class == LB_CLASS_COVER || last == LB_TIME_UNKNOWN)
    return;
  if (mail->date - last >= silence_min && mail->date - last > thread->silence) {
    thread->waker = mail;
    thread->silence = mail->date - last;
  }
}

static int compare_dates(gconstpointer a, gconstpointer b) {
  const LbMail *x = *(const LbMail *const *)a, *y = *(const LbMail *const *)b;

  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  return strcmp(x->msgid, y->msgid);
}

static int compare_people(gconstpointer a, gconstpointer b) {
  const Thread *x = *(const Thread *const *)a, *y = *(const Thread *const *)b;

  if (x->n_people != y->n_people)
    return x->n_people > y->n_people ? -1 : 1;
  if (x->n_mails != y->n_mails)
    return x->n_mails > y->n_mails ? -1 : 1;
  return -compare_dates(&x->root, &y->root);
}

static int compare_wakers(gconstpointer a, gconstpointer b) {
  const Thread *x = *(const Thread *const *)a, *y = *(const Thread *const *)b;

  if (!x->waker || !y->waker)
    return (x->waker == NULL) - (y->waker == NULL);
  return -compare_dates(&x->waker, &y->waker);
}

static void collect_threads(Threads *threads) {
  const LbScope *scope = threads->scope;
  const GPtrArray *all = scope->input->mails;
  g_autoptr(GPtrArray) mails = g_ptr_array_sized_new(all->len);

  for (guint i = 0; i < all->len; i++) {
    const LbMail *mail = g_ptr_array_index(all, i);
    if (!mail->duplicate_of && mail->date != LB_TIME_UNKNOWN && lb_scope_is_so_far(scope, mail))
      g_ptr_array_add(mails, (gpointer)mail);
  }
  g_ptr_array_sort(mails, compare_dates);
  for (guint i = 0; i < mails->len; i++)
    add_mail(threads, g_ptr_array_index(mails, i));
}

static const char *format_begin(const LbScope *scope, const Thread *thread, GString *line, LbArena *arena) {
  g_autofree char *origin = lb_posting_block_format_origin(scope, thread->root);

  g_string_append_printf(line, "; begun by %s", origin);
  return lb_arena_strdup(arena, line->str);
}

static void append_thread(const LbScope *scope, const Thread *thread, const char *detail,
                          const LbMail *linked, LbReport *report, GPtrArray *blocks) {
  LbBlock *block = lb_report_add_block(report, blocks, LB_BLOCK_POSTING);
  const char **details = lb_arena_new_array(report->arena, const char *, 2);

  details[0] = detail;
  block->subject =
      lb_arena_strdup(report->arena, *thread->root->subject ? thread->root->subject : "(no subject)");
  block->details = details;
  block->link = lb_posting_block_format_link(scope, linked, report->arena);
}

/* "12 people, 45 mails; begun by Ada Lind, 2026-01-13" */
static void append_crowds(const LbScope *scope, const GPtrArray *threads, LbReport *report,
                          GPtrArray *blocks) {
  LbBlock *group = NULL;

  for (guint i = 0; i < threads->len && i < scope->input->top; i++) {
    const Thread *thread = g_ptr_array_index(threads, i);
    g_autoptr(GString) line = g_string_new(NULL);
    if (thread->n_people < MIN_PEOPLE)
      break;
    if (!group)
      group = lb_posting_block_append_group(report, blocks, "Most people");
    group->count++;
    g_string_printf(line, "%u people, %u mails", thread->n_people, thread->n_mails);
    append_thread(scope, thread, format_begin(scope, thread, line, report->arena), thread->root, report,
                  blocks);
  }
}

/* "silent for 45 days, Ben Moor on 2026-01-13; begun by Ada Lind, 2025-11-29" */
static void append_wakers(const LbScope *scope, const GPtrArray *threads, LbReport *report,
                          GPtrArray *blocks) {
  LbBlock *group = NULL;

  for (guint i = 0; i < threads->len && i < scope->input->top; i++) {
    const Thread *thread = g_ptr_array_index(threads, i);
    g_autofree char *waker = NULL;
    g_autoptr(GString) line = NULL;
    if (!thread->waker)
      break;
    if (!group)
      group = lb_posting_block_append_group(report, blocks, "Awake again");
    group->count++;
    waker = lb_posting_block_format_origin(scope, thread->waker);
    line = g_string_new(NULL);
    g_string_printf(line, "silent for %" G_GINT64_FORMAT " days until %s", thread->silence / DAY, waker);
    append_thread(scope, thread, format_begin(scope, thread, line, report->arena), thread->waker, report,
                  blocks);
  }
}

static gboolean build(const LbScope *scope, LbReport *report, GPtrArray *blocks, const char **heading,
                      GError **error) {
  g_autoptr(GHashTable) by_mail = g_hash_table_new(NULL, NULL);
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(thread_free), sorted = g_ptr_array_new();
  Threads threads = {.scope = scope, .by_mail = by_mail, .threads = all};

  *heading = "Discussions";
  if (scope->mails->len == 0)
    return TRUE;
  collect_threads(&threads);
  for (guint i = 0; i < all->len; i++) {
    const Thread *thread = g_ptr_array_index(all, i);
    if (thread->n_people >= MIN_PEOPLE || thread->waker)
      g_ptr_array_add(sorted, (gpointer)thread);
  }
  g_ptr_array_sort(sorted, compare_people);
  append_crowds(scope, sorted, report, blocks);
  g_ptr_array_sort(sorted, compare_wakers);
  append_wakers(scope, sorted, report, blocks);
  return TRUE;
}

const LbSection lb_section_discussions = {.name = "discussions", .build = build};
