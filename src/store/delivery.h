/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One mail into a maildir so that it is there, whole and on disk, or not at all: maildir(5) by the rules of
 * D. J. Bernstein's page, and the folder is synced as well.  Plain POSIX: allocates nothing, reads no clock
 * but for the name, prints nothing.  (message/spool.h is another thing: texts on their way to a report.)
 *
 *   lb_delivery_open(&delivery, maildir)   folders are made, tmp/NAME is created
 *   lb_delivery_write(...)                 as often as needed
 *   lb_delivery_sync(&delivery)            the file is on disk
 *   lb_delivery_publish(&delivery)         from here on the mail is delivered
 *   lb_delivery_close(&delivery)           always; what was not published is gone
 *
 * Functions that return FALSE leave what failed in failed_step ("cannot write to") and its errno in error.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct {
  int maildir_fd, tmp_fd, new_fd, file_fd;
  int copy_fd; /* reads the same file, wherever a mail reader moves it meanwhile */
  bool is_created, is_published;
  unsigned n_names;
  char name[512];
  const char *failed_step;
  int error;
} LbDelivery;

#define LB_DELIVERY_INIT                                                                                     \
  { .maildir_fd = -1, .tmp_fd = -1, .new_fd = -1, .file_fd = -1, .copy_fd = -1 }

/* Folders that are missing are made, 0700. */
bool lb_delivery_open(LbDelivery *delivery, const char *maildir);
bool lb_delivery_write(LbDelivery *delivery, const char *bytes, size_t length);
/* keeps_copy: copy_fd can be read from its beginning, after publishing too. */
bool lb_delivery_sync(LbDelivery *delivery, bool keeps_copy);
bool lb_delivery_publish(LbDelivery *delivery);
void lb_delivery_close(LbDelivery *delivery);
