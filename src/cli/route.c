/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/route.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/key_file.h"
#include "message/list_id.h"

static char config_bytes[LB_ROUTE_MAX_CONFIG + 1];
static size_t config_length;

__attribute__((format(printf, 2, 3))) static bool fail(LbRoute *route, const char *format, ...) {
  va_list arguments;

  va_start(arguments, format);
  vsnprintf(route->mistake, sizeof route->mistake, format, arguments);
  va_end(arguments);
  return false;
}

__attribute__((format(printf, 3, 4))) static bool format_path(char *path, size_t size, const char *format,
                                                              ...) {
  va_list arguments;
  int n;

  va_start(arguments, format);
  n = vsnprintf(path, size, format, arguments);
  va_end(arguments);
  return n >= 0 && (size_t)n < size;
}

/* XDG Base Directory Specification: a relative path counts as none. */
static bool format_base(const char *variable, const char *in_home, char *path, size_t size) {
  const char *base = getenv(variable), *home = getenv("HOME");

  if (base && base[0] == '/')
    return format_path(path, size, "%s/listbrief", base);
  return home && home[0] == '/' && format_path(path, size, "%s/%s/listbrief", home, in_home);
}

bool lb_route_format_config_path(unsigned i, char *path, size_t size) {
  char base[PATH_MAX - 32];

  if (!format_base("XDG_CONFIG_HOME", ".config", base, sizeof base))
    i++;
  if (i == 0)
    return format_path(path, size, "%s/listbrief.conf", base);
  return i == 1 && format_path(path, size, "/etc/listbrief/listbrief.conf");
}

bool lb_route_format_maildir(const char *name, char *path, size_t size) {
  char base[PATH_MAX - 32];

  if (name && (name[0] == '\0' || name[0] == '.' || strchr(name, '/')))
    return false;
  return format_base("XDG_DATA_HOME", ".local/share", base, sizeof base) &&
         format_path(path, size, "%s/%s%s", base, name ? "list/" : "other", name ? name : "");
}

bool lb_route_expand_path(const char *written, char *path, size_t size) {
  const char *home = getenv("HOME");

  if (written[0] == '/')
    return format_path(path, size, "%s", written);
  return written[0] == '~' && written[1] == '/' && home && home[0] == '/' &&
         format_path(path, size, "%s%s", home, written + 1);
}

/* A FIFO must not make the hook wait, nor a device feed it without end. */
static int open_regular(const char *path) {
  struct stat status;
  int fd;

  do
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  while (fd < 0 && errno == EINTR);
  if (fd < 0)
    return -1;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
    return fd;
  close(fd);
  errno = EINVAL;
  return -1;
}

