/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/subject.h"
#include "message/tag.h"
#include <string.h>
#include "message/word.h"

#define FULL_WIDTH_COLON "\xef\xbc\x9a"

/* Marks of replies and forwards in front of a subject; what mailers add in several languages. */
static const struct {
  const char *word;
  enum { ANY_CASE, CAPITAL, AS_IT_IS } letters; /* a title could begin with "fw:", "Tr:" */
} reply_marks[] = {
    {"Re", ANY_CASE},   {"Fwd", ANY_CASE},  {"FW", CAPITAL},    {"Aw", CAPITAL},    {"Antw", CAPITAL},
    {"SV", CAPITAL},    {"VS", CAPITAL},    {"Odp", CAPITAL},   {"Ynt", CAPITAL},   {"WG", AS_IT_IS},
    {"TR", AS_IT_IS},   {"RV", AS_IT_IS},   {"RES", AS_IT_IS},  {"RIF", AS_IT_IS},  {"ENC", AS_IT_IS},
    {"VL", AS_IT_IS},   {"回复", AS_IT_IS}, {"回覆", AS_IT_IS}, {"答复", AS_IT_IS}, {"答覆", AS_IT_IS},
    {"转发", AS_IT_IS}, {"轉發", AS_IT_IS}, {"转寄", AS_IT_IS}, {"轉寄", AS_IT_IS}, {"返信", AS_IT_IS},
    {"转", AS_IT_IS},
};

/* What gateways put in front of other people's subjects. */
static const char *const gateway_marks[] = {
    "EXTERNAL",   "EXT",        "EXTERNAL MAIL", "EXTERNAL EMAIL", "EXTERNAL SENDER",
    "EXTERNAL !", "EXTERNAL!",  "SPAM",          "POSSIBLE SPAM",  "SUSPECTED SPAM",
    "SPAM?",      "***SPAM***", "CAUTION",       "UNTRUSTED",
};

/* Trees that stand in a group of their own before [PATCH] and are no list's tag. */
static const char *const trees[] = {"net",    "bpf",      "nf",      "mm",       "tip",     "rdma",
                                    "drm",    "media",    "staging", "iproute2", "ethtool", "linux",
                                    "kernel", "fyi",      "test",    "wip",      "hack",    "poc",
                                    "rft",    "wireless", "kvm",     "xfs",      "iwl-net", "bluetooth"};

static const char *skip_blanks(const char *p) {
  while (*p == ' ' || *p == '\t' || *p == ':')
    p++;
  return p;
}

/* "Re:", "RE[2] :", "Aw(3):", "回复：", and "Re [PATCH]", whose colon got lost.  Returns what stands behind
 * it. */
static const char *match_reply_mark(const char *p) {
  if (*p >= 0 && !g_ascii_isalpha(*p))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(reply_marks); i++) {
    if (!lb_word_begins(reply_marks[i].word, p))
      continue;
    gsize n = strlen(reply_marks[i].word);
    if (reply_marks[i].letters == AS_IT_IS ? strncmp(p, reply_marks[i].word, n)
                                           : g_ascii_strncasecmp(p, reply_marks[i].word, n))
      continue;
    if (reply_marks[i].letters == CAPITAL && !g_ascii_isupper(*p))
      continue;
    const char *end = p + n;
    if (*end == '[' || *end == '(' || *end == '^' || *end == '*') {
      const char *number = end + 1;
      gsize digits = strspn(number, "0123456789");
      if (digits == 0 || digits > 4)
        continue;
      end = number + digits;
      if (*end == ']' || *end == ')')
        end++;
    }
    while (*end == ' ' || *end == '\t')
      end++;
    if (*end == ':')
      return end + 1;
    if (strncmp(end, FULL_WIDTH_COLON, 3) == 0)
      return end + 3;
    if (i == 0 && *end == '[' && end > p + n)
      return end;
  }
  return NULL;
}

/* "[Fwd: [PATCH] x]" */
static const char *match_bracketed_mark(const char *p) {
  if (*p != '[' || (!lb_word_starts(p + 1, "re") && !lb_word_starts(p + 1, "fwd")))
    return NULL;
  return match_reply_mark(p + 1);
}

/* The bracket that closes the group at p, nested ones counted; NULL if it isn't closed. */
static const char *find_close(const char *p) {
  int depth = 0;
  for (; *p; p++) {
    if (*p == '[')
      depth++;
    else if (*p == ']' && --depth == 0)
      return p;
  }
  return NULL;
}

