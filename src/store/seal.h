/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to store/: a hash of each table's rows, in the table seal.  SQLite notices pages that make no
 * sense; rows that are other rows, and tables that came to be empty, it does not.
 */
#pragma once
#include "store/database.h"

/* From now on notes which tables change; those without row numbers by lb_seals_note(). */
void lb_seals_watch(LbStore *store);
void lb_seals_note(LbStore *store, const char *table);
/* Seals the tables that have changed since, or all; within the transaction that changed them. */
gboolean lb_seals_write(LbStore *store, gboolean all, GError **error);
/* LB_ERROR_BAD_INPUT, naming the first table that isn't as it was sealed. */
gboolean lb_seals_verify(LbStore *store, GError **error);
