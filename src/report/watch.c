/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/watch.h"
#include "base/error.h"
#include "base/text.h"
#include <string.h>

typedef enum { AUTHOR, DOMAIN, PATH, TO, N_KINDS } Kind;
static const char *const names[N_KINDS] = {"author", "domain", "path", "to"};

struct LbWatch {
  GPtrArray *items[N_KINDS]; /* of char * */
};

void lb_watch_free(LbWatch *watch) {
  if (!watch)
    return;
  for (Kind kind = 0; kind < N_KINDS; kind++)
    g_ptr_array_unref(watch->items[kind]);
  g_free(watch);
}

static gboolean add_item(LbWatch *watch, const char *item, GError **error) {
  for (Kind kind = 0; kind < N_KINDS; kind++) {
    gsize n = strlen(names[kind]);
    if (g_ascii_strncasecmp(item, names[kind], n) == 0 && item[n] == ':' && item[n + 1]) {
      const char *text = item + n + 1;
      g_ptr_array_add(watch->items[kind], g_strdup(kind == DOMAIN && *text == '@' ? text + 1 : text));
      return TRUE;
    }
  }
  g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--watch takes author:, domain:, path: and to:, not '%s'",
              item);
  return FALSE;
}

LbWatch *lb_watch_parse(const char *const *words, GError **error) {
  g_autoptr(LbWatch) watch = g_new0(LbWatch, 1);

  for (Kind kind = 0; kind < N_KINDS; kind++)
    watch->items[kind] = g_ptr_array_new_with_free_func(g_free);
  for (; *words; words++) {
    g_auto(GStrv) items = g_strsplit(*words, ",", -1);
    if (!*items && !add_item(watch, "", error))
      return NULL;
    for (char **item = items; *item; item++) {
      if (!add_item(watch, g_strstrip(*item), error))
        return NULL;
    }
  }
  return g_steal_pointer(&watch);
}

static gboolean has_address(const GPtrArray *items, const char *email) {
  for (guint i = 0; email && i < items->len; i++) {
    if (g_ascii_strcasecmp(g_ptr_array_index(items, i), email) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean has_name(const GPtrArray *items, const char *name) {
  for (guint i = 0; name && i < items->len; i++) {
    const char *item = g_ptr_array_index(items, i);
    if (!strchr(item, '@') && lb_text_find_nocase(name, strlen(name), item))
      return TRUE;
  }
  return FALSE;
}

static gboolean has_domain(const GPtrArray *items, const char *email) {
  const char *domain = email ? strrchr(email, '@') : NULL;
  gsize length = domain ? strlen(++domain) : 0;

  for (guint i = 0; domain && i < items->len; i++) {
    const char *item = g_ptr_array_index(items, i);
    gsize n = strlen(item);
    if (n <= length && g_ascii_strcasecmp(domain + length - n, item) == 0 &&
        (n == length || domain[length - n - 1] == '.'))
      return TRUE;
  }
  return FALSE;
}

gboolean lb_watch_has_author(const LbWatch *watch, LbPerson person) {
  return has_address(watch->items[AUTHOR], person.email) || has_name(watch->items[AUTHOR], person.name) ||
         has_domain(watch->items[DOMAIN], person.email);
}

gboolean lb_watch_has_person(const LbWatch *watch, LbPerson person) {
  return lb_watch_has_author(watch, person) || has_address(watch->items[TO], person.email);
}

/* "drivers/hv" takes in drivers/hv/vmbus.c and not drivers/hv_old.c. */
static gboolean is_below(const char *path, const char *folder) {
  gsize n = strlen(folder);

  return strncmp(path, folder, n) == 0 && (path[n] == '\0' || path[n] == '/' || folder[n - 1] == '/');
}

gboolean lb_watch_touches(const LbWatch *watch, const LbDiff *diff) {
  const GPtrArray *folders = watch->items[PATH];

  for (const char *const *path = diff ? diff->paths : NULL; path && *path; path++) {
    for (guint i = 0; i < folders->len; i++) {
      if (is_below(*path, g_ptr_array_index(folders, i)))
        return TRUE;
    }
  }
  return FALSE;
}

gboolean lb_watch_is_asked(const LbWatch *watch, const LbMail *mail) {
  for (const LbPerson *to = mail->details->extras->to; to && to->email; to++) {
    if (has_address(watch->items[TO], to->email))
      return TRUE;
  }
  return FALSE;
}

gboolean lb_watch_needs_recipients(const LbWatch *watch) {
  return watch && watch->items[TO]->len > 0;
}
