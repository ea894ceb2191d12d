/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "body.h"
#include <string.h>
#include "words.h"

static const Quantile log_bytes[] = {{0, 30},    {50, 80},    {100, 100},  {250, 170},  {500, 340},
                                     {750, 640}, {900, 1160}, {950, 1650}, {990, 2900}, {1000, 9000}};
static const Quantile diff_bytes[] = {{0, 100},    {50, 150},   {100, 220},   {250, 520},   {500, 1450},
                                      {750, 3500}, {900, 8600}, {950, 13000}, {990, 31000}, {1000, 80000}};
static const Quantile cover_bytes[] = {{0, 100},    {50, 300},   {250, 700},   {500, 1300},
                                       {750, 2600}, {900, 5600}, {990, 11000}, {1000, 20000}};
static const Quantile file_counts[] = {{0, 1},   {450, 1}, {600, 2},  {750, 3},
                                       {900, 5}, {950, 9}, {990, 17}, {1000, 40}};
static const Quantile more_trailers[] = {{0, 0},   {650, 0}, {651, 1}, {850, 1},
                                         {900, 2}, {950, 4}, {990, 6}, {1000, 12}};
static const Quantile reply_bytes[] = {{0, 100},    {50, 350},    {100, 480},   {250, 1050},  {500, 2250},
                                       {750, 5900}, {900, 13000}, {950, 21000}, {990, 45000}, {1000, 200000}};
static const Quantile quoted_percent[] = {{0, 0},    {60, 0},   {100, 30}, {250, 62}, {500, 80},
                                          {750, 89}, {900, 94}, {990, 97}, {1000, 99}};
static const Quantile talk_bytes[] = {{0, 20},     {250, 280},   {500, 650},   {750, 1450},
                                      {900, 3000}, {990, 18000}, {1000, 90000}};
static const Quantile robot_bytes[] = {{0, 250},     {250, 1500},  {500, 2500},  {750, 5000},
                                       {850, 20000}, {900, 40000}, {990, 90000}, {1000, 200000}};
static const char *const tags[] = {"Reviewed-by", "Acked-by", "Tested-by", "Reviewed-by"};

/* What part of a work looks like in its version: each new one changes a part of a few. */
static Dice dice_of(const Work *work, guint index, guint part, guint one_of) {
  guint64 seed = dice_mix(dice_mix(work->seed, index), part);
  for (guint version = 2; version <= work->version; version++)
    if (dice_mix(seed, version) % one_of == 0)
      seed = dice_mix(seed, version + 1000);
  return (Dice){seed};
}

void body_add_title(GString *text, const Work *work, guint index) {
  Dice dice = dice_of(work, index, 1, 15);
  words_add_title(text, &dice);
}

static void add_trailer(GString *text, const char *tag, const Person *person) {
  g_string_append(text, tag);
  g_string_append(text, ": ");
  person_write(text, person, FALSE);
  g_string_append_c(text, '\n');
}

/* Lines of code behind sign; how many there are. */
static guint add_lines(GString *text, Dice *dice, char sign, guint lines) {
  g_autoptr(GString) code = g_string_sized_new(256);
  guint n = 0;
  while (n < lines) {
    g_string_truncate(code, 0);
    words_add_code(code, dice);
    for (const char *line = code->str, *end; n < lines && (end = strchr(line, '\n')); line = end + 1, n++) {
      g_string_append_c(text, sign);
      g_string_append_len(text, line, end + 1 - line);
    }
  }
  return lines;
}

typedef struct {
  guint added, removed;
} Lines;

static Lines add_hunk(GString *text, Dice *dice) {
  static const Names none;
  Lines lines = {1 + dice_below(dice, 6), dice_below(dice, 5)};
  guint first = 10 + dice_below(dice, 3000), context = 3,
        middle = dice_chance(dice, 300) ? dice_below(dice, 5) : 0;
  guint same = 2 * context + middle;
  g_string_append_printf(text, "@@ -%u,%u +%u,%u @@ ", first, same + lines.removed, first + lines.added / 2,
                         same + lines.added);
  words_expand(text, dice, dice_chance(dice, 700) ? "static int {i}(struct {i} *{w})\n" : "struct {i} {\n",
               &none);
  add_lines(text, dice, ' ', context);
  add_lines(text, dice, '-', lines.removed);
  guint half = middle > 0 ? lines.added / 2 : 0;
  add_lines(text, dice, '+', half);
  add_lines(text, dice, ' ', middle);
  add_lines(text, dice, '+', lines.added - half);
  add_lines(text, dice, ' ', context);
  return lines;
}

static void add_path(GString *path, Dice *dice, const Work *work) {
  words_add_path(path, &(Dice){dice_mix(7, dice_file(dice, work->n_files))});
}

