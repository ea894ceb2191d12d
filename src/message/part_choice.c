/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/part_choice.h"
#include <string.h>
#include "message/transfer.h"

/* How much of an attached text is looked at to see whether it is a patch. */
#define SNIFF_BYTES 4096

static const LbPart *get_part(const GArray *parts, int index) {
  return &g_array_index(parts, LbPart, index);
}

const char *lb_part_find_name(const LbPart *part) {
  const char *name = part->disposition.name ? part->disposition.name : part->type.name;
  return name && *name ? name : NULL;
}

static gboolean has_suffix(const char *name, const char *suffix) {
  gsize n = name ? strlen(name) : 0, m = strlen(suffix);
  return n > m && !g_ascii_strcasecmp(name + n - m, suffix);
}

static gboolean is_patch_type(const char *type) {
  return !strcmp(type, "text/x-patch") || !strcmp(type, "text/x-diff") || !strcmp(type, "text/patch") ||
         !strcmp(type, "text/diff") || !strcmp(type, "application/x-patch");
}

static gboolean starts_with(const char *p, const char *end, const char *word) {
  gsize n = strlen(word);
  return (gsize)(end - p) >= n && !memcmp(p, word, n);
}

/* "From " and an object name: the first line that git-format-patch(1) writes. */
static gboolean is_format_patch_line(const char *p, const char *end) {
  guint n = 0;
  if (!starts_with(p, end, "From "))
    return FALSE;
  for (p += 5; p < end && g_ascii_isxdigit(*p); p++)
    n++;
  return n >= 40 && p < end && *p == ' ';
}

static const char *skip_blank_lines(const char *p, const char *end) {
  const char *line = p;
  for (; p < end && g_ascii_isspace(*p); p++)
    if (*p == '\n')
      line = p + 1;
  return p < end ? line : end;
}

gboolean lb_part_has_patch_header(const char *text, gsize length) {
  const char *end = text + length, *p = skip_blank_lines(text, end);
  gboolean is_first = TRUE;

  for (guint n = 0; p < end && n < 50; n++) {
    const char *line_end = memchr(p, '\n', (gsize)(end - p));
    if (!line_end)
      line_end = end;
    if (starts_with(p, line_end, "Subject:"))
      return TRUE;
    if (starts_with(p, line_end, "From:"))
      return TRUE;
    const char *name_end = p;
    while (name_end<line_end && * name_end> ' ' && *name_end != ':')
      name_end++;
    gboolean is_field = name_end > p && name_end < line_end && *name_end == ':';
    if (!is_field && *p != ' ' && *p != '\t' && !(is_first && is_format_patch_line(p, line_end)))
      return FALSE;
    is_first = FALSE;
    p = line_end < end ? line_end + 1 : end;
  }
  return FALSE;
}

/* The beginning of a part, transfer encoding undone. */
static GString *decode_start(const LbPart *part) {
  GString *start = g_string_new(NULL);
  LbDiagSet ignored = 0;
  gsize length = MIN(part->body.length, SNIFF_BYTES);
  gsize encoded =
      lb_transfer_decode(lb_transfer_find(part->transfer_encoding), part->body.data, length, start, &ignored);
  g_string_append_len(start, part->body.data + encoded, (gssize)(length - encoded));
  return start;
}

/* What a person saves as "fix.txt" and attaches is still a patch. */
static gboolean begins_like_patch(const LbPart *part) {
  g_autoptr(GString) start = decode_start(part);
  const char *end = start->str + start->len, *p = skip_blank_lines(start->str, end);
  return is_format_patch_line(p, end) || starts_with(p, end, "diff --git ") ||
         starts_with(p, end, "--- a/") || starts_with(p, end, "Index: ");
}

