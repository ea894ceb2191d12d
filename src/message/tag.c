/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/tag.h"
#include <string.h>
#include "message/stable_word.h"
#include "message/word.h"

typedef enum { WORD_PATCH, WORD_RFC, WORD_RESEND, WORD_PULL } WordKind;

typedef struct {
  const char *word;
  gsize length;
  WordKind kind;
} Word;

#define WORD(word, kind)                                                                                     \
  { word, sizeof word - 1, kind }

/* Longer ones before those they begin with.  The misspellings are ones that stand in public archives. */
static const Word words[] = {
    WORD("PATCHSERIES", WORD_PATCH), WORD("PATCHSETS", WORD_PATCH), WORD("PATCHSET", WORD_PATCH),
    WORD("PATCHES", WORD_PATCH),     WORD("PATCHI", WORD_PATCH),    WORD("PATCHH", WORD_PATCH),
    WORD("PATCH", WORD_PATCH),       WORD("PPATCH", WORD_PATCH),    WORD("PATHC", WORD_PATCH),
    WORD("PACTH", WORD_PATCH),       WORD("PTACH", WORD_PATCH),     WORD("APTCH", WORD_PATCH),
    WORD("PATTCH", WORD_PATCH),      WORD("PATCCH", WORD_PATCH),    WORD("PAATCH", WORD_PATCH),
    WORD("PATACH", WORD_PATCH),      WORD("FATCH", WORD_PATCH),     WORD("PACH", WORD_PATCH),
    WORD("PTCH", WORD_PATCH),        WORD("RFC", WORD_RFC),         WORD("RESENDING", WORD_RESEND),
    WORD("RESEND", WORD_RESEND),     WORD("RE-SEND", WORD_RESEND),  WORD("RESENT", WORD_RESEND),
    WORD("RE-RESEND", WORD_RESEND),  WORD("RERESEND", WORD_RESEND), WORD("REPOST", WORD_RESEND),
    WORD("PULL", WORD_PULL),
};

/* Tags that say what a mail is, and it isn't a patch; RFC or vN beside them change nothing. */
static const char *const foreign_words[] = {
    "SYZBOT",     "ANNOUNCE", "ANNOUNCEMENT", "ANN", "BUG",    "REGRESSION", "QUESTION",   "QUERY",
    "DISCUSSION", "DISCUSS",  "TOPIC",        "CFP", "REPORT", "HELP",       "NEWSLETTER",
};

/* What a sign may be between the words of a tag, and before, in and behind one. */
enum { BETWEEN = 1 << 0, BEFORE = 1 << 1, JOINT = 1 << 2, BEHIND = 1 << 3, NO_WORD = 1 << 4 };
static const guint8 signs[256] = {
    [' '] = BETWEEN,         ['\t'] = BETWEEN,        [','] = BETWEEN,         [';'] = BETWEEN,
    ['|'] = BETWEEN,         ['['] = BETWEEN,         [']'] = BETWEEN,         ['('] = BEFORE | JOINT,
    ['#'] = BEFORE,          ['&'] = BEFORE | JOINT,  ['"'] = BEFORE | BEHIND, ['\''] = BEFORE | BEHIND,
    [')'] = BEHIND,          ['!'] = BEHIND,          ['.'] = JOINT | BEHIND,  [':'] = JOINT | BEHIND,
    ['-'] = JOINT | NO_WORD, ['+'] = JOINT | NO_WORD, ['/'] = JOINT | NO_WORD, ['_'] = JOINT,
    ['~'] = JOINT,
};

static inline gboolean is_sign(char c, guint8 kind) {
  return (signs[(guint8)c] & kind) != 0;
}

/* Reads up to max_digits digits; returns how many stand there, 0 if none or too many. */
static gsize read_number(const char *bytes, gsize length, gsize max_digits, int *number) {
  gsize n = 0;
  *number = 0;
  while (n < length && g_ascii_isdigit(bytes[n])) {
    if (n == max_digits)
      return 0;
    *number = *number * 10 + (bytes[n++] - '0');
  }
  return n;
}

