/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report leaves out on request: an author, a domain, a class of mail. */
#pragma once
#include "message/message.h"

typedef enum {
  LB_EXCLUDE_CLASS,
  LB_EXCLUDE_DOMAIN,
  LB_EXCLUDE_ADDRESS,
  LB_EXCLUDE_NAME,
  LB_EXCLUDE_NAME_OR_DOMAIN
} LbExclusionKind;

typedef struct {
  LbExclusionKind kind;
  LbClass mail_class; /* CLASS */
  const char *text;   /* all others: part of what was parsed */
} LbExclusion;

/* "author:…", "domain:…" or "class:…"; without such a word a class if one is named so, "@example.org" a
 * domain, anything else with "@" an address, else a person's name or a domain.  Letter case doesn't count.
 * LB_ERROR_USAGE for a class that isn't there. */
gboolean lb_exclusion_parse(const char *text, LbExclusion *exclusion, GError **error);
/* FALSE for a CLASS: that is no matter of who wrote it. */
gboolean lb_exclusion_fits_person(const LbExclusion *exclusion, LbPerson person);
