/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"
#include "message/link.h"

/* One row per text; found holds "kind:msgid" of each link, separated by blanks. */
static const struct {
  const char *text, *found;
} cases[] = {
    {"", ""},
    {"Nothing to see, but mail kim@example.org.\n", ""},
    /* changelogs */
    {"- Link to v1: https://lore.kernel.org/r/20250101-x-v1-0-0a1b@example.org\n",
     "c:20250101-x-v1-0-0a1b@example.org"},
    {"v1: https://lore.kernel.org/all/1@example.org/\n", "c:1@example.org"},
    {"V2 -> V3: https://lists.example.net/x/2@example.org/T/#t\n", "c:2@example.org"},
    {"[v1] https://lore.kernel.org/all/1@example.org/T/#u\n", "c:1@example.org"},
    {"[2] v4 (2023):\nhttps://lore.kernel.org/all/4@example.org/\n", "c:4@example.org"},
    {"PATCH v2: https://marc.info/?i=2@example.org\n", "c:2@example.org"},
    {"v3:\n - https://lore.kernel.org/all/3@example.org\n", "c:3@example.org"},
    {"Changes from v2\nLink: https://lore.kernel.org/all/2@example.org\n", "c:2@example.org"},
    {"Changes since RFC patch:\nhttps://lore.kernel.org/all/0@example.org/\n", "c:0@example.org"},
    {"v1: https://lore.kernel.org/all/1%40example.org/\n", "c:1@example.org"},
    {"v1: https://a.example.org/1%40example.org\nv2: https://a.example.org/2@example.org\nv3: "
     "https://a.example.org/3%40b\n",
     "c:1@example.org c:2@example.org c:3@b"},
    {"Previous version:\n  https://lore.kernel.org/r/a%2Fb@example.org\n", "c:a/b@example.org"},
    {"v1: https://a.example.org/1@example.org v2: https://a.example.org/2@example.org\n",
     "c:1@example.org c:2@example.org"},
    {"v2: lkml.kernel.org/r/2@example.org\n", "c:2@example.org"},
    {"This supersedes <20200101.1-1-kim@example.org>.\n", "c:20200101.1-1-kim@example.org"},
    {"Supersedes: <9@example.org>\n", "c:9@example.org"},
    /* what must come first is no predecessor */
    {"This depends on https://lore.kernel.org/all/d@example.org/\n", "d:d@example.org"},
    {"- Link to dependency: https://lore.kernel.org/all/d@example.org/\n", "d:d@example.org"},
    {"Depends on\n  https://lore.kernel.org/all/d@example.org/\n", "d:d@example.org"},
    {"Based on v2 of https://lore.kernel.org/all/d@example.org/\n", "d:d@example.org"},
    {"Based-on: https://patchew.org/QEMU/d@example.org/\n", "d:d@example.org"},
    {"Based-on: <d@example.org>\n", ""},
    {"prerequisite-message-id: <d@example.org>\n", "d:d@example.org"},
    /* named for no reason that shows */
    {"Link: https://lore.kernel.org/r/p@example.org\n", "p:p@example.org"},
    {"Message-ID: <p@example.org>\n", "p:p@example.org"},
    {"see https://lwn.net/ml/linux-kernel/p@example.org/ for why.\n", "p:p@example.org"},
    {"(https://lore.kernel.org/all/p@example.org)\n", "p:p@example.org"},
    {"https://lore.kernel.org/all/p@example.org.\n", "p:p@example.org"},
    /* people and hosts are no ids */
    {"Reviewed-by: Kim <kim@example.org>\n", ""},
    {"Cc: Kim <kim@example.org>\n", ""},
    {"v2: as Kim <kim doe@example.org> says\n", ""},
    {"git pull ssh://git@git.example.org/x.git\n", ""},
    {"https://kim@example.org/path\n", ""},
    {"https://example.org/%zz@/x\n", ""},
    {"https://example.org/@x\n", ""},
    {"v1: https://example.org/a@\n", ""},
};

static GString *format(const LbLink *links) {
  GString *found = g_string_new(NULL);
  for (; links && links->msgid; links++)
    g_string_append_printf(found, "%s%c:%s", found->len ? " " : "", "pcd"[links->kind], links -> msgid);
  return found;
}

static void test_table(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    gsize length = strlen(cases[i].text);
    char *bytes = g_memdup2(cases[i].text, MAX(length, 1));
    g_autoptr(GString) found = format(lb_link_parse(bytes, length, arena));
    for (gsize k = 0; k < length; k++) {
      g_autofree char *cut = g_memdup2(bytes, MAX(k, 1));
      lb_link_parse(cut, k, arena);
    }
    unit_check_string(found->str, cases[i].found, cases[i].text);
    g_free(bytes);
  }
}

/* A mebibyte of ids is read in no time, and few are kept. */
static void test_many(void **state) {
  (void)state;
  static const char *const lines[] = {"v1: https://a.example.org/1@example.org\n", "@\n",
                                      "@@@@@@@@@@@@@@@@ :// ://\n", "https://x/a%40"};
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    g_autoptr(GString) text = g_string_new(NULL);
    while (text->len < 1024 * 1024)
      g_string_append(text, lines[i]);
    guint n = 0;
    gint64 begin = g_get_monotonic_time();
    for (const LbLink *link = lb_link_parse(text->str, text->len, arena); link && link->msgid; link++)
      n++;
    unit_check(n <= 100, "%u links", n);
    unit_check(g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC, "%s", lines[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_table), cmocka_unit_test(test_many)};
  return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
