/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/predecessor.h"
#include <string.h>
#include "base/hash.h"
#include "base/numbers.h"

typedef struct Entry Entry;

/* What a posting can be found by: itself, or one of its patches. */
typedef struct {
  Entry *entry;
  guint title; /* number; 0: none */
  LbWho author;
} Item;

struct Entry {
  const LbPosting *posting;
  Item whole; /* title and author of the cover, else of the lowest patch */
  LbWho sender;
  Item *patches;
  guint files;          /* number of the set of files that its patches touch; 0: none known */
  gboolean is_followed; /* a later posting goes on from it */
  /* While shared patches are counted, of counted_for alone: how many, and the last one counted. */
  const LbPosting *counted_for;
  guint n_shared, last;
};

/* Tables: a number or a string -> GPtrArray of Item, oldest first. */
struct LbPredecessors {
  const LbCollection *collection;
  const LbReplies *replies;
  LbPeople *people;
  LbNumbers *titles, *files;
  GPtrArray *entries;     /* owned */
  GHashTable *by_posting; /* const LbPosting -> Entry */
  GHashTable *by_change_id, *by_title, *by_patch_title, *by_files;
  GHashTable *by_msgid; /* of covers and patches -> Entry */
};

/* A title that many postings bear says little, and whoever wants to could make its bucket grow without end:
 * only the newest are kept, by date, whatever the order of arrival was. */
#define BUCKET_MAX 64
/* Postings above one in its thread that are looked at. */
#define ABOVE_MAX 64

static void entry_free(gpointer data) {
  Entry *entry = data;
  g_free(entry->patches);
  g_free(entry);
}

static GHashTable *table_new(GHashFunc hash, GEqualFunc equal) {
  return g_hash_table_new_full(hash, equal, NULL, (GDestroyNotify)g_ptr_array_unref);
}

LbPredecessors *lb_predecessors_new(const LbCollection *collection, const LbReplies *replies,
                                    LbPeople *people) {
  LbPredecessors *predecessors = g_new0(LbPredecessors, 1);
  predecessors->collection = collection;
  predecessors->replies = replies;
  predecessors->people = people;
  predecessors->titles = lb_numbers_new();
  predecessors->files = lb_numbers_new();
  predecessors->entries = g_ptr_array_new_with_free_func(entry_free);
  predecessors->by_posting = g_hash_table_new(NULL, NULL);
  predecessors->by_change_id = table_new(lb_hash_string, g_str_equal);
  predecessors->by_title = table_new(NULL, NULL);
  predecessors->by_patch_title = table_new(NULL, NULL);
  predecessors->by_files = table_new(NULL, NULL);
  predecessors->by_msgid = g_hash_table_new(lb_hash_string, g_str_equal);
  return predecessors;
}

void lb_predecessors_free(LbPredecessors *predecessors) {
  if (!predecessors)
    return;
  g_hash_table_unref(predecessors->by_change_id);
  g_hash_table_unref(predecessors->by_title);
  g_hash_table_unref(predecessors->by_patch_title);
  g_hash_table_unref(predecessors->by_files);
  g_hash_table_unref(predecessors->by_msgid);
  g_hash_table_unref(predecessors->by_posting);
  g_ptr_array_unref(predecessors->entries);
  lb_numbers_free(predecessors->titles);
  lb_numbers_free(predecessors->files);
  g_free(predecessors);
}

static const LbMail *get_patch(const LbPosting *posting, guint i) {
  return g_ptr_array_index(posting->patches, i);
}

/* Cover and patches, from 0 on; NULL behind the last. */
static const LbMail *get_mail(const LbPosting *posting, guint i) {
  if (posting->cover && i == 0)
    return posting->cover;
  i -= posting->cover != NULL;
  return i < posting->patches->len ? get_patch(posting, i) : NULL;
}

/* Stable and pull postings have neighbours of their like alone. */
static gpointer make_key(const LbPosting *posting, guint title) {
  return GUINT_TO_POINTER(title << 2 | (guint)posting->is_stable << 1 | (guint)posting->is_pull);
}

