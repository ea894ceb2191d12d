/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mail that no person wrote: notices that something was applied or merged (b4-ty and kin, which people send
 * by a tool), and robots (test robots, CI, trackers).  Known by sender and form; the table is in robot.c.
 */
#pragma once
#include "message/address.h"
#include "message/subject.h"

typedef enum { LB_ROBOT_NONE, LB_ROBOT_NOTICE, LB_ROBOT_BOT } LbRobotKind;

/* What is known by the sender alone, of whom there are fewer than mails. */
typedef struct {
  guint64 rows[2]; /* bits of the table's rows that he fits */
  gboolean has_bot_name;
} LbRobotSender;
/* from: as the header says; email NULL: nobody known. */
LbRobotSender lb_robot_read_sender(LbPerson from);

/* text: decoded. */
LbRobotKind lb_robot_find(const LbRobotSender *sender, const LbSubject *subject, const char *text,
                          gsize length);
