/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To add a section: one section_<question>.c that exports its LbSection, a line here, a line in the table
 * of report.c, a test, a row in listbrief-report(7).
 */
#pragma once
#include "report/report.h"

extern const LbSection lb_section_watched;
extern const LbSection lb_section_domains;
extern const LbSection lb_section_contributors;
extern const LbSection lb_section_patches;
extern const LbSection lb_section_waiting;
extern const LbSection lb_section_applied;
extern const LbSection lb_section_pulls;
extern const LbSection lb_section_reviewers;
extern const LbSection lb_section_newcomers;
extern const LbSection lb_section_discussions;
extern const LbSection lb_section_incomplete;
extern const LbSection lb_section_bots;
extern const LbSection lb_section_numbers;
extern const LbSection lb_section_messages;
