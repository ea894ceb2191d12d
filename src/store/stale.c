/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/stale.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A link would lead out of the maildir, a file from the future tells of a clock that was wrong. */
static gboolean is_stale(int fd, const char *name, gint64 now) {
  struct stat status;
  return name[0] != '.' && fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
         status.st_mtim.tv_sec < now - LB_STALE_AGE;
}

guint lb_stale_remove(const char *maildir, gint64 now) {
  g_autofree char *path = g_build_filename(maildir, "tmp", NULL);
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
  guint n = 0;
  if (!directory && fd >= 0)
    close(fd);
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    n += is_stale(fd, entry->d_name, now) && unlinkat(fd, entry->d_name, 0) == 0;
  if (directory)
    closedir(directory);
  return n;
}
