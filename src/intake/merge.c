/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "intake/merge.h"
#include <string.h>
#include "base/hash.h"
#include "base/numbers.h"
#include "base/period.h"

/* Mails lie all over memory: those to come are fetched meanwhile. */
#define AHEAD 8
#define MAX_COMPARED 16

/* Mails by a key, of those with one key the last first: index + 1, and for each index what came before it. */
typedef struct {
  GHashTable *last;
  guint *before;
} Stacks;

static void push(Stacks *stacks, const char *key, guint index) {
  stacks->before[index] = GPOINTER_TO_UINT(g_hash_table_lookup(stacks->last, key));
  g_hash_table_insert(stacks->last, (gpointer)key, GUINT_TO_POINTER(index + 1));
}

/* Takes out the last mail with this key that is still there. */
static gboolean remove_last(GPtrArray *mails, Stacks *stacks, const char *key) {
  guint index = GPOINTER_TO_UINT(g_hash_table_lookup(stacks->last, key));
  while (index && !g_ptr_array_index(mails, index - 1))
    index = stacks->before[index - 1];
  if (!index)
    return FALSE;
  g_ptr_array_index(mails, index - 1) = NULL;
  g_hash_table_insert(stacks->last, (gpointer)key, GUINT_TO_POINTER(stacks->before[index - 1]));
  return TRUE;
}

static char *format_blob(const LbMail *mail) {
  LbLocator locator = lb_mail_get_locator(mail);
  char *hex = g_malloc(2 * sizeof locator.blob + 1);
  for (guint i = 0; i < locator.id_size; i++)
    g_snprintf(hex + 2 * i, 3, "%02x", locator.blob[i]);
  hex[2 * locator.id_size] = '\0';
  return hex;
}

void lb_merge_remove_deleted(GPtrArray *mails) {
  gboolean has_deletion = FALSE;
  for (guint i = 0; i < mails->len && !has_deletion; i++)
    has_deletion = ((const LbMail *)g_ptr_array_index(mails, i))->removes;
  if (!has_deletion)
    return;
  g_autoptr(GHashTable) last_blob = g_hash_table_new(lb_hash_string, g_str_equal);
  g_autoptr(GHashTable) last_id = g_hash_table_new(lb_hash_string, g_str_equal);
  g_autofree guint *before_blob = g_new(guint, mails->len), *before_id = g_new(guint, mails->len);
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
  Stacks by_blob = {last_blob, before_blob}, by_id = {last_id, before_id};
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    char *blob = format_blob(mail);
    g_ptr_array_add(keys, blob);
    if (mail->removes) {
      /* The same blob, or, where the deletion's bytes were rewritten, the same id. */
      if (!remove_last(mails, &by_blob, blob))
        remove_last(mails, &by_id, mail->msgid);
      g_ptr_array_index(mails, i) = NULL;
    } else {
      push(&by_blob, blob, i);
      push(&by_id, mail->msgid, i);
    }
  }
  guint kept = 0;
  for (guint i = 0; i < mails->len; i++)
    if (g_ptr_array_index(mails, i))
      g_ptr_array_index(mails, kept++) = g_ptr_array_index(mails, i);
  g_ptr_array_set_size(mails, (gint)kept);
}

static gint compare_dates(const LbMail *a, const LbMail *b) {
  /* An unknown date comes last. */
  if (a->date == b->date)
    return 0;
  if (a->date == LB_TIME_UNKNOWN || b->date == LB_TIME_UNKNOWN)
    return a->date == LB_TIME_UNKNOWN ? 1 : -1;
  return a->date < b->date ? -1 : 1;
}

/* Like contents together; in each the copy that speaks for it first. */
static gint compare_copies(gconstpointer a, gconstpointer b, gpointer data) {
  const LbMergeCopy *one = a, *other = b;
  gint order = memcmp(one->hashes.content, other->hashes.content, sizeof one->hashes.content);
  if (!order)
    order = compare_dates(one->mail, other->mail);
  return order ? order : memcmp(one->hashes.raw, other->hashes.raw, sizeof one->hashes.raw);
}

static void rename_group(const LbMergeCopy *copies, guint n, LbArena *arena) {
  const guint8 *hash = copies->hashes.content;
  g_autofree char *id =
      g_strdup_printf("%s#%02x%02x%02x%02x", copies->mail->msgid, hash[0], hash[1], hash[2], hash[3]);
  const char *kept = lb_arena_strdup(arena, id);
  for (guint i = 0; i < n; i++) {
    copies[i].mail->msgid = kept;
    copies[i].mail->id_hash = 0;
    copies[i].mail->diagnostics |= LB_DIAG_BIT(LB_DIAG_MSGID_REUSED);
  }
}

/* The first report that counted one of them; else that they came before the first, as an archive does that is
 * added to a list of long standing; else they wait. */