void lb_tag_init(LbTag *tag, LbArena *arena, LbSubject *subject) {
  /* words are as many as n_words says: not to be cleared for each subject */
  tag->n_words = 0;
  tag->dotted = -1;
  tag->major = tag->minor = 0;
  tag->is_dotted_upper = tag->has_counter = tag->is_after_not = FALSE;
  tag->arena = arena;
  tag->subject = subject;
}

static void set_version(LbTag *tag, int version) {
  LbSubject *subject = tag->subject;
  if (!subject->has_version)
    subject->version = version;
  subject->has_version = subject->has_patch_tag = TRUE;
}

static void set_counter(LbTag *tag, int index, int total, const char *extra, gsize length) {
  LbSubject *subject = tag->subject;
  if (tag->has_counter)
    return;
  tag->has_counter = TRUE;
  subject->index = index;
  subject->total = total;
  if (extra && tag->arena)
    subject->extra = lb_arena_strndup(tag->arena, extra, length);
}

static void add_word(LbTag *tag, const char *bytes, gsize length) {
  if (length == 0 || tag->n_words == LB_TAG_MAX_WORDS)
    return;
  if (lb_stable_word_is_known(bytes, length))
    tag->subject->is_stable = TRUE;
  tag->words[tag->n_words++] = tag->arena ? lb_arena_strndup(tag->arena, bytes, length) : "";
}

/* v3, V3, v03, v3a; "v5.1" is put aside. */
static gsize read_version(LbTag *tag, const char *bytes, gsize length) {
  int major, minor;
  if (length < 2 || (bytes[0] != 'v' && bytes[0] != 'V'))
    return 0;
  gsize n = read_number(bytes + 1, length - 1, 3, &major);
  if (n++ == 0)
    return 0;
  if (n + 1 < length && bytes[n] == '.' && g_ascii_isdigit(bytes[n + 1])) {
    gsize digits = read_number(bytes + n + 1, length - n - 1, 3, &minor);
    if (digits == 0 ||
        (n + 1 + digits < length && (bytes[n + 1 + digits] == '.' || bytes[n + 1 + digits] == '-')))
      return 0;
    if (tag->dotted < 0 && tag->n_words < LB_TAG_MAX_WORDS) {
      tag->dotted = (int)tag->n_words;
      tag->major = major, tag->minor = minor;
      tag->is_dotted_upper = bytes[0] == 'V';
      add_word(tag, bytes, n + 1 + digits);
    }
    return n + 1 + digits;
  }
  if (n < length && g_ascii_isalpha(bytes[n]) && (n + 1 == length || !g_ascii_isalnum(bytes[n + 1])))
    n++;
  if (n < length && (g_ascii_isalnum(bytes[n]) || bytes[n] == '/'))
    return 0;
  set_version(tag, major);
  return n;
}

/* The whole of bytes as a counter: 3/7, 03/07, 3of7, 0/n; and as an extra member: 3/n, 0.5/5, 1-2/5, 4a/5. */
static gsize read_counter(LbTag *tag, const char *bytes, gsize length) {
  int index, total;
  gsize n = read_number(bytes, length, 4, &index);
  if (n == 0 || n >= length)
    return 0;
  gsize slash = bytes[n] == '/' ? 1 : n + 2 < length && g_ascii_strncasecmp(bytes + n, "of", 2) == 0 ? 2 : 0;
  if (slash > 0 && n + slash < length &&
      read_number(bytes + n + slash, length - n - slash, 4, &total) == length - n - slash) {
    set_counter(tag, index, total, NULL, 0);
    return length;
  }
  const char *divide = memchr(bytes, '/', length);
  gsize left = divide ? (gsize)(divide - bytes) : length;
  if (!divide || left > 8 || left + 1 == length)
    return 0;
  for (gsize i = n; i < left; i++)
    if (!g_ascii_isdigit(bytes[i]) && !strchr(".-+", bytes[i]) &&
        !(i + 1 == left && g_ascii_isalpha(bytes[i])))
      return 0;
  const char *right = divide + 1;
  gsize right_length = length - left - 1;
  gboolean is_letter = right_length <= 2 && strspn(right, "nNxXmM?") >= right_length;
  if (!is_letter && read_number(right, right_length, 4, &total) != right_length)
    return 0;
  if (is_letter && left == n && index == 0)
    set_counter(tag, 0, LB_NO_NUMBER, NULL, 0);
  else
    set_counter(tag, LB_NO_NUMBER, is_letter ? LB_NO_NUMBER : total, bytes, length);
  return length;
}

