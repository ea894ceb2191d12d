# SPDX-License-Identifier: GPL-2.0-or-later
# Dovecot's Sieve: the text of the mail of lists as plain UTF-8, before it is filed.
require ["vnd.dovecot.filter"];

if exists "List-Id"
{
  filter "listbrief-decode";
}
