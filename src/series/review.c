/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/review.h"
#include <string.h>
#include "base/period.h"
#include "base/text.h"

struct LbReceptions {
  LbReviewInput input;
  GHashTable *by_posting;      /* const LbPosting -> LbReception, owned */
  GHashTable *by_patch_title;  /* for notices outside the thread: casefolded title -> GPtrArray of const LbMail, by date */
};

static void reception_free(gpointer data) {
  LbReception *reception = data;
  g_array_unref(reception->reviews);
  g_array_unref(reception->repliers);
  g_array_unref(reception->applications);
  g_ptr_array_unref(reception->replies);
  g_free(reception);
}

static LbReception *reception_new(const LbPosting *posting) {
  LbReception *reception = g_new0(LbReception, 1);
  reception->posting = posting;
  reception->reviews = g_array_new(FALSE, FALSE, sizeof(LbReview));
  reception->repliers = g_array_new(FALSE, FALSE, sizeof(LbReplier));
  reception->applications = g_array_new(FALSE, FALSE, sizeof(LbApplication));
  reception->replies = g_ptr_array_new();
  return reception;
}

static gboolean is_same_person(const LbPerson *a, const LbPerson *b) {
  if (a->email && b->email && !g_ascii_strcasecmp(a->email, b->email))
    return TRUE;
  return a->name && b->name && strchr(a->name, ' ') && !strcmp(a->name, b->name);
}

static LbPerson map(const LbReceptions *receptions, LbPerson person) {
  return lb_mailmap_find(receptions->input.mailmap, person);
}

