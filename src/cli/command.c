/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "base/error.h"
#include "base/text.h"

static const struct {
  LbError code;
  int status;
} statuses[] = {
    {LB_ERROR_USAGE, EX_USAGE},
    {LB_ERROR_BAD_INPUT, EX_DATAERR},
    {LB_ERROR_NO_INPUT, EX_NOINPUT},
    {LB_ERROR_PARTIAL, EX_UNAVAILABLE},
    {LB_ERROR_CANNOT_CREATE, EX_CANTCREAT},
    {LB_ERROR_WRITE, EX_IOERR},
    {LB_ERROR_TRY_LATER, EX_TEMPFAIL},
    {LB_ERROR_CONFIG, EX_CONFIG},
    {LB_ERROR_FAILED, EX_SOFTWARE},
};

int lb_command_fail(const GError *error) {
  g_autofree char *message = lb_text_visible(error->message, TRUE);
  fprintf(stderr, "listbrief: %s\n", message);
  if (error->domain == G_OPTION_ERROR)
    return EX_USAGE;
  if (error->domain == LB_ERROR)
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++)
      if (error->code == (gint)statuses[i].code)
        return statuses[i].status;
  return EX_SOFTWARE;
}

/* GOption takes "-j2" for "-j" and "-2": short options with a value glued to them are spelt out. */
static void spell_out(int argc, char **argv) {
  static const struct {
    char letter;
    const char *name;
  } options[] = {{'j', "jobs"}, {'o', "output"}};

  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
    for (gsize k = 0; k < G_N_ELEMENTS(options); k++)
      if (argv[i][0] == '-' && argv[i][1] == options[k].letter && argv[i][2]) {
        g_autofree char *spelt = g_strdup_printf("--%s=%s", options[k].name, argv[i] + 2);
        argv[i] = (char *)g_intern_string(spelt);
      }
}

/* GOption leaves a "--" where what follows begins with a dash. */
static void drop_separator(int *argc, char **argv) {
  for (int i = 1; i < *argc; i++)
    if (strcmp(argv[i], "--") == 0) {
      memmove(argv + i, argv + i + 1, (gsize)(*argc - i) * sizeof *argv);
      (*argc)--;
      return;
    }
}

gboolean lb_command_parse_options(GOptionContext *context, const char *command, int *argc, char ***argv,
                                  int *status) {
  g_autoptr(GError) error = NULL;
  gboolean wants_help = FALSE;
  const GOptionEntry entries[] = {
      {"help", 'h', 0, G_OPTION_ARG_NONE, &wants_help, "Show this help", NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  /* GLib's own --help exits before standard output is known to be written. */
  g_option_context_set_help_enabled(context, FALSE);
  g_option_context_set_translate_func(context, NULL, NULL, NULL);
  g_option_context_add_main_entries(context, entries, NULL);
  *status = EX_OK;
  g_autofree char *name = g_strdup_printf("listbrief %s", command);
  g_set_prgname(name);
  spell_out(*argc, *argv);
  if (!g_option_context_parse(context, argc, argv, &error)) {
    *status = lb_command_fail(error);
    fprintf(stderr, "Try 'listbrief %s --help'.\n", command);
    return FALSE;
  }
  drop_separator(argc, *argv);
  if (wants_help) {
    g_autofree char *help = g_option_context_get_help(context, TRUE, NULL);
    fputs(help, stdout);
    *status = lb_command_close_stdout();
    return FALSE;
  }
  return TRUE;
}

int lb_command_close_stdout(void) {
  gboolean failed = ferror(stdout) != 0;
  errno = 0;
  failed = fflush(stdout) != 0 || failed;
  int why = errno;
  /* Some file systems tell of a full disk only when the file is closed. */
  if (!failed && close(dup(STDOUT_FILENO)) != 0 && errno != EBADF) {
    failed = TRUE;
    why = errno;
  }
  if (!failed || why == EPIPE)
    return EX_OK;
  fprintf(stderr, "listbrief: cannot write standard output: %s\n", why ? g_strerror(why) : "error");
  return EX_IOERR;
}

#if defined(__SANITIZE_ADDRESS__)
#define LOOKS_FOR_LEAKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOOKS_FOR_LEAKS 1
#endif
#endif

void lb_command_leave(int status, gconstpointer const *kept) {
  (void)kept;
#ifdef LOOKS_FOR_LEAKS
  (void)status;
#else
  fflush(NULL);
  _exit(status);
#endif
}
