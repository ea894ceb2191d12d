/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/message.h"
#include <string.h>
#include "config.h"
#include "base/find.h"
#include "base/period.h"
#include "message/body.h"
#include "message/commit_message.h"
#include "message/compose.h"
#include "message/date.h"
#include "message/gmime_cleanup.h"
#include "message/message_id.h"
#include "message/patch_id.h"
#include "message/quote.h"
#include "message/recent.h"
#include "message/wrapped.h"

void lb_message_init(void) {
#ifndef LATE_LIBRARIES /* else whoever loads it does so */
  g_mime_init();
#endif
}

void lb_message_shutdown(void) {
#ifndef LATE_LIBRARIES
  g_mime_shutdown();
#endif
}

/* A Subject field read lately; the subject without its title is kept once for all that say the same. */
typedef struct {
  const char *text, *title;
  const LbSubject *kept;
} ReadSubject;

/* A From field read lately. */
typedef struct {
  LbPerson person;
  const LbPerson *kept;
  LbRobotSender robot_sender;
} ReadPerson;

struct LbParser {
  LbArena *arena;
  LbSpool *spool;
  guint spool_number;
  LbWants wants;
  gint64 now;
  LbDecoder *decoder;
  GString *said;               /* a reply without what it quotes */
  GString *message;            /* a cover's, without what tools put into it */
  LbRecent *subjects, *people; /* of ReadSubject, of ReadPerson */
  LbRecent *credited;
  const char *const *list_ids; /* of the mail before: nearly always the same */
  GString *list_id;            /* its one List-Id as it was sent; empty if there were more */
  LbReferences references;     /* of mails before */
};

LbParser *lb_parser_new(LbArena *arena, LbSpool *spool, guint spool_number, LbWants wants, gint64 now) {
  LbParser *parser = g_new0(LbParser, 1);
  parser->arena = arena;
  parser->spool = spool;
  parser->spool_number = spool_number;
  parser->wants = wants;
  parser->now = now;
  parser->decoder = lb_decoder_new();
  parser->said = g_string_new(NULL);
  parser->message = g_string_new(NULL);
  parser->list_id = g_string_new(NULL);
  /* of linux-hyperv's subjects 30 in 100 are found, 31 were read before; of senders 90, and 95 */
  parser->subjects = lb_recent_new(512, 128, sizeof(ReadSubject));
  parser->people = lb_recent_new(256, 80, sizeof(ReadPerson));
  parser->credited = lb_credit_new_recent();
  return parser;
}

void lb_parser_free(LbParser *parser) {
  if (!parser)
    return;
  lb_decoder_free(parser->decoder);
  g_string_free(parser->said, TRUE);
  g_string_free(parser->message, TRUE);
  g_string_free(parser->list_id, TRUE);
  lb_recent_free(parser->subjects);
  lb_recent_free(parser->people);
  lb_recent_free(parser->credited);
  g_free(parser);
}

/* A mail half read: what facts and hashes are made of.  Slices point into the mail or the decoder's text;
 * subject and parsed live in scratch. */
typedef struct {
  LbDiagSet diagnostics;
  const char *subject;
  LbSubject parsed;
  const LbSubject *kept; /* what parsed is in the arena; NULL: it is in scratch */
  LbBody body;
  LbPatchText patch; /* if is_split */
  LbDiff *diff;
  LbSlice said;               /* of a reply: without what it quotes */
  LbPerson from;              /* as the header says */
  const LbPerson *kept_from;  /* what from is in the arena; NULL: not known */
  LbRobotSender robot_sender; /* what from is */
  LbPerson author, sender;
  LbClass mail_class;
  gboolean is_stable, is_pull, is_split;
  LbHeader header; /* clears itself: behind what is cleared at once */
} Draft;

/* The title of an in-body Subject, and its tag where the header's has none. */
static void merge_in_body_subject(Draft *draft, LbArena *arena) {
  LbSubject inner;
  lb_subject_parse(lb_header_decode(draft->patch.in_body.subject, arena, &draft->diagnostics),
                   lb_arena_get_scratch(arena), &inner);
  if (!*inner.title)
    return;
  draft->kept = NULL;
  if (*draft->parsed.tag)
    draft->parsed.title = inner.title;
  else if (!inner.is_reply)
    draft->parsed = inner;
}

