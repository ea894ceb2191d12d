/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trailers of a commit log: git-interpret-trailers(1), wrapped lines joined, "[note]" lines borne. */
#pragma once
#include "message/header.h"

typedef void (*LbTrailerFunc)(LbSlice trailer, gpointer data);
/* The lines of the last block as "Name: value", one after the other: valid during the call alone. */
void lb_trailer_foreach(LbSlice commit, LbTrailerFunc func, gpointer data);
/* The same as a list, NULL-terminated, in the arena; never NULL. */
const char *const *lb_trailer_parse(LbSlice commit, LbArena *arena);