static Lines add_file(GString *text, GString *path, const Work *work, guint index, guint file, gsize bytes) {
  Dice dice = {dice_mix(dice_mix(work->seed, index), 100 + file)};
  Lines sum = {0, 0};
  gsize start = text->len;
  static const Names none;
  gboolean is_new = dice_chance(&dice, bytes > 6000 ? 500 : 60);
  g_string_truncate(path, 0);
  add_path(path, &dice, work);
  g_string_append_printf(text, "diff --git a/%s b/%s\n", path->str, path->str);
  words_expand(text, &dice,
               is_new ? "new file mode 100644\nindex 000000000000..{x12}\n--- /dev/null\n"
                      : "index {x12}..{x12} 100644\n--- a/",
               &none);
  g_string_append_printf(text, is_new ? "+++ b/%s\n" : "%s\n", path->str);
  if (is_new) {
    sum.added = (guint)(bytes / 30 + 1);
    g_string_append_printf(text, "@@ -0,0 +1,%u @@\n", sum.added);
    add_lines(text, &dice, '+', sum.added);
    return sum;
  }
  g_string_append_printf(text, "+++ b/%s\n", path->str);
  for (guint hunk = 0; hunk == 0 || text->len < start + bytes; hunk++) {
    Dice own = dice_of(work, index, 1000 * (file + 1) + hunk, 4);
    Lines lines = add_hunk(text, &own);
    sum.added += lines.added;
    sum.removed += lines.removed;
  }
  return sum;
}

/* The statistics first, which need the diff. */
static void add_diff(GString *text, const Work *work, guint index) {
  Dice dice = {dice_mix(dice_mix(work->seed, index), 2)};
  g_autoptr(GString) diff = g_string_sized_new(8192), path = g_string_new(NULL);
  gsize bytes = dice_draw(&dice, diff_bytes);
  guint files = (guint)CLAMP(dice_draw(&dice, file_counts), 1, bytes / 400 + 1);
  Lines sum = {0, 0};
  for (guint file = 0; file < files; file++) {
    Lines lines = add_file(diff, path, work, index, file, bytes / files);
    g_string_append_printf(text, " %s | %u %.*s%.*s\n", path->str, lines.added + lines.removed,
                           (int)MIN(lines.added, 20), "++++++++++++++++++++", (int)MIN(lines.removed, 20),
                           "--------------------");
    sum.added += lines.added;
    sum.removed += lines.removed;
  }
  g_string_append_printf(text, " %u file%s changed, %u insertions(+), %u deletions(-)\n\n", files,
                         files == 1 ? "" : "s", sum.added, sum.removed);
  g_string_append_len(text, diff->str, (gssize)diff->len);
}

void body_add_patch(GString *text, const Work *work, guint index, const Person *author, const Person *other) {
  static const Names none;
  Dice dice = dice_of(work, index, 3, 3);
  if (dice_chance(&dice, 150)) { /* handed on for somebody else */
    add_trailer(text, "From", other);
    g_string_append_c(text, '\n');
  }
  words_add_prose(text, &dice, dice_draw(&dice, log_bytes));
  if (dice_chance(&dice, 180)) {
    words_expand(text, &dice, "Fixes: {x12} (\"", &none);
    words_add_title(text, &dice);
    g_string_append(text, "\")\n");
  }
  add_trailer(text, "Signed-off-by", author);
  for (guint n = dice_draw(&dice, more_trailers); n > 0; n--)
    add_trailer(text, tags[dice_below(&dice, G_N_ELEMENTS(tags))], n % 2 ? other : author);
  g_string_append(text, "---\n");
  if (work->version > 1 && dice_chance(&dice, 400)) {
    g_string_append_printf(text, "v%u: ", work->version);
    words_add_sentence(text, &dice);
    g_string_append(text, "\n\n");
  }
  add_diff(text, work, index);
  g_string_append(text, "-- \n2.43.0\n\n");
}

void body_add_cover(GString *text, const Work *work, const Person *author, const char *earlier) {
  Dice dice = dice_of(work, 0, 3, 2);
  words_add_prose(text, &dice, dice_draw(&dice, cover_bytes));
  for (guint version = work->version; version > 1; version--) {
    g_string_append_printf(text, "Changes since v%u:\n", version - 1);
    if (*earlier && version == work->version)
      g_string_append_printf(text, "https://lore.example.org/r/%s\n", earlier);
    for (guint n = 1 + dice_below(&dice, 4); n > 0; n--) {
      g_string_append(text, "- ");
      words_add_sentence(text, &dice);
      g_string_append_c(text, '\n');
    }
    g_string_append_c(text, '\n');
  }
  g_string_append_printf(text, "%s (%u):\n", author->name, work->total);
  for (guint index = 1; index <= work->total; index++) {
    g_string_append(text, "  ");
    body_add_title(text, work, index);
    g_string_append_c(text, '\n');
  }
  g_string_append_c(text, '\n');
  for (guint n = 1 + work->total; n > 0; n--) {
    g_string_append_c(text, ' ');
    add_path(text, &dice, work);
    g_string_append_printf(text, " | %u +++---\n", 1 + dice_below(&dice, 200));
  }
  g_string_append_printf(text, " %u files changed, %u insertions(+), %u deletions(-)\n\n-- \n2.43.0\n\n",
                         1 + work->total, 1 + dice_below(&dice, 900), dice_below(&dice, 300));
}

void body_add_talk(GString *text, Dice *dice) {
  words_add_prose(text, dice, dice_draw(dice, talk_bytes));
}

