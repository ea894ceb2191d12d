/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/numbers.h"
#include <string.h>
#include "base/arena.h"
#include "base/find.h"
#include "base/hash.h"
#include "base/slots.h"

struct LbNumbers {
  LbSlots slots;
  GPtrArray *strings; /* by number - 1 */
  LbArena *copies;
  GString *scratch;
};

LbNumbers *lb_numbers_new(void) {
  LbNumbers *numbers = g_new0(LbNumbers, 1);
  lb_slots_init(&numbers->slots);
  numbers->strings = g_ptr_array_new();
  numbers->copies = lb_arena_new();
  numbers->scratch = g_string_new(NULL);
  return numbers;
}

void lb_numbers_free(LbNumbers *numbers) {
  if (!numbers)
    return;
  lb_slots_clear(&numbers->slots);
  g_ptr_array_unref(numbers->strings);
  lb_arena_free(numbers->copies);
  g_string_free(numbers->scratch, TRUE);
  g_free(numbers);
}

guint lb_numbers_count(const LbNumbers *numbers) {
  return numbers->strings->len;
}

void lb_numbers_reserve(LbNumbers *numbers, guint n) {
  lb_slots_reserve(&numbers->slots, n);
}

static gboolean is_string(guint32 number, gconstpointer wanted, gconstpointer numbers) {
  const char *string = ((const LbNumbers *)numbers)->strings->pdata[number - 1];
  return string == wanted || !strcmp(string, wanted);
}

/* Where the string is, or would be. */
static LbSlot *find_slot(const LbNumbers *numbers, const char *string, guint32 hash) {
  return lb_slots_find(&numbers->slots, hash, is_string, string, numbers);
}

static guint take(LbNumbers *numbers, LbSlot *slot, guint32 hash, const char *string) {
  g_ptr_array_add(numbers->strings, (gpointer)string);
  lb_slots_take(&numbers->slots, slot, hash, numbers->strings->len);
  return numbers->strings->len;
}

guint lb_numbers_find_hashed(const LbNumbers *numbers, const char *string, guint32 hash) {
  return find_slot(numbers, string, hash)->number;
}

guint lb_numbers_find_string(const LbNumbers *numbers, const char *string) {
  return lb_numbers_find_hashed(numbers, string, lb_hash_string(string));
}

guint lb_numbers_get_hashed(LbNumbers *numbers, const char *string, guint32 hash) {
  LbSlot *slot = find_slot(numbers, string, hash);
  return slot->number ? slot->number : take(numbers, slot, hash, string);
}

guint lb_numbers_add_hashed(LbNumbers *numbers, const char *string, guint32 hash) {
  return take(numbers, find_slot(numbers, string, hash), hash, string);
}

guint lb_numbers_get_string(LbNumbers *numbers, const char *string) {
  return lb_numbers_get_hashed(numbers, string, lb_hash_string(string));
}

void lb_numbers_fetch(const LbNumbers *numbers, guint32 hash) {
  lb_slots_fetch(&numbers->slots, hash);
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
  LbSlot *slot = find_slot(numbers, scratch->str, hash);
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
