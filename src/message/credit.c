/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/credit.h"
#include "base/find.h"
#include "message/lines.h"

static const char *const names[LB_N_CREDITS] = {
    [LB_CREDIT_REVIEWED] = "Reviewed-by",   [LB_CREDIT_ACKED] = "Acked-by",
    [LB_CREDIT_TESTED] = "Tested-by",       [LB_CREDIT_NACKED] = "Nacked-by",
    [LB_CREDIT_SIGNED_OFF] = "Signed-off-by", [LB_CREDIT_REPORTED] = "Reported-by",
    [LB_CREDIT_SUGGESTED] = "Suggested-by", [LB_CREDIT_CO_DEVELOPED] = "Co-developed-by",
    [LB_CREDIT_OTHER] = "",
};

/* Spellings met, without letter case and hyphens. */
static const struct {
  const char *spelling;
  LbCreditKind kind;
} spellings[] = {
    {"reviewedby", LB_CREDIT_REVIEWED},   {"reviewby", LB_CREDIT_REVIEWED},    {"reviewdby", LB_CREDIT_REVIEWED},
    {"revieweby", LB_CREDIT_REVIEWED},    {"reviewedbyby", LB_CREDIT_REVIEWED}, {"ackedby", LB_CREDIT_ACKED},
    {"ackby", LB_CREDIT_ACKED},           {"acked", LB_CREDIT_ACKED},          {"testedby", LB_CREDIT_TESTED},
    {"nackedby", LB_CREDIT_NACKED},       {"nackby", LB_CREDIT_NACKED},        {"nakedby", LB_CREDIT_NACKED},
    {"nakby", LB_CREDIT_NACKED},          {"signedoffby", LB_CREDIT_SIGNED_OFF}, {"reportedby", LB_CREDIT_REPORTED},
    {"suggestedby", LB_CREDIT_SUGGESTED}, {"codevelopedby", LB_CREDIT_CO_DEVELOPED},
    {"reviewedandtestedby", LB_CREDIT_REVIEWED}, {"testedandreviewedby", LB_CREDIT_REVIEWED},
    {"ackedandtestedby", LB_CREDIT_ACKED}, {"reviewedandackedby", LB_CREDIT_REVIEWED},
    {"reportedandtestedby", LB_CREDIT_REPORTED},
};

const char *lb_credit_get_name(LbCreditKind kind) {
  g_return_val_if_fail(kind < LB_N_CREDITS, "");
  return names[kind];
}

/* LB_N_CREDITS: a trailer that credits nobody. */
static LbCreditKind find_kind(LbSlice name) {
  char word[40];
  gsize n = 0;
  if (name.length < 4 || name.length >= sizeof word)
    return LB_N_CREDITS;
  for (gsize i = 0; i < name.length; i++)
    if (g_ascii_isalnum(name.data[i]))
      word[n++] = g_ascii_tolower(name.data[i]);
  word[n] = '\0';
  for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++)
    if (!strcmp(spellings[i].spelling, word))
      return spellings[i].kind;
  return n > 2 && !strcmp(word + n - 2, "by") ? LB_CREDIT_OTHER : LB_N_CREDITS;
}

/* "Name-by: value" at line start; value behind the colon.  Blanks before the colon occur. */
static gboolean split_line(LbSlice line, LbSlice *name, LbSlice *value) {
  gsize n = 0, colon;
  while (n < line.length && (g_ascii_isalnum(line.data[n]) || line.data[n] == '-'))
    n++;
  for (colon = n; colon < line.length && lb_line_is_space(line.data[colon]);)
    colon++;
  if (!n || colon >= line.length || line.data[colon] != ':')
    return FALSE;
  *name = (LbSlice){line.data, n};
  *value = lb_line_strip((LbSlice){line.data + colon + 1, line.length - colon - 1});
  return TRUE;
}

/* "bob+list@x" is "bob@x". */
static gboolean is_same_address(const char *a, const char *b) {
  gsize n = strcspn(a, "+@"), m = strcspn(b, "+@");
  const char *at = strchr(a, '@'), *other = strchr(b, '@');
  return at && other && n == m && !g_ascii_strncasecmp(a, b, n) && !g_ascii_strcasecmp(at, other);
}

