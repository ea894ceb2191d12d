/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/robot.h"
#include <string.h>
#include "base/find.h"

/*
 * To add a robot: one row.  All columns that are set must fit; the first row that fits decides.  Patterns
 * are ASCII case-blind, "*" stands for anything; several of one column are written as several rows.
 *   email  the whole address        name  the display name
 *   tag    leading groups           title what stands behind them; not of a mail with Re: or a patch tag
 * unless line is set, as people answer robots and mend what they find line   one of the first LINES unquoted
 * lines that aren't blank
 */
typedef struct {
  const char *email, *name, *tag, *title, *line;
  LbRobotKind kind;
} Robot;

#define LINES 8

static const Robot robots[] = {
    /* korg pr-tracker-bot, patchwork-bot; both say other things at times, which are a bot's */
    {.email = "pr-tracker-bot@*", .line = "*has been merged into *", .kind = LB_ROBOT_NOTICE},
    {.email = "patchwork-bot*", .line = "* applied to*", .kind = LB_ROBOT_NOTICE},
    {.email = "patchwork-bot*", .line = "* merged *", .kind = LB_ROBOT_NOTICE},
    /* tip-bot, tip-bot2, git-commits-head */
    {.line = "Commit-ID:*", .tag = "[tip:*", .kind = LB_ROBOT_NOTICE},
    {.email = "tip*bot*", .line = "Commit-ID:*", .kind = LB_ROBOT_NOTICE},
    {.tag = "[git commit*", .line = "commit:*", .kind = LB_ROBOT_NOTICE},
    {.email = "linux-kernel@vger.kernel.org", .line = "Gitweb:*", .kind = LB_ROBOT_NOTICE},
    /* mm-commits */
    {.email = "akpm@*", .title = "+ * added to *", .kind = LB_ROBOT_NOTICE},
    {.email = "akpm@*", .title = "* removed from -mm tree", .kind = LB_ROBOT_NOTICE},
    {.email = "akpm@*", .line = "The patch titled*", .kind = LB_ROBOT_NOTICE},
    /* trees of Greg KH, stable trees: patch "x" added to usb-next, Patch "x" has been added to the 6.1-stable
       tree */
    {.line = "This is a note to let you know that * patch*", .kind = LB_ROBOT_NOTICE},
    {.title = "patch \"*\" * added to *", .kind = LB_ROBOT_NOTICE},
    {.title = "patch \"*\" added to *", .kind = LB_ROBOT_NOTICE},
    /* stable trees of DPDK: patch 'x' has been queued to stable release 20.11.4 */
    {.line = "FYI, your patch has been queued to *", .kind = LB_ROBOT_NOTICE},
    /* FreeBSD, and others whose repositories write to a list */
    {.title = "svn commit: r*", .line = "New Revision: *", .kind = LB_ROBOT_NOTICE},
    {.title = "cvs commit: *", .kind = LB_ROBOT_NOTICE},
    /* regmap, spi, asoc trees; powerpc; media */
    {.title = "Applied \"*\" to the * tree*", .kind = LB_ROBOT_NOTICE},
    {.email = "patch-notifications@*", .line = "*applied to *", .kind = LB_ROBOT_NOTICE},
    {.line = "This is an automatic generated email to let you know that * queued*", .kind = LB_ROBOT_NOTICE},

    /* Intel's 0-day, under several names and senders */
    {.email = "lkp@*", .kind = LB_ROBOT_BOT},
    {.name = "kernel test robot", .kind = LB_ROBOT_BOT},
    {.name = "kbuild test robot", .kind = LB_ROBOT_BOT},
    {.name = "0day *", .kind = LB_ROBOT_BOT},
    {.name = "0-day *", .kind = LB_ROBOT_BOT},
    {.email = "robot@*", .kind = LB_ROBOT_BOT},
    /* trackers */
    {.email = "syzbot*", .kind = LB_ROBOT_BOT},
    {.email = "syzkaller*", .kind = LB_ROBOT_BOT},
    {.name = "regzbot*", .kind = LB_ROBOT_BOT},
    {.email = "regressions@*", .title = "Linux regressions report *", .kind = LB_ROBOT_BOT},
    {.email = "bugzilla*", .kind = LB_ROBOT_BOT},
    {.email = "*-bugzilla@*", .kind = LB_ROBOT_BOT},
    {.email = "*@bugs.launchpad.net", .kind = LB_ROBOT_BOT},
    {.email = "github@*", .kind = LB_ROBOT_BOT},
    {.email = "notifications@github.com", .kind = LB_ROBOT_BOT},
    {.email = "noreply@github.com", .kind = LB_ROBOT_BOT},
    {.email = "gerrit@*", .kind = LB_ROBOT_BOT},
    {.email = "gerrit-no-reply@*", .kind = LB_ROBOT_BOT},
    {.email = "help-debbugs@*", .kind = LB_ROBOT_BOT},
    {.email = "owner@bugs.*", .kind = LB_ROBOT_BOT},
    {.email = "scan-admin@coverity.com", .kind = LB_ROBOT_BOT},
    {.title = "New Defects reported by Coverity Scan*", .kind = LB_ROBOT_BOT},
    /* CI */
    {.email = "*@patchew.org", .kind = LB_ROBOT_BOT},
    {.email = "osstest-admin@*", .kind = LB_ROBOT_BOT},
    {.title = "|* pw*", .kind = LB_ROBOT_BOT},
    {.tag = "[autobuild.*", .kind = LB_ROBOT_BOT},
    {.line = "Patchew URL:*", .kind = LB_ROBOT_BOT},
    {.email = "patchwork@*", .kind = LB_ROBOT_BOT},
    {.email = "*@kernelci.org", .kind = LB_ROBOT_BOT},
    {.email = "kernelci*", .kind = LB_ROBOT_BOT},
    {.name = "kernelci*", .kind = LB_ROBOT_BOT},
    {.email = "cki-project@*", .kind = LB_ROBOT_BOT},
    {.email = "lkft@*", .kind = LB_ROBOT_BOT},
    {.email = "ci@*", .kind = LB_ROBOT_BOT},
    {.email = "ci_notify@*", .kind = LB_ROBOT_BOT},
    {.email = "ci-notify@*", .kind = LB_ROBOT_BOT},
    {.email = "jenkins@*", .kind = LB_ROBOT_BOT},
    {.email = "zuul@*", .kind = LB_ROBOT_BOT},
    {.email = "builds@travis-ci.*", .kind = LB_ROBOT_BOT},
    {.email = "buildbot@*", .kind = LB_ROBOT_BOT},
    {.email = "builder@*", .kind = LB_ROBOT_BOT},
    {.email = "autobuild*", .kind = LB_ROBOT_BOT},
    {.email = "snowpatch*", .kind = LB_ROBOT_BOT},
    {.email = "checkpatch@*", .kind = LB_ROBOT_BOT},
    {.email = "dpdklab@*", .kind = LB_ROBOT_BOT},
    {.email = "bluez.test.bot@*", .kind = LB_ROBOT_BOT},
    {.title = "Build regressions/improvements in *", .kind = LB_ROBOT_BOT},
    {.title = "kisskb: *", .kind = LB_ROBOT_BOT},
    {.title = "cron job: * daily build*", .kind = LB_ROBOT_BOT},
    /* machines that write in their master's name */
    {.line = "My bot found *", .kind = LB_ROBOT_BOT},
    {.line = "This is the friendly *-bot of *", .kind = LB_ROBOT_BOT},
    {.line = "[ Sasha's backport helper bot ]", .kind = LB_ROBOT_BOT},
    {.line = "[This is an automated email]", .kind = LB_ROBOT_BOT},
    {.line = "The patch below does not apply to the *-stable tree*", .kind = LB_ROBOT_BOT},
    {.line = "The patch below was submitted to be applied to the *-stable tree*", .kind = LB_ROBOT_BOT},
    {.title = "FAILED: patch \"*\" failed to apply to *", .kind = LB_ROBOT_BOT},
    /* mail systems */
    {.email = "mailer-daemon@*", .kind = LB_ROBOT_BOT},
    {.title = "Automatic reply: *", .kind = LB_ROBOT_BOT},
    {.title = "Out of Office: *", .kind = LB_ROBOT_BOT},
};

