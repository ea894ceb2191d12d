/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/record.h"
#include <string.h>
#include "message/patch_id.h"
#include "store/record_bits.h"
#include "store/varint.h"

static guint64 get(LbRecordReader *reader) {
  guint64 number = 0;

  if (!reader->has_failed && !lb_varint_read(&reader->at, reader->end, &number))
    reader->has_failed = TRUE;
  return number;
}

static gint64 get_signed(LbRecordReader *reader) {
  return lb_varint_unfold(get(reader));
}

/* How many of something follow: never more than there are bytes. */
static guint check_count(LbRecordReader *reader, guint64 n) {
  if (n > (guint64)(reader->end - reader->at))
    reader->has_failed = TRUE;
  return reader->has_failed ? 0 : (guint)n;
}

static guint get_count(LbRecordReader *reader) {
  return check_count(reader, get(reader));
}

static const char *look_up(LbRecordReader *reader, LbPageKind kind, guint64 number) {
  const char *text = reader->has_failed ? NULL : lb_strings_find(reader->strings, kind, number);

  if (text)
    return text;
  reader->has_failed = TRUE;
  return "";
}

static const char *get_word(LbRecordReader *reader) {
  return look_up(reader, LB_PAGE_WORDS, get(reader));
}

static const char *get_optional_word(LbRecordReader *reader) {
  guint64 number = get(reader);

  return number ? look_up(reader, LB_PAGE_WORDS, number - 1) : NULL;
}

static const char *get_id(LbRecordReader *reader) {
  guint64 code = get(reader);

  if (code > 1)
    return look_up(reader, LB_PAGE_IDS, code - 2);
  guint64 number = code ? get(reader) : reader->next;
  const char *text = look_up(reader, LB_PAGE_IDS, number);
  reader->next = number + strlen(text) + 1;
  return text;
}

static const LbPerson *get_person(LbRecordReader *reader) {
  static const LbPerson nobody = {"", NULL};
  const LbPerson *person = lb_strings_find_person(reader->strings, get(reader));

  if (person)
    return person;
  reader->has_failed = TRUE;
  return &nobody;
}

