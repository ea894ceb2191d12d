/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/thread.h"

#include <string.h>

#include "base/numbers.h"

/* Mails and ids lie all over memory: those to come are fetched meanwhile. */
#define AHEAD 8

typedef struct {
  LbThreads *threads;
  LbNumbers *ids; /* of ids: place + 1, and on from there for those of missing mails */
  GArray *sets;   /* of guint: union-find over mails and missing ids */
} Builder;

static guint find_set(GArray *sets, guint x) {
  guint *up = (guint *)(void *)sets->data;

  while (up[x] != x) {
    up[x] = up[up[x]];
    x = up[x];
  }
  return x;
}

/* The smaller number wins, so that a thread is named by its earliest mail. */
static void join_sets(GArray *sets, guint a, guint b) {
  guint *up = (guint *)(void *)sets->data;

  a = find_set(sets, a);
  b = find_set(sets, b);
  if (a < b)
    up[b] = a;
  else
    up[a] = b;
}

/* A missing mail gets a number too: two patches that answer the same absent cover are siblings. */
static guint get_number(Builder *builder, const char *id) {
  guint number = lb_numbers_get_hashed(builder->ids, id, lb_mail_hash_id(id)) - 1;

  if (number == builder->sets->len)
    g_array_append_val(builder->sets, number);
  return number;
}

static void join_number(Builder *builder, guint place, guint number, guint *parent, guint *newest) {
  if (number == place)
    return;
  join_sets(builder->sets, place, number);
  *newest = number;
  if (number < builder->threads->n)
    *parent = number;
}

/* In-Reply-To names the parent; where that one isn't there, the newest reference that is.  The older
 * references of an answer are those of its parent: they are looked up only where the parent can't tell, or
 * for the patches themselves (half of the time this takes otherwise goes into them). */
static void link_mail(Builder *builder, const LbMail *mail, guint place) {
  LbThreads *threads = builder->threads;
  gboolean is_patch = mail->mail_class == LB_CLASS_PATCH || mail->mail_class == LB_CLASS_COVER;
  guint parent = LB_NO_MAIL, newest = LB_NO_MAIL;
  guint answered = mail->in_reply_to ? get_number(builder, mail->in_reply_to) : LB_NO_MAIL;

  if (is_patch || answered >= threads->n || answered == place)
    for (const char *const *reference = mail->references; reference && *reference; reference++)
      /* Ids are kept once by each who reads: most patches name their cover twice. */
      if (*reference != mail->in_reply_to)
        join_number(builder, place, get_number(builder, *reference), &parent, &newest);
  if (answered != LB_NO_MAIL)
    join_number(builder, place, answered, &parent, &newest);
  threads->parent[place] = parent;
  threads->answered[place] = newest;
}

/* Every mail has one parent at most, so a loop has no way in or out but to be cut: at its earliest mail. */
static void cut_loops(LbThreads *threads) {
  g_autofree guint *seen = g_new0(guint, threads->n);

  for (guint i = 0; i < threads->n; i++) {
    guint x = i, lowest;

    while (x != LB_NO_MAIL && !seen[x]) {
      seen[x] = i + 1;
      x = threads->parent[x];
    }
    if (x == LB_NO_MAIL || seen[x] != i + 1)
      continue;
    lowest = x;
    for (guint y = threads->parent[x]; y != x; y = threads->parent[y])
      lowest = MIN(lowest, y);
    threads->parent[lowest] = LB_NO_MAIL;
  }
}

static void measure_depths(LbThreads *threads) {
  g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(guint));

  if (threads->n > 0)
    memset(threads->depth, 0xff, threads->n * sizeof(guint));
  for (guint i = 0; i < threads->n; i++) {
    guint x = i, depth, parent = threads->parent[i];

    /* Nearly always: who answers comes later. */
    if (parent == LB_NO_MAIL || threads->depth[parent] != G_MAXUINT) {
      if (threads->depth[i] == G_MAXUINT)
        threads->depth[i] = parent == LB_NO_MAIL ? 0 : threads->depth[parent] + 1;
      continue;
    }
    for (; x != LB_NO_MAIL && threads->depth[x] == G_MAXUINT; x = threads->parent[x])
      g_array_append_val(path, x);
    depth = x == LB_NO_MAIL ? 0 : threads->depth[x] + 1;
    for (; path->len > 0; g_array_set_size(path, path->len - 1))
      threads->depth[g_array_index(path, guint, path->len - 1)] = depth++;
  }
}

/* Every mail has the number of its place, whether others have the same id or not. */
static void number_mails(Builder *builder, const GPtrArray *mails) {
  lb_numbers_reserve(builder->ids, mails->len);
  g_array_set_size(builder->sets, mails->len);
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);

    if (i + AHEAD < mails->len)
      __builtin_prefetch(g_ptr_array_index(mails, i + AHEAD));
    g_array_index(builder->sets, guint, i) = i;
    lb_numbers_add_hashed(builder->ids, mail->msgid, lb_mail_get_id_hash(mail));
  }
}

LbThreads *lb_threads_build(const GPtrArray *mails) {
  LbThreads *threads = g_new0(LbThreads, 1);
  g_autoptr(LbNumbers) ids = lb_numbers_new();
  g_autoptr(GArray) sets = g_array_new(FALSE, FALSE, sizeof(guint));
  Builder builder = {threads, ids, sets};

  threads->n = mails->len;
  threads->parent = g_new(guint, mails->len);
  threads->answered = g_new(guint, mails->len);
  threads->thread = g_new(guint, mails->len);
  threads->depth = g_new(guint, mails->len);
  number_mails(&builder, mails);
  for (guint i = 0; i < mails->len; i++) {
    if (i + AHEAD < mails->len)
      __builtin_prefetch(((const LbMail *)g_ptr_array_index(mails, i + AHEAD))->in_reply_to);
    link_mail(&builder, g_ptr_array_index(mails, i), i);
  }
  for (guint i = 0; i < mails->len; i++)
    threads->thread[i] = find_set(sets, i);
  cut_loops(threads);
  measure_depths(threads);
  return threads;
}

guint *lb_threads_build_roots(const LbThreads *threads) {
  guint *roots = g_new(guint, threads->n);

  for (guint i = 0; i < threads->n; i++)
    roots[i] = LB_NO_MAIL;
  /* Up to the first mail whose root is known: each mail is passed twice, however deep the thread. */
  for (guint i = 0; i < threads->n; i++) {
    guint top = i, root;
    while (roots[top] == LB_NO_MAIL && threads->parent[top] != LB_NO_MAIL)
      top = threads->parent[top];
    root = roots[top] == LB_NO_MAIL ? top : roots[top];
    for (guint x = i; x != LB_NO_MAIL && roots[x] == LB_NO_MAIL; x = threads->parent[x])
      roots[x] = root;
  }
  return roots;
}

void lb_threads_trim(LbThreads *threads) {
  g_clear_pointer(&threads->answered, g_free);
  g_clear_pointer(&threads->thread, g_free);
  g_clear_pointer(&threads->depth, g_free);
}

void lb_threads_free(LbThreads *threads) {
  if (!threads)
    return;
  g_free(threads->parent);
  g_free(threads->answered);
  g_free(threads->thread);
  g_free(threads->depth);
  g_free(threads);
}
