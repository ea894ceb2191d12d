/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the store share: mails of a small list, a store filled with them in a folder of its own,
 * and all that can be read out of a store as one text. */
#pragma once
#include "store/report_log.h"
#include "store/save.h"
#include "unit.h"

/* The test's own folder, private as a store's must be; made by setup, removed by teardown. */
extern char *store_folder;
int store_setup(void **state);
int store_teardown(void **state);
/* A path in it; owned by the caller. */
char *store_path(const char *name);

/* Mail number i of an endless list, parsed: covers, patches, reviews, pulls, notices, odd ones. */
const LbMail *store_mail(guint i);
/* Its raw text; owned by the caller. */
char *store_mail_text(guint i);

/* Saves mails first to end - 1, with their messages, each at the place of its number; asserts. */
void store_save(LbStore *store, const char *spec, guint first, guint end);
/* The same with an error instead. */
gboolean store_try_save(LbStore *store, const char *spec, guint first, guint end, GError **error);
/* A new store at path with two sources, a report that counted some of their mails and what it told; asserts.
 */
void store_make(const char *path);

/* Loads the sources; owned by the caller, NULL with error. */
LbStoredMails *store_load(LbStore *store, const char *spec, GError **error);
/* All that a store says of its mails and reports; NULL with error.  Owned by the caller. */
char *store_describe(LbStore *store, GError **error);
