/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Earlier postings that a cover or patch names in its text by Message-ID or archive URL (lore, marc's mid
 * form, patch.msgid.link, mail-archive's id form, …), with what the line says of them.
 */
#pragma once
#include "message/header.h"

typedef enum {
  LB_LINK_PLAIN,      /* named without a reason that is understood */
  LB_LINK_CHANGELOG,  /* "Changes in vN", "Link to vN", "vN:", previous version, RFC */
  LB_LINK_DEPENDENCY, /* based on, depends on, dependency, prerequisite: never a predecessor */
} LbLinkKind;

typedef struct {
  LbLinkKind kind;
  const char *msgid; /* percent-decoded, without brackets; NULL ends a list */
} LbLink;

/* In order of the text, which ends before the diff; NULL if there are none; in the arena. */
const LbLink *lb_link_parse(const char *text, gsize length, LbArena *arena);
