/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/reception_line.h"
#include "base/hash.h"
#include "base/text.h"
#include <string.h>

/* One person's trailers of one kind. */
typedef struct {
  LbPerson person;
  gboolean is_whole; /* for the cover, so for every patch */
  guint8 *has_patch; /* by place in the posting: those it stands for beside that */
} Credit;

static void credit_free(gpointer data) {
  Credit *credit = data;

  g_free(credit->has_patch);
  g_free(credit);
}

gboolean lb_reception_is_owner(const LbScope *scope, const LbPosting *posting, LbPerson person) {
  return lb_person_equal(person, lb_scope_get_author(scope, posting->first)) ||
         lb_person_equal(person, lb_scope_get_sender(scope, posting->first));
}

static void add_patches(const LbPosting *posting, const LbReview *review, Credit *credit) {
  credit->is_whole = credit->is_whole || review->patch == 0;
  for (guint i = 0; !credit->is_whole && i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    if (review->patch == patch->parsed->index || posting->total == 1)
      credit->has_patch[i] = TRUE;
  }
}

/* Nobody reviews his own patch. */
static guint count_patches(const LbScope *scope, const LbPosting *posting, const Credit *credit) {
  guint n = 0;

  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    n += (credit->is_whole || credit->has_patch[i]) &&
         !lb_person_equal(credit->person, lb_scope_get_author(scope, patch));
  }
  return n;
}

/* Of one kind, by first appearance. */
static GPtrArray *collect_credits(const LbScope *scope, const LbReception *reception, LbCreditKind kind) {
  GPtrArray *credits = g_ptr_array_new_with_free_func(credit_free);
  g_autoptr(GHashTable) by_email = g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, NULL);

  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    LbPerson person = lb_reception_map(reception, review->person);
    Credit *credit;
    char *email;
    if (review->kind != kind || review->is_mismatched ||
        lb_reception_is_owner(scope, reception->posting, person))
      continue;
    email = g_ascii_strdown(person.email, -1);
    credit = g_hash_table_lookup(by_email, email);
    if (credit) {
      g_free(email);
    } else {
      credit = g_new0(Credit, 1);
      credit->person = person;
      credit->has_patch = g_new0(guint8, reception->posting->patches->len);
      g_ptr_array_add(credits, credit);
      g_hash_table_insert(by_email, email, credit);
    }
    add_patches(reception->posting, review, credit);
  }
  return credits;
}

static void append_separator(GString *line) {
  if (line->len > 0)
    g_string_append(line, "; ");
}

static gboolean has_kind(const LbReception *reception, LbCreditKind kind) {
  for (guint i = 0; i < reception->reviews->len; i++) {
    if (g_array_index(reception->reviews, LbReview, i).kind == kind)
      return TRUE;
  }
  return FALSE;
}

/* "Reviewed-by: Ada Lind (11 of 12), Ben Moor (12 of 12)" */
static void append_credits(GString *line, const LbScope *scope, const LbReception *reception,
                           LbCreditKind kind) {
  g_autoptr(GPtrArray) credits = has_kind(reception, kind) ? collect_credits(scope, reception, kind) : NULL;
  guint n_patches = reception->posting->patches->len, n_shown = 0;

  for (guint i = 0; credits && i < credits->len; i++) {
    const Credit *credit = g_ptr_array_index(credits, i);
    const char *name = credit->person.name;
    guint n = count_patches(scope, reception->posting, credit);
    if (n == 0)
      continue;
    if (n_shown++ == 0) {
      append_separator(line);
      g_string_append(line, lb_credit_get_name(kind));
      g_string_append(line, ": ");
    } else {
      g_string_append(line, ", ");
    }
    g_string_append(line, name && *name ? name : credit->person.email);
    if (n_patches > 1) {
      g_string_append(line, " (");
      lb_text_append_number(line, n);
      g_string_append(line, " of ");
      lb_text_append_number(line, n_patches);
      g_string_append_c(line, ')');
    }
  }
}

static void append_replies(GString *line, const LbReception *reception) {
  guint n = 0;

  for (guint i = 0; i < reception->repliers->len; i++)
    n += g_array_index(reception->repliers, LbReplier, i).n_replies;
  if (n == 0)
    return;
  append_separator(line);
  lb_text_append_number(line, n);
  g_string_append(line, n == 1 ? " reply by " : " replies by ");
  lb_text_append_number(line, reception->repliers->len);
  g_string_append(line, reception->repliers->len == 1 ? " person" : " people");
}

/* Trailers that a new version brings along alone are no answer to it. */
static gboolean has_answer(const LbReception *reception) {
  if (reception->repliers->len > 0 || reception->applications->len > 0)
    return TRUE;
  for (guint i = 0; i < reception->reviews->len; i++) {
    if (!g_array_index(reception->reviews, LbReview, i).is_carried)
      return TRUE;
  }
  return FALSE;
}

const char *lb_reception_line_format_status(const LbScope *scope, const LbPosting *posting, LbArena *arena) {
  LbStatus status = lb_status_build(&scope->input->overview->status, posting);
  g_autofree char *text = NULL;

  if (status.kind != LB_STATUS_APPLIED_IN_PART)
    return lb_status_get_phrase(status.kind);
  text =
      g_strdup_printf("%s, %u of %u", lb_status_get_phrase(status.kind), status.n_applied, status.n_patches);
  return lb_arena_strdup(arena, text);
}

const char *lb_reception_line_format(const LbScope *scope, const LbPosting *posting, const char *head,
                                     LbArena *arena) {
  const LbReception *reception = lb_receptions_get(scope->input->overview->receptions, posting);
  g_autoptr(GString) line = g_string_new(head);

  if (!has_answer(reception))
    return NULL;
  append_replies(line, reception);
  for (LbCreditKind kind = LB_CREDIT_REVIEWED; kind <= LB_CREDIT_NACKED; kind++)
    append_credits(line, scope, reception, kind);
  return line->len > 0 ? lb_arena_strdup(arena, line->str) : NULL;
}