/* Whoever wrote or sent any of it answers as its author. */
static gboolean is_author(const LbReceptions *receptions, const LbPosting *posting, const LbPerson *person) {
  for (guint i = 0; i <= posting->patches->len; i++) {
    const LbMail *mail = i < posting->patches->len ? g_ptr_array_index(posting->patches, i) : posting->first;
    LbPerson author = map(receptions, mail->author), sender = map(receptions, mail->sender);
    if (is_same_person(&author, person) || is_same_person(&sender, person))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_counted(const LbReceptions *receptions, const LbMail *mail) {
  gint64 until = receptions->input.until;
  return !mail->duplicate_of && (until == LB_TIME_UNKNOWN || (mail->date != LB_TIME_UNKNOWN && mail->date < until));
}

/* 0: the cover, so every patch. */
static int get_patch_number(const LbPosting *posting, const LbMail *posted) {
  if (posted == posting->cover)
    return 0;
  return posted->parsed.index > 0 ? posted->parsed.index : 1;
}

static void add_review(LbReception *reception, LbReview review) {
  for (guint i = 0; i < reception->reviews->len; i++) {
    LbReview *known = &g_array_index(reception->reviews, LbReview, i);
    if (known->kind == review.kind && known->patch == review.patch && is_same_person(&known->person, &review.person)) {
      /* What was given counts as given, though the newer posting carries it as well. */
      known->is_mismatched = known->is_mismatched && review.is_mismatched;
      return;
    }
  }
  g_array_append_val(reception->reviews, review);
}

static void add_credits(LbReceptions *receptions, LbReception *reception, const LbCredit *credits, const LbMail *mail,
                        int patch, gboolean is_carried) {
  for (; credits && credits->name; credits++) {
    if (credits->kind > LB_CREDIT_NACKED || !credits->person.email)
      continue;
    LbPerson person = map(receptions, credits->person);
    add_review(reception, (LbReview){credits->kind, person, mail, patch, is_carried, credits->is_mismatched});
    if (credits->kind == LB_CREDIT_NACKED && !is_carried && !credits->is_mismatched)
      reception->refusal = mail;
  }
}

static void add_replier(LbReceptions *receptions, LbReception *reception, const LbMail *mail) {
  LbPerson person = map(receptions, mail->author);
  if (!person.email)
    return;
  if (!reception->last_word || mail->date >= reception->last_word->date)
    reception->last_word = mail;
  if (is_author(receptions, reception->posting, &person))
    return;
  if (!reception->last_other || mail->date >= reception->last_other->date)
    reception->last_other = mail;
  for (guint i = 0; i < reception->repliers->len; i++) {
    LbReplier *replier = &g_array_index(reception->repliers, LbReplier, i);
    if (is_same_person(&replier->person, &person)) {
      replier->n_replies++;
      replier->last = mail->date;
      return;
    }
  }
  LbReplier replier = {person, 1, mail->date, mail->date};
  g_array_append_val(reception->repliers, replier);
}

/* The patch of a posting that a notice's line means: by title, else by its number. */
static const LbMail *find_named(const LbPosting *posting, const LbAppliedPatch *named) {
  g_autofree char *wanted = named->title ? lb_text_fold(named->title) : NULL;
  for (guint i = 0; wanted && i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    g_autofree char *title = lb_text_fold(patch->parsed.title);
    if (!strcmp(title, wanted))
      return patch;
  }
  for (guint i = 0; named->index > 0 && i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    if (patch->parsed.index == named->index && (named->total == LB_NO_NUMBER || named->total == posting->total))
      return patch;
  }
  return NULL;
}

static void add_application(LbReception *reception, const LbApplied *applied, const LbMail *mail, int patch,
                            const char *commit) {
  for (guint i = 0; i < reception->applications->len; i++) {
    const LbApplication *known = &g_array_index(reception->applications, LbApplication, i);
    if (known->patch == patch && known->mail == mail)
      return;
  }
  LbApplication application = {patch, applied->tree, applied->branch, commit, applied->rule, mail};
  g_array_append_val(reception->applications, application);
}

/* posted: the cover or patch that the notice answers; NULL if it answers none. */
static void add_applied(LbReceptions *receptions, LbReception *reception, const LbMail *posted, const LbMail *mail) {
  const LbApplied *applied = mail->applied;
  LbPerson writer = map(receptions, mail->author);
  /* "Agreed, applied" is an author's word for a suggestion; "Applied to x-next" a maintainer's for a patch of their own. */
  if (!strcmp(applied->rule, "words") && !applied->tree && is_author(receptions, reception->posting, &writer))
    return;
  if (!applied->is_applied) {
    reception->refusal = mail;
    return;
  }
  gboolean found = FALSE;
  for (guint i = 0; i < applied->n_patches; i++) {
    const LbAppliedPatch *named = &applied->patches[i];
    const LbMail *patch = find_named(reception->posting, named);
    found = found || patch;
    /* b4 lists patches that it did not find in the tree, too: without a commit they aren't applied. */
    if (patch && named->is_applied)
      add_application(reception, applied, mail, get_patch_number(reception->posting, patch), named->commit);
  }
  if (found || applied->n_patches > 1)
    return;
  const char *commit = applied->n_patches ? applied->patches[0].commit : NULL;
  if (applied->n_patches && !applied->patches[0].is_applied)
    return;
  add_application(reception, applied, mail,
                  applied->is_whole || !posted ? 0 : get_patch_number(reception->posting, posted), commit);
}

/* A notice that answers nothing we have: by the titles it names, the newest posting before it. */
static void add_unthreaded(LbReceptions *receptions, const LbMail *mail) {
  g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < mail->applied->n_patches; i++) {
    if (!mail->applied->patches[i].title)
      continue;
    g_autofree char *title = lb_text_fold(mail->applied->patches[i].title);
    const GPtrArray *patches = g_hash_table_lookup(receptions->by_patch_title, title);
    const LbPosting *posting = NULL;
    for (guint k = 0; patches && k < patches->len; k++) {
      const LbMail *patch = g_ptr_array_index(patches, k);
      if (patch->date <= mail->date)
        posting = g_hash_table_lookup(receptions->input.collection->by_mail, patch);
    }
    if (posting && g_hash_table_add(done, (gpointer)posting))
      add_applied(receptions, g_hash_table_lookup(receptions->by_posting, posting), NULL, mail);
  }
}

static gint compare_dates(gconstpointer a, gconstpointer b) {
  const LbMail *one = *(const LbMail *const *)a, *other = *(const LbMail *const *)b;
  if (one->date != other->date)
    return one->date < other->date ? -1 : 1;
  return strcmp(one->msgid, other->msgid);
}

static void begin_postings(LbReceptions *receptions) {
  const GPtrArray *postings = receptions->input.collection->postings;
  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    LbReception *reception = reception_new(posting);
    g_hash_table_insert(receptions->by_posting, (gpointer)posting, reception);
    reception->last_word = posting->first;
    for (guint k = 0; k < posting->patches->len; k++) {
      const LbMail *patch = g_ptr_array_index(posting->patches, k);
      if (!is_counted(receptions, patch))
        continue;
      if (patch->date > reception->last_word->date)
        reception->last_word = patch;
      add_credits(receptions, reception, patch->carried, patch, get_patch_number(posting, patch), TRUE);
      char *title = lb_text_fold(patch->parsed.title);
      GPtrArray *patches = g_hash_table_lookup(receptions->by_patch_title, title);
      if (!patches) {
        patches = g_ptr_array_new();
        g_hash_table_insert(receptions->by_patch_title, title, patches);
      } else
        g_free(title);
      g_ptr_array_add(patches, (gpointer)patch);
    }
    if (posting->cover && is_counted(receptions, posting->cover))
      add_credits(receptions, reception, posting->cover->carried, posting->cover, 0, TRUE);
  }
}