static LbPartChoice choose_leaf(const LbPart *part) {
  const char *type = part->type.value ? part->type.value : "text/plain";
  const char *name = lb_part_find_name(part);
  gboolean is_attached = part->disposition.value && strcmp(part->disposition.value, "inline") != 0;

  if (part->kind == LB_PART_MULTIPART || g_str_has_prefix(type, "multipart/"))
    return !part->has_delimiter && part->depth < LB_MIME_MAX_DEPTH ? LB_CHOICE_TEXT : LB_CHOICE_NONE;
  if (part->kind == LB_PART_MESSAGE)
    return LB_CHOICE_NONE;
  if (is_patch_type(type) || has_suffix(name, ".patch") || has_suffix(name, ".diff"))
    return LB_CHOICE_PATCH;
  gboolean is_text = g_str_has_prefix(type, "text/");
  if (is_text && is_attached && name)
    return begins_like_patch(part) ? LB_CHOICE_PATCH : LB_CHOICE_NONE;
  if (!strcmp(type, "text/html"))
    return LB_CHOICE_HTML;
  /* reports of delivery, and fragments: written to be read */
  return is_text || !strcmp(type, "message/delivery-status") || !strcmp(type, "message/partial")
             ? LB_CHOICE_TEXT
             : LB_CHOICE_NONE;
}

/* A mail that isn't multipart is no attachment to anything, whatever it calls itself: its body is what it
 * says. */
static LbPartChoice choose_whole_mail(const LbPart *mail) {
  LbPartChoice choice = choose_leaf(mail);
  if (choice != LB_CHOICE_NONE || mail->kind != LB_PART_LEAF || !mail->type.value)
    return choice;
  gboolean is_readable = g_str_has_prefix(mail->type.value, "text/") ||
                         (g_str_has_prefix(mail->type.value, "application/") &&
                          lb_transfer_find(mail->transfer_encoding) != LB_TRANSFER_BASE64);
  return is_readable ? LB_CHOICE_TEXT : LB_CHOICE_NONE;
}

static gboolean is_blank(const LbPart *part) {
  if (part->body.length > SNIFF_BYTES)
    return FALSE;
  g_autoptr(GString) text = decode_start(part);
  const char *end = text->str + text->len;
  return skip_blank_lines(text->str, end) == end;
}

static gboolean is_alternative(const LbPart *part) {
  return part->type.value && !strcmp(part->type.value, "multipart/alternative");
}

/* In each multipart/alternative around a wanted part whose branch isn't fixed yet, fixes it to the one that
 * part is in. */
static void fix_branches(const GArray *parts, int index, int *branches) {
  for (int child = index, above = get_part(parts, index)->parent; above >= 0;
       child = above, above = get_part(parts, above)->parent) {
    if (is_alternative(get_part(parts, above)) && branches[above] < 0)
      branches[above] = child;
  }
}

static gboolean is_in_chosen_branches(const GArray *parts, int index, const int *branches) {
  for (int child = index, above = get_part(parts, index)->parent; above >= 0;
       child = above, above = get_part(parts, above)->parent)
    if (branches[above] >= 0 && branches[above] != child)
      return FALSE;
  return TRUE;
}

void lb_part_choose(const GArray *parts, LbPartChoice *choices) {
  int branches[LB_MIME_MAX_PARTS]; /* of an alternative: the part directly in it that is read */
  int n = (int)parts->len;
  gboolean has_alternatives = FALSE;

  for (int i = 0; i < n; i++) {
    branches[i] = -1;
    choices[i] = i == 0 ? choose_whole_mail(get_part(parts, i)) : choose_leaf(get_part(parts, i));
    has_alternatives |= is_alternative(get_part(parts, i));
  }
  if (!has_alternatives)
    return;
  for (int i = 0; i < n; i++) {
    const char *type = get_part(parts, i)->type.value;
    if (choices[i] == LB_CHOICE_TEXT && (!type || !strcmp(type, "text/plain")) &&
        !is_blank(get_part(parts, i)))
      fix_branches(parts, i, branches);
  }
  for (int i = 0; i < n; i++)
    if (choices[i] != LB_CHOICE_NONE && !is_blank(get_part(parts, i)))
      fix_branches(parts, i, branches);
  /* a patch is no rendering of anything: it counts wherever it hangs */
  for (int i = 0; i < n; i++)
    if ((choices[i] == LB_CHOICE_TEXT || choices[i] == LB_CHOICE_HTML) &&
        !is_in_chosen_branches(parts, i, branches))
      choices[i] = LB_CHOICE_NONE;
}