static void add_to(GHashTable *table, gconstpointer key, Item *item) {
  GPtrArray *bucket = g_hash_table_lookup(table, key);
  if (!bucket) {
    bucket = g_ptr_array_new();
    g_hash_table_insert(table, (gpointer)key, bucket);
  } else if (((Item *)g_ptr_array_index(bucket, bucket->len - 1))->entry == item->entry)
    return;
  if (bucket->len == BUCKET_MAX)
    g_ptr_array_remove_index(bucket, 0);
  g_ptr_array_add(bucket, item);
}

static gint compare_paths(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static guint number_files(LbNumbers *files, const LbPosting *posting) {
  g_autoptr(GPtrArray) paths = g_ptr_array_new();
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbDiff *diff = get_patch(posting, i)->details->diff;
    for (const char *const *path = diff ? diff->paths : NULL; path && *path; path++)
      g_ptr_array_add(paths, (gpointer)*path);
  }
  g_ptr_array_sort(paths, compare_paths);
  GString *key = lb_numbers_begin(files);
  for (guint i = 0; i < paths->len; i++)
    if (i == 0 || strcmp(g_ptr_array_index(paths, i), g_ptr_array_index(paths, i - 1)) != 0) {
      g_string_append(key, g_ptr_array_index(paths, i));
      g_string_append_c(key, '\n');
    }
  return paths->len ? lb_numbers_get(files) : 0;
}

static Item make_item(LbPredecessors *predecessors, Entry *entry, const LbMail *mail) {
  return (Item){entry, lb_numbers_get_title(predecessors->titles, mail->title),
                lb_people_get(predecessors->people, *mail->author)};
}

static Entry *entry_new(LbPredecessors *predecessors, const LbPosting *posting) {
  Entry *entry = g_new0(Entry, 1);
  entry->posting = posting;
  entry->whole = make_item(predecessors, entry, posting->first);
  entry->sender = lb_people_get(predecessors->people, *posting->first->sender);
  entry->patches = g_new(Item, posting->patches->len);
  for (guint i = 0; i < posting->patches->len; i++)
    entry->patches[i] = make_item(predecessors, entry, get_patch(posting, i));
  entry->files = number_files(predecessors->files, posting);
  g_ptr_array_add(predecessors->entries, entry);
  return entry;
}

static void add_entry(LbPredecessors *predecessors, Entry *entry) {
  const LbMail *mail;
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++) {
    if (mail->details->extras->change_id)
      add_to(predecessors->by_change_id, mail->details->extras->change_id, &entry->whole);
    g_hash_table_insert(predecessors->by_msgid, (gpointer)mail->msgid, entry);
  }
  if (entry->whole.title)
    add_to(predecessors->by_title, make_key(entry->posting, entry->whole.title), &entry->whole);
  if (entry->files)
    add_to(predecessors->by_files, make_key(entry->posting, entry->files), &entry->whole);
  for (guint i = 0; i < entry->posting->patches->len; i++)
    if (entry->patches[i].title)
      add_to(predecessors->by_patch_title, make_key(entry->posting, entry->patches[i].title),
             &entry->patches[i]);
  g_hash_table_insert(predecessors->by_posting, (gpointer)entry->posting, entry);
}

/* The cover's author, else that of the lowest patch, and whoever sent it. */
static gboolean has_same_author(const Entry *a, const Entry *b) {
  return lb_people_is_same(a->whole.author, b->whole.author) || lb_people_is_same(a->sender, b->sender) ||
         lb_people_is_same(a->whole.author, b->sender) || lb_people_is_same(a->sender, b->whole.author);
}

/* Only backwards in date and not upwards in version; an RFC of any version comes before what is none. */
static gboolean may_precede(const Entry *before, const Entry *entry) {
  const LbPosting *one = before->posting, *other = entry->posting;
  if (before == entry || one->rerolls || one->is_stable != other->is_stable ||
      one->is_pull != other->is_pull || one->date > other->date)
    return FALSE;
  if (one->first->parsed->rfc != other->first->parsed->rfc)
    return one->first->parsed->rfc || one->version < other->version;
  return one->version <= other->version;
}

