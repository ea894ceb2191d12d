/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mail that no person wrote: notices that something was applied or merged (b4-ty and kin, which people send
 * by a tool), and robots (test robots, CI, trackers).  Known by sender and form; the table is in robot.c.
 */
#pragma once
#include "message/address.h"
#include "message/subject.h"

typedef enum { LB_ROBOT_NONE, LB_ROBOT_NOTICE, LB_ROBOT_BOT } LbRobotKind;

/* text: decoded. */
LbRobotKind lb_robot_find(const LbPerson *from, const LbSubject *subject, const char *text, gsize length);
