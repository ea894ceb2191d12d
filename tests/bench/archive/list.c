/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "list.h"
#include <math.h>
#include <string.h>
#include "body.h"
#include "words.h"

#define BEGIN 1200000000 /* a million mails, one each five minutes, end in 2017, not in the future */
#define THREADS 512      /* that are answered in, at most */
#define TALKED_ABOUT 150 /* of them, if neither too few answers come nor too many */
#define WORKS 256        /* that may go on with another version */
#define RECENT 8         /* mails of a thread that others answer, besides its patches */
#define TEXT_MAX 16384   /* what of a mail is kept for quoting */
#define REFERENCES_MAX 2000

typedef struct {
  GString *msgid, *references, *text; /* references with its own id */
  guint author;
  gint64 date;
} Recent;

typedef struct {
  Work work;
  gboolean is_posting, has_cover;
  guint answers, n_recent; /* answers that will come */
  gint64 date;
  GString *subject, *to, *cc, *parent; /* parent: id of the version before, or empty */
  Recent recent[RECENT];
} Thread;

typedef struct {
  guint64 seed, place, mails;
  guint step, n_live, n_works;
  Dice dice;
  Thread *threads; /* the first n_live are answered in */
  Work works[WORKS];
  GString *raw, *text, *subject, *msgid, *references, *cc;
  MailWriter writer;
  gpointer data;
} List;

static const Quantile answers[] = {{0, 0},    {250, 0},  {400, 1},  {500, 2},   {750, 5},
                                   {900, 14}, {950, 23}, {990, 62}, {1000, 190}};
static const Quantile patches[] = {{0, 1},   {620, 1},  {700, 2},  {750, 3},  {840, 5},
                                   {900, 8}, {950, 13}, {990, 32}, {1000, 60}};
static const Quantile recipients[] = {{0, 2},    {50, 6},   {100, 7},  {250, 10}, {500, 17},
                                      {750, 26}, {900, 41}, {950, 50}, {990, 83}, {1000, 140}};
static const Person patchwork = {"patchwork-bot+bench", "patchwork-bot+bench@example.org", "example.org",
                                 PROVIDER_OWN, 0};
static const Person test_robot = {"kernel test robot", "lkp@example.com", "example.com", PROVIDER_OWN, 0};

static gint64 date_of(const List *list, guint64 place) {
  return BEGIN + (gint64)(place * list->step);
}

/* As many as the root of the mails: linux-hyperv had 1150 authors, kvm-ppc, of less than a quarter the size,
 * 552. */
static guint count_people(const List *list) {
  return 30 + (guint)(10 * sqrt((double)list->place));
}

static guint pick_person(const List *list, Dice *dice) {
  return dice_person(dice, count_people(list));
}

static void make_person(const List *list, Person *person, guint number) {
  person_make(person, list->seed, number);
}

/* git's form, so that the ids of a posting are known without keeping them */
static void set_posting_msgid(GString *msgid, const Work *work, gint64 date, guint index,
                              const Person *author) {
  gchar day[HEADER_DATE];
  header_format_date(day, date, 0);
  g_string_printf(msgid, "%.4s%02d%.2s%.2s%.2s%.2s.%u-%u-%s", day + 12, 1 + (int)(date / 2592000 % 12),
                  day + 5, day + 17, day + 20, day + 23, (guint)(work->seed % 10000) * 20 + work->version,
                  index + 1, author->address);
}

/* Of the version before its first mail's, or nothing. */
static void set_earlier_msgid(GString *msgid, const Work *work, const Person *author) {
  Work earlier = *work;
  earlier.version--;
  g_string_truncate(msgid, 0);
  if (earlier.version > 0)
    set_posting_msgid(msgid, &earlier, work->earlier, work->had_cover ? 0 : 1, author);
}

static void set_msgid(GString *msgid, Dice *dice, const Person *author) {
  static const char *const forms[] = {"20{d12}.{x8}@{H}", "CA{x10}={x12}_{x22}_{x12}Q@mail.{H}",
                                      "AB{d1}PR21MB{d4}{X32}@AB{d1}PR21MB{d4}.prod21.office.example.net"};
  Names names = {{['H' - 'A'] = author->host}};
  g_string_truncate(msgid, 0);
  words_expand(msgid, dice,
               author->provider == PROVIDER_OWN && dice_chance(dice, 350) ? "{x8}-{x4}-{x4}-{x4}-{x12}@{H}"
                                                                          : forms[author->provider],
               &names);
}

