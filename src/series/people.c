/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/people.h"
#include <string.h>
#include "base/numbers.h"
#include "base/spots.h"

/* Who they are by where they lie: most mails are by few people, who are kept once. */
typedef struct {
  LbSpots *places; /* in whos, from 1 */
  GArray *whos;    /* of LbWho */
} Known;

struct LbPeople {
  const LbMailmap *mailmap;
  LbNumbers *numbers;
  Known known;
  gboolean is_shared; /* known stays as it is: */
  GMutex lock;        /* of numbers and of late */
  Known late;
};

static void known_init(Known *known) {
  known->places = lb_spots_new();
  known->whos = g_array_new(FALSE, FALSE, sizeof(LbWho));
}

static void known_clear(Known *known) {
  lb_spots_free(known->places);
  g_array_unref(known->whos);
}

LbPeople *lb_people_new(const LbMailmap *mailmap) {
  LbPeople *people = g_new0(LbPeople, 1);
  people->mailmap = mailmap;
  g_mutex_init(&people->lock);
  people->numbers = lb_numbers_new();
  known_init(&people->known);
  known_init(&people->late);
  return people;
}

void lb_people_free(LbPeople *people) {
  if (!people)
    return;
  lb_numbers_free(people->numbers);
  known_clear(&people->known);
  known_clear(&people->late);
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

static LbWho get(LbPeople *people, Known *known, const LbPerson *person) {
  guint32 *place = lb_spots_get(known->places, person);
  if (!*place) {
    LbWho who = number_person(people, lb_people_map(people, *person));
    g_array_append_val(known->whos, who);
    *place = known->whos->len;
  }
  return g_array_index(known->whos, LbWho, *place - 1);
}

LbWho lb_people_get(LbPeople *people, const LbPerson *person) {
  if (!person->email)
    return (LbWho){0, 0};
  if (!people->is_shared)
    return get(people, &people->known, person);
  guint32 place = lb_spots_find(people->known.places, person);
  if (place)
    return g_array_index(people->known.whos, LbWho, place - 1);
  g_mutex_lock(&people->lock);
  LbWho who = get(people, &people->late, person);
  g_mutex_unlock(&people->lock);
  return who;
}

gboolean lb_people_is_same(LbWho a, LbWho b) {
  return (a.email && a.email == b.email) || (a.name && a.name == b.name);
}
