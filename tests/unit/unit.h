/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cmocka wants to be included before it, and what tables of cases need. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

/* Names the case before the assertion that jumps away: in a table the line number tells nothing. */
#define unit_check(claim, ...)                                                                               \
  G_STMT_START {                                                                                             \
    if (!(claim)) {                                                                                          \
      print_error("case: ");                                                                                 \
      print_error(__VA_ARGS__);                                                                              \
      print_error("\n");                                                                                     \
      fail_msg("%s", #claim);                                                                                \
    }                                                                                                        \
  }                                                                                                          \
  G_STMT_END

#define unit_check_string(got, wanted, name)                                                                 \
  unit_check(!g_strcmp0((got), (wanted)), "%s: got '%s', wanted '%s'", (name), (got), (wanted))
