/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "message/class.h"

#define DIFF "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n"
#define PULL                                                                                                 \
  "Hi,\n\nThe following changes since commit 0123456789abcdef0123456789abcdef01234567:\n\n  Title "          \
  "(2024-01-01)\n\n"                                                                                         \
  "are available in the Git repository at:\n\n  https://git.example.org/a.git tags/b\n\nfor you to fetch\n"

enum { DIFFS = 1, THREAD = 2, AUTO = 4 }; /* has a diff, has References, Auto-Submitted: auto-replied */

typedef struct {
  const char *from, *subject, *text;
  guint flags;
  const char *expected; /* class and marks */
} Row;

/* from: NULL is a person; "Name <address>" otherwise */
static const Row rows[] = {
    /* patch, cover */
    {NULL, "[PATCH] a: b", "log\n" DIFF, DIFFS, "patch"},
    {NULL, "[PATCH] a: b", "forgot the diff\n", 0, "discussion"},
    {NULL, "[PATCH] a: b", "forgot the diff\n", THREAD, "reply"},
    {NULL, "[PATCH 2/3] a: b", "forgot the diff\n", 0, "patch"},
    {NULL, "[PATCH 2/3] a: b", DIFF, DIFFS | THREAD, "patch"},
    {NULL, "[PATCH 3/2] a: b", DIFF, DIFFS | THREAD, "patch"},
    {NULL, "[PATCH 3/n] a: b", DIFF, DIFFS | THREAD, "patch"},
    {NULL, "[RFC 1/2] a: b", "none\n", 0, "patch"},
    {NULL, "[RFC] a: b", DIFF, DIFFS, "patch"},
    {NULL, "[RFC] what do you think", "text\n", 0, "discussion"},
    {NULL, "[v2] a: b", DIFF, DIFFS, "patch"},
    {NULL, "[DO NOT MERGE v2 1/4] a: b", "none\n", 0, "patch"},
    {NULL, "a: b", DIFF, DIFFS, "patch"},
    {NULL, "a: b", DIFF, DIFFS | THREAD, "patch"},
    {NULL, "", DIFF, DIFFS, "patch"},
    {NULL, "[1/3] a: b", DIFF, DIFFS, "patch"},
    {NULL, "[1/3] a: b", "none\n", 0, "discussion"},
    {NULL, "[net-next 1/3] a: b", DIFF, DIFFS, "patch"},
    {NULL, "[net-next 1/3] a: b", "none\n", THREAD, "reply"},
    {NULL, "[PATCH 0/3] a: b", "", 0, "cover"},
    {NULL, "[PATCH 0/3] a: b", DIFF, DIFFS, "cover"},
    {NULL, "[PATCH 0/3] a: b", "text\n", THREAD, "cover"},
    {NULL, "[PATCH 0/n] a: b", "text\n", 0, "cover"},
    {NULL, "[net-next 0/3] a: b", "text\n", 0, "cover"},
    {NULL, "[PATCH 0/3] a: b", PULL, 0, "cover"},
    {NULL, "[PATCHSET RFC v4] a: b", "text\n", 0, "discussion"},
    {NULL, "[BUG] a: b", DIFF, DIFFS, "discussion"},
    {NULL, "[net-next] a: b", DIFF, DIFFS, "patch"},
    {NULL, "[Virtual e500] a is full", DIFF, DIFFS | THREAD, "reply"},
    {NULL, "cleaning up a", "Gitweb:\n\n    http://git.example.org/a.git\n", 0, "discussion"},
    {NULL, "[bug report] a: b", "text\n", 0, "discussion"},
    {NULL, "[ANNOUNCE] a 1.0", "text\n", 0, "discussion"},
    {NULL, "[pci:next 62/77] BUILD SUCCESS", "text\n", 0, "discussion"},
    {NULL, "[EXTERNAL] [PATCH] a: b", DIFF, DIFFS, "patch"},
    /* pull */
    {NULL, "[GIT PULL] a", PULL, 0, "pull"},
    {NULL, "[GIT PULL] a", "Please pull.\n", 0, "pull"},
    {NULL, "[PULL] a", "text\n", 0, "pull"},
    {NULL, "Please pull a", PULL, 0, "pull"},
    {NULL, "[GIT PULL 1/4] a", PULL, 0, "pull"},
    {NULL, "[PULL 1/4] a: b", DIFF, DIFFS, "patch pull"},
    {NULL, "[PULL 0/4] a", PULL, 0, "cover pull"},
    {NULL, "[PULL 0/4] a", "text\n", 0, "cover pull"},
    {NULL, "Re: [GIT PULL] a", PULL, THREAD, "reply"},
    /* reply */
    {NULL, "Re: [PATCH] a: b", DIFF, DIFFS | THREAD, "reply"},
    {NULL, "Re: [PATCH 0/3] a: b", "", THREAD, "reply"},
    {NULL, "Fwd: [PATCH] a: b", DIFF, DIFFS, "reply"},
    {NULL, "回复：[PATCH] a: b", "", 0, "reply"},
    {NULL, "[devel] Re: a", "", 0, "reply"},
    {NULL, "a", "text\n", THREAD, "reply"},
    {NULL, "a", "text\n", 0, "discussion"},
    {NULL, "a", "On Tue, 2 Jan 2024, Bob wrote:\n> text\n> more\n\nyes\n", 0, "reply"},
    {NULL, "a", "On Tue, 2 Jan 2024, Bob\n<bob@example.com> wrote:\n\n> text\n\nyes\n", 0, "reply"},
    {NULL, "a", "Am 02.01.2024 schrieb Bob:\n> text\n", 0, "reply"},
    {NULL, "a", "Le 2 janv. 2024, Bob a écrit :\n> text\n", 0, "reply"},
    {NULL, "a", "在 2024/1/2 写道：\n> text\n", 0, "reply"},
    {NULL, "a", "The output is:\n> 1 2 3\n", 0, "discussion"},
    {NULL, "a", "> a quote without a word before it\n", 0, "discussion"},
    {NULL, "a", "Bob wrote:\nnothing quoted\n", 0, "discussion"},
    {NULL, "", "", 0, "discussion"},
    /* stable */
    {NULL, "[PATCH 5.15 001/146] a: b", DIFF, DIFFS | THREAD, "patch stable"},
    {NULL, "[PATCH 5.15 000/146] 5.15.80-rc1 review", "text\n", 0, "cover stable"},
    {NULL, "[PATCH AUTOSEL 6.1 1/9] a: b", DIFF, DIFFS, "patch stable"},
    {NULL, "[PATCH 6.1] a: b", DIFF, DIFFS, "patch stable"},
    {NULL, "[PATCH] a: b", "commit 0123456789abcdef0123456789abcdef01234567 upstream.\n\nlog\n" DIFF, DIFFS,
     "patch stable"},
    {NULL, "[PATCH] a: b", "[ Upstream commit 0123456789abcdef0123456789abcdef01234567 ]\n\n" DIFF, DIFFS,
     "patch stable"},
    {NULL, "[PATCH] a: b", "From: Bob <b@example.org>\n\n[ Upstream commit 0123456789abcdef ]\n\n" DIFF,
     DIFFS, "patch stable"},
    {NULL, "[ 05/62] a: b", "3.4-stable review patch.  If anyone has any objections\n\n" DIFF, DIFFS,
     "patch stable"},
    {NULL, "[PATCH] a: b", "commit 0123456789ab broke it.\n" DIFF, DIFFS, "patch"},
    {NULL, "[PATCH] a: b", "log\n\nCc: stable@vger.kernel.org # 5.10\n" DIFF, DIFFS, "patch"},
    {NULL, "Re: [PATCH 5.15 001/146] a: b", "text\n", THREAD, "reply"},
    /* notices */
    {"patchwork-bot+netdevbpf@kernel.org", "Re: [PATCH v2 0/3] a: b",
     "Hello:\n\nThis series was applied to netdev/net-next.git (main)\nby A B <a@example.org>:\n\nOn Fri, B "
     "wrote:\n> x\n",
     THREAD, "notice"},
    {"patchwork-bot+x@kernel.org", "Re: [PATCH] a: b",
     "Hello:\n\nThis patch was applied to a/b.git (refs/heads/master):\n", THREAD, "notice"},
    {"patchwork-bot+x@kernel.org", "Re: [GIT PULL] a",
     "Hello:\n\nThis pull request was applied to a/b.git (main)\n", THREAD, "notice"},
    {"patchwork-bot+x@kernel.org", "Re: [PATCH] a: b", "Hello:\n\nYou have been heard.\n", THREAD, "bot"},
    {"pr-tracker-bot@kernel.org", "Re: [GIT PULL] a",
     "The pull request you sent on Tue,  2 Nov 2021 14:54:22 +0100:\n\n> git://git.example.org/a.git "
     "tags/b\n\n"
     "has been merged into torvalds/linux.git:\nhttps://git.example.org/c/0123\n",
     THREAD, "notice"},
    {"tip-bot2 for A B <tip-bot2@linutronix.de>", "[tip: x86/urgent] a: b",
     "The following commit has been merged into the x86/urgent branch of tip:\n\nCommit-ID:     0123\n" DIFF,
     DIFFS | THREAD, "notice"},
    {"tip-bot for A B <tipbot@zytor.com>", "[tip:timers/core] a: b",
     "Commit-ID:  0123\nGitweb:     https://x/\n" DIFF, DIFFS, "notice"},
    {"A B <akpm@linux-foundation.org>", "+ a-b.patch added to mm-unstable branch",
     "\nThe patch titled\n     Subject: a\n", 0, "notice"},
    {"A B <akpm@linux-foundation.org>", "[merged mm-stable] a-b.patch removed from -mm tree",
     "\nThe patch titled\n" DIFF, DIFFS, "notice"},
    {"A B <akpm@linux-foundation.org>", "Re: [PATCH] a: b", "That looks fine.\n", THREAD, "reply"},
    {"A B <akpm@linux-foundation.org>", "[PATCH 1/2] a: b", DIFF, DIFFS, "patch"},
    {"<gregkh@linuxfoundation.org>", "patch \"a: b\" added to usb-next",
     "\nThis is a note to let you know that I've just added the patch titled\n\n    a: b\n\nto my usb git "
     "tree\n" DIFF,
     DIFFS, "notice"},
    {"<gregkh@linuxfoundation.org>", "Patch \"a: b\" has been added to the 6.1-stable tree",
     "\nThis is a note to let you know that I've just added the patch titled\n" DIFF, DIFFS, "notice"},
    {NULL, "Re: Patch \"a: b\" has been added to the 6.1-stable tree",
     "On Mon, Greg wrote:\n> This is a note to let you know that I've just added the patch titled\n\nPlease "
     "drop it.\n",
     THREAD, "reply"},
    {NULL, "Re: [PATCH 0/2] a: b",
     "On Mon, 1 Jan 2024 10:00:00 +0000, B wrote:\n> text\n> \n> [...]\n\nApplied to for-next, thanks!\n\n"
     "[1/2] a: b\n      commit: 0123456789abcdef\n[2/2] a: c\n      (no commit info)\n\nBest regards,\n-- "
     "\nA\n",
     THREAD, "notice"},
    {NULL, "Re: (subset) [PATCH 0/2] a: b",
     "On Mon, B wrote:\n> text\n\nApplied, thanks!\n\n[1/2] a: b\n      "
     "https://git.example.org/c/0123456789ab\n",
     THREAD, "notice"},
    {NULL, "Re: [PATCH 1/1] a: b", "Applied\n\n[1/1] a: b\n      (no commit info)\n", THREAD, "notice"},
    {NULL, "Re: [PATCH] a: b", "Applied, thanks.\n", THREAD, "reply"},
    {NULL, "Re: [PATCH] a: b", "[1/2] is fine,\n  but commit: 01 is not\n[2/2] isn't.\n", THREAD, "reply"},
    {NULL, "Re: [PATCH] a: b", "> [1/1] a: b\n>       commit: 0123456789abcdef\n\nThanks for applying.\n",
     THREAD, "reply"},
    {NULL, "Applied \"a: b\" to the asoc tree",
     "The patch\n\n   a: b\n\nhas been applied to the asoc tree at\n" DIFF, DIFFS, "notice"},
    {"M <patch-notifications@ellerman.id.au>", "Re: [PATCH] a: b",
     "On Thu, B wrote:\n> x\n\nApplied to powerpc next, thanks.\n\nhttps://git.example.org/c/01\n", THREAD,
     "notice"},
    {"M <mchehab@kernel.org>", "[git:media_tree/master] a: b",
     "This is an automatic generated email to let you know that the following patch were queued:\n\nSubject: "
     "a: b\n" DIFF,
     DIFFS, "notice"},
    /* robots */
    {"kernel test robot <lkp@intel.com>", "Re: [PATCH] a: b", "Hi A,\n\nkernel test robot noticed\n", THREAD,
     "bot"},
    {"kernel test robot <oliver.x@example.com>", "[linux-next:master] [a] 0123: regression", "Hello,\n", 0,
     "bot"},
    {"kbuild test robot <lkp@intel.com>", "[pci:next 62/77] a.c:1: error: b", "tree: x\n", 0, "bot"},
    {"lkp@intel.com", "[PATCH] a: fix b.cocci warnings", DIFF, DIFFS, "bot"},
    {"syzbot <syzbot+0123456789@syzkaller.appspotmail.com>", "[syzbot] [net?] KASAN: a", "Hello,\n", 0,
     "bot"},
    {"syzbot <syzbot+0123456789@syzkaller.appspotmail.com>", "Re: WARNING in a", "syzbot has bisected\n",
     THREAD, "bot"},
    {"Regzbot (on behalf of A B) <regressions@example.info>",
     "Linux regressions report for mainline [2024-01-01]", "x\n", 0, "bot"},
    {"KernelCI bot <bot@kernelci.org>", "mainline build: 1 failed", "x\n", 0, "bot"},
    {"no-reply@patchew.org", "Re: [PATCH] a: b", "Patchew URL: https://patchew.org/\n", THREAD, "bot"},
    {"Patchwork <patchwork@emeril.freedesktop.org>", "✓ Fi.CI.BAT: success for a: b", "x\n", THREAD, "bot"},
    {"bot+bpf-ci@kernel.org", "Re: [PATCH] a: b", "x\n", THREAD, "bot"},
    {"review-bot@kernel.org", "Re: [PATCH] a: b", "x\n", THREAD, "bot"},
    {"coverity-bot <a+coverity-bot@example.org>", "Coverity: f(): Uninitialized", "Hello!\n", 0, "bot"},
    {"scan-admin@coverity.com", "New Defects reported by Coverity Scan for a", "Hi,\n", 0, "bot"},
    {"buildbot@example.org", "Buildbot: a - failed compile", "x\n", 0, "bot"},
    {"A B <a@example.org>", "Build regressions/improvements in v6.1", "Below is\n", 0, "bot"},
    {"A B <a@example.org>", "Re: Build regressions/improvements in v6.1", "On Mon, wrote:\n> x\n", THREAD,
     "reply"},
    {"Rob (bot) <r@example.org>", "Re: [PATCH] a: b",
     "On Mon, 1 Jan 2024 10:00:00 +0000, A B wrote:\n> x\n\nMy bot found errors running 'make "
     "dt_binding_check'\n",
     THREAD, "bot"},
    {"G <g@example.org>", "Re: [PATCH] a: b",
     "Hi,\n\nThis is the friendly patch-bot of G K.  You have sent\n", THREAD, "bot"},
    {"G <g@example.org>", "FAILED: patch \"[PATCH] a: b\" failed to apply to 6.1-stable tree",
     "\nThe patch below does not apply to the 6.1-stable tree.\n" DIFF, DIFFS, "bot"},
    {"bugzilla-daemon@kernel.org", "[Bug 1] New: a", "https://x/\n", 0, "bot"},
    {NULL, "Automatic reply: [PATCH] a: b", "I am away.\n", 0, "bot"},
    {NULL, "I am away", "until Monday\n", AUTO, "bot"},
    {NULL, "[PATCH] a: b", DIFF, DIFFS | AUTO, "patch"},
    /* people with names and hosts like theirs */
    {"Jan Bot <jan.bot@example.org>", "[PATCH] a: b", DIFF, DIFFS, "patch"},
    {"Alex <alex@shazbot.org>", "Re: [PATCH] a: b", "x\n", THREAD, "reply"},
    {"A B via B4 Relay <devnull+a.example.org@kernel.org>", "[PATCH] a: b", DIFF, DIFFS, "patch"},
    {"A B via GitGitGadget <gitgitgadget@gmail.com>", "[PATCH 0/2] a: b", "x\n", 0, "cover"},
    {NULL, "[PATCH] kisskb: fix the links", DIFF, DIFFS, "patch"},
    {NULL, "[PATCH] Build regressions/improvements in v6.1: mend", DIFF, DIFFS, "patch"},
    {"Talbot <talbot@example.org>", "a", "x\n", 0, "discussion"},
    {"<>", "[PATCH] a: b", DIFF, DIFFS, "patch"},
};

