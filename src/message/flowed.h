/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format=flowed (RFC 3676): soft line breaks joined, space-stuffing undone. */
#pragma once
#include <glib.h>

/* text: LF line ends.  del_sp: the blank before a soft break is no part of the text (DelSp=yes).  Appends. */
void lb_flowed_join(const char *text, gsize length, gboolean del_sp, GString *out);
