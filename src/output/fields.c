/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/fields.h"

#include <string.h>

#include "base/text.h"

LbFields *lb_fields_new(const LbMailmap *mailmap) {
  LbFields *fields = g_new0(LbFields, 1);

  fields->mailmap = mailmap;
  fields->builder = json_builder_new();
  fields->generator = json_generator_new();
  fields->scratch = g_string_new(NULL);
  return fields;
}

void lb_fields_free(LbFields *fields) {
  if (!fields)
    return;
  g_object_unref(fields->builder);
  g_object_unref(fields->generator);
  g_string_free(fields->scratch, TRUE);
  g_free(fields->line);
  g_free(fields);
}

void lb_fields_add_string(LbFields *fields, const char *name, const char *value) {
  json_builder_set_member_name(fields->builder, name);
  if (value)
    json_builder_add_string_value(fields->builder, value);
  else
    json_builder_add_null_value(fields->builder);
}

/* File names and slices of text may hold anything; JSON is UTF-8. */
void lb_fields_add_bytes(LbFields *fields, const char *name, const char *bytes, gsize length) {
  g_string_truncate(fields->scratch, 0);
  lb_text_append_utf8(fields->scratch, bytes, length);
  lb_fields_add_string(fields, name, fields->scratch->str);
}

void lb_fields_add_slice(LbFields *fields, const char *name, LbSlice slice) {
  if (slice.data)
    lb_fields_add_bytes(fields, name, slice.data, slice.length);
  else
    lb_fields_add_string(fields, name, "");
}

void lb_fields_add_number(LbFields *fields, const char *name, int value) {
  json_builder_set_member_name(fields->builder, name);
  if (value == LB_NO_NUMBER)
    json_builder_add_null_value(fields->builder);
  else
    json_builder_add_int_value(fields->builder, value);
}

void lb_fields_add_boolean(LbFields *fields, const char *name, gboolean value) {
  json_builder_set_member_name(fields->builder, name);
  json_builder_add_boolean_value(fields->builder, value);
}

void lb_fields_add_strings(LbFields *fields, const char *name, const char *const *values) {
  json_builder_set_member_name(fields->builder, name);
  json_builder_begin_array(fields->builder);
  for (; values && *values; values++)
    json_builder_add_string_value(fields->builder, *values);
  json_builder_end_array(fields->builder);
}

void lb_fields_add_time(LbFields *fields, const char *name, gint64 time) {
  g_autofree char *text = time == LB_TIME_UNKNOWN ? NULL : lb_period_format_time(time);

  lb_fields_add_string(fields, name, text);
}

void lb_fields_add_null(LbFields *fields, const char *name) {
  json_builder_set_member_name(fields->builder, name);
  json_builder_add_null_value(fields->builder);
}

void lb_fields_add_integer(LbFields *fields, const char *name, gint64 value) {
  if (name)
    json_builder_set_member_name(fields->builder, name);
  json_builder_add_int_value(fields->builder, value);
}

void lb_fields_begin_array(LbFields *fields, const char *name) {
  if (name)
    json_builder_set_member_name(fields->builder, name);
  json_builder_begin_array(fields->builder);
}

void lb_fields_end_array(LbFields *fields) {
  json_builder_end_array(fields->builder);
}

void lb_fields_begin_object(LbFields *fields, const char *name) {
  if (name)
    json_builder_set_member_name(fields->builder, name);
  json_builder_begin_object(fields->builder);
}

void lb_fields_end_object(LbFields *fields) {
  json_builder_end_object(fields->builder);
}

static void add_person(LbFields *fields, LbPerson person, gint64 date) {
  if (!person.email) {
    json_builder_add_null_value(fields->builder);
    return;
  }
  person = lb_mailmap_find(fields->mailmap, person);
  json_builder_begin_object(fields->builder);
  lb_fields_add_string(fields, "name", person.name ? person.name : "");
  lb_fields_add_string(fields, "email", person.email);
  if (date != LB_TIME_UNKNOWN)
    lb_fields_add_time(fields, "date", date);
  json_builder_end_object(fields->builder);
}

void lb_fields_add_person(LbFields *fields, const char *name, LbPerson person, gint64 date) {
  json_builder_set_member_name(fields->builder, name);
  add_person(fields, person, date);
}

void lb_fields_add_people(LbFields *fields, const char *name, const LbPerson *people) {
  json_builder_set_member_name(fields->builder, name);
  json_builder_begin_array(fields->builder);
  for (; people && people->email; people++)
    add_person(fields, *people, LB_TIME_UNKNOWN);
  json_builder_end_array(fields->builder);
}

void lb_fields_add_object_id(LbFields *fields, const char *name, const guint8 *id, guint size) {
  char hex[2 * 32 + 1];

  for (guint i = 0; i < size && i < 32; i++)
    g_snprintf(hex + 2 * i, 3, "%02x", id[i]);
  lb_fields_add_string(fields, name, hex);
}

const char *lb_fields_finish(LbFields *fields) {
  JsonNode *root;
  gsize length;

  json_builder_end_object(fields->builder);
  root = json_builder_get_root(fields->builder);
  json_generator_set_root(fields->generator, root);
  g_free(fields->line);
  fields->line = json_generator_to_data(fields->generator, &length);
  fields->line = g_realloc(fields->line, length + 2);
  memcpy(fields->line + length, "\n", 2);
  json_node_unref(root);
  json_builder_reset(fields->builder);
  return fields->line;
}
