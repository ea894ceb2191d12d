/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/kind.h"
static gboolean git_looks_like(const LbPlace *place) {
  return FALSE;
}
const LbSourceKind lb_source_git = {.name = "git", .takes_directory = TRUE, .has_range = TRUE, .looks_like = git_looks_like};
