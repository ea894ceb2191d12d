/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a mail is: the first rule that fits decides.  An unnumbered cover needs its replies and is
 * found later, by series/. */
#pragma once
#include "message/patch.h"
#include "message/robot.h"
#include "message/subject.h"

typedef enum {
  LB_CLASS_DISCUSSION,
  LB_CLASS_PATCH,
  LB_CLASS_COVER,
  LB_CLASS_REPLY,
  LB_CLASS_PULL,
  LB_CLASS_NOTICE,
  LB_CLASS_BOT,
  LB_N_CLASSES
} LbClass;
const char *lb_class_get_name(LbClass mail_class); /* "patch" */
/* LB_N_CLASSES if there is none of that name. */
LbClass lb_class_find(const char *name);

typedef struct {
  const LbHeader *header;
  const LbSubject *subject;
  const LbRobotSender *sender; /* by what the header says */
  const char *text;            /* decoded */
  gsize length;
  gboolean has_diff, is_in_thread; /* In-Reply-To or References present */
} LbClassEvidence;
LbClass lb_class_build(const LbClassEvidence *evidence, gboolean *is_stable, gboolean *is_pull);
