/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/organisation.h"
#include <string.h>
#include "base/error.h"
#include "base/hash.h"
#include "base/period.h"

/* until: the first moment at which it holds no more; G_MAXINT64: it still does. */
typedef struct {
  char *name;
  gint64 until;
} Employment;

struct LbOrganisations {
  GHashTable *by_key; /* lower-case domain or address -> GArray of Employment, the earliest end first */
  gboolean folds_domains;
};

static void employment_clear(gpointer data) {
  g_free(((Employment *)data)->name);
}

static int compare_ends(gconstpointer a, gconstpointer b) {
  const Employment *x = a, *y = b;
  return (x->until > y->until) - (x->until < y->until);
}

void lb_organisations_free(LbOrganisations *organisations) {
  if (!organisations)
    return;
  g_hash_table_unref(organisations->by_key);
  g_free(organisations);
}

/* "Example Corp. < 2019-07-01": the day is cut off the name.  FALSE if what is behind the sign is no day. */
static gboolean take_end(char *name, gint64 *until) {
  char *sign = strrchr(name, '<');

  *until = G_MAXINT64;
  if (!sign)
    return TRUE;
  *sign = '\0';
  g_strstrip(sign + 1);
  g_strchomp(name);
  return strlen(sign + 1) == strlen("2019-07-01") && g_ascii_isdigit(sign[1]) &&
         lb_period_parse_time(sign + 1, 0, until, NULL);
}

/* FALSE if the line is none of a map. */
static gboolean add_line(LbOrganisations *organisations, char *line) {
  g_autofree char *key = NULL;
  gsize length;
  char *name;
  gint64 until;
  GArray *employments;

  line[strcspn(line, "#")] = '\0';
  g_strstrip(line);
  if (!*line)
    return TRUE;
  length = strcspn(line, " \t");
  name = g_strchug(line + length);
  key = g_ascii_strdown(line, (gssize)length);
  if (!*name || !take_end(name, &until) || !*name)
    return FALSE;
  /* "@example.com" is as clear as "example.com". */
  if (*key == '@')
    memmove(key, key + 1, strlen(key));
  employments = g_hash_table_lookup(organisations->by_key, key);
  if (!employments) {
    employments = g_array_new(FALSE, FALSE, sizeof(Employment));
    g_array_set_clear_func(employments, employment_clear);
    g_hash_table_insert(organisations->by_key, g_steal_pointer(&key), employments);
  }
  Employment employment = {g_strdup(name), until};
  g_array_append_val(employments, employment);
  return TRUE;
}

static void sort_ends(LbOrganisations *organisations) {
  GHashTableIter iter;
  gpointer employments;

  g_hash_table_iter_init(&iter, organisations->by_key);
  while (g_hash_table_iter_next(&iter, NULL, &employments))
    g_array_sort(employments, compare_ends);
}

LbOrganisations *lb_organisations_load(const char *path, gboolean folds_domains, GError **error) {
  g_autoptr(LbOrganisations) organisations = g_new0(LbOrganisations, 1);
  g_autoptr(GError) why = NULL;
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;
  gsize length;

  organisations->folds_domains = folds_domains;
  organisations->by_key =
      g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  if (!g_file_get_contents(path, &text, &length, &why)) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read domain map '%s': %s", path, why->message);
    return NULL;
  }
  if (!g_utf8_validate(text, (gssize)length, NULL)) {
    g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "domain map '%s' is not UTF-8", path);
    return NULL;
  }
  lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    if (!add_line(organisations, lines[i])) {
      g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT,
                  "domain map '%s', line %u: not 'domain organisation [< YYYY-MM-DD]'", path, i + 1);
      return NULL;
    }
  }
  sort_ends(organisations);
  return g_steal_pointer(&organisations);
}

static const char *find_name(const LbOrganisations *organisations, const char *key, gint64 time) {
  const GArray *employments = g_hash_table_lookup(organisations->by_key, key);

  for (guint i = 0; employments && i < employments->len; i++) {
    const Employment *employment = &g_array_index(employments, Employment, i);
    if (employment->until == G_MAXINT64 || (time != LB_TIME_UNKNOWN && time < employment->until))
      return employment->name;
  }
  return NULL;
}

const char *lb_organisations_find(const LbOrganisations *organisations, const char *email, gint64 time) {
  g_autofree char *address = NULL;
  const char *domain, *name;

  if (!organisations || !email)
    return NULL;
  address = g_ascii_strdown(email, -1);
  name = find_name(organisations, address, time);
  domain = strrchr(address, '@');
  domain = domain ? domain + 1 : address;
  if (!name)
    name = find_name(organisations, domain, time);
  while (!name && organisations->folds_domains && (domain = strchr(domain, '.')))
    name = find_name(organisations, ++domain, time);
  return name;
}

char *lb_organisations_format(const LbOrganisations *organisations, const char *email, gint64 time) {
  const char *name = lb_organisations_find(organisations, email, time);

  return name ? g_strdup(name) : lb_address_domain(email);
}

gboolean lb_organisations_is_same(const LbOrganisations *organisations, const char *one, gint64 time_of_one,
                                  const char *other, gint64 time_of_other) {
  if (!organisations)
    return lb_address_has_same_domain(one, other);
  g_autofree char *name = lb_organisations_format(organisations, one, time_of_one);
  g_autofree char *other_name = lb_organisations_format(organisations, other, time_of_other);
  return strcmp(name, other_name) == 0;
}
