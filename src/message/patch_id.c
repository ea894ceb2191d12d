/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/patch_id.h"
