/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of each patch from one revision to the next. */
#include <string.h>
#include "base/hash.h"
#include "base/numbers.h"
#include "series/revision.h"

typedef struct {
  const LbPosting *before, *now;
  gboolean *is_paired_before, *is_paired_now;
  GArray *changes;
} Pairing;

static guint hash_id(gconstpointer id) {
  return (guint)lb_hash_bytes(id, 20);
}

static gboolean is_equal_id(gconstpointer a, gconstpointer b) {
  return !memcmp(a, b, 20);
}

static const guint8 *get_id(const LbMail *mail) {
  return mail->details->diff ? mail->details->diff->id : NULL;
}

static gboolean has_same_id(const LbMail *a, const LbMail *b) {
  return get_id(a) && get_id(b) && is_equal_id(get_id(a), get_id(b));
}

static const LbMail *get_patch(const LbPosting *posting, guint i) {
  return g_ptr_array_index(posting->patches, i);
}

typedef gconstpointer (*KeyFunc)(const LbMail *mail, LbNumbers *titles);
static gconstpointer get_id_key(const LbMail *mail, LbNumbers *titles) {
  (void)titles;
  return get_id(mail);
}

static gconstpointer get_title_key(const LbMail *mail, LbNumbers *titles) {
  return GUINT_TO_POINTER(lb_numbers_get_title(titles, mail->title));
}

/* places: by what two revisions may have in common, key -> GQueue of places + 1 in the predecessor.  Patches
 * of one key are paired in their order. */
static void pair(Pairing *pairing, GHashTable *places, KeyFunc key, LbNumbers *titles) {
  for (guint i = 0; i < pairing->before->patches->len; i++) {
    gconstpointer one = pairing->is_paired_before[i] ? NULL : key(get_patch(pairing->before, i), titles);
    GQueue *queue = one ? g_hash_table_lookup(places, one) : NULL;
    if (one && !queue)
      g_hash_table_insert(places, (gpointer)one, queue = g_queue_new());
    if (one)
      g_queue_push_tail(queue, GUINT_TO_POINTER(i + 1));
  }
  for (guint i = 0; i < pairing->now->patches->len; i++) {
    const LbMail *now = get_patch(pairing->now, i);
    gconstpointer one = pairing->is_paired_now[i] ? NULL : key(now, titles);
    GQueue *queue = one ? g_hash_table_lookup(places, one) : NULL;
    guint place = queue ? GPOINTER_TO_UINT(g_queue_pop_head(queue)) : 0;
    if (!place)
      continue;
    const LbMail *old = get_patch(pairing->before, place - 1);
    LbChange change = {has_same_id(old, now) ? LB_CHANGE_SAME : LB_CHANGE_CHANGED, old, now};
    g_array_append_val(pairing->changes, change);
    pairing->is_paired_before[place - 1] = pairing->is_paired_now[i] = TRUE;
  }
}

static void queue_free(gpointer queue) {
  g_queue_free(queue);
}

/* What is in a patch tells more than what it is called. */
static void pair_all(Pairing *pairing) {
  g_autoptr(LbNumbers) titles = lb_numbers_new();
  g_autoptr(GHashTable) by_id = g_hash_table_new_full(hash_id, is_equal_id, NULL, queue_free);
  g_autoptr(GHashTable) by_title = g_hash_table_new_full(NULL, NULL, NULL, queue_free);
  pair(pairing, by_id, get_id_key, titles);
  pair(pairing, by_title, get_title_key, titles);
}

static gint compare_changes(gconstpointer a, gconstpointer b) {
  const LbChange *one = a, *other = b;
  const LbMail *x = one->now ? one->now : one->before, *y = other->now ? other->now : other->before;
  if ((one->now == NULL) != (other->now == NULL))
    return one->now ? -1 : 1;
  return x->parsed->index != y->parsed->index ? (x->parsed->index < y->parsed->index ? -1 : 1)
                                              : strcmp(x->msgid, y->msgid);
}

GArray *lb_revision_build_changes(const LbRevision *revision) {
  GArray *changes = g_array_new(FALSE, FALSE, sizeof(LbChange));
  const LbPosting *before = revision->before, *now = revision->posting;
  g_autofree gboolean *is_paired_before = g_new0(gboolean, before ? before->patches->len : 0);
  g_autofree gboolean *is_paired_now = g_new0(gboolean, now->patches->len);
  Pairing pairing = {before, now, is_paired_before, is_paired_now, changes};
  if (before)
    pair_all(&pairing);
  for (guint i = 0; i < now->patches->len; i++) {
    LbChange change = {LB_CHANGE_NEW, NULL, get_patch(now, i)};
    if (!is_paired_now[i])
      g_array_append_val(changes, change);
  }
  /* A partial reroll drops nothing. */
  for (guint i = 0; before && i < before->patches->len && revision->rule != LB_RULE_REROLL; i++) {
    LbChange change = {LB_CHANGE_DROPPED, get_patch(before, i), NULL};
    if (!is_paired_before[i])
      g_array_append_val(changes, change);
  }
  g_array_sort(changes, compare_changes);
  return changes;
}
