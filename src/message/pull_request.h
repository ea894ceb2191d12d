/* SPDX-License-Identifier: GPL-2.0-or-later */
/* git-request-pull(1) texts: recognised even when wrapped or re-flowed. */
#pragma once
#include "base/arena.h"

/* Whether text asks to pull: "The following changes since commit … are available in the … repository at:
 * URL". */
gboolean lb_pull_request_find(const char *text, gsize length);

typedef struct {
  const char *base; /* "The following changes since commit …": hex; NULL if it isn't said */
  const char *url;  /* of the tree, unwrapped */
  const char *ref;  /* tag or branch; NULL if none is named */
  const char *head; /* "for you to fetch changes up to …": hex; NULL if it isn't said */
  guint n_commits;  /* of the shortlog, 0 if there is none */
} LbPullRequest;
/* NULL if it is no pull request; in the arena. */
const LbPullRequest *lb_pull_request_parse(const char *text, gsize length, LbArena *arena);
