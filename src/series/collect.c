/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/collect.h"

#include <string.h>

#include "base/crew.h"
#include "series/group.h"
#include "series/key.h"
#include "series/order.h"

/* Mails and their strings lie all over memory: those to come are fetched meanwhile. */
#define AHEAD 8

static GPtrArray *sort_mails(const GPtrArray *mails) {
  GPtrArray *sorted = g_ptr_array_sized_new(mails->len);
  guint n = 0;

  g_ptr_array_set_size(sorted, (gint)mails->len);
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);

    g_ptr_array_index(sorted, n) = (gpointer)mail;
    n += !mail->duplicate_of && !mail->removes;
  }
  g_ptr_array_set_size(sorted, (gint)n);
  lb_order_sort(sorted);
  for (guint i = 0; i < sorted->len; i++)
    ((LbMail *)g_ptr_array_index(sorted, i))->place = i;
  return sorted;
}

/* Another collection of the same mails may have given them other places since. */
static guint search_place(const GPtrArray *mails, const LbMail *mail) {
  guint low = 0;

  for (guint high = mails->len; low < high;) {
    guint middle = low + (high - low) / 2;

    if (lb_order_compare(g_ptr_array_index(mails, middle), mail) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < mails->len && g_ptr_array_index(mails, low) == mail ? low : LB_NO_MAIL;
}

guint lb_collection_find_place(const LbCollection *collection, const LbMail *mail) {
  const GPtrArray *mails = collection->mails;

  if (mail->place < mails->len && g_ptr_array_index(mails, mail->place) == mail)
    return mail->place;
  return search_place(mails, mail);
}

/* "[PATCHSET RFC v4] title", no diff, at the top of a thread: a cover if numbered patches of its sender
 * answer it. */
static gboolean may_be_cover(const LbMail *mail) {
  const LbSubject *parsed = mail->parsed;

  return mail->mail_class == LB_CLASS_DISCUSSION && !mail->details->diff && !mail->in_reply_to &&
         !(mail->references && *mail->references) && parsed->has_patch_tag && !parsed->is_foreign_tag &&
         !parsed->is_reply && parsed->index == LB_NO_NUMBER && !parsed->extra;
}

static gboolean reveals_cover(const LbMail *cover, const LbMail *patch) {
  return patch->mail_class == LB_CLASS_PATCH && patch->parsed->index > 0 && may_be_cover(cover) &&
         cover->sender->email && patch->sender->email &&
         g_ascii_strcasecmp(cover->sender->email, patch->sender->email) == 0 &&
         (cover->parsed->version == patch->parsed->version || !cover->parsed->has_version ||
          !patch->parsed->has_version);
}

/* By place, whether it is a cover: unnumbered ones are known by their replies. */
static guint8 *find_covers(const GPtrArray *mails, const LbThreads *threads) {
  guint8 *is_cover = g_new0(guint8, mails->len);

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    guint parent = threads->parent[i];

    is_cover[i] |= mail->mail_class == LB_CLASS_COVER;
    if (parent != LB_NO_MAIL && reveals_cover(g_ptr_array_index(mails, parent), mail))
      is_cover[parent] = TRUE;
  }
  return is_cover;
}

static void init_member(LbMember *member, const LbMail *mail, guint rank, const LbThreads *threads,
                        LbKeys keys, gboolean is_cover) {
  const LbSubject *parsed = mail->parsed;

  member->mail = mail;
  member->rank = rank;
  member->version = parsed->version;
  member->has_version = parsed->has_version;
  member->reroll = parsed->reroll;
  member->is_cover = is_cover;
  member->is_rfc = parsed->rfc;
  member->is_stable = mail->is_stable;
  member->is_pull = mail->is_pull;
  member->is_numbered = parsed->index != LB_NO_NUMBER;
  member->index = is_cover ? 0 : parsed->index;
  member->total = parsed->total;
  if (!is_cover && !member->is_numbered && !parsed->extra)
    member->index = member->total = 1;
  member->sender = keys.sender;
  member->author = keys.author;
  member->prefix = keys.prefix;
  member->stem = keys.stem;
  member->thread = threads->thread[rank];
  member->depth = threads->depth[rank];
  member->answered = threads->answered[rank];
}

/* By place: the nearest cover or patch above, and whether that is known. */
typedef struct {
  LbMember *member;
  gboolean is_known;
} Above;

/* What is above the parent is known. */
static void link_member(LbGroups *groups, const LbThreads *threads, Above *above, guint place) {
  guint parent = threads->parent[place];
  LbMember *member = groups->by_place[place], *found = NULL;

  if (parent != LB_NO_MAIL)
    found = groups->by_place[parent] ? groups->by_place[parent] : above[parent].member;
  above[place] = (Above){found, TRUE};
  if (member) {
    member->above = found;
    member->cover_above = found && !found->is_cover ? found->cover_above : found;
  }
}

/* Over whatever stands between: each mail is passed once, nearly always after its parent. */
static void link_members(LbGroups *groups, const LbThreads *threads) {
  g_autofree Above *above = g_new0(Above, threads->n);
  g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(guint));

  for (guint i = 0; i < threads->n; i++) {
    guint x = threads->parent[i];

    for (; x != LB_NO_MAIL && !above[x].is_known; x = threads->parent[x])
      g_array_append_val(path, x);
    for (; path->len > 0; g_array_set_size(path, path->len - 1))
      link_member(groups, threads, above, g_array_index(path, guint, path->len - 1));
    if (!above[i].is_known)
      link_member(groups, threads, above, i);
  }
}