static gsize match_keyword(const char *bytes, gsize length, WordKind *kind) {
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    gsize n = words[i].length;
    if (n > length || !lb_word_begins(words[i].word, bytes) ||
        !lb_word_begins(words[i].word + 1, bytes + 1) || g_ascii_strncasecmp(bytes, words[i].word, n) != 0)
      continue;
    *kind = words[i].kind;
    if (n == length || !g_ascii_isalpha(bytes[n]))
      return n;
    if (n + 1 < length && (bytes[n] == 'v' || bytes[n] == 'V') && g_ascii_isdigit(bytes[n + 1]))
      return n;
    /* "RFCPATCH", and "PATCHnet-next", where a blank was forgotten */
    if (g_ascii_strncasecmp(bytes + n, "PATCH", MIN(5, length - n)) == 0 && length - n >= 5)
      return n;
    if (strncmp(bytes, words[i].word, n) == 0 && g_ascii_islower(bytes[n]))
      return n;
  }
  return 0;
}

static gsize read_keyword(LbTag *tag, const char *bytes, gsize length) {
  LbSubject *subject = tag->subject;
  WordKind kind;
  gsize n = length > 0 ? match_keyword(bytes, length, &kind) : 0;
  if (n == 0 || (kind == WORD_PULL && tag->is_after_not))
    return 0;
  if (kind == WORD_PULL)
    subject->has_pull_tag = TRUE;
  else
    subject->has_patch_tag = TRUE;
  subject->has_patch_word |= kind == WORD_PATCH;
  subject->rfc |= kind == WORD_RFC;
  subject->resend |= kind == WORD_RESEND;
  return n;
}

/* "net-next-v2": the length of what stands before the version, 0 if it isn't such a word. */
static gsize match_glued_version(const char *bytes, gsize length) {
  gsize n = length;
  while (n > 0 && g_ascii_isdigit(bytes[n - 1]))
    n--;
  if (n == length || n < 3 || length - n > 2 || (bytes[n - 1] != 'v' && bytes[n - 1] != 'V') ||
      (bytes[n - 2] != '-' && bytes[n - 2] != '_') || memchr(bytes, ':', length))
    return 0;
  return n - 2;
}

static void read_word(LbTag *tag, const char *bytes, gsize length) {
  while (length > 0 && is_sign(*bytes, BEFORE))
    bytes++, length--;
  while (length > 0 && is_sign(bytes[length - 1], BEHIND))
    length--;
  if (length == 1 && is_sign(*bytes, NO_WORD))
    return;
  if (length == 0)
    return;
  /* "v5.10" could be a reroll: that is for read_version() */
  if (bytes[0] != 'v' && bytes[0] != 'V' && lb_stable_word_is_kernel(bytes, length)) {
    add_word(tag, bytes, length);
    tag->subject->is_stable = TRUE;
    return;
  }
  gsize at = 0, understood = 0;
  while (at < length) {
    gsize next = at;
    while (next < length && is_sign(bytes[next], JOINT))
      next++;
    gsize n = read_version(tag, bytes + next, length - next);
    if (n == 0)
      n = read_counter(tag, bytes + next, length - next);
    if (n == 0)
      n = read_keyword(tag, bytes + next, length - next);
    if (n == 0)
      break;
    at = understood = next + n;
  }
  tag->is_after_not = FALSE;
  if (understood == 0 && lb_stable_word_is_kernel(bytes, length)) {
    tag->subject->is_stable = TRUE;
  } else if (understood == 0) {
    gsize stem = match_glued_version(bytes, length);
    if (stem > 0) {
      read_version(tag, bytes + stem + 1, length - stem - 1);
      length = stem;
    }
    tag->is_after_not = length == 3 && g_ascii_strncasecmp(bytes, "NOT", 3) == 0;
  } else if (understood == length ||
             strspn(bytes + understood, "-_/.:+~&#0123456789") >= length - understood) {
    return;
  } else {
    /* of "PATCH-next" stays "-next", as "PATCH -next" has it; "PATCH-for-9.1" is for 9.1 */
    gboolean is_for = length - understood > 5 && g_ascii_strncasecmp(bytes + understood, "-for-", 5) == 0;
    if (is_for || strchr("_/.:+~&", bytes[understood]))
      understood++;
    bytes += understood, length -= understood;
  }
  add_word(tag, bytes, length);
}