static LbPerson split_person(const char *from, LbArena *arena) {
  const char *open = from ? strchr(from, '<') : NULL;
  if (!from)
    return (LbPerson){"Alice Example", "alice@example.org"};
  if (!open)
    return (LbPerson){"", from};
  LbPerson person = {lb_arena_strndup(arena, from, open > from ? (gsize)(open - from - 1) : 0),
                     lb_arena_strndup(arena, open + 1, strlen(open) - 2)};
  if (!*person.email)
    person.email = NULL;
  return person;
}

static char *classify_row(const Row *row) {
  g_autoptr(LbArena) arena = lb_arena_new();
  LbSubject subject;
  LbHeader header = {0};
  gboolean is_stable, is_pull;
  lb_subject_parse(row->subject, arena, &subject);
  if (row->flags & AUTO)
    header.fields[LB_FIELD_AUTO_SUBMITTED] = (LbSlice){"auto-replied", 12};
  LbRobotSender sender = lb_robot_read_sender(split_person(row->from, arena));
  LbClassEvidence evidence = {
      .header = &header,
      .subject = &subject,
      .sender = &sender,
      .text = row->text,
      .length = strlen(row->text),
      .has_diff = (row->flags & DIFFS) != 0,
      .is_in_thread = (row->flags & THREAD) != 0,
  };
  LbClass mail_class = lb_class_build(&evidence, &is_stable, &is_pull);
  return g_strconcat(lb_class_get_name(mail_class), is_stable ? " stable" : "", is_pull ? " pull" : "", NULL);
}

