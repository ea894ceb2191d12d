/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/credit.h"
#include "base/find.h"
#include "message/lines.h"
#include "message/trailer.h"

static const char *const names[LB_N_CREDITS] = {
    [LB_CREDIT_REVIEWED] = "Reviewed-by",
    [LB_CREDIT_ACKED] = "Acked-by",
    [LB_CREDIT_TESTED] = "Tested-by",
    [LB_CREDIT_NACKED] = "Nacked-by",
    [LB_CREDIT_SIGNED_OFF] = "Signed-off-by",
    [LB_CREDIT_REPORTED] = "Reported-by",
    [LB_CREDIT_SUGGESTED] = "Suggested-by",
    [LB_CREDIT_CO_DEVELOPED] = "Co-developed-by",
    [LB_CREDIT_OTHER] = "",
};

/* Spellings met, without letter case and hyphens; what credits two things is two credits. */
static const struct {
  const char *spelling;
  LbCreditKind kind, also; /* also LB_N_CREDITS: nothing */
} spellings[] = {
#define ONE(word, kind)                                                                                      \
  { word, kind, LB_N_CREDITS }
    ONE("reviewedby", LB_CREDIT_REVIEWED),
    ONE("reviewby", LB_CREDIT_REVIEWED),
    ONE("reviewdby", LB_CREDIT_REVIEWED),
    ONE("revieweby", LB_CREDIT_REVIEWED),
    ONE("reviewedbyby", LB_CREDIT_REVIEWED),
    ONE("reviewedy", LB_CREDIT_REVIEWED),
    ONE("reveiwedby", LB_CREDIT_REVIEWED),
    ONE("reviwedby", LB_CREDIT_REVIEWED),
    ONE("rewiewedby", LB_CREDIT_REVIEWED),
    ONE("revewedby", LB_CREDIT_REVIEWED),
    ONE("reivewedby", LB_CREDIT_REVIEWED),
    ONE("ackedby", LB_CREDIT_ACKED),
    ONE("ackby", LB_CREDIT_ACKED),
    ONE("akcedby", LB_CREDIT_ACKED),
    ONE("acceptedby", LB_CREDIT_ACKED),
    ONE("testedby", LB_CREDIT_TESTED),
    ONE("testby", LB_CREDIT_TESTED),
    ONE("tesedby", LB_CREDIT_TESTED),
    ONE("nackedby", LB_CREDIT_NACKED),
    ONE("nackby", LB_CREDIT_NACKED),
    ONE("nakedby", LB_CREDIT_NACKED),
    ONE("nakby", LB_CREDIT_NACKED),
    ONE("signedoffby", LB_CREDIT_SIGNED_OFF),
    ONE("signoffby", LB_CREDIT_SIGNED_OFF),
    ONE("reportedby", LB_CREDIT_REPORTED),
    ONE("suggestedby", LB_CREDIT_SUGGESTED),
    ONE("codevelopedby", LB_CREDIT_CO_DEVELOPED),
#undef ONE
    {"reviewedandtestedby", LB_CREDIT_REVIEWED, LB_CREDIT_TESTED},
    {"testedandreviewedby", LB_CREDIT_REVIEWED, LB_CREDIT_TESTED},
    {"ackedandtestedby", LB_CREDIT_ACKED, LB_CREDIT_TESTED},
    {"testedandackedby", LB_CREDIT_ACKED, LB_CREDIT_TESTED},
    {"reviewedandackedby", LB_CREDIT_REVIEWED, LB_CREDIT_ACKED},
    {"ackedandreviewedby", LB_CREDIT_REVIEWED, LB_CREDIT_ACKED},
    {"reportedandtestedby", LB_CREDIT_REPORTED, LB_CREDIT_TESTED},
    {"reportedandreviewedby", LB_CREDIT_REPORTED, LB_CREDIT_REVIEWED},
    {"suggestedandreviewedby", LB_CREDIT_SUGGESTED, LB_CREDIT_REVIEWED},
};

const char *lb_credit_get_name(LbCreditKind kind) {
  g_return_val_if_fail(kind < LB_N_CREDITS, "");
  return names[kind];
}