static Encoding pick_encoding(Dice *dice, gboolean is_posting) {
  guint roll = dice_below(dice, 1000);
  if (is_posting)
    return roll < 958   ? ENCODING_PLAIN
           : roll < 992 ? ENCODING_QUOTED
           : roll < 999 ? ENCODING_BASE64
                        : ENCODING_PARTS;
  return roll < 675   ? ENCODING_PLAIN
         : roll < 912 ? ENCODING_QUOTED
         : roll < 958 ? ENCODING_BASE64
         : roll < 970 ? ENCODING_LATIN
                      : ENCODING_PARTS;
}

/* list->text and list->subject as a mail, and on to the next place. */
static void emit(List *list, const Person *author, const Thread *thread, gboolean is_posting,
                 const char *msgid, const char *in_reply_to, const char *references) {
  Dice dice = {dice_mix(list->seed, list->place)};
  Header header = {.author = author,
                   .date = date_of(list, list->place),
                   .msgid = msgid,
                   .subject = list->subject->str,
                   .in_reply_to = in_reply_to,
                   .references = references,
                   .to = thread->to->str,
                   .cc = is_posting ? thread->cc->str : list->cc->str,
                   .is_posting = is_posting,
                   .is_ascii = g_str_is_ascii(list->text->str),
                   .encoding = pick_encoding(&dice, is_posting)};
  g_string_truncate(list->raw, 0);
  header_write(list->raw, &dice, &header);
  body_encode(list->raw, list->text, header.encoding);
  if (list->raw->str[list->raw->len - 1] != '\n')
    g_string_append_c(list->raw, '\n');
  list->writer(&(Mail){msgid, header.date, author, list->raw}, list->data);
  list->place++;
}

static void set_recipients(const List *list, Thread *thread, Dice *dice) {
  guint n = dice_draw(dice, recipients), n_to = 1 + dice_below(dice, MAX(n * 3 / 5, 1));
  g_string_assign(thread->to, "bench@lists.example.org");
  g_string_assign(thread->cc, "");
  for (guint i = 0; i < n; i++) {
    GString *text = i < n_to ? thread->to : thread->cc;
    Person person;
    make_person(list, &person, dice_person(dice, 5 * count_people(list) / 2)); /* some never write */
    if (text->len > 0)
      g_string_append(text, ",\n\t");
    if (dice_chance(dice, 450))
      g_string_append(text, person.address);
    else
      person_write(text, &person, TRUE);
  }
}

static Thread *open_thread(List *list, guint64 seed) {
  guint at = list->n_live < THREADS ? list->n_live++ : dice_below(&list->dice, THREADS);
  Thread *thread = &list->threads[at];
  Dice dice = {seed};
  thread->date = date_of(list, list->place);
  thread->n_recent = 0;
  thread->answers = dice_draw(&list->dice, answers);
  thread->is_posting = thread->has_cover = FALSE;
  g_string_truncate(thread->parent, 0);
  set_recipients(list, thread, &dice);
  return thread;
}

/* The newest stands last. */
static Recent *add_recent(Thread *thread, Dice *dice) {
  if (thread->n_recent < RECENT)
    return &thread->recent[thread->n_recent++];
  guint at = dice_below(dice, RECENT);
  Recent gone = thread->recent[at];
  memmove(&thread->recent[at], &thread->recent[at + 1], (RECENT - 1 - at) * sizeof gone);
  thread->recent[RECENT - 1] = gone;
  return &thread->recent[RECENT - 1];
}

static void keep_recent(List *list, Thread *thread, guint author, const char *references, const char *msgid) {
  Recent *recent = add_recent(thread, &list->dice);
  g_string_assign(recent->msgid, msgid);
  g_string_truncate(recent->text, 0);
  g_string_append_len(recent->text, list->text->str, (gssize)MIN(list->text->len, TEXT_MAX));
  g_string_assign(recent->references, references);
  if (recent->references->len > REFERENCES_MAX)
    g_string_truncate(recent->references,
                      (gsize)(strchr(recent->references->str, '>') + 1 - recent->references->str));
  g_string_append_printf(recent->references, "%s<%s>", *references ? "\n\t" : "", msgid);
  recent->author = author;
  recent->date = date_of(list, list->place);
}

static void close_thread(List *list, Thread *thread) {
  Thread last = list->threads[--list->n_live];
  list->threads[list->n_live] = *thread;
  *thread = last;
}

/* [PATCH v2 3/7] title */
static void set_subject(GString *subject, const Work *work, guint index) {
  Dice dice = {work->seed};
  g_string_assign(subject, dice_chance(&dice, 90)   ? "[RFC PATCH"
                           : dice_chance(&dice, 60) ? "[PATCH net-next"
                                                    : "[PATCH");
  if (work->version > 1)
    g_string_append_printf(subject, " v%u", work->version);
  if (work->total > 1)
    g_string_append_printf(subject, " %0*u/%u", work->total > 9 ? 2 : 1, index, work->total);
  g_string_append(subject, "] ");
  body_add_title(subject, work, work->total > 1 ? index : 0);
}

