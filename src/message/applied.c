/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/applied.h"
#include "base/find.h"
#include "base/text.h"
#include "message/lines.h"
#include "message/statement.h"

#define PATCHES_MAX 1000

typedef struct {
  const char *text;
  gsize length; /* up to the signature or a diff */
  LbArena *arena;
  LbApplied *applied;
  GArray *patches; /* of LbAppliedPatch */
  gboolean has_list, has_commands;
} Reader;

static LbSlice find_line(const Reader *reader, const char *prefix) {
  const char *end = reader->text + reader->length, small = g_ascii_tolower(*prefix),
             large = g_ascii_toupper(*prefix);
  const char first[] = {small, large, small, large, small, large};
  for (const char *p = reader->text; p < end; p = lb_find_line_of(p, end, first))
    if (lb_line_starts_nocase((LbSlice){p, (gsize)(end - p)}, prefix))
      return lb_line_get(reader->text, reader->length, (gsize)(p - reader->text));
  return (LbSlice){NULL, 0};
}

static const char *copy(const Reader *reader, LbSlice slice) {
  return slice.length ? lb_arena_strndup(reader->arena, slice.data, slice.length) : NULL;
}

/* The longest run of hex digits of 7 to 64 in a line: a commit id, alone or at the end of a URL. */
static const char *find_commit(const Reader *reader, LbSlice line) {
  LbSlice best = {NULL, 0};
  for (gsize i = 0; i < line.length;) {
    gsize n = 0;
    while (i + n < line.length && g_ascii_isxdigit(line.data[i + n]))
      n++;
    gboolean is_word = (i == 0 || !g_ascii_isalnum(line.data[i - 1])) &&
                       (i + n == line.length || !g_ascii_isalnum(line.data[i + n]));
    if (is_word && n >= 7 && n <= 64 && n > best.length)
      best = (LbSlice){line.data + i, n};
    i += n ? n : 1;
  }
  return copy(reader, best);
}

/* "n/m" at p; both LB_NO_NUMBER if it isn't there. */
static const char *read_counter(const char *p, const char *end, LbAppliedPatch *patch) {
  int index = 0, total = 0;
  const char *begin = p;
  while (p < end && g_ascii_isdigit(*p) && index < 10000)
    index = index * 10 + (*p++ - '0');
  if (p == begin || p == end || *p != '/')
    return begin;
  for (p++; p < end && g_ascii_isdigit(*p) && total < 10000;)
    total = total * 10 + (*p++ - '0');
  patch->index = index;
  patch->total = total;
  return p;
}

/* "[2/3] title" and patchwork's "  - [net-next,v2,2/3] title". */
static gboolean read_named(const Reader *reader, LbSlice line, gboolean is_patchwork, LbAppliedPatch *patch) {
  const char *end = line.data + line.length, *p = line.data;
  *patch = (LbAppliedPatch){.index = LB_NO_NUMBER, .total = LB_NO_NUMBER, .is_applied = TRUE};
  if (lb_line_starts(line, "  - "))
    p += 4;
  gboolean is_listed = p > line.data;
  if (is_patchwork && is_listed && p < end && *p != '[') {
    patch->title = copy(reader, lb_line_strip((LbSlice){p, (gsize)(end - p)}));
    return patch->title != NULL;
  }
  if (p == end || *p != '[')
    return FALSE;
  const char *close = memchr(p, ']', (gsize)(end - p));
  if (!close || close - p > 100)
    return FALSE;
  /* The counter is the last word in the brackets. */
  const char *word = close;
  while (word > p + 1 && !strchr("[, ", word[-1]))
    word--;
  if (read_counter(word, close, patch) == word && !is_listed)
    return FALSE;
  patch->title = copy(reader, lb_line_strip((LbSlice){close + 1, (gsize)(end - close - 1)}));
  return patch->title != NULL;
}

/* "commit: 0123…", a URL or "(no commit info)" in the indented lines from pos on, three at most; returns the
 * offset behind it, 0 if there is none. */