static void find_people(Draft *draft, LbArena *arena) {
  LbPerson in_body = {"", NULL};
  gboolean is_posting = draft->mail_class == LB_CLASS_PATCH || draft->mail_class == LB_CLASS_COVER ||
                        draft->mail_class == LB_CLASS_PULL;
  /* A From: at the top of a discussion is prose or a forwarded header. */
  if (is_posting && draft->patch.in_body.from.data)
    in_body = lb_address_parse_first(draft->patch.in_body.from, arena, &draft->diagnostics);
  draft->sender = lb_address_unmunge(draft->from, &draft->header, &in_body, arena, &draft->diagnostics);
  draft->author = in_body.email ? in_body : draft->sender;
  if (!draft->from.email)
    draft->diagnostics |= LB_DIAG_BIT(LB_DIAG_NO_FROM);
}

/* Out of scratch; a title is nearly always the end of the subject. */
static LbSubject keep_subject(const LbSubject *parsed, const char *text, LbArena *arena) {
  static const char *const none[] = {NULL};
  LbSubject subject = *parsed;
  gsize length = strlen(text), title = strlen(parsed->title);
  gboolean is_end = title <= length && !strcmp(text + length - title, parsed->title);
  subject.title = is_end ? text + length - title : lb_arena_strndup(arena, parsed->title, title);
  subject.tag = lb_arena_intern(arena, parsed->tag, strlen(parsed->tag));
  subject.extra = parsed->extra ? lb_arena_intern(arena, parsed->extra, strlen(parsed->extra)) : NULL;
  guint n = g_strv_length((char **)parsed->prefix);
  const char **prefix = lb_arena_new_array(lb_arena_get_scratch(arena), const char *, n + 1);
  for (guint i = 0; i < n; i++)
    prefix[i] = lb_arena_intern(arena, parsed->prefix[i], strlen(parsed->prefix[i]));
  subject.prefix = n ? lb_arena_intern_pointers(arena, prefix, n + 1) : none;
  return subject;
}

/* arena: the parser's, where what is read of a subject is kept for the next mail that has it, or scratch. */
static void read_subject(LbParser *parser, LbArena *arena, Draft *draft) {
  LbSlice field = draft->header.fields[LB_FIELD_SUBJECT];
  gboolean is_kept = arena == parser->arena;
  const ReadSubject *known = is_kept ? lb_recent_find(parser->subjects, field) : NULL;
  if (known) {
    draft->subject = known->text;
    draft->kept = known->kept;
    draft->parsed = *known->kept;
    draft->parsed.title = known->title;
    return;
  }
  LbDiagSet diagnostics = 0;
  LbSlice plain = lb_header_take_plain(field);
  if (!plain.data) {
    const char *text = lb_header_decode(field, arena, &diagnostics);
    plain = (LbSlice){text, strlen(text)};
  }
  draft->subject = lb_arena_strndup(arena, plain.data, plain.length);
  draft->diagnostics |= diagnostics;
  lb_subject_parse(draft->subject, lb_arena_get_scratch(arena), &draft->parsed);
  if (!is_kept)
    return;
  draft->parsed = keep_subject(&draft->parsed, draft->subject, arena);
  draft->kept = lb_subject_intern(arena, &draft->parsed);
  const ReadSubject read = {draft->subject, draft->parsed.title, draft->kept};
  if (!diagnostics)
    lb_recent_keep(parser->subjects, field, &read);
}

static void read_from(LbParser *parser, LbArena *arena, LbSlice field, Draft *draft) {
  const ReadPerson *known = arena == parser->arena ? lb_recent_find(parser->people, field) : NULL;
  if (known) {
    draft->from = known->person;
    draft->kept_from = known->kept;
    draft->robot_sender = known->robot_sender;
    return;
  }
  LbDiagSet diagnostics = 0;
  draft->from = lb_address_parse_first(field, arena, &diagnostics);
  draft->diagnostics |= diagnostics;
  draft->robot_sender = lb_robot_read_sender(draft->from);
  if (arena != parser->arena)
    return;
  draft->kept_from = lb_person_intern(arena, draft->from);
  const ReadPerson read = {draft->from, draft->kept_from, draft->robot_sender};
  if (!diagnostics)
    lb_recent_keep(parser->people, field, &read);
}

static void split_patch(Draft *draft) {
  if (!draft->is_split)
    lb_patch_split(draft->body.text, draft->body.own, draft->body.patch, &draft->patch);
  draft->is_split = TRUE;
}

/* A reply is no patch, even where a diff is in it; whether there is one shows in the little that it doesn't
 * quote.
 */
