/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trailers with a person in them, as reviews count them: given in a reply ("Reviewed-by: Name <address>" at
 * line start, unquoted, above the signature) or carried in a commit message.
 */
#pragma once
#include "message/address.h"
#include "message/recent.h"

/* Kinds that have a meaning of their own; spellings ("Ack-by", "Reviewed-By") are normalised. */
typedef enum {
  LB_CREDIT_REVIEWED,
  LB_CREDIT_ACKED,
  LB_CREDIT_TESTED,
  LB_CREDIT_NACKED,
  LB_CREDIT_SIGNED_OFF,
  LB_CREDIT_REPORTED,
  LB_CREDIT_SUGGESTED,
  LB_CREDIT_CO_DEVELOPED,
  LB_CREDIT_OTHER,
  LB_N_CREDITS
} LbCreditKind;

typedef struct {
  const char *name; /* as normalised: "Reviewed-by"; NULL ends a list */
  const LbPerson *person;
  guint64 kind : 8; /* LbCreditKind */
  guint64
      is_mismatched : 1; /* given by somebody else: neither address (+tag aside) nor name is the writer's */
  guint64 unused : 55;   /* 0: lists are compared byte by byte */
} LbCredit;

const char *lb_credit_get_name(LbCreditKind kind); /* "Reviewed-by" */

/* What lines with a credit in them were read as lately, in one arena. */
LbRecent *lb_credit_new_recent(void);
/* Of a reply's decoded text; ends with name NULL, NULL if there are none; in the arena.  writer: author of
 * the reply. */
const LbCredit *lb_credit_parse_given(const char *text, gsize length, LbPerson writer, LbRecent *recent,
                                      LbArena *arena);
/* Of a commit log's trailers. */
const LbCredit *lb_credit_parse_carried(LbSlice commit, LbRecent *recent, LbArena *arena);
