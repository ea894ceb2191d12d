/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hashing of what strangers write: ids, titles, addresses as keys of tables.  Seeded anew in every run, so
 * that nobody can send mails whose keys all fall into one slot (g_str_hash lets anyone do that: "AB" and "B!"
 * are one to it). Nothing that is written out may depend on it.
 */
#pragma once
#include <glib.h>

guint64 lb_hash_bytes(const char *bytes, gsize length);
/* GHashFunc for strings, beside g_str_equal. */
guint lb_hash_string(gconstpointer string);
/* Not seeded: the same in every run, on every machine.  For sums against damage and keys that are stored. */
guint64 lb_hash_stable(gconstpointer bytes, gsize length);
