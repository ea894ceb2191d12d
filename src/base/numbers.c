/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/numbers.h"
#include <string.h>
#include "base/arena.h"
#include "base/find.h"
#include "base/hash.h"
#include "base/table.h"

/* Open addressing: a number of 0 is a free slot.  What may differ is compared here, where it is at hand. */
typedef struct {
  guint32 hash, number;
} Slot;

struct LbNumbers {
  Slot *slots;
  guint n_slots, n_taken; /* a power of two; at most three of four are taken */
  GPtrArray *strings;     /* by number - 1 */
  LbArena *copies;
  GString *scratch;
};

LbNumbers *lb_numbers_new(void) {
  LbNumbers *numbers = g_new0(LbNumbers, 1);
  numbers->n_slots = 64;
  numbers->slots = g_new0(Slot, numbers->n_slots);
  numbers->strings = g_ptr_array_new();
  numbers->copies = lb_arena_new();
  numbers->scratch = g_string_new(NULL);
  return numbers;
}

void lb_numbers_free(LbNumbers *numbers) {
  if (!numbers)
    return;
  g_free(numbers->slots);
  g_ptr_array_unref(numbers->strings);
  lb_arena_free(numbers->copies);
  g_string_free(numbers->scratch, TRUE);
  g_free(numbers);
}

static void resize(LbNumbers *numbers, guint n_slots) {
  Slot *old = numbers->slots;
  guint n = numbers->n_slots;
  numbers->n_slots = n_slots;
  numbers->slots = lb_table_new(numbers->n_slots, sizeof *numbers->slots);
  for (guint i = 0; i < n; i++)
    if (old[i].number) {
      guint at = old[i].hash & (numbers->n_slots - 1);
      while (numbers->slots[at].number)
        at = (at + 1) & (numbers->n_slots - 1);
      numbers->slots[at] = old[i];
    }
  g_free(old);
}

guint lb_numbers_count(const LbNumbers *numbers) {
  return numbers->strings->len;
}

void lb_numbers_reserve(LbNumbers *numbers, guint n) {
  guint64 wanted = 4 * ((guint64)numbers->n_taken + n) / 3 + 1;
  guint n_slots = numbers->n_slots;
  while (n_slots < wanted && n_slots < 1u << 31)
    n_slots *= 2;
  if (n_slots > numbers->n_slots)
    resize(numbers, n_slots);
}

/* Where the string is, or would be. */
static Slot *find_slot(const LbNumbers *numbers, const char *string, guint32 hash) {
  for (guint at = hash;; at++) {
    Slot *slot = &numbers->slots[at & (numbers->n_slots - 1)];
    if (!slot->number)
      return slot;
    if (slot->hash != hash)
      continue;
    const char *other = numbers->strings->pdata[slot->number - 1];
    if (other == string || !strcmp(other, string))
      return slot;
  }
}

static guint take(LbNumbers *numbers, Slot *slot, guint32 hash, const char *string) {
  guint number = numbers->strings->len + 1;
  numbers->n_taken += !slot->number;
  *slot = (Slot){hash, number};
  g_ptr_array_add(numbers->strings, (gpointer)string);
  if (4 * (guint64)numbers->n_taken > 3 * (guint64)numbers->n_slots)
    resize(numbers, 2 * numbers->n_slots);
  return number;
}

guint lb_numbers_find_string(const LbNumbers *numbers, const char *string) {
  return find_slot(numbers, string, lb_hash_string(string))->number;
}

guint lb_numbers_get_hashed(LbNumbers *numbers, const char *string, guint32 hash) {
  Slot *slot = find_slot(numbers, string, hash);
  return slot->number ? slot->number : take(numbers, slot, hash, string);
}

guint lb_numbers_add_hashed(LbNumbers *numbers, const char *string, guint32 hash) {
  return take(numbers, find_slot(numbers, string, hash), hash, string);
}

guint lb_numbers_get_string(LbNumbers *numbers, const char *string) {
  return lb_numbers_get_hashed(numbers, string, lb_hash_string(string));
}

guint lb_numbers_add_string(LbNumbers *numbers, const char *string) {
  return lb_numbers_add_hashed(numbers, string, lb_hash_string(string));
}

GString *lb_numbers_begin(LbNumbers *numbers) {
  return g_string_truncate(numbers->scratch, 0);
}

guint lb_numbers_find(LbNumbers *numbers) {
  return lb_numbers_find_string(numbers, numbers->scratch->str);
}

guint lb_numbers_get(LbNumbers *numbers) {
  const GString *scratch = numbers->scratch;
  guint64 wide = lb_hash_bytes(scratch->str, scratch->len);
  guint32 hash = (guint32)(wide ^ wide >> 32); /* as lb_hash_string() has it */
  Slot *slot = find_slot(numbers, scratch->str, hash);
  if (slot->number)
    return slot->number;
  return take(numbers, slot, hash, lb_arena_strndup(numbers->copies, scratch->str, scratch->len));
}

/* g_ascii_tolower() is a call. */
static char fold(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* All letters of eight bytes at once: a byte of 7 bits gets its highest one by the first sum if it is 'A' or
 * more, by the second if it is more than 'Z'. */
static guint64 fold_word(guint64 word) {
  guint64 low = word & LB_EACH_BYTE(0x7f);
  guint64 is_upper = (low + LB_EACH_BYTE(0x80 - 'A')) & ~(low + LB_EACH_BYTE(0x7f - 'Z')) & ~word;
  return word | (is_upper & LB_EACH_BYTE(0x80)) >> 2;
}

/* Up to the first tab, or to the second of two blanks. */
static gsize fold_plain(char *out, const char *title, gsize length) {
  gsize n = 0;
  guint64 word, before = 0;
  for (; length - n >= 8; n += 8) {
    memcpy(&word, title + n, 8);
    word = GUINT64_FROM_LE(word);
    /* The highest bit where a byte is a blank. */
    guint64 blanks = ~(((word ^ LB_EACH_BYTE(' ')) & LB_EACH_BYTE(0x7f)) + LB_EACH_BYTE(0x7f)) & ~word &
                     LB_EACH_BYTE(0x80);
    if (lb_find_is_any_below(word ^ LB_EACH_BYTE('\t'), 1) || (blanks & (blanks << 8 | before)))
      break;
    before = blanks >> 56;
    word = GUINT64_TO_LE(fold_word(word));
    memcpy(out + n, &word, 8);
  }
  return n;
}

/* FALSE: there is nothing in it. */
static gboolean begin_title(LbNumbers *numbers, const char *title) {
  gsize length = strlen(title);
  while (length && (*title == ' ' || *title == '\t'))
    title++, length--;
  GString *key = g_string_set_size(numbers->scratch, length);
  gsize n = fold_plain(key->str, title, length);
  for (const char *p = title + n; *p; p++) {
    if (*p != ' ' && *p != '\t')
      key->str[n++] = fold(*p);
    else if (n && key->str[n - 1] != ' ')
      key->str[n++] = ' ';
  }
  /* A full stop at the end comes and goes between versions. */
  while (n && (key->str[n - 1] == ' ' || key->str[n - 1] == '.'))
    n--;
  g_string_truncate(key, n);
  return n > 0;
}

guint lb_numbers_get_title(LbNumbers *numbers, const char *title) {
  return begin_title(numbers, title) ? lb_numbers_get(numbers) : 0;
}

guint lb_numbers_find_title(LbNumbers *numbers, const char *title) {
  return begin_title(numbers, title) ? lb_numbers_find(numbers) : 0;
}
