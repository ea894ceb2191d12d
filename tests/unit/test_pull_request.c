/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "message/pull_request.h"

#define SINCE                                                                                                \
  "The following changes since commit 0123456789abcdef0123456789abcdef01234567:\n\n  Title (2024-01-02 "     \
  "10:00:00 +0000)\n\n"

static const struct {
  const char *text;
  gboolean expect;
} cases[] = {
    {"Hi,\n\n" SINCE
     "are available in the Git repository at:\n\n  https://git.example.org/x.git tags/y\n\nfor you",
     TRUE},
    {SINCE "are available in the git repository at:\n  git://git.example.org/x.git for-z\n", TRUE},
    {SINCE "are available in the git repository at\n\n  ssh://a@git.example.org/x.git y\n", TRUE},
    {SINCE "are available in the Git repository at:\n\n  git+ssh://git.example.org/x.git y\n", TRUE},
    {SINCE "are available in the Git repository at:\n\n  git@git.example.org:x/y.git z\n", TRUE},
    {SINCE "are available in the Git repository at:\n\n  gitolite:x/y.git z\n", TRUE},
    {SINCE "are available at: <https://git.example.org/x.git> y\n", TRUE},
    /* wrapped, and all in one line */
    {"The following\nchanges since\ncommit 0123456789: Title are\navailable in\nthe git\nrepository "
     "at:\nhttps://git.example.org/x",
     TRUE},
    {"The following changes since commit 0123: Title (2024) are available in the Git repository at: "
     "https://example.org/x y",
     TRUE},
    {"The following changes since v6.1 are available in the git repository at: git://example.org/x\n", TRUE},
    {"", FALSE},
    {"The following changes since commit 0123", FALSE},
    {"The following changes since yesterday are available in print at the office.\n", FALSE},
    {"The following changes since yesterday are available at", FALSE},
    {"> The following changes since commit 0123:\n>\n> are available in the Git repository at:\n>\n>   "
     "https://example.org/x y\n",
     FALSE},
    {"Breathe following changes since commit 0 are available in the git repository at: https://example.org/x",
     FALSE},
};

static void test_table(void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize length = strlen(cases[i].text);
    char *bytes = g_memdup2(cases[i].text, MAX(length, 1));
    if (lb_pull_request_find(bytes, length) != cases[i].expect)
      fail_msg("'%s'", cases[i].text);
    for (gsize k = 0; k < length; k++) {
      char *start = g_memdup2(bytes, MAX(k, 1));
      lb_pull_request_find(start, k);
      g_free(start);
    }
    g_free(bytes);
  }
}

/* "base url ref head commits", "-" for what isn't said. */
static const struct {
  const char *text, *expect;
} parsed[] = {
    {SINCE "are available in the Git repository at:\n\n  https://git.example.org/x.git tags/y\n\n"
           "for you to fetch changes up to 89abcdef0123456789abcdef0123456789abcdef:\n\n  T (2024-01-03)\n\n"
           "----\nAda Lind (2):\n      a\n      b\n\nKim Example (1):\n      c\n\n x | 2 +-\n",
     "0123456789abcdef0123456789abcdef01234567 https://git.example.org/x.git tags/y "
     "89abcdef0123456789abcdef0123456789abcdef 3"},
    {SINCE "are available in the git repository at:\n  git://git.example.org/x.git\n  for-z\n",
     "0123456789abcdef0123456789abcdef01234567 git://git.example.org/x.git for-z - 0"},
    {SINCE "are available in the git repository at:\n  git://git.example.org/x.git \\\n      for-z\n",
     "0123456789abcdef0123456789abcdef01234567 git://git.example.org/x.git for-z - 0"},
    {SINCE "are available at: <https://git.example.org/x.git> y\n",
     "0123456789abcdef0123456789abcdef01234567 https://git.example.org/x.git y - 0"},
    {SINCE "are available in the Git repository at:\n\n  git@git.example.org:x/y.git\n\nfor you to fetch "
           "changes up to\n"
           "89abcdef01:\n",
     "0123456789abcdef0123456789abcdef01234567 git@git.example.org:x/y.git - 89abcdef01 0"},
    {"The following changes since v6.1 are available in the git repository at: git://example.org/x\n",
     "- git://example.org/x - - 0"},
    {SINCE, ""},
    {"", ""},
};

static const char *or_dash(const char *text) {
  return text ? text : "-";
}

static void test_parse(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(parsed); i++) {
    LbArena *arena = lb_arena_new();
    gsize length = strlen(parsed[i].text);
    char *bytes = g_memdup2(parsed[i].text, MAX(length, 1));
    const LbPullRequest *request = lb_pull_request_parse(bytes, length, arena);
    char *found = request ? g_strdup_printf("%s %s %s %s %u", or_dash(request->base), or_dash(request->url),
                                            or_dash(request->ref), or_dash(request->head), request->n_commits)
                          : g_strdup("");
    if (strcmp(found, parsed[i].expect) != 0)
      fail_msg("'%s': got '%s', wanted '%s'", parsed[i].text, found, parsed[i].expect);
    for (gsize k = 0; k < length; k++) {
      char *cut = g_memdup2(bytes, MAX(k, 1));
      lb_pull_request_parse(cut, k, arena);
      g_free(cut);
    }
    g_free(found);
    g_free(bytes);
    lb_arena_free(arena);
  }
}

static void test_many(void **state) {
  (void)state;
  static const char *const texts[] = {"The following changes since ",
                                      "the following changes since x available ", "available at ",
                                      "Ada (9):\n", "changes up to 0 "};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    LbArena *arena = lb_arena_new();
    GString *text = g_string_new(SINCE "are available in the git repository at: git://example.org/x\n");
    gint64 begin = g_get_monotonic_time();
    while (text->len < 1024 * 1024)
      g_string_append(text, texts[i]);
    assert_non_null(lb_pull_request_parse(text->str, text->len, arena));
    g_string_erase(text, 0, strlen(SINCE));
    lb_pull_request_parse(text->str, text->len, arena);
    if (g_get_monotonic_time() - begin > 5 * G_USEC_PER_SEC)
      fail_msg("%s", texts[i]);
    g_string_free(text, TRUE);
    lb_arena_free(arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_parse),
                                     cmocka_unit_test(test_many)};
  return cmocka_run_group_tests_name("pull_request", tests, NULL, NULL);
}
