/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/review.h"
#include <string.h>
#include "series/application.h"
#include "series/roll.h"

/* Mails lie all over memory: those to come are fetched meanwhile. */
#define AHEAD 16
/* Up to here looking through all rows is faster than a table, and takes no memory: most have fewer. */
#define FEW 16

typedef struct {
  LbWho author, sender;
} Authors;

struct LbReceptions {
  LbReviewInput input;
  LbReception *all; /* by number of posting */
  guint n;          /* begun so far */
  LbApplicationFinder *applications;
  Authors *authors; /* by number of posting */
  /* Of receptions with more than FEW rows: by posting and person, the places + 1 of his reviews by kind and
   * patch, and of his row among the repliers; by posting and patch, that it was applied. */
  LbRoll *reviewers, *repliers, *applied;
};

/* Most have nothing of one kind or another, and share this, in which nothing is ever put. */
static GArray no_rows;

static void free_rows(GArray *rows) {
  if (rows != &no_rows)
    g_array_unref(rows);
}

#define ADD_ROW(rows, row)                                                                                   \
  ((rows) == &no_rows ? (void)((rows) = g_array_new(FALSE, FALSE, sizeof(row))) : (void)0,                   \
   g_array_append_vals((rows), &(row), 1))

static void reception_init(LbReception *reception, const LbPosting *posting, LbPeople *people) {
  reception->posting = posting;
  reception->people = people;
  reception->reviews = reception->repliers = reception->applications = &no_rows;
}

static void reception_clear(LbReception *reception) {
  free_rows(reception->reviews);
  free_rows(reception->repliers);
  free_rows(reception->applications);
}

/* NULL while it isn't there yet. */
static LbReception *find_reception(const LbReceptions *receptions, const LbPosting *posting) {
  return posting->number < receptions->n ? &receptions->all[posting->number] : NULL;
}

static gboolean is_counted(const LbReceptions *receptions, const LbMail *mail) {
  gint64 until = receptions->input.until;
  return until == LB_TIME_UNKNOWN || (mail->date != LB_TIME_UNKNOWN && mail->date < until);
}

int lb_reception_get_number(const LbPosting *posting, const LbMail *posted) {
  if (posted == posting->cover)
    return 0;
  return posted->parsed->index > 0 ? posted->parsed->index : posted->parsed->extra ? LB_NO_NUMBER : 1;
}

/* What a person has one review of at most.  Indexes have four digits at most. */
static guint number_subject(const LbReview *review) {
  return (guint)review->kind * 20000 + (guint)(review->patch + 1);
}

/* As in a roll: who has the address, else who has the name. */
static void note_match(LbWho known, LbWho who, guint place, guint *by_email, guint *by_name) {
  if (!*by_email && known.email && known.email == who.email)
    *by_email = place;
  if (!*by_name && known.name && known.name == who.name)
    *by_name = place;
}

/* 0: not there. */
static guint find_review(const LbReceptions *receptions, const LbReception *reception,
                         const LbReview *review) {
  guint subject = number_subject(review), by_email = 0, by_name = 0;
  if (reception->reviews->len > FEW)
    return lb_roll_find(receptions->reviewers, reception->posting->number, subject, review->who);
  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *known = &g_array_index(reception->reviews, LbReview, i);
    if (number_subject(known) == subject)
      note_match(known->who, review->who, i + 1, &by_email, &by_name);
  }
  return by_email ? by_email : by_name;
}

static void add_review(LbReceptions *receptions, LbReception *reception, LbReview review) {
  guint place = find_review(receptions, reception, &review);
  if (place) {
    LbReview *known = &g_array_index(reception->reviews, LbReview, place - 1);
    known->is_mismatched = known->is_mismatched && review.is_mismatched;
    return;
  }
  ADD_ROW(reception->reviews, review);
  guint n = reception->reviews->len;
  for (guint i = n == FEW + 1 ? 0 : n - 1; n > FEW && i < n; i++) {
    const LbReview *row = &g_array_index(reception->reviews, LbReview, i);
    lb_roll_add(receptions->reviewers, reception->posting->number, number_subject(row), row->who, i + 1);
  }
}

static void add_credits(LbReceptions *receptions, LbReception *reception, const LbCredit *credits,
                        const LbMail *mail, int patch, gboolean is_carried) {
  for (; credits && credits->name; credits++) {
    if (credits->kind > LB_CREDIT_NACKED || !credits->person->email)
      continue;
    LbReview review = {.person = credits->person,
                       .who = lb_people_get(receptions->input.people, credits->person),
                       .mail = mail,
                       .patch = (gint16)patch,
                       .kind = credits->kind,
                       .is_carried = is_carried,
                       .is_mismatched = credits->is_mismatched};
    add_review(receptions, reception, review);
    if (credits->kind == LB_CREDIT_NACKED && !is_carried && !credits->is_mismatched)
      reception->refusal = mail;
  }
}

