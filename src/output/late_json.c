/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of json-glib that are called. */
#include <json-glib/json-glib.h>
#include "config.h"
#include "source/late.h"

static LbLate library = {.file = LATE_JSON_GLIB};

LATE(JsonBuilder *, json_builder_new, (void), ())
LATE(void, json_builder_reset, (JsonBuilder * builder), (builder))
LATE(JsonNode *, json_builder_get_root, (JsonBuilder * builder), (builder))
LATE(JsonBuilder *, json_builder_begin_object, (JsonBuilder * builder), (builder))
LATE(JsonBuilder *, json_builder_end_object, (JsonBuilder * builder), (builder))
LATE(JsonBuilder *, json_builder_begin_array, (JsonBuilder * builder), (builder))
LATE(JsonBuilder *, json_builder_end_array, (JsonBuilder * builder), (builder))
LATE(JsonBuilder *, json_builder_set_member_name, (JsonBuilder * builder, const char *name), (builder, name))
LATE(JsonBuilder *, json_builder_add_string_value, (JsonBuilder * builder, const char *value),
     (builder, value))
LATE(JsonBuilder *, json_builder_add_int_value, (JsonBuilder * builder, gint64 value), (builder, value))
LATE(JsonBuilder *, json_builder_add_boolean_value, (JsonBuilder * builder, gboolean value), (builder, value))
LATE(JsonBuilder *, json_builder_add_null_value, (JsonBuilder * builder), (builder))
LATE(JsonGenerator *, json_generator_new, (void), ())
LATE(void, json_generator_set_root, (JsonGenerator * generator, JsonNode *root), (generator, root))
LATE(char *, json_generator_to_data, (JsonGenerator * generator, gsize *length), (generator, length))
LATE(void, json_node_unref, (JsonNode * node), (node))
