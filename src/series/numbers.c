/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/numbers.h"
#include "base/hash.h"

struct LbNumbers {
  GHashTable *table;
  GStringChunk *strings;
  GString *scratch;
};

LbNumbers *lb_numbers_new(void) {
  LbNumbers *numbers = g_new0(LbNumbers, 1);
  numbers->table = g_hash_table_new(lb_hash_string, g_str_equal);
  numbers->strings = g_string_chunk_new(4096);
  numbers->scratch = g_string_new(NULL);
  return numbers;
}

void lb_numbers_free(LbNumbers *numbers) {
  if (!numbers)
    return;
  g_hash_table_unref(numbers->table);
  g_string_chunk_free(numbers->strings);
  g_string_free(numbers->scratch, TRUE);
  g_free(numbers);
}

GString *lb_numbers_begin(LbNumbers *numbers) {
  return g_string_truncate(numbers->scratch, 0);
}

guint lb_numbers_find(LbNumbers *numbers) {
  return GPOINTER_TO_UINT(g_hash_table_lookup(numbers->table, numbers->scratch->str));
}

guint lb_numbers_get(LbNumbers *numbers) {
  const GString *scratch = numbers->scratch;
  guint number = lb_numbers_find(numbers);
  if (!number) {
    number = g_hash_table_size(numbers->table) + 1;
    g_hash_table_insert(numbers->table,
                        g_string_chunk_insert_len(numbers->strings, scratch->str, (gssize)scratch->len),
                        GUINT_TO_POINTER(number));
  }
  return number;
}

/* FALSE: there is nothing in it. */
static gboolean begin_title(LbNumbers *numbers, const char *title) {
  GString *key = lb_numbers_begin(numbers);
  for (; *title; title++) {
    if (*title != ' ' && *title != '\t')
      g_string_append_c(key, g_ascii_tolower(*title));
    else if (key->len && key->str[key->len - 1] != ' ')
      g_string_append_c(key, ' ');
  }
  /* A full stop at the end comes and goes between versions. */
  while (key->len && (key->str[key->len - 1] == ' ' || key->str[key->len - 1] == '.'))
    g_string_truncate(key, key->len - 1);
  return key->len > 0;
}

guint lb_numbers_get_title(LbNumbers *numbers, const char *title) {
  return begin_title(numbers, title) ? lb_numbers_get(numbers) : 0;
}

guint lb_numbers_find_title(LbNumbers *numbers, const char *title) {
  return begin_title(numbers, title) ? lb_numbers_find(numbers) : 0;
}