/* A counter or version with blanks in it, "1 of 3", "1 / 3", "v 2", as length of all of it; 0 if there is
 * none. */
static gsize read_spaced(LbTag *tag, const char *bytes, gsize length) {
  int index = 0, total;
  gboolean is_version = length > 0 && (bytes[0] == 'v' || bytes[0] == 'V');
  gsize n = is_version ? 1 : read_number(bytes, length, 4, &index), before = n;
  if (n == 0)
    return 0;
  while (n < length && bytes[n] == ' ')
    n++;
  if (!is_version) {
    if (n < length && bytes[n] == '/')
      n++;
    else if (n > before && n + 3 < length && g_ascii_strncasecmp(bytes + n, "of ", 3) == 0)
      n += 3;
    else
      return 0;
    while (n < length && bytes[n] == ' ')
      n++;
  } else if (n == before)
    return 0;
  gsize digits = read_number(bytes + n, length - n, is_version ? 3 : 4, &total);
  if (digits == 0 || (n + digits < length && !strchr(" ,;|[]:)", bytes[n + digits])))
    return 0;
  if (is_version)
    set_version(tag, total);
  else
    set_counter(tag, index, total, NULL, 0);
  return n + digits;
}

void lb_tag_read(LbTag *tag, const char *bytes, gsize length) {
  for (gsize at = 0; at < length;) {
    if (is_sign(bytes[at], BETWEEN)) {
      at++;
      continue;
    }
    gsize n = read_spaced(tag, bytes + at, length - at);
    if (n == 0) {
      int depth = 0;
      for (; at + n < length; n++) {
        char c = bytes[at + n];
        if (depth == 0 && is_sign(c, BETWEEN))
          break;
        /* "stable-4.{4, 9}" is one word; an open brace that nobody closes is a letter as others */
        if (c == '{' && memchr(bytes + at + n, '}', MIN(length - at - n, 80)))
          depth++;
        else if (c == '}' && depth > 0)
          depth--;
      }
      read_word(tag, bytes + at, n);
    }
    at += n;
  }
}

gsize lb_tag_match_word(const char *bytes, gsize length, gboolean any) {
  LbSubject subject = {.index = LB_NO_NUMBER, .total = LB_NO_NUMBER};
  LbTag tag;
  gsize n = 0;
  lb_tag_init(&tag, NULL, &subject);
  while (n < length && !strchr(" \t,[]{}<>()", bytes[n]))
    n++;
  if (n == 0 || n > 40)
    return 0;
  read_word(&tag, bytes, n);
  if (tag.n_words > 0 && tag.dotted < 0)
    return 0;
  if (!any && !subject.has_patch_word && !subject.rfc && !subject.resend)
    return 0;
  return n;
}

static void remove_word(LbTag *tag, guint position) {
  memmove(tag->words + position, tag->words + position + 1, (--tag->n_words - position) * sizeof *tag->words);
}

static gboolean is_word(const LbTag *tag, guint position, const char *word) {
  return position < tag->n_words && g_ascii_strcasecmp(tag->words[position], word) == 0;
}