static void read_patch(LbParser *parser, Draft *draft, LbArena *arena) {
  const char *text = draft->body.text;
  gsize own = draft->body.own;
  if (draft->parsed.is_reply) {
    draft->said = lb_quote_shorten(text, own, parser->said);
    if (!lb_diff_is_likely(draft->said.data, draft->said.length))
      return;
  }
  split_patch(draft);
  if (draft->patch.diff < own)
    draft->diff = lb_diff_parse(text, own, draft->patch.diff, arena);
  if (draft->diff && draft->diff->is_cut)
    draft->diagnostics |= LB_DIAG_BIT(LB_DIAG_HUNK_CUT);
}

/* FALSE if there is not one field. */
static gboolean read_draft(LbParser *parser, const char *bytes, gsize length, LbArena *arena, Draft *draft) {
  memset(draft, 0, offsetof(Draft, header));
  lb_arena_clear_scratch(arena);
  lb_header_scan(bytes, length, FALSE, &draft->header);
  if (!draft->header.n_fields)
    return FALSE;
  const LbSlice *fields = draft->header.fields;
  draft->diagnostics = draft->header.diagnostics;
  read_subject(parser, arena, draft);
  LbHeader inner;
  LbSlice body = {bytes + draft->header.body, length - draft->header.body};
  gboolean is_wrapped = lb_wrapped_find(&draft->header, draft->parsed.title, body, arena, &inner, &body);
  if (is_wrapped)
    draft->diagnostics |= LB_DIAG_BIT(LB_DIAG_FROM_MUNGED);
  lb_body_decode(parser->decoder, is_wrapped ? &inner : &draft->header, body.data, body.length, arena,
                 &draft->body, &draft->diagnostics);
  const char *text = draft->body.text;
  gsize own = draft->body.own;
  read_patch(parser, draft, arena);
  /* "v3-0001-x.patch" and "v3-0002-y.patch" on one mail: neither is what it is about */
  if (!draft->parsed.is_reply && draft->patch.in_body.subject.data && draft->diff &&
      draft->body.n_patches < 2)
    merge_in_body_subject(draft, arena);
  read_from(parser, arena, (is_wrapped ? inner.fields : fields)[LB_FIELD_FROM], draft);
  LbClassEvidence evidence = {
      .header = &draft->header,
      .subject = &draft->parsed,
      .sender = &draft->robot_sender,
      .text = text,
      .length = own,
      .has_diff = draft->diff && !draft->diff->is_combined,
      .is_in_thread = fields[LB_FIELD_IN_REPLY_TO].data || fields[LB_FIELD_REFERENCES].data,
  };
  draft->mail_class = lb_class_build(&evidence, &draft->is_stable, &draft->is_pull);
  find_people(draft, arena);
  return TRUE;
}

/* Lists and signers put their own lines under a mail: "-- " and what follows near the end, a line of
 * underscores and what follows.  Copies of a mail differ in them. */
static gsize trim_footers(const char *text, gsize length) {
  for (;;) {
    gsize end = length;
    guint lines = 0;
    gboolean found = FALSE;
    for (const char *p = text + length; p > text && lines < 25 && !found; lines++) {
      const char *newline = memrchr(text, '\n', (gsize)(p - text));
      const char *line = newline ? newline + 1 : text;
      gsize n = (gsize)(p - line);
      gboolean is_separator = (n == 3 && !memcmp(line, "-- ", 3)) || (n == 2 && !memcmp(line, "--", 2)) ||
                              (n >= 30 && strspn(line, "_") >= 30);
      if (is_separator) {
        found = TRUE;
        end = (gsize)(line - text);
      }
      p = newline ? newline : text;
    }
    if (!found)
      return length;
    length = end ? end - 1 : 0;
  }
}

/* What waits for the checksum: calls cost more than copies. */
typedef struct {
  GChecksum *checksum;
  gsize n;
  char bytes[4096];
} Dense;

static void flush_dense(Dense *dense) {
  g_checksum_update(dense->checksum, (const guchar *)dense->bytes, (gssize)dense->n);
  dense->n = 0;
}

static void add_without_blanks(Dense *dense, const char *text, gsize length) {
  for (const char *p = text, *end = text + length; p < end; p++) {
    gboolean is_blank = *p == ' ' || (*p >= '\t' && *p <= '\r');
    dense->bytes[dense->n] = *p;
    dense->n += !is_blank;
    if (dense->n == sizeof dense->bytes)
      flush_dense(dense);
  }
  dense->bytes[dense->n++] = '\0';
  if (dense->n == sizeof dense->bytes)
    flush_dense(dense);
}

