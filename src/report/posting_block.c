/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"
#include "base/text.h"
#include "report/posting_block.h"
#include <string.h>

/* No line of a list of postings is much longer. */
#define LINE 120

const char *lb_posting_block_format_subject(const LbMail *mail, LbArena *arena) {
  gsize n_tag = strlen(mail->parsed->tag), n_title = strlen(mail->title), n_blank = n_tag > 0 && n_title > 0;
  char *subject = (char *)lb_arena_alloc_bytes(arena, n_tag + n_blank + n_title + 1);

  memcpy(subject, mail->parsed->tag, n_tag);
  if (n_blank)
    subject[n_tag] = ' ';
  memcpy(subject + n_tag + n_blank, mail->title, n_title);
  return subject;
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

/* RFC 3986, 2.3, and '@', which archives leave as it is. */
static gsize span_unescaped(const char *id, gsize length) {
  gsize n = 0;

  for (; n < length; n++) {
    char c = id[n];
    if (!g_ascii_isalnum(c) && c != '-' && c != '.' && c != '_' && c != '~' && c != '@')
      break;
  }
  return n;
}

static void append_escaped(GString *out, const char *id, gsize length) {
  static const char hex[] = "0123456789ABCDEF";

  for (const char *end = id + length; id < end; id++) {
    gsize n = span_unescaped(id, (gsize)(end - id));
    lb_text_append(out, id, n);
    id += n;
    if (id == end)
      return;
    const char escaped[] = {'%', hex[(guint8)*id >> 4], hex[*id & 15]};
    lb_text_append(out, escaped, sizeof escaped);
  }
}

const char *lb_posting_block_format_link(const LbScope *scope, const LbMail *mail, LbArena *arena) {
  g_autoptr(GString) link = NULL;
  const char *rest = scope->input->link, *slot;

  if ((mail->diagnostics & LB_DIAG_BIT(LB_DIAG_NO_MSGID)) || !*mail->msgid)
    return NULL;
  link = g_string_sized_new(LINE);
  while ((slot = strstr(rest, "{msgid}"))) {
    lb_text_append(link, rest, (gsize)(slot - rest));
    append_escaped(link, mail->msgid, find_id_length(mail));
    rest = slot + strlen("{msgid}");
  }
  lb_text_append_string(link, rest);
  return lb_arena_strndup(arena, link->str, link->len);
}

static void append_origin(GString *out, const LbScope *scope, const LbMail *mail) {
  LbPerson author = lb_scope_get_author(scope, mail);

  lb_text_append_string(out, author.name && *author.name ? author.name
                             : author.email              ? author.email
                                                         : "unknown author");
  lb_text_append_string(out, ", ");
  if (mail->date == LB_TIME_UNKNOWN)
    g_string_append(out, "date unknown");
  else
    lb_period_append_day(out, mail->date);
}

char *lb_posting_block_format_origin(const LbScope *scope, const LbMail *mail) {
  GString *origin = g_string_sized_new(LINE);

  append_origin(origin, scope, mail);
  return g_string_free(origin, FALSE);
}

static void append_count(GString *out, gint64 n, const char *one, const char *many) {
  lb_text_append_number(out, n);
  lb_text_append_string(out, n == 1 ? one : many);
}

void lb_posting_block_append_numbers(GString *out, const int *numbers, guint n) {
  for (guint i = 0; i < n;) {
    guint end = i;
    while (end + 1 < n && numbers[end + 1] == numbers[end] + 1)
      end++;
    if (end == i + 1)
      end = i;
    g_string_append(out, i == 0 ? "" : ", ");
    lb_text_append_number(out, numbers[i]);
    if (end > i) {
      g_string_append_c(out, '-');
      lb_text_append_number(out, numbers[end]);
    }
    i = end + 1;
  }
}

static void append_distance(GString *out, gint64 before, gint64 now) {
  gint64 days = lb_period_count_days(before, now);

  if (days == 0) {
    lb_text_append_string(out, " (the same day)");
    return;
  }
  lb_text_append_string(out, " (");
  append_count(out, days, " day before)", " days before)");
}

/* ", v13 2025-12-24 (20 days before)"; of a single patch sent anew, which one it replaces. */
static void append_predecessor(GString *out, const LbScope *scope, const LbPosting *posting) {
  const LbRevision *revision = lb_works_find(scope->input->overview->works, posting);
  const LbPosting *before = revision ? revision->before : NULL;

  if (!before)
    return;
  lb_text_append_string(out, ", ");
  if (posting->rerolls && posting->first->parsed->index > 0)
    g_string_append_printf(out, "instead of patch %d of ", posting->first->parsed->index);
  /* Said where the number alone would mislead: after an RFC numbers may begin anew. */
  if (before->first->parsed->rfc && !posting->first->parsed->rfc && before->version >= posting->version)
    lb_text_append_string(out, "RFC ");
  g_string_append_c(out, 'v');
  lb_text_append_number(out, before->version);
  if (before->date == LB_TIME_UNKNOWN || posting->date == LB_TIME_UNKNOWN)
    return;
  g_string_append_c(out, ' ');
  lb_period_append_day(out, before->date);
  append_distance(out, before->date, posting->date);
}

static const char *format_who(const LbScope *scope, const LbPosting *posting, LbArena *arena) {
  g_autoptr(GString) line = g_string_sized_new(LINE);

  append_origin(line, scope, posting->first);
  lb_text_append_string(line, ", ");
  if (posting->n_missing > 0) {
    g_autofree int *missing = lb_posting_build_missing(posting);
    lb_text_append_number(line, posting->total - (int)posting->n_missing);
    lb_text_append_string(line, " of ");
    append_count(line, posting->total, " patch, missing ", " patches, missing ");
    lb_posting_block_append_numbers(line, missing, posting->n_missing);
  } else {
    append_count(line, posting->patches->len, " patch", " patches");
  }
  append_predecessor(line, scope, posting);
  return lb_arena_strndup(arena, line->str, line->len);
}

/* As git words it: git.git, diff.c, print_stat_summary_inserts_deletes(). */
static const char *format_summary(guint files, guint64 added, guint64 removed, LbArena *arena) {
  g_autoptr(GString) line = g_string_sized_new(LINE);

  append_count(line, files, " file changed", " files changed");
  if (added > 0 || removed == 0) {
    lb_text_append_string(line, ", ");
    append_count(line, (gint64)added, " insertion(+)", " insertions(+)");
  }
  if (removed > 0 || added == 0) {
    lb_text_append_string(line, ", ");
    append_count(line, (gint64)removed, " deletion(-)", " deletions(-)");
  }
  return lb_arena_strndup(arena, line->str, line->len);
}

/* Unlike files among n paths: open addressing, in twice as many places.  Those of one thread are kept once,
 * so that few are compared. */
static guint count_unlike(const LbPosting *posting, guint n, LbArena *arena) {
  guint n_slots = 4, n_unlike = 0;

  while (n_slots < 2 * n)
    n_slots *= 2;
  const char **slots = lb_arena_new_array(arena, const char *, n_slots);
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbDiff *diff = ((const LbMail *)g_ptr_array_index(posting->patches, i))->details->diff;
    for (const char *const *path = diff ? diff->paths : NULL; path && *path; path++) {
      guint at = lb_hash_string(*path) & (n_slots - 1);
      while (slots[at] && slots[at] != *path && strcmp(slots[at], *path) != 0)
        at = (at + 1) & (n_slots - 1);
      n_unlike += !slots[at];
      slots[at] = *path;
    }
  }
  return n_unlike;
}