/* Whether a version is one that the other, sent later, falls back behind: an old version sent again. */
static gboolean is_above(const LbPosting *earlier, const LbPosting *later) {
  if (earlier->first->parsed->rfc == later->first->parsed->rfc)
    return earlier->version > later->version;
  return later->first->parsed->rfc && earlier->version >= later->version;
}

gboolean lb_predecessors_is_nearer(const LbPosting *one, const LbPosting *other) {
  gboolean is_later =
      one->date != other->date ? one->date > other->date : strcmp(one->first->msgid, other->first->msgid) > 0;
  return is_later ? !is_above(other, one) : is_above(one, other);
}

/* found may be NULL. */
static gboolean is_nearer(const Entry *one, const Entry *found) {
  return !found || lb_predecessors_is_nearer(one->posting, found->posting);
}

static Entry *find_by_change_id(const LbPredecessors *predecessors, const Entry *entry) {
  const LbMail *mail;
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++) {
    const GPtrArray *bucket =
        mail->details->extras->change_id
            ? g_hash_table_lookup(predecessors->by_change_id, mail->details->extras->change_id)
            : NULL;
    Entry *found = NULL;
    for (guint k = 0; bucket && k < bucket->len; k++) {
      Entry *before = ((const Item *)g_ptr_array_index(bucket, k))->entry;
      if (may_precede(before, entry) && is_nearer(before, found))
        found = before;
    }
    if (found)
      return found;
  }
  return NULL;
}

/* A patch may keep its author where another one sends the series on. */
static void count_shared(GPtrArray *shared, const Item *item, const Entry *entry, guint patch) {
  Entry *before = item->entry;
  if (!has_same_author(before, entry) && !lb_people_is_same(item->author, entry->patches[patch].author))
    return;
  if (before->counted_for != entry->posting) {
    before->counted_for = entry->posting;
    before->last = before->n_shared = 0;
    g_ptr_array_add(shared, before);
  }
  /* Under two of its titles it is one patch. */
  if (before->last != patch + 1)
    before->n_shared++;
  before->last = patch + 1;
}

/* Counts, in all earlier postings, the patches shared with this one: by title and author. */
static GPtrArray *collect_shared(const LbPredecessors *predecessors, const Entry *entry) {
  GPtrArray *shared = g_ptr_array_new();
  /* A cover that became a single patch, and the reverse, share a title, too. */
  GHashTable *const tables[] = {predecessors->by_patch_title, predecessors->by_title};
  for (guint i = 0; i < entry->posting->patches->len; i++)
    for (guint t = 0; t < G_N_ELEMENTS(tables) && entry->patches[i].title; t++) {
      const GPtrArray *bucket =
          g_hash_table_lookup(tables[t], make_key(entry->posting, entry->patches[i].title));
      for (guint k = 0; bucket && k < bucket->len; k++)
        count_shared(shared, g_ptr_array_index(bucket, k), entry, i);
    }
  return shared;
}

static gboolean shares_patches(const Entry *before, const Entry *entry) {
  return before->counted_for == entry->posting;
}

/* A bare URL proves something only with more in common. */
static gboolean supports_plain_link(const Entry *before, const Entry *entry) {
  const char *one = before->posting->first->details->extras->change_id,
             *other = entry->posting->first->details->extras->change_id;
  return (before->whole.title && before->whole.title == entry->whole.title) ||
         (one && other && !strcmp(one, other)) || shares_patches(before, entry);
}

