/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/address.h"
#include <string.h>
#include "base/text.h"

/* RFC 5321 4.5.3.1: 64 and 255 bytes and the @; longer ones are no list. */
#define ADDRESS_MAX_BYTES 320
#define SPECIALS "()<>[]:;@\\,.\""

/* The list's posting address: List-Post's mailto, or List-Id with its first dot an @ (RFC 2369, 2919). */
static gboolean is_list_address(const char *email, const LbHeader *header, LbArena *arena,
                                LbDiagSet *diagnostics) {
  LbSlice post = header->fields[LB_FIELD_LIST_POST];
  gsize n = strlen(email);
  if (n > ADDRESS_MAX_BYTES)
    return FALSE;
  const char *found = post.data ? lb_text_find_nocase(post.data, post.length, email) : NULL;
  if (found && found > post.data && (found[-1] == ':' || found[-1] == '<') &&
      (found + n == post.data + post.length || strchr(">? ", found[n])))
    return TRUE;
  const char *at = strchr(email, '@');
  for (guint i = 0; at && i < header->n_list_ids; i++) {
    const char *id = lb_header_unfold(header->list_ids[i], arena, diagnostics), *open = strrchr(id, '<');
    id = open ? open + 1 : id;
    if (strcspn(id, "> ") == n && !g_ascii_strncasecmp(id, email, (gsize)(at - email)) &&
        id[at - email] == '.' &&
        !g_ascii_strncasecmp(id + (at - email) + 1, at + 1, n - (gsize)(at - email) - 1))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_recipient(const char *email, const LbHeader *header, LbArena *arena,
                             LbDiagSet *diagnostics) {
  const LbPerson *to =
      lb_address_parse_all(header->fields[LB_FIELD_TO], lb_arena_get_scratch(arena), diagnostics);
  for (; to->email; to++)
    if (!g_ascii_strcasecmp(to->email, email))
      return TRUE;
  return FALSE;
}

const LbPerson *lb_person_intern(LbArena *arena, LbPerson person) {
  const char *const row[] = {person.name, person.email};
  G_STATIC_ASSERT(sizeof row == sizeof person);
  return lb_arena_intern_pointers(arena, row, G_N_ELEMENTS(row));
}

/* The name before " via ", without the quotes that Google Groups puts around it; NULL if there is no " via ".
 * A list without a name of its own leaves "Alice via". */
static char *find_original_name(const char *name) {
  const char *via = strstr(name, " via ");
  if (!via && g_str_has_suffix(name, " via"))
    via = name + strlen(name) - 4;
  if (!via || via == name)
    return NULL;
  gsize n = (gsize)(via - name);
  if (n > 2 && *name == '\'' && name[n - 1] == '\'')
    return g_strndup(name + 1, n - 2);
  return g_strndup(name, n);
}

/* groups.io keeps the address in its own: "Bob via lists.example.org <bob=example.com@lists.example.org>".
 * email NULL if it isn't one of these. */
static LbPerson decode_address(const char *email, LbArena *arena) {
  LbPerson person = {"", NULL};
  const char *at = strchr(email, '@'), *sign = at ? memrchr(email, '=', (gsize)(at - email)) : NULL;
  if (!sign || sign == email || at - email > ADDRESS_MAX_BYTES || !memchr(sign, '.', (gsize)(at - sign)) ||
      at[-1] == '.' || sign[1] == '.')
    return person;
  g_autofree char *address = g_strndup(email, (gsize)(at - email));
  address[sign - email] = '@';
  person.email = lb_arena_intern(arena, address, (gsize)(at - email));
  return person;
}

LbPerson lb_address_unmunge(LbPerson from, const LbHeader *header, const LbPerson *in_body, LbArena *arena,
                            LbDiagSet *diagnostics) {
  if (!from.email)
    return from;
  g_autofree char *original = find_original_name(from.name);
  if (!original)
    return from;
  gboolean is_relay = !g_ascii_strncasecmp(from.email, "devnull+", 8) ||
                      !g_ascii_strncasecmp(from.email, "gitgitgadget@", 13);
  LbPerson found = decode_address(from.email, arena);
  if (!found.email && !is_relay && !is_list_address(from.email, header, arena, diagnostics) &&
      !is_recipient(from.email, header, arena, diagnostics))
    return from;
  LbArena *scratch = lb_arena_get_scratch(arena);
  if (in_body && in_body->email && !strcmp(in_body->name, original))
    found = *in_body;
  if (!found.email)
    found = lb_address_parse_first(header->fields[LB_FIELD_X_ORIGINAL_FROM], arena, diagnostics);
  if (!found.email) {
    const LbPerson *reply_to = lb_address_parse_all(header->fields[LB_FIELD_REPLY_TO], scratch, diagnostics);
    for (; reply_to->email && !found.email; reply_to++)
      if (g_ascii_strcasecmp(reply_to->email, from.email) != 0 &&
          !is_list_address(reply_to->email, header, arena, diagnostics) &&
          !is_recipient(reply_to->email, header, arena, diagnostics))
        found = *reply_to;
  }
  if (!found.email) {
    const LbPerson *cc = lb_address_parse_all(header->fields[LB_FIELD_CC], scratch, diagnostics);
    for (; cc->email && !found.email; cc++)
      if (!strcmp(cc->name, original))
        found = *cc;
  }
  /* Google Groups: the address alone, where the sender's Reply-To was the list. */
  if (!found.email)
    found.email =
        lb_address_parse_first(header->fields[LB_FIELD_X_ORIGINAL_SENDER], arena, diagnostics).email;
  if (!found.email && in_body && in_body->email)
    found = *in_body;
  if (!found.email)
    return from;
  found.email = lb_arena_intern(arena, found.email, strlen(found.email));
  const char *name = *found.name ? found.name : original;
  found.name = lb_arena_intern(arena, name, strlen(name));
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

static const char *find_domain(const char *email) {
  const char *at = email ? strrchr(email, '@') : NULL;
  return at && at[1] ? at + 1 : "(none)";
}

char *lb_address_domain(const char *email) {
  return g_ascii_strdown(find_domain(email), -1);
}

gboolean lb_address_has_same_domain(const char *one, const char *other) {
  return one == other || !g_ascii_strcasecmp(find_domain(one), find_domain(other));
}
