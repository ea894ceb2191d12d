/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"
#include "message/applied.h"

/*
 * One row per reply.  found is "" where nothing is said, else: the rule, "all" for the whole, "not" for a
 * refusal, the tree and "(branch)", then the patches: number, "=commit", "!" where it is listed but not
 * applied, "'title'" where no number is given.
 */
typedef struct {
  const char *subject, *text, *found;
} Case;

/* What people write; replies to 2/5. */
static const Case words[] = {
    /* the verb first */
    {NULL, "Applied, thanks.\n", "words"},
    {NULL, "Applied.\n", "words"},
    {NULL, "applied to the foo tree.\n", "words foo"},
    {NULL, "Queued, thanks!\n", "words"},
    {NULL, "Queued up for foo-next, thank you.\n", "words foo-next"},
    {NULL, "Merged to net-next\n", "words net-next"},
    {NULL, "Pushed to drm-misc-next.\n", "words drm-misc-next"},
    {NULL, "Pulled, thanks.\n", "words all"},
    {NULL, "Will queue.  Thanks.\n", "words"},
    {NULL, "Hi,\nTaken this into foo-next, thanks.\n", "words foo-next"},
    {NULL, "I took\nthis into foo-next.\n", "words foo-next"},
    {NULL, "Applied to 5.14/scsi-queue, thanks!\n", "words 5.14/scsi-queue"},
    {NULL, "Applied to powerpc topic/ppc-kvm, thanks.\n", "words powerpc (topic/ppc-kvm)"},
    {NULL, "Applied to vfio next branch for v5.6.  Thanks,\n", "words vfio (next)"},
    {NULL, "Applied to the net-next tree (main).\n", "words net-next (main)"},
    {NULL, "Applied to hid.git, thanks!\n", "words hid.git"},
    {NULL, "Pushed to branch `for_kim/6.1` at:\n", "words for_kim/6.1"},
    {NULL, "Queued for inclusion into foo-next.\n", "words foo-next"},
    {NULL, "Queued for 5.3, thanks.\n", "words"},
    {NULL, "Applied and queued up for -stable.\n", "words"},
    {NULL, "Applied to foo-next as commit 0123456789ab.\n", "words foo-next =0123456789ab"},
    {NULL, "Thanks! Applied to net-next, 10cdc794dae8 (\"net: x\").\n", "words net-next =10cdc794dae8"},
    {NULL, "Applied to powerpc next, thanks.\n\nhttps://git.example.org/powerpc/c/0123456789abcdef\n",
     "words powerpc (next) =0123456789abcdef"},
    /* something before it */
    {NULL, "Thanks, applied to my foo-next branch.\n", "words foo-next"},
    {NULL, "Thanks, patch applied to my foo-next tree.\n", "words foo-next"},
    {NULL, "Thank you for the patch. Applied.\n", "words"},
    {NULL, "Hi Ada,\n\nGood catch, applied, thank you.\n", "words"},
    {NULL, "Now queued up, thanks.\n", "words"},
    {NULL, "Both patches queued to foo-next.\n", "words all foo-next"},
    {NULL, "Series applied.\n", "words all"},
    {NULL, "Thanks, series applied to my foo-fixes branch.\n", "words all foo-fixes"},
    {NULL, "This series is now rebased and pushed to foo-next.\n", "words all foo-next"},
    {NULL, "Looks good to me, applied to foo-next.\n", "words foo-next"},
    {NULL, "Looks good to me, applied both.\n", "words all"},
    {NULL, "Committed to foo.  Thanks.\n", "words foo"},
    {NULL, "I am committed to fixing this.\n", ""},
    {NULL, "Patch 1 applied, patch 2 needs work.\n", "words 1"},
    /* the first person */
    {NULL, "I've queued these up for foo-next, thanks!\n", "words all foo-next"},
    {NULL, "Sorry for the breakage.  I queued this patch.\n", "words"},
    {NULL, "I\342\200\231ve applied this to foo-next.\n", "words foo-next"},
    {NULL, "This is still missing, so I've picked it up via\nfoo-next.\n", "words foo-next"},
    {NULL, "I went ahead and applied them while I was in the neighborhood.\n", "words all"},
    {NULL, "I have taken this patch in my foo-next branch.\n", "words foo-next"},
    {NULL, "I changed the subject line a bit and pushed to foo-fixes.\n", "words foo-fixes"},
    {NULL, "Fixed the typo and applied to foo-next. Thanks.\n", "words foo-next"},
    {NULL, "Commit message adjusted and queued for foo-next. Thanks.\n", "words foo-next"},
    {NULL, "Applied, but there are two more problems with this.\n", "words"},
    /* some of them */
    {NULL, "Applied 1-3 to foo.\n", "words foo 1 2 3"},
    {NULL, "Applied 1/5 and 3/5 to pci/misc for v5.16, thanks!\n", "words pci/misc 1 3"},
    {NULL, "Applied #1 and #4 to foo-next, thanks!\n", "words foo-next 1 4"},
    {NULL, "Queued 1-2 and 4-5, thanks.\n", "words 1 2 4 5"},
    {NULL, "Applied patch 2 and 3. Thank you.\n", "words 2 3"},
    {NULL, "Applied this and patch 3. The first is dropped.\n", "words 2 3"},
    {NULL, "Thanks, patches 3 and 4 of this series applied to my foo-next branch.\n", "words foo-next 3 4"},
    {NULL, "I've applied the first three to foo-next.\n", "words foo-next 1 2 3"},
    {NULL, "I've applied all but this patch to foo-next.\n", "words foo-next 1 3 4 5"},
    {NULL, "I applied all but the last patch to foo-next.\n", "words foo-next 1 2 3 4"},
    {NULL, "Applied the series except patch 4/5 to foo-next, thanks!\n", "words foo-next 1 2 3 5"},
    {NULL, "OK, I've applied this set, minus #3 which was applied elsewhere.\n", "words 1 2 4 5"},
    {NULL, "I've queued these up to foo-next except for the scsi patch.\n", ""},
    /* no maintainer's statement */
    {NULL, "Applied cleanly and works here.\n", ""},
    {NULL, "Applied on top of 6.8.4, it prevents the oops.\n", ""},
    {NULL, "I applied these 4, compiled, installed, rebooted.\n", ""},
    {NULL, "I've built linux-next and\napplied all 13 patches in the series.\n", ""},
    {NULL, "Makes sense. I merged them in the next version. Thanks.\n", ""},
    {NULL, "Agreed, I applied that for v3.\n", ""},
    {NULL, "When this is applied to foo-next, it breaks.\n", ""},
    {NULL, "This should be applied to foo-next.\n", ""},
    {NULL, "Has this been applied to foo-next?\n", ""},
    {NULL, "Applied?\n", ""},
    {NULL, "I will apply this series to foo-next shortly.\n", ""},
    {NULL, "It has already been applied to foo-next by somebody.\n", ""},
    {NULL, "The patch picked up for the stable tree will need this bit.\n", ""},
    {NULL, "I have applied the other fix to my tree.\n", ""},
    {NULL, "I took a look at this series.\n", ""},
    {NULL, "I pushed a new tree.\n", ""},
    {NULL, "I have not picked these up.\n", ""},
    {NULL, "> Applied, thanks.\n", ""},
    {NULL, "-- \nApplied, thanks.\n", ""},
    {NULL, "    Applied to foo-next.\n", ""},
    {"not a reply", "Applied, thanks.\n", ""},
    /* commands */
    {NULL, "pw-bot: cr\n", "pw-bot all not"},
    {NULL, "Please fix.\n\npw-bot: changes-requested\n", "pw-bot all not"},
    {NULL, "pw-bot: rejected\n", "pw-bot all not"},
    {NULL, "pw-bot: applied\n", "pw-bot all"},
    {NULL, "pw-bot: under-review\n", ""},
    {NULL, "> pw-bot: cr\n", ""},
};

