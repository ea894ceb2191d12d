/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/pager.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct LbPager {
  GPid pid;
};

static const char *choose(void) {
  const char *names[] = {"LISTBRIEF_PAGER", "PAGER"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_getenv(names[i]))
      return g_getenv(names[i]);
  return "less";
}

LbPager *lb_pager_start(void) {
  const char *command = choose();
  g_auto(GStrv) arguments = NULL;
  int input = -1;
  GPid pid;
  if (!isatty(STDOUT_FILENO) || !*command || !strcmp(command, "cat") ||
      !g_shell_parse_argv(command, NULL, &arguments, NULL))
    return NULL;
  /* As git has it: quit if it fits one screen, pass colours, leave the screen as it is. */
  g_auto(GStrv) environment = g_get_environ();
  environment = g_environ_setenv(environment, "LESS", "FRX", FALSE);
  if (!g_spawn_async_with_pipes(NULL, arguments, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                NULL, NULL, &pid, &input, NULL, NULL, NULL))
    return NULL;
  fflush(stdout);
  dup2(input, STDOUT_FILENO);
  close(input);
  LbPager *pager = g_new0(LbPager, 1);
  pager->pid = pid;
  return pager;
}

void lb_pager_finish(LbPager *pager) {
  if (!pager)
    return;
  fflush(stdout);
  close(STDOUT_FILENO);
  while (waitpid(pager->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid(pager->pid);
  g_free(pager);
}