static gsize find_commit_line(const Reader *reader, gsize pos, LbSlice *said) {
  for (guint i = 0; i < 3 && pos < reader->length; i++) {
    LbSlice line = lb_line_get(reader->text, reader->length, pos);
    *said = lb_line_strip(line);
    pos = lb_line_next(reader->text, reader->length, pos);
    if (lb_line_space(line) < 2 || !said->length || lb_line_starts(line, "  - ") || *said->data == '[')
      return 0;
    if (lb_line_starts(*said, "commit:") || lb_line_starts(*said, "(no ") || lb_line_starts(*said, "http") ||
        (i == 0 && (*said->data == '(' || memmem(said->data, said->length, "://", 3))))
      return pos;
  }
  return 0;
}

static const char *join_title(const Reader *reader, const char *title, LbSlice rest) {
  g_autoptr(GString) joined = g_string_new(title);
  for (gsize pos = 0; pos < rest.length; pos = lb_line_next(rest.data, rest.length, pos)) {
    LbSlice line = lb_line_strip(lb_line_get(rest.data, rest.length, pos));
    g_string_append_c(joined, ' ');
    g_string_append_len(joined, line.data, (gssize)line.length);
  }
  return lb_arena_strndup(reader->arena, joined->str, joined->len);
}

/* The list of patches that b4 and patchwork print, each with a line for its commit. */
static void read_list(Reader *reader, gboolean is_patchwork) {
  for (gsize pos = 0, next; pos < reader->length && reader->patches->len < PATCHES_MAX; pos = next) {
    LbAppliedPatch patch;
    const char *line = reader->text + pos;
    if (*line != ' ' && *line != '[') {
      next = (gsize)(lb_find_line_of(line, reader->text + reader->length, " [ [ [") - reader->text);
      continue;
    }
    next = lb_line_next(reader->text, reader->length, pos);
    if (!read_named(reader, lb_line_get(reader->text, reader->length, pos), is_patchwork, &patch) ||
        next >= reader->length)
      continue;
    LbSlice said;
    gsize behind = find_commit_line(reader, next, &said);
    if (!behind)
      continue;
    /* A title that a mailer wrapped goes on up to there. */
    LbSlice rest = lb_line_strip((LbSlice){reader->text + next, (gsize)(said.data - reader->text) - next});
    while (rest.length && rest.data[rest.length - 1] == '\n')
      rest = lb_line_strip((LbSlice){rest.data, rest.length - 1});
    if (rest.length)
      patch.title = join_title(reader, patch.title, rest);
    patch.commit = *said.data != '(' ? find_commit(reader, said) : NULL;
    patch.is_applied = patch.commit != NULL;
    g_array_append_val(reader->patches, patch);
    next = behind;
  }
}

/* "to hyperv-next.", "to the net-next tree (refs/heads/main)", "for 5.14/scsi-queue": what follows the verb.
 */
static void read_tree(Reader *reader, LbSlice rest) {
  static const char *const fillers[] = {"the", "my", "our", "your", "branch", "series", "patch", "patches"};
  const char *p = rest.data, *end = rest.data + rest.length;
  gboolean may_name = FALSE;
  while (p < end) {
    while (p < end && strchr(" \t", *p))
      p++;
    gsize n = 0;
    while (p + n < end && !strchr(" \t", p[n]))
      n++;
    LbSlice word = {p, n};
    p += n;
    while (word.length && strchr(".,!;:", word.data[word.length - 1]))
      word.length--;
    if (!word.length)
      break;
    gboolean is_filler = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(fillers); i++)
      is_filler = is_filler || (strlen(fillers[i]) == word.length &&
                                !g_ascii_strncasecmp(word.data, fillers[i], word.length));
    if (may_name && !is_filler) {
      if (!reader->applied->tree)
        reader->applied->tree = copy(reader, word);
      break;
    }
    if ((word.length == 2 &&
         (!g_ascii_strncasecmp(word.data, "to", 2) || !g_ascii_strncasecmp(word.data, "in", 2))) ||
        (word.length == 3 && !g_ascii_strncasecmp(word.data, "for", 3)) ||
        (word.length == 4 && !g_ascii_strncasecmp(word.data, "into", 4)))
      may_name = TRUE;
    else if (!may_name && n != word.length)
      break; /* "Applied, thanks": the sentence says no more */
  }
  const char *open = memchr(rest.data, '(', rest.length),
             *close = open ? memchr(open, ')', (gsize)(end - open)) : NULL;
  if (close && close > open + 1 && !memchr(open, ' ', (gsize)(close - open)))
    reader->applied->branch = lb_arena_strndup(reader->arena, open + 1, (gsize)(close - open - 1));
}

