/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mail that its list put into another one: Mailman's way to keep a sender's DMARC policy is, where it is
 * told so, to send "Alice via devel <devel@lists.example.org>" with a notice, the mail itself as
 * message/rfc822, and a footer.
 */
#pragma once
#include "message/header.h"

/* FALSE for all other mail.  inner and body point into bytes, the body of the mail that header is of; title:
 * of its subject. */
gboolean lb_wrapped_find(const LbHeader *header, const char *title, LbSlice bytes, LbArena *arena,
                         LbHeader *inner, LbSlice *body);
