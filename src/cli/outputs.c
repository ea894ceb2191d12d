/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/outputs.h"
#include <errno.h>
#include <string.h>
#include <time.h>
#include "base/error.h"
#include "base/period.h"
#include "output/stream.h"

#define CONVERSIONS "YmdHMSjVGuwyFeUW%"

static const char *const words[] = {"{list}", "{number}"};

gboolean lb_outputs_check(const char *pattern, GError **error) {
  const char *what = NULL;

  for (const char *p = strchr(pattern, '%'); p && !what; p = strchr(p + 2, '%'))
    if (!p[1] || !strchr(CONVERSIONS, p[1]))
      what = "has a '%' with none of Y m d H M S j V G u w y F e U W % behind it";
  for (const char *p = strchr(pattern, '{'); p && !what; p = strchr(p + 1, '{'))
    if (!g_str_has_prefix(p, words[0]) && !g_str_has_prefix(p, words[1]))
      what = "has a '{' that begins neither {list} nor {number}";
  if (!what)
    return TRUE;
  g_set_error_literal(error, LB_ERROR, LB_ERROR_CONFIG, what);
  return FALSE;
}

/* One conversion, of those that were checked. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void append_time(GString *out, char conversion, gint64 last) {
  const char format[] = {'%', conversion, '\0'};
  time_t seconds = (time_t)last;
  struct tm day;
  char text[64];

  if (gmtime_r(&seconds, &day) && strftime(text, sizeof text, format, &day))
    g_string_append(out, text);
}

#pragma GCC diagnostic pop

static GString *expand(const char *pattern, const LbOutputName *name, gint64 last) {
  GString *out = g_string_new(NULL);

  for (const char *p = pattern; *p; p++) {
    if (*p == '%' && p[1])
      append_time(out, *++p, last);
    else if (g_str_has_prefix(p, words[0])) {
      g_string_append(out, name->list);
      p += strlen(words[0]) - 1;
    } else if (g_str_has_prefix(p, words[1])) {
      g_string_append_printf(out, "%u", name->number);
      p += strlen(words[1]) - 1;
    } else
      g_string_append_c(out, *p);
  }
  return out;
}

/* Behind the name and before its ending: "2026-01-11-12.txt". */
static void insert_number(GString *path, guint number) {
  const char *slash = strrchr(path->str, '/'), *base = slash ? slash + 1 : path->str;
  const char *dot = *base ? strrchr(base + 1, '.') : NULL;
  g_autofree char *text = g_strdup_printf("-%u", number);

  g_string_insert(path, dot ? dot - path->str : (gssize)path->len, text);
}

char *lb_outputs_format(const char *pattern, const LbOutputName *name) {
  GString *path = expand(pattern, name, name->last);

  if (strchr(pattern, '%') && !strstr(pattern, words[1]) && name->before != LB_TIME_UNKNOWN) {
    GString *before = expand(pattern, name, name->before);

    if (g_string_equal(path, before))
      insert_number(path, name->number);
    g_string_free(before, TRUE);
  }
  return g_string_free(path, FALSE);
}

gboolean lb_outputs_write(const char *path, const char *list, const GString *body, guint mode,
                          GError **error) {
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *word = g_strconcat(list, ".tmp", NULL);
  g_autoptr(LbStream) stream = NULL;

  /* Who may read a file may look for it. */
  if (g_mkdir_with_parents(folder, (int)(mode | (mode & 0444) >> 2)) != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot create '%s': %s", folder, g_strerror(errno));
    return FALSE;
  }
  stream = lb_stream_open_exclusive(path, word, mode, error);
  return stream && lb_stream_write(stream, body->str, body->len, error) && lb_stream_finish(stream, error);
}
