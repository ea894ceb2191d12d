/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/period.h"
#include "message/mail.h"

static void test_locator(void **state) {
  (void)state;
  g_autoptr(LbArena) arena = lb_arena_new();
  const LbLocator all[] = {
      {.file = "a.mbox", .offset = G_GUINT64_CONSTANT(1) << 40, .length = G_GUINT64_CONSTANT(5) << 32},
      {.file = "cur/1:2,S", .length = 17},
      {.file = "0.git", .length = 3, .id_size = 20, .commit = {1, [19] = 2}, .blob = {3, [19] = 4}},
      {.file = "1.git", .length = 3, .id_size = 32, .commit = {1, [31] = 2}, .blob = {3, [31] = 4}},
  };
  for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
    LbMail *mail = lb_mail_new(arena);
    lb_mail_set_locator(mail, &all[i], arena);
    LbLocator back = lb_mail_get_locator(mail);
    assert_ptr_equal(back.file, all[i].file);
    assert_int_equal(back.offset, all[i].offset);
    assert_int_equal(back.length, all[i].length);
    assert_int_equal(back.id_size, all[i].id_size);
    assert_memory_equal(back.commit, all[i].commit, sizeof back.commit);
    assert_memory_equal(back.blob, all[i].blob, sizeof back.blob);
  }
}

static void test_details(void **state) {
  (void)state;
  g_autoptr(LbArena) arena = lb_arena_new();
  LbMail *one = lb_mail_new(arena), *other = lb_mail_new(arena), local;
  lb_mail_init(&local);
  assert_ptr_equal(one->details, other->details);
  assert_ptr_equal(one->details, local.details);
  assert_null(one->details->diff);
  assert_int_equal(one->details->extras->author_date, LB_TIME_UNKNOWN);
  assert_int_equal(one->details->extras->patch_offset, -1);
  assert_null(one->author->email);
  assert_null(*one->references);
  LbDetails *details = lb_mail_make_details(one, arena);
  details->summary = "1 file changed";
  assert_ptr_equal(lb_mail_make_details(one, arena), details);
  assert_ptr_equal(one->details, details);
  LbExtras *extras = lb_mail_make_extras(one, arena);
  assert_ptr_equal(lb_mail_make_extras(one, arena), extras);
  assert_ptr_equal(one->details, details);
  assert_ptr_equal(details->extras, extras);
  assert_int_equal(extras->author_date, LB_TIME_UNKNOWN);
  assert_null(other->details->summary);
}

/* A mail too many is soon a gigabyte: what is added here is paid for a million times. */
static void test_size(void **state) {
  (void)state;
  assert_true(sizeof(LbMail) <= 144);
  assert_true(sizeof(LbDetails) <= 64);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_locator),
      cmocka_unit_test(test_details),
      cmocka_unit_test(test_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
