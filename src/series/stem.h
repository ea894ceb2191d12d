/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the Message-IDs of one run of git-send-email, git-format-patch or b4 have in common. */
#pragma once
#include <glib.h>

/* Appends the id without what counts the mails of a run; FALSE, and nothing appended, if it has no such form:
 *   20260113211458.12345-3-bob@example.org            git-send-email: date.pid-n-sender
 *   1408524500-4113-2-git-send-email-bob@example.org  the same before git 2.14
 *   20260112-topic-v14-0-a5c332db3e2b@example.org     b4: date-topic-vN-n-hash
 *   cover.1760368250.git.bob@example.org              git-format-patch --thread: "cover" or the commit's id
 * Message-IDs come from outside: a stem says that mails may belong together, never that they do. */
gboolean lb_stem_append(GString *out, const char *msgid);
