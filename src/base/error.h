/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one error domain.  A code names what the caller does about the error,
 * not where it came from; cli/ alone turns codes into exit statuses
 * (sysexits(3)).  Odd mail is never an error: see base/diag.h.
 */
#pragma once
#include <glib.h>

#define LB_ERROR (lb_error_quark())
GQuark lb_error_quark(void);

typedef enum {
  LB_ERROR_USAGE,         /* the command line is wrong: exit 64 */
  LB_ERROR_BAD_INPUT,     /* nothing usable in it, it is not what it claims: 65 */
  LB_ERROR_NO_INPUT,      /* missing or unreadable: 66 */
  LB_ERROR_PARTIAL,       /* a source or a part of one could not be read: go on, exit 69 */
  LB_ERROR_CANNOT_CREATE, /* an output file can't be created: 73 */
  LB_ERROR_WRITE,         /* write, sync or close of output failed: 74 */
  LB_ERROR_TRY_LATER,     /* 75 */
  LB_ERROR_CONFIG,        /* 78 */
  LB_ERROR_FAILED,        /* anything else the caller can't mend: 70 */
} LbError;
