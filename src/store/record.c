/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/record.h"
#include <string.h>
#include "base/period.h"
#include "message/patch_id.h"
#include "store/record_bits.h"
#include "store/varint.h"

typedef struct {
  LbRecordWriter *writer;
  GByteArray *out;
} Out;

static void put(Out *out, guint64 number) {
  lb_varint_append(out->out, number);
}

static void put_signed(Out *out, gint64 number) {
  put(out, lb_varint_fold(number));
}

static void put_word(Out *out, const char *text) {
  put(out, lb_string_writer_add(out->writer->strings, LB_PAGE_WORDS, text, NULL));
}

/* NULL is 0. */
static void put_optional_word(Out *out, const char *text) {
  put(out, text ? lb_string_writer_add(out->writer->strings, LB_PAGE_WORDS, text, NULL) + 1 : 0);
}

/* Most new ids come to lie behind the one before: 0.  Else 1 and the number of a new one, or that of an old
 * one plus 2. */
static void put_id(Out *out, const char *text) {
  gboolean is_new;
  guint64 number = lb_string_writer_add(out->writer->strings, LB_PAGE_IDS, text, &is_new);

  if (!is_new) {
    put(out, number + 2);
    return;
  }
  if (number == out->writer->next) {
    put(out, 0);
  } else {
    put(out, 1);
    put(out, number);
  }
  out->writer->next = number + strlen(text) + 1;
}

static void put_person(Out *out, const LbPerson *person) {
  put(out, lb_string_writer_add_person(out->writer->strings, person));
}

static void put_words(Out *out, const char *const *texts) {
  put(out, g_strv_length((char **)texts));
  for (; *texts; texts++)
    put_word(out, *texts);
}

/* NULL is 0, else their number plus 1. */
static void put_people(Out *out, const LbPerson *people) {
  guint n = 0;

  while (people && people[n].email)
    n++;
  put(out, people ? n + 1 : 0);
  for (guint i = 0; i < n; i++)
    put_person(out, &people[i]);
}

/* In one piece, so that readers who don't ask for it can step over it. */
static void put_recipients(Out *out, const LbExtras *extras) {
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  Out inner = {out->writer, bytes};

  put_people(&inner, extras->to);
  put_people(&inner, extras->cc);
  put(out, bytes->len);
  g_byte_array_append(out->out, bytes->data, bytes->len);
}

static void put_subject(Out *out, const LbMail *mail, guint64 bits) {
  put_id(out, mail->subject);
  if (bits & HAS_TITLE)
    put_id(out, mail->title);
  else
    put(out, strlen(mail->subject) - strlen(mail->title));
  put(out, lb_string_writer_add_tags(out->writer->strings, mail->parsed));
}

static void put_diff(Out *out, const LbDiff *diff) {
  put(out, diff->is_cut | diff->is_combined << 1 | (diff->id ? 1 << 2 : 0));
  put(out, diff->n_files);
  put(out, diff->added);
  put(out, diff->removed);
  put_words(out, diff->paths);
  if (diff->id)
    g_byte_array_append(out->out, diff->id, LB_PATCH_ID_BYTES);
}

static void put_credits(Out *out, const LbCredit *credits) {
  guint n = 0;

  while (credits[n].name)
    n++;
  put(out, n);
  for (guint i = 0; i < n; i++) {
    put(out, (guint64)credits[i].kind << 1 | (credits[i].is_mismatched ? 1 : 0));
    put_word(out, credits[i].name);
    put_person(out, credits[i].person);
  }
}

static void put_links(Out *out, const LbLink *links) {
  guint n = 0;

  while (links[n].msgid)
    n++;
  put(out, n);
  for (guint i = 0; i < n; i++) {
    put(out, links[i].kind);
    put_id(out, links[i].msgid);
  }
}

static void put_applied(Out *out, const LbApplied *applied) {
  put_word(out, applied->rule);
  put_optional_word(out, applied->tree);
  put_optional_word(out, applied->branch);
  put_person(out, &applied->by);
  put(out, (applied->is_whole ? 1 : 0) | (applied->is_applied ? 2 : 0));
  put(out, applied->n_patches);
  for (guint i = 0; i < applied->n_patches; i++) {
    const LbAppliedPatch *patch = &applied->patches[i];
    put(out, (patch->is_applied ? 1 : 0) | (patch->title ? 2 : 0) | (patch->commit ? 4 : 0));
    put_signed(out, patch->index);
    put_signed(out, patch->total);
    if (patch->title)
      put_id(out, patch->title);
    if (patch->commit)
      put_id(out, patch->commit);
  }
}

static void put_request(Out *out, const LbPullRequest *request) {
  put_optional_word(out, request->base);
  put_optional_word(out, request->url);
  put_optional_word(out, request->ref);
  put_optional_word(out, request->head);
  put(out, request->n_commits);
}

static const char *find_last(const char *const *texts) {
  const char *last = NULL;

  for (; *texts; texts++)
    last = *texts;
  return last;
}

static gboolean is_end_of(const char *text, const char *end) {
  gsize length = strlen(text), n = strlen(end);

  return n <= length && !memcmp(text + length - n, end, n);
}

static gboolean person_equal(const LbPerson *a, const LbPerson *b) {
  return g_strcmp0(a->name, b->name) == 0 && g_strcmp0(a->email, b->email) == 0;
}

