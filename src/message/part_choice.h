/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which parts of a mail are its text: inline text, patches however attached, the best of alternatives. */
#pragma once
#include "message/mime.h"

typedef enum {
  LB_CHOICE_NONE, /* container, attachment, or the lesser of alternatives */
  LB_CHOICE_TEXT,
  LB_CHOICE_HTML,
  LB_CHOICE_PATCH, /* text whose type or file name says that it is a patch, or an attached one that begins
                      like it */
} LbPartChoice;

/* parts: as lb_mime_walk() gives them; choices: as many. */
void lb_part_choose(const GArray *parts, LbPartChoice *choices);
/* The file name, NULL if there is none. */
const char *lb_part_find_name(const LbPart *part);
/* Whether text is a patch that brings its own header, as git-format-patch(1) writes it. */
gboolean lb_part_has_patch_header(const char *text, gsize length);
