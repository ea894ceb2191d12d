/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/key.h"

#include "base/spots.h"
#include "series/stem.h"

/* Persons and tags are kept once by each who reads: what lies at one place is looked at once. */
struct LbKeyMaker {
  LbNumbers *numbers;
  LbSpots *by_place; /* of const LbPerson and const LbSubject */
};

LbKeyMaker *lb_key_maker_new(void) {
  LbKeyMaker *maker = g_new0(LbKeyMaker, 1);

  maker->numbers = lb_numbers_new();
  maker->by_place = lb_spots_new();
  return maker;
}

void lb_key_maker_free(LbKeyMaker *maker) {
  if (!maker)
    return;
  lb_numbers_free(maker->numbers);
  lb_spots_free(maker->by_place);
  g_free(maker);
}

/* The first byte keeps kinds of strings apart. */
static void append_address(GString *key, gconstpointer person) {
  g_string_append_c(key, '@');
  g_string_append(key, ((const LbPerson *)person)->email);
  g_string_ascii_down(key);
}

static void append_prefix(GString *key, gconstpointer subject) {
  g_string_append_c(key, '[');
  for (const char *const *word = ((const LbSubject *)subject)->prefix; word && *word; word++) {
    g_string_append(key, *word);
    g_string_append_c(key, ' ');
  }
  g_string_ascii_down(key);
}

static guint number_place(LbKeyMaker *maker, gconstpointer place, void (*append)(GString *, gconstpointer)) {
  guint32 *number = lb_spots_get(maker->by_place, place);

  if (!*number) {
    append(lb_numbers_begin(maker->numbers), place);
    *number = lb_numbers_get(maker->numbers);
  }
  return *number;
}

static guint number_person(LbKeyMaker *maker, const LbPerson *person) {
  return person->email ? number_place(maker, person, append_address) : 0;
}

static guint number_stem(LbKeyMaker *maker, const LbMail *mail) {
  GString *key = lb_numbers_begin(maker->numbers);

  g_string_append_c(key, '<');
  return lb_stem_append(key, mail->msgid) ? lb_numbers_get(maker->numbers) : 0;
}

LbKeys lb_key_maker_make(LbKeyMaker *maker, const LbMail *mail) {
  LbKeys keys = {.sender = number_person(maker, mail->sender), .author = number_person(maker, mail->author)};

  if (!keys.author)
    keys.author = keys.sender;
  keys.prefix = number_place(maker, mail->parsed, append_prefix);
  keys.stem = number_stem(maker, mail);
  return keys;
}
