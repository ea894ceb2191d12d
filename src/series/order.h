/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order of mails that doesn't depend on how they arrived: by date, unknown last, then Message-ID. */
#pragma once
#include "message/mail.h"

int lb_order_compare(const LbMail *a, const LbMail *b);
/* mails: of LbMail. */
void lb_order_sort(GPtrArray *mails);
