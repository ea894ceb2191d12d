/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/commit_message.h"