static gboolean is_writer(const LbPerson *person, const LbPerson *writer) {
  if (person->email && writer->email && is_same_address(person->email, writer->email))
    return TRUE;
  return *person->name && writer->name && !g_ascii_strcasecmp(person->name, writer->name);
}

/* Whether the line ends inside a mailbox, so that the next one goes on with it: "Name\n <address>" and
 * "Name <addr\n ess>". */
static gboolean is_open(LbSlice value) {
  const char *open = memrchr(value.data, '<', value.length);
  if (open)
    return !memchr(open, '>', value.length - (gsize)(open - value.data));
  return !memchr(value.data, '@', value.length);
}

static LbCredit build(LbCreditKind kind, LbSlice name, LbSlice value, LbArena *arena) {
  LbDiagSet ignored = 0;
  LbCredit credit = {.kind = kind};
  credit.name = kind == LB_CREDIT_OTHER ? lb_arena_intern(arena, name.data, name.length) : names[kind];
  /* "Name <address> # note", "Name <address> [note]": what follows the address is no part of it. */
  const char *close = memchr(value.data, '>', value.length);
  if (close)
    value.length = (gsize)(close - value.data) + 1;
  credit.person = lb_address_parse_first(value, arena, &ignored);
  return credit;
}

static const LbCredit *finish(GArray *credits, LbArena *arena) {
  if (!credits->len)
    return NULL;
  LbCredit *list = lb_arena_new_array(arena, LbCredit, credits->len + 1);
  memcpy(list, credits->data, credits->len * sizeof *list);
  return list;
}

/* More in one reply are a quotation gone wrong or an attack. */
#define CREDITS_MAX 200

static gboolean has_by(const char *text, gsize length) {
  const char *end = text + length;
  for (const char *p = text; (p = lb_find_literal(p, (gsize)(end - p), "y:")); p += 2)
    if (p > text + 2 && (p[-1] | 0x20) == 'b')
      return TRUE;
  return lb_find_literal(text, length, "y :") != NULL;
}

const LbCredit *lb_credit_parse_given(const char *text, gsize length, LbPerson writer, LbArena *arena) {
  /* Nearly all replies give none: without a "…by:" there is nothing to read. */
  if (!has_by(text, length))
    return NULL;
  g_autoptr(GArray) credits = g_array_new(FALSE, FALSE, sizeof(LbCredit));
  for (gsize pos = 0, next; pos < length && credits->len < CREDITS_MAX; pos = next) {
    LbSlice line = lb_line_get(text, length, pos), name, value;
    next = lb_line_next(text, length, pos);
    if ((line.length == 3 && !memcmp(line.data, "-- ", 3)) || lb_line_starts(line, "diff --git "))
      break;
    if (!split_line(line, &name, &value))
      continue;
    LbCreditKind kind = find_kind(name);
    if (kind == LB_N_CREDITS)
      continue;
    g_autoptr(GString) joined = NULL;
    if (is_open(value) && next < length) {
      LbSlice more = lb_line_strip(lb_line_get(text, length, next));
      if (more.length && memchr(more.data, '@', more.length) && *more.data != '>') {
        joined = g_string_new_len(value.data, (gssize)value.length);
        g_string_append_c(joined, ' ');
        g_string_append_len(joined, more.data, (gssize)more.length);
        value = (LbSlice){joined->str, joined->len};
        next = lb_line_next(text, length, next);
      }
    }
    LbCredit credit = build(kind, name, value, arena);
    if (!credit.person.email)
      continue;
    credit.is_mismatched = !is_writer(&credit.person, &writer);
    g_array_append_val(credits, credit);
  }
  return finish(credits, arena);
}

const LbCredit *lb_credit_parse_carried(const char *const *trailers, LbArena *arena) {
  g_autoptr(GArray) credits = g_array_new(FALSE, FALSE, sizeof(LbCredit));
  for (; *trailers && credits->len < CREDITS_MAX; trailers++) {
    LbSlice name, value;
    if (!split_line((LbSlice){*trailers, strlen(*trailers)}, &name, &value))
      continue;
    LbCreditKind kind = find_kind(name);
    if (kind == LB_N_CREDITS)
      continue;
    LbCredit credit = build(kind, name, value, arena);
    if (credit.person.email)
      g_array_append_val(credits, credit);
  }
  return finish(credits, arena);
}
