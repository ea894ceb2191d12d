/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of a store, described in schema.c, and how older ones become today's. */
#pragma once
#include "store/database.h"

#define LB_SCHEMA_APPLICATION_ID 0x4c427266 /* "LBrf": what file(1) and we know a store by */
#define LB_SCHEMA_VERSION 4
/* Bumped whenever parsing gives other facts of the same mail, or record.c writes them otherwise. */
#define LB_FACTS_VERSION 2

/* A mail's number is its source's in the upper half and, in the lower, how many of that source came before.
 */
#define LB_MAIL_ID(source, n) ((gint64)(source) << 32 | (gint64)(n))

/* Makes an empty store at path, whole or not at all; an existing file is left alone. */
gboolean lb_schema_create(const char *path, GError **error);
/* Looks whether what was opened is a store, and brings it to this version. */
gboolean lb_schema_upgrade(LbStore *store, GError **error);
