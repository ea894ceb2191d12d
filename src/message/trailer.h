/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trailers of a commit log: git-interpret-trailers(1), wrapped lines joined, "[note]" lines borne. */
#pragma once
#include "message/header.h"

/* The lines of the last block as "Name: value", NULL-terminated, in the arena; never NULL. */
const char *const *lb_trailer_parse(LbSlice commit, LbArena *arena);
