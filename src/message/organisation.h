/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who people work for, by the domain or address they write from: a map as gitdm has it, "example.com  Example
 * Corp." or, until a day, "example.com  Old Corp. < 2019-07-01".  Knows no domain but those in the file.
 */
#pragma once
#include "message/address.h"

/* Immutable after load; any thread may look up. */
typedef struct LbOrganisations LbOrganisations;
/* folds_domains: "lists.example.com" belongs to the organisation of "example.com", the nearest one that the
 * file names. LB_ERROR_NO_INPUT, LB_ERROR_BAD_INPUT (which names the line). */
LbOrganisations *lb_organisations_load(const char *path, gboolean folds_domains, GError **error);
void lb_organisations_free(LbOrganisations *organisations);
/* The organisation of email at that time (LB_TIME_UNKNOWN: now), NULL if the file doesn't say; organisations
 * may be NULL; owned by them. */
const char *lb_organisations_find(const LbOrganisations *organisations, const char *email, gint64 time);
/* The same, else the domain as lb_address_domain() has it; owned by the caller. */
char *lb_organisations_format(const LbOrganisations *organisations, const char *email, gint64 time);
/* Whether that is the same of both. */
gboolean lb_organisations_is_same(const LbOrganisations *organisations, const char *one, gint64 time_of_one,
                                  const char *other, gint64 time_of_other);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbOrganisations, lb_organisations_free)