static inline char fold(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Greedy with one place to fall back to: linear but for the last star's part.  Both are short or cut. */
static gboolean matches(const char *pattern, const char *text, gsize length) {
  const char *end = text + length, *star = NULL, *retry = NULL;
  while (text < end) {
    if (*pattern == '*') {
      star = ++pattern;
      retry = text;
    } else if (*pattern && fold(*pattern) == fold(*text)) {
      pattern++, text++;
    } else if (star) {
      pattern = star;
      text = ++retry;
    } else
      return FALSE;
  }
  while (*pattern == '*')
    pattern++;
  return *pattern == '\0';
}

/* A bit for each row of the table. */
#define ROWS_MAX 128
typedef struct {
  guint64 bits[2];
} Rows;

/* How many letters of a text are looked at before its patterns are. */
#define LETTERS 4

typedef enum { COLUMN_TAG, COLUMN_TITLE, COLUMN_LINE, N_COLUMNS } Column;

/* The rows that a text may fit by each of its first letters, which is taken by its lowest six bits.  What
 * nearly always fails must fail at these, for all rows at once: this runs for every mail. */
typedef struct {
  Rows by_letter[N_COLUMNS][LETTERS][64];
  Rows without_line;   /* those that ask for no line, or for one with any beginning */
  Rows by_title_alone; /* those with a title and no line */
} Index;

static guint get_letter(char c) {
  return (guint)fold(c) & 63;
}

static void add_row(Rows *rows, guint row) {
  rows->bits[row / 64] |= G_GUINT64_CONSTANT(1) << row % 64;
}

static void keep_common(Rows *rows, const Rows *other) {
  for (guint k = 0; k < G_N_ELEMENTS(rows->bits); k++)
    rows->bits[k] &= other->bits[k];
}

static void add_pattern(Rows by_letter[LETTERS][64], const char *pattern, guint row) {
  gboolean is_open = !pattern;
  for (guint i = 0; i < LETTERS; i++) {
    is_open = is_open || pattern[i] == '*';
    for (guint letter = 0; letter < 64; letter++)
      if (is_open || letter == get_letter(pattern[i]))
        add_row(&by_letter[i][letter], row);
    /* behind the end of a text its letters count as 0 */
    is_open = is_open || !pattern[i];
  }
}

static const Index *get_index(void) {
  static Index index;
  static gsize is_made;
  G_STATIC_ASSERT(G_N_ELEMENTS(robots) <= ROWS_MAX);
  if (g_once_init_enter(&is_made)) {
    for (guint i = 0; i < G_N_ELEMENTS(robots); i++) {
      const Robot *robot = robots + i;
      add_pattern(index.by_letter[COLUMN_TAG], robot->tag, i);
      add_pattern(index.by_letter[COLUMN_TITLE], robot->title, i);
      add_pattern(index.by_letter[COLUMN_LINE], robot->line, i);
      if (!robot->line || *robot->line == '*')
        add_row(&index.without_line, i);
      if (robot->title && !robot->line)
        add_row(&index.by_title_alone, i);
    }
    g_once_init_leave(&is_made, 1);
  }
  return &index;
}

/* The rows that a text may fit in a column. */
static Rows find_rows(const Index *index, Column column, const char *text, gsize length) {
  const Rows(*by_letter)[64] = index->by_letter[column];
  Rows rows = by_letter[0][length ? get_letter(*text) : 0];
  for (gsize i = 1; i < LETTERS; i++)
    keep_common(&rows, &by_letter[i][i < length ? get_letter(text[i]) : 0]);
  return rows;
}

static inline gboolean fits(const char *pattern, const char *text, gsize length) {
  if (!pattern)
    return TRUE;
  if (*pattern != '*' && (length < 2 || fold(*pattern) != fold(*text) ||
                          (pattern[1] != '*' && fold(pattern[1]) != fold(text[1]))))
    return FALSE;
  length = MIN(length, 500);
  if (*pattern == '*' && !strchr(pattern + 1, '*')) {
    gsize n = strlen(pattern + 1);
    return n <= length && !g_ascii_strncasecmp(text + length - n, pattern + 1, n);
  }
  return matches(pattern, text, length);
}

typedef struct {
  LbSlice lines[LINES];
  guint n_lines;
  Rows rows; /* that one of them may fit, and those without a line */
} Beginning;

/* Quotations, which some put above what they say, don't count. */
static void read_beginning(const Index *index, const char *text, gsize length, Beginning *beginning) {
  const char *all = text + length, *end = text + MIN(length, 8192);
  beginning->n_lines = 0;
  beginning->rows = index->without_line;
  while (text < end && beginning->n_lines < LINES) {
    const char *newline = lb_find_newline(text, end), *stop = newline ? newline : end;
    const char *line = text;
    while (line < stop && (*line == ' ' || *line == '\t'))
      line++;
    if (line < stop && *line != '>') {
      Rows rows = find_rows(index, COLUMN_LINE, line, (gsize)(stop - line));
      for (guint k = 0; k < G_N_ELEMENTS(rows.bits); k++)
        beginning->rows.bits[k] |= rows.bits[k];
      beginning->lines[beginning->n_lines++] = (LbSlice){line, (gsize)(stop - line)};
    }
    if (line == stop || *text != '>') {
      text = stop + 1;
      continue;
    }
    text = lb_find_line_unlike(stop, all, '>');
    end += MIN(text - line, all - end);
  }
}

static gboolean fits_line(const char *pattern, const Beginning *beginning) {
  if (!pattern)
    return TRUE;
  for (guint i = 0; i < beginning->n_lines; i++)
    if (fits(pattern, beginning->lines[i].data, beginning->lines[i].length))
      return TRUE;
  return FALSE;
}

/* "x-bot@", "x+bot@", "bot@", "bot+x@": addresses made for machines; "jan.bot@" is somebody's name, and a
 * display name ends in "bot" as a word of its own only when written small. */
static gboolean has_bot_name(const LbPerson *from) {
  const char *at = strchr(from->email, '@');
  gsize length = at ? (gsize)(at - from->email) : 0, name_length = strlen(from->name);
  for (gsize i = 0; i + 3 <= length; i++)
    if ((i == 0 || from->email[i - 1] == '-' || from->email[i - 1] == '+') &&
        g_ascii_strncasecmp(from->email + i, "bot", 3) == 0 &&
        (i + 3 == length || strchr("-+0123456789", from->email[i + 3])))
      return TRUE;
  return (name_length > 4 && strcmp(from->name + name_length - 4, " bot") == 0) ||
         (name_length > 5 && strcmp(from->name + name_length - 5, "[bot]") == 0) ||
         (name_length > 6 && g_ascii_strcasecmp(from->name + name_length - 6, " robot") == 0);
}

/* A line behind "[1/3] title" that says where it went: "commit: 0123abc", "(no commit info)", a link. */
static gboolean is_commit_line(const char *line, const char *end) {
  const char *p = line;
  while (p < end && (*p == ' ' || *p == '\t'))
    p++;
  gsize left = (gsize)(end - p);
  if (p - line < 2)
    return FALSE;
  return (left > 15 && strncmp(p, "commit: ", 8) == 0 && g_ascii_isxdigit(p[8])) ||
         (left >= 16 && strncmp(p, "(no commit info)", 16) == 0) ||
         (left > 12 && strncmp(p, "https://", 8) == 0) || (left > 12 && strncmp(p, "http://", 7) == 0);
}

/* b4 ty and what it was modelled on, whoever sends it:
 *     [1/3] area: title
 *           commit: 0123456789abcdef   */
static gboolean is_thank_you(const char *text, gsize length) {
  const char *end = text + length;
  for (const char *p = text; (p = lb_find_literal(p, (gsize)(end - p), "\n[")) != NULL;) {
    const char *q = p += 2;
    while (q < end && g_ascii_isdigit(*q))
      q++;
    if (q == p || q == end || *q != '/')
      continue;
    const char *newline = memchr(p, '\n', (gsize)(end - p));
    /* a title may be wrapped once */
    for (int i = 0; i < 2 && newline && newline[1] != '['; i++) {
      const char *next = memchr(newline + 1, '\n', (gsize)(end - newline - 1));
      if (is_commit_line(newline + 1, next ? next : end))
        return TRUE;
      newline = next;
    }
  }
  return FALSE;
}

/* b4 ty of a pull request: "merge commit: https://…" */
static gboolean is_thank_you_for_pull(const LbSubject *subject, const char *text, gsize length) {
  return subject->has_pull_tag && memmem(text, length, "\nmerge commit: http", 19) != NULL;
}

LbRobotSender lb_robot_read_sender(LbPerson from) {
  LbPerson who = {from.name && from.email ? from.name : "", from.email ? from.email : ""};
  gsize email = strlen(who.email), name = strlen(who.name);
  Rows rows = {{0}};
  for (guint i = 0; i < G_N_ELEMENTS(robots); i++)
    if (fits(robots[i].email, who.email, email) && fits(robots[i].name, who.name, name))
      add_row(&rows, i);
  return (LbRobotSender){{rows.bits[0], rows.bits[1]}, has_bot_name(&who)};
}

LbRobotKind lb_robot_find(const LbRobotSender *sender, const LbSubject *subject, const char *text,
                          gsize length) {
  const Index *index = get_index();
  Rows rows = {{sender->rows[0], sender->rows[1]}};
  Beginning beginning;
  read_beginning(index, text, length, &beginning);
  keep_common(&rows, &beginning.rows);
  Rows tag = find_rows(index, COLUMN_TAG, subject->tag, strnlen(subject->tag, LETTERS));
  Rows title = find_rows(index, COLUMN_TITLE, subject->title, strnlen(subject->title, LETTERS));
  keep_common(&rows, &tag);
  keep_common(&rows, &title);
  for (guint k = 0; k < G_N_ELEMENTS(rows.bits); k++) {
    if (subject->is_reply || subject->has_patch_tag)
      rows.bits[k] &= ~index->by_title_alone.bits[k];
    for (guint64 bits = rows.bits[k]; bits; bits &= bits - 1) {
      const Robot *robot = robots + 64 * k + (guint)__builtin_ctzll(bits);
      if (fits(robot->tag, subject->tag, strlen(subject->tag)) &&
          fits(robot->title, subject->title, strlen(subject->title)) && fits_line(robot->line, &beginning))
        return robot->kind;
    }
  }
  if (sender->has_bot_name)
    return LB_ROBOT_BOT;
  if (subject->is_reply && (is_thank_you(text, length) || is_thank_you_for_pull(subject, text, length)))
    return LB_ROBOT_NOTICE;
  return LB_ROBOT_NONE;
}
