/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: which repositories make up a public-inbox, told by file names alone: an inbox folder
 * with git/N.git in it, the all.git beside those, a folder of N.git, or one repository, bare or not.
 */
#pragma once
#include <glib.h>

gboolean lb_inbox_layout_looks_like(const char *path);
/* Paths of the epochs, oldest first; *inside: the folder that holds all of them.  Both owned by the caller.
 */
GPtrArray *lb_inbox_layout_list(const char *path, char **inside);
/* The path whose base name is the inbox's name; NULL if that is path itself.  Owned by the caller. */
char *lb_inbox_layout_find_name(const char *path);
/* N of "N.git", -1 if name is something else. */
int lb_inbox_layout_parse_number(const char *name);