/* [devel], [Qemu-devel], [dpdk-dev]: names that lists have and trees have not. */
static gboolean is_list_name(const char *bytes, gsize length) {
  static const char *const endings[] = {"devel",    "-dev",      "-users",  "-list",
                                        "-discuss", "-announce", "-commits"};
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
    gsize n = strlen(endings[i]);
    if (n <= length && g_ascii_strncasecmp(bytes + length - n, endings[i], n) == 0)
      return endings[i][0] == '-' || n == length || bytes[length - n - 1] == '-';
  }
  return FALSE;
}

/* [dpdk-stable], [qemu-stable]: lists where a project's backports are reviewed, and much else is sent as a
 * copy. */
static gboolean is_stable_list(const char *bytes, gsize length) {
  gsize stem = length > 7 && g_ascii_strncasecmp(bytes + length - 7, "-stable", 7) == 0 ? length - 7 : 0;
  for (gsize i = 0; i < stem; i++)
    if (!g_ascii_isalpha(bytes[i]))
      return FALSE;
  return stem > 0 && !lb_word_is_in(trees, G_N_ELEMENTS(trees), bytes, stem) &&
         g_ascii_strncasecmp(bytes, "for-", 4) != 0;
}

/* Mailman puts the list's name in a group of its own, with a blank behind it, before everything that the
 * sender wrote.  The list isn't known here.  So: a leading group of one word that says nothing by itself,
 * with a blank and another group or a reply mark behind it ("[SLOF] [PATCH v4]"); and a list's kind of name
 * ("[devel]") even where it stands among other groups.  People who write a tree so mostly leave the blank out
 * ("[next][PATCH]"), or it is a tree of the table, ends in "next" or has a digit or slash. */
static gboolean is_list_tag(const char *open, const char *close, gboolean is_first) {
  const char *word = open + 1;
  gsize length = (gsize)(close - word);
  if (length == 0 || strcspn(word, " \t,[]:") < length)
    return FALSE;
  if (is_list_name(word, length))
    return TRUE;
  if (!is_first || close[1] != ' ' || (close[2] != '[' && !match_reply_mark(close + 2)))
    return FALSE;
  if (is_stable_list(word, length))
    return TRUE;
  /* "[B.A.T.M.A.N.] [PATCH] x" is a list's */
  if (strcspn(word, "0123456789/{") < length || lb_word_is_in(trees, G_N_ELEMENTS(trees), word, length))
    return FALSE;
  if (length >= 4 &&
      (g_ascii_strncasecmp(close - 4, "next", 4) == 0 || g_ascii_strncasecmp(word, "for-", 4) == 0))
    return FALSE;
  LbSubject subject = {.index = LB_NO_NUMBER};
  LbTag tag;
  lb_tag_init(&tag, NULL, &subject);
  lb_tag_read(&tag, word, length);
  return tag.n_words == 1 && !subject.has_patch_tag && !subject.is_stable && !subject.has_pull_tag &&
         !lb_tag_is_foreign_word(word, length);
}

/* Marks without brackets in front of somebody's tag: b4-ty's "(subset)", "** FRAUD ALERT **", "Subject:" once
 * more.  Returns what stands behind it, NULL if a tag doesn't follow at once. */
static const char *skip_loose_mark(const char *p) {
  const char *end = NULL;
  if (lb_word_starts(p, "(subset)") || lb_word_starts(p, "subject:"))
    end = p + 8;
  else if (p[0] == '*' && p[1] == '*') {
    const char *close = strstr(p + strspn(p, "*"), "**");
    end = close && close - p < 80 ? close + strspn(close, "*") : NULL;
  }
  while (end && (*end == ' ' || *end == '\t'))
    end++;
  return end && (*end == '[' || match_reply_mark(end)) ? end : NULL;
}

/* "Ping", "PING^2", "Ping x2", "ping*3"; returns what stands behind it, p if nothing of that kind does. */
static const char *skip_ping(const char *p) {
  if (!lb_word_starts(p, "ping"))
    return p;
  const char *number = p + 4 + strspn(p + 4, " ^*#x");
  gsize digits = strspn(number, "0123456789");
  if (digits > 0 && digits < 4)
    return number + digits;
  return g_ascii_isalnum(p[4]) ? p : p + 4;
}

