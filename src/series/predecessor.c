/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/predecessor.h"
#include <string.h>
#include "base/arena.h"
#include "base/numbers.h"
#include "base/spots.h"

typedef struct Entry Entry;

/* What a posting can be found by: itself, or one of its patches. */
typedef struct {
  guint title; /* number; 0: none */
  LbWho author;
} Item;

struct Entry {
  const LbPosting *posting;
  LbWho sender;
  guint files;          /* number of the set of files that its patches touch; 0: none known */
  gboolean is_followed; /* a later posting goes on from it */
  /* While shared patches are counted, of counted_for alone: how many, and the last one counted. */
  const LbPosting *counted_for;
  guint n_shared, last;
  Item items[]; /* title and author of the cover, else of the lowest patch; then those of each patch */
};

/* One place in a bucket. */
typedef struct Node Node;
struct Node {
  Entry *entry;
  Node *before; /* the one put in before it */
  guint item;
};

/* Stable and pull postings have neighbours of their like alone. */
#define N_LIKES 4

/* Buckets by number, each as its newest node. */
typedef struct {
  GPtrArray *newest[N_LIKES]; /* of Node; NULL: none yet */
} Table;

struct LbPredecessors {
  const LbCollection *collection;
  const LbReplies *replies;
  LbPeople *people;
  LbArena *arena;        /* entries and nodes */
  LbSpots *path_numbers; /* of const char *: few paths are kept more than once */
  LbNumbers *paths, *files, *change_ids;
  GArray *seen;    /* of guint: by number of path the posting, its number + 1, that touched it last */
  GArray *touched; /* of guint: paths of one posting */
  guint fetched;   /* see lb_collection_fetch_posted() */
  Table by_change_id, by_title, by_patch_title, by_files;
  Entry **by_posting; /* by number of posting; NULL: not yet */
  LbNumbers *links;   /* Message-IDs that links name */
  Entry **linked;     /* by number in links, from 1: the posting with that mail; NULL: not yet, or not here */
};

/* A title that many postings bear says little, and whoever wants to could make its bucket grow without end:
 * only the newest count, by date, whatever the order of arrival was. */
#define BUCKET_MAX 64
/* Postings above one in its thread that are looked at. */
#define ABOVE_MAX 64

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

static gboolean is_followable(const LbLink *link) {
  return link->kind != LB_LINK_DEPENDENCY;
}

/* Of ids by which links name mails. */
static guint get_link(const LbPredecessors *predecessors, const LbLink *link) {
  return is_followable(link)
             ? lb_numbers_get_hashed(predecessors->links, link->msgid, lb_mail_hash_id(link->msgid))
             : 0;
}

/* Few mails are named by links: no table of all ids is needed to find them. */
static void number_links(LbPredecessors *predecessors) {
  const LbCollection *collection = predecessors->collection;
  guint n = 0, fetched = 0;
  for (guint place = 0; place < collection->mails->len; place++) {
    lb_collection_fetch_posted(collection, &fetched, place);
    if (!collection->number_of[place])
      continue;
    const LbMail *mail = g_ptr_array_index(collection->mails, place);
    for (const LbLink *link = mail->details->extras->links; link && link->msgid; link++)
      n = MAX(n, get_link(predecessors, link));
  }
  predecessors->linked = g_new0(Entry *, n + 1);
}

LbPredecessors *lb_predecessors_new(const LbCollection *collection, const LbReplies *replies,
                                    LbPeople *people) {
  LbPredecessors *predecessors = g_new0(LbPredecessors, 1);
  predecessors->collection = collection;
  predecessors->replies = replies;
  predecessors->people = people;
  predecessors->arena = lb_arena_new();
  predecessors->path_numbers = lb_spots_new();
  predecessors->seen = g_array_new(FALSE, TRUE, sizeof(guint));
  predecessors->touched = g_array_new(FALSE, FALSE, sizeof(guint));
  predecessors->paths = lb_numbers_new();
  predecessors->files = lb_numbers_new();
  predecessors->change_ids = lb_numbers_new();
  predecessors->links = lb_numbers_new();
  predecessors->by_posting = g_new0(Entry *, collection->postings->len);
  number_links(predecessors);
  return predecessors;
}

static void table_clear(Table *table) {
  for (guint i = 0; i < N_LIKES; i++)
    g_clear_pointer(&table->newest[i], g_ptr_array_unref);
}

void lb_predecessors_free(LbPredecessors *predecessors) {
  if (!predecessors)
    return;
  table_clear(&predecessors->by_change_id);
  table_clear(&predecessors->by_title);
  table_clear(&predecessors->by_patch_title);
  table_clear(&predecessors->by_files);
  g_free(predecessors->by_posting);
  g_free(predecessors->linked);
  lb_spots_free(predecessors->path_numbers);
  g_array_unref(predecessors->seen);
  g_array_unref(predecessors->touched);
  lb_numbers_free(predecessors->paths);
  lb_numbers_free(predecessors->files);
  lb_numbers_free(predecessors->change_ids);
  lb_numbers_free(predecessors->links);
  lb_arena_free(predecessors->arena);
  g_free(predecessors);
}