static Work pick_work(List *list) {
  Dice *dice = &list->dice;
  if (list->n_works > 0 && dice_chance(dice, 470)) {
    guint at = dice_below(dice, list->n_works);
    Work work = list->works[at];
    list->works[at] = list->works[--list->n_works];
    work.version++;
    if (work.total > 1 && dice_chance(dice, 200))
      work.total += dice_chance(dice, 600) ? 1 : work.total > 2 ? -1u : 0;
    return work;
  }
  return (Work){.seed = dice_roll(dice),
                .author = pick_person(list, dice),
                .version = 1,
                .n_files = 100 + (guint)(35 * sqrt((double)list->place)),
                .total = dice_draw(dice, patches)};
}

static void post(List *list) {
  Work work = pick_work(list);
  Dice dice = {dice_mix(work.seed, work.version)};
  Thread *thread = open_thread(list, work.seed);
  thread->work = work;
  thread->is_posting = TRUE;
  thread->has_cover = work.total > 1 && dice_chance(&dice, work.total > 2 ? 930 : 720);
  Person author, other;
  make_person(list, &author, work.author);
  make_person(list, &other, pick_person(list, &dice));
  GString *msgid = list->msgid, *cover = list->references;
  set_earlier_msgid(thread->parent, &work, &author);
  gboolean is_chained = work.version > 1 && dice_chance(&dice, 120);
  set_posting_msgid(cover, &work, thread->date, 0, &author);
  for (guint index = thread->has_cover ? 0 : 1; index <= work.total && list->place < list->mails; index++) {
    set_subject(list->subject, &work, index);
    g_string_truncate(list->text, 0);
    set_posting_msgid(msgid, &work, thread->date, index, &author);
    const char *parent = thread->has_cover && index > 0 ? cover->str
                         : is_chained                   ? thread->parent->str
                                                        : NULL;
    g_autofree char *references = parent ? g_strdup_printf("<%s>", parent) : NULL;
    if (index == 0)
      body_add_cover(list->text, &work, &author, thread->parent->str);
    else
      body_add_patch(list->text, &work, index, &author, &other);
    emit(list, &author, thread, TRUE, msgid->str, parent, references);
  }
  work.earlier = thread->date;
  work.had_cover = thread->has_cover;
  if (list->n_works < WORKS && dice_chance(&dice, work.version == 1 ? 370 : 550))
    list->works[list->n_works++] = work;
}

static void talk(List *list, gboolean is_pull) {
  Thread *thread = open_thread(list, dice_roll(&list->dice));
  guint number = pick_person(list, &list->dice);
  Person author;
  make_person(list, &author, number);
  g_string_assign(list->subject, is_pull ? "[GIT PULL] " : "");
  words_add_title(list->subject, &list->dice);
  g_string_assign(thread->subject, list->subject->str);
  g_string_truncate(list->text, 0);
  if (is_pull)
    body_add_pull(list->text, &list->dice, &author);
  else
    body_add_talk(list->text, &list->dice);
  set_msgid(list->msgid, &list->dice, &author);
  keep_recent(list, thread, number, "", list->msgid->str);
  g_string_assign(list->cc, thread->cc->str);
  emit(list, &author, thread, FALSE, list->msgid->str, NULL, NULL);
}

typedef struct {
  Quoted quoted;
  Person author;
  char date[HEADER_DATE];
  GString *msgid, *references, *text;
} Parent;

/* A patch or the cover, made again. */
static void take_posted(List *list, const Thread *thread, Parent *parent) {
  const Work *work = &thread->work;
  guint index =
      thread->has_cover && dice_chance(&list->dice, 250) ? 0 : 1 + dice_below(&list->dice, work->total);
  make_person(list, &parent->author, work->author);
  set_subject(list->subject, work, index);
  set_posting_msgid(parent->msgid, work, thread->date, index, &parent->author);
  g_string_truncate(parent->references, 0);
  if (thread->has_cover && index > 0) {
    set_posting_msgid(list->msgid, work, thread->date, 0, &parent->author);
    g_string_printf(parent->references, "<%s>\n\t", list->msgid->str);
  }
  g_string_append_printf(parent->references, "<%s>", parent->msgid->str);
  if (index == 0)
    body_add_cover(parent->text, work, &parent->author, thread->parent->str);
  else
    body_add_patch(parent->text, work, index, &parent->author, &parent->author);
  header_format_date(parent->date, thread->date, parent->author.zone);
}

