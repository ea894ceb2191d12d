/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a diff changes, as a number: git-patch-id(1) --stable, so that a re-sent patch is known again. */
#pragma once
#include <glib.h>

#define LB_PATCH_ID_BYTES 20
/* text from the first diff line on.  FALSE if there is no diff in it. */
gboolean lb_patch_id_build(const char *text, gsize length, guint8 id[LB_PATCH_ID_BYTES]);
