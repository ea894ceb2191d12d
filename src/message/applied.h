/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a mail says of work having been applied, merged, queued, or sent back: b4's thank-you mails,
 * patchwork-bot, tip-bot, pr-tracker-bot, the stable and mm robots, a maintainer's own words, pw-bot
 * commands.
 */
#pragma once
#include "message/robot.h"

typedef struct {
  int index, total;    /* "[2/3] title"; LB_NO_NUMBER if it names none */
  const char *title;   /* NULL if it names none */
  const char *commit;  /* hex, as short as given; NULL if none is */
  gboolean is_applied; /* FALSE: listed, but "(no commit info)", "(no matching commit)" */
} LbAppliedPatch;

typedef struct {
  const char *rule;   /* "b4-ty", "patchwork-bot", "tip-bot", "pr-tracker-bot", "mm-commits",
                         "notice", "words", "pw-bot" */
  const char *tree;   /* "netdev/net-next.git", a URL; NULL if it isn't said */
  const char *branch; /* NULL if it isn't said */
  LbPerson by; /* whom a robot names as the one who did it; email NULL: nobody, so it is the mail's author */
  gboolean is_whole;   /* the series or pull request as a whole */
  gboolean is_applied; /* FALSE: changes are requested, or it is refused (pw-bot: cr, rejected) */
  const LbAppliedPatch *patches;
  guint n_patches;
} LbApplied;

/* NULL if it says nothing of that kind.  Quoted text doesn't count but where the form names its patches in
 * it. */
const LbApplied *lb_applied_parse(LbRobotKind robot, const LbSubject *subject, const char *text, gsize length,
                                  LbArena *arena);
