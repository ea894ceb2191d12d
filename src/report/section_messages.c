/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What do the posters say of their work? */
#include "base/hash.h"
#include "report/sections.h"
#include "report/posting_block.h"
#include <string.h>

typedef struct {
  const LbScope *scope;
  LbReport *report;
  GPtrArray *blocks;
  GHashTable *printed; /* author, version and title -> subject */
} Entries;

/* What makes two entries the same: a re-post, a RESEND, a copy. */
static char *format_key(const LbScope *scope, const LbPosting *posting, const LbMail *mail) {
  LbPerson author = lb_scope_get_author(scope, mail);
  g_autofree char *email = g_ascii_strdown(author.email ? author.email : "", -1);

  return g_strdup_printf("%s\n%d\n%s", email, posting->version, mail->title);
}

static void append_repeat(Entries *entries, const char *subject, const LbMail *mail) {
  LbBlock *block = lb_report_add_block(entries->report, entries->blocks, LB_BLOCK_REPEAT);
  block->subject = subject;
  block->skipped = lb_posting_block_format_subject(mail, entries->report->arena);
}

static LbPerson copy_person(LbPerson person, LbArena *arena) {
  return (LbPerson){.name = person.name ? lb_arena_strdup(arena, person.name) : "",
                    .email = person.email ? lb_arena_strdup(arena, person.email) : NULL};
}

static void append_message(Entries *entries, const LbMail *mail, const char *subject) {
  LbArena *arena = entries->report->arena;
  LbPerson author = lb_scope_get_author(entries->scope, mail),
           sender = lb_scope_get_sender(entries->scope, mail);
  LbBlock *block = lb_report_add_block(entries->report, entries->blocks, LB_BLOCK_MESSAGE);

  block->title = lb_arena_strdup(arena, mail->title);
  block->subject = subject;
  block->person = copy_person(author, arena);
  if (sender.email && !lb_person_equal(author, sender))
    block->sender = copy_person(sender, arena);
  block->ref = mail->details->message;
}

/* By this report, or by an earlier one; in the arena.  NULL: by none. */
static const char *find_printed(const Entries *entries, const char *key) {
  const LbHistory *history = entries->scope->input->history;
  const char *subject = g_hash_table_lookup(entries->printed, key);
  g_autofree char *earlier = NULL;

  if (subject || !history || !history->find_printed)
    return subject;
  earlier = history->find_printed(history->keeper, key);
  return earlier ? lb_arena_strdup(entries->report->arena, earlier) : NULL;
}

static void note_printed(Entries *entries, char *key, const char *subject) {
  LbReport *report = entries->report;

  if (report->printed) {
    const LbPrinted printed = {lb_arena_strdup(report->arena, key), subject};
    g_array_append_val(report->printed, printed);
  }
  g_hash_table_insert(entries->printed, key, (gpointer)subject);
}

static void append_entry(Entries *entries, const LbPosting *posting, const LbMail *mail) {
  g_autofree char *key = format_key(entries->scope, posting, mail);
  const char *subject = find_printed(entries, key);

  if (subject) {
    append_repeat(entries, subject, mail);
    return;
  }
  subject = lb_posting_block_format_subject(mail, entries->report->arena);
  note_printed(entries, g_steal_pointer(&key), subject);
  append_message(entries, mail, subject);
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
    g_autofree char *key = format_key(entries->scope, posting, patch);
    const char *printed = find_printed(entries, key);
    append_repeat(entries, printed ? printed : lb_posting_block_format_subject(patch, entries->report->arena),
                  posting->cover);
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

static gboolean build(const LbScope *scope, LbReport *report, GPtrArray *blocks, const char **heading,
                      GError **error) {
  const GPtrArray *all = scope->input->collection->postings;
  g_autoptr(GPtrArray) postings = g_ptr_array_sized_new(all->len);
  g_autoptr(GHashTable) printed = g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, NULL);
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
