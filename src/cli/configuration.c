/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/configuration.h"
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "base/key_file.h"
#include "cli/route.h"
#include "message/list_id.h"
#include "report/report.h"

/* Turns what stands in the file into what is kept of it; NULL with an error that says what it should be. */
typedef char *(*ReadFunc)(const char *written, GError **error);

static char *mistake(GError **error, const char *what) {
  g_set_error_literal(error, LB_ERROR, LB_ERROR_CONFIG, what);
  return NULL;
}

static char *read_text(const char *written, GError **error) {
  for (const char *p = written; *p; p++)
    if (g_ascii_iscntrl(*p))
      return mistake(error, "holds a control character");
  return *written ? g_strdup(written) : mistake(error, "is empty");
}

static char *read_path(const char *written, GError **error) {
  char path[PATH_MAX];

  return lb_route_expand_path(written, path, sizeof path) ? g_strdup(path)
                                                          : mistake(error, "is no absolute path");
}

static char *read_readable_path(const char *written, GError **error) {
  g_autofree char *path = read_path(written, error);

  if (path && access(path, R_OK) != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "cannot be read: %s", g_strerror(errno));
    return NULL;
  }
  return g_steal_pointer(&path);
}

static char *read_source(const char *written, GError **error) {
  static const char *const kinds[] = {"maildir:", "mbox:", "git:", "eml:", ""};
  gsize i = 0;
  g_autofree char *path = NULL;

  while (!g_str_has_prefix(written, kinds[i]))
    i++;
  path = read_readable_path(written + strlen(kinds[i]), error);
  return path ? g_strconcat(kinds[i], path, NULL) : NULL;
}

static char *read_list_id(const char *written, GError **error) {
  gsize length = strlen(written);

  if (*written == '<' && length > 2 && written[length - 1] == '>')
    written++, length -= 2;
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isspace(written[i]) || g_ascii_iscntrl(written[i]) || strchr("<>", written[i]))
      return mistake(error, "is no List-Id, as in 'linux-hyperv.vger.kernel.org'");
  if (length == 0 || length >= LB_LIST_ID_MAX)
    return mistake(error, length ? "is too long" : "is empty");
  return g_ascii_strdown(written, (gssize)length);
}

static char *read_period(const char *written, GError **error) {
  static const char *const words[] = {"daily", "weekly", "monthly", "commits", NULL};
  char *end;
  guint64 n;

  if (g_strv_contains(words, written))
    return g_strdup(written);
  n = g_ascii_strtoull(written, &end, 10);
  if (g_ascii_isdigit(*written) && n > 0 && n <= 1000000 && (!strcmp(end, " mails") || !strcmp(end, " mail")))
    return g_strdup(written);
  return mistake(error, "is none of daily, weekly, monthly, commits, and not like '100 mails'");
}

static char *read_output(const char *written, GError **error) {
  for (const char *p = strchr(written, '%'); p; p = strchr(p + 2, '%'))
    if (!p[1] || !strchr("YmdHMSjVGuwyFeUW%", p[1]))
      return mistake(error, "has a '%' with none of Y m d H M S j V G u w y F e U W % behind it");
  return read_path(written, error);
}

static char *read_mailbox(const char *written, GError **error) {
  const char *at = strchr(written, '@');

  if (!at || at == written || !g_ascii_isgraph(at[1]) || !g_ascii_isgraph(at[-1]))
    return mistake(error, "is no mail address");
  return read_text(written, error);
}

static char *read_command(const char *written, GError **error) {
  g_autoptr(GError) why = NULL;

  if (g_shell_parse_argv(written, NULL, NULL, &why))
    return g_strdup(written);
  g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "is no command: %s", why->message);
  return NULL;
}

static char *read_link(const char *written, GError **error) {
  return strstr(written, "{msgid}") ? read_text(written, error) : mistake(error, "has no {msgid} in it");
}

static char *read_mailmap(const char *written, GError **error) {
  g_autofree char *path = read_readable_path(written, error);
  g_autoptr(LbMailmap) mailmap = path ? lb_mailmap_load(path, error) : NULL;

  return mailmap ? g_steal_pointer(&path) : NULL;
}