static void take_word(LbReception *reception, const LbMail *mail, gboolean is_author) {
  if (!reception->last_word || mail->date >= reception->last_word->date)
    reception->last_word = mail;
  if (!is_author && (!reception->last_other || mail->date >= reception->last_other->date))
    reception->last_other = mail;
}

/* Whoever wrote or sent the posting, or the patch that he speaks of, answers as its author. */
static gboolean is_author(const LbReceptions *receptions, const LbPosting *posting, const LbMail *posted,
                          LbWho who) {
  const Authors *authors = &receptions->authors[posting->number];
  LbPeople *people = receptions->input.people;
  return lb_people_is_same(authors->author, who) || lb_people_is_same(authors->sender, who) ||
         (posted != posting->first && (lb_people_is_same(lb_people_get(people, posted->author), who) ||
                                       lb_people_is_same(lb_people_get(people, posted->sender), who)));
}

static guint find_replier(const LbReceptions *receptions, const LbReception *reception, LbWho who) {
  guint by_email = 0, by_name = 0;
  if (reception->repliers->len > FEW)
    return lb_roll_find(receptions->repliers, reception->posting->number, 0, who);
  for (guint i = 0; i < reception->repliers->len; i++)
    note_match(g_array_index(reception->repliers, LbReplier, i).who, who, i + 1, &by_email, &by_name);
  return by_email ? by_email : by_name;
}

static void add_replier(LbReceptions *receptions, LbReception *reception, const LbMail *mail, LbWho who) {
  guint place = find_replier(receptions, reception, who);
  if (place) {
    LbReplier *replier = &g_array_index(reception->repliers, LbReplier, place - 1);
    replier->n_replies++;
    replier->last = mail->date;
    return;
  }
  LbReplier replier = {mail, mail->date, who, 1};
  ADD_ROW(reception->repliers, replier);
  guint n = reception->repliers->len;
  for (guint i = n == FEW + 1 ? 0 : n - 1; n > FEW && i < n; i++)
    lb_roll_add(receptions->repliers, reception->posting->number, 0,
                g_array_index(reception->repliers, LbReplier, i).who, i + 1);
}

/* Patches have numbers from LB_NO_NUMBER on, persons of a roll from 1. */
static LbWho who_is_patch(int patch) {
  return (LbWho){(guint)(patch - LB_NO_NUMBER) + 1, 0};
}

static gboolean is_applied(const LbReceptions *receptions, const LbReception *reception, int patch) {
  if (reception->applications->len > FEW)
    return lb_roll_find(receptions->applied, reception->posting->number, 0, who_is_patch(patch)) != 0;
  for (guint i = 0; i < reception->applications->len; i++)
    if (g_array_index(reception->applications, LbApplication, i).patch == patch)
      return TRUE;
  return FALSE;
}

guint lb_reception_count_patches(const LbPosting *posting) {
  return MAX((guint)MAX(posting->total, 0), posting->patches->len);
}

static void add_application(const LbPosting *posting, int patch, const char *commit, const LbMail *mail,
                            gpointer data) {
  LbReceptions *receptions = data;
  LbReception *reception = find_reception(receptions, posting);
  LbApplication application = {patch,  mail->details->applied->tree, mail->details->applied->branch,
                               commit, mail->details->applied->rule, mail};
  if (!reception)
    return;
  reception->n_applied += !is_applied(receptions, reception, patch);
  reception->is_applied_whole |= patch == 0;
  if (!reception->applied && (patch == 0 || reception->n_applied >= lb_reception_count_patches(posting)))
    reception->applied = mail;
  ADD_ROW(reception->applications, application);
  guint n = reception->applications->len;
  for (guint i = n == FEW + 1 ? 0 : n - 1; n > FEW && i < n; i++)
    lb_roll_add(receptions->applied, posting->number, 0,
                who_is_patch(g_array_index(reception->applications, LbApplication, i).patch), 1);
}

static void take_patch(LbReceptions *receptions, LbReception *reception, const LbMail *patch, int number) {
  /* Those who review will be asked whether it is theirs, by several threads. */
  lb_people_get(receptions->input.people, patch->author);
  if (!is_counted(receptions, patch))
    return;
  take_word(reception, patch, TRUE);
  add_credits(receptions, reception, patch->details->carried, patch, number, TRUE);
}

static void begin_postings(LbReceptions *receptions) {
  const GPtrArray *postings = receptions->input.collection->postings;
  LbPeople *people = receptions->input.people;
  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    LbReception *reception = &receptions->all[i];
    LbReception *base = posting->rerolls ? find_reception(receptions, posting->rerolls) : NULL;
    reception_init(reception, posting, people);
    receptions->n = i + 1;
    receptions->authors[i] = (Authors){lb_people_get(people, posting->first->author),
                                       lb_people_get(people, posting->first->sender)};
    reception->last_word = posting->first;
    if (posting->cover && is_counted(receptions, posting->cover))
      add_credits(receptions, reception, posting->cover->details->carried, posting->cover, 0, TRUE);
    for (guint k = 0; k < posting->patches->len; k++) {
      const LbMail *patch = g_ptr_array_index(posting->patches, k);
      take_patch(receptions, reception, patch, lb_reception_get_number(posting, patch));
      if (base)
        take_patch(receptions, base, patch, lb_reception_get_number(posting, patch));
    }
  }
}