static Entry *find_by_link(const LbPredecessors *predecessors, const Entry *entry, const char **evidence) {
  Entry *found = NULL;
  const LbMail *mail;
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++)
    for (const LbLink *link = mail->details->extras->links; link && link->msgid; link++) {
      Entry *before =
          link->kind == LB_LINK_DEPENDENCY ? NULL : g_hash_table_lookup(predecessors->by_msgid, link->msgid);
      if (!before || !may_precede(before, entry) || !is_nearer(before, found) ||
          (link->kind == LB_LINK_PLAIN && !supports_plain_link(before, entry)))
        continue;
      found = before;
      *evidence = link->msgid;
    }
  return found;
}

static Entry *find_by_title(const LbPredecessors *predecessors, const Entry *entry) {
  const GPtrArray *bucket =
      entry->whole.title
          ? g_hash_table_lookup(predecessors->by_title, make_key(entry->posting, entry->whole.title))
          : NULL;
  Entry *found = NULL;
  for (guint i = 0; bucket && i < bucket->len; i++) {
    Entry *before = ((const Item *)g_ptr_array_index(bucket, i))->entry;
    if (is_nearer(before, found) && may_precede(before, entry) &&
        (has_same_author(before, entry) || shares_patches(before, entry)))
      found = before;
  }
  return found;
}

/* From v2 on there must be a predecessor, and one shared patch shows which.  A first version that shares the
 * lesser part of its patches with another one, or with an RFC, builds on it, or was cut out of it. */
static gboolean is_enough(const Entry *before, const Entry *entry) {
  guint n_before = before->posting->patches->len, n = entry->posting->patches->len;
  if (entry->posting->version > 1 && entry->posting->version > before->posting->version)
    return TRUE;
  if (before->posting->first->parsed->rfc && !entry->posting->first->parsed->rfc)
    return 2 * before->n_shared >= MIN(n_before, n);
  return 2 * before->n_shared >= (before->is_followed ? MAX(n_before, n) : n);
}

static Entry *find_by_shared_patch(const GPtrArray *shared, const Entry *entry) {
  Entry *found = NULL;
  for (guint i = 0; i < shared->len; i++) {
    Entry *before = g_ptr_array_index(shared, i);
    if (may_precede(before, entry) && is_enough(before, entry) &&
        (!found || before->n_shared > found->n_shared ||
         (before->n_shared == found->n_shared && is_nearer(before, found))))
      found = before;
  }
  return found;
}

/* Half a year; two weeks. */
#define FILES_MAX_AGE (183 * 24 * 60 * 60)
#define FILES_RECENT (14 * 24 * 60 * 60)

/* What stands behind "area: sub: ", as far as anybody reads. */
static LbSlice get_words(const char *title) {
  LbSlice words = {title, strnlen(title, 200)};
  const char *colon = memrchr(title, ':', words.length);
  if (colon && colon + 1 < title + words.length)
    words = (LbSlice){colon + 1, words.length - (gsize)(colon + 1 - title)};
  return words;
}

static LbSlice take_word(LbSlice *words) {
  gsize skip = 0, n = 0;
  while (skip < words->length && !g_ascii_isalnum(words->data[skip]))
    skip++;
  while (skip + n < words->length && (g_ascii_isalnum(words->data[skip + n]) || words->data[skip + n] == '_'))
    n++;
  LbSlice word = {words->data + skip, n};
  *words = (LbSlice){words->data + skip + n, words->length - skip - n};
  return word;
}

/* "with", "from" and the like count too: nothing hangs on this alone. */
static gboolean shares_word(const char *a, const char *b) {
  LbSlice one, other;
  for (LbSlice rest = get_words(a); (one = take_word(&rest)).length;) {
    if (one.length < 4)
      continue;
    for (LbSlice more = get_words(b); (other = take_word(&more)).length;)
      if (one.length == other.length && !g_ascii_strncasecmp(one.data, other.data, one.length))
        return TRUE;
  }
  return FALSE;
}

static gboolean may_be_retitled(const Entry *before, const Entry *entry) {
  gint64 age = entry->posting->date - before->posting->date;
  return !before->is_followed && before->posting->version + 1 == entry->posting->version &&
         age < FILES_MAX_AGE &&
         (age < FILES_RECENT || shares_word(before->posting->first->title, entry->posting->first->title));
}