/* b4's thank-you mails, which people send, and robots. */
static const Case notices[] = {
    {NULL,
     "On Mon, 06 Jan 2025 10:00:00 +0100, Ada Lind wrote:\n> Text.\n\nApplied to foo-next, thanks!\n\n"
     "[1/2] a: b\n      commit: 0123456789abcdef0123456789abcdef01234567\n[2/2] a: c\n      (no commit "
     "info)\n",
     "b4-ty foo-next 1=0123456789abcdef0123456789abcdef01234567 2!"},
    {NULL,
     "Applied, thanks!\n\n[2/5] a: b\n      https://git.example.org/x/c/0123456789ab\n\nBest regards,\n",
     "b4-ty 2=0123456789ab"},
    {NULL,
     "Applied to\n\n   https://git.example.org/x.git for-next\n\n[1/1] a: b\n      commit: 0123456789ab\n",
     "b4-ty https://git.example.org/x.git (for-next) 1=0123456789ab"},
    {NULL, "Patch 1 applied to powerpc/fixes.\n\n[1/8] a: b\n      https://git.example.org/c/0123456789ab\n",
     "b4-ty powerpc/fixes 1=0123456789ab"},
    {NULL,
     "Hello:\n\nThis series was applied to netdev/net-next.git (main)\nby Kim Example <kim@example.org>:\n\n"
     "On Mon,  6 Jan 2025 you wrote:\n> Text.\n\nHere is the summary with links:\n"
     "  - [net-next,v2,1/2] a: b\n    https://git.example.org/netdev/net-next/c/0123456789ab\n"
     "  - [net-next,v2,2/2] a: c\n    (no matching commit)\n\nYou are awesome, thank you!\n",
     "patchwork-bot netdev/net-next.git (main) 1=0123456789ab 2!"},
    {NULL,
     "Hello:\n\nThis patch was applied to netdev/net.git (main)\nby Kim <kim@example.org>:\n\n"
     "Here is the summary with links:\n  - a: b\n    https://git.example.org/c/0123456789ab\n",
     "patchwork-bot netdev/net.git (main) 'a: b'=0123456789ab"},
    {NULL,
     "This series was applied to x/y.git (main)\n\n  - [v2,1/2] a: a title\n    that goes on\n"
     "    https://git.example.org/c/0123456789ab\n  - [v2,2/2] a: c\n    (no matching commit)\n",
     "patchwork-bot x/y.git (main) 1=0123456789ab 2!"},
    {"[tip: x86/urgent] a: b",
     "The following commit has been merged into the x86/urgent branch of tip:\n\n"
     "Commit-ID:     0123456789abcdef0123456789abcdef01234567\nGitweb:        "
     "https://git.example.org/tip/0123\n",
     "tip-bot tip (x86/urgent) 'a: b'=0123456789abcdef0123456789abcdef01234567"},
    {"[tip:timers/core] a: b", "Commit-ID:  0123456789abcdef0123456789abcdef01234567\n",
     "tip-bot tip (timers/core) 'a: b'=0123456789abcdef0123456789abcdef01234567"},
    {"Re: [GIT PULL] x",
     "The pull request you sent on Mon, 6 Jan 2025:\n\n> git://git.example.org/x.git tags/y\n\n"
     "has been merged into torvalds/linux.git:\nhttps://git.example.org/torvalds/c/0123456789abcdef\n\nThank "
     "you!\n",
     "pr-tracker-bot all torvalds/linux.git =0123456789abcdef"},
    {"+ a-b.patch added to mm-unstable branch",
     "The patch titled\n     Subject: a: b\nhas been added to the -mm mm-unstable branch.  Its filename is\n "
     "    a-b.patch\n",
     "mm-commits mm (mm-unstable) 'a: b'"},
    {"[merged mm-stable] a-b.patch removed from -mm tree",
     "The quilt patch titled\n     Subject: a: b\nhas been removed from the -mm tree.  Its filename was\n    "
     " a-b.patch\n\n"
     "This patch was dropped because it was merged into the mm-stable branch\nof git://git.example.org/mm\n",
     "mm-commits mm (mm-stable) 'a: b'"},
    {"[withdrawn] a-b.patch removed from -mm tree",
     "The quilt patch titled\n     Subject: a: b\nhas been removed from the -mm tree.  Its filename was\n    "
     " a-b.patch\n\n"
     "This patch was dropped because it was withdrawn\n",
     ""},
    {"patch \"a: b\" added to char-misc-next",
     "\nThis is a note to let you know that I've just added the patch titled\n\n    a: b\n\nto my char-misc "
     "git tree "
     "which can be found at\n    git://git.example.org/char-misc.git\nin the char-misc-next branch.\n",
     "notice char-misc (char-misc-next) 'a: b'"},
    {"patch \"a: b\" added to usb-next",
     "\nThis is a note to let you know that I've just added the patch titled\n\n    a: b\n\nto my usb git "
     "tree\n",
     "notice usb 'a: b'"},
    {"Patch \"a: b\" has been added to the 6.1-stable tree",
     "\nThis is a note to let you know that I've just added the patch titled\n\n    a: b\n\nto the "
     "6.1-stable tree\n",
     ""},
};