/* "pw-bot: cr" (patchwork's bot on kernel lists): a maintainer's verdict in one word. */
static gboolean read_command(Reader *reader, LbSlice line) {
  static const struct {
    const char *word;
    gboolean is_applied;
  } verdicts[] = {{"cr", FALSE},
                  {"changes-requested", FALSE},
                  {"changes_requested", FALSE},
                  {"reject", FALSE},
                  {"rejected", FALSE},
                  {"applied", TRUE},
                  {"accept", TRUE},
                  {"accepted", TRUE}};
  LbSlice word = lb_line_strip((LbSlice){line.data + 7, line.length - 7});
  for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++)
    if (word.length == strlen(verdicts[i].word) &&
        !g_ascii_strncasecmp(word.data, verdicts[i].word, word.length)) {
      reader->applied->rule = "pw-bot";
      reader->applied->is_whole = TRUE;
      reader->applied->is_applied = verdicts[i].is_applied;
      return TRUE;
    }
  return FALSE;
}

static LbSlice get_next_line(const Reader *reader, LbSlice line) {
  return lb_line_get(reader->text, reader->length,
                     lb_line_next(reader->text, reader->length, (gsize)(line.data - reader->text)));
}

/* "by Ada Lind <ada@example.org>:" */
static void read_by(Reader *reader, LbSlice line, const char *word) {
  LbDiagSet ignored = 0;
  gsize n = strlen(word);
  line = lb_line_strip(line);
  if (line.length && line.data[line.length - 1] == ':')
    line.length--;
  if (lb_line_starts(line, word))
    reader->applied->by =
        lb_address_parse_first((LbSlice){line.data + n, line.length - n}, reader->arena, &ignored);
}

static gboolean read_patchwork(Reader *reader) {
  static const char *const forms[] = {"This series was applied to ", "This patch was applied to ",
                                      "This series was merged into ", "This patch was merged into "};
  for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
    LbSlice line = find_line(reader, forms[i]);
    if (!line.data)
      continue;
    gsize n = strlen(forms[i]);
    gsize at = memmem(line.data, line.length, " to ", 4) ? n - 3 : n - 5;
    read_tree(reader, (LbSlice){line.data + at, line.length - at});
    read_by(reader, get_next_line(reader, line), "by ");
    read_list(reader, TRUE);
    reader->applied->is_whole = reader->patches->len == 0;
    reader->applied->rule = "patchwork-bot";
    return TRUE;
  }
  return FALSE;
}

static gboolean read_pr_tracker(Reader *reader) {
  LbSlice line = find_line(reader, "has been merged into ");
  if (!line.data)
    return FALSE;
  read_tree(reader, (LbSlice){line.data + 16, line.length - 16});
  LbAppliedPatch patch = {.index = LB_NO_NUMBER, .total = LB_NO_NUMBER, .is_applied = TRUE};
  gsize pos = lb_line_next(reader->text, reader->length, (gsize)(line.data - reader->text));
  if (pos < reader->length)
    patch.commit = find_commit(reader, lb_line_get(reader->text, reader->length, pos));
  g_array_append_val(reader->patches, patch);
  reader->applied->is_whole = TRUE;
  reader->applied->rule = "pr-tracker-bot";
  return TRUE;
}

static gboolean read_tip(Reader *reader, const LbSubject *subject) {
  LbSlice line = find_line(reader, "Commit-ID:");
  if (!line.data)
    return FALSE;
  LbAppliedPatch patch = {LB_NO_NUMBER, LB_NO_NUMBER, subject->title, find_commit(reader, line), TRUE};
  g_array_append_val(reader->patches, patch);
  LbSlice sentence = find_line(reader, "The following commit has been merged into ");
  const char *colon = strchr(subject->tag, ':'), *close = colon ? strchr(colon, ']') : NULL;
  if (close)
    reader->applied->branch = copy(reader, lb_line_strip((LbSlice){colon + 1, (gsize)(close - colon - 1)}));
  LbSlice committer = find_line(reader, "Committer:");
  if (committer.data)
    read_by(reader, committer, "Committer:");
  reader->applied->tree = sentence.data || colon ? "tip" : NULL;
  reader->applied->rule = "tip-bot";
  return TRUE;
}

