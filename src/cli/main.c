/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program listbrief-commands, which cli/front.c becomes: the table of commands; everything else is the
 * commands' business. */
#include <fcntl.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/outbox.h"
#include "config.h"
#include "message/message.h"

static const LbCommand commands[] = {
    {"report", "write a summary of a list's mail", lb_cmd_report},
    {"deliver", "put a mail into a list's maildir, for mail transfer agents", lb_cmd_deliver},
    {"run", "write and send the reports that are due", lb_cmd_run},
    {"store", "check, rebuild or measure what is remembered between runs", lb_cmd_store},
    {"config", "check the configuration, or write a first one", lb_cmd_config},
    {"decode", "filter a mail: its text parts as UTF-8 8bit", lb_cmd_decode},
    {"series", "show lines of work and whose turn it is", lb_cmd_series},
    {"export", "write mails or postings as JSON Lines", lb_cmd_export},
};

static void print_help(FILE *to) {
  fputs("Usage: listbrief COMMAND [OPTION...] [SOURCE...]\n\n"
        "Follows patch mailing lists: reads maildirs, mboxes and public-inbox archives.\n\nCommands:\n",
        to);
  for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
    fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].summary);
  fputs("  help       show this help, or that of a command\n\n"
        "Options:\n  -h, --help     Show this help\n  --version      Show the version\n\n"
        "'listbrief help COMMAND' and listbrief-COMMAND(1) say more.\n",
        to);
}

static const LbCommand *find_command(const char *name) {
  for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
    if (!strcmp(commands[i].name, name))
      return &commands[i];
  return NULL;
}

static int fail_unknown(const char *what, const char *name) {
  g_autofree char *shown = lb_text_visible(name, TRUE);
  fprintf(stderr, "listbrief: there is no %s '%s'\nTry 'listbrief --help'.\n", what, shown);
  return EX_USAGE;
}

static int run_help(const char *name) {
  if (!name || !strcmp(name, "help")) {
    print_help(stdout);
    return lb_command_close_stdout();
  }
  const LbCommand *command = find_command(name);
  if (!command)
    return fail_unknown("command", name);
  char *arguments[] = {(char *)name, (char *)"--help", NULL};
  return command->run(2, arguments);
}

/* A closed standard stream would give its number to the first file that is opened.  Input is opened for
 * writing and output for reading: who uses them is told that they are closed, not that all is well. */
static void open_standard_streams(void) {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 1 ? O_RDONLY : O_WRONLY) < 0)
      _exit(EX_OSERR);
}

/* Large tables grow and go; glibc would put them among what stays once the first of them is freed, and keep
 * their room (a tenth of all memory with a million mails).  All else grows by more than a few pages at a
 * time. */
static void set_up_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 512 << 10);
  mallopt(M_TOP_PAD, 1 << 20);
#endif
}

int main(int argc, char **argv) {
  set_up_memory();
  open_standard_streams();
  setlocale(LC_CTYPE, "");
  /* A reader that went away shows as EPIPE at the write, and ends the command quietly there. */
  signal(SIGPIPE, SIG_IGN);
  /* A limit on the size of files likewise, as EFBIG: nothing half written stays behind. */
  signal(SIGXFSZ, SIG_IGN);
  g_autoptr(GError) error = NULL;
  if (!lb_clock_init(&error))
    return lb_command_fail(error);
  if (argc < 2) {
    print_help(stderr);
    return EX_USAGE;
  }
  const char *name = argv[1];
  if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
    printf("listbrief %s\n", PACKAGE_VERSION);
    return lb_command_close_stdout();
  }
  if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help"))
    return run_help(name[0] == '-' || argc < 3 ? NULL : argv[2]);
  /* What a run starts beside itself; not for people, so not in the table. */
  if (!strcmp(name, "sending"))
    return lb_cmd_sending(argc - 1, argv + 1);
  const LbCommand *command = find_command(name);
  if (!command)
    return fail_unknown(*name == '-' ? "option" : "command", name);
  lb_message_init();
  int status = command->run(argc - 1, argv + 1);
  lb_message_shutdown();
  return status;
}
