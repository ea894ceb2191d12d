/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "message/recent.h"

static LbSlice slice(const char *text) {
  return (LbSlice){text, strlen(text)};
}

/* An odd size: the text behind a record must not share a byte with it. */
typedef struct {
  char bytes[13];
} Record;

static void what_was_kept_is_found(void **state) {
  LbRecent *recent = lb_recent_new(64, 20, sizeof(Record));
  char text[] = "Alice <a@example.org>";
  Record record = {"twelve bytes"};
  assert_null(lb_recent_find(recent, slice("alice")));
  lb_recent_keep(recent, (LbSlice){text, 20}, &record);
  memset(&record, 'x', sizeof record);
  const Record *found = lb_recent_find(recent, (LbSlice){"Alice <a@example.org", 20});
  assert_non_null(found);
  assert_string_equal(found->bytes, "twelve bytes");
  /* the table has a copy */
  memset(text, 'x', sizeof text);
  assert_non_null(lb_recent_find(recent, (LbSlice){"Alice <a@example.org", 20}));
  assert_null(lb_recent_find(recent, (LbSlice){text, 20}));
  assert_null(lb_recent_find(recent, (LbSlice){"Alice <a@example.org", 19}));
  lb_recent_free(recent);
}

static void what_is_long_or_empty_is_never_known(void **state) {
  LbRecent *recent = lb_recent_new(1, 5, 1);
  const char record = 'r';
  lb_recent_keep(recent, slice("sixsix"), &record);
  lb_recent_keep(recent, slice(""), &record);
  assert_null(lb_recent_find(recent, slice("sixsix")));
  assert_null(lb_recent_find(recent, slice("")));
  assert_null(lb_recent_find(recent, (LbSlice){NULL, 0}));
  lb_recent_keep(recent, slice("five5"), &record);
  assert_non_null(lb_recent_find(recent, slice("five5")));
  lb_recent_free(recent);
}

/* One place for all: the newest stays. */
static void what_is_newer_takes_the_place(void **state) {
  LbRecent *recent = lb_recent_new(1, 16, sizeof(int));
  for (int i = 0; i < 10; i++) {
    char text[16], before[16];
    g_snprintf(text, sizeof text, "number %d", i);
    g_snprintf(before, sizeof before, "number %d", i - 1);
    lb_recent_keep(recent, slice(text), &i);
    assert_int_equal(*(const int *)lb_recent_find(recent, slice(text)), i);
    assert_null(lb_recent_find(recent, slice(before)));
  }
  lb_recent_free(recent);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_kept_is_found),
      cmocka_unit_test(what_is_long_or_empty_is_never_known),
      cmocka_unit_test(what_is_newer_takes_the_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