static void test_classes(void **state) {
  guint failures = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *got = classify_row(rows + i);
    if (strcmp(got, rows[i].expected) != 0) {
      print_error("%s / %s: got '%s', expected '%s'\n", rows[i].from ? rows[i].from : "", rows[i].subject,
                  got, rows[i].expected);
      failures++;
    }
  }
  assert_int_equal(failures, 0);
}

static void test_names(void **state) {
  for (LbClass c = 0; c < LB_N_CLASSES; c++)
    assert_int_equal(lb_class_find(lb_class_get_name(c)), c);
  assert_int_equal(lb_class_find("cover letter"), LB_N_CLASSES);
}

/* Long lines and many lines may not cost more than their length. */
static void test_hostile(void **state) {
  static const char *const pieces[] = {"\n[1/2] a\n", "\n[1/2]", "[1/",          "> ", "a ",
                                       "wrote:\n>",   "\n",      " applied to ", "*",  ":\n> \n"};
  for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
    g_autoptr(GString) text = g_string_sized_new(1 << 21);
    while (text->len < 1 << 21)
      g_string_append(text, pieces[i]);
    Row row = {"patchwork-bot+x@kernel.org", "Re: a", text->str, 0, NULL};
    gint64 start = g_get_monotonic_time();
    for (int n = 0; n < 2; n++, row.from = NULL, row.subject = n ? "a" : "Re: a") {
      g_autofree char *got = classify_row(&row);
      assert_non_null(got);
    }
    if (g_get_monotonic_time() - start > G_USEC_PER_SEC)
      fail_msg("'%s' repeated takes too long", pieces[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_classes),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_hostile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
