/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups turned into postings: order, marks, what is missing, what was posted before. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "series/group.h"

static void free_posting(gpointer data) {
  LbPosting *posting = data;

  g_ptr_array_unref(posting->patches);
  g_free(posting->slots);
  g_free(posting);
}

static int compare_patches(gconstpointer a, gconstpointer b) {
  const LbMember *x = *(LbMember *const *)a, *y = *(LbMember *const *)b;

  /* LB_NO_NUMBER is negative: as unsigned it comes last. */
  if (x->index != y->index)
    return (guint)x->index < (guint)y->index ? -1 : 1;
  return (x->rank > y->rank) - (x->rank < y->rank);
}

/* A mark on the cover goes for all; without a cover most of the patches must bear it. */
static void set_marks(LbPosting *posting) {
  guint n_stable = 0, n_pull = 0, n = posting->patches->len;

  for (guint i = 0; i < n; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);

    n_stable += patch->is_stable;
    n_pull += patch->is_pull;
  }
  posting->is_stable = (posting->cover && posting->cover->is_stable) || 2 * n_stable > n;
  posting->is_pull = (posting->cover && posting->cover->is_pull) || 2 * n_pull > n;
}

/* Numbered patches under an unnumbered "[GIT PULL]" are there to be pulled as those under a "[PULL 0/N]"; a
 * single one may well be a repair that came later. */
static gboolean is_under_pull(const LbGroup *group) {
  const LbMail *mail = group->earliest->mail;

  return group->pull && group->earliest->is_numbered && group->pull->sender->email && mail->sender->email &&
         g_ascii_strcasecmp(group->pull->sender->email, mail->sender->email) == 0;
}

static LbPosting *build_posting(LbGroup *group) {
  LbPosting *posting = g_new0(LbPosting, 1);
  g_autoptr(GPtrArray) patches = g_ptr_array_new();
  guint inside = group->n_slots;

  for (LbMember *member = group->members; member; member = member->next)
    if (!member->is_cover)
      g_ptr_array_add(patches, member);
  g_ptr_array_sort(patches, compare_patches);
  posting->patches = g_ptr_array_sized_new(patches->len);
  for (guint i = 0; i < patches->len; i++)
    g_ptr_array_add(posting->patches, (gpointer)((LbMember *)g_ptr_array_index(patches, i))->mail);
  posting->cover = group->cover ? group->cover->mail : NULL;
  posting->first = posting->cover ? posting->cover : g_ptr_array_index(posting->patches, 0);
  posting->version = group->version;
  posting->total = group->total == LB_NO_NUMBER ? (int)patches->len : group->total;
  posting->date = posting->first->date;
  posting->diagnostics = group->total_differs ? LB_DIAG_BIT(LB_DIAG_TOTAL_DIFFERS) : 0;
  while (inside > 0 && group->slots[inside - 1] > posting->total)
    inside--;
  posting->n_slots = inside;
  posting->slots = g_steal_pointer(&group->slots);
  posting->n_missing = group->total == LB_NO_NUMBER ? 0 : (guint)posting->total - inside;
  set_marks(posting);
  posting->is_pull |= is_under_pull(group);
  group->posting = posting;
  return posting;
}

int *lb_posting_build_missing(const LbPosting *posting) {
  int *missing = g_new(int, posting->n_missing + 1);
  guint n = 0, slot = 0;

  for (int index = 1; n < posting->n_missing; index++) {
    if (slot < posting->n_slots && posting->slots[slot] == index)
      slot++;
    else
      missing[n++] = index;
  }
  return missing;
}

/* Titles and authors of what was posted: the table has the latest member of each. */
static guint hash_title(gconstpointer key) {
  const LbMember *member = key;
  const guint32 words[] = {member->title,
                           member->author,
                           (guint)member->index,
                           (guint)member->total,
                           member->mail->parsed->rfc,
                           member->group->posting->is_stable ? member->prefix : 0};

  return (guint)lb_hash_bytes((const char *)words, sizeof words);
}

