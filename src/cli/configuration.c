/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/configuration.h"
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "base/key_file.h"
#include "cli/config_value.h"
#include "cli/route.h"
#include "message/list_id.h"
#include "report/report.h"

typedef struct {
  const char *name;
  gsize offset; /* of a char *, or char ** if is_list */
  gboolean is_list;
  LbConfigReadFunc read;
} Key;

#define ONE(key, field, read)                                                                                \
  { key, G_STRUCT_OFFSET(LbListConfig, field), FALSE, read }
#define MANY(key, field, read)                                                                               \
  { key, G_STRUCT_OFFSET(LbListConfig, field), TRUE, read }
static const Key list_keys[] = {
    ONE("title", title, lb_config_read_text),
    MANY("sources", sources, lb_config_read_source),
    MANY("list-id", list_ids, lb_config_read_list_id),
    ONE("maildir", maildir, lb_config_read_path),
    ONE("period", period, lb_config_read_period),
    ONE("take", take, lb_config_read_take),
    ONE("recursive", recursive, lb_config_read_truth),
    MANY("outputs", outputs, lb_config_read_output),
    ONE("output-mode", output_mode, lb_config_read_mode),
    MANY("mail-to", mail_to, lb_config_read_mailbox),
    ONE("mail-from", mail_from, lb_config_read_mailbox),
    ONE("sendmail", sendmail, lb_config_read_command),
    ONE("before", before, lb_config_read_command),
    ONE("link", link, lb_config_read_link),
    ONE("mailmap", mailmap, lb_config_read_mailmap),
    MANY("watch", watch, lb_config_read_watch),
    ONE("domain-map", domain_map, lb_config_read_domain_map),
    ONE("fold-domains", fold_domains, lb_config_read_truth),
    MANY("sections", sections, lb_config_read_section),
    MANY("exclude", exclude, lb_config_read_exclusion),
    ONE("top", top, lb_config_read_number),
    ONE("messages", messages, lb_config_read_messages),
    ONE("order", order, lb_config_read_order),
    ONE("stale-days", stale_days, lb_config_read_number),
};
static const Key general_keys[] = {
    {"default-maildir", G_STRUCT_OFFSET(LbConfig, default_maildir), FALSE, lb_config_read_path},
};

typedef struct {
  LbConfig *config;
  GHashTable *ids;     /* list-id -> LbListConfig */
  GHashTable *outputs; /* pattern with the list's name in it -> LbListConfig */
  const Key *keys;     /* of the group; NULL: it is none of ours, and was named already */
  gsize n_keys;
  gpointer into;
  guint64 seen; /* which keys the group had */
} Loading;

G_GNUC_PRINTF(3, 4) static void add_mistake(Loading *loading, guint line, const char *format, ...) {
  g_autofree char *what = NULL;
  LbConfigMistake *mistake;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  mistake = g_new0(LbConfigMistake, 1);
  mistake->list = loading->keys == list_keys ? loading->into : NULL;
  mistake->text = g_strdup_printf("%s:%u: %s", loading->config->path, line, what);
  g_ptr_array_add(loading->config->mistakes, mistake);
}

static void free_mistake(gpointer data) {
  LbConfigMistake *mistake = data;

  g_free(mistake->text);
  g_free(mistake);
}

gboolean lb_config_is_list_name(const char *name) {
  if (*name == '\0' || *name == '.' || strlen(name) >= LB_ROUTE_MAX_NAME)
    return FALSE;
  for (; *name; name++)
    if (g_ascii_iscntrl(*name) || strchr("/[]", *name))
      return FALSE;
  return TRUE;
}

static void free_list(gpointer data) {
  LbListConfig *list = data;

  g_free(list->name);
  for (gsize i = 0; i < G_N_ELEMENTS(list_keys); i++) {
    gpointer *field = &G_STRUCT_MEMBER(gpointer, list, list_keys[i].offset);

    if (list_keys[i].is_list)
      g_strfreev(*field);
    else
      g_free(*field);
  }
  g_free(list);
}

static void begin_list(Loading *loading, guint line, const char *name) {
  GPtrArray *lists = loading->config->lists;
  LbListConfig *list = g_new0(LbListConfig, 1);

  list->name = g_strdup(name);
  list->line = line;
  g_ptr_array_add(lists, list);
  loading->keys = list_keys;
  loading->n_keys = G_N_ELEMENTS(list_keys);
  loading->into = list;
  for (guint i = 0; i + 1 < lists->len; i++) {
    const LbListConfig *other = g_ptr_array_index(lists, i);

    if (!strcmp(other->name, name))
      add_mistake(loading, line, "list '%s' is there already, in line %u", name, other->line);
  }
  if (!lb_config_is_list_name(name))
    add_mistake(loading, line, "'%s' cannot be the name of a list: it would name a folder, too", name);
}