static char *read_domain_map(const char *written, GError **error) {
  g_autofree char *path = read_readable_path(written, error);
  g_autoptr(LbOrganisations) organisations = path ? lb_organisations_load(path, FALSE, error) : NULL;

  return organisations ? g_steal_pointer(&path) : NULL;
}

static char *read_watch(const char *written, GError **error) {
  const char *words[] = {written, NULL};
  g_autoptr(LbWatch) watch = lb_watch_parse(words, error);

  return watch ? g_strdup(written) : NULL;
}

static char *read_section(const char *written, GError **error) {
  const LbReportInput input = {.sections = written};

  return lb_report_check(&input, error) ? g_strdup(written) : NULL;
}

typedef struct {
  const char *name;
  gsize offset; /* of a char *, or char ** if is_list */
  gboolean is_list;
  ReadFunc read;
} Key;

#define ONE(key, field, read)                                                                                \
  { key, G_STRUCT_OFFSET(LbListConfig, field), FALSE, read }
#define MANY(key, field, read)                                                                               \
  { key, G_STRUCT_OFFSET(LbListConfig, field), TRUE, read }
static const Key list_keys[] = {
    ONE("title", title, read_text),
    MANY("sources", sources, read_source),
    MANY("list-id", list_ids, read_list_id),
    ONE("maildir", maildir, read_path),
    ONE("period", period, read_period),
    MANY("outputs", outputs, read_output),
    MANY("mail-to", mail_to, read_mailbox),
    ONE("mail-from", mail_from, read_mailbox),
    ONE("sendmail", sendmail, read_command),
    ONE("before", before, read_command),
    ONE("link", link, read_link),
    ONE("mailmap", mailmap, read_mailmap),
    MANY("watch", watch, read_watch),
    ONE("domain-map", domain_map, read_domain_map),
    MANY("sections", sections, read_section),
};
static const Key general_keys[] = {
    {"default-maildir", G_STRUCT_OFFSET(LbConfig, default_maildir), FALSE, read_path},
};

typedef struct {
  LbConfig *config;
  GHashTable *ids; /* list-id -> LbListConfig */
  const Key *keys; /* of the group; NULL: it is none of ours, and was named already */
  gsize n_keys;
  gpointer into;
  guint64 seen; /* which keys the group had */
} Loading;

G_GNUC_PRINTF(3, 4) static void add_mistake(Loading *loading, guint line, const char *format, ...) {
  g_autofree char *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_ptr_array_add(loading->config->mistakes, g_strdup_printf("%s:%u: %s", loading->config->path, line, what));
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
  LbListConfig *list;

  for (guint i = 0; i < loading->config->lists->len; i++) {
    const LbListConfig *other = g_ptr_array_index(loading->config->lists, i);

    if (!strcmp(other->name, name))
      add_mistake(loading, line, "list '%s' is there already, in line %u", name, other->line);
  }
  if (!lb_config_is_list_name(name))
    add_mistake(loading, line, "'%s' cannot be the name of a list: it would name a folder, too", name);
  list = g_new0(LbListConfig, 1);
  list->name = g_strdup(name);
  list->line = line;
  g_ptr_array_add(loading->config->lists, list);
  loading->keys = list_keys;
  loading->n_keys = G_N_ELEMENTS(list_keys);
  loading->into = list;
}

static void begin_group(Loading *loading, const LbKeyLine *line) {
  g_autofree char *group = g_strndup(line->name, line->name_length);
  char *name = g_str_has_prefix(group, "list ") ? g_strchug(group + strlen("list ")) : NULL;

  loading->seen = 0;
  loading->keys = NULL;
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
    if (key->offset == G_STRUCT_OFFSET(LbListConfig, list_ids) && loading->keys == list_keys)
      note_list_id(loading, line->number, value);
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
  g_autofree LbRoute *route = g_new0(LbRoute, 1);
  Loading loading = {.config = config, .ids = ids};
  const char *bytes;
  size_t length;

  config->lists = g_ptr_array_new_with_free_func(free_list);
  config->mistakes = g_ptr_array_new_with_free_func(g_free);
  if (!lb_route_read(route, named)) {
    g_set_error_literal(error, LB_ERROR, LB_ERROR_CONFIG, route->mistake);
    return NULL;
  }
  config->path = g_strdup(route->config);
  bytes = lb_route_get_bytes(&length);
  read_lines(&loading, bytes, length);
  return g_steal_pointer(&config);
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
