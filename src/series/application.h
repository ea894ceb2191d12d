/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which patches of which posting a mail says were applied: by the titles and numbers that it names, else by
 * what it answers.  Private to series/: review.c drives it.
 */
#pragma once
#include "series/review.h"

typedef struct LbApplicationFinder LbApplicationFinder;
/* input is borrowed. */
LbApplicationFinder *lb_application_finder_new(const LbReviewInput *input);
void lb_application_finder_free(LbApplicationFinder *finder);
/* patch: as in LbApplication.  commit may be NULL. */
typedef void (*LbApplicationFunc)(const LbPosting *posting, int patch, const char *commit, const LbMail *mail,
                                  gpointer data);
/* mail->applied is set and says that something was applied; posted: the cover or patch it answers, NULL if
 * none. */
void lb_application_finder_foreach(LbApplicationFinder *finder, const LbMail *mail, const LbMail *posted,
                                   LbApplicationFunc func, gpointer data);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbApplicationFinder, lb_application_finder_free)
