/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/lock.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "base/error.h"

#define POLL_MICROSECONDS 50000

/* proc(5): "1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF", device in hexadecimal.  0: not known, as in
 * another namespace of processes. */
static long find_holder(int fd) {
  struct stat status;
  g_autofree char *locks = NULL;
  g_auto(GStrv) lines = NULL;

  if (fstat(fd, &status) != 0 || !g_file_get_contents("/proc/locks", &locks, NULL, NULL))
    return 0;
  lines = g_strsplit(locks, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    long pid = 0;
    unsigned major_number, minor_number;
    unsigned long inode;

    if (sscanf(lines[i], "%*d: FLOCK %*s WRITE %ld %x:%x:%lu", &pid, &major_number, &minor_number, &inode) ==
            4 &&
        inode == status.st_ino && makedev(major_number, minor_number) == status.st_dev)
      return MAX(pid, 0);
  }
  return 0;
}

/* State of a process, 0 if there is none: proc_pid_stat(5), behind the name in parentheses. */
static char find_state(long pid) {
  g_autofree char *path = g_strdup_printf("/proc/%ld/stat", pid), *stat = NULL;
  const char *end = NULL;

  if (g_file_get_contents(path, &stat, NULL, NULL))
    end = strrchr(stat, ')');
  return end && end[1] ? end[2] : 0;
}

static void set_busy(const char *path, int fd, GError **error) {
  g_autofree char *base = g_path_get_basename(path);
  g_autofree char *name = g_strndup(base, strlen(base) - (g_str_has_suffix(base, ".lock") ? 5 : 0));
  long pid = find_holder(fd);
  char state = pid ? find_state(pid) : 0;

  if (pid && state)
    g_set_error(error, LB_ERROR, LB_ERROR_TRY_LATER, "list '%s' is busy: process %ld works on it%s", name,
                pid, state == 'T' ? ", and is stopped" : "");
  else
    g_set_error(error, LB_ERROR, LB_ERROR_TRY_LATER, "list '%s' is busy: %s", name,
                pid ? "a mail of a run that ended is still being sent" : "another process works on it");
}

int lb_lock_take(const char *path, int seconds, GError **error) {
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
  gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;

  if (fd < 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot open '%s': %s", path, g_strerror(errno));
    return -1;
  }
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR)
      continue;
    if (errno != EWOULDBLOCK)
      g_set_error(error, LB_ERROR, LB_ERROR_TRY_LATER, "cannot lock '%s': %s", path, g_strerror(errno));
    else if (g_get_monotonic_time() >= end)
      set_busy(path, fd, error);
    else {
      g_usleep(POLL_MICROSECONDS);
      continue;
    }
    close(fd);
    return -1;
  }
  return fd;
}
