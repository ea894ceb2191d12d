/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes a hook give up by itself before its caller loses patience: a signal, too long without a byte,
 * too long in all.  Postfix kills a command after 1000 seconds and then returns the mail to its sender.
 */
#pragma once
#include <stdbool.h>

typedef struct {
  int idle, total;           /* seconds */
  long long started, active; /* milliseconds of a clock that is never set */
} LbDeadline;

/* From here on TERM, INT, HUP, QUIT, ALRM end nothing but are remembered; PIPE and XFSZ are ignored. */
void lb_deadline_catch_signals(void);
void lb_deadline_start(LbDeadline *deadline, int idle, int total);
/* Something came or went. */
void lb_deadline_renew(LbDeadline *deadline);
/* NULL, or why it is over: "stopped by signal 15", "nothing came for 300 seconds". */
const char *lb_deadline_find_reason(const LbDeadline *deadline);
/* Waits until fd can be read (or written).  FALSE with errno set, or with errno 0 when the deadline is over.
 */
bool lb_deadline_wait(const LbDeadline *deadline, int fd, bool to_write);
