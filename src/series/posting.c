/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups turned into postings: order, marks, what is missing, what was posted before. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/slots.h"
#include "series/group.h"

static int compare_patches(gconstpointer a, gconstpointer b) {
  const LbMember *x = *(LbMember *const *)a, *y = *(LbMember *const *)b;

  /* LB_NO_NUMBER is negative: as unsigned it comes last. */
  if (x->index != y->index)
    return (guint)x->index < (guint)y->index ? -1 : 1;
  return (x->rank > y->rank) - (x->rank < y->rank);
}

/* A mark on the cover goes for all; without a cover most of the patches must bear it. */
static void set_marks(LbPosting *posting, const LbGroup *group) {
  guint n_stable = 0, n_pull = 0, n = posting->patches->len;

  for (const LbMember *member = group->members; member; member = member->next) {
    n_stable += !member->is_cover && member->is_stable;
    n_pull += !member->is_cover && member->is_pull;
  }
  posting->is_stable = (group->cover && group->cover->is_stable) || 2 * n_stable > n;
  posting->is_pull = (group->cover && group->cover->is_pull) || 2 * n_pull > n;
}

/* Numbered patches under an unnumbered "[GIT PULL]" are there to be pulled as those under a "[PULL 0/N]"; a
 * single one may well be a repair that came later. */
static gboolean is_under_pull(const LbGroup *group) {
  const LbMail *mail = group->earliest->mail;

  return group->pull && group->earliest->is_numbered && group->pull->sender->email && mail->sender->email &&
         g_ascii_strcasecmp(group->pull->sender->email, mail->sender->email) == 0;
}

/* Members come last first, and mostly came in order. */
static void sort_patches(const LbGroup *group, LbMember **patches, guint n) {
  guint at = n;
  gboolean is_sorted = TRUE;

  for (LbMember *member = group->members; member; member = member->next)
    if (!member->is_cover)
      patches[--at] = member;
  for (guint i = 1; i < n && is_sorted; i++)
    is_sorted = compare_patches(&patches[i - 1], &patches[i]) <= 0;
  if (!is_sorted)
    qsort(patches, n, sizeof *patches, compare_patches);
}