/* Title on a line of its own behind a sentence; a robot's "Subject: " before it taken off. */
static LbSlice find_title_below(const Reader *reader, LbSlice sentence) {
  gsize pos = (gsize)(sentence.data - reader->text);
  for (int i = 0; i < 3 && (pos = lb_line_next(reader->text, reader->length, pos)) < reader->length; i++) {
    LbSlice line = lb_line_strip(lb_line_get(reader->text, reader->length, pos));
    if (lb_line_starts(line, "Subject: "))
      line = lb_line_strip((LbSlice){line.data + 9, line.length - 9});
    if (line.length)
      return line;
  }
  return (LbSlice){NULL, 0};
}

static void add_titled(Reader *reader, LbSlice title, const char *rule) {
  LbAppliedPatch patch = {LB_NO_NUMBER, LB_NO_NUMBER, copy(reader, title), NULL, TRUE};
  g_array_append_val(reader->patches, patch);
  reader->applied->rule = rule;
}

/* The word in front of " branch" in a line, behind words; NULL if it isn't there. */
static const char *find_branch(const Reader *reader, LbSlice line, const char *words) {
  const char *p = line.data ? memmem(line.data, line.length, words, strlen(words)) : NULL;
  const char *end = line.data + line.length;
  gsize n = 0;
  if (!p)
    return NULL;
  p += strlen(words);
  while (p + n < end && !lb_line_is_space(p[n]))
    n++;
  LbSlice rest = {p + n, (gsize)(end - p) - n};
  return n && lb_line_starts(rest, " branch") ? lb_arena_strndup(reader->arena, p, n) : NULL;
}

/* mm-commits: "The patch titled … has been added to the -mm mm-unstable branch", "The quilt patch titled …
 * has been removed from the -mm tree … dropped because it was merged into the mm-stable branch"; what is
 * dropped for another reason isn't applied. */
static gboolean read_mm(Reader *reader) {
  LbSlice sentence = find_line(reader, "The patch titled");
  if (!sentence.data)
    sentence = find_line(reader, "The quilt patch titled");
  LbSlice title = sentence.data ? find_title_below(reader, sentence) : (LbSlice){NULL, 0};
  LbSlice dropped = find_line(reader, "This patch was dropped because");
  gboolean is_merged = dropped.data && memmem(dropped.data, dropped.length, "it was merged", 13);
  if (!title.data || (dropped.data && !is_merged))
    return FALSE;
  add_titled(reader, title, "mm-commits");
  reader->applied->tree = "mm";
  reader->applied->branch = dropped.data
                                ? find_branch(reader, dropped, "merged into the ")
                                : find_branch(reader, find_line(reader, "has been added to"), " -mm ");
  return TRUE;
}

/* The trees of Greg KH: "I've just added the patch titled … to my usb git tree … in the usb-next branch".
 * What a stable tree takes was applied elsewhere before. */
static gboolean read_titled(Reader *reader) {
  LbSlice added = find_line(reader, "This is a note to let you know that");
  LbSlice title = added.data ? find_title_below(reader, added) : (LbSlice){NULL, 0};
  if (!title.data || memmem(reader->text, reader->length, "-stable tree", 12))
    return FALSE;
  add_titled(reader, title, "notice");
  LbSlice to = find_line(reader, "to my ");
  if (to.data)
    read_tree(reader, to);
  reader->applied->branch = find_branch(reader, find_line(reader, "in the "), "in the ");
  return TRUE;
}

/* "Applied to" and, below, "https://git.example.org/x.git for-next". */
static void read_tree_below(Reader *reader) {
  LbSlice line = find_line(reader, "Applied to"), below = {NULL, 0};
  if (line.data && lb_line_strip(line).length <= 11)
    below = find_title_below(reader, line);
  if (!below.length || *below.data == '[')
    return;
  const char *blank = memchr(below.data, ' ', below.length), *end = below.data + below.length;
  reader->applied->tree = copy(reader, (LbSlice){below.data, (gsize)((blank ? blank : end) - below.data)});
  LbSlice branch = lb_line_strip((LbSlice){blank ? blank : end, blank ? (gsize)(end - blank) : 0});
  while (branch.length && strchr("(", *branch.data))
    branch = (LbSlice){branch.data + 1, branch.length - 1};
  while (branch.length && strchr("),.!", branch.data[branch.length - 1]))
    branch.length--;
  if (branch.length && !memchr(branch.data, ' ', branch.length))
    reader->applied->branch = copy(reader, branch);
}

