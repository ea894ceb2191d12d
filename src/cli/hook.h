/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `listbrief deliver`, for a program that has no GLib: cli/front.c. */
#pragma once

/* argv[0] is "deliver".  Returns 0 or 75. */
int lb_cmd_deliver(int argc, char **argv);
