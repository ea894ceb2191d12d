/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gitmailmap(5): who is who, by address and, where a line says so, by name. */
#include <errno.h>
#include <string.h>
#include "base/error.h"
#include "base/hash.h"
#include "message/address.h"

/* What an address (and an old name, if any) becomes; NULL: stays. */
typedef struct {
  char *old_name;
  char *name, *email;
} Entry;

struct LbMailmap {
  GHashTable *by_email; /* lower-case address -> GPtrArray of Entry */
};

static void entry_free(gpointer data) {
  Entry *entry = data;
  g_free(entry->old_name);
  g_free(entry->name);
  g_free(entry->email);
  g_free(entry);
}

void lb_mailmap_free(LbMailmap *mailmap) {
  if (!mailmap)
    return;
  g_hash_table_unref(mailmap->by_email);
  g_free(mailmap);
}

/* "Name <email>" off the front of *at; either may be empty.  FALSE if there is no <…> any more. */
static gboolean take_pair(const char **at, char **name, char **email) {
  const char *open = strchr(*at, '<'), *close = open ? strchr(open, '>') : NULL;
  if (!close)
    return FALSE;
  g_autofree char *before = g_strstrip(g_strndup(*at, (gsize)(open - *at)));
  *name = *before ? g_steal_pointer(&before) : NULL;
  *email = g_strstrip(g_strndup(open + 1, (gsize)(close - open - 1)));
  *at = close + 1;
  return TRUE;
}

/* The entry for an address and an old name (NULL: for any), made if it isn't there. */
static Entry *get_entry(LbMailmap *mailmap, const char *email, const char *old_name) {
  g_autofree char *key = g_ascii_strdown(email, -1);
  GPtrArray *entries = g_hash_table_lookup(mailmap->by_email, key);
  if (!entries) {
    entries = g_ptr_array_new_with_free_func(entry_free);
    g_hash_table_insert(mailmap->by_email, g_steal_pointer(&key), entries);
  }
  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = g_ptr_array_index(entries, i);
    if (old_name ? entry->old_name && !g_ascii_strcasecmp(entry->old_name, old_name) : !entry->old_name)
      return entry;
  }
  Entry *entry = g_new0(Entry, 1);
  entry->old_name = g_strdup(old_name);
  g_ptr_array_add(entries, entry);
  return entry;
}

/* As git has it, later lines add to earlier ones, but replace those that name the old name, too. */
static void add_line(LbMailmap *mailmap, const char *line) {
  g_autofree char *name = NULL, *email = NULL, *old_name = NULL, *old_email = NULL;
  const char *at = line;
  if (!take_pair(&at, &name, &email) || !*email)
    return;
  if (!take_pair(&at, &old_name, &old_email)) {
    /* "Proper Name <commit@email>": the one address is the old one. */
    old_email = g_steal_pointer(&email);
  }
  Entry *entry = get_entry(mailmap, old_email, old_name);
  if (name || old_name) {
    g_free(entry->name);
    entry->name = g_steal_pointer(&name);
  }
  if (email || old_name) {
    g_free(entry->email);
    entry->email = g_steal_pointer(&email);
  }
}

LbMailmap *lb_mailmap_load(const char *path, GError **error) {
  g_autofree char *text = NULL;
  g_autoptr(GError) why = NULL;
  gsize length;
  if (!g_file_get_contents(path, &text, &length, &why)) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read mailmap '%s': %s", path, why->message);
    return NULL;
  }
  if (!g_utf8_validate(text, (gssize)length, NULL)) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "mailmap '%s' is not UTF-8", path);
    return NULL;
  }
  LbMailmap *mailmap = g_new0(LbMailmap, 1);
  mailmap->by_email =
      g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++)
    if (**line != '#')
      add_line(mailmap, *line);
  return mailmap;
}

LbPerson lb_mailmap_find(const LbMailmap *mailmap, LbPerson person) {
  if (!mailmap || !person.email)
    return person;
  g_autofree char *key = g_ascii_strdown(person.email, -1);
  const GPtrArray *entries = g_hash_table_lookup(mailmap->by_email, key);
  const Entry *found = NULL;
  /* A line that names the old name, too, beats one that doesn't. */
  for (guint i = 0; entries && i < entries->len; i++) {
    const Entry *entry = g_ptr_array_index(entries, i);
    if (entry->old_name ? !g_ascii_strcasecmp(entry->old_name, person.name ? person.name : "") : !found)
      found = entry;
  }
  if (found && found->name)
    person.name = found->name;
  if (found && found->email)
    person.email = found->email;
  return person;
}
