/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mail of our own: text/plain as RFC 5322, RFC 2045 and RFC 2047 have it, with "\n" at line ends, ready for
 * `sendmail -t`.  What its fields say may come from others' mail: nothing of it can add a field or a line.
 */
#pragma once
#include <glib.h>

typedef struct {
  const char *from;             /* a mailbox, as RFC 5322 writes it, in UTF-8 */
  const char *const *to;        /* the same, NULL-terminated */
  const char *subject;          /* UTF-8 */
  const char *msgid, *previous; /* without brackets; previous: the mail that this one follows, or NULL */
  const char *list_id;          /* without brackets, or NULL */
  gint64 date;
  const char *body; /* UTF-8, its lines ended by "\n" */
  gsize length;
} LbOutgoing;

/* The whole mail, the same bytes each time, owned by the caller.  LB_ERROR_CONFIG if from or one of to is no
 * mailbox. */
GString *lb_compose_build(const LbOutgoing *outgoing, GError **error);

/* One mailbox, or several with commas between them. */
gboolean lb_compose_is_mailbox(const char *written);

/* A Message-ID for a mail of ours, from words of which each becomes atom text, cut to a length that fits a
 * line: "listbrief.kvm.12.0123456789abcdef@example.org".  domain: of from. */
char *lb_compose_format_msgid(const char *list, guint number, const char *digest, const char *from);
/* Whether a mail with these two fields is one of ours, as the list might send it back. */
gboolean lb_compose_is_own(const char *msgid, const char *auto_submitted, gsize length);
