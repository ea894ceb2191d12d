/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"
#include "report/posting_block.h"
#include <string.h>

const char *lb_posting_block_format_subject(const LbMail *mail, LbArena *arena) {
  const char *tag = mail->parsed->tag, *title = mail->title;
  g_autofree char *subject = g_strconcat(tag, *tag && *title ? " " : "", title, NULL);

  return lb_arena_strdup(arena, subject);
}

/* Of unlike mails with one Message-ID all but one carry "#" and eight hex digits behind it; archives
 * know them by the id alone. */
static gsize find_id_length(const LbMail *mail) {
  gsize length = strlen(mail->msgid);

  if ((mail->diagnostics & LB_DIAG_BIT(LB_DIAG_MSGID_REUSED)) && length > 9 &&
      mail->msgid[length - 9] == '#' && strspn(mail->msgid + length - 8, "0123456789abcdef") == 8)
    length -= 9;
  return length;
}

const char *lb_posting_block_format_link(const LbScope *scope, const LbMail *mail, LbArena *arena) {
  g_autofree char *id = NULL, *escaped = NULL;
  g_autoptr(GString) link = NULL;
  const char *rest = scope->input->link, *slot;

  if ((mail->diagnostics & LB_DIAG_BIT(LB_DIAG_NO_MSGID)) || !*mail->msgid)
    return NULL;
  id = g_strndup(mail->msgid, find_id_length(mail));
  escaped = g_uri_escape_string(id, "@", FALSE);
  link = g_string_new(NULL);
  while ((slot = strstr(rest, "{msgid}"))) {
    g_string_append_len(link, rest, slot - rest);
    g_string_append(link, escaped);
    rest = slot + strlen("{msgid}");
  }
  g_string_append(link, rest);
  return lb_arena_strdup(arena, link->str);
}

char *lb_posting_block_format_origin(const LbScope *scope, const LbMail *mail) {
  LbPerson author = lb_scope_get_author(scope, mail);
  g_autofree char *day = mail->date == LB_TIME_UNKNOWN ? NULL : lb_period_format_day(mail->date);

  return g_strdup_printf("%s, %s",
                         author.name && *author.name ? author.name
                         : author.email              ? author.email
                                                     : "unknown author",
                         day ? day : "date unknown");
}

void lb_posting_block_append_numbers(GString *out, const int *numbers, guint n) {
  for (guint i = 0; i < n;) {
    guint end = i;
    while (end + 1 < n && numbers[end + 1] == numbers[end] + 1)
      end++;
    if (end == i + 1)
      end = i;
    g_string_append_printf(out, "%s%d", i == 0 ? "" : ", ", numbers[i]);
    if (end > i)
      g_string_append_printf(out, "-%d", numbers[end]);
    i = end + 1;
  }
}

static void append_distance(GString *out, gint64 before, gint64 now) {
  gint64 days = lb_period_count_days(before, now);

  if (days == 0)
    g_string_append(out, " (the same day)");
  else
    g_string_append_printf(out, " (%" G_GINT64_FORMAT " day%s before)", days, days == 1 ? "" : "s");
}

/* ", v13 2025-12-24 (20 days before)"; of a single patch sent anew, which one it replaces. */
static void append_predecessor(GString *out, const LbScope *scope, const LbPosting *posting) {
  const LbRevision *revision = lb_works_find(scope->input->overview->works, posting);
  const LbPosting *before = revision ? revision->before : NULL;
  g_autofree char *day = NULL;

  if (!before)
    return;
  g_string_append(out, ", ");
  if (posting->rerolls && posting->first->parsed->index > 0)
    g_string_append_printf(out, "instead of patch %d of ", posting->first->parsed->index);
  /* Said where the number alone would mislead: after an RFC numbers may begin anew. */
  if (before->first->parsed->rfc && !posting->first->parsed->rfc && before->version >= posting->version)
    g_string_append(out, "RFC ");
  g_string_append_printf(out, "v%d", before->version);
  if (before->date == LB_TIME_UNKNOWN || posting->date == LB_TIME_UNKNOWN)
    return;
  day = lb_period_format_day(before->date);
  g_string_append_printf(out, " %s", day);
  append_distance(out, before->date, posting->date);
}

