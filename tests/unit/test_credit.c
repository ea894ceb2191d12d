/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"
#include "message/credit.h"

#define KIM "Kim Example <kim@example.org>"
#define ADA "Ada Lind <ada@example.net>"

/* Replies of Kim Example <kim@example.org>; found holds "name address" of each credit, "!" where it is
 * another's. */
static const struct {
  const char *text, *found;
} given[] = {
    {"", ""},
    {"Looks good.\n\nReviewed-by: " KIM "\n", "Reviewed-by kim@example.org"},
    {"Reviewed-by: Kim Example <KIM@Example.ORG>", "Reviewed-by KIM@Example.ORG"},
    {"Acked-by : " KIM "\n", "Acked-by kim@example.org"},
    {"ACKED-BY: kim@example.org\n", "Acked-by kim@example.org"},
    {"Reviewed-By: Kim <kim+lists@example.org>\n", "Reviewed-by kim+lists@example.org"},
    {"Tested-by: Kim <kim@lists.example.org> # arm64\n", "Tested-by kim@lists.example.org"},
    {"Acked-by: Kim Example (kim@example.org)\n", "Acked-by kim@example.org"},
    {"Reviewed-by: Kim Example\n", "Reviewed-by kim@example.org"},
    {"Nacked-by: " KIM "\n", "Nacked-by kim@example.org"},
    /* spellings */
    {"Review-by: " KIM "\nReviewd-by: " KIM "\nRewiewed-by: " KIM "\n",
     "Reviewed-by kim@example.org Reviewed-by kim@example.org Reviewed-by kim@example.org"},
    {"Ack-by: " KIM "\nNAK-by: " KIM "\n", "Acked-by kim@example.org Nacked-by kim@example.org"},
    {"Reviewed-and-tested-by: " KIM "\n", "Reviewed-by kim@example.org Tested-by kim@example.org"},
    {"Reviewed-off-by: " KIM "\n", "Reviewed-off-by kim@example.org"},
    /* the same person under other names and addresses */
    {"Reviewed-by: \"Example, Kim\" <kim@corp.test>\n", "Reviewed-by kim@corp.test"},
    {"Reviewed-by: Kim J. Example <k.example@corp.test>\n", "Reviewed-by k.example@corp.test"},
    {"Reviewed-by: K\303\255m Example (Corp) <kim@corp.test>\n", "Reviewed-by kim@corp.test"},
    {"Reviewed-by: Kim Example <kim@other.example.org>\n", "Reviewed-by kim@other.example.org"},
    /* wrapped */
    {"Reviewed-by: Kim Example\n <kim@example.org>\n", "Reviewed-by kim@example.org"},
    {"Reviewed-by: Kim Example <kim@exam\nple.org>\n", "Reviewed-by kim@example.org"},
    {"Reviewed-by: Kim Example\n\nkim@example.org\n", "Reviewed-by kim@example.org"},
    {"Reviewed-by: Kim Example\nTested-by: Kim Example <kim@example.org>\n",
     "Reviewed-by kim@example.org Tested-by kim@example.org"},
    /* somebody else's */
    {"Reviewed-by: " ADA "\n", "!Reviewed-by ada@example.net"},
    {"Reviewed-by: Kim <kim@example.net>\n", "!Reviewed-by kim@example.net"},
    {"  Reviewed-by: " ADA "\n", ""},
    {"\tReviewed-by: " KIM "\n", "Reviewed-by kim@example.org"},
    {"diff --git a/x b/x\n+x\nReviewed-by: " ADA "\nAcked-by: " KIM "\n", "Acked-by kim@example.org"},
    /* none */
    {"> Reviewed-by: " KIM "\n", ""},
    {"-- \nReviewed-by: " KIM "\n", ""},
    {"I could give a Reviewed-by: " KIM "\n", ""},
    {"Reviewed-by: lines should not be added\n", ""},
    {"Reviewed-by: for this patch?  ;-)\n", ""},
    {"Reviewed-by:\n", ""},
    {"Ruby: //example.org/kim@example.org\n", ""},
    {"Fixes: 0123456789ab (\"x\")\nLink: https://example.org/kim@example.org\nCc: " ADA "\n", ""},
    {"by: " KIM "\n: " KIM "\n-by: " KIM "\n", ""},
};

static GString *format(const LbCredit *credits) {
  GString *found = g_string_new(NULL);
  for (; credits && credits->name; credits++)
    g_string_append_printf(found, "%s%s%s %s", found->len ? " " : "", credits->is_mismatched ? "!" : "",
                           credits->name, credits->person->email);
  return found;
}

static const LbPerson kim = {"Kim Example", "kim@example.org"};

static void test_given(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(given); i++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    gsize length = strlen(given[i].text);
    char *bytes = g_memdup2(given[i].text, MAX(length, 1));
    g_autoptr(GString) found = format(lb_credit_parse_given(bytes, length, kim, NULL, arena));
    for (gsize k = 0; k < length; k++) {
      g_autofree char *cut = g_memdup2(bytes, MAX(k, 1));
      lb_credit_parse_given(cut, k, kim, NULL, arena);
    }
    unit_check_string(found->str, given[i].found, given[i].text);
    g_free(bytes);
  }
}

static void test_carried(void **state) {
  (void)state;
  static const char log[] =
      "Text.\n\nReviewed-by: " ADA "\nCc: " KIM "\nFixes: 0123456789ab (\"x\")\nSigned-off-by: " KIM
      "\nAcked-by: nobody\nReported-and-tested-by: " ADA "\n";
  static const char expected[] = "Reviewed-by ada@example.net Signed-off-by kim@example.org Reported-by "
                                 "ada@example.net Tested-by ada@example.net";
  g_autoptr(LbArena) arena = lb_arena_new();
  LbRecent *recent = lb_credit_new_recent();
  LbRecent *const tables[] = {NULL, recent, recent};
  for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
    g_autoptr(GString) found =
        format(lb_credit_parse_carried((LbSlice){log, sizeof log - 1}, tables[i], arena));
    unit_check_string(found->str, expected, "carried");
  }
  lb_recent_free(recent);
}

static void test_names(void **state) {
  (void)state;
  assert_string_equal(lb_credit_get_name(LB_CREDIT_REVIEWED), "Reviewed-by");
  assert_string_equal(lb_credit_get_name(LB_CREDIT_NACKED), "Nacked-by");
}

/* Nobody writes like this but an attacker. */
static void test_many(void **state) {
  (void)state;
  static const char *const lines[] = {
      "Reviewed-by: a <a@b>\n",        "Reviewed-by: a\n",     "by:",        "Reviewed-by: <\n",
      "                        by:\n", "Reviewed-by: Kim (\n", "a-by: a@b\n"};
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < 1024 * 1024)
      g_string_append(text, lines[i]);
    guint n = 0;
    gint64 begin = g_get_monotonic_time();
    for (const LbCredit *credit = lb_credit_parse_given(text->str, text->len, kim, NULL, arena);
         credit && credit->name; credit++)
      n++;
    unit_check(n <= 201, "%u credits", n);
    unit_check(g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC, "%s", lines[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_given), cmocka_unit_test(test_carried),
                                     cmocka_unit_test(test_names), cmocka_unit_test(test_many)};
  return cmocka_run_group_tests_name("credit", tests, NULL, NULL);
}
