/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/addresses.h"
#include "base/numbers.h"
#include "base/spots.h"

struct LbAddresses {
  LbSpots *copies; /* where an address lies: most mails are by few people */
  LbNumbers *numbers;
  guint n;
};

LbAddresses *lb_addresses_new(void) {
  LbAddresses *addresses = g_new0(LbAddresses, 1);

  addresses->copies = lb_spots_new();
  addresses->numbers = lb_numbers_new();
  return addresses;
}

void lb_addresses_free(LbAddresses *addresses) {
  if (!addresses)
    return;
  lb_spots_free(addresses->copies);
  lb_numbers_free(addresses->numbers);
  g_free(addresses);
}

guint lb_addresses_get(LbAddresses *addresses, const char *email) {
  guint32 *number = lb_spots_get(addresses->copies, email);

  if (!*number) {
    g_string_ascii_down(g_string_append(lb_numbers_begin(addresses->numbers), email));
    *number = lb_numbers_get(addresses->numbers);
    addresses->n = MAX(addresses->n, *number);
  }
  return *number;
}

guint lb_addresses_count(const LbAddresses *addresses) {
  return addresses->n;
}
