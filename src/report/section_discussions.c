/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where did many people meet, and what came up again after long? */
#include "report/sections.h"
#include "base/numbers.h"
#include "base/spots.h"
#include "report/posting_block.h"
#include <string.h>

#define DAY (24 * 3600)
/* Two are every question and its answer. */
#define MIN_PEOPLE 3

typedef struct {
  const LbMail *root;
  guint n_people, n_mails;
  gint64 last;         /* date of the newest mail met so far */
  const LbMail *waker; /* the mail of the period that ended the longest silence; NULL: none was long */
  gint64 silence;      /* in seconds */
} Thread;

typedef struct {
  const LbScope *scope;
  LbSpots *people;    /* of mails: their numbers, */
  LbNumbers *numbers; /* those of their lower-case addresses after mailmap */
  GArray *met_in;  /* of guint: by number the thread, its root's place + 1, in which this one was met last */
  GArray *threads; /* of Thread: those worth telling of */
} Threads;

/* Mails share few copies of few persons. */
static guint number_author(Threads *threads, const LbMail *mail) {
  guint32 *number = lb_spots_get(threads->people, mail->author);
  if (*number)
    return *number;
  GString *key = lb_numbers_begin(threads->numbers);
  g_string_append(key, lb_scope_get_author(threads->scope, mail).email);
  g_string_ascii_down(key);
  *number = lb_numbers_get(threads->numbers);
  if (*number >= threads->met_in->len)
    g_array_set_size(threads->met_in, *number + 1);
  return *number;
}

static gboolean is_new_in(Threads *threads, guint root, const LbMail *mail) {
  guint number = number_author(threads, mail), *met_in = &g_array_index(threads->met_in, guint, number);
  gboolean is_new = *met_in != root + 1;
  *met_in = root + 1;
  return is_new;
}

static void add_mail(Threads *threads, Thread *thread, guint root, const LbMail *mail) {
  const LbScope *scope = threads->scope;
  LbClass mail_class = lb_collection_get_class(scope->input->collection, mail);
  gint64 silence_min = (gint64)scope->input->overview->status.stale_days * DAY;
  gint64 last = thread->last;
  gboolean is_person = mail_class != LB_CLASS_BOT && mail_class != LB_CLASS_NOTICE && mail->author->email;

  thread->last = MAX(last, mail->date);
  if (!is_person || !lb_scope_has_mail(scope, &scope->span, mail))
    return;
  thread->n_mails++;
  thread->n_people += is_new_in(threads, root, mail);
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

/* Thread by thread, in each by date: so one set of people does for all. */
static void collect_threads(Threads *threads) {
  const LbScope *scope = threads->scope;
  const LbCollection *collection = scope->input->collection;
  guint n = collection->mails->len;
  g_autofree guint *roots = lb_threads_build_roots(collection->threads);
  g_autofree guint *first = g_new(guint, n), *next = g_new(guint, n);

  for (guint i = 0; i < n; i++)
    first[i] = LB_NO_MAIL;
  for (guint i = n; i-- > 0;) {
    next[i] = first[roots[i]];
    first[roots[i]] = i;
  }
  for (guint root = 0; root < n; root++) {
    Thread thread = {.root = g_ptr_array_index(collection->mails, root), .last = LB_TIME_UNKNOWN};
    for (guint i = first[root]; i != LB_NO_MAIL; i = next[i]) {
      const LbMail *mail = g_ptr_array_index(collection->mails, i);
      if (mail->date != LB_TIME_UNKNOWN && lb_scope_is_so_far(scope, mail))
        add_mail(threads, &thread, root, mail);
    }
    if (thread.n_people >= MIN_PEOPLE || thread.waker)
      g_array_append_val(threads->threads, thread);
  }
}

static const char *format_begin(const LbScope *scope, const Thread *thread, GString *line, LbArena *arena) {
  g_autofree char *origin = lb_posting_block_format_origin(scope, thread->root);

  g_string_append_printf(line, "; begun by %s", origin);
  return lb_arena_strdup(arena, line->str);
}

static void append_thread(const LbScope *scope, const Thread *thread, const char *detail,
                          const LbMail *linked, LbReport *report, LbBlocks *blocks) {
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
                          LbBlocks *blocks) {
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
                          LbBlocks *blocks) {
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

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(LbSpots) people = lb_spots_new();
  g_autoptr(LbNumbers) numbers = lb_numbers_new();
  g_autoptr(GArray) met_in = g_array_new(FALSE, TRUE, sizeof(guint)),
                    found = g_array_new(FALSE, FALSE, sizeof(Thread));
  g_autoptr(GPtrArray) sorted = g_ptr_array_new();
  Threads threads = {scope, people, numbers, met_in, found};

  *heading = "Discussions";
  if (scope->mails->len == 0)
    return TRUE;
  collect_threads(&threads);
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_add(sorted, &g_array_index(found, Thread, i));
  g_ptr_array_sort(sorted, compare_people);
  append_crowds(scope, sorted, report, blocks);
  g_ptr_array_sort(sorted, compare_wakers);
  append_wakers(scope, sorted, report, blocks);
  return TRUE;
}

const LbSection lb_section_discussions = {.name = "discussions", .build = build};