static bool read_config(LbRoute *route, int fd) {
  ssize_t n = 1;

  config_length = 0;
  while (n != 0 && config_length < sizeof config_bytes) {
    n = read(fd, config_bytes + config_length, sizeof config_bytes - config_length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail(route, "cannot read '%s': %s", route->config, strerror(errno));
    config_length += (size_t)n;
  }
  return config_length <= LB_ROUTE_MAX_CONFIG || fail(route, "'%s' is larger than 256 KiB", route->config);
}

/* A line that can't be understood may be the beginning of the very group that is looked for. */
static bool check_lines(LbRoute *route) {
  LbKeyFile file;
  LbKeyLine line;

  lb_key_file_init(&file, config_bytes, config_length);
  while (lb_key_file_next(&file, &line))
    if (line.kind == LB_KEY_LINE_BAD)
      return fail(route, "%s:%u: %s", route->config, line.number, line.mistake);
  return true;
}

static int open_config(LbRoute *route, const char *named) {
  int fd = -1;

  if (named) {
    if (!format_path(route->config, sizeof route->config, "%s", named)) {
      errno = ENAMETOOLONG;
      return -1;
    }
    return open_regular(named);
  }
  errno = ENOENT;
  for (unsigned i = 0; fd < 0 && errno == ENOENT; i++) {
    if (!lb_route_format_config_path(i, route->config, sizeof route->config)) {
      strcpy(route->config, "listbrief.conf");
      break;
    }
    fd = open_regular(route->config);
  }
  return fd;
}

bool lb_route_read(LbRoute *route, const char *named) {
  int fd = open_config(route, named);
  bool is_read;

  if (fd < 0)
    return fail(route, "cannot read '%s': %s", route->config, strerror(errno));
  is_read = read_config(route, fd);
  close(fd);
  return is_read;
}

const char *lb_route_get_bytes(size_t *length) {
  *length = config_length;
  return config_bytes;
}

bool lb_route_open(LbRoute *route, const char *named) {
  return lb_route_read(route, named) && check_lines(route);
}

static bool is_name(const LbKeyLine *line, const char *name) {
  return line->name_length == strlen(name) && memcmp(line->name, name, line->name_length) == 0;
}

/* "list NAME": the name, or NULL for another group. */
static const char *find_list_name(const LbKeyLine *line, size_t *length) {
  const char *name = line->name, *end = line->name + line->name_length;

  if (line->name_length <= 5 || memcmp(name, "list ", 5) != 0)
    return NULL;
  for (name += 5; name < end && *name == ' ';)
    name++;
  *length = (size_t)(end - name);
  return *length > 0 ? name : NULL;
}

/* Sets the maildir from key in the groups for which is_wanted; the last one counts, as for GKeyFile. */
static bool find_maildir(LbRoute *route, const char *list, const char *key, bool *is_known) {
  LbKeyFile file;
  LbKeyLine line;
  bool is_inside = false;
  char written[PATH_MAX];

  *is_known = false;
  route->maildir[0] = '\0';
  lb_key_file_init(&file, config_bytes, config_length);
  while (lb_key_file_next(&file, &line)) {
    if (line.kind == LB_KEY_LINE_GROUP) {
      size_t length = 0;
      const char *name = find_list_name(&line, &length);

      is_inside = list ? name && length == strlen(list) && memcmp(name, list, length) == 0
                       : is_name(&line, "listbrief");
      *is_known = *is_known || is_inside;
    } else if (is_inside && is_name(&line, key)) {
      if (!lb_key_file_decode(line.value, line.value_length, written, sizeof written) ||
          !lb_route_expand_path(written, route->maildir, sizeof route->maildir))
        return fail(route, "%s:%u: %s is no absolute path", route->config, line.number, key);
    }
  }
  return true;
}

static bool choose(LbRoute *route, const char *list, const char *key) {
  bool is_known;

  if (!find_maildir(route, list, key, &is_known))
    return false;
  if (list && !is_known)
    return fail(route, "there is no list '%s' in '%s'", list, route->config);
  if (route->maildir[0] || lb_route_format_maildir(list, route->maildir, sizeof route->maildir))
    return true;
  return fail(route, "'%s' says no maildir for %s%s%s, and there is no home to make one in", route->config,
              list ? "list '" : "mail of no list", list ? list : "", list ? "'" : "");
}

bool lb_route_choose_list(LbRoute *route, const char *name) {
  return choose(route, name, "maildir");
}

/* id is in lower case already. */
static bool is_same(const char *written, const char *id, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((written[i] >= 'A' && written[i] <= 'Z' ? written[i] + 32 : written[i]) != id[i])
      return false;
  return true;
}

static bool holds_id(const LbKeyLine *line, const char *id) {
  const char *value = line->value;
  size_t length = line->value_length;
  char item[LB_LIST_ID_MAX];
  bool mistake;

  while (lb_key_file_next_item(&value, &length, item, sizeof item, &mistake)) {
    const char *begin = item + strspn(item, " \t<");
    size_t n = strcspn(begin, " \t>");

    if (n > 0 && n == strlen(id) && is_same(begin, id, n))
      return true;
  }
  return false;
}

/* Copies the name of the first list that has id. */
static bool find_list_of_id(const char *id, char *list, size_t size) {
  LbKeyFile file;
  LbKeyLine line;
  const char *name = NULL;
  size_t length = 0;

  lb_key_file_init(&file, config_bytes, config_length);
  while (lb_key_file_next(&file, &line)) {
    if (line.kind == LB_KEY_LINE_GROUP)
      name = find_list_name(&line, &length);
    else if (name && is_name(&line, "list-id") && holds_id(&line, id))
      return format_path(list, size, "%.*s", (int)length, name);
  }
  return false;
}

bool lb_route_choose_by_header(LbRoute *route, const char *header, size_t length) {
  LbListIdSearch search;
  char id[LB_LIST_ID_MAX], list[LB_ROUTE_MAX_NAME];

  lb_list_id_init(&search, header, length);
  while (lb_list_id_next(&search, id, sizeof id))
    if (find_list_of_id(id, list, sizeof list))
      return choose(route, list, "maildir");
  return choose(route, NULL, "default-maildir");
}