/* What is found side by side. */
typedef struct {
  const GPtrArray *mails;
  LbThreads *threads;
  LbKeyMaker *maker;
  GArray *keys;      /* of LbKeys: of those that are known by their class, in order */
  LbNumbers *titles; /* asked by one thread at a time */
  LbGroups *groups;
} Facts;

static gboolean is_posted(const LbMail *mail) {
  return mail->mail_class == LB_CLASS_PATCH || mail->mail_class == LB_CLASS_COVER;
}

/* Of the strings that keys are made of, and the mail that comes after those. */
static void fetch_ahead(const GPtrArray *mails, guint i) {
  if (i + 2 * AHEAD < mails->len)
    __builtin_prefetch(&((const LbMail *)g_ptr_array_index(mails, i + 2 * AHEAD))->title);
  if (i + AHEAD < mails->len) {
    const LbMail *mail = g_ptr_array_index(mails, i + AHEAD);

    if (is_posted(mail)) {
      __builtin_prefetch(mail->title);
      __builtin_prefetch(mail->msgid);
    }
  }
}

static void build_threads(Facts *facts) {
  facts->threads = lb_threads_build(facts->mails);
}

static void make_keys(Facts *facts) {
  for (guint i = 0; i < facts->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(facts->mails, i);
    LbKeys keys;

    fetch_ahead(facts->mails, i);
    if (!is_posted(mail))
      continue;
    keys = lb_key_maker_make(facts->maker, mail);
    g_array_append_val(facts->keys, keys);
  }
}

static LbKeys get_keys(const Facts *facts, const LbMail *mail, guint *n_taken) {
  if (is_posted(mail))
    return g_array_index(facts->keys, LbKeys, (*n_taken)++);
  return lb_key_maker_make(facts->maker, mail);
}

static void find_members(const Facts *facts, const guint8 *is_cover) {
  LbGroups *groups = facts->groups;
  const GPtrArray *mails = facts->mails;
  guint n = 0, n_taken = 0;

  for (guint i = 0; i < mails->len; i++)
    n += is_cover[i] || ((const LbMail *)g_ptr_array_index(mails, i))->mail_class == LB_CLASS_PATCH;
  groups->members = g_new0(LbMember, n);
  groups->by_place = g_new0(LbMember *, mails->len);
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);

    if (!is_cover[i] && mail->mail_class != LB_CLASS_PATCH)
      continue;
    groups->by_place[i] = groups->members + groups->n_members++;
    init_member(groups->by_place[i], mail, i, facts->threads, get_keys(facts, mail, &n_taken), is_cover[i]);
  }
  link_members(groups, facts->threads);
}

static void find_pulls(LbGroups *groups, const GPtrArray *mails) {
  for (guint i = 0; i < groups->n_members; i++) {
    const LbMember *member = groups->members + i;
    const LbMail *answered =
        member->answered < mails->len ? g_ptr_array_index(mails, member->answered) : NULL;

    if (answered && answered->mail_class == LB_CLASS_PULL && !member->group->pull)
      member->group->pull = answered;
  }
}

static void build_groups(Facts *facts) {
  g_autofree guint8 *is_cover = find_covers(facts->mails, facts->threads);

  find_members(facts, is_cover);
  lb_siblings_find(facts->groups);
  lb_groups_merge(facts->groups);
  lb_groups_find_rerolls(facts->groups);
  find_pulls(facts->groups, facts->mails);
}

static void number_title(const Facts *facts, guint place) {
  const LbMail *mail = g_ptr_array_index(facts->mails, place);

  facts->groups->title_of[place] = lb_numbers_get_title(facts->titles, mail->title);
}

static void number_titles(Facts *facts) {
  for (guint i = 0; i < facts->mails->len; i++)
    if (is_posted(g_ptr_array_index(facts->mails, i)))
      number_title(facts, i);
}

/* Covers that were known by their replies. */
static void number_late_titles(const Facts *facts) {
  for (guint i = 0; i < facts->groups->n_members; i++)
    if (!is_posted(facts->groups->members[i].mail))
      number_title(facts, facts->groups->members[i].rank);
}

/* Two by two: groups are not told by titles. */
static void (*const pieces[][2])(Facts *facts) = {{build_threads, make_keys}, {build_groups, number_titles}};
static void find_first(guint number, gpointer facts) {
  pieces[0][number](facts);
}

static void find_second(guint number, gpointer facts) {
  pieces[1][number](facts);
}

LbCollection *lb_collection_build(const GPtrArray *mails, guint jobs) {
  GPtrArray *sorted = sort_mails(mails);
  g_autoptr(LbKeyMaker) maker = lb_key_maker_new();
  g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(LbKeys));
  LbGroups groups = {.groups = g_ptr_array_new_with_free_func((GDestroyNotify)lb_group_free),
                     .title_of = g_new0(guint, sorted->len),
                     .n_places = sorted->len};
  Facts facts = {sorted, NULL, maker, keys, lb_numbers_new(), &groups};
  LbCollection *collection;

  lb_crew_run(jobs, 2, find_first, &facts);
  lb_crew_run(jobs, 2, find_second, &facts);
  number_late_titles(&facts);
  collection = lb_postings_build(&groups);
  collection->mails = sorted;
  collection->jobs = jobs;
  collection->threads = facts.threads;
  collection->titles = facts.titles;
  lb_threads_trim(facts.threads);
  g_ptr_array_unref(groups.groups);
  g_free(groups.members);
  g_free(groups.by_place);
  return collection;
}
