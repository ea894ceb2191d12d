/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/deadline.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* A signal that comes between looking at the flag and waiting is seen after so long. */
#define TICK 500

static volatile sig_atomic_t caught;

static void remember(int number) {
  caught = number;
}

void lb_deadline_catch_signals(void) {
  static const int ending[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM};
  struct sigaction action = {.sa_handler = remember};
  sigset_t these;

  sigemptyset(&action.sa_mask);
  sigemptyset(&these);
  for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
    sigaction(ending[i], &action, NULL);
    sigaddset(&these, ending[i]);
  }
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
  sigaction(SIGXFSZ, &action, NULL);
  /* A caller may have blocked them, and a deadline of its own running. */
  sigprocmask(SIG_UNBLOCK, &these, NULL);
}

static long long now(void) {
  struct timespec time = {0};

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void lb_deadline_start(LbDeadline *deadline, int idle, int total) {
  *deadline = (LbDeadline){.idle = idle, .total = total, .started = now()};
  deadline->active = deadline->started;
  /* For calls that block where nothing can be waited for beforehand. */
  alarm((unsigned)total);
}

void lb_deadline_renew(LbDeadline *deadline) {
  deadline->active = now();
}

static long long get_rest(const LbDeadline *deadline) {
  long long at = now();
  long long idle = deadline->active + deadline->idle * 1000LL - at;
  long long total = deadline->started + deadline->total * 1000LL - at;

  return idle < total ? idle : total;
}

const char *lb_deadline_find_reason(const LbDeadline *deadline) {
  static char text[64];
  long long at = now();

  if (caught && caught != SIGALRM)
    snprintf(text, sizeof text, "stopped by signal %d", (int)caught);
  else if (caught || at >= deadline->started + deadline->total * 1000LL)
    snprintf(text, sizeof text, "not done after %d seconds", deadline->total);
  else if (at >= deadline->active + deadline->idle * 1000LL)
    snprintf(text, sizeof text, "nothing came for %d seconds", deadline->idle);
  else
    return NULL;
  return text;
}

bool lb_deadline_wait(const LbDeadline *deadline, int fd, bool to_write) {
  struct pollfd waiting = {.fd = fd, .events = to_write ? POLLOUT : POLLIN};

  for (;;) {
    long long rest = get_rest(deadline);
    int n;

    errno = 0;
    if (caught || rest <= 0)
      return false;
    n = poll(&waiting, 1, rest < TICK ? (int)rest : TICK);
    /* POLLERR, POLLHUP and POLLNVAL: reading or writing tells what it is. */
    if (n > 0)
      return true;
    if (n < 0 && errno != EINTR)
      return false;
  }
}