static guint64 collect_detail_bits(const LbDetails *details) {
  const LbExtras *extras = details->extras;
  guint64 bits = (details->diff ? HAS_DIFF : 0) | (details->summary ? HAS_SUMMARY : 0) |
                 (details->given ? HAS_GIVEN : 0) | (details->carried ? HAS_CARRIED : 0) |
                 (details->applied ? HAS_APPLIED : 0);

  bits |= (extras->to || extras->cc ? HAS_RECIPIENTS : 0) | (extras->change_id ? HAS_CHANGE_ID : 0) |
          (extras->author_date != LB_TIME_UNKNOWN ? HAS_AUTHOR_DATE : 0);
  return bits | (extras->links ? HAS_LINKS : 0) | (extras->request ? HAS_REQUEST : 0) |
         (extras->attachments && *extras->attachments ? HAS_ATTACHMENTS : 0) |
         (extras->patch_offset >= 0 ? HAS_PATCH_OFFSET : 0);
}

static guint64 collect_bits(const LbMail *mail) {
  guint64 bits = mail->mail_class;

  bits |= (mail->is_stable ? IS_STABLE : 0) | (mail->is_pull ? IS_PULL : 0) |
          (mail->is_before ? IS_BEFORE : 0) | (mail->removes ? REMOVES : 0);
  bits |= mail->date != LB_TIME_UNKNOWN ? HAS_DATE : 0;
  bits |= !person_equal(mail->author, mail->sender) ? HAS_SENDER : 0;
  bits |= *mail->references ? HAS_REFERENCES : 0;
  if (mail->in_reply_to)
    bits |= g_strcmp0(mail->in_reply_to, find_last(mail->references)) == 0 ? REPLIES_TO_LAST : HAS_REPLY;
  bits |= (is_end_of(mail->subject, mail->title) ? 0 : HAS_TITLE) | (mail->diagnostics ? HAS_DIAGNOSTICS : 0);
  return bits | collect_detail_bits(mail->details);
}

/* Nearly all mails of an archive are of the same lists. */
static gboolean note_lists(LbRecordWriter *writer, const char *const *list_ids) {
  guint64 lists[G_N_ELEMENTS(writer->lists)] = {0};
  guint n = g_strv_length((char **)list_ids);

  for (guint i = 0; i < MIN(n, G_N_ELEMENTS(lists)); i++)
    lists[i] = lb_string_writer_add(writer->strings, LB_PAGE_WORDS, list_ids[i], NULL);
  gboolean is_same = n && n == writer->n_lists && !memcmp(lists, writer->lists, sizeof lists);
  memcpy(writer->lists, lists, sizeof lists);
  writer->n_lists = n > G_N_ELEMENTS(lists) ? 0 : n;
  return is_same;
}

void lb_record_writer_init(LbRecordWriter *writer, LbStringWriter *strings) {
  *writer = (LbRecordWriter){.strings = strings, .next = G_MAXUINT64};
}

static void put_details(Out *out, const LbDetails *details, guint64 bits) {
  if (bits & HAS_DIFF)
    put_diff(out, details->diff);
  if (bits & HAS_SUMMARY)
    put_word(out, details->summary);
  if (bits & HAS_GIVEN)
    put_credits(out, details->given);
  if (bits & HAS_CARRIED)
    put_credits(out, details->carried);
  if (bits & HAS_APPLIED)
    put_applied(out, details->applied);
}

static void put_extras(Out *out, const LbExtras *extras, guint64 bits) {
  if (bits & HAS_RECIPIENTS)
    put_recipients(out, extras);
  if (bits & HAS_AUTHOR_DATE)
    put_signed(out, extras->author_date);
  if (bits & HAS_CHANGE_ID)
    put_word(out, extras->change_id);
  if (bits & HAS_LINKS)
    put_links(out, extras->links);
  if (bits & HAS_REQUEST)
    put_request(out, extras->request);
  if (bits & HAS_ATTACHMENTS)
    put_words(out, extras->attachments);
  if (bits & HAS_PATCH_OFFSET)
    put(out, (guint64)extras->patch_offset);
}

void lb_record_write(LbRecordWriter *writer, const LbMail *mail, GByteArray *bytes) {
  Out out = {writer, bytes};
  guint64 bits = collect_bits(mail) | (note_lists(writer, mail->list_ids) ? 0 : HAS_LISTS);

  if (!writer->has_begun)
    bits |= IS_FIRST;
  writer->has_begun = TRUE;

  put(&out, bits);
  if (bits & HAS_DATE) {
    put_signed(&out, (gint64)((guint64)mail->date - (guint64)writer->date));
    writer->date = mail->date;
  }
  put(&out, mail->origin.length);
  put_id(&out, mail->msgid);
  put_subject(&out, mail, bits);
  put_person(&out, mail->author);
  if (bits & HAS_SENDER)
    put_person(&out, mail->sender);
  if (bits & HAS_LISTS)
    put_words(&out, mail->list_ids);
  if (bits & HAS_REFERENCES) {
    put(&out, g_strv_length((char **)mail->references));
    for (const char *const *id = mail->references; *id; id++)
      put_id(&out, *id);
  }
  if (bits & HAS_REPLY)
    put_id(&out, mail->in_reply_to);
  if (bits & HAS_DIAGNOSTICS)
    put(&out, mail->diagnostics);
  put_details(&out, mail->details, bits);
  put_extras(&out, mail->details->extras, bits);
}
