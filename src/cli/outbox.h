/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mail on its way to sendmail, so that a run that is killed neither loses nor doubles one.  In the list's
 * folder, for the mail of report N:
 *
 *   N.mail     is to be sent
 *   N.sending  sendmail has it, the outcome isn't known
 *   N.sent     sendmail took it: exit status 0
 *
 * A process of its own, which outlives the run and holds its lock until it is done, renames them around
 * sendmail.  Only when that process dies, too (power, memory), is a N.sending left behind.
 */
#pragma once
#include <glib.h>

typedef enum { LB_OUTBOX_NONE, LB_OUTBOX_WAITING, LB_OUTBOX_SENDING, LB_OUTBOX_SENT } LbOutboxState;

/* The lock must be held, in all that follows: so whoever left the file there has ended. */
LbOutboxState lb_outbox_get_state(const char *folder, guint number);
/* The mail is on disk, to be sent; folder is made, 0700. */
gboolean lb_outbox_put(const char *folder, guint number, const GString *mail, GError **error);
/* sendmail: a command, which gets the mail as a file on standard input.  When this returns TRUE it took it.
 * LB_ERROR_WRITE: it didn't, and why was printed. */
gboolean lb_outbox_send(const char *folder, guint number, const char *sendmail, int lock_fd, GError **error);
/* Takes away what is there of one mail that is done with; what is half made goes with it. */
void lb_outbox_remove(const char *folder, guint number);
/* The same of all but those numbers, of guint32: a run may have been killed before it got there. */
void lb_outbox_tidy(const char *folder, const GArray *numbers);

/* The process: argv is "sending" FOLDER NUMBER SENDMAIL LOCK. */
int lb_cmd_sending(int argc, char **argv);