/* An RFC and the patch that it became are two; what goes into several stable trees is one posting for each.
 */
static gboolean equal_titles(gconstpointer a, gconstpointer b) {
  const LbMember *x = a, *y = b;
  gboolean is_stable = x->group->posting->is_stable;

  return x->title == y->title && x->author == y->author && x->index == y->index && x->total == y->total &&
         x->mail->parsed->rfc == y->mail->parsed->rfc && is_stable == y->group->posting->is_stable &&
         (!is_stable || x->prefix == y->prefix) && strcmp(x->mail->title, y->mail->title) == 0;
}

/* Same title, author, place in the series and version; a RESEND without a version is of the version sent
 * before. */
static const LbPosting *find_repeated(GHashTable *titles, const LbMember *member) {
  const LbMember *earlier = g_hash_table_lookup(titles, member);
  const LbGroup *group = member->group;

  if (!earlier || earlier->group == group || earlier->group->reroll != group->reroll)
    return NULL;
  if (earlier->group->version != group->version && (group->has_version || !member->mail->parsed->resend))
    return NULL;
  return earlier->group->posting;
}

static void find_repost(GHashTable *titles, LbGroup *group) {
  LbMember *lowest = NULL;
  LbPosting *posting = group->posting;

  for (LbMember *member = group->members; member; member = member->next)
    if (!member->is_cover && (!lowest || compare_patches(&member, &lowest) < 0))
      lowest = member;
  if (group->cover)
    posting->repost = find_repeated(titles, group->cover);
  if (!posting->repost && lowest)
    posting->repost = find_repeated(titles, lowest);
  for (LbMember *member = group->members; member; member = member->next)
    g_hash_table_replace(titles, member, member);
  /* A patch or a few sent again, not a posting that has lost the rest. */
  if (posting->repost && !posting->cover && 2 * posting->n_slots <= (guint)posting->total)
    posting->n_missing = 0;
}

static int compare_postings(gconstpointer a, gconstpointer b) {
  const LbPosting *x = *(LbPosting *const *)a, *y = *(LbPosting *const *)b;

  if (x->date != y->date) {
    if (x->date == LB_TIME_UNKNOWN || y->date == LB_TIME_UNKNOWN)
      return x->date == LB_TIME_UNKNOWN ? 1 : -1;
    return x->date < y->date ? -1 : 1;
  }
  return strcmp(x->first->msgid, y->first->msgid);
}

static int compare_by_posting(gconstpointer a, gconstpointer b) {
  const LbGroup *x = *(LbGroup *const *)a, *y = *(LbGroup *const *)b;

  return compare_postings(&x->posting, &y->posting);
}

static void find_history(GPtrArray *groups) {
  g_autoptr(GHashTable) titles = g_hash_table_new(hash_title, equal_titles);

  for (guint i = 0; i < groups->len; i++) {
    LbGroup *group = g_ptr_array_index(groups, i), *base = group->replaces;

    find_repost(titles, group);
    while (base && base->replaces)
      base = base->replaces;
    if (!base)
      continue;
    group->posting->rerolls = base->posting;
    group->posting->n_missing = 0;
  }
}

LbCollection *lb_postings_build(LbGroups *groups) {
  LbCollection *collection = g_new0(LbCollection, 1);
  g_autoptr(GPtrArray) live = g_ptr_array_new();

  collection->postings = g_ptr_array_new_with_free_func(free_posting);
  collection->number_of = g_new0(guint, groups->n_places);
  collection->title_of = g_new0(guint, groups->n_places);
  for (guint i = 0; i < groups->groups->len; i++) {
    LbGroup *group = g_ptr_array_index(groups->groups, i);

    if (group->is_gone)
      continue;
    g_ptr_array_add(live, group);
    build_posting(group);
  }
  g_ptr_array_sort(live, compare_by_posting);
  for (guint i = 0; i < live->len; i++) {
    const LbGroup *group = g_ptr_array_index(live, i);

    group->posting->number = i;
    g_ptr_array_add(collection->postings, group->posting);
    for (const LbMember *member = group->members; member; member = member->next) {
      collection->number_of[member->rank] = i + 1;
      collection->title_of[member->rank] = member->title;
    }
  }
  find_history(live);
  return collection;
}