/* What ends otherwise isn't one of them, nor "Seen-by". */
static gboolean ends_like_credit(LbSlice name) {
  while (name.length && name.data[name.length - 1] == '-')
    name.length--;
  return name.length && (name.data[name.length - 1] | 0x20) == 'y';
}

/* LB_N_CREDITS: a trailer that credits nobody. */
static LbCreditKind find_kind(LbSlice name, LbCreditKind *also) {
  char word[40];
  gsize n = 0;
  *also = LB_N_CREDITS;
  for (LbCreditKind kind = 0; kind < LB_CREDIT_OTHER; kind++) /* nearly always as it should be */
    if (name.length == strlen(names[kind]) && !memcmp(name.data, names[kind], name.length))
      return kind;
  if (name.length < 4 || name.length >= sizeof word || !ends_like_credit(name))
    return LB_N_CREDITS;
  for (gsize i = 0; i < name.length; i++)
    if (g_ascii_isalnum(name.data[i]))
      word[n++] = g_ascii_tolower(name.data[i]);
  word[n] = '\0';
  for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++)
    if (*spellings[i].spelling == *word && !strcmp(spellings[i].spelling, word)) {
      *also = spellings[i].also;
      return spellings[i].kind;
    }
  gboolean ends_in_by = !g_ascii_strncasecmp(name.data + name.length - 3, "-by", 3);
  return ends_in_by ? LB_CREDIT_OTHER : LB_N_CREDITS;
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

/* "bob+list@x" is "bob@x"; so is "bob@lists.x": people write from their host and from their company's domain.
 */
static gboolean is_same_address(const char *a, const char *b) {
  gsize n = strcspn(a, "+@"), m = strcspn(b, "+@");
  const char *at = strchr(a, '@'), *other = strchr(b, '@');
  if (!at || !other || n != m || g_ascii_strncasecmp(a, b, n) != 0)
    return FALSE;
  gsize length = strlen(at + 1), other_length = strlen(other + 1);
  const char *shorter = length < other_length ? at + 1 : other + 1,
             *longer = length < other_length ? other + 1 : at + 1;
  gsize tail = strlen(longer) - strlen(shorter);
  return !g_ascii_strcasecmp(longer + tail, shorter) &&
         (tail == 0 || (longer[tail - 1] == '.' && strchr(shorter, '.')));
}

/* "Lind, Ada", "'Ada Lind'", "Ada Lind (Example)", "Ada M. Lind": first and last word, without accents. */
static char *fold_name(const char *name) {
  g_autofree char *plain = g_str_to_ascii(name, "C");
  plain[strcspn(plain, "([")] = '\0';
  for (char *p = plain; *p; p++)
    if (strchr("'\"", *p))
      *p = ' ';
  char *comma = strchr(plain, ',');
  g_autofree char *turned = NULL;
  if (comma) {
    *comma = '\0';
    turned = g_strconcat(comma + 1, " ", plain, NULL);
  }
  char *folded = g_ascii_strdown(g_strstrip(turned ? turned : plain), -1);
  char *first_end = strchr(folded, ' '), *last = strrchr(folded, ' ');
  if (first_end && last > first_end)
    memmove(first_end, last, strlen(last) + 1);
  return folded;
}

static gboolean is_writer(const LbPerson *person, const LbPerson *writer) {
  if (person->email && writer->email && is_same_address(person->email, writer->email))
    return TRUE;
  if (!person->name || !writer->name || !*person->name)
    return FALSE;
  if (!g_ascii_strcasecmp(person->name, writer->name))
    return TRUE;
  g_autofree char *one = fold_name(person->name), *other = fold_name(writer->name);
  return strchr(one, ' ') && !strcmp(one, other);
}

/* Whether the line ends inside a mailbox, so that the next one goes on with it: "Name\n <address>" and
 * "Name <addr\n ess>". */
static gboolean is_open(LbSlice value) {
  const char *open = memrchr(value.data, '<', value.length);
  if (open)
    return !memchr(open, '>', value.length - (gsize)(open - value.data));
  return !memchr(value.data, '@', value.length);
}

/* "Name (name@example.org)" */
static const char *find_in_parentheses(LbSlice value, LbArena *arena) {
  const char *open = memchr(value.data, '(', value.length), *end = value.data + value.length;
  const char *close = open ? memchr(open, ')', (gsize)(end - open)) : NULL;
  if (!close || close == open + 1 || !memchr(open, '@', (gsize)(close - open)) ||
      memchr(open, ' ', (gsize)(close - open)))
    return NULL;
  return lb_arena_strndup(arena, open + 1, (gsize)(close - open - 1));
}

