/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address fields: RFC 5322 3.4, groups of RFC 6854, and what people and programs write instead.  Own work,
 * one pass: GMime 3.2.13 recurses per group (20,000 levels crash a thread) and takes seconds for "a,a,a,…".
 */
#include <string.h>
#include "base/find.h"
#include "base/text.h"
#include "message/address.h"

typedef struct {
  const char *at, *end;
  gboolean no_quote, no_comment, no_angle; /* what isn't closed any more behind here is a plain character */
} Scanner;

/* One mailbox, as far as it was read. */
typedef struct {
  GString *name;    /* what stands before <…>: quotes undone, comments kept as git-mailinfo(1) does */
  GString *bare;    /* the same as sent, without comments: an address if no <…> comes */
  GString *comment; /* RFC 822: "alice@example.org (Alice Example)" */
  LbSlice angle;
} Mailbox;

static gsize measure_quoted(Scanner *scanner) {
  for (const char *p = scanner->at + 1; p < scanner->end; p++) {
    if (*p == '"')
      return (gsize)(p + 1 - scanner->at);
    if (*p == '\\')
      p++;
  }
  scanner->no_quote = TRUE;
  return 1;
}

static gsize measure_comment(Scanner *scanner) {
  guint depth = 0;
  for (const char *p = scanner->at; p < scanner->end; p++) {
    if (*p == '\\')
      p++;
    else if (*p == '(')
      depth++;
    else if (*p == ')' && !--depth)
      return (gsize)(p + 1 - scanner->at);
  }
  scanner->no_comment = TRUE;
  return 1;
}

/* Of "<<alice@example.org>>" and "<unclosed, Bob <bob@example.org>" the last opening one counts. */
static gsize measure_angle(Scanner *scanner) {
  for (const char *p = scanner->at + 1; p < scanner->end; p++) {
    if (*p == '>')
      return (gsize)(p + 1 - scanner->at);
    if (*p == '<')
      return 1;
  }
  scanner->no_angle = TRUE;
  return 1;
}

/* Senders leave commas and colons as they are in encoded words. */
static gsize measure_word(const Scanner *scanner) {
  guint marks = 0;
  for (const char *p = scanner->at + 2; p + 1 < scanner->end && (guint8)*p > ' '; p++) {
    if (*p == '?' && marks >= 2 && p[1] == '=')
      return (gsize)(p + 2 - scanner->at);
    marks += *p == '?';
    /* Another word begins: this one has no end. */
    if (*p == '=' && p[1] == '?' && !(p + 2 < scanner->end && p[2] == '='))
      return 1;
  }
  return 1;
}

/* Length of the quoted string, comment, <…> or encoded word that begins here, else 1. */
static gsize measure(Scanner *scanner) {
  char c = *scanner->at;
  if (c == '"' && !scanner->no_quote)
    return measure_quoted(scanner);
  if (c == '(' && !scanner->no_comment)
    return measure_comment(scanner);
  if (c == '<' && !scanner->no_angle)
    return measure_angle(scanner);
  if (c == '=' && scanner->end - scanner->at > 2 && scanner->at[1] == '?')
    return measure_word(scanner);
  return c == '\\' && scanner->end - scanner->at > 1 ? 2 : 1;
}

static void append_unescaped(GString *out, const char *text, gsize length) {
  for (gsize i = 0; i < length; i++) {
    if (text[i] == '\\' && i + 1 < length)
      i++;
    g_string_append_c(out, text[i]);
  }
}

/* What stands in no address and, but for the comma, in no name without quotes. */
static inline gboolean is_special(char c) {
  switch (c) {
  case '<':
  case '>':
  case ',':
  case ';':
  case '"':
    return TRUE;
  }
  return FALSE;
}

