/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/child.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/error.h"

#define PATIENCE_SECONDS 10 /* between SIGTERM and SIGKILL */

static int start(char **argv, int stdin_fd, int kept_fd, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t defaults, none;
  int why;

  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  if (stdin_fd >= 0)
    posix_spawn_file_actions_adddup2(&actions, stdin_fd, STDIN_FILENO);
  else
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  if (kept_fd >= 0)
    posix_spawn_file_actions_adddup2(&actions, kept_fd, kept_fd); /* takes FD_CLOEXEC off */
  /* What we ignore isn't for others to ignore: they were written for a world with SIGPIPE. */
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (int signal = 1; signal < NSIG; signal++)
    if (signal != SIGKILL && signal != SIGSTOP)
      sigaddset(&defaults, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  why = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return why;
}

/* FALSE when the time is over, or nothing can be learnt: *status stays as it was. */
static gboolean wait_for(pid_t pid, gint64 seconds, int *status) {
  gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;

  for (gulong pause = 500;; pause = MIN(pause * 2, 50000)) {
    pid_t done = waitpid(pid, status, WNOHANG);

    if (done == pid)
      return TRUE;
    if ((done < 0 && errno != EINTR) || g_get_monotonic_time() >= end)
      return FALSE;
    g_usleep(pause);
  }
}

gboolean lb_child_run(char **argv, int stdin_fd, int kept_fd, int seconds, GError **error) {
  int status = 0, why;
  pid_t pid;

  /* Who started us may have us ignore it; then nobody would hear how a child ended. */
  signal(SIGCHLD, SIG_DFL);
  why = start(argv, stdin_fd, kept_fd, &pid);
  if (why) {
    g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "cannot run '%s': %s", argv[0], g_strerror(why));
    return FALSE;
  }
  if (!wait_for(pid, seconds, &status)) {
    kill(pid, SIGTERM);
    if (!wait_for(pid, PATIENCE_SECONDS, &status)) {
      kill(pid, SIGKILL);
      wait_for(pid, PATIENCE_SECONDS, &status);
    }
    g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "'%s' took longer than %d seconds and was ended", argv[0],
                seconds);
    return FALSE;
  }
  if (WIFSIGNALED(status))
    g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "'%s' was ended by signal %d", argv[0], WTERMSIG(status));
  else if (WEXITSTATUS(status) == 127)
    /* what posix_spawn(3) makes of a program that can't be run where it has no better way to tell */
    g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "'%s' ended with status 127: is it there?", argv[0]);
  else if (WEXITSTATUS(status) != 0)
    g_set_error(error, LB_ERROR, LB_ERROR_FAILED, "'%s' ended with status %d", argv[0], WEXITSTATUS(status));
  return status == 0;
}

gboolean lb_child_run_command(const char *command, int stdin_fd, int seconds, GError **error) {
  g_auto(GStrv) argv = NULL;

  if (!g_shell_parse_argv(command, NULL, &argv, error))
    return FALSE;
  return lb_child_run(argv, stdin_fd, -1, seconds, error);
}