static LbPerson read_person(LbSlice value, LbArena *arena) {
  LbDiagSet ignored = 0;
  /* "Name <address> # note", "Name <address> [note]": what follows the address is no part of it. */
  const char *close = memchr(value.data, '>', value.length);
  if (close)
    value.length = (gsize)(close - value.data) + 1;
  const char *email = close ? NULL : find_in_parentheses(value, arena);
  if (email) {
    const char *open = memchr(value.data, '(', value.length);
    LbSlice name = lb_line_strip((LbSlice){value.data, (gsize)(open - value.data)});
    return (LbPerson){lb_arena_intern(arena, name.data, name.length), email};
  }
  LbPerson person = lb_address_parse_first(value, arena, &ignored);
  const char *at = person.email ? strchr(person.email, '@') : NULL;
  if (!at || at == person.email || !at[1])
    person.email = NULL;
  return person;
}

/* What stands behind the colon, as it was read; NULL: nobody with an address. */
typedef const LbPerson *Credited;

LbRecent *lb_credit_new_recent(void) {
  return lb_recent_new(512, 104, sizeof(Credited));
}

static const LbPerson *find_person(LbSlice value, LbRecent *recent, LbArena *arena) {
  const Credited *known = recent ? lb_recent_find(recent, value) : NULL;
  if (known)
    return *known;
  LbPerson person = read_person(value, arena);
  Credited read = person.email ? lb_person_intern(arena, person) : NULL;
  if (recent)
    lb_recent_keep(recent, value, &read);
  return read;
}

static void add_credit(GArray *credits, LbCreditKind kind, LbSlice name, const LbPerson *person,
                       gboolean is_mismatched, LbArena *arena) {
  LbCredit credit = {.kind = kind, .person = person, .is_mismatched = is_mismatched};
  credit.name = kind == LB_CREDIT_OTHER ? lb_arena_intern(arena, name.data, name.length) : names[kind];
  g_array_append_val(credits, credit);
}

/* One author signs off all of his patches, one reviewer writes the same line under many. */
static const LbCredit *finish(GArray *credits, LbArena *arena) {
  static const LbCredit end;
  if (!credits->len)
    return NULL;
  g_array_append_val(credits, end);
  G_STATIC_ASSERT(sizeof(LbCredit) % sizeof(gpointer) == 0);
  return lb_arena_intern_pointers(arena, credits->data,
                                  credits->len * (guint)(sizeof(LbCredit) / sizeof(gpointer)));
}

/* More in one reply are a quotation gone wrong or an attack. */
#define CREDITS_MAX 200

/* Offset of the next line from pos on that has a "…by:" in it; length if none has.  Nearly all replies end
 * here. */
static gsize find_by(const char *text, gsize length, gsize pos) {
  const char *begin = text + pos, *end = text + length;
  for (const char *p = begin; (p = lb_find_nocase(p, (gsize)(end - p), "by")); p += 2) {
    const char *colon = p + 2;
    while (colon < end && lb_line_is_space(*colon))
      colon++;
    if (p == begin || colon == end || *colon != ':')
      continue;
    const char *newline = memrchr(begin, '\n', (gsize)(p - begin));
    return (gsize)((newline ? newline + 1 : begin) - text);
  }
  return length;
}

static gsize find_signature(const char *text, gsize length) {
  if (length >= 4 && !memcmp(text, "-- \n", 4))
    return 0;
  const char *mark = lb_find_literal(text, length, "\n-- \n");
  return mark ? (gsize)(mark - text) + 1 : length;
}

static gsize find_diff(const char *text, gsize length) {
  if (length >= 11 && !memcmp(text, "diff --git ", 11))
    return 0;
  const char *mark = lb_find_literal(text, length, "\ndiff --git ");
  return mark ? (gsize)(mark - text) + 1 : length;
}