static gboolean is_address(const char *text, gsize length) {
  const char *at = memrchr(text, '@', length);
  if (!at || at == text || at + 1 == text + length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if ((guint8)text[i] <= ' ' || is_special(text[i]))
      return FALSE;
  return TRUE;
}

/* A display name: encoded words undone, even in quotes; white space folded. */
static const char *clean_name(const char *name, gsize length, LbArena *arena, LbDiagSet *diagnostics) {
  if (length && *name != '(' && *name != '"' && lb_text_is_collapsed(name, length) &&
      !lb_find_literal(name, length, "=?"))
    return lb_arena_intern(arena, name, length);
  g_autofree char *copy = NULL;
  char *text = copy = g_strndup(name, length);
  if (strstr(text, "=?")) {
    g_free(copy);
    text = copy = g_strdup(lb_header_decode_words(name, length, arena, diagnostics));
  }
  gsize n = lb_text_collapse(text, strlen(text));
  /* Quotes that were inside an encoded word; a name that is a comment as a whole. */
  gboolean is_wrapped = n >= 2 && ((text[0] == '"' && text[n - 1] == '"') ||
                                   (text[0] == '(' && memchr(text, ')', n) == text + n - 1));
  return is_wrapped ? lb_arena_intern(arena, text + 1, n - 2) : lb_arena_intern(arena, text, n);
}

/* What stands between < and >: blanks, "mailto:" and a route ("@a,@b:alice@example.org") taken off. */
static const char *clean_email(LbSlice angle, LbArena *arena) {
  const char *colon = angle.length ? memrchr(angle.data, ':', angle.length) : NULL;
  gboolean is_prefixed =
      colon && (angle.data[0] == '@' || (angle.length > 7 && !g_ascii_strncasecmp(angle.data, "mailto:", 7)));
  g_autoptr(GString) clean = g_string_new(NULL);
  /* "<alice at example.org>", as web archives have it */
  gboolean has_at = angle.length && memchr(angle.data, '@', angle.length);
  for (const char *c = is_prefixed ? colon + 1 : angle.data, *end = angle.data + angle.length; c < end; c++) {
    if (!has_at && end - c > 4 && !memcmp(c, " at ", 4)) {
      g_string_append_c(clean, '@');
      c += 3;
      has_at = TRUE;
    } else if ((guint8)*c > ' ')
      g_string_append_c(clean, *c);
  }
  return lb_arena_intern(arena, clean->str, clean->len);
}

/* "Alice <alice@example.org" and "Alice alice@example.org": the first word that is an address, before it the
 * name.  Mailman's archives write "alice at example.org (Alice)".  A word alone is a local address. */
static gboolean take_words(Mailbox *mailbox, LbArena *arena, LbPerson *person, LbDiagSet *diagnostics) {
  GString *bare = mailbox->bare;
  g_string_truncate(bare, lb_text_collapse(bare->str, bare->len));
  const char *text = bare->str, *rest = strstr(text, " at ");
  if (rest && !memchr(text, ' ', (gsize)(rest - text)) && !strchr(rest + 4, ' ') && strchr(rest + 4, '.')) {
    g_autofree char *email = g_strdup_printf("%.*s@%s", (int)(rest - text), text, rest + 4);
    person->email = lb_arena_intern(arena, email, strlen(email));
    return TRUE;
  }
  for (const char *word = text; *word;) {
    gsize n = strcspn(word, " ");
    if (is_address(word, n)) {
      person->email = lb_arena_intern(arena, word, n);
      if (word > text)
        person->name = clean_name(text, (gsize)(word - text), arena, diagnostics);
      return TRUE;
    }
    word += n + (word[n] == ' ');
  }
  if (!*text || strpbrk(text, " \"@"))
    return FALSE;
  person->email = lb_arena_intern(arena, text, bare->len);
  return TRUE;
}

/* The whole mailbox in quotes: "\"Alice <alice@example.org>\"". */
static gboolean take_from_name(Mailbox *mailbox, LbArena *arena, LbPerson *person, LbDiagSet *diagnostics) {
  const char *name = mailbox->name->str, *close = strchr(name, '>');
  const char *open = close ? memrchr(name, '<', (gsize)(close - name)) : NULL;
  if (!open || !is_address(open + 1, (gsize)(close - open - 1)))
    return FALSE;
  person->email = lb_arena_intern(arena, open + 1, (gsize)(close - open - 1));
  person->name = clean_name(name, (gsize)(open - name), arena, diagnostics);
  return TRUE;
}

static void finish(Mailbox *mailbox, GArray *people, LbArena *arena, LbDiagSet *diagnostics) {
  LbPerson person = {"", NULL};
  gboolean found;
  if (mailbox->angle.data) {
    person.email = clean_email(mailbox->angle, arena);
    found = *person.email != '\0';
    if (found)
      person.name = clean_name(mailbox->name->str, mailbox->name->len, arena, diagnostics);
  } else
    found = mailbox->bare->len && (take_words(mailbox, arena, &person, diagnostics) ||
                                   take_from_name(mailbox, arena, &person, diagnostics));
  if (found && !*person.name)
    person.name = clean_name(mailbox->comment->str, mailbox->comment->len, arena, diagnostics);
  if (found)
    g_array_append_val(people, person);
  g_string_truncate(mailbox->name, 0);
  g_string_truncate(mailbox->bare, 0);
  g_string_truncate(mailbox->comment, 0);
  mailbox->angle = (LbSlice){NULL, 0};
}

static void take_piece(Mailbox *mailbox, const char *piece, gsize length) {
  GString *name = mailbox->name, *bare = mailbox->bare;
  if (*piece == '(' && length > 1) {
    append_unescaped(mailbox->comment, piece + 1, length - 2);
    if (!mailbox->angle.data)
      g_string_append_len(name, piece, (gssize)length);
  } else if (mailbox->angle.data) {
    return;
  } else if (*piece == '"' && length > 1) {
    append_unescaped(name, piece + 1, length - 2);
    g_string_append_len(bare, piece, (gssize)length);
  } else if (length == 1 && strchr("\"<>", *piece)) {
    g_string_append_c(name, ' ');
    g_string_append_c(bare, ' ');
  } else {
    gsize escape = *piece == '\\' && length == 2;
    g_string_append_len(name, piece + escape, (gssize)(length - escape));
    g_string_append_len(bare, piece, (gssize)length);
  }
}

/* One of a list's addresses, up to the comma or semicolon behind it. */
static void take_general(Scanner *scanner, Mailbox *mailbox, GArray *people, LbArena *arena,
                         LbDiagSet *diagnostics) {
  while (scanner->at < scanner->end) {
    gsize n = measure(scanner);
    const char *piece = scanner->at;
    scanner->at += n;
    if (n == 1 && (*piece == ',' || *piece == ';'))
      break;
    if (n == 1 && *piece == ':' && !mailbox->angle.data &&
        !memchr(mailbox->bare->str, '@', mailbox->bare->len)) {
      /* What came before is the name of a group. */
      g_string_truncate(mailbox->name, 0);
      g_string_truncate(mailbox->bare, 0);
    } else if (*piece == '<' && n > 1) {
      if (mailbox->angle.data)
        finish(mailbox, people, arena, diagnostics);
      mailbox->angle = (LbSlice){piece + 1, n - 2};
    } else
      take_piece(mailbox, piece, n);
  }
  finish(mailbox, people, arena, diagnostics);
}

/* What ends a name or an address without quotes, or makes more of it than it says. */
static const char *find_mark(const char *p, const char *end) {
  while (p < end && !is_special(*p) && *p != ':' && *p != '\\' && *p != '(' && *p != ')' && *p != '=')
    p++;
  return p;
}

/* "Name <a@b>", "\"Na, me\" <a@b>" or "a@b", and behind it a comma or the end, which is what nearly all of a
 * list are; else FALSE and nothing is taken. */
static gboolean take_simple(Scanner *scanner, GArray *people, LbArena *arena, LbDiagSet *diagnostics) {
  const char *name = scanner->at, *end = scanner->end, *name_end, *mark;
  LbPerson person = {"", NULL};

  while (name < end && (*name == ' ' || *name == '\t'))
    name++;
  if (name < end && *name == '"') {
    mark = find_mark(++name, end);
    while (mark < end && *mark == ',')
      mark = find_mark(mark + 1, end);
    name_end = mark;
    if (mark == end || *mark++ != '"')
      return FALSE;
    while (mark < end && *mark == ' ')
      mark++;
  } else
    name_end = mark = find_mark(name, end);
  if (mark < end && *mark == '<') {
    const char *close = find_mark(mark + 1, end);
    if (close == end || *close != '>' || mark[1] == '@' || !is_address(mark + 1, (gsize)(close - mark - 1)))
      return FALSE;
    person.email = lb_arena_intern(arena, mark + 1, (gsize)(close - mark - 1));
    mark = close + 1;
    while (name_end > name && (name_end[-1] == ' ' || name_end[-1] == '\t'))
      name_end--;
  } else {
    if (name_end != mark || !is_address(name, (gsize)(mark - name)))
      return FALSE;
    person.email = lb_arena_intern(arena, name, (gsize)(mark - name));
    name_end = name;
  }
  if (mark < end && *mark != ',')
    return FALSE;
  person.name = clean_name(name, (gsize)(name_end - name), arena, diagnostics);
  g_array_append_val(people, person);
  scanner->at = mark + (mark < end);
  return TRUE;
}

static GArray *parse_list(const char *text, guint max, LbArena *arena, LbDiagSet *diagnostics) {
  GArray *people = g_array_new(FALSE, FALSE, sizeof(LbPerson));
  g_autoptr(GString) name = g_string_new(NULL), bare = g_string_new(NULL), comment = g_string_new(NULL);
  Mailbox mailbox = {name, bare, comment, {NULL, 0}};
  Scanner scanner = {.at = text, .end = text + strlen(text)};
  while (scanner.at < scanner.end && people->len < max)
    if (!take_simple(&scanner, people, arena, diagnostics))
      take_general(&scanner, &mailbox, people, arena, diagnostics);
  return people;
}

/* "Name <a@b>", "\"Na, me\" <a@b>" and "a@b", nothing else: what nearly all From fields are. */
static gboolean parse_simple(const char *text, LbArena *arena, LbPerson *person, LbDiagSet *diagnostics) {
  gsize length = strlen(text);
  const char *open = memchr(text, '<', length);
  if (!open) {
    if (!is_address(text, length) || strpbrk(text, "():"))
      return FALSE;
    *person = (LbPerson){"", lb_arena_intern(arena, text, length)};
    return TRUE;
  }
  if (text[length - 1] != '>' || !is_address(open + 1, length - (gsize)(open - text) - 2) || open[1] == '@' ||
      strchr(open, ':'))
    return FALSE;
  const char *name = text, *end = open;
  while (end > name && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  gsize n = (gsize)(end - name);
  if (n >= 2 && *name == '"' && end[-1] == '"') {
    name++;
    n -= 2;
    if (memchr(name, '"', n) || memchr(name, '\\', n))
      return FALSE;
  } else {
    /* A lone dot, comma, bracket or at sign in a name that should have been quoted is common and means
     * itself. */
    for (const char *c = name; c < end; c++)
      if (*c == ':' || *c == '\\' || (is_special(*c) && *c != ','))
        return FALSE;
    if (memchr(name, ',', n) && memchr(name, '@', n))
      return FALSE;
  }
  person->name = clean_name(name, n, arena, diagnostics);
  person->email = lb_arena_intern(arena, open + 1, length - (gsize)(open - text) - 2);
  return TRUE;
}

LbPerson lb_address_parse_first(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  LbPerson person = {"", NULL};
  if (!field.data)
    return person;
  const char *text = lb_header_unfold(field, arena, diagnostics);
  if (!*text || parse_simple(text, arena, &person, diagnostics))
    return person;
  g_autoptr(GArray) people = parse_list(text, 16, arena, diagnostics);
  for (guint i = 0; i < people->len; i++) {
    LbPerson one = g_array_index(people, LbPerson, i);
    if (is_address(one.email, strlen(one.email)))
      return one;
  }
  return people->len ? g_array_index(people, LbPerson, 0) : person;
}

LbPerson *lb_address_parse_all(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  const char *text = field.data ? lb_header_unfold(field, arena, diagnostics) : "";
  g_autoptr(GArray) people = parse_list(text, G_MAXUINT, arena, diagnostics);
  LbPerson *all = lb_arena_new_array(arena, LbPerson, people->len + 1);
  if (people->len)
    memcpy(all, people->data, people->len * sizeof *all);
  return all;
}