static const char *const *get_words(LbRecordReader *reader) {
  guint n = get_count(reader);
  const char **texts = lb_arena_new_array(reader->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    texts[i] = get_word(reader);
  return texts;
}

static const LbPerson *get_people(LbRecordReader *reader) {
  guint64 code = get(reader);

  if (!code)
    return NULL;
  guint n = check_count(reader, code - 1);
  LbPerson *people = lb_arena_new_array(reader->arena, LbPerson, n + 1);
  for (guint i = 0; i < n; i++)
    people[i] = *get_person(reader);
  return people;
}

static void get_recipients(LbRecordReader *reader, LbExtras *extras, gboolean is_wanted) {
  guint length = get_count(reader);

  if (!is_wanted) {
    reader->at += length;
    return;
  }
  extras->to = get_people(reader);
  extras->cc = get_people(reader);
}

static void get_subject(LbRecordReader *reader, LbMail *mail, guint64 bits) {
  mail->subject = get_id(reader);
  if (bits & HAS_TITLE) {
    mail->title = get_id(reader);
  } else {
    guint64 begin = get(reader);
    if (begin > strlen(mail->subject)) {
      reader->has_failed = TRUE;
      begin = 0;
    }
    mail->title = mail->subject + begin;
  }
  const LbSubject *parsed = lb_strings_find_tags(reader->strings, get(reader));
  if (parsed)
    mail->parsed = parsed;
  else
    reader->has_failed = TRUE;
}

static const LbDiff *get_diff(LbRecordReader *reader) {
  LbDiff *diff = lb_arena_alloc(reader->arena, sizeof *diff);
  guint64 marks = get(reader);

  diff->is_cut = marks & 1;
  diff->is_combined = marks >> 1 & 1;
  diff->n_files = (guint)get(reader);
  diff->added = (guint)get(reader);
  diff->removed = (guint)get(reader);
  diff->paths = get_words(reader);
  if (!(marks & 1 << 2))
    return diff;
  if (reader->end - reader->at < LB_PATCH_ID_BYTES) {
    reader->has_failed = TRUE;
    return diff;
  }
  guint8 *id = lb_arena_alloc_bytes(reader->arena, LB_PATCH_ID_BYTES);
  diff->id = memcpy(id, reader->at, LB_PATCH_ID_BYTES);
  reader->at += LB_PATCH_ID_BYTES;
  return diff;
}

static const LbCredit *get_credits(LbRecordReader *reader) {
  guint n = get_count(reader);
  LbCredit *credits = lb_arena_new_array(reader->arena, LbCredit, n + 1);

  for (guint i = 0; i < n; i++) {
    guint64 marks = get(reader);
    if (marks >> 1 >= LB_N_CREDITS)
      reader->has_failed = TRUE;
    credits[i].kind = (LbCreditKind)(reader->has_failed ? LB_CREDIT_OTHER : marks >> 1);
    credits[i].is_mismatched = marks & 1;
    credits[i].name = get_word(reader);
    credits[i].person = get_person(reader);
  }
  return credits;
}

static const LbLink *get_links(LbRecordReader *reader) {
  guint n = get_count(reader);
  LbLink *links = lb_arena_new_array(reader->arena, LbLink, n + 1);

  for (guint i = 0; i < n; i++) {
    guint64 kind = get(reader);
    if (kind > LB_LINK_DEPENDENCY)
      reader->has_failed = TRUE;
    links[i].kind = (LbLinkKind)(reader->has_failed ? LB_LINK_PLAIN : kind);
    links[i].msgid = get_id(reader);
  }
  return links;
}

static const LbApplied *get_applied(LbRecordReader *reader) {
  LbApplied *applied = lb_arena_alloc(reader->arena, sizeof *applied);

  applied->rule = get_word(reader);
  applied->tree = get_optional_word(reader);
  applied->branch = get_optional_word(reader);
  applied->by = *get_person(reader);
  guint64 marks = get(reader);
  applied->is_whole = marks & 1;
  applied->is_applied = marks >> 1 & 1;
  applied->n_patches = get_count(reader);
  LbAppliedPatch *patches = lb_arena_new_array(reader->arena, LbAppliedPatch, applied->n_patches);
  for (guint i = 0; i < applied->n_patches; i++) {
    marks = get(reader);
    patches[i].is_applied = marks & 1;
    patches[i].index = (int)get_signed(reader);
    patches[i].total = (int)get_signed(reader);
    patches[i].title = marks & 2 ? get_id(reader) : NULL;
    patches[i].commit = marks & 4 ? get_id(reader) : NULL;
  }
  applied->patches = patches;
  return applied;
}

static const LbPullRequest *get_request(LbRecordReader *reader) {
  LbPullRequest *request = lb_arena_alloc(reader->arena, sizeof *request);

  request->base = get_optional_word(reader);
  request->url = get_optional_word(reader);
  request->ref = get_optional_word(reader);
  request->head = get_optional_word(reader);
  request->n_commits = (guint)get(reader);
  return request;
}

static const char *find_last(const char *const *texts) {
  const char *last = NULL;

  for (; *texts; texts++)
    last = *texts;
  return last;
}

/* Without one of these a mail has no details, no extras of its own. */
#define EXTRAS                                                                                               \
  (HAS_AUTHOR_DATE | HAS_CHANGE_ID | HAS_LINKS | HAS_REQUEST | HAS_ATTACHMENTS | HAS_PATCH_OFFSET)
#define DETAILS (HAS_DIFF | HAS_SUMMARY | HAS_GIVEN | HAS_CARRIED | HAS_APPLIED)

static void get_details(LbRecordReader *reader, LbDetails *details, guint64 bits) {
  if (bits & HAS_DIFF)
    details->diff = get_diff(reader);
  if (bits & HAS_SUMMARY)
    details->summary = get_word(reader);
  if (bits & HAS_GIVEN)
    details->given = get_credits(reader);
  if (bits & HAS_CARRIED)
    details->carried = get_credits(reader);
  if (bits & HAS_APPLIED)
    details->applied = get_applied(reader);
}

static void get_extras(LbRecordReader *reader, LbMail *mail, guint64 bits) {
  gboolean has_recipients =
      bits & HAS_RECIPIENTS &&
      (reader->wants & LB_WANT_RECIPIENTS || bits & HAS_REQUEST || mail->mail_class == LB_CLASS_PULL);
  LbExtras none;
  LbExtras *extras = bits & EXTRAS || has_recipients ? lb_mail_make_extras(mail, reader->arena) : &none;

  if (bits & HAS_RECIPIENTS)
    get_recipients(reader, extras, has_recipients);
  if (bits & HAS_AUTHOR_DATE)
    extras->author_date = get_signed(reader);
  if (bits & HAS_CHANGE_ID)
    extras->change_id = get_word(reader);
  if (bits & HAS_LINKS)
    extras->links = get_links(reader);
  if (bits & HAS_REQUEST)
    extras->request = get_request(reader);
  if (bits & HAS_ATTACHMENTS)
    extras->attachments = get_words(reader);
  if (bits & HAS_PATCH_OFFSET)
    extras->patch_offset = (gssize)(get(reader) & G_MAXINT32);
}

void lb_record_reader_init(LbRecordReader *reader, const LbStrings *strings, LbArena *arena, LbWants wants) {
  *reader = (LbRecordReader){.strings = strings, .arena = arena, .wants = wants, .next = G_MAXUINT64};
}

static const char *const *get_references(LbRecordReader *reader) {
  guint n = get_count(reader);
  const char **ids = lb_arena_new_array(reader->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    ids[i] = get_id(reader);
  return ids;
}

gboolean lb_record_read(LbRecordReader *reader, const guint8 *bytes, gsize length, LbMail *mail) {
  reader->at = bytes;
  reader->end = bytes + length;
  reader->has_failed = FALSE;
  lb_mail_init(mail);
  guint64 bits = get(reader);
  if ((bits & CLASS_BITS) >= LB_N_CLASSES)
    return FALSE;
  if (bits & IS_FIRST) {
    reader->date = 0;
    reader->next = G_MAXUINT64;
    reader->list_ids = mail->list_ids;
  }
  mail->mail_class = (LbClass)(bits & CLASS_BITS);
  mail->is_stable = (bits & IS_STABLE) != 0;
  mail->is_pull = (bits & IS_PULL) != 0;
  mail->is_before = (bits & IS_BEFORE) != 0;
  mail->removes = (bits & REMOVES) != 0;
  if (bits & HAS_DATE)
    mail->date = reader->date = (gint64)((guint64)reader->date + (guint64)get_signed(reader));
  mail->origin.length = get(reader) & ((G_GUINT64_CONSTANT(1) << 56) - 1);
  mail->msgid = get_id(reader);
  get_subject(reader, mail, bits);
  mail->author = get_person(reader);
  mail->sender = bits & HAS_SENDER ? get_person(reader) : mail->author;
  if (bits & HAS_LISTS)
    reader->list_ids = get_words(reader);
  if (reader->list_ids)
    mail->list_ids = reader->list_ids;
  if (bits & HAS_REFERENCES)
    mail->references = get_references(reader);
  if (bits & REPLIES_TO_LAST)
    mail->in_reply_to = find_last(mail->references);
  else if (bits & HAS_REPLY)
    mail->in_reply_to = get_id(reader);
  if (bits & HAS_DIAGNOSTICS)
    mail->diagnostics = get(reader);
  if (bits & DETAILS)
    get_details(reader, lb_mail_make_details(mail, reader->arena), bits);
  get_extras(reader, mail, bits);
  return !reader->has_failed && reader->at == reader->end;
}
