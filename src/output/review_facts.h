/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a mail says that bears on reviews and status: the members of listbrief-export(1), "With --text also".
 */
#pragma once
#include "output/fields.h"

void lb_review_facts_add(LbFields *fields, const LbMail *mail);