/* row: room for the patches, as members and then as mails. */
static void build_posting(LbGroup *group, LbPosting *posting, gpointer *row) {
  guint inside = group->n_slots, n = group->n_patches;

  sort_patches(group, (LbMember **)row, n);
  for (guint i = 0; i < n; i++)
    row[i] = (gpointer)((LbMember *)row[i])->mail;
  posting->row = (GPtrArray){row, n};
  posting->patches = &posting->row;
  posting->cover = group->cover ? group->cover->mail : NULL;
  posting->first = posting->cover ? posting->cover : row[0];
  posting->version = group->version;
  posting->total = group->total == LB_NO_NUMBER ? (int)n : group->total;
  posting->date = posting->first->date;
  posting->diagnostics = group->total_differs ? LB_DIAG_BIT(LB_DIAG_TOTAL_DIFFERS) : 0;
  while (inside > 0 && group->slots[inside - 1] > posting->total)
    inside--;
  posting->n_slots = inside;
  posting->slots = g_steal_pointer(&group->slots);
  posting->n_missing = group->total == LB_NO_NUMBER ? 0 : (guint)posting->total - inside;
  set_marks(posting, group);
  posting->is_pull |= is_under_pull(group);
  group->posting = posting;
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

/* Titles and authors of what was posted: the latest member of each, by its number among all, from 1. */
typedef struct {
  LbSlots slots;
  const LbGroups *groups;
} Titles;

static guint32 hash_title(const LbMember *member) {
  const guint32 words[] = {member->title,        member->author,
                           (guint)member->index, (guint)member->total,
                           member->is_rfc,       member->group->posting->is_stable ? member->prefix : 0};

  return (guint32)lb_hash_bytes((const char *)words, sizeof words);
}

/* NULL: none yet. */
static const LbMember *get_member(const Titles *titles, guint32 number) {
  return number ? &titles->groups->members[number - 1] : NULL;
}

/* An RFC and the patch that it became are two; what goes into several stable trees is one posting for each.
 */
static gboolean is_same_title(guint32 number, gconstpointer wanted, gconstpointer titles) {
  const LbMember *x = get_member(titles, number), *y = wanted;
  gboolean is_stable = x->group->posting->is_stable;

  return x->title == y->title && x->author == y->author && x->index == y->index && x->total == y->total &&
         x->is_rfc == y->is_rfc && is_stable == y->group->posting->is_stable &&
         (!is_stable || x->prefix == y->prefix) && strcmp(x->mail->title, y->mail->title) == 0;
}

static LbSlot *find_slot(const Titles *titles, const LbMember *member, guint32 hash) {
  return lb_slots_find(&titles->slots, hash, is_same_title, member, titles);
}

/* In place of the one that it had. */
static void add_title(Titles *titles, const LbMember *member) {
  guint32 hash = hash_title(member), number = (guint32)(member - titles->groups->members) + 1;
  LbSlot *slot = find_slot(titles, member, hash);

  if (slot->number)
    slot->number = number;
  else
    lb_slots_take(&titles->slots, slot, hash, number);
}

/* Same title, author, place in the series and version; a RESEND without a version is of the version sent
 * before. */
static const LbPosting *find_repeated(const Titles *titles, const LbMember *member) {
  const LbMember *earlier = get_member(titles, find_slot(titles, member, hash_title(member))->number);
  const LbGroup *group = member->group;

  if (!earlier || earlier->group == group || earlier->group->reroll != group->reroll)
    return NULL;
  if (earlier->group->version != group->version && (group->has_version || !member->mail->parsed->resend))
    return NULL;
  return earlier->group->posting;
}

static void find_repost(Titles *titles, LbGroup *group) {
  LbMember *lowest = NULL;
  LbPosting *posting = group->posting;

  for (LbMember *member = group->members; member; member = member->next)
    if (!member->is_cover && (!lowest || compare_patches(&member, &lowest) < 0))
      lowest = member;
  if (group->cover)
    posting->repost = find_repeated(titles, group->cover);
  if (!posting->repost && lowest)
    posting->repost = find_repeated(titles, lowest);
  for (const LbMember *member = group->members; member; member = member->next)
    add_title(titles, member);
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

static void find_history(const LbGroups *groups, GPtrArray *live) {
  Titles titles = {.groups = groups};

  lb_slots_init(&titles.slots);
  lb_slots_reserve(&titles.slots, groups->n_members);
  for (guint i = 0; i < live->len; i++) {
    LbGroup *group = g_ptr_array_index(live, i), *base = group->replaces;

    find_repost(&titles, group);
    while (base && base->replaces)
      base = base->replaces;
    if (!base)
      continue;
    group->posting->rerolls = base->posting;
    group->posting->n_missing = 0;
  }
  lb_slots_clear(&titles.slots);
}

/* By date. */
static GPtrArray *build_all(const LbGroups *groups, LbCollection *collection) {
  GPtrArray *live = g_ptr_array_sized_new(groups->groups->len);
  gpointer *row = collection->rows = g_new(gpointer, groups->n_members);

  for (guint i = 0; i < groups->groups->len; i++)
    if (!((LbGroup *)g_ptr_array_index(groups->groups, i))->is_gone)
      g_ptr_array_add(live, g_ptr_array_index(groups->groups, i));
  collection->all = g_new0(LbPosting, live->len);
  for (guint i = 0; i < live->len; i++) {
    LbGroup *group = g_ptr_array_index(live, i);

    build_posting(group, &collection->all[i], row);
    row += group->n_patches;
  }
  g_ptr_array_sort(live, compare_by_posting);
  return live;
}

LbCollection *lb_postings_build(LbGroups *groups) {
  LbCollection *collection = g_new0(LbCollection, 1);
  g_autoptr(GPtrArray) live = build_all(groups, collection);

  collection->postings = g_ptr_array_sized_new(live->len);
  collection->number_of = g_new0(guint, groups->n_places);
  collection->title_of = g_steal_pointer(&groups->title_of);
  for (guint i = 0; i < groups->n_members; i++)
    groups->members[i].title = collection->title_of[groups->members[i].rank];
  for (guint i = 0; i < live->len; i++) {
    const LbGroup *group = g_ptr_array_index(live, i);

    group->posting->number = i;
    g_ptr_array_add(collection->postings, group->posting);
    for (const LbMember *member = group->members; member; member = member->next)
      collection->number_of[member->rank] = i + 1;
  }
  find_history(groups, live);
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
  for (guint i = 0; i < collection->postings->len; i++)
    g_free(collection->all[i].slots);
  g_free(collection->all);
  g_free(collection->rows);
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
