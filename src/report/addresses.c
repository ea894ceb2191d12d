/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/addresses.h"
#include "base/numbers.h"

struct LbAddresses {
  GHashTable *copies; /* where an address lies -> its number: most mails are by few people */
  LbNumbers *numbers;
  guint n;
};

LbAddresses *lb_addresses_new(void) {
  LbAddresses *addresses = g_new0(LbAddresses, 1);

  addresses->copies = g_hash_table_new(NULL, NULL);
  addresses->numbers = lb_numbers_new();
  return addresses;
}

void lb_addresses_free(LbAddresses *addresses) {
  if (!addresses)
    return;
  g_hash_table_unref(addresses->copies);
  lb_numbers_free(addresses->numbers);
  g_free(addresses);
}

guint lb_addresses_get(LbAddresses *addresses, const char *email) {
  guint number = GPOINTER_TO_UINT(g_hash_table_lookup(addresses->copies, email));

  if (number)
    return number;
  g_string_ascii_down(g_string_append(lb_numbers_begin(addresses->numbers), email));
  number = lb_numbers_get(addresses->numbers);
  addresses->n = MAX(addresses->n, number);
  g_hash_table_insert(addresses->copies, (gpointer)email, GUINT_TO_POINTER(number));
  return number;
}

guint lb_addresses_count(const LbAddresses *addresses) {
  return addresses->n;
}
