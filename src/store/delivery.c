/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/delivery.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Names are unique by themselves; one that is taken all the same is no reason to give up. */
#define MAX_NAMES 16

static bool fail(LbDelivery *delivery, const char *step) {
  delivery->error = errno;
  delivery->failed_step = step;
  return false;
}

static int open_folder(int at, const char *path, int flags) {
  int fd;

  do
    fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
  while (fd < 0 && errno == EINTR);
  return fd;
}

/* A new folder's name must be as durable as what is put into it. */
static bool sync_parent(const char *path, size_t length) {
  char parent[PATH_MAX];
  int fd;
  bool synced;

  while (length > 0 && path[length - 1] != '/')
    length--;
  while (length > 1 && path[length - 1] == '/')
    length--;
  memcpy(parent, length > 0 ? path : ".", length > 0 ? length : 1);
  parent[length > 0 ? length : 1] = '\0';
  fd = open_folder(AT_FDCWD, parent, 0);
  synced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) {
    int why = errno;

    close(fd);
    errno = why;
  }
  return synced;
}

/* Like mkdir -p; a folder that somebody else makes at the same time is as good. */
static bool make_folders(const char *path) {
  char part[PATH_MAX];
  size_t length = strlen(path);

  if (length >= sizeof part) {
    errno = ENAMETOOLONG;
    return false;
  }
  for (size_t i = 1; i <= length; i++) {
    struct stat status;

    if ((path[i] != '/' && path[i] != '\0') || path[i - 1] == '/')
      continue;
    memcpy(part, path, i);
    part[i] = '\0';
    if (stat(part, &status) == 0)
      continue;
    if (errno != ENOENT || (mkdir(part, 0700) != 0 && errno != EEXIST) || !sync_parent(part, i))
      return false;
  }
  return true;
}

static int open_or_make_maildir(const char *maildir) {
  int fd = open_folder(AT_FDCWD, maildir, 0);

  if (fd >= 0 || errno != ENOENT || !make_folders(maildir))
    return fd;
  return open_folder(AT_FDCWD, maildir, 0);
}

static int open_or_make_inside(LbDelivery *delivery, const char *name) {
  int fd = open_folder(delivery->maildir_fd, name, O_NOFOLLOW);

  if (fd >= 0 || errno != ENOENT)
    return fd;
  if ((mkdirat(delivery->maildir_fd, name, 0700) != 0 && errno != EEXIST) || fsync(delivery->maildir_fd) != 0)
    return -1;
  return open_folder(delivery->maildir_fd, name, O_NOFOLLOW);
}

/* cur/ is the readers' business, but a maildir has three folders. */
static bool open_folders(LbDelivery *delivery, const char *maildir) {
  int cur_fd;

  delivery->maildir_fd = open_or_make_maildir(maildir);
  if (delivery->maildir_fd < 0)
    return fail(delivery, "cannot open or make");
  cur_fd = open_or_make_inside(delivery, "cur");
  if (cur_fd >= 0)
    close(cur_fd);
  delivery->tmp_fd = open_or_make_inside(delivery, "tmp");
  if (delivery->tmp_fd < 0)
    return fail(delivery, "cannot open or make tmp in");
  delivery->new_fd = open_or_make_inside(delivery, "new");
  return delivery->new_fd >= 0 || fail(delivery, "cannot open or make new in");
}

/* The kernel gave every process sixteen random bytes at its start: they stand in where it has no more to
 * give. */
static uint64_t draw_random(const struct timespec *now) {
  uint64_t drawn = 0;
  const unsigned char *given = (const unsigned char *)getauxval(AT_RANDOM);

  if (getrandom(&drawn, sizeof drawn, GRND_NONBLOCK) == (ssize_t)sizeof drawn)
    return drawn;
  if (given)
    memcpy(&drawn, given + 8, sizeof drawn);
  return (drawn ^ (uint64_t)now->tv_nsec) * UINT64_C(0x9e3779b97f4a7c15);
}

/* '/' and ':' as maildir(5) writes them; and nothing that a shell or a terminal could stumble over. */
static void append_host(char *name, size_t size) {
  char host[256] = "";
  size_t n = strlen(name);

  if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0')
    strcpy(host, "localhost");
  host[64] = '\0';
  for (const unsigned char *p = (const unsigned char *)host; *p && n + 5 < size; p++)
    if (*p > ' ' && *p < 0x7f && *p != '/' && *p != ':' && *p != '\\')
      name[n++] = (char)*p;
    else
      n += (size_t)snprintf(name + n, size - n, "\\%03o", *p);
  name[n] = '\0';
}

