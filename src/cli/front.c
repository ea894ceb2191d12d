/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program `listbrief`: delivers by itself, and becomes listbrief-commands for everything else.
 *
 * A delivery hook may exit 0 or 75 alone, and a dynamic loader that misses memory, files or descriptors for
 * one of forty libraries exits 127: to Postfix a mail that can't be delivered, ever.  It also takes longer to
 * load them than to deliver.  So this program is linked statically where that can be done, with nothing but
 * the C library.
 */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "cli/hook.h"

#define COMMANDS "listbrief-commands"

/* Beside the program in a build folder, in the libexec of its own prefix, where configure put it: the first
 * that is there, so that neither a build nor an unpacked installation takes another version's. */
static void become_commands(char **argv) {
  static const char *const places[] = {"/" COMMANDS, "/../libexec/listbrief/" COMMANDS};
  char self[PATH_MAX], path[PATH_MAX + 64];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

  for (size_t i = 0; n > 0 && i < sizeof places / sizeof places[0]; i++) {
    self[n] = '\0';
    snprintf(path, sizeof path, "%s%s", dirname(self), places[i]);
    execv(path, argv);
    if (errno != ENOENT)
      return;
    n = readlink("/proc/self/exe", self, sizeof self - 1);
  }
  execv(PKGLIBEXECDIR "/" COMMANDS, argv);
}

int main(int argc, char **argv) {
  if (argc >= 2 && strcmp(argv[1], "deliver") == 0)
    return lb_cmd_deliver(argc - 1, argv + 1);
  become_commands(argv);
  fprintf(stderr, "listbrief: cannot run '" PKGLIBEXECDIR "/" COMMANDS "': %s\n", strerror(errno));
  return EX_OSERR;
}