/* What follows up something, without being an answer by its subject: "Ping: [PATCH] x", "[PING^2][PATCH] x",
 * "bug#12345: [PATCH] x".  Returns what stands behind the mark, NULL if there is none or no tag follows. */
static const char *skip_remark(const char *p, LbSubject *subject) {
  gboolean is_ping = FALSE, is_bracketed = *p == '[';
  const char *word = p + is_bracketed, *end = skip_ping(word);
  if (end > word) {
    is_ping = TRUE;
  } else {
    gsize digits = lb_word_starts(word, "bug#") ? strspn(word + 4, "0123456789") : 0;
    if (digits == 0)
      return NULL;
    end = word + 4 + digits;
    if (!is_bracketed && *end != ':')
      return NULL;
  }
  if (is_bracketed && *end++ != ']')
    return NULL;
  end = skip_blanks(end);
  /* "Bug#12345: [REGRESSION] x" is a title */
  gboolean is_tag = *end == '[' && (is_ping || lb_tag_match_word(end + 1, strnlen(end + 1, 48), FALSE) > 0);
  if (!is_tag && !match_reply_mark(end))
    return NULL;
  subject->is_ping |= is_ping;
  subject->is_tracked |= !is_ping;
  return end;
}

static gboolean is_gateway_mark(const char *open, const char *close) {
  return lb_word_is_in(gateway_marks, G_N_ELEMENTS(gateway_marks), open + 1, (gsize)(close - open - 1));
}

/* Where a group that began with another bracket, or none, or is closed by another, ends: behind "]", "}" or a
 * "[" that opens nothing; NULL if there is no such place near. */
static const char *find_broken_close(const char *p) {
  int depth = 0;
  for (const char *q = p; *q && q - p < 80; q++) {
    if (q[0] == ':' && q[1] == ' ')
      return NULL;
    if (*q == ']' || *q == '}' || *q == ')') {
      if (depth == 0)
        return q + 1;
      depth--;
    } else if (*q == '[' && (q[1] == ' ' || q[1] == '\0')) {
      return q + 1;
    } else if (*q == '{' || *q == '(' || *q == '[') {
      depth++;
    }
  }
  return NULL;
}

/* "PATCH v2] x", "[PATCH[ x", "[PATCH RFC} x", "PATCH v4 00/11 x".  Returns the end of the tag, NULL if p
 * isn't one. */
static const char *read_broken(const char *p, LbTag *tag) {
  /* without bracket it must look written as a tag: "Patch to fix x" is none */
  if (!strchr("[{(<", *p) && !(g_ascii_isupper(p[0]) && g_ascii_isupper(p[1])))
    return NULL;
  const char *start = p + strspn(p, "[{(<");
  gsize n = lb_tag_match_word(start, strnlen(start, 48), FALSE);
  if (n == 0 || start - p > 4)
    return NULL;
  if (*p != '[' && !g_ascii_isupper(start[1]))
    return NULL;
  const char *end = find_broken_close(start + n);
  if (end) {
    lb_tag_read(tag, start, (gsize)(end - 1 - start));
    return end;
  }
  end = start + n;
  guint n_words = 1;
  for (;;) {
    const char *next = end + strspn(end, " \t,");
    gsize length = lb_tag_match_word(next, strnlen(next, 48), TRUE);
    if (length == 0)
      break;
    end = next + length;
    n_words++;
  }
  if (*p != '[' && n_words == 1 && !memchr(start, '/', n))
    return NULL;
  lb_tag_read(tag, start, (gsize)(end - start));
  return end;
}

/* The groups as sent. */
typedef struct {
  char *text; /* has room for all of a subject and a blank for each of its groups */
  gsize length;
} Sent;

static void append_group(Sent *sent, const char *bytes, gsize length) {
  if (sent->length > 0)
    sent->text[sent->length++] = ' ';
  memcpy(sent->text + sent->length, bytes, length);
  sent->length += length;
}

