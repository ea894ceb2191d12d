/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/outbox.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "base/error.h"
#include "cli/child.h"
#include "cli/command.h"
#include "output/stream.h"

/* A sendmail that hangs must not hold the list for ever; one on its way through a slow network may take long.
 */
#define SENDMAIL_SECONDS 900

static const char *const endings[] = {
    [LB_OUTBOX_WAITING] = "mail",
    [LB_OUTBOX_SENDING] = "sending",
    [LB_OUTBOX_SENT] = "sent",
};

static char *format_name(const char *folder, guint number, LbOutboxState state) {
  return g_strdup_printf("%s/%u.%s", folder, number, endings[state]);
}

LbOutboxState lb_outbox_get_state(const char *folder, guint number) {
  static const LbOutboxState order[] = {LB_OUTBOX_SENT, LB_OUTBOX_SENDING, LB_OUTBOX_WAITING};

  for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
    g_autofree char *name = format_name(folder, number, order[i]);

    if (access(name, F_OK) == 0)
      return order[i];
  }
  return LB_OUTBOX_NONE;
}

gboolean lb_outbox_put(const char *folder, guint number, const GString *mail, GError **error) {
  g_autofree char *name = format_name(folder, number, LB_OUTBOX_WAITING);
  g_autofree char *sending = format_name(folder, number, LB_OUTBOX_SENDING);
  g_autoptr(LbStream) stream = NULL;

  if (g_mkdir_with_parents(folder, 0700) != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_CANNOT_CREATE, "cannot create '%s': %s", folder, g_strerror(errno));
    return FALSE;
  }
  stream = lb_stream_open_exclusive(name, "new", 0600, error);
  if (!stream || !lb_stream_write(stream, mail->str, mail->len, error) || !lb_stream_finish(stream, error))
    return FALSE;
  unlink(sending);
  return TRUE;
}

gboolean lb_outbox_send(const char *folder, guint number, const char *sendmail, int lock_fd, GError **error) {
  g_autofree char *number_text = g_strdup_printf("%u", number);
  g_autofree char *lock_text = g_strdup_printf("%d", lock_fd);
  g_autoptr(GError) why = NULL;
  char *argv[] = {(char *)"/proc/self/exe",
                  (char *)"sending",
                  (char *)folder,
                  number_text,
                  (char *)sendmail,
                  lock_text,
                  NULL};

  if (lb_child_run(argv, -1, lock_fd, 2 * SENDMAIL_SECONDS, &why) &&
      lb_outbox_get_state(folder, number) == LB_OUTBOX_SENT)
    return TRUE;
  /* One that was begun has said so itself. */
  if (why && g_str_has_prefix(why->message, "cannot run"))
    lb_command_fail(why);
  g_set_error(error, LB_ERROR, LB_ERROR_WRITE, "the mail of report %u was not sent; the next run tries again",
              number);
  return FALSE;
}

void lb_outbox_remove(const char *folder, guint number) {
  g_autofree char *half_made = g_strdup_printf("%s/.%u.mail.new", folder, number);

  unlink(half_made);
  for (LbOutboxState state = LB_OUTBOX_WAITING; state <= LB_OUTBOX_SENT; state++) {
    g_autofree char *name = format_name(folder, number, state);

    unlink(name);
  }
}

static gboolean is_one_of(guint64 number, const GArray *numbers) {
  for (guint i = 0; i < numbers->len; i++)
    if (g_array_index(numbers, guint32, i) == number)
      return TRUE;
  return FALSE;
}

void lb_outbox_tidy(const char *folder, const GArray *numbers) {
  GDir *names = g_dir_open(folder, 0, NULL);

  for (const char *name; names && (name = g_dir_read_name(names));) {
    guint64 number = g_ascii_strtoull(name + (*name == '.'), NULL, 10);

    if (number > 0 && number <= G_MAXUINT32 && !is_one_of(number, numbers))
      lb_outbox_remove(folder, (guint)number);
  }
  if (names)
    g_dir_close(names);
}

static gboolean move(const char *folder, guint number, LbOutboxState from, LbOutboxState to) {
  g_autofree char *old = format_name(folder, number, from);
  g_autofree char *name = format_name(folder, number, to);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean is_done = fd >= 0 && rename(old, name) == 0 && fsync(fd) == 0;

  if (!is_done)
    fprintf(stderr, "listbrief: cannot rename '%s': %s\n", old, g_strerror(errno));
  if (fd >= 0)
    close(fd);
  return is_done;
}

/* What ends the run must not end this, or nobody knows what became of the mail. */
static void detach(void) {
  static const int signals[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGPIPE, SIGXFSZ};

  setsid();
  for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
    signal(signals[i], SIG_IGN);
}

int lb_cmd_sending(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_autofree char *name = NULL;
  guint number;
  int fd;

  if (argc != 5)
    return EX_USAGE;
  detach();
  /* sendmail may leave a daemon behind: the lock isn't for that. */
  fcntl(atoi(argv[4]), F_SETFD, FD_CLOEXEC);
  number = (guint)g_ascii_strtoull(argv[2], NULL, 10);
  if (!move(argv[1], number, LB_OUTBOX_WAITING, LB_OUTBOX_SENDING))
    return EX_IOERR;
  name = format_name(argv[1], number, LB_OUTBOX_SENDING);
  fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd >= 0 && lb_child_run_command(argv[3], fd, SENDMAIL_SECONDS, &error))
    return move(argv[1], number, LB_OUTBOX_SENDING, LB_OUTBOX_SENT) ? EX_OK : EX_IOERR;
  if (error)
    lb_command_fail(error);
  else
    fprintf(stderr, "listbrief: cannot open '%s': %s\n", name, g_strerror(errno));
  move(argv[1], number, LB_OUTBOX_SENDING, LB_OUTBOX_WAITING);
  return EX_IOERR;
}