static guint32 choose_report(guint32 a, guint32 b) {
  gboolean a_is_counted = a != 0 && a != LB_REPORT_PENDING, b_is_counted = b != 0 && b != LB_REPORT_PENDING;

  if (a_is_counted != b_is_counted)
    return a_is_counted ? a : b;
  return MIN(a, b);
}

/* What was reported by one copy is by all: a copy that comes late is no news, even if it speaks for them from
 * now on. */
static void add_copy(LbMail *mail, LbMail *copy) {
  copy->duplicate_of = mail;
  mail->report = choose_report(mail->report, copy->report);
  mail->told |= copy->told;
}

static void settle_copies(LbMergeCopy *all, guint n_all, LbArena *arena) {
  const LbMergeCopy *keeper = all;
  /* Stable: of those that are alike in all the first in the archive speaks. */
  g_qsort_with_data(all, (gint)n_all, sizeof *all, compare_copies, NULL);
  for (guint i = 0, n; i < n_all; i += n) {
    for (n = 1; i + n < n_all && !memcmp(all[i].hashes.content, all[i + n].hashes.content, 32); n++)
      add_copy(all[i].mail, all[i + n].mail);
    /* Content hashes ascend: of equal dates the smaller hash is met first and stays. */
    if (compare_dates(all[i].mail, keeper->mail) < 0)
      keeper = &all[i];
  }
  for (guint i = 0, n; i < n_all; i += n) {
    for (n = 1; i + n < n_all && all[i + n].mail->duplicate_of == all[i].mail;)
      n++;
    if (&all[i] != keeper)
      rename_group(&all[i], n, arena);
  }
}

static gint compare_groups(gconstpointer a, gconstpointer b) {
  const LbMergeCopy *one = a, *other = b;
  return (one->group > other->group) - (one->group < other->group);
}

/* Mails whose ids were met before, and those that had them first, by group. */
static GArray *find_copies(const GPtrArray *mails) {
  g_autoptr(LbNumbers) ids = lb_numbers_new();
  g_autofree LbMail **firsts = g_new(LbMail *, mails->len); /* by number of id */
  g_autofree guint8 *is_taken = g_new0(guint8, mails->len);
  GArray *copies = g_array_new(FALSE, TRUE, sizeof(LbMergeCopy));
  guint n_firsts = 0;
  lb_numbers_reserve(ids, mails->len);
  for (guint i = 0; i < mails->len; i++) {
    LbMail *mail = g_ptr_array_index(mails, i);
    if (i + 2 * AHEAD < mails->len)
      __builtin_prefetch(g_ptr_array_index(mails, i + 2 * AHEAD));
    if (i + AHEAD < mails->len)
      lb_numbers_fetch(ids, lb_mail_get_id_hash(g_ptr_array_index(mails, i + AHEAD)));
    guint number = lb_numbers_get_hashed(ids, mail->msgid, lb_mail_get_id_hash(mail)) - 1;
    if (number == n_firsts) {
      firsts[n_firsts++] = mail;
      continue;
    }
    LbMergeCopy first = {.mail = firsts[number], .group = number}, copy = {.mail = mail, .group = number};
    if (!is_taken[number])
      g_array_append_val(copies, first);
    is_taken[number] = TRUE;
    g_array_append_val(copies, copy);
  }
  return copies;
}

static guint count_group(const LbMergeCopy *copies, guint n) {
  guint in_group = 1;
  while (in_group < n && copies[in_group].group == copies->group)
    in_group++;
  return in_group;
}

/* Most copies differ in the date alone, that of whoever passed them on: hashes of all their bytes are needed
 * where another one is of the same date.  Of many copies that isn't asked. */
static void find_ties(LbMergeCopy *copies, guint n) {
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < n && !copies[i].needs_raw; k++)
      copies[i].needs_raw = n > MAX_COMPARED || (i != k && copies[i].mail->date == copies[k].mail->date);
}

/* A file that went away meanwhile counts as a copy of what is still there. */
static void stand_in(LbMergeCopy *copies, guint n) {
  guint there = 0;
  while (there < n && !copies[there].is_there)
    there++;
  for (guint i = 0; there < n && i < n; i++)
    if (!copies[i].is_there)
      copies[i].hashes = copies[there].hashes;
}

void lb_merge_mark_duplicates(GPtrArray *mails, LbArena *arena, LbMergeHashFunc hash, gpointer data) {
  g_autoptr(GArray) copies = find_copies(mails);
  LbMergeCopy *all = (LbMergeCopy *)(void *)copies->data;
  if (!copies->len)
    return;
  g_array_sort(copies, compare_groups);
  for (guint i = 0, n; i < copies->len; i += n) {
    n = count_group(all + i, copies->len - i);
    find_ties(all + i, n);
  }
  hash(all, copies->len, data);
  for (guint i = 0, n; i < copies->len; i += n) {
    n = count_group(all + i, copies->len - i);
    stand_in(all + i, n);
    settle_copies(all + i, n, arena);
  }
}