static GString *format(const LbApplied *applied) {
  GString *found = g_string_new(NULL);
  if (!applied)
    return found;
  g_string_append_printf(found, "%s%s%s", applied->rule, applied->is_whole ? " all" : "",
                         applied->is_applied ? "" : " not");
  if (applied->tree)
    g_string_append_printf(found, " %s", applied->tree);
  if (applied->branch)
    g_string_append_printf(found, " (%s)", applied->branch);
  for (guint i = 0; i < applied->n_patches; i++) {
    const LbAppliedPatch *patch = &applied->patches[i];
    g_string_append_c(found, ' ');
    if (patch->index > 0)
      g_string_append_printf(found, "%d", patch->index);
    else if (patch->title)
      g_string_append_printf(found, "'%s'", patch->title);
    if (patch->commit)
      g_string_append_printf(found, "=%s", patch->commit);
    g_string_append(found, patch->is_applied ? "" : "!");
  }
  return found;
}

static void check(const Case *one, LbRobotKind robot) {
  g_autoptr(LbArena) arena = lb_arena_new();
  LbSubject subject;
  lb_subject_parse(one->subject ? one->subject : "Re: [PATCH 2/5] a: b", arena, &subject);
  gsize length = strlen(one->text);
  g_autofree char *bytes = g_memdup2(one->text, length);
  g_autoptr(GString) found = format(lb_applied_parse(robot, &subject, bytes, length, arena));
  for (gsize k = 0; k < length; k++) {
    g_autofree char *cut = g_memdup2(bytes, MAX(k, 1));
    lb_applied_parse(robot, &subject, cut, k, arena);
  }
  unit_check_string(found->str, one->found, one->text);
}