/* Reads reply marks and groups, in any order as git-mailinfo(1) does; returns the title. */
static const char *read_lead(const char *p, LbSubject *subject, LbTag *tag, Sent *sent) {
  gboolean is_first = TRUE, is_broken = FALSE;
  for (;;) {
    p = skip_blanks(p);
    const char *end = match_reply_mark(p);
    /* Behind a tag "Re:" alone is none of the title's words, as git-mailinfo(1) has it: "[PATCH] sv: new
     * words" */
    if (end && (sent->length == 0 || g_ascii_strncasecmp(p, "re", 2) == 0)) {
      /* "[PATCH] Re: x" was sent as a patch, "[SOMETHING] Re: x" was not */
      subject->is_reply |= !subject->has_patch_tag;
      p = end;
      continue;
    }
    if (sent->length == 0 && (end = match_bracketed_mark(p)) != NULL) {
      subject->is_reply = TRUE;
      p = end;
      continue;
    }
    if (sent->length == 0 &&
        ((end = skip_remark(p, subject)) != NULL || (end = skip_loose_mark(p)) != NULL)) {
      p = end;
      continue;
    }
    const char *close = *p == '[' ? find_close(p) : NULL;
    if (!close) {
      /* one of them: a second search of a long hostile line for a bracket that isn't there is one too many */
      end = is_broken ? NULL : read_broken(p, tag);
      if (!end)
        return p;
      is_broken = TRUE;
      append_group(sent, p, (gsize)(end - p));
      p = end;
      continue;
    }
    if (!is_gateway_mark(p, close) && !is_list_tag(p, close, is_first)) {
      lb_tag_read(tag, p + 1, (gsize)(close - p - 1));
      append_group(sent, p, (gsize)(close - p + 1));
      is_first = FALSE;
    }
    p = close + 1;
  }
}

/* "area: title (v2)" */
static void read_version_behind(LbTag *tag, const char *title, gsize length) {
  const char *open =
      length > 4 && title[length - 1] == ')' ? g_strrstr_len(title, (gssize)length, "(") : NULL;
  if (!open || open == title || open[-1] != ' ' || (open[1] != 'v' && open[1] != 'V') ||
      tag->subject->has_version)
    return;
  gsize digits = strspn(open + 2, "0123456789");
  if (digits == 0 || digits > 3 || open + 2 + digits + 1 != title + length)
    return;
  tag->subject->version = (int)g_ascii_strtoull(open + 2, NULL, 10);
  tag->subject->has_version = TRUE;
}

/* Covers of stable reviews: "5.15.80-rc1 review", "3.4.6-stable review". */
static gboolean is_stable_review(const char *title, gsize length) {
  return length > 10 && length < 60 && strncmp(title + length - 7, " review", 7) == 0 &&
         g_ascii_isdigit(*title) &&
         (g_strstr_len(title, (gssize)length, "-rc") || g_strstr_len(title, (gssize)length, "-stable"));
}

/* What is left of "[Fwd: [PATCH] x]". */
static gboolean is_closed_too_often(const char *title, gsize length) {
  int depth = 0;
  for (gsize i = 0; i < length; i++)
    depth += (title[i] == '[') - (title[i] == ']');
  return depth < 0;
}

gboolean lb_subject_names_tree(const LbSubject *subject) {
  for (const char *const *word = subject->prefix; *word; word++) {
    gsize n = strlen(*word);
    if (!lb_word_is_in(trees, G_N_ELEMENTS(trees), *word, n) &&
        !(n > 4 && strcmp(*word + n - 4, "next") == 0))
      return FALSE;
  }
  return *subject->prefix != NULL;
}

void lb_subject_parse(const char *text, LbArena *arena, LbSubject *subject) {
  *subject = (LbSubject){.version = 1, .reroll = LB_NO_NUMBER, .index = LB_NO_NUMBER, .total = LB_NO_NUMBER};
  LbTag tag;
  lb_tag_init(&tag, arena, subject);
  gsize room = strlen(text);
  Sent sent = {.text = (char *)lb_arena_alloc_bytes(arena, room + room / 2 + 1)};
  const char *title = read_lead(text, subject, &tag, &sent);
  gsize length = strlen(title);
  while (length > 0 && g_ascii_isspace(title[length - 1]))
    length--;
  if (subject->is_reply && length > 0 && title[length - 1] == ']' && is_closed_too_often(title, length))
    length--;
  lb_tag_finish(&tag);
  read_version_behind(&tag, title, length);
  subject->is_stable |= is_stable_review(title, length);
  sent.text[sent.length] = '\0';
  subject->tag = sent.text;
  subject->title = lb_arena_strndup(arena, title, length);
}

const LbSubject *lb_subject_intern(LbArena *arena, const LbSubject *subject) {
  LbSubject row = *subject;
  row.title = NULL;
  G_STATIC_ASSERT(sizeof row % sizeof(gpointer) == 0);
  return lb_arena_intern_pointers(arena, &row, sizeof row / sizeof(gpointer));
}