void body_add_pull(GString *text, Dice *dice, const Person *author) {
  static const Names none;
  words_expand(
      text, dice,
      "The following changes since commit {x40}:\n\n  Linux 6.1-rc1 (2022-10-16 15:36:24 -0700)\n\n"
      "are available in the Git repository at:\n\n  git://git.example.org/bench/linux.git tags/bench-{d8}\n\n"
      "for you to fetch changes up to {x40}:\n\n  ",
      &none);
  words_add_title(text, dice);
  g_string_append(text, " (2022-11-01 10:00:00 +0000)\n\n"
                        "----------------------------------------------------------------\n");
  words_add_prose(text, dice, 300);
  g_string_append(text, "----------------------------------------------------------------\n");
  g_string_append_printf(text, "%s (%u):\n", author->name, 4u);
  for (guint n = 0; n < 4; n++) {
    g_string_append(text, "      ");
    words_add_title(text, dice);
    g_string_append_c(text, '\n');
  }
  g_string_append(text, "\n 4 files changed, 40 insertions(+), 12 deletions(-)\n");
}

/* To the end of the line that holds what bytes of text are quoted; *line goes on there. */
static void quote(GString *text, const char **line, gsize bytes) {
  const char *end = *line + strnlen(*line, bytes);
  while (*line < end) {
    const char *next = strchr(*line, '\n');
    if (!next)
      next = *line + strlen(*line) - 1;
    g_string_append(text, **line == '>' || **line == '\n' ? ">" : "> ");
    g_string_append_len(text, *line, next + 1 - *line);
    *line = next + 1;
  }
}

static void add_talk(GString *text, Dice *dice, const Quoted *quoted, const Person *me) {
  gsize bytes = dice_draw(dice, reply_bytes), cited = bytes * dice_draw(dice, quoted_percent) / 100;
  gsize there = strlen(quoted->text);
  gsize own =
      (bytes - cited) * (cited > there ? 25 + 75 * there / cited : 100) / 100; /* to little little is said */
  const char *line = quoted->text;
  if (me->provider == PROVIDER_OFFICE && dice_chance(dice, 300)) {
    words_add_prose(text, dice, own);
    g_string_append_printf(text, "> -----Original Message-----\n> From: %s <%s>\n> Sent: %s\n>\n",
                           quoted->author->name, quoted->author->address, quoted->date);
    quote(text, &line, cited);
    return;
  }
  g_string_append_printf(text, "On %s, %s wrote:\n", quoted->date, quoted->author->name);
  guint places = 1 + (cited > 600 ? dice_below(dice, 3) : 0);
  for (guint place = 0; place < places; place++) {
    quote(text, &line, cited / places);
    g_string_append_c(text, '\n');
    words_add_prose(text, dice, own / places);
  }
  if (dice_chance(dice, 300)) /* what was not answered stands below */
    quote(text, &line, cited / 4);
}

static void add_report(GString *text, Dice *dice) {
  static const Names none;
  gsize end = text->len + dice_draw(dice, robot_bytes);
  words_expand(text, dice,
               "Hi,\n\nkernel test robot noticed the following build warnings:\n\n"
               "[auto build test WARNING on bench/linux-next]\n\nurl:    https://example.org/ci/{x12}\n"
               "base:   git://git.example.org/bench/linux.git next\nconfig: x86_64-randconfig-{d3} (attached "
               "as .config)\n"
               "compiler: gcc-12\n\nAll warnings (new ones prefixed by >>):\n\n",
               &none);
  while (text->len < end) {
    words_expand(text, dice,
                 ">> drivers/xv/{i}.c:{d3}:{d1}: warning: '{i}' defined but not used [-Wunused]\n", &none);
    add_lines(text, dice, ' ', 5);
  }
}

void body_add_reply(GString *text, Dice *dice, ReplyKind kind, const Quoted *quoted, const Person *me) {
  static const Names none;
  if (kind == REPLY_ROBOT) {
    add_report(text, dice);
    return;
  }
  if (kind == REPLY_NOTICE) {
    words_expand(
        text, dice,
        "Hello:\n\nThis patch was applied to bench/linux.git (main)\nby bench <bench@example.org>:\n\n",
        &none);
    const char *line = quoted->text;
    g_string_append_printf(text, "On %s you wrote:\n", quoted->date);
    quote(text, &line, 300);
    words_expand(
        text, dice,
        "\nHere is the summary with links:\n  - a summary\n    https://git.example.org/bench/c/{x12}\n\n"
        "You are awesome, thank you!\n-- \nDeet-doot-dot, I am a bot.\n",
        &none);
    return;
  }
  add_talk(text, dice, quoted, me);
  if (kind == REPLY_TRAILER)
    add_trailer(text, tags[dice_below(dice, G_N_ELEMENTS(tags))], me);
  else if (kind == REPLY_APPLIED)
    g_string_append(text, dice_chance(dice, 500) ? "Applied to bench-next. Thanks!\n"
                                                 : "Queued for 6.1, thanks.\n");
  if (dice_chance(dice, 300))
    g_string_append_printf(text, "\n-- \n%s\n", me->name);
}