static void test_words(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    check(&words[i], LB_ROBOT_NONE);
}

static void test_notices(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(notices); i++)
    check(&notices[i], LB_ROBOT_NOTICE);
}

/* Time stays in proportion to the text. */
static void test_many(void **state) {
  (void)state;
  static const char *const lines[] = {"[1/2] x\n",
                                      "[1/2] x\n      commit: 0123456789ab\n",
                                      "Applied ",
                                      "Applied\n\n",
                                      "I've applied 1-999,1-999,1-999 ",
                                      "applied\n",
                                      "pw-bot: x\n",
                                      "  - [1/2] x\n    https://a/0123456\n",
                                      "I changed it and ",
                                      "@\n",
                                      "Applied to\n"};
  LbSubject subject;
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    for (int robot = LB_ROBOT_NONE; robot <= LB_ROBOT_BOT; robot++) {
      g_autoptr(LbArena) arena = lb_arena_new();
      g_autoptr(GString) text = g_string_new(robot == LB_ROBOT_BOT ? "This series was applied to x\n" : "");
      lb_subject_parse("Re: [PATCH 0/9999] x", arena, &subject);
      while (text->len < 1024 * 1024)
        g_string_append(text, lines[i]);
      gint64 begin = g_get_monotonic_time();
      const LbApplied *applied = lb_applied_parse((LbRobotKind)robot, &subject, text->str, text->len, arena);
      unit_check(!applied || applied->n_patches <= 1000, "%s", lines[i]);
      unit_check(g_get_monotonic_time() - begin < 5 * G_USEC_PER_SEC, "%s", lines[i]);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_notices),
                                     cmocka_unit_test(test_many)};
  return cmocka_run_group_tests_name("applied", tests, NULL, NULL);
}