/* "Reviewed-by: Name" alone, by that very person: the address was forgotten. */
static gboolean is_own_name(LbSlice value, const LbPerson *writer, LbArena *arena) {
  if (!writer->email || !writer->name || !memchr(value.data, ' ', value.length) || value.length > 100)
    return FALSE;
  LbPerson named = {lb_arena_strndup(lb_arena_get_scratch(arena), value.data, value.length), NULL};
  return is_writer(&named, writer);
}

/* The value with the line below it where it goes on there; next is moved behind it then. */
static LbSlice join_lines(const char *text, gsize length, LbSlice value, gsize *next, LbArena *arena) {
  if (!is_open(value) || *next >= length)
    return value;
  LbSlice below = lb_line_get(text, length, *next), more = lb_line_strip(below), name, ignored;
  if (!more.length || *more.data == '>' || more.length > 500 || value.length > 500 ||
      split_line(more, &name, &ignored))
    return value;
  gboolean is_rest = memchr(value.data, '<', value.length) ? memchr(more.data, '>', more.length) != NULL
                                                           : memchr(more.data, '@', more.length) != NULL;
  if (!is_rest)
    return value;
  char *joined = lb_arena_alloc(lb_arena_get_scratch(arena), value.length + more.length + 1);
  gboolean is_cut = memchr(value.data, '<', value.length) != NULL;
  gsize n = value.length;
  memcpy(joined, value.data, n);
  if (!is_cut)
    joined[n++] = ' ';
  memcpy(joined + n, more.data, more.length);
  *next = lb_line_next(text, length, *next);
  return (LbSlice){joined, n + more.length};
}

const LbCredit *lb_credit_parse_given(const char *text, gsize length, LbPerson writer, LbRecent *recent,
                                      LbArena *arena) {
  gsize pos = find_by(text, length, 0);
  if (pos == length)
    return NULL;
  g_autoptr(GArray) credits = g_array_new(FALSE, FALSE, sizeof(LbCredit));
  gsize diff = find_diff(text, length), next;
  length = find_signature(text, length);
  for (; pos < length && credits->len < CREDITS_MAX; pos = find_by(text, length, next)) {
    LbSlice line = lb_line_get(text, length, pos), name, value;
    LbCreditKind also;
    next = lb_line_next(text, length, pos);
    gboolean is_behind_diff = pos >= diff;
    gsize n_blanks = line.length && g_ascii_isalpha(line.data[0]) ? 0 : lb_line_space(line);
    line = (LbSlice){line.data + n_blanks, line.length - n_blanks};
    if (!split_line(line, &name, &value))
      continue;
    LbCreditKind kind = find_kind(name, &also);
    if (kind == LB_N_CREDITS)
      continue;
    value = join_lines(text, length, value, &next, arena);
    const LbPerson *person = find_person(value, recent, arena);
    if (!person && is_own_name(value, &writer, arena))
      person = lb_person_intern(arena, writer);
    if (!person)
      continue;
    gboolean is_mismatched = !is_writer(person, &writer);
    /* Another's, indented or under a diff, is quoted from somewhere. */
    if (is_mismatched && (n_blanks || is_behind_diff))
      continue;
    add_credit(credits, kind, name, person, is_mismatched, arena);
    if (also != LB_N_CREDITS)
      add_credit(credits, also, name, person, is_mismatched, arena);
  }
  return finish(credits, arena);
}

typedef struct {
  GArray *credits;
  LbRecent *recent;
  LbArena *arena;
} Log;

static void take_trailer(LbSlice trailer, gpointer data) {
  Log *log = data;
  LbSlice name, value;
  LbCreditKind also, kind;
  if (log->credits->len >= CREDITS_MAX || !split_line(trailer, &name, &value) ||
      (kind = find_kind(name, &also)) == LB_N_CREDITS)
    return;
  const LbPerson *person = find_person(value, log->recent, log->arena);
  if (!person)
    return;
  add_credit(log->credits, kind, name, person, FALSE, log->arena);
  if (also != LB_N_CREDITS)
    add_credit(log->credits, also, name, person, FALSE, log->arena);
}

const LbCredit *lb_credit_parse_carried(LbSlice commit, LbRecent *recent, LbArena *arena) {
  g_autoptr(GArray) credits = g_array_new(FALSE, FALSE, sizeof(LbCredit));
  Log log = {credits, recent, arena};
  lb_trailer_foreach(commit, take_trailer, &log);
  return finish(credits, arena);
}