static void take_reply(LbReceptions *receptions, LbReception *reception, const LbMail *posted,
                       const LbMail *mail) {
  const LbPosting *posting = lb_collection_find_posting(receptions->input.collection, posted);
  LbWho who = lb_people_get(receptions->input.people, mail->author);
  if (mail->details->applied && !mail->details->applied->is_applied)
    reception->refusal = mail;
  if (mail->mail_class == LB_CLASS_BOT || mail->mail_class == LB_CLASS_NOTICE)
    return;
  add_credits(receptions, reception, mail->details->given, mail, lb_reception_get_number(posting, posted),
              FALSE);
  if (!mail->author->email)
    return;
  gboolean is_own = is_author(receptions, posting, posted, who);
  take_word(reception, mail, is_own);
  if (!is_own)
    add_replier(receptions, reception, mail, who);
}

/* "Agreed, applied" is an author's word for a suggestion; "Applied to x-next" a maintainer's for a patch of
 * his own. */
static gboolean says_applied(const LbReceptions *receptions, const LbMail *mail, const LbMail *posted) {
  if (!mail->details->applied || !mail->details->applied->is_applied)
    return FALSE;
  /* b4's mark on a reply to the cover: some of the series, and here nobody says which. */
  if (posted && posted->mail_class == LB_CLASS_COVER && !mail->details->applied->n_patches &&
      strstr(mail->subject, "(subset)"))
    return FALSE;
  if (!posted || mail->details->applied->tree || strcmp(mail->details->applied->rule, "words") != 0)
    return TRUE;
  return !is_author(receptions, lb_collection_find_posting(receptions->input.collection, posted), posted,
                    lb_people_get(receptions->input.people, mail->author));
}

static void take_mail(LbReceptions *receptions, const LbMail *mail) {
  const LbMail *posted = lb_replies_find_posted(receptions->input.replies, mail);
  if (posted == mail)
    return;
  if (says_applied(receptions, mail, posted))
    lb_application_finder_foreach(receptions->applications, mail, posted, add_application, receptions);
  if (!posted)
    return;
  const LbPosting *posting = lb_collection_find_posting(receptions->input.collection, posted);
  take_reply(receptions, find_reception(receptions, posting), posted, mail);
  if (posting->rerolls)
    take_reply(receptions, find_reception(receptions, posting->rerolls), posted, mail);
}

LbReceptions *lb_receptions_build(const LbReviewInput *input) {
  LbReceptions *receptions = g_new0(LbReceptions, 1);
  const GPtrArray *mails = input->collection->mails;
  receptions->input = *input;
  receptions->all = g_new0(LbReception, input->collection->postings->len);
  receptions->applications = lb_application_finder_new(&receptions->input);
  receptions->authors = g_new(Authors, input->collection->postings->len);
  receptions->reviewers = lb_roll_new();
  receptions->repliers = lb_roll_new();
  receptions->applied = lb_roll_new();
  begin_postings(receptions);
  for (guint i = 0; i < mails->len; i++) {
    if (i + 2 * AHEAD < mails->len) {
      const LbMail *next = g_ptr_array_index(mails, i + 2 * AHEAD);
      __builtin_prefetch(&next->date);
      __builtin_prefetch(&next->details);
    }
    if (i + AHEAD < mails->len)
      __builtin_prefetch(((const LbMail *)g_ptr_array_index(mails, i + AHEAD))->details);
    if (is_counted(receptions, g_ptr_array_index(mails, i)))
      take_mail(receptions, g_ptr_array_index(mails, i));
  }
  g_clear_pointer(&receptions->applications, lb_application_finder_free);
  g_clear_pointer(&receptions->authors, g_free);
  g_clear_pointer(&receptions->reviewers, lb_roll_free);
  g_clear_pointer(&receptions->repliers, lb_roll_free);
  g_clear_pointer(&receptions->applied, lb_roll_free);
  return receptions;
}

void lb_receptions_free(LbReceptions *receptions) {
  if (!receptions)
    return;
  for (guint i = 0; i < receptions->n; i++)
    reception_clear(&receptions->all[i]);
  g_free(receptions->all);
  g_free(receptions);
}

const LbReception *lb_receptions_get(const LbReceptions *receptions, const LbPosting *posting) {
  return find_reception(receptions, posting);
}

LbPerson lb_reception_map(const LbReception *reception, const LbPerson *person) {
  return lb_people_map(reception->people, *person);
}

guint lb_reception_count_applied(const LbReception *reception) {
  guint n_patches = lb_reception_count_patches(reception->posting);
  return reception->is_applied_whole ? n_patches : MIN(reception->n_applied, n_patches);
}