/* A later version under a new title: what the same author posted on the same files as the version before, and
 * nothing else goes on from. */
static Entry *find_by_files(const LbPredecessors *predecessors, const Entry *entry) {
  const GPtrArray *bucket = NULL;
  Entry *found = NULL;
  if (entry->posting->version >= 2 && entry->files)
    bucket = g_hash_table_lookup(predecessors->by_files, make_key(entry->posting, entry->files));
  for (guint i = 0; bucket && i < bucket->len; i++) {
    Entry *before = ((const Item *)g_ptr_array_index(bucket, i))->entry;
    if (is_nearer(before, found) && may_precede(before, entry) && has_same_author(before, entry) &&
        may_be_retitled(before, entry))
      found = before;
  }
  return found;
}

static Entry *find_by_thread(const LbPredecessors *predecessors, const Entry *entry) {
  const LbMail *above = entry->posting->first;
  if (entry->posting->version < 2)
    return NULL;
  for (int i = 0; i < ABOVE_MAX && (above = lb_replies_find_parent(predecessors->replies, above)); i++) {
    above = lb_replies_find_posted(predecessors->replies, above);
    Entry *before = above ? g_hash_table_lookup(predecessors->by_msgid, above->msgid) : NULL;
    if (!above)
      break;
    if (before && may_precede(before, entry) && has_same_author(before, entry))
      return before;
  }
  return NULL;
}

/* A changelog may name v1 alone where v2 has come in between. */
static Entry *find_between(const LbPredecessors *predecessors, const Entry *entry, Entry *before,
                           Entry *titled, LbRevision *revision) {
  Entry *between = NULL;
  LbRule rule = LB_RULE_TITLE;
  if (titled && titled->posting->version > before->posting->version && is_nearer(titled, before))
    between = titled;
  else if (before->posting->version + 1 < entry->posting->version) {
    between = find_by_files(predecessors, entry);
    rule = LB_RULE_FILES;
  }
  if (!between)
    return before;
  revision->rule = rule;
  revision->evidence = NULL;
  return between;
}

static Entry *find(const LbPredecessors *predecessors, const Entry *entry, LbRevision *revision) {
  const LbPosting *posting = entry->posting;
  g_autoptr(GPtrArray) shared = collect_shared(predecessors, entry);
  Entry *before = NULL, *titled = find_by_title(predecessors, entry);
  if (posting->rerolls && (before = g_hash_table_lookup(predecessors->by_posting, posting->rerolls)))
    revision->rule = LB_RULE_REROLL;
  else if ((before = find_by_change_id(predecessors, entry)))
    revision->rule = LB_RULE_CHANGE_ID;
  else if ((before = find_by_link(predecessors, entry, &revision->evidence)))
    revision->rule = LB_RULE_URL;
  else if (posting->repost && (before = g_hash_table_lookup(predecessors->by_posting, posting->repost)))
    revision->rule = LB_RULE_REPOST;
  else if ((before = titled))
    revision->rule = LB_RULE_TITLE;
  else if ((before = find_by_shared_patch(shared, entry)))
    revision->rule = LB_RULE_SHARED_PATCH;
  else if ((before = find_by_thread(predecessors, entry)))
    revision->rule = LB_RULE_THREAD;
  else if ((before = find_by_files(predecessors, entry)))
    revision->rule = LB_RULE_FILES;
  if (revision->rule == LB_RULE_URL || revision->rule == LB_RULE_CHANGE_ID)
    before = find_between(predecessors, entry, before, titled, revision);
  return before;
}

void lb_predecessors_link(LbPredecessors *predecessors, LbRevision *revision) {
  Entry *entry = entry_new(predecessors, revision->posting), *before = find(predecessors, entry, revision);
  revision->before = before ? before->posting : NULL;
  if (before && !revision->evidence)
    revision->evidence = before->posting->first->msgid;
  if (before)
    before->is_followed = TRUE;
  add_entry(predecessors, entry);
}