static void choose_name(LbDelivery *delivery) {
  struct timespec now = {0};

  clock_gettime(CLOCK_REALTIME, &now);
  snprintf(delivery->name, sizeof delivery->name, "%lld.M%06ldP%ldQ%u_%016llx.", (long long)now.tv_sec,
           now.tv_nsec / 1000, (long)getpid(), ++delivery->n_names, (unsigned long long)draw_random(&now));
  append_host(delivery->name, sizeof delivery->name);
}

static bool create_file(LbDelivery *delivery) {
  do {
    if (delivery->n_names == 0 || errno == EEXIST)
      choose_name(delivery);
    delivery->file_fd =
        openat(delivery->tmp_fd, delivery->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  } while (delivery->file_fd < 0 && (errno == EINTR || (errno == EEXIST && delivery->n_names < MAX_NAMES)));
  delivery->is_created = delivery->file_fd >= 0;
  return delivery->is_created || fail(delivery, "cannot create a file in tmp of");
}

bool lb_delivery_open(LbDelivery *delivery, const char *maildir) {
  return open_folders(delivery, maildir) && create_file(delivery);
}

bool lb_delivery_write(LbDelivery *delivery, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = write(delivery->file_fd, bytes, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n == 0)
      errno = ENOSPC;
    if (n <= 0)
      return fail(delivery, "cannot write to tmp of");
    bytes += n;
    length -= (size_t)n;
  }
  return true;
}

/* Opened before anybody else can see, and move, the file. */
static bool open_copy(LbDelivery *delivery) {
  do
    delivery->copy_fd = openat(delivery->tmp_fd, delivery->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  while (delivery->copy_fd < 0 && errno == EINTR);
  return delivery->copy_fd >= 0 || fail(delivery, "cannot read back from tmp of");
}

/* After a failed fsync the kernel may take the pages for clean: it is not tried again, the mail is delivered
 * anew. */
bool lb_delivery_sync(LbDelivery *delivery, bool keeps_copy) {
  int fd = delivery->file_fd;

  if (keeps_copy && !open_copy(delivery))
    return false;
  if (fsync(fd) != 0)
    return fail(delivery, "cannot sync a file in tmp of");
  delivery->file_fd = -1;
  /* What an interrupted close has done is unknown, but the bytes were on disk before it. */
  return close(fd) == 0 || errno == EINTR || fail(delivery, "cannot close a file in tmp of");
}

static void remove_tmp(const LbDelivery *delivery, const char *name) {
  while (unlinkat(delivery->tmp_fd, name, 0) != 0 && errno == EINTR)
    continue;
}

/* link(2) never overwrites, rename(2) does. */
static bool link_new(LbDelivery *delivery) {
  char tmp_name[sizeof delivery->name];

  memcpy(tmp_name, delivery->name, sizeof tmp_name);
  while (linkat(delivery->tmp_fd, tmp_name, delivery->new_fd, delivery->name, 0) != 0) {
    if (errno == EEXIST && delivery->n_names < MAX_NAMES)
      choose_name(delivery);
    else if (errno != EINTR) {
      memcpy(delivery->name, tmp_name, sizeof tmp_name);
      return fail(delivery, "cannot link into new of");
    }
  }
  delivery->is_published = true;
  /* What stays behind in tmp is litter, and no reason to deliver twice. */
  remove_tmp(delivery, tmp_name);
  return true;
}

/* A failed sync of the folder leaves a mail that can be seen, but may not outlive a power cut: not delivered,
 * and not taken away from a reader who may have seen it either. */
bool lb_delivery_publish(LbDelivery *delivery) {
  return link_new(delivery) && (fsync(delivery->new_fd) == 0 || fail(delivery, "cannot sync new of"));
}

void lb_delivery_close(LbDelivery *delivery) {
  if (delivery->is_created && !delivery->is_published)
    remove_tmp(delivery, delivery->name);
  const int fds[] = {delivery->file_fd, delivery->copy_fd, delivery->new_fd, delivery->tmp_fd,
                     delivery->maildir_fd};
  for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
    if (fds[i] >= 0)
      close(fds[i]);
}
