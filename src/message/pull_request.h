/* SPDX-License-Identifier: GPL-2.0-or-later */
/* git-request-pull(1) texts: recognised even when wrapped or re-flowed. */
#pragma once
#include <glib.h>

/* Whether text asks to pull: "The following changes since commit … are available in the … repository at: URL". */
gboolean lb_pull_request_find(const char *text, gsize length);
