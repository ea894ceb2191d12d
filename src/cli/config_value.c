/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/config_value.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>
#include "base/error.h"
#include "cli/due.h"
#include "cli/outputs.h"
#include "cli/route.h"
#include "message/compose.h"
#include "message/list_id.h"
#include "report/report.h"

static char *mistake(GError **error, const char *what) {
  g_set_error_literal(error, LB_ERROR, LB_ERROR_CONFIG, what);
  return NULL;
}

char *lb_config_read_text(const char *written, GError **error) {
  for (const char *p = written; *p; p++)
    if (g_ascii_iscntrl(*p))
      return mistake(error, "holds a control character");
  return *written ? g_strdup(written) : mistake(error, "is empty");
}

char *lb_config_read_path(const char *written, GError **error) {
  char path[PATH_MAX];

  return lb_route_expand_path(written, path, sizeof path) ? g_strdup(path)
                                                          : mistake(error, "is no absolute path");
}

char *lb_config_read_readable_path(const char *written, GError **error) {
  g_autofree char *path = lb_config_read_path(written, error);

  if (path && access(path, R_OK) != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "cannot be read: %s", g_strerror(errno));
    return NULL;
  }
  return g_steal_pointer(&path);
}

char *lb_config_read_source(const char *written, GError **error) {
  static const char *const kinds[] = {"maildir:", "mbox:", "git:", "eml:", ""};
  gsize i = 0;
  g_autofree char *path = NULL;

  while (!g_str_has_prefix(written, kinds[i]))
    i++;
  path = lb_config_read_path(written + strlen(kinds[i]), error);
  return path ? g_strconcat(kinds[i], path, NULL) : NULL;
}

char *lb_config_read_list_id(const char *written, GError **error) {
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

char *lb_config_read_period(const char *written, GError **error) {
  LbRhythm rhythm;

  if (lb_rhythm_parse(written, &rhythm))
    return g_strdup(written);
  return mistake(error, "is none of daily, weekly, monthly, commits, and not like '100 mails'");
}

char *lb_config_read_output(const char *written, GError **error) {
  return lb_outputs_check(written, error) ? lb_config_read_path(written, error) : NULL;
}

char *lb_config_read_mode(const char *written, GError **error) {
  gsize length = strspn(written, "01234567");

  if (length < 3 || length > 4 || written[length] || g_ascii_strtoull(written, NULL, 8) > 0777)
    return mistake(error, "is no mode of a file, as 0644 is");
  return g_strdup(written);
}

char *lb_config_read_mailbox(const char *written, GError **error) {
  return lb_compose_is_mailbox(written) ? lb_config_read_text(written, error)
                                        : mistake(error, "is no mail address");
}

char *lb_config_read_command(const char *written, GError **error) {
  g_autoptr(GError) why = NULL;

  if (g_shell_parse_argv(written, NULL, NULL, &why))
    return g_strdup(written);
  g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "is no command: %s", why->message);
  return NULL;
}

char *lb_config_read_link(const char *written, GError **error) {
  return strstr(written, "{msgid}") ? lb_config_read_text(written, error)
                                    : mistake(error, "has no {msgid} in it");
}

char *lb_config_read_mailmap(const char *written, GError **error) {
  g_autofree char *path = lb_config_read_readable_path(written, error);
  g_autoptr(LbMailmap) mailmap = path ? lb_mailmap_load(path, error) : NULL;

  return mailmap ? g_steal_pointer(&path) : NULL;
}

char *lb_config_read_domain_map(const char *written, GError **error) {
  g_autofree char *path = lb_config_read_readable_path(written, error);
  g_autoptr(LbOrganisations) organisations = path ? lb_organisations_load(path, FALSE, error) : NULL;

  return organisations ? g_steal_pointer(&path) : NULL;
}

char *lb_config_read_watch(const char *written, GError **error) {
  const char *words[] = {written, NULL};
  g_autoptr(LbWatch) watch = lb_watch_parse(words, error);

  return watch ? g_strdup(written) : NULL;
}

char *lb_config_read_section(const char *written, GError **error) {
  const LbReportInput input = {.sections = written};

  return lb_report_check(&input, error) ? g_strdup(written) : NULL;
}

char *lb_config_read_exclusion(const char *written, GError **error) {
  const char *words[] = {written, NULL};
  const LbReportInput input = {.exclude = words};

  return lb_report_check(&input, error) ? g_strdup(written) : NULL;
}

char *lb_config_read_number(const char *written, GError **error) {
  guint64 n;

  if (g_ascii_string_to_unsigned(written, 10, 1, 1000000, &n, NULL))
    return g_strdup(written);
  return mistake(error, "is no number from 1 on");
}

static char *read_word(const char *written, const char *const *words, GError **error) {
  g_autofree char *all = NULL;

  if (g_strv_contains(words, written))
    return g_strdup(written);
  all = g_strjoinv(", ", (char **)words);
  g_set_error(error, LB_ERROR, LB_ERROR_CONFIG, "is none of %s", all);
  return NULL;
}

char *lb_config_read_messages(const char *written, GError **error) {
  static const char *const words[] = {"first", "cover", "all", "none", NULL};

  return read_word(written, words, error);
}

char *lb_config_read_order(const char *written, GError **error) {
  static const char *const words[] = {"newest", "oldest", NULL};

  return read_word(written, words, error);
}

char *lb_config_read_take(const char *written, GError **error) {
  static const char *const words[] = {"all", "list-id", NULL};

  return read_word(written, words, error);
}

char *lb_config_read_truth(const char *written, GError **error) {
  static const char *const words[] = {"true", "false", NULL};

  return read_word(written, words, error);
}
