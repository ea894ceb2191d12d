/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who sent a first patch or cover to this list? */
#include "report/sections.h"
#include "report/posting_block.h"
#include <string.h>

typedef struct {
  const LbMail *first; /* of this report, by date, then Message-ID */
  guint n_patches;
  gboolean is_known; /* was here before */
} Person;

typedef struct {
  const LbScope *scope;
  GArray *people;    /* of Person: all who posted in this report */
  GArray *by_number; /* of guint: number of an address or a name -> place in people, from 1 */
  guint n_unknown;
} Newcomers;

static guint find_place(const Newcomers *newcomers, guint number) {
  return number < newcomers->by_number->len ? g_array_index(newcomers->by_number, guint, number) : 0;
}

/* 0: did not post in this report. */
static guint find_person(const Newcomers *newcomers, LbWho who) {
  guint place = find_place(newcomers, who.email);

  return place ? place : find_place(newcomers, who.name);
}

static void set_place(Newcomers *newcomers, guint number, guint place) {
  if (number == 0 || find_place(newcomers, number) != 0)
    return;
  if (number >= newcomers->by_number->len)
    g_array_set_size(newcomers->by_number, number + 1);
  g_array_index(newcomers->by_number, guint, number) = place;
}

static LbWho get_author(const LbScope *scope, const LbMail *mail) {
  return lb_people_get(scope->input->overview->people, mail->author);
}

static void add_mail(Newcomers *newcomers, const LbMail *mail) {
  LbWho who = get_author(newcomers->scope, mail);
  guint place = find_person(newcomers, who);

  if (place == 0) {
    const Person person = {.first = mail};
    g_array_append_val(newcomers->people, person);
    place = newcomers->people->len;
    newcomers->n_unknown++;
  }
  set_place(newcomers, who.email, place);
  set_place(newcomers, who.name, place);
  g_array_index(newcomers->people, Person, place - 1).n_patches +=
      lb_collection_get_class(newcomers->scope->input->collection, mail) == LB_CLASS_PATCH;
}

static int compare_dates(gconstpointer a, gconstpointer b) {
  const LbMail *x = *(const LbMail *const *)a, *y = *(const LbMail *const *)b;

  if ((x->date == LB_TIME_UNKNOWN) != (y->date == LB_TIME_UNKNOWN))
    return x->date == LB_TIME_UNKNOWN ? 1 : -1;
  if (x->date != y->date)
    return x->date < y->date ? -1 : 1;
  return strcmp(x->msgid, y->msgid);
}

/* In an order of their own: who shares an address with one and a name with another is taken for whom he is
 * first met as. */
static void add_mails(Newcomers *newcomers) {
  const LbScope *scope = newcomers->scope;
  g_autoptr(GPtrArray) mails = g_ptr_array_new();

  for (guint i = 0; i < scope->mails->len; i++) {
    if (scope->rows[i].is_contribution && scope->rows[i].author->email)
      g_ptr_array_add(mails, g_ptr_array_index(scope->mails, i));
  }
  g_ptr_array_sort(mails, compare_dates);
  for (guint i = 0; i < mails->len; i++)
    add_mail(newcomers, g_ptr_array_index(mails, i));
}

static gboolean is_posted(const LbMail *mail) {
  return mail->mail_class == LB_CLASS_PATCH || mail->mail_class == LB_CLASS_COVER;
}

static void set_known(Newcomers *newcomers, guint number, const LbMail *mail) {
  guint place = find_place(newcomers, number);
  Person *person = place ? &g_array_index(newcomers->people, Person, place - 1) : NULL;

  if (!person || person->is_known || !lb_scope_is_contribution(newcomers->scope, mail))
    return;
  person->is_known = TRUE;
  newcomers->n_unknown--;
}

/* FALSE: nothing is known of the time before this report, so everybody would be new. */
static gboolean find_known(Newcomers *newcomers) {
  const LbScope *scope = newcomers->scope;
  const GPtrArray *mails = scope->input->mails;
  gboolean has_earlier = FALSE;

  for (guint i = 0; i < mails->len && newcomers->n_unknown > 0; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    LbWho who;
    if (mail->report >= scope->span.report)
      continue;
    has_earlier = TRUE;
    if (!is_posted(mail) || mail->duplicate_of || !mail->author->email)
      continue;
    who = get_author(scope, mail);
    set_known(newcomers, who.email, mail);
    set_known(newcomers, who.name, mail);
  }
  return has_earlier;
}

static void append_person(const LbScope *scope, const Person *person, LbReport *report, LbBlocks *blocks) {
  LbBlock *block = lb_report_add_block(report, blocks, LB_BLOCK_POSTING);
  const char **details = lb_arena_new_array(report->arena, const char *, 2);
  const LbPosting *posting = lb_scope_find_posting(scope, person->first);
  const LbMail *first = posting ? posting->first : person->first;
  LbPerson author = lb_scope_get_author(scope, person->first);
  g_autofree char *day = first->date == LB_TIME_UNKNOWN ? NULL : lb_period_format_day(first->date);
  g_autofree char *line = g_strdup_printf("%s, %u patch%s, the first: %s", day ? day : "date unknown",
                                          person->n_patches, person->n_patches == 1 ? "" : "es",
                                          lb_posting_block_format_subject(first, report->arena));

  block->subject = lb_arena_strdup(report->arena, author.name && *author.name ? author.name : author.email);
  details[0] = lb_arena_strdup(report->arena, line);
  block->details = details;
  block->link = lb_posting_block_format_link(scope, first, report->arena);
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(GArray) people = g_array_new(FALSE, FALSE, sizeof(Person));
  g_autoptr(GArray) by_number = g_array_new(FALSE, TRUE, sizeof(guint));
  Newcomers newcomers = {.scope = scope, .people = people, .by_number = by_number};

  *heading = "Newcomers";
  if (!scope->input->history)
    return TRUE;
  add_mails(&newcomers);
  if (!find_known(&newcomers))
    return TRUE;
  for (guint i = people->len; i-- > 0;) {
    const Person *person = &g_array_index(people, Person, i);
    if (!person->is_known)
      append_person(scope, person, report, blocks);
  }
  return TRUE;
}

const LbSection lb_section_newcomers = {.name = "newcomers", .build = build};
