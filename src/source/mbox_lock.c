/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/mbox_lock.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "source/kind.h"

/* Of the open file where the system has such locks: the others are lost when any descriptor of it is closed.
 */
#ifdef F_OFD_SETLK
#define SET_LOCK F_OFD_SETLK
#else
#define SET_LOCK F_SETLK
#endif
#define ROUNDS 50
#define PAUSE (20 * 1000) /* microseconds */

/* As every deliverer leaves the file: what the last mail is made of is all there. */
static gboolean ends_with_empty_line(const LbInput *input) {
  char end[3];
  gsize length = MIN(input->size, sizeof end);
  if (length == 0)
    return TRUE;
  if (lb_source_pread(input->fd, end, length, input->size - length) != (gssize)length)
    return TRUE;
  return end[length - 1] == '\n' &&
         (length < 2 || end[length - 2] == '\n' || (length == 3 && end[1] == '\r' && end[0] == '\n'));
}

static void look_again(LbInput *input) {
  struct stat status;
  if (fstat(input->fd, &status) == 0 && (guint64)status.st_size > input->size)
    input->size = status.st_size;
}

/* With a lock for reading, held no longer than it takes to ask for the size: nobody is at it then.  What
 * knows no locks has none. */
static gboolean is_locked(LbInput *input) {
  struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
  g_autofree char *file = g_strconcat(input->path, ".lock", NULL);
  gboolean is_refused = fcntl(input->fd, SET_LOCK, &lock) < 0 && (errno == EAGAIN || errno == EACCES);
  gboolean has_file = access(file, F_OK) == 0;
  look_again(input);
  lock.l_type = F_UNLCK;
  if (!is_refused)
    fcntl(input->fd, SET_LOCK, &lock);
  return is_refused || has_file;
}

gboolean lb_mbox_lock_wait(LbInput *input) {
  for (int round = 0; !ends_with_empty_line(input); round++) {
    if (!is_locked(input) || ends_with_empty_line(input))
      return TRUE;
    if (round == ROUNDS)
      return FALSE;
    g_usleep(PAUSE);
  }
  return TRUE;
}