static void take_reply(LbReceptions *receptions, const LbMail *mail) {
  const LbCollection *collection = receptions->input.collection;
  LbClass mail_class = lb_collection_get_class(collection, mail);
  const LbMail *posted = lb_replies_find_posted(receptions->input.replies, collection, mail);
  if (posted == mail)
    return;
  if (!posted) {
    if (mail->applied)
      add_unthreaded(receptions, mail);
    return;
  }
  const LbPosting *posting = g_hash_table_lookup(collection->by_mail, posted);
  LbReception *reception = g_hash_table_lookup(receptions->by_posting, posting);
  g_ptr_array_add(reception->replies, (gpointer)mail);
  if (mail->applied)
    add_applied(receptions, reception, posted, mail);
  if (mail_class == LB_CLASS_BOT || mail_class == LB_CLASS_NOTICE)
    return;
  add_credits(receptions, reception, mail->given, mail, get_patch_number(posting, posted), FALSE);
  add_replier(receptions, reception, mail);
}

LbReceptions *lb_receptions_build(const LbReviewInput *input, const GPtrArray *mails) {
  LbReceptions *receptions = g_new0(LbReceptions, 1);
  receptions->input = *input;
  receptions->by_posting = g_hash_table_new_full(NULL, NULL, NULL, reception_free);
  receptions->by_patch_title =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  begin_postings(receptions);
  g_autoptr(GPtrArray) in_order = g_ptr_array_sized_new(mails->len);
  for (guint i = 0; i < mails->len; i++)
    if (is_counted(receptions, g_ptr_array_index(mails, i)))
      g_ptr_array_add(in_order, g_ptr_array_index(mails, i));
  g_ptr_array_sort(in_order, compare_dates);
  for (guint i = 0; i < in_order->len; i++)
    take_reply(receptions, g_ptr_array_index(in_order, i));
  return receptions;
}

void lb_receptions_free(LbReceptions *receptions) {
  if (!receptions)
    return;
  g_hash_table_unref(receptions->by_posting);
  g_hash_table_unref(receptions->by_patch_title);
  g_free(receptions);
}

const LbReception *lb_receptions_get(const LbReceptions *receptions, const LbPosting *posting) {
  return g_hash_table_lookup(receptions->by_posting, posting);
}

guint lb_reception_count_applied(const LbReception *reception) {
  const LbPosting *posting = reception->posting;
  guint n_patches = MAX((guint)MAX(posting->total, 0), posting->patches->len), n = 0;
  g_autoptr(GHashTable) patches = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < reception->applications->len; i++) {
    int patch = g_array_index(reception->applications, LbApplication, i).patch;
    if (patch == 0)
      return n_patches;
    n += g_hash_table_add(patches, GINT_TO_POINTER(patch));
  }
  return MIN(n, n_patches);
}
