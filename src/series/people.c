/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/people.h"
#include <string.h>
#include "base/numbers.h"

/* Most mails are by few people, whose names and addresses are kept once: the pointers tell. */
typedef struct {
  const char *name, *email;
  LbWho who;
} Known;

struct LbPeople {
  const LbMailmap *mailmap;
  gboolean is_shared;
  GMutex lock; /* of numbers and known, once they are shared */
  LbNumbers *numbers;
  GHashTable *known; /* set of Known, owned */
};

static guint hash_known(gconstpointer key) {
  const Known *known = key;
  guint64 x = (guint64)(guintptr)known->name ^ (guint64)(guintptr)known->email << 1;
  return (guint)(x * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) >> 32);
}

static gboolean is_equal_known(gconstpointer a, gconstpointer b) {
  const Known *one = a, *other = b;
  return one->name == other->name && one->email == other->email;
}

LbPeople *lb_people_new(const LbMailmap *mailmap) {
  LbPeople *people = g_new0(LbPeople, 1);
  people->mailmap = mailmap;
  g_mutex_init(&people->lock);
  people->numbers = lb_numbers_new();
  people->known = g_hash_table_new_full(hash_known, is_equal_known, g_free, NULL);
  return people;
}

void lb_people_free(LbPeople *people) {
  if (!people)
    return;
  lb_numbers_free(people->numbers);
  g_hash_table_unref(people->known);
  g_mutex_clear(&people->lock);
  g_free(people);
}

void lb_people_share(LbPeople *people) {
  people->is_shared = TRUE;
}

LbPerson lb_people_map(const LbPeople *people, LbPerson person) {
  return lb_mailmap_find(people->mailmap, person);
}

/* "user+tag@host" is "user@host". */
static void append_email(GString *key, const char *email) {
  const char *at = strchr(email, '@');
  gsize n = at ? strcspn(email, "+@") : strlen(email);
  g_string_append_c(key, '@');
  g_string_append_len(key, email, (gssize)(n ? n : strlen(email)));
  if (at && n)
    g_string_append(key, at);
  g_string_ascii_down(key);
}

/* The only comma that is in no aside; NULL if there is none, or more. */
static const char *find_comma(const char *name) {
  const char *comma = NULL;
  gboolean is_aside = FALSE;
  for (; *name; name++) {
    is_aside = *name == '(' || (is_aside && *name != ')');
    if (*name != ',' || is_aside)
      continue;
    if (comma)
      return NULL;
    comma = name;
  }
  return comma;
}

/* Words without asides, dots and quotes; returns how many there are now. */
static gsize append_words(GString *key, const char *text, gsize length, gsize n_words) {
  gboolean is_inside = FALSE, is_aside = FALSE;
  for (gsize i = 0; i < length; i++) {
    char c = text[i];
    is_aside = c == '(' || (is_aside && c != ')');
    if (is_aside || strchr(" \t).\"", c)) {
      is_inside = FALSE;
      continue;
    }
    if (!is_inside && n_words++)
      g_string_append_c(key, ' ');
    g_string_append_c(key, g_ascii_tolower(c));
    is_inside = TRUE;
  }
  return n_words;
}

/* "Bond, James (Q Branch)" is "james bond".  FALSE: it is no full name. */
static gboolean append_name(GString *key, const char *name) {
  const char *comma = find_comma(name);
  gsize n_words = comma ? append_words(key, comma + 1, strlen(comma + 1), 0) : 0;
  return append_words(key, name, comma ? (gsize)(comma - name) : strlen(name), n_words) > 1;
}

static LbWho number_person(LbPeople *people, LbPerson person) {
  LbWho who = {0, 0};
  append_email(lb_numbers_begin(people->numbers), person.email);
  who.email = lb_numbers_get(people->numbers);
  if (person.name && append_name(lb_numbers_begin(people->numbers), person.name))
    who.name = lb_numbers_get(people->numbers);
  return who;
}

LbWho lb_people_get(LbPeople *people, LbPerson person) {
  Known wanted = {person.name, person.email, {0, 0}};
  if (!person.email)
    return wanted.who;
  if (people->is_shared)
    g_mutex_lock(&people->lock);
  const Known *known = g_hash_table_lookup(people->known, &wanted);
  if (!known) {
    wanted.who = number_person(people, lb_people_map(people, person));
    g_hash_table_add(people->known, g_memdup2(&wanted, sizeof wanted));
  } else
    wanted.who = known->who;
  if (people->is_shared)
    g_mutex_unlock(&people->lock);
  return wanted.who;
}

gboolean lb_people_is_same(LbWho a, LbWho b) {
  return (a.email && a.email == b.email) || (a.name && a.name == b.name);
}
