/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of message/'s decoders share. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "message/body.h"
#include "message/message.h"

#define assert_text(string, expected)                                                                        \
  G_STMT_START {                                                                                             \
    assert_string_equal((string)->str, (expected));                                                          \
    assert_int_equal((string)->len, strlen(expected));                                                       \
  }                                                                                                          \
  G_STMT_END

static int setup_message(void **state) {
  lb_message_init();
  return 0;
}

static int teardown_message(void **state) {
  lb_message_shutdown();
  return 0;
}
