/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: which files of a maildir, Maildir++ tree, MH folder or folder of .eml files are mails,
 * in an order that no directory's order changes, and where one went whose flags changed meanwhile.
 */
#pragma once
#include "source/kind.h"

typedef struct {
  const char *path;
  guint32 name;        /* where the file's name begins in path */
  guint32 base_length; /* of the name up to ':', which stays when flags change */
  guint32 group;       /* which folder, cur and new being one */
} LbFolderFile;

typedef struct LbFolder LbFolder;

/* Whether path is a maildir or has files with names that only mails have. */
gboolean lb_folder_looks_like(const char *path);
/* any_name: in a folder that is no maildir, every file is a mail, whatever its name.  What is passed over is
 * noted in source's log.  LB_ERROR_NO_INPUT if path itself can't be read. */
LbFolder *lb_folder_new(LbSource *source, const char *path, gboolean recursive, gboolean any_name,
                        GError **error);
void lb_folder_free(LbFolder *folder);
guint lb_folder_get_size(const LbFolder *folder);
const LbFolderFile *lb_folder_get(const LbFolder *folder, guint i);
/* Where the file that was at path is now: a path that the folder owns, NULL if it is gone or is_listed says
 * that it has its own place among the files.  Any thread. */
const char *lb_folder_find_moved(LbFolder *folder, const char *path, gboolean *is_listed);