static gboolean read_b4(Reader *reader, const LbSubject *subject) {
  read_list(reader, FALSE);
  if (!reader->patches->len)
    return FALSE;
  LbApplied said = {0};
  g_autoptr(GArray) ignored = g_array_new(FALSE, FALSE, sizeof(LbAppliedPatch));
  if (lb_statement_parse(reader->text, reader->length, subject, reader->arena, &said, ignored)) {
    reader->applied->tree = said.tree;
    reader->applied->branch = said.branch;
  }
  if (!said.tree)
    read_tree_below(reader);
  reader->applied->rule = "b4-ty";
  return TRUE;
}

/* "https://git.kernel.org/powerpc/c/0123…" on a line of its own, as older notices have it. */
static void read_commit_below(Reader *reader) {
  LbSlice line = find_line(reader, "https://");
  LbAppliedPatch patch = {.index = LB_NO_NUMBER, .total = LB_NO_NUMBER, .is_applied = TRUE};
  if (line.data && !memchr(line.data, ' ', line.length) && (patch.commit = find_commit(reader, line)))
    g_array_append_val(reader->patches, patch);
}

static gboolean read_words(Reader *reader, const LbSubject *subject) {
  if (!lb_statement_parse(reader->text, reader->length, subject, reader->arena, reader->applied,
                          reader->patches))
    return FALSE;
  reader->applied->rule = "words";
  if (!reader->patches->len && !reader->applied->is_whole)
    read_commit_below(reader);
  return TRUE;
}

static gboolean read_commands(Reader *reader) {
  const char *end = reader->text + reader->length;
  for (const char *p = reader->text; (p = lb_find_literal(p, (gsize)(end - p), "pw-bot:")); p += 7) {
    gsize pos = (gsize)(p - reader->text);
    if ((p == reader->text || p[-1] == '\n') &&
        read_command(reader, lb_line_get(reader->text, reader->length, pos)))
      return TRUE;
  }
  return FALSE;
}

/* What a person wrote: a command, b4's list, or words. */
static gboolean read_person(Reader *reader, const LbSubject *subject) {
  return (reader->has_commands && read_commands(reader)) || (reader->has_list && read_b4(reader, subject)) ||
         read_words(reader, subject);
}

/* Lines of a kind, by what they begin with; the text ends where the signature begins. */
static void survey(Reader *reader) {
  const char *end = reader->text + reader->length;
  for (const char *p = reader->text; p < end; p = lb_find_line_of(p, end, "-[p-[p")) {
    gsize length = (gsize)(end - p);
    if (length >= 4 && !memcmp(p, "-- \n", 4)) {
      reader->length -= length;
      return;
    }
    reader->has_list = reader->has_list || *p == '[';
    reader->has_commands = reader->has_commands || (length > 3 && !memcmp(p, "pw-", 3));
  }
}

const LbApplied *lb_applied_parse(LbRobotKind robot, const LbSubject *subject, const char *text, gsize length,
                                  LbArena *arena) {
  g_autoptr(GArray) patches = g_array_new(FALSE, FALSE, sizeof(LbAppliedPatch));
  LbApplied applied = {.is_applied = TRUE};
  Reader reader = {.text = text, .length = length, .arena = arena, .applied = &applied, .patches = patches};
  gboolean found = FALSE;
  survey(&reader);
  if (robot != LB_ROBOT_NONE)
    found = read_patchwork(&reader) || read_pr_tracker(&reader) || read_tip(&reader, subject) ||
            read_mm(&reader) || read_titled(&reader);
  if (!found && (robot == LB_ROBOT_NOTICE || subject->is_reply))
    found = read_person(&reader, subject);
  if (!found)
    return NULL;
  LbApplied *kept = lb_arena_alloc(arena, sizeof *kept);
  *kept = applied;
  kept->n_patches = patches->len;
  LbAppliedPatch *list = lb_arena_new_array(arena, LbAppliedPatch, patches->len);
  if (patches->len)
    memcpy(list, patches->data, patches->len * sizeof *list);
  kept->patches = list;
  return kept;
}