static void take_recent(List *list, const Thread *thread, Parent *parent) {
  guint at = dice_chance(&list->dice, 400) ? thread->n_recent - 1 : dice_below(&list->dice, thread->n_recent);
  const Recent *recent = &thread->recent[at];
  make_person(list, &parent->author, recent->author);
  g_string_assign(parent->msgid, recent->msgid->str);
  g_string_assign(parent->references, recent->references->str);
  g_string_assign(parent->text, recent->text->str);
  g_string_assign(list->subject, thread->subject->str);
  header_format_date(parent->date, recent->date, parent->author.zone);
}

static ReplyKind pick_reply(Dice *dice, const Thread *thread) {
  guint roll = dice_below(dice, 1000);
  if (!thread->is_posting)
    return REPLY_TALK;
  return roll < 24    ? REPLY_NOTICE
         : roll < 48  ? REPLY_ROBOT
         : roll < 230 ? REPLY_TRAILER
         : roll < 265 ? REPLY_APPLIED
                      : REPLY_TALK;
}

static void reply(List *list, Parent *parent) {
  Dice *dice = &list->dice;
  Thread *thread = &list->threads[dice_below(dice, list->n_live)];
  g_string_truncate(parent->text, 0);
  if (thread->is_posting && (thread->n_recent == 0 || dice_chance(dice, 320)))
    take_posted(list, thread, parent);
  else
    take_recent(list, thread, parent);
  ReplyKind kind = pick_reply(dice, thread);
  guint number = pick_person(list, dice);
  Person me;
  make_person(list, &me, number);
  const Person *author = kind == REPLY_NOTICE ? &patchwork : kind == REPLY_ROBOT ? &test_robot : &me;
  if (!g_str_has_prefix(list->subject->str, "Re: "))
    g_string_prepend(list->subject, "Re: ");
  parent->quoted = (Quoted){parent->text->str, parent->date, &parent->author};
  g_string_truncate(list->text, 0);
  body_add_reply(list->text, dice, kind, &parent->quoted, author);
  set_msgid(list->msgid, dice, author);
  g_string_assign(thread->subject, list->subject->str);
  keep_recent(list, thread, number, parent->references->str, list->msgid->str);
  g_string_printf(list->cc, "%s <%s>%s%s", "Somebody", parent->author.address,
                  *thread->cc->str ? ",\n\t" : "", thread->cc->str);
  emit(list, author, thread, FALSE, list->msgid->str, parent->msgid->str, parent->references->str);
  if (thread->answers-- <= 1)
    close_thread(list, thread);
}

static void begin_thread(List *list) {
  guint roll = dice_below(&list->dice, 1000);
  if (roll < 895)
    post(list);
  else
    talk(list, roll > 976);
  Thread *thread = &list->threads[list->n_live - 1];
  if (list->n_live < THREADS && thread->answers == 0)
    list->n_live--;
}

static void init(List *list) {
  GString **texts[] = {&list->raw, &list->text, &list->subject, &list->msgid, &list->references, &list->cc};
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i] = g_string_sized_new(1024);
  list->threads = g_new0(Thread, THREADS);
  for (Thread *thread = list->threads; thread < list->threads + THREADS; thread++) {
    GString **of_thread[] = {&thread->subject, &thread->to, &thread->cc, &thread->parent};
    for (guint i = 0; i < G_N_ELEMENTS(of_thread); i++)
      *of_thread[i] = g_string_new(NULL);
    for (Recent *recent = thread->recent; recent < thread->recent + RECENT; recent++) {
      recent->msgid = g_string_new(NULL);
      recent->references = g_string_new(NULL);
      recent->text = g_string_new(NULL);
    }
  }
}

void list_run(guint64 seed, guint64 mails, guint step, MailWriter writer, gpointer data) {
  List list = {.seed = seed,
               .mails = mails,
               .step = step,
               .dice = {dice_mix(seed, 42)},
               .writer = writer,
               .data = data};
  Parent parent = {.msgid = g_string_new(NULL), .references = g_string_new(NULL), .text = g_string_new(NULL)};
  init(&list);
  while (list.place < mails) {
    /* where few threads are left, others begin, and where there are many, more is answered */
    gint wanted = (gint)MIN(TALKED_ABOUT, 5 + list.place / 200);
    gint permille = 830 + ((gint)list.n_live - wanted) * 2;
    if (list.n_live > 0 && dice_chance(&list.dice, (guint)CLAMP(permille, 200, 970)))
      reply(&list, &parent);
    else
      begin_thread(&list);
  }
  g_string_free(parent.msgid, TRUE);
  g_string_free(parent.references, TRUE);
  g_string_free(parent.text, TRUE);
  g_free(list.threads);
}
