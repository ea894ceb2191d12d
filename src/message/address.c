/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/address.h"
#include <string.h>
#include "base/text.h"
#include "message/gmime_cleanup.h"

/* GMime 3.2.13 recurses per address group: 20,000 levels crash a thread of 1 MiB of stack. */
#define GROUP_MAX_DEPTH 100
#define SPECIALS "()<>[]:;@\\,.\""

/* A display name as people write it: encoded words undone, white space folded. */
static const char *clean_name(const char *name, gsize length, LbArena *arena, LbDiagSet *diagnostics) {
  char *text = memmem(name, length, "=?", 2)
                   ? (char *)lb_header_decode_words(name, length, arena, diagnostics)
                   : lb_arena_strndup(arena, name, length);
  text[lb_text_collapse(text, strlen(text))] = '\0';
  /* Quotes that were inside an encoded word, or doubled. */
  gsize n = strlen(text);
  if (n >= 2 && text[0] == '"' && text[n - 1] == '"') {
    text[n - 1] = '\0';
    text++;
  }
  return text;
}

static gboolean is_address(const char *text, gsize length) {
  const char *at = memrchr(text, '@', length);
  if (!at || at == text || at + 1 == text + length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if ((guint8)text[i] <= ' ' || strchr("<>,;", text[i]))
      return FALSE;
  return TRUE;
}

/* "Name (Employer) <a@b>": to RFC 5322 a comment, to its writer and to git a part of the name.  A quoted name may
 * hold what it likes. */
static gboolean has_paired_comments(const char *text, const char *name, const char *end) {
  int depth = 0;
  if (name > text)
    return TRUE;
  for (const char *c = name; c < end; c++) {
    depth += (*c == '(') - (*c == ')');
    if (depth < 0 || depth > 1 || (*c == '(' && c == name))
      return FALSE;
  }
  return depth == 0;
}

/* "Name <a@b>", "\"Na, me\" <a@b>" and "a@b", nothing else: what nearly all From fields are. */
static gboolean parse_simple(const char *text, LbArena *arena, LbPerson *person, LbDiagSet *diagnostics) {
  gsize length = strlen(text);
  const char *open = memchr(text, '<', length);
  if (!open) {
    if (!is_address(text, length) || strpbrk(text, "()\":"))
      return FALSE;
    *person = (LbPerson){"", lb_arena_intern(arena, text, length)};
    return TRUE;
  }
  if (text[length - 1] != '>' || !is_address(open + 1, length - (gsize)(open - text) - 2))
    return FALSE;
  const char *name = text, *end = open;
  while (end > name && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  if (end - name >= 2 && *name == '"' && end[-1] == '"') {
    name++;
    end--;
    if (memchr(name, '"', (gsize)(end - name)) || memchr(name, '\\', (gsize)(end - name)))
      return FALSE;
  } else
    /* A lone dot, comma or at sign in a name that should have been quoted is common and means itself. */
    for (const char *c = name; c < end; c++)
      if (strchr("<>[]:;\\\"", *c))
        return FALSE;
  if (!has_paired_comments(text, name, end))
    return FALSE;
  g_autofree char *key = g_strndup(name, (gsize)(end - name));
  const char *clean = clean_name(key, (gsize)(end - name), arena, diagnostics);
  person->name = lb_arena_intern(arena, clean, strlen(clean));
  person->email = lb_arena_intern(arena, open + 1, length - (gsize)(open - text) - 2);
  return TRUE;
}

static gboolean is_too_deep(const char *text) {
  guint colons = 0;
  gboolean is_quoted = FALSE;
  for (; *text; text++) {
    if (*text == '\\' && text[1])
      text++;
    else if (*text == '"')
      is_quoted = !is_quoted;
    else if (*text == ':' && !is_quoted && ++colons > GROUP_MAX_DEPTH)
      return TRUE;
  }
  return FALSE;
}

/* Flattens groups; an own stack, as deep as is_too_deep() lets pass. */
static void collect(InternetAddressList *list, GPtrArray *mailboxes) {
  struct {
    InternetAddressList *list;
    int next;
  } stack[GROUP_MAX_DEPTH + 2];
  int depth = 0;
  stack[0].list = list;
  stack[0].next = 0;
  while (depth >= 0) {
    if (!stack[depth].list || stack[depth].next >= internet_address_list_length(stack[depth].list)) {
      depth--;
      continue;
    }
    InternetAddress *address = internet_address_list_get_address(stack[depth].list, stack[depth].next++);
    if (INTERNET_ADDRESS_IS_MAILBOX(address))
      g_ptr_array_add(mailboxes, address);
    else if (INTERNET_ADDRESS_IS_GROUP(address) && depth + 1 < (int)G_N_ELEMENTS(stack)) {
      depth++;
      stack[depth].list = internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address));
      stack[depth].next = 0;
    }
  }
}

