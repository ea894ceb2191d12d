/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers for addresses, from 1, letter case aside: to count how many people there are. */
#pragma once
#include <glib.h>

typedef struct LbAddresses LbAddresses;
LbAddresses *lb_addresses_new(void);
void lb_addresses_free(LbAddresses *addresses);
/* email outlives addresses: where the same copy comes again it isn't looked at. */
guint lb_addresses_get(LbAddresses *addresses, const char *email);
/* How many there are: the highest number given. */
guint lb_addresses_count(const LbAddresses *addresses);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbAddresses, lb_addresses_free)