void lb_collection_trim(LbCollection *collection) {
  g_clear_pointer(&collection->title_of, g_free);
  g_clear_pointer(&collection->titles, lb_numbers_free);
}

void lb_collection_free(LbCollection *collection) {
  if (!collection)
    return;
  lb_collection_trim(collection);
  g_free(collection->number_of);
  g_ptr_array_unref(collection->postings);
  lb_threads_free(collection->threads);
  g_ptr_array_unref(collection->mails);
  g_free(collection);
}

/* How far mails are fetched ahead, what they point to, and what that points to. */
#define MAIL_AHEAD 48
#define DETAILS_AHEAD 32
#define DIFF_AHEAD 16

/* NULL: no cover or patch. */
static const LbMail *get_posted(const LbCollection *collection, guint place) {
  return collection->number_of[place] ? g_ptr_array_index(collection->mails, place) : NULL;
}

static void fetch_details(const LbMail *mail) {
  if (mail)
    __builtin_prefetch(mail->details);
}

static void fetch_diff(const LbMail *mail) {
  if (!mail)
    return;
  __builtin_prefetch(mail->details->diff);
  __builtin_prefetch(mail->details->extras);
}

void lb_collection_fetch_posted(const LbCollection *collection, guint *fetched, guint place) {
  guint until = MIN(place + MAIL_AHEAD, collection->mails->len);

  for (guint i = *fetched; i < until; i++) {
    const LbMail *mail = get_posted(collection, i);

    if (mail) {
      __builtin_prefetch(mail);
      __builtin_prefetch(&mail->details);
    }
    if (i >= MAIL_AHEAD - DETAILS_AHEAD)
      fetch_details(get_posted(collection, i - (MAIL_AHEAD - DETAILS_AHEAD)));
    if (i >= MAIL_AHEAD - DIFF_AHEAD)
      fetch_diff(get_posted(collection, i - (MAIL_AHEAD - DIFF_AHEAD)));
  }
  *fetched = MAX(*fetched, until);
}

const LbPosting *lb_collection_get_posting(const LbCollection *collection, guint place) {
  guint number = collection->number_of[place];

  return number ? g_ptr_array_index(collection->postings, number - 1) : NULL;
}

const LbPosting *lb_collection_find_posting(const LbCollection *collection, const LbMail *mail) {
  guint place = lb_collection_find_place(collection, mail);

  return place == LB_NO_MAIL ? NULL : lb_collection_get_posting(collection, place);
}

LbClass lb_collection_get_class(const LbCollection *collection, const LbMail *mail) {
  const LbPosting *posting =
      mail->mail_class == LB_CLASS_DISCUSSION ? lb_collection_find_posting(collection, mail) : NULL;

  return posting ? LB_CLASS_COVER : mail->mail_class;
}

void lb_collection_get_marks(const LbCollection *collection, const LbMail *mail, gboolean *is_stable,
                             gboolean *is_pull) {
  const LbPosting *posting = lb_collection_find_posting(collection, mail);

  *is_stable = mail->is_stable || (posting && posting->is_stable);
  *is_pull = mail->is_pull || (posting && posting->is_pull);
}

LbDiagSet lb_collection_get_diagnostics(const LbCollection *collection, const LbMail *mail) {
  const LbPosting *posting = lb_collection_find_posting(collection, mail);

  return posting && posting->cover == mail ? posting->diagnostics : 0;
}