static LbPerson take_mailbox(InternetAddress *address, LbArena *arena, LbDiagSet *diagnostics) {
  const char *email = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
  const char *name = internet_address_get_name(address);
  g_autoptr(GString) clean = g_string_new(NULL);
  for (const char *c = email ? email : ""; *c; c++)
    if ((guint8)*c > ' ')
      g_string_append_c(clean, *c);
  LbPerson person = {"", lb_arena_intern(arena, clean->str, clean->len)};
  if (name) {
    const char *text = clean_name(name, strlen(name), arena, diagnostics);
    person.name = lb_arena_intern(arena, text, strlen(text));
  }
  return person;
}

/* What is left when no parser knows better: "<…@…>" anywhere, else the first word with an @; before it the name.
 * Mailman's archives write "alice at example.org (Alice)". */
static LbPerson rescue(const char *text, LbArena *arena, LbDiagSet *diagnostics) {
  LbPerson person = {"", NULL};
  for (const char *open = strchr(text, '<'); open; open = strchr(open + 1, '<')) {
    gsize n = strcspn(open + 1, ">");
    if (!is_address(open + 1, n))
      continue;
    g_autofree char *name = g_strndup(text, (gsize)(open - text));
    g_strdelimit(name, "\"<>", ' ');
    person.email = lb_arena_intern(arena, open + 1, n);
    person.name = clean_name(name, strlen(name), arena, diagnostics);
    return person;
  }
  const char *at = strstr(text, " at ");
  if (at) {
    gsize local = (gsize)(at - text), domain = strcspn(at + 4, " \t(");
    const char *comment = strchr(at + 4, '(');
    if (local && domain && !memchr(text, ' ', local) && memchr(at + 4, '.', domain)) {
      g_autofree char *email = g_strdup_printf("%.*s@%.*s", (int)local, text, (int)domain, at + 4);
      person.email = lb_arena_strdup(arena, email);
      if (comment)
        person.name = clean_name(comment + 1, strcspn(comment + 1, ")"), arena, diagnostics);
      return person;
    }
  }
  for (const char *p = text; *p;) {
    gsize n = strcspn(p, " \t,;()<>");
    if (is_address(p, n)) {
      person.email = lb_arena_intern(arena, p, n);
      return person;
    }
    p += n + (p[n] != '\0');
  }
  return person;
}

static GPtrArray *parse_list(const char *text, LbArena *arena, guint max, LbDiagSet *diagnostics) {
  GPtrArray *people = g_ptr_array_new_with_free_func(g_free);
  if (is_too_deep(text)) {
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_FIELD_DROPPED);
    return people;
  }
  g_autoptr(InternetAddressList) list = internet_address_list_parse(NULL, text);
  g_autoptr(GPtrArray) mailboxes = g_ptr_array_new();
  collect(list, mailboxes);
  for (guint i = 0; i < mailboxes->len && people->len < max; i++) {
    LbPerson person = take_mailbox(g_ptr_array_index(mailboxes, i), arena, diagnostics);
    if (*person.email)
      g_ptr_array_add(people, g_memdup2(&person, sizeof person));
  }
  return people;
}

LbPerson lb_address_parse_first(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  LbPerson person = {"", NULL};
  if (!field.data)
    return person;
  const char *text = lb_header_unfold(field, arena, diagnostics);
  if (!*text || parse_simple(text, arena, &person, diagnostics))
    return person;
  g_autoptr(GPtrArray) people = parse_list(text, arena, 16, diagnostics);
  for (guint i = 0; i < people->len; i++) {
    const LbPerson *one = g_ptr_array_index(people, i);
    if (is_address(one->email, strlen(one->email)))
      return *one;
  }
  LbPerson rescued = rescue(text, arena, diagnostics);
  if (rescued.email || !people->len)
    return rescued;
  return *(const LbPerson *)g_ptr_array_index(people, 0);
}

LbPerson *lb_address_parse_all(LbSlice field, LbArena *arena, LbDiagSet *diagnostics) {
  const char *text = field.data ? lb_header_unfold(field, arena, diagnostics) : "";
  g_autoptr(GPtrArray) people = parse_list(text, arena, G_MAXUINT, diagnostics);
  LbPerson *all = lb_arena_new_array(arena, LbPerson, people->len + 1);
  for (guint i = 0; i < people->len; i++)
    all[i] = *(const LbPerson *)g_ptr_array_index(people, i);
  return all;
}