static guint find_like(const LbPosting *posting) {
  return (guint)posting->is_stable << 1 | (guint)posting->is_pull;
}

static void add_to(LbPredecessors *predecessors, Table *table, guint like, guint number, Entry *entry,
                   guint item) {
  GPtrArray **newest = &table->newest[like];
  if (!*newest)
    *newest = g_ptr_array_new();
  if (number >= (*newest)->len)
    g_ptr_array_set_size(*newest, (gint)number + 1);
  Node *before = g_ptr_array_index(*newest, number);
  if (before && before->entry == entry)
    return;
  Node *node = lb_arena_new_array(predecessors->arena, Node, 1);
  *node = (Node){entry, before, item};
  g_ptr_array_index(*newest, number) = node;
}

/* The newest of a bucket, the oldest of them first. */
typedef struct {
  const Node *nodes[BUCKET_MAX];
  guint first;
} Bucket;

static void find_bucket(const Table *table, guint like, guint number, Bucket *bucket) {
  const GPtrArray *newest = table->newest[like];
  const Node *node = number && newest && number < newest->len ? g_ptr_array_index(newest, number) : NULL;
  bucket->first = BUCKET_MAX;
  for (; node && bucket->first > 0; node = node->before)
    bucket->nodes[--bucket->first] = node;
}

static gint compare_numbers(gconstpointer a, gconstpointer b) {
  guint one = *(const guint *)a, other = *(const guint *)b;
  return (one > other) - (one < other);
}

/* Digits of any order will do, but no NUL. */
static void append_number(GString *key, guint number) {
  for (; number; number /= 64)
    g_string_append_c(key, (char)('0' + number % 64));
  g_string_append_c(key, ' ');
}

static guint number_path(LbPredecessors *predecessors, const char *path) {
  guint32 *number = lb_spots_get(predecessors->path_numbers, path);
  if (!*number)
    *number = lb_numbers_get_string(predecessors->paths, path);
  if (*number >= predecessors->seen->len)
    g_array_set_size(predecessors->seen, 2 * *number);
  return *number;
}

/* Each file once. */
static void collect_files(LbPredecessors *predecessors, const LbPosting *posting) {
  g_array_set_size(predecessors->touched, 0);
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbDiff *diff = get_patch(posting, i)->details->diff;
    for (const char *const *path = diff ? diff->paths : NULL; path && *path; path++) {
      guint number = number_path(predecessors, *path);
      guint *seen = &g_array_index(predecessors->seen, guint, number);
      if (*seen != posting->number + 1)
        g_array_append_val(predecessors->touched, number);
      *seen = posting->number + 1;
    }
  }
}

/* A set of files is one of their numbers. */
static guint number_files(LbPredecessors *predecessors, const LbPosting *posting) {
  GArray *touched = predecessors->touched;
  collect_files(predecessors, posting);
  if (touched->len > 1)
    g_array_sort(touched, compare_numbers);
  GString *key = lb_numbers_begin(predecessors->files);
  for (guint i = 0; i < touched->len; i++)
    append_number(key, g_array_index(touched, guint, i));
  return touched->len ? lb_numbers_get(predecessors->files) : 0;
}

static Item make_item(LbPredecessors *predecessors, const LbMail *mail) {
  const LbCollection *collection = predecessors->collection;
  return (Item){collection->title_of[lb_collection_find_place(collection, mail)],
                lb_people_get(predecessors->people, mail->author)};
}

static Entry *entry_new(LbPredecessors *predecessors, const LbPosting *posting) {
  guint n = posting->patches->len;
  Entry *entry = lb_arena_alloc(predecessors->arena, sizeof *entry + (n + 1) * sizeof(Item));
  entry->posting = posting;
  entry->items[0] = make_item(predecessors, posting->first);
  entry->sender = lb_people_get(predecessors->people, posting->first->sender);
  for (guint i = 0; i < n; i++)
    entry->items[i + 1] = make_item(predecessors, get_patch(posting, i));
  entry->files = number_files(predecessors, posting);
  return entry;
}

static void add_mail(LbPredecessors *predecessors, Entry *entry, const LbMail *mail) {
  const char *change_id = mail->details->extras->change_id;
  guint link = lb_numbers_find_hashed(predecessors->links, mail->msgid, lb_mail_get_id_hash(mail));
  if (change_id)
    add_to(predecessors, &predecessors->by_change_id, 0,
           lb_numbers_get_string(predecessors->change_ids, change_id), entry, 0);
  if (link)
    predecessors->linked[link] = entry;
}

static void add_entry(LbPredecessors *predecessors, Entry *entry) {
  const LbMail *mail;
  guint like = find_like(entry->posting);
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++)
    add_mail(predecessors, entry, mail);
  if (entry->items[0].title)
    add_to(predecessors, &predecessors->by_title, like, entry->items[0].title, entry, 0);
  if (entry->files)
    add_to(predecessors, &predecessors->by_files, like, entry->files, entry, 0);
  for (guint i = 1; i <= entry->posting->patches->len; i++)
    if (entry->items[i].title)
      add_to(predecessors, &predecessors->by_patch_title, like, entry->items[i].title, entry, i);
  predecessors->by_posting[entry->posting->number] = entry;
}

