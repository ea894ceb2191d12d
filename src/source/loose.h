/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: loose git objects, one zlib stream per file.  libgit2 inflates an object that is cut
 * off without ever coming to an end (seen with 1.5), so they are inflated here; finding them is left to it.
 */
#pragma once
#include <git2.h>
#include <git2/sys/odb_backend.h>

/* The loose objects of a folder "objects"; a libgit2 error code.  Objects above max_size are not read. */
int lb_loose_open(git_odb_backend **backend, const char *objects, size_t max_size);