/* The list's posting address: List-Post's mailto, or List-Id with its first dot an @ (RFC 2369, 2919). */
static gboolean is_list_address(const char *email, const LbHeader *header, LbArena *arena, LbDiagSet *diagnostics) {
  LbSlice post = header->fields[LB_FIELD_LIST_POST];
  gsize n = strlen(email);
  const char *found = post.data ? lb_text_find_nocase(post.data, post.length, email) : NULL;
  if (found && found > post.data && (found[-1] == ':' || found[-1] == '<') &&
      (found + n == post.data + post.length || strchr(">? ", found[n])))
    return TRUE;
  const char *at = strchr(email, '@');
  for (guint i = 0; at && i < header->n_list_ids; i++) {
    const char *id = lb_header_unfold(header->list_ids[i], arena, diagnostics), *open = strrchr(id, '<');
    id = open ? open + 1 : id;
    if (strcspn(id, "> ") == n && !g_ascii_strncasecmp(id, email, (gsize)(at - email)) &&
        id[at - email] == '.' && !g_ascii_strncasecmp(id + (at - email) + 1, at + 1, n - (gsize)(at - email) - 1))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_recipient(const char *email, const LbHeader *header, LbArena *arena, LbDiagSet *diagnostics) {
  const LbPerson *to = lb_address_parse_all(header->fields[LB_FIELD_TO], arena, diagnostics);
  for (; to->email; to++)
    if (!g_ascii_strcasecmp(to->email, email))
      return TRUE;
  return FALSE;
}

/* The name before " via ", without the quotes that Google Groups puts around it; NULL if there is no " via ". */
static char *find_original_name(const char *name) {
  const char *via = strstr(name, " via ");
  if (!via || via == name)
    return NULL;
  gsize n = (gsize)(via - name);
  if (n > 2 && *name == '\'' && name[n - 1] == '\'')
    return g_strndup(name + 1, n - 2);
  return g_strndup(name, n);
}

LbPerson lb_address_unmunge(LbPerson from, const LbHeader *header, const LbPerson *in_body, LbArena *arena,
                            LbDiagSet *diagnostics) {
  if (!from.email)
    return from;
  g_autofree char *original = find_original_name(from.name);
  gboolean is_relay = !g_ascii_strncasecmp(from.email, "devnull+", 8);
  if (!original || (!is_relay && !is_list_address(from.email, header, arena, diagnostics) &&
                    !is_recipient(from.email, header, arena, diagnostics)))
    return from;
  LbPerson found = {"", NULL};
  if (in_body && in_body->email && !strcmp(in_body->name, original))
    found = *in_body;
  if (!found.email)
    found = lb_address_parse_first(header->fields[LB_FIELD_X_ORIGINAL_FROM], arena, diagnostics);
  if (!found.email) {
    const LbPerson *reply_to = lb_address_parse_all(header->fields[LB_FIELD_REPLY_TO], arena, diagnostics);
    for (; reply_to->email && !found.email; reply_to++)
      if (g_ascii_strcasecmp(reply_to->email, from.email) != 0 &&
          !is_list_address(reply_to->email, header, arena, diagnostics) &&
          !is_recipient(reply_to->email, header, arena, diagnostics))
        found = *reply_to;
  }
  if (!found.email) {
    const LbPerson *cc = lb_address_parse_all(header->fields[LB_FIELD_CC], arena, diagnostics);
    for (; cc->email && !found.email; cc++)
      if (!strcmp(cc->name, original))
        found = *cc;
  }
  if (!found.email && in_body && in_body->email)
    found = *in_body;
  if (!found.email)
    return from;
  if (!*found.name)
    found.name = lb_arena_strdup(arena, original);
  *diagnostics |= LB_DIAG_BIT(LB_DIAG_FROM_MUNGED);
  return found;
}

void lb_address_format(GString *out, const LbPerson *person) {
  const char *email = person->email ? person->email : "";
  if (!person->name || !*person->name) {
    g_string_append(out, email);
    return;
  }
  if (strpbrk(person->name, SPECIALS)) {
    g_string_append_c(out, '"');
    for (const char *c = person->name; *c; c++) {
      if (*c == '"' || *c == '\\')
        g_string_append_c(out, '\\');
      g_string_append_c(out, *c);
    }
    g_string_append_c(out, '"');
  } else
    g_string_append(out, person->name);
  g_string_append_printf(out, " <%s>", email);
}

char *lb_address_domain(const char *email) {
  const char *at = email ? strrchr(email, '@') : NULL;
  return at && at[1] ? g_ascii_strdown(at + 1, -1) : g_strdup("(none)");
}