static const char *format_who(const LbScope *scope, const LbPosting *posting, LbArena *arena) {
  g_autofree char *origin = lb_posting_block_format_origin(scope, posting->first);
  g_autofree int *missing = lb_posting_build_missing(posting);
  g_autoptr(GString) line = g_string_new(origin);

  if (posting->n_missing > 0) {
    g_string_append_printf(line, ", %d of %d patch%s, missing ", posting->total - (int)posting->n_missing,
                           posting->total, posting->total == 1 ? "" : "es");
    lb_posting_block_append_numbers(line, missing, posting->n_missing);
  } else {
    g_string_append_printf(line, ", %u patch%s", posting->patches->len,
                           posting->patches->len == 1 ? "" : "es");
  }
  append_predecessor(line, scope, posting);
  return lb_arena_strdup(arena, line->str);
}

/* As git words it: git.git, diff.c, print_stat_summary_inserts_deletes(). */
static const char *format_summary(guint files, guint64 added, guint64 removed, LbArena *arena) {
  g_autoptr(GString) line = g_string_new(NULL);

  g_string_printf(line, "%u file%s changed", files, files == 1 ? "" : "s");
  if (added > 0 || removed == 0)
    g_string_append_printf(line, ", %" G_GUINT64_FORMAT " insertion%s(+)", added, added == 1 ? "" : "s");
  if (removed > 0 || added == 0)
    g_string_append_printf(line, ", %" G_GUINT64_FORMAT " deletion%s(-)", removed, removed == 1 ? "" : "s");
  return lb_arena_strdup(arena, line->str);
}

/* The cover's own line says it best; else the hunks are counted.  NULL if neither is there. */
static const char *format_changes(const LbPosting *posting, LbArena *arena) {
  g_autoptr(GHashTable) paths = NULL;
  guint64 added = 0, removed = 0;

  if (posting->cover && posting->cover->details->summary)
    return lb_arena_strdup(arena, posting->cover->details->summary);
  paths = g_hash_table_new(lb_hash_string, g_str_equal);
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    if (!patch->details->diff)
      continue;
    for (guint k = 0; patch->details->diff->paths && patch->details->diff->paths[k]; k++)
      g_hash_table_add(paths, (gpointer)patch->details->diff->paths[k]);
    added += patch->details->diff->added;
    removed += patch->details->diff->removed;
  }
  if (g_hash_table_size(paths) == 0)
    return NULL;
  return format_summary(g_hash_table_size(paths), added, removed, arena);
}

void lb_posting_block_fill(const LbScope *scope, const LbPosting *posting, gboolean has_summary,
                           const char *state, LbBlock *block, LbArena *arena) {
  const char **details = lb_arena_new_array(arena, const char *, 4);
  const char *changes = has_summary ? format_changes(posting, arena) : NULL;
  guint n = 0;

  details[n++] = format_who(scope, posting, arena);
  if (changes)
    details[n++] = changes;
  if (state)
    details[n++] = state;
  block->subject = lb_posting_block_format_subject(posting->first, arena);
  block->details = details;
  block->link = lb_posting_block_format_link(scope, posting->first, arena);
}

void lb_posting_block_append(const LbScope *scope, const LbPosting *posting, gboolean has_summary,
                             const char *state, LbReport *report, LbBlocks *blocks) {
  lb_posting_block_fill(scope, posting, has_summary, state,
                        lb_report_add_block(report, blocks, LB_BLOCK_POSTING), report->arena);
}

static void fill_mail(const LbScope *scope, gconstpointer about, gconstpointer other, LbBlock *block,
                      LbArena *arena) {
  const LbMail *mail = about;
  const char **details = lb_arena_new_array(arena, const char *, 2);
  g_autofree char *origin = lb_posting_block_format_origin(scope, mail);

  details[0] = lb_arena_strdup(arena, origin);
  block->subject = *mail->subject ? mail->subject : "(no subject)";
  block->details = details;
  block->link = lb_posting_block_format_link(scope, mail, arena);
}

void lb_posting_block_append_mail(const LbMail *mail, LbBlocks *blocks) {
  lb_blocks_add_late(blocks, LB_BLOCK_POSTING, 0, fill_mail, mail, NULL);
}

static void fill_bare(const LbScope *scope, gconstpointer about, gconstpointer other, LbBlock *block,
                      LbArena *arena) {
  lb_posting_block_fill(scope, about, FALSE, NULL, block, arena);
}

void lb_posting_block_append_bare(const LbPosting *posting, LbBlocks *blocks) {
  lb_blocks_add_late(blocks, LB_BLOCK_POSTING, 0, fill_bare, posting, NULL);
}

LbBlock *lb_posting_block_append_group(LbReport *report, LbBlocks *blocks, const char *label) {
  LbBlock *group = lb_report_add_block(report, blocks, LB_BLOCK_GROUP);

  group->label = label;
  return group;
}
