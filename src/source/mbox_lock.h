/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Private to source/: who delivers to an mbox locks it, appends a mail and an empty line, and unlocks it.
 */
#pragma once
#include "source/input.h"

/* If the file's end may be amid a mail and someone has a lock on it (fcntl(2) or FILE.lock), waits up to a
 * second; input->size is then what the file has.  FALSE: it is still locked. */
gboolean lb_mbox_lock_wait(LbInput *input);
