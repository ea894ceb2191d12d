/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members of JSON objects, a line of JSON for each fact: what the writers of JSON Lines share.  Private to
 * output/. Knows no meaning: which members an object has, its writer says.
 */
#pragma once
#include <json-glib/json-glib.h>
#include "base/period.h"
#include "message/message.h"
#include "output/facts.h"

struct LbFields {
  const LbMailmap *mailmap; /* borrowed; NULL: people as the mails name them */
  JsonBuilder *builder;
  JsonGenerator *generator;
  GString *scratch;
  char *line; /* what lb_fields_finish() gave */
};

/* NULL is written as null. */
void lb_fields_add_string(LbFields *fields, const char *name, const char *value);
/* Any bytes: what is no UTF-8 is replaced. */
void lb_fields_add_bytes(LbFields *fields, const char *name, const char *bytes, gsize length);
void lb_fields_add_slice(LbFields *fields, const char *name, LbSlice slice);
/* LB_NO_NUMBER is written as null. */
void lb_fields_add_number(LbFields *fields, const char *name, int value);
/* name NULL: an element of an array. */
void lb_fields_add_integer(LbFields *fields, const char *name, gint64 value);
void lb_fields_add_null(LbFields *fields, const char *name);
void lb_fields_add_boolean(LbFields *fields, const char *name, gboolean value);
/* NULL-terminated; NULL is []. */
void lb_fields_add_strings(LbFields *fields, const char *name, const char *const *values);
void lb_fields_add_time(LbFields *fields, const char *name, gint64 time);
/* date: LB_TIME_UNKNOWN for none.  A person without address is null. */
void lb_fields_add_person(LbFields *fields, const char *name, LbPerson person, gint64 date);
/* Ends with email NULL. */
void lb_fields_add_people(LbFields *fields, const char *name, const LbPerson *people);
void lb_fields_add_object_id(LbFields *fields, const char *name, const guint8 *id, guint size);
/* An array or an object as a member, or the next element (name NULL) of an array. */
void lb_fields_begin_array(LbFields *fields, const char *name);
void lb_fields_end_array(LbFields *fields);
void lb_fields_begin_object(LbFields *fields, const char *name);
void lb_fields_end_object(LbFields *fields);
/* Ends the outermost object; its line with newline, valid until the next call. */
const char *lb_fields_finish(LbFields *fields);
