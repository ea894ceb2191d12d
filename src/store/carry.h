/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can't be made again, out of an old store into a new one: reports, and what they counted, told and
 * printed. */
#pragma once
#include "store/store.h"

/* Reads what of the store at old_path can be read, whole or damaged, and puts it into store, which is empty;
 * mails get their reports when they are saved.  Calls say for what is lost.  *is_whole: nothing is.  Fails
 * only for store. */
gboolean lb_store_carry_over(LbStore *store, const char *old_path,
                             void (*say)(const char *what, gpointer data), gpointer data, gboolean *is_whole,
                             GError **error);
