/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/reception_line.h"
#include "base/hash.h"
#include "base/text.h"
#include <string.h>

/* No line of a list of postings is much longer. */
#define LINE 120

/* One person's trailers of one kind. */
typedef struct {
  LbPerson person;
  gboolean is_whole; /* for the cover, so for every patch */
  guint8 *has_patch; /* by place in the posting: those it stands for beside that */
} Credit;

/* Up to here looking through all of them is faster than a table, and most postings have fewer. */
#define FEW 16

/* Of one kind, by first appearance. */
typedef struct {
  GArray *all;          /* of Credit */
  GHashTable *by_email; /* folded address -> place in all, from 1; NULL while there are few */
  LbArena *arena;
} Credits;

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

static gboolean is_same_email(const char *one, const char *other) {
  return one == other || !g_ascii_strcasecmp(one, other);
}

static char *fold(const Credits *credits, const char *email) {
  char *folded = lb_arena_strdup(credits->arena, email);

  for (char *p = folded; *p; p++)
    *p = g_ascii_tolower(*p);
  return folded;
}

/* 0: none. */
static guint find_credit(const Credits *credits, const char *email) {
  if (credits->by_email)
    return GPOINTER_TO_UINT(g_hash_table_lookup(credits->by_email, fold(credits, email)));
  for (guint i = 0; i < credits->all->len; i++) {
    if (is_same_email(g_array_index(credits->all, Credit, i).person.email, email))
      return i + 1;
  }
  return 0;
}

static void add_credit(Credits *credits, LbPerson person, guint n_patches) {
  const Credit credit = {.person = person, .has_patch = lb_arena_alloc_bytes(credits->arena, n_patches)};
  guint n = credits->all->len + 1;

  g_array_append_val(credits->all, credit);
  if (n == FEW + 1)
    credits->by_email = g_hash_table_new(lb_hash_string, g_str_equal);
  for (guint i = n == FEW + 1 ? 0 : n - 1; n > FEW && i < n; i++)
    g_hash_table_insert(credits->by_email, fold(credits, g_array_index(credits->all, Credit, i).person.email),
                        GUINT_TO_POINTER(i + 1));
}

static void collect_credits(const LbScope *scope, const LbReception *reception, LbCreditKind kind,
                            Credits *credits) {
  for (guint i = 0; i < reception->reviews->len; i++) {
    const LbReview *review = &g_array_index(reception->reviews, LbReview, i);
    LbPerson person;
    guint place;
    if (review->kind != kind || review->is_mismatched)
      continue;
    person = lb_reception_map(reception, review->person);
    if (lb_reception_is_owner(scope, reception->posting, person))
      continue;
    place = find_credit(credits, person.email);
    if (!place) {
      add_credit(credits, person, reception->posting->patches->len);
      place = credits->all->len;
    }
    add_patches(reception->posting, review, &g_array_index(credits->all, Credit, place - 1));
  }
}

static void append_separator(GString *line) {
  if (line->len > 0)
    lb_text_append_string(line, "; ");
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
                           LbCreditKind kind, const Credits *credits) {
  guint n_patches = reception->posting->patches->len, n_shown = 0;

  for (guint i = 0; i < credits->all->len; i++) {
    const Credit *credit = &g_array_index(credits->all, Credit, i);
    const char *name = credit->person.name;
    guint n = count_patches(scope, reception->posting, credit);
    if (n == 0)
      continue;
    if (n_shown++ == 0) {
      append_separator(line);
      lb_text_append_string(line, lb_credit_get_name(kind));
      lb_text_append_string(line, ": ");
    } else {
      lb_text_append_string(line, ", ");
    }
    lb_text_append_string(line, name && *name ? name : credit->person.email);
    if (n_patches > 1) {
      lb_text_append_string(line, " (");
      lb_text_append_number(line, n);
      lb_text_append_string(line, " of ");
      lb_text_append_number(line, n_patches);
      lb_text_append_string(line, ")");
    }
  }
}

static void append_kind(GString *line, const LbScope *scope, const LbReception *reception, LbCreditKind kind,
                        LbArena *arena) {
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Credit));
  Credits credits = {all, NULL, arena};

  collect_credits(scope, reception, kind, &credits);
  append_credits(line, scope, reception, kind, &credits);
  g_clear_pointer(&credits.by_email, g_hash_table_unref);
}

static void append_replies(GString *line, const LbReception *reception) {
  guint n = 0;

  for (guint i = 0; i < reception->repliers->len; i++)
    n += g_array_index(reception->repliers, LbReplier, i).n_replies;
  if (n == 0)
    return;
  append_separator(line);
  lb_text_append_number(line, n);
  lb_text_append_string(line, n == 1 ? " reply by " : " replies by ");
  lb_text_append_number(line, reception->repliers->len);
  lb_text_append_string(line, reception->repliers->len == 1 ? " person" : " people");
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
  g_autoptr(GString) line = NULL;

  if (!has_answer(reception))
    return NULL;
  line = g_string_sized_new(LINE);
  lb_text_append_string(line, head ? head : "");
  append_replies(line, reception);
  for (LbCreditKind kind = LB_CREDIT_REVIEWED; kind <= LB_CREDIT_NACKED; kind++) {
    if (has_kind(reception, kind))
      append_kind(line, scope, reception, kind, arena);
  }
  return line->len > 0 ? lb_arena_strndup(arena, line->str, line->len) : NULL;
}