static gboolean is_not_for_merge(const LbTag *tag) {
  static const char *const glued[] = {"DNM",           "NFM",          "NOMERGE",
                                      "DO-NOT-MERGE",  "DO_NOT_MERGE", "DONOTMERGE",
                                      "NOT-FOR-MERGE", "DO-NOT-APPLY", "NOT-FOR-UPSTREAM"};
  for (guint i = 0; i < tag->n_words; i++) {
    if (lb_word_is_in(glued, G_N_ELEMENTS(glued), tag->words[i], strlen(tag->words[i])))
      return TRUE;
    guint verb = i + (is_word(tag, i + 1, "FOR") ? 2 : 1);
    if (is_word(tag, i, "NOT") &&
        (is_word(tag, verb, "MERGE") || is_word(tag, verb, "APPLY") || is_word(tag, verb, "MERGING") ||
         is_word(tag, verb, "UPSTREAM") || is_word(tag, verb, "COMMIT") || is_word(tag, verb, "PULL")))
      return TRUE;
  }
  return FALSE;
}

gboolean lb_tag_is_foreign_word(const char *bytes, gsize length) {
  return lb_word_is_in(foreign_words, G_N_ELEMENTS(foreign_words), bytes, length);
}

/* A word with a colon inside is a robot's or a bot's tree: "pci:next", "tip:x86/urgent",
 * "git:media_tree/master". */
static gboolean is_foreign(const LbTag *tag) {
  if (tag->subject->has_patch_word)
    return FALSE;
  for (guint i = 0; i < tag->n_words; i++) {
    const char *word = tag->words[i], *colon = strchr(word, ':');
    gsize length = strcspn(word, "/:");
    gboolean is_tip = i == 0 && tag->n_words == 2 && g_ascii_strcasecmp(word, "tip") == 0;
    if (lb_tag_is_foreign_word(word, length) && !is_word(tag, i + 1, "FIX"))
      return TRUE;
    if (colon && colon > word && colon[1] && !tag->subject->has_patch_tag)
      return TRUE;
    /* "[tip: x86/urgent]" */
    if (is_tip && strchr(tag->words[1], '/') && !tag->subject->has_patch_tag)
      return TRUE;
  }
  return FALSE;
}

/* v5.1 with n/N is a partial reroll; v5.10 never is; without n/N v5.4 is a kernel and V6.1 a version. */
static void settle_dotted(LbTag *tag) {
  if (tag->dotted < 0)
    return;
  if ((tag->minor >= 10 && tag->major >= 2) ||
      (!tag->has_counter && !tag->is_dotted_upper && tag->major >= 3)) {
    tag->subject->is_stable = TRUE;
    return;
  }
  remove_word(tag, (guint)tag->dotted);
  set_version(tag, tag->major);
  if (tag->minor > 0)
    tag->subject->reroll = tag->minor;
}

void lb_tag_finish(LbTag *tag) {
  LbSubject *subject = tag->subject;
  settle_dotted(tag);
  if (is_not_for_merge(tag))
    subject->has_patch_tag = TRUE;
  if (subject->has_pull_tag) {
    subject->has_patch_tag |= tag->has_counter;
    for (guint i = tag->n_words; i-- > 0;)
      if (is_word(tag, i, "GIT") || is_word(tag, i, "REQUEST") || is_word(tag, i, "-REQUEST"))
        remove_word(tag, i);
  }
  subject->is_foreign_tag = is_foreign(tag);
  if (subject->is_foreign_tag) {
    subject->index = subject->total = LB_NO_NUMBER;
    subject->extra = NULL;
    subject->has_patch_tag = FALSE;
  }
  subject->is_weak_counter = !subject->is_foreign_tag && tag->has_counter && !subject->has_patch_tag;
  const char **prefix = lb_arena_new_array(tag->arena, const char *, tag->n_words + 1);
  memcpy(prefix, tag->words, tag->n_words * sizeof *prefix);
  subject->prefix = prefix;
}
