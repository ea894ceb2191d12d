# SPDX-License-Identifier: GPL-2.0-or-later
# Dovecot's Sieve: the mail of lists into their maildirs.  Needs the settings of dovecot.conf beside this file.
# If listbrief fails, Dovecot keeps the mail in the inbox (and logs the failure): Sieve has no way to leave a mail in the
# queue of the mail server.  What comes to lie there can be handed on later:  listbrief deliver <mail
require ["vnd.dovecot.pipe"];

# listbrief's own reports have the List-Id of their list, too, but go to you.
if allof (exists "List-Id", not header :matches "Message-ID" "<listbrief.*")
{
  pipe "listbrief-deliver";
  stop;
}
