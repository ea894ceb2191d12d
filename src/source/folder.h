/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: which files of a maildir, Maildir++ tree, MH folder or folder of .eml files are mails,
 * in an order that no directory's order changes, and where one went whose flags changed meanwhile.
 */
#pragma once
#include "source/kind.h"

typedef struct LbFolder LbFolder;

/* Whether path is a maildir or has files with names that only mails have. */
gboolean lb_folder_looks_like(const char *path);
/* any_name: in a folder that is no maildir, every file is a mail, whatever its name.  Of options recursive
 * and is_known count.  What is passed over is noted in source's log.  LB_ERROR_NO_INPUT if path itself can't
 * be read. */
LbFolder *lb_folder_new(LbSource *source, const char *path, const LbSourceOptions *options, gboolean any_name,
                        GError **error);
void lb_folder_free(LbFolder *folder);
guint lb_folder_get_size(const LbFolder *folder);
const char *lb_folder_get_path(const LbFolder *folder, guint i);
/* Where the file that was at path is now: a path that the folder owns, NULL if it is gone or is_listed says
 * that it has its own place among the files; is_listed may be NULL.  Any thread. */
const char *lb_folder_find_moved(LbFolder *folder, const char *path, gboolean *is_listed);

/* The place (see source.h) of the file at path, which is or was in the folder; and a path where the file of a
 * place may be, or lb_folder_find_moved() begins to look for it: owned by the folder, NULL if no subfolder of
 * that name is there. */
void lb_folder_format_place(const LbFolder *folder, const char *path, GByteArray *place);
const char *lb_folder_find_place(LbFolder *folder, const char *place, gsize length);
