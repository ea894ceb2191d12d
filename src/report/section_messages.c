/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What do the posters say of their work? */
#include "base/hash.h"
#include "report/sections.h"
#include "report/posting_block.h"
#include <string.h>

/* What makes two entries the same: author, version and title, of a re-post, a RESEND, a copy. */
typedef struct {
  const LbMail *mail; /* that is printed */
  const char *email;
  int version;
  guint hash;
} Printed;

typedef struct {
  const LbScope *scope;
  LbReport *report;
  LbBlocks *blocks;
  GHashTable *printed; /* set of Printed, in the report's arena */
} Entries;

static guint hash_printed(gconstpointer key) {
  return ((const Printed *)key)->hash;
}

static gboolean is_same_entry(gconstpointer a, gconstpointer b) {
  const Printed *one = a, *other = b;

  return one->version == other->version && !g_ascii_strcasecmp(one->email, other->email) &&
         !strcmp(one->mail->title, other->mail->title);
}

/* As a history keeps it. */
static char *format_key(const Printed *printed, const char *email) {
  g_autofree char *lower = g_ascii_strdown(email, -1);

  return g_strdup_printf("%s\n%d\n%s", lower, printed->version, printed->mail->title);
}

/* The address that the mail has, where the mailmap has another: it may know the author since yesterday.  NULL
 * where it hasn't. */
static const char *find_other_email(const Printed *printed) {
  const char *own = printed->mail->author->email;

  return own && g_ascii_strcasecmp(own, printed->email) != 0 ? own : NULL;
}

static Printed describe(const LbScope *scope, const LbPosting *posting, const LbMail *mail) {
  LbPerson author = lb_scope_get_author(scope, mail);
  Printed printed = {mail, author.email ? author.email : "", posting->version, 0};
  g_autofree char *email = g_ascii_strdown(printed.email, -1);

  printed.hash = (lb_hash_string(email) * 31 + (guint)printed.version) * 31 + lb_hash_string(mail->title);
  return printed;
}

/* other: the mail that was printed in this one's place. */
static void fill_repeat(const LbScope *scope, gconstpointer about, gconstpointer other, LbBlock *block,
                        LbArena *arena) {
  block->subject = lb_posting_block_format_subject(other, arena);
  block->skipped = lb_posting_block_format_subject(about, arena);
}

static void fill_message(const LbScope *scope, gconstpointer about, gconstpointer other, LbBlock *block,
                         LbArena *arena) {
  const LbMail *mail = about;
  LbPerson author = lb_scope_get_author(scope, mail), sender = lb_scope_get_sender(scope, mail);

  block->title = mail->title;
  block->subject = lb_posting_block_format_subject(mail, arena);
  block->person = author;
  if (sender.email && !lb_person_equal(author, sender))
    block->sender = sender;
  block->ref = mail->details->message;
}

static char *find_earlier(const LbHistory *history, const Printed *entry) {
  const char *other = find_other_email(entry);
  g_autofree char *key = format_key(entry, entry->email);
  char *earlier = history->find_printed(history->keeper, key);

  if (earlier || !other)
    return earlier;
  g_autofree char *other_key = format_key(entry, other);
  return history->find_printed(history->keeper, other_key);
}

/* FALSE: nothing of it was printed, by this report or by an earlier one. */
static gboolean append_repeat(Entries *entries, const Printed *entry, const LbMail *mail) {
  const LbHistory *history = entries->scope->input->history;
  const Printed *printed = g_hash_table_lookup(entries->printed, entry);
  g_autofree char *earlier = NULL;
  LbBlock *block;

  if (printed) {
    lb_blocks_add_late(entries->blocks, LB_BLOCK_REPEAT, 0, fill_repeat, mail, printed->mail);
    return TRUE;
  }
  if (!history || !history->find_printed)
    return FALSE;
  earlier = find_earlier(history, entry);
  if (!earlier)
    return FALSE;
  block = lb_report_add_block(entries->report, entries->blocks, LB_BLOCK_REPEAT);
  block->subject = lb_arena_strdup(entries->report->arena, earlier);
  block->skipped = lb_posting_block_format_subject(mail, entries->report->arena);
  return TRUE;
}