/* The cover's author, else that of the lowest patch, and whoever sent it. */
static gboolean has_same_author(const Entry *a, const Entry *b) {
  return lb_people_is_same(a->items[0].author, b->items[0].author) ||
         lb_people_is_same(a->sender, b->sender) || lb_people_is_same(a->items[0].author, b->sender) ||
         lb_people_is_same(a->sender, b->items[0].author);
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
    const char *id = mail->details->extras->change_id;
    Entry *found = NULL;
    Bucket bucket;
    if (!id)
      continue;
    find_bucket(&predecessors->by_change_id, 0, lb_numbers_find_string(predecessors->change_ids, id),
                &bucket);
    for (guint k = bucket.first; k < BUCKET_MAX; k++) {
      Entry *before = bucket.nodes[k]->entry;
      if (may_precede(before, entry) && is_nearer(before, found))
        found = before;
    }
    if (found)
      return found;
  }
  return NULL;
}

/* A patch may keep its author where another one sends the series on. */
static void count_shared(GPtrArray *shared, const Node *node, const Entry *entry, guint patch) {
  Entry *before = node->entry;
  if (!has_same_author(before, entry) &&
      !lb_people_is_same(before->items[node->item].author, entry->items[patch].author))
    return;
  if (before->counted_for != entry->posting) {
    before->counted_for = entry->posting;
    before->last = before->n_shared = 0;
    g_ptr_array_add(shared, before);
  }
  /* Under two of its titles it is one patch. */
  if (before->last != patch)
    before->n_shared++;
  before->last = patch;
}

/* Counts, in all earlier postings, the patches shared with this one: by title and author. */
static GPtrArray *collect_shared(const LbPredecessors *predecessors, const Entry *entry) {
  GPtrArray *shared = g_ptr_array_new();
  /* A cover that became a single patch, and the reverse, share a title, too. */
  const Table *const tables[] = {&predecessors->by_patch_title, &predecessors->by_title};
  guint like = find_like(entry->posting);
  for (guint i = 1; i <= entry->posting->patches->len; i++)
    for (guint t = 0; t < G_N_ELEMENTS(tables); t++) {
      Bucket bucket;
      find_bucket(tables[t], like, entry->items[i].title, &bucket);
      for (guint k = bucket.first; k < BUCKET_MAX; k++)
        count_shared(shared, bucket.nodes[k], entry, i);
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
  return (before->items[0].title && before->items[0].title == entry->items[0].title) ||
         (one && other && !strcmp(one, other)) || shares_patches(before, entry);
}

static Entry *find_by_link(const LbPredecessors *predecessors, const Entry *entry, const char **evidence) {
  Entry *found = NULL;
  const LbMail *mail;
  for (guint i = 0; (mail = get_mail(entry->posting, i)); i++)
    for (const LbLink *link = mail->details->extras->links; link && link->msgid; link++) {
      Entry *before = predecessors->linked[get_link(predecessors, link)];
      if (!before || !may_precede(before, entry) || !is_nearer(before, found) ||
          (link->kind == LB_LINK_PLAIN && !supports_plain_link(before, entry)))
        continue;
      found = before;
      *evidence = link->msgid;
    }
  return found;
}

static Entry *find_by_title(const LbPredecessors *predecessors, const Entry *entry) {
  Entry *found = NULL;
  Bucket bucket;
  find_bucket(&predecessors->by_title, find_like(entry->posting), entry->items[0].title, &bucket);
  for (guint i = bucket.first; i < BUCKET_MAX; i++) {
    Entry *before = bucket.nodes[i]->entry;
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
  Entry *found = NULL;
  Bucket bucket;
  if (entry->posting->version < 2)
    return NULL;
  find_bucket(&predecessors->by_files, find_like(entry->posting), entry->files, &bucket);
  for (guint i = bucket.first; i < BUCKET_MAX; i++) {
    Entry *before = bucket.nodes[i]->entry;
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
    if (!above)
      break;
    Entry *before =
        predecessors->by_posting[lb_collection_find_posting(predecessors->collection, above)->number];
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
  if (posting->rerolls && (before = predecessors->by_posting[posting->rerolls->number]))
    revision->rule = LB_RULE_REROLL;
  else if ((before = find_by_change_id(predecessors, entry)))
    revision->rule = LB_RULE_CHANGE_ID;
  else if ((before = find_by_link(predecessors, entry, &revision->evidence)))
    revision->rule = LB_RULE_URL;
  else if (posting->repost && (before = predecessors->by_posting[posting->repost->number]))
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
  lb_collection_fetch_posted(predecessors->collection, &predecessors->fetched,
                             revision->posting->first->place);
  Entry *entry = entry_new(predecessors, revision->posting), *before = find(predecessors, entry, revision);
  revision->before = before ? before->posting : NULL;
  if (before && !revision->evidence)
    revision->evidence = before->posting->first->msgid;
  if (before)
    before->is_followed = TRUE;
  add_entry(predecessors, entry);
}