/* What is wrong with a list as a whole. */
static void end_group(Loading *loading) {
  const LbListConfig *list = loading->keys == list_keys ? loading->into : NULL;

  if (list && g_strcmp0(list->take, "list-id") == 0 && (!list->list_ids || !*list->list_ids))
    add_mistake(loading, list->line, "take: 'list-id' goes with a list-id");
  if (list && g_strcmp0(list->fold_domains, "true") == 0 && !list->domain_map)
    add_mistake(loading, list->line, "fold-domains: 'true' goes with a domain-map");
  loading->keys = NULL;
}

static void begin_group(Loading *loading, const LbKeyLine *line) {
  g_autofree char *group = g_strndup(line->name, line->name_length);
  char *name = g_str_has_prefix(group, "list ") ? g_strchug(group + strlen("list ")) : NULL;

  end_group(loading);
  loading->seen = 0;
  if (name)
    begin_list(loading, line->number, name);
  else if (strcmp(group, "listbrief") == 0) {
    loading->keys = general_keys;
    loading->n_keys = G_N_ELEMENTS(general_keys);
    loading->into = loading->config;
  } else
    add_mistake(loading, line->number, "there is no group '%s', but [list NAME] and [listbrief]", group);
}

/* FALSE: a mistake, which was named. */
static gboolean read_one(Loading *loading, guint line, const Key *key, const char *written, char **value) {
  g_autoptr(GError) error = NULL;

  *value = key->read(written, &error);
  if (!*value)
    add_mistake(
        loading, line, "%s: '%s' %s%s", key->name, written,
        error->domain == LB_ERROR && error->code == LB_ERROR_CONFIG ? "" : "is wrong: ", error->message);
  return *value != NULL;
}

static void note_list_id(Loading *loading, guint line, const char *id) {
  const LbListConfig *other = g_hash_table_lookup(loading->ids, id);

  if (other && other != loading->into)
    add_mistake(loading, line, "list-id: '%s' belongs to list '%s' already", id, other->name);
  else
    g_hash_table_insert(loading->ids, g_strdup(id), loading->into);
}

/* The later report would replace the other list's. */
static void note_output(Loading *loading, guint line, const char *written, const char *pattern) {
  const LbListConfig *list = loading->into;
  g_auto(GStrv) parts = g_strsplit(pattern, "{list}", -1);
  char *path = g_strjoinv(list->name, parts);
  const LbListConfig *other = g_hash_table_lookup(loading->outputs, path);

  if (other && other != list)
    add_mistake(loading, line, "outputs: '%s' is written by list '%s' already; {list} stands for its name",
                written, other->name);
  g_hash_table_insert(loading->outputs, path, loading->into);
}

static void check_source(Loading *loading, guint line, const char *written, const char *source) {
  const char *path = *source == '/' ? source : strchr(source, ':') + 1;
  LbConfigMistake *mistake;

  if (access(path, R_OK) == 0)
    return;
  add_mistake(loading, line, "sources: '%s' cannot be read: %s", written, g_strerror(errno));
  mistake = g_ptr_array_index(loading->config->mistakes, loading->config->mistakes->len - 1);
  mistake->is_passing = TRUE;
}

static char **read_many(Loading *loading, const LbKeyLine *line, const Key *key) {
  g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *item = g_malloc(line->value_length + 1);
  const char *rest = line->value;
  gsize length = line->value_length;
  bool is_mistaken;

  while (lb_key_file_next_item(&rest, &length, item, line->value_length + 1, &is_mistaken)) {
    char *value;

    g_strstrip(item);
    if (*item == '\0' || !read_one(loading, line->number, key, item, &value))
      continue;
    g_ptr_array_add(values, value);
    if (key->read == lb_config_read_source)
      check_source(loading, line->number, item, value);
    if (key->offset == G_STRUCT_OFFSET(LbListConfig, list_ids) && loading->keys == list_keys)
      note_list_id(loading, line->number, value);
    if (key->read == lb_config_read_output)
      note_output(loading, line->number, item, value);
  }
  if (is_mistaken)
    add_mistake(loading, line->number, "%s: there is no such escape; a backslash is \\\\", key->name);
  g_ptr_array_add(values, NULL);
  return (char **)g_ptr_array_free(g_steal_pointer(&values), FALSE);
}

static void read_key(Loading *loading, const LbKeyLine *line, const Key *key) {
  gpointer *field = &G_STRUCT_MEMBER(gpointer, loading->into, key->offset);
  g_autofree char *written = g_malloc(line->value_length + 1);

  if (key->is_list) {
    g_strfreev(*field);
    *field = read_many(loading, line, key);
  } else if (!lb_key_file_decode(line->value, line->value_length, written, line->value_length + 1))
    add_mistake(loading, line->number, "%s: there is no such escape; a backslash is \\\\", key->name);
  else {
    g_clear_pointer(field, g_free);
    read_one(loading, line->number, key, written, (char **)field);
  }
}

