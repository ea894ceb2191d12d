/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/application.h"
#include "base/numbers.h"

struct LbApplicationFinder {
  const LbReviewInput *input;
  /* By title, then by date: patches, and by number of a title where its own begin; NULL until asked for. */
  const LbMail **patches;
  guint *begins;
};

LbApplicationFinder *lb_application_finder_new(const LbReviewInput *input) {
  LbApplicationFinder *finder = g_new0(LbApplicationFinder, 1);
  finder->input = input;
  return finder;
}

void lb_application_finder_free(LbApplicationFinder *finder) {
  if (!finder)
    return;
  g_free(finder->patches);
  g_free(finder->begins);
  g_free(finder);
}

static guint get_title(const LbApplicationFinder *finder, const LbMail *patch) {
  const LbCollection *collection = finder->input->collection;
  return collection->title_of[lb_collection_find_place(collection, patch)];
}

static guint find_title(const LbApplicationFinder *finder, const char *title) {
  return title ? lb_numbers_find_title(finder->input->collection->titles, title) : 0;
}

typedef struct {
  LbApplicationFinder *finder;
  const LbMail *mail;
  LbApplicationFunc func;
  gpointer data;
} Take;

/* Of one posting: what a list of patches may name. */
typedef struct {
  GHashTable *by_title, *by_number; /* number -> const LbMail */
} Names;

static Names names_new(LbApplicationFinder *finder, const LbPosting *posting) {
  Names names = {g_hash_table_new(NULL, NULL), g_hash_table_new(NULL, NULL)};
  for (guint i = posting->patches->len; i-- > 0;) {
    LbMail *patch = g_ptr_array_index(posting->patches, i);
    guint title = get_title(finder, patch);
    g_hash_table_insert(names.by_title, GUINT_TO_POINTER(title), patch);
    g_hash_table_insert(names.by_number, GINT_TO_POINTER(lb_reception_get_number(posting, patch)), patch);
  }
  return names;
}

/* By title, else by number; 0: it is none of this posting's.  Of a list's patches many may not have come
 * here, but the numbers are the posting's where the total is. */
static int find_named(LbApplicationFinder *finder, const Names *names, const LbPosting *posting,
                      const LbAppliedPatch *named) {
  guint title = find_title(finder, named->title);
  const LbMail *patch = title ? g_hash_table_lookup(names->by_title, GUINT_TO_POINTER(title)) : NULL;
  if (patch)
    return lb_reception_get_number(posting, patch);
  if (named->index < 1 || (named->total != LB_NO_NUMBER && named->total != posting->total))
    return 0;
  return named->index <= posting->total ||
                 g_hash_table_contains(names->by_number, GINT_TO_POINTER(named->index))
             ? named->index
             : 0;
}

/* FALSE: none of those named is in the posting. */
static gboolean take_named(const Take *take, const LbPosting *posting) {
  const LbApplied *applied = take->mail->details->applied;
  gboolean found = FALSE;
  if (!applied->n_patches)
    return FALSE;
  Names names = names_new(take->finder, posting);
  for (guint i = 0; i < applied->n_patches; i++) {
    int number = find_named(take->finder, &names, posting, &applied->patches[i]);
    found = found || number;
    if (number && applied->patches[i].is_applied)
      take->func(posting, number, applied->patches[i].commit, take->mail, take->data);
  }
  g_hash_table_unref(names.by_title);
  g_hash_table_unref(names.by_number);
  return found;
}

static gboolean is_named_by_title(const LbCollection *collection, guint place) {
  const LbMail *mail = g_ptr_array_index(collection->mails, place);
  const LbPosting *posting = lb_collection_get_posting(collection, place);
  return posting && posting->cover != mail && !posting->is_stable && !posting->is_pull &&
         mail->date != LB_TIME_UNKNOWN && collection->title_of[place];
}

/* Counted, then put in their places, which leaves each title's in the order of dates. */
static void index_titles(LbApplicationFinder *finder) {
  const LbCollection *collection = finder->input->collection;
  guint n_titles = lb_numbers_count(collection->titles), n = 0;
  guint *begins = finder->begins = g_new0(guint, n_titles + 2);
  for (guint i = 0; i < collection->mails->len; i++)
    if (is_named_by_title(collection, i))
      begins[collection->title_of[i]]++;
  for (guint title = 0; title <= n_titles + 1; title++) {
    n += begins[title];
    begins[title] = n;
  }
  finder->patches = g_new(const LbMail *, n);
  for (guint i = collection->mails->len; i-- > 0;)
    if (is_named_by_title(collection, i))
      finder->patches[--begins[collection->title_of[i]]] = g_ptr_array_index(collection->mails, i);
}

/* The newest patch of that title that was there then. */
static const LbMail *find_titled(LbApplicationFinder *finder, const char *title, gint64 date) {
  guint number = find_title(finder, title);
  if (!number)
    return NULL;
  if (!finder->begins)
    index_titles(finder);
  guint begin = finder->begins[number], low = begin;
  for (guint high = finder->begins[number + 1]; low < high;) {
    guint middle = low + (high - low) / 2;
    if (finder->patches[middle]->date <= date)
      low = middle + 1;
    else
      high = middle;
  }
  return low > begin ? finder->patches[low - 1] : NULL;
}

/* A notice that answers nothing we have, or names other patches than those it answers. */
static gboolean take_titled(const Take *take) {
  const LbApplied *applied = take->mail->details->applied;
  g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < applied->n_patches; i++) {
    const char *title = applied->patches[i].title;
    const LbMail *patch = title ? find_titled(take->finder, title, take->mail->date) : NULL;
    const LbPosting *posting =
        patch ? lb_collection_find_posting(take->finder->input->collection, patch) : NULL;
    if (posting && g_hash_table_add(done, (gpointer)posting))
      take_named(take, posting);
  }
  return g_hash_table_size(done) > 0;
}

void lb_application_finder_foreach(LbApplicationFinder *finder, const LbMail *mail, const LbMail *posted,
                                   LbApplicationFunc func, gpointer data) {
  const LbApplied *applied = mail->details->applied;
  Take take = {finder, mail, func, data};
  const LbPosting *posting = posted ? lb_collection_find_posting(finder->input->collection, posted) : NULL;
  if (posting && take_named(&take, posting))
    return;
  gboolean found = take_titled(&take);
  /* What answers a patch means it, under whatever title it went in. */
  if (!posting || applied->n_patches > 1 || (found && posted == posting->cover))
    return;
  const LbAppliedPatch *named = applied->n_patches ? &applied->patches[0] : NULL;
  if (!named || named->is_applied)
    func(posting, applied->is_whole ? 0 : lb_reception_get_number(posting, posted),
         named ? named->commit : NULL, mail, data);
}