static void keep_printed(LbReport *report, const Printed *entry, const char *email) {
  g_autofree char *key = format_key(entry, email);
  const LbPrinted printed = {lb_arena_strdup(report->arena, key),
                             lb_posting_block_format_subject(entry->mail, report->arena)};

  g_array_append_val(report->printed, printed);
}

static void note_printed(Entries *entries, const Printed *entry) {
  LbReport *report = entries->report;
  Printed *kept = lb_arena_new_array(report->arena, Printed, 1);
  const char *other = find_other_email(entry);

  *kept = *entry;
  g_hash_table_add(entries->printed, kept);
  if (!report->printed)
    return;
  keep_printed(report, entry, entry->email);
  if (other)
    keep_printed(report, entry, other);
}

static void append_entry(Entries *entries, const LbPosting *posting, const LbMail *mail) {
  Printed entry = describe(entries->scope, posting, mail);

  if (append_repeat(entries, &entry, mail))
    return;
  note_printed(entries, &entry);
  lb_blocks_add_late(entries->blocks, LB_BLOCK_MESSAGE, mail->details->message.length, fill_message, mail,
                     NULL);
}

static gboolean is_in_report(const LbScope *scope, const LbMail *mail) {
  return lb_scope_has_mail(scope, &scope->span, mail);
}

/* The 1/1 under a 0/1 of the same title says what the cover says, and has the diffstat: it is printed in
 * the cover's stead.  NULL if there is none. */
static const LbMail *find_only_patch(const Entries *entries, const LbPosting *posting) {
  const LbMail *patch;

  if (!posting->cover || posting->total != 1 || posting->patches->len != 1)
    return NULL;
  patch = g_ptr_array_index(posting->patches, 0);
  if (!is_in_report(entries->scope, patch) || strcmp(patch->title, posting->cover->title) != 0)
    return NULL;
  return patch;
}

static void append_cover(Entries *entries, const LbPosting *posting) {
  LbMessageChoice choice = entries->scope->input->messages;
  const LbMail *patch = choice == LB_MESSAGES_COVER ? NULL : find_only_patch(entries, posting);

  if (!is_in_report(entries->scope, posting->cover))
    return;
  if (patch) {
    Printed entry = describe(entries->scope, posting, patch);
    if (!append_repeat(entries, &entry, posting->cover))
      lb_blocks_add_late(entries->blocks, LB_BLOCK_REPEAT, 0, fill_repeat, posting->cover, patch);
    return;
  }
  append_entry(entries, posting, posting->cover);
}

static void append_posting(Entries *entries, const LbPosting *posting) {
  LbMessageChoice choice = entries->scope->input->messages;
  guint n_patches = choice == LB_MESSAGES_ALL     ? posting->patches->len
                    : choice == LB_MESSAGES_FIRST ? MIN(posting->patches->len, 1)
                                                  : 0;

  if (posting->is_stable || posting->is_pull)
    return;
  if (posting->cover && choice != LB_MESSAGES_NONE)
    append_cover(entries, posting);
  for (guint i = 0; i < n_patches; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    if (is_in_report(entries->scope, patch))
      append_entry(entries, posting, patch);
  }
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  const GPtrArray *all = scope->input->collection->postings;
  g_autoptr(GPtrArray) postings = g_ptr_array_sized_new(all->len);
  g_autoptr(GHashTable) printed = g_hash_table_new(hash_printed, is_same_entry);
  Entries entries = {.scope = scope, .report = report, .blocks = blocks, .printed = printed};

  *heading = "Patch Commit Messages";
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add(postings, g_ptr_array_index(all, i));
  g_ptr_array_sort(postings,
                   scope->input->is_oldest_first ? lb_posting_compare_oldest : lb_posting_compare_newest);
  for (guint i = 0; i < postings->len; i++)
    append_posting(&entries, g_ptr_array_index(postings, i));
  return TRUE;
}

const LbSection lb_section_messages = {.name = "messages", .is_always_shown = TRUE, .build = build};
