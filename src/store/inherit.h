/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to store/: what a mail that is saved once more takes over from itself as it was before. */
#pragma once
#include "store/database.h"

typedef struct {
  guint32 report; /* LB_REPORT_PENDING: nothing is known of an earlier life */
  guint told;     /* LbTold */
} LbInheritance;

/* From a mail of that key that was forgotten with its source. */
gboolean lb_inherit_kept(LbStore *store, guint64 key, LbInheritance *inheritance, GError **error);
/* From mail number id, whose place is the new one's: from now on it is gone. */
gboolean lb_inherit_replaced(LbStore *store, gint64 id, LbInheritance *inheritance, GError **error);
