/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts of mails and postings as JSON Lines: one object per line, all fields always there, null or [] where
 * there is nothing.  The fields are described in listbrief-export(1).
 */
#pragma once
#include "base/period.h"
#include "series/collect.h"

/* What --text adds. */
typedef struct {
  const char *text;    /* decoded, NUL-terminated */
  const char *message; /* as the report prints it; NULL if it prints none */
} LbFactsTexts;

/* What lines are written with. */
typedef struct LbFields LbFields;
/* mailmap NULL: people as the mails name them; borrowed. */
LbFields *lb_fields_new(const LbMailmap *mailmap);
void lb_fields_free(LbFields *fields);
/* Lines with their newline, valid until the next call.  collection: what the mail is part of; texts NULL: not
 * asked for. */
const char *lb_facts_format_mail(LbFields *fields, const LbMail *mail, const LbCollection *collection,
                                 const LbFactsTexts *texts);
const char *lb_facts_format_posting(LbFields *fields, const LbPosting *posting);
/* The members of such a line, into an object that is begun. */
void lb_facts_add_posting(LbFields *fields, const LbPosting *posting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbFields, lb_fields_free)