/* Few patches touch more than a file. */
static guint count_paths(const LbPosting *posting, LbArena *arena) {
  const char *first = NULL;
  guint n = 0;
  gboolean is_one = TRUE;

  for (guint i = 0; i < posting->patches->len; i++) {
    const LbDiff *diff = ((const LbMail *)g_ptr_array_index(posting->patches, i))->details->diff;
    for (const char *const *path = diff ? diff->paths : NULL; path && *path; path++, n++) {
      first = first ? first : *path;
      is_one = is_one && *path == first;
    }
  }
  return n == 0 || is_one ? n > 0 : count_unlike(posting, n, arena);
}

/* The cover's own line says it best; else the hunks are counted.  NULL if neither is there. */
static const char *format_changes(const LbPosting *posting, LbArena *arena) {
  guint64 added = 0, removed = 0;
  guint n_paths = 0;

  if (posting->cover && posting->cover->details->summary)
    return lb_arena_strdup(arena, posting->cover->details->summary);
  n_paths = count_paths(posting, arena);
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbDiff *diff = ((const LbMail *)g_ptr_array_index(posting->patches, i))->details->diff;
    added += diff ? diff->added : 0;
    removed += diff ? diff->removed : 0;
  }
  return n_paths > 0 ? format_summary(n_paths, added, removed, arena) : NULL;
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