static void hash_content(const Draft *draft, LbSlice salt, guint8 digest[32]) {
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *email = g_ascii_strdown(draft->author.email ? draft->author.email : "", -1);
  Dense dense = {.checksum = checksum, .n = 0};
  add_without_blanks(&dense, email, strlen(email));
  add_without_blanks(&dense, draft->parsed.title, strlen(draft->parsed.title));
  add_without_blanks(&dense, draft->body.text, trim_footers(draft->body.text, draft->body.length));
  if (salt.data)
    add_without_blanks(&dense, salt.data, salt.length);
  flush_dense(&dense);
  gsize n = 32;
  g_checksum_get_digest(checksum, digest, &n);
}

static void hash_raw(const char *bytes, gsize length, guint8 digest[32]) {
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  while (length && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
    length--;
  const char *end = bytes + length;
  for (const char *p = bytes; p < end;) {
    const char *cr = p;
    while ((cr = memchr(cr, '\r', (gsize)(end - cr))) && (cr + 1 >= end || cr[1] != '\n'))
      cr++;
    g_checksum_update(checksum, (const guchar *)p, (cr ? cr : end) - p);
    p = cr ? cr + 1 : end;
  }
  gsize n = 32;
  g_checksum_get_digest(checksum, digest, &n);
}

void lb_parser_hash(LbParser *parser, const char *bytes, gsize length, gboolean with_raw,
                    LbMailHashes *hashes) {
  LbArena *arena = lb_arena_get_scratch(parser->arena);
  Draft draft;
  lb_arena_clear_scratch(parser->arena);
  memset(hashes, 0, sizeof *hashes);
  if (read_draft(parser, bytes, length, arena, &draft))
    hash_content(&draft, (LbSlice){NULL, 0}, hashes->content);
  if (with_raw)
    hash_raw(bytes + draft.header.begin, length - draft.header.begin, hashes->raw);
}

/* Two id-less mails are one only if they were written at one time, too: hence the Date in it. */
static const char *make_id(const Draft *draft, LbArena *arena) {
  guint8 digest[32];
  GString *id = g_string_new(NULL);
  hash_content(draft, draft->header.fields[LB_FIELD_DATE], digest);
  for (int i = 0; i < 16; i++)
    g_string_append_printf(id, "%02x", digest[i]);
  g_string_append(id, "@no-message-id.invalid");
  const char *copy = lb_arena_strndup(arena, id->str, id->len);
  g_string_free(id, TRUE);
  return copy;
}

static const char *const *take_list_ids(LbParser *parser, const LbHeader *header, LbDiagSet *diagnostics) {
  LbArena *arena = parser->arena;
  const char *ids[G_N_ELEMENTS(header->list_ids) + 1] = {NULL};
  guint n = 0;
  LbSlice only = header->n_list_ids == 1 ? header->list_ids[0] : (LbSlice){"", 0};
  if (parser->list_ids && only.length && only.length == parser->list_id->len &&
      !memcmp(only.data, parser->list_id->str, only.length))
    return parser->list_ids;
  g_string_truncate(parser->list_id, 0);
  for (guint i = 0; i < header->n_list_ids; i++) {
    /* "Development list <devel.example.org>" (RFC 2919), or the id alone. */
    const char *text = lb_header_unfold(header->list_ids[i], arena, diagnostics), *open = strrchr(text, '<');
    text = open ? open + 1 : text;
    gsize length = strcspn(text, ">");
    g_autofree char *lower = g_ascii_strdown(text, (gssize)length);
    const char *id = lb_arena_intern(arena, lower, length);
    gboolean is_new = *id != '\0';
    for (guint k = 0; k < n; k++)
      is_new = is_new && strcmp(ids[k], id) != 0;
    if (is_new)
      ids[n++] = id;
  }
  if (!parser->list_ids || memcmp(parser->list_ids, ids, sizeof ids) != 0) {
    const char **copy = lb_arena_new_array(arena, const char *, G_N_ELEMENTS(ids));
    parser->list_ids = memcpy(copy, ids, sizeof ids);
  }
  if (lb_find_is_ascii(only.data, only.length)) /* nothing to be diagnosed */
    g_string_append_len(parser->list_id, only.data, (gssize)only.length);
  return parser->list_ids;
}

static void take_ids(LbParser *parser, LbMail *mail, const Draft *draft) {
  LbArena *arena = parser->arena;
  const LbSlice *fields = draft->header.fields;
  mail->msgid = lb_message_id_parse(fields[LB_FIELD_MESSAGE_ID], arena, &mail->diagnostics);
  if (!mail->msgid) {
    mail->msgid = make_id(draft, arena);
    mail->diagnostics |= LB_DIAG_BIT(LB_DIAG_NO_MSGID);
  }
  mail->id_hash = lb_mail_hash_id(mail->msgid);
  mail->list_ids = take_list_ids(parser, &draft->header, &mail->diagnostics);
  mail->references = lb_message_id_parse_references(fields[LB_FIELD_REFERENCES], &parser->references, arena,
                                                    &mail->diagnostics);
  mail->in_reply_to =
      lb_message_id_parse_parent(fields[LB_FIELD_IN_REPLY_TO], mail->references, arena, &mail->diagnostics);
}

static const char *find_change_id(const Draft *draft, LbArena *arena) {
  LbSlice field = draft->header.fields[LB_FIELD_X_CHANGE_ID];
  const char *end = draft->body.text + MIN(draft->body.length, draft->patch.diff);
  if (field.data) {
    LbDiagSet ignored = 0;
    return lb_arena_strdup(arena, lb_header_unfold(field, arena, &ignored));
  }
  for (const char *p = draft->body.text; p < end; p = lb_find_line_of(p, end, "cccccc"))
    if (end - p > 11 && !memcmp(p, "change-id: ", 11)) {
      p += 11;
      gsize n = 0;
      while (p + n < end && (guint8)p[n] > ' ')
        n++;
      return n ? lb_arena_strndup(arena, p, n) : NULL;
    }
  return NULL;
}

static LbTextRef spool(LbParser *parser, const char *text, gsize length) {
  LbTextRef ref = {parser->spool_number, (guint32)length, 0};
  if (length)
    ref.offset = lb_spool_append(parser->spool, text, length);
  return ref;
}

static gboolean is_posted(const LbMail *mail) {
  return mail->mail_class == LB_CLASS_PATCH || mail->mail_class == LB_CLASS_COVER ||
         mail->mail_class == LB_CLASS_PULL;
}

static void keep_texts(LbParser *parser, LbMail *mail, Draft *draft) {
  gboolean is_posting =
      is_posted(mail) || (mail->mail_class != LB_CLASS_REPLY && mail->parsed->has_patch_tag);
  if (parser->wants & LB_WANT_TEXT) {
    LbExtras *extras = lb_mail_make_extras(mail, parser->arena);
    extras->text = spool(parser, draft->body.text, draft->body.length);
    extras->patch_offset = draft->body.patch;
  }
  if (!is_posting)
    return;
  split_patch(draft);
  LbDetails *details = lb_mail_make_details(mail, parser->arena);
  if (draft->patch.summary.data)
    details->summary = lb_arena_intern(parser->arena, draft->patch.summary.data, draft->patch.summary.length);
  const char *change_id = find_change_id(draft, parser->arena);
  if (change_id)
    lb_mail_make_extras(mail, parser->arena)->change_id = change_id;
  if (parser->wants & LB_WANT_MESSAGE) {
    /* A tagged mail without diff or number may yet turn out to be a cover. */
    gboolean is_cover = mail->mail_class == LB_CLASS_COVER || !draft->diff;
    LbSlice message = lb_commit_message_build(draft->body.text, &draft->patch, is_cover, parser->message);
    details->message = spool(parser, message.data, message.length);
  }
}

/* What reviews, lines of work and status are made of. */
static void take_reviews(LbParser *parser, LbMail *mail, const Draft *draft) {
  LbArena *arena = parser->arena;
  const char *text = draft->body.text;
  gsize length = draft->body.own;
  if (is_posted(mail)) {
    LbDetails *details = lb_mail_make_details(mail, arena);
    details->carried = lb_credit_parse_carried(draft->patch.commit, parser->credited, arena);
    const LbLink *links = lb_link_parse(text, MIN(length, draft->patch.diff), arena);
    /* of a patch its class says that it is none */
    const LbPullRequest *request =
        mail->mail_class == LB_CLASS_PATCH ? NULL : lb_pull_request_parse(text, length, arena);
    if (links)
      lb_mail_make_extras(mail, arena)->links = links;
    if (request)
      lb_mail_make_extras(mail, arena)->request = request;
    guint8 id[LB_PATCH_ID_BYTES];
    if (draft->diff && parser->wants & LB_WANT_PATCH_ID &&
        lb_patch_id_build(text + draft->patch.diff, length - draft->patch.diff, id))
      draft->diff->id = memcpy(lb_arena_alloc_bytes(arena, sizeof id), id, sizeof id);
    return;
  }
  LbRobotKind robot = mail->mail_class == LB_CLASS_NOTICE ? LB_ROBOT_NOTICE
                      : mail->mail_class == LB_CLASS_BOT  ? LB_ROBOT_BOT
                                                          : LB_ROBOT_NONE;
  /* of a robot's notice quotations are part */
  LbSlice said = draft->said;
  if (robot != LB_ROBOT_NONE)
    said = (LbSlice){text, length};
  else if (!said.data)
    said = lb_quote_shorten(text, length, parser->said);
  const LbCredit *given =
      robot == LB_ROBOT_NONE
          ? lb_credit_parse_given(said.data, said.length, draft->author, parser->credited, arena)
          : NULL;
  const LbApplied *applied = lb_applied_parse(robot, &draft->parsed, said.data, said.length, arena);
  if (given)
    lb_mail_make_details(mail, arena)->given = given;
  if (applied)
    lb_mail_make_details(mail, arena)->applied = applied;
}

/* Most of it is of patches alone: what has nothing to tell keeps the details that all share. */
static void keep_details(LbParser *parser, LbMail *mail, Draft *draft) {
  LbArena *arena = parser->arena;
  const LbSlice *fields = draft->header.fields;
  if (draft->diff)
    lb_mail_make_details(mail, arena)->diff = draft->diff;
  if (draft->diff && draft->patch.in_body.date.data)
    lb_mail_make_extras(mail, arena)->author_date =
        lb_date_parse(draft->patch.in_body.date.data, draft->patch.in_body.date.length);
  if (*draft->body.attachments)
    lb_mail_make_extras(mail, arena)->attachments = draft->body.attachments;
  take_reviews(parser, mail, draft);
  if (parser->wants & LB_WANT_RECIPIENTS || mail->details->extras->request ||
      mail->mail_class == LB_CLASS_PULL) {
    LbExtras *extras = lb_mail_make_extras(mail, arena);
    extras->to = lb_address_parse_all(fields[LB_FIELD_TO], arena, &mail->diagnostics);
    extras->cc = lb_address_parse_all(fields[LB_FIELD_CC], arena, &mail->diagnostics);
  }
  keep_texts(parser, mail, draft);
}

/* Of people whose names and addresses are interned. */
static gboolean is_same(LbPerson one, LbPerson other) {
  return one.name == other.name && one.email == other.email;
}

LbMail *lb_parser_parse(LbParser *parser, const LbRawMail *raw) {
  LbArena *arena = parser->arena;
  Draft draft;
  if (!read_draft(parser, raw->bytes, raw->length, arena, &draft))
    return NULL;
  LbMail *mail = lb_mail_new(arena);
  lb_mail_set_locator(mail, &raw->locator, arena);
  mail->removes = raw->removes;
  mail->is_before = raw->is_before;
  mail->is_again = raw->is_again;
  mail->diagnostics = draft.diagnostics;
  if (raw->is_cut)
    mail->diagnostics |= LB_DIAG_BIT(LB_DIAG_BODY_CUT);
  mail->subject = draft.subject;
  if (!draft.kept) {
    draft.parsed = keep_subject(&draft.parsed, mail->subject, arena);
    draft.kept = lb_subject_intern(arena, &draft.parsed);
  }
  mail->title = draft.parsed.title;
  mail->parsed = draft.kept;
  mail->mail_class = draft.mail_class;
  mail->is_stable = draft.is_stable;
  mail->is_pull = draft.is_pull;
  mail->sender = is_same(draft.sender, draft.from) ? draft.kept_from : lb_person_intern(arena, draft.sender);
  mail->author = is_same(draft.author, draft.sender) ? mail->sender : lb_person_intern(arena, draft.author);
  mail->date = lb_date_effective(&draft.header, parser->now, &mail->diagnostics);
  take_ids(parser, mail, &draft);
  LbSlice marked = draft.header.fields[LB_FIELD_AUTO_SUBMITTED];
  mail->is_own = marked.data && lb_compose_is_own(mail->msgid, marked.data, marked.length);
  keep_details(parser, mail, &draft);
  return mail;
}