static void read_value(Loading *loading, const LbKeyLine *line) {
  for (gsize i = 0; i < loading->n_keys; i++) {
    const Key *key = &loading->keys[i];

    if (strlen(key->name) != line->name_length || memcmp(key->name, line->name, line->name_length) != 0)
      continue;
    if (loading->seen & (G_GUINT64_CONSTANT(1) << i))
      add_mistake(loading, line->number, "%s stands twice in this group", key->name);
    loading->seen |= G_GUINT64_CONSTANT(1) << i;
    read_key(loading, line, key);
    return;
  }
  add_mistake(loading, line->number, "there is no key '%.*s' in this group", (int)line->name_length,
              line->name);
}

static void read_lines(Loading *loading, const char *bytes, gsize length) {
  LbKeyFile file;
  LbKeyLine line;

  lb_key_file_init(&file, bytes, length);
  while (lb_key_file_next(&file, &line)) {
    if (line.kind == LB_KEY_LINE_BAD)
      add_mistake(loading, line.number, "%s", line.mistake);
    else if (!g_utf8_validate(line.name, (gssize)line.name_length, NULL) ||
             (line.value && !g_utf8_validate(line.value, (gssize)line.value_length, NULL)))
      add_mistake(loading, line.number, "is not UTF-8");
    else if (line.kind == LB_KEY_LINE_GROUP)
      begin_group(loading, &line);
    else if (loading->keys)
      read_value(loading, &line);
  }
}

LbConfig *lb_config_load(const char *named, GError **error) {
  g_autoptr(LbConfig) config = g_new0(LbConfig, 1);
  g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) outputs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autofree LbRoute *route = g_new0(LbRoute, 1);
  Loading loading = {.config = config, .ids = ids, .outputs = outputs};
  const char *bytes;
  size_t length;

  config->lists = g_ptr_array_new_with_free_func(free_list);
  config->mistakes = g_ptr_array_new_with_free_func(free_mistake);
  if (!lb_route_read(route, named)) {
    g_set_error_literal(error, LB_ERROR, LB_ERROR_CONFIG, route->mistake);
    return NULL;
  }
  config->path = g_strdup(route->config);
  bytes = lb_route_get_bytes(&length);
  read_lines(&loading, bytes, length);
  end_group(&loading);
  return g_steal_pointer(&config);
}

const LbConfigMistake *lb_config_find_mistake(const LbConfig *config, const LbListConfig *list) {
  for (guint i = 0; i < config->mistakes->len; i++) {
    const LbConfigMistake *mistake = g_ptr_array_index(config->mistakes, i);

    if (mistake->list == list && !mistake->is_passing)
      return mistake;
  }
  return NULL;
}

static const LbListConfig *find_list(const LbConfig *config, const char *name) {
  for (guint i = 0; i < config->lists->len; i++) {
    const LbListConfig *list = g_ptr_array_index(config->lists, i);

    if (strcmp(list->name, name) == 0)
      return list;
  }
  return NULL;
}

GPtrArray *lb_config_choose_lists(const LbConfig *config, char **names, GError **error) {
  g_autoptr(GPtrArray) lists = g_ptr_array_new();

  for (guint i = 0; !*names && i < config->lists->len; i++)
    g_ptr_array_add(lists, g_ptr_array_index(config->lists, i));
  for (; *names; names++) {
    const LbListConfig *list = find_list(config, *names);

    if (!list) {
      g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "there is no list '%s' in '%s'", *names, config->path);
      return NULL;
    }
    if (!g_ptr_array_find(lists, list, NULL))
      g_ptr_array_add(lists, (gpointer)list);
  }
  return g_steal_pointer(&lists);
}

void lb_config_free(LbConfig *config) {
  if (!config)
    return;
  g_free(config->path);
  g_free(config->default_maildir);
  g_clear_pointer(&config->lists, g_ptr_array_unref);
  g_clear_pointer(&config->mistakes, g_ptr_array_unref);
  g_free(config);
}

void lb_config_append_value(GString *out, const char *value, gboolean in_list) {
  gboolean is_first = TRUE;

  for (; *value; value++, is_first = FALSE) {
    const char *escape = *value == '\n'                             ? "\\n"
                         : *value == '\t'                           ? "\\t"
                         : *value == '\r'                           ? "\\r"
                         : *value == '\\'                           ? "\\\\"
                         : *value == ' ' && (is_first || !value[1]) ? "\\s"
                         : *value == ';' && in_list                 ? "\\;"
                                                                    : NULL;

    if (escape)
      g_string_append(out, escape);
    else
      g_string_append_c(out, *value);
  }
}
