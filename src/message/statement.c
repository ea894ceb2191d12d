/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/statement.h"
#include "base/find.h"
#include "message/sentence.h"
#include "message/verb.h"

#define PARAGRAPHS_MAX 200 /* that have a verb of ours in them */
#define PATCHES_MAX 1000

/* What a sentence that only reports is made of before its verb: thanks, and what was applied. */
static const char polite[] =
    "thanks thank you thx tks ok okay great good nice cool catch fix perfect excellent alright sure yes "
    "yep lgtm fine awesome very much everyone all folks so lot a for the work update fixing";
static const char objects[] =
    "both all this these the patch patches series patchset set serie whole entire of now and "
    "first last two three four five has have been is are rebased also them it v";
/* A clause with one of these before the verb tells of something else, of a wish or of a plan. */
static const char blockers[] =
    "not never no if when whenever once until unless would should could can cannot may might will "
    "be get gets got getting being which who how what why where whether before hope please "
    "already yet was were need needs needed assuming they he she someone somebody must want wants "
    "without than because while after as";
static const char fixups[] =
    "changed fixed added modified made used adjusted tweaked rebased reworded squashed dropped edited "
    "updated removed slightly resolved folded corrected rewrote cleaned renamed massaged amended "
    "converted rephrased did split applied queued merged marked reverted capitalized "
    "capitalised wrapped fixup took";
static const char subject_fillers[] =
    "have 've just now also then went ahead and both actually manually finally so have";
/* Behind the verb: a tester's words, an author's who took a suggestion. */
static const char tester_words[] =
    "cleanly locally local compiled compiles booted boot boots built builds tried crashed crash "
    "reproduce against suggestion suggestions comment comments feedback checked verified confirm "
    "confirmed tested ran rebooted spinlock";
static const char object_words[] =
    "to into in for onto on up this these it them both all with thanks thank and as now via through "
    "out over series patch patches manually everything except but minus here too "
    "directly first # yesterday today";
static const char set_words[] =
    "patch patches series whole entire first last second third fourth set patchset full remaining rest "
    "two three four five six lot above last";
static const char prepositions[] = "to into in on onto via through for at";
static const char clause_ends[] =
    "with and expect but after before as because so that since which except by from modulo minus while "
    "though when excluding without sans apart if pending until once";

static gboolean is_negated(const LbWord *word) {
  return word->length > 3 && !g_ascii_strncasecmp(word->data + word->length - 3, "n't", 3);
}

/* "v3": the next version of the patch, never a tree. */
static gboolean is_posting_version(const LbWord *word) {
  return word->length >= 2 && word->length <= 3 && (word->data[0] | 0x20) == 'v' &&
         g_ascii_isdigit(word->data[1]) && (word->length == 2 || g_ascii_isdigit(word->data[2]));
}

static gboolean is_verb(const LbSentence *sentence, guint i) {
  const LbWord *word = &sentence->words[i];
  if (word->length < 4 || word->length > 9)
    return FALSE;
  switch (word->data[0] | 0x20) { /* nearly no word gets further */
  case 'a':
  case 'm':
  case 'p':
  case 'q':
    if ((word->data[word->length - 1] | 0x20) != 'd' && i != 1)
      return FALSE;
    break;
  case 'c':
    if (word->length != 9)
      return FALSE;
    break;
  case 't':
    if ((word->data[2] | 0x20) != (word->length == 4 ? 'o' : 'k'))
      return FALSE;
    break;
  default:
    return FALSE;
  }
  /* elsewhere in a sentence people are committed to something */
  if (lb_word_is_one_of(word, "committed"))
    return i == 0 || sentence->words[i - 1].ends_clause;
  return lb_word_is_one_of(word, "applied queued merged pulled pushed picked took taken") ||
         (i == 1 && lb_word_is_one_of(word, "queue") && lb_word_is_one_of(&sentence->words[0], "will"));
}

/* "I", "I've", "I have" at i. */
static gboolean is_speaker(const LbWord *word) {
  return lb_word_is_one_of(word, "i i've ive we've");
}

/* Whether the words between the speaker and the verb leave it the speaker's deed: "have just", "changed the
 * log and". */
static gboolean is_own_deed(const LbSentence *sentence, guint from) {
  guint i = from;
  while (i < sentence->verb && lb_word_is_one_of(&sentence->words[i], subject_fillers))
    i++;
  if (i == sentence->verb)
    return TRUE;
  return lb_word_is_one_of(&sentence->words[i], fixups) &&
         lb_word_is_one_of(&sentence->words[sentence->verb - 1], "and then");
}

/* Words of "looks good to me,": they leave what follows a report. */
static guint skip_approval(const LbWord *words, guint from, guint verb) {
  guint i = from;
  if (i + 1 >= verb || !lb_word_is_one_of(&words[i], "looks look") ||
      !lb_word_is_one_of(&words[i + 1], "good great fine ok nice"))
    return from;
  i += 2;
  if (i + 1 < verb && lb_word_is_one_of(&words[i], "to") && lb_word_is_one_of(&words[i + 1], "me"))
    i += 2;
  return words[i - 1].ends_clause ? i : from;
}

/* Whether what stands before the verb lets it be a report.  needs_tree: only if it is said where, too. */
static gboolean is_report(LbSentence *sentence, gboolean *needs_tree) {
  const LbWord *words = sentence->words;
  guint verb = sentence->verb;
  gboolean is_plain = TRUE, has_object = FALSE;
  *needs_tree = FALSE;
  sentence->clause = 0;
  if (verb == 0)
    return g_ascii_isupper(words[0].data[0]) || sentence->begins_paragraph;
  if (lb_word_is_one_of(&words[0], "will"))
    return verb == 1 && lb_word_is_one_of(&words[1], "queue");
  guint speaker = verb, clause = 0;
  for (guint i = 0; i < verb; i++)
    speaker = is_speaker(&words[i]) ? i : speaker;
  /* "Patch 2 will not be useful without patch 1, so I've applied both": what comes before the last clause is
   * free. */
  for (guint i = 0; i < speaker && speaker < verb; i++)
    if (words[i].ends_clause || lb_word_is_one_of(&words[i], "so but anyway") ||
        (i + 1 == speaker && lb_word_is_one_of(&words[i], "and")))
      clause = i + 1;
  sentence->clause = speaker < verb ? clause : 0;
  for (guint i = skip_approval(words, clause, verb); i < verb; i++) {
    if (lb_word_is_one_of(&words[i], blockers) || is_negated(&words[i]))
      return FALSE;
    gboolean is_number = words[i].length && strspn(words[i].data, "0123456789-/#,&v") >= words[i].length;
    has_object = has_object || lb_word_is_one_of(&words[i], "this has have is are been it them");
    is_plain = is_plain &&
               (is_number || lb_word_is_one_of(&words[i], polite) || lb_word_is_one_of(&words[i], objects));
  }
  /* "the commit I've applied" */
  if (speaker < verb)
    return (speaker == 0 || words[speaker - 1].ends_clause ||
            lb_word_is_one_of(&words[speaker - 1],
                              "and so but then now anyway meantime ok okay thanks again")) &&
           is_own_deed(sentence, speaker + 1);
  if (is_plain) {
    /* "The patch picked up for stable will need this" */
    for (guint i = verb + 1; i < sentence->n && !words[i - 1].ends_clause; i++)
      if (lb_word_is_one_of(
              &words[i], "will would should can need needs is are was were has have does do breaks causes"))
        return FALSE;
    *needs_tree = has_object;
    return TRUE;
  }
  for (guint i = 0; i < verb; i++)
    if (lb_word_is_one_of(&words[i], "you we your"))
      return FALSE;
  /* "Fixed the typo and applied to x", "Commit message adjusted and queued for x" */
  if (lb_word_is_one_of(&words[verb - 1], "and then"))
    for (guint i = 0; i + 1 < verb; i++)
      if (lb_word_is_one_of(&words[i], fixups) && (i == 0 || i + 2 == verb))
        return TRUE;
  /* "Looks good to me, applied to x" */
  *needs_tree = TRUE;
  return words[verb - 1].ends_clause && verb <= 8;
}

/* Whether it was only tried, or taken over into something else; what a later clause adds is of no matter. */
static gboolean is_trial(const LbSentence *sentence) {
  for (guint i = sentence->verb + 1; i < sentence->n; i++) {
    const LbWord *word = &sentence->words[i];
    if (lb_word_is_one_of(word, "with but since because after once while"))
      return FALSE;
    if (lb_word_is_one_of(word, tester_words) || is_negated(word))
      return TRUE;
    if (lb_word_is_one_of(word, "version revision patchset spin iteration round") &&
        lb_word_is_one_of(word - 1, "next new upcoming following"))
      return TRUE;
    if (is_posting_version(word) && lb_word_is_one_of(word - 1, "in for to into"))
      return TRUE;
    /* "the patch which shares the page" */
    if (lb_word_is_one_of(word, "which that") && i <= sentence->verb + 4 &&
        lb_word_is_one_of(word - 1, "patch patches series"))
      return TRUE;
    if (sentence->verb == 0 && word->ends_clause && i + 1 < sentence->n && lb_word_is_one_of(word + 1, "i"))
      return FALSE;
  }
  return FALSE;
}

/* Whether what stands behind the verb is what people apply. */
static gboolean has_object(const LbSentence *sentence) {
  const LbWord *words = sentence->words, *verb = &words[sentence->verb], *next = verb + 1;
  guint n_left = sentence->n - sentence->verb - 1;
  if (is_trial(sentence))
    return FALSE;
  if (!n_left || verb->ends_clause)
    return !lb_word_is_one_of(verb, "picked took taken");
  /* "queued up", "pushed out an update" */
  while (n_left > 1 && lb_word_is_one_of(next, "up out now") && !next->ends_clause)
    next++, n_left--;
  gboolean is_number = strspn(next->data, "0123456789-/#,&") >= next->length && next->length;
  gboolean is_set =
      n_left > 1 && lb_word_is_one_of(next, "the your") && lb_word_is_one_of(next + 1, set_words);
  if (lb_word_is_one_of(verb, "took taken"))
    return is_set || lb_word_is_one_of(next, "this these it them both all");
  if (lb_word_is_one_of(verb, "picked") &&
      !(lb_word_is_one_of(verb + 1, "up") || (n_left > 1 && lb_word_is_one_of(next + 1, "up")) ||
        (n_left > 2 && lb_word_is_one_of(next + 2, "up"))))
    return FALSE;
  return is_number || is_set || next->is_in_brackets || lb_word_is_one_of(next, object_words) ||
         lb_word_is_one_of(next, "thx tks thakns cheers ok you your");
}

static gboolean is_version(const LbWord *word) {
  const char *p = word->data, *end = p + word->length;
  p += p < end && (*p | 0x20) == 'v';
  if (p == end || !g_ascii_isdigit(*p))
    return FALSE;
  while (p < end && (g_ascii_isdigit(*p) || *p == '.' || *p == 'x'))
    p++;
  return p == end || (end - p > 3 && !memcmp(p, "-rc", 3));
}

/* "powerpc topic/ppc-kvm," */
static gboolean is_end(const LbSentence *sentence, guint i) {
  return i + 1 == sentence->n || sentence->words[i].ends_clause;
}

static gboolean looks_like_tree(const LbSentence *sentence, guint i) {
  const LbWord *word = &sentence->words[i];
  if (is_version(word) || is_posting_version(word) ||
      lb_word_is_one_of(word, "stable -stable same third second first inclusion now "
                              "that it this them tree branch queue repo repository git here "
                              "merging upstream review real good later head top place time part "
                              "principle"))
    return FALSE;
  for (gsize k = 0; k < word->length; k++)
    if (strchr("/-_.#", word->data[k]))
      return TRUE;
  if (g_ascii_isupper(word->data[0]))
    return FALSE;
  return is_end(sentence, i) ||
         (is_end(sentence, i + 1) && !lb_word_is_one_of(word + 1, "of series patch patches")) ||
         lb_word_is_one_of(word + 1,
                           "tree branch repo repository git next fixes queue for with and as after");
}

static const char *copy(const LbWord *word, LbArena *arena) {
  gsize n = word->length;
  if (n > 2 && !memcmp(word->data + n - 2, "'s", 2))
    n -= 2;
  return lb_arena_strndup(arena, word->data, n);
}

/* "manually", "shortly" */
static gboolean is_adverb(const LbWord *word) {
  return word->length > 4 && !memcmp(word->data + word->length - 2, "ly", 2);
}

static gboolean is_exception(const LbSentence *sentence, guint i) {
  const LbWord *word = &sentence->words[i];
  if (lb_word_is_one_of(word, "but"))
    return lb_word_is_one_of(word - 1, "all both everything");
  if (lb_word_is_one_of(word, "without"))
    return i + 1 < sentence->n && lb_word_is_one_of(word + 1, "patch patches the #");
  return lb_word_is_one_of(word, "except expect minus excluding sans apart besides until");
}

/* "with a fix", "and more": not "1 and 3", nor "all but the last". */
static gboolean ends_phrase(const LbSentence *sentence, guint i) {
  const LbWord *word = &sentence->words[i];
  if (!lb_word_is_one_of(word, clause_ends) || is_exception(sentence, i))
    return FALSE;
  return !(lb_word_is_one_of(word, "and") && i + 1 < sentence->n &&
           (g_ascii_isdigit(word[1].data[0]) || lb_word_is_one_of(word + 1, "patch")));
}

/* "to hyperv-next", "to the net-next tree (main)", "to kvm-x86 svm", "for inclusion into x".  FALSE if the
 * place that is named is none where patches go. */
static gboolean read_tree(const LbSentence *sentence, LbApplied *applied, LbArena *arena) {
  gboolean may_name = FALSE, is_place = FALSE;
  for (guint i = sentence->verb + 1; i < sentence->n; i++) {
    const LbWord *word = &sentence->words[i];
    if (ends_phrase(sentence, i) || (!may_name && word[-1].ends_clause && i > sentence->verb + 1))
      break;
    if (lb_word_is_one_of(word, prepositions)) {
      is_place = is_place || lb_word_is_one_of(word, "to into in on onto");
      may_name = TRUE;
      continue;
    }
    if (!may_name || lb_word_is_one_of(word, "the my our your its a inclusion same #"))
      continue;
    /* "to my tree" */
    if (lb_word_is_one_of(word, "tree branch branches trees queue git repo repository stable -stable")) {
      is_place = FALSE;
      if (word->ends_clause)
        return TRUE;
      continue;
    }
    if (!looks_like_tree(sentence, i)) {
      may_name = FALSE;
      continue;
    }
    applied->tree = copy(word, arena);
    while (i + 2 < sentence->n && !word->ends_clause && lb_word_is_one_of(word + 1, "tree branch git") &&
           word[2].is_in_brackets)
      word++, i++;
    const LbWord *next = word + 1;
    gboolean ends = i + 1 >= sentence->n || (word->ends_clause && !next->is_in_brackets);
    gboolean is_last =
        !ends && (is_end(sentence, i + 1) || lb_word_is_one_of(next + 1, "branch tree for with and"));
    if (!ends && (next->is_in_brackets || is_last) && !lb_word_is_one_of(next, clause_ends) &&
        !is_adverb(next) && !lb_word_is_one_of(next, prepositions) &&
        !lb_word_is_one_of(
            next,
            "tree branch git repo repository now today thanks thank again too instead manually directly "
            "all everyone queue as-is soon already cheers"))
      applied->branch = copy(next, arena);
    return TRUE;
  }
  return !is_place;
}

static guint read_count(const LbWord *word) {
  static const char *const numbers[] = {"two",   "three", "four", "five", "six",
                                        "seven", "eight", "nine", "ten"};
  for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (lb_word_is_one_of(word, numbers[i]))
      return i + 2;
  return word->length && word->length < 4 && strspn(word->data, "0123456789") >= word->length
             ? (guint)atoi(word->data)
             : 0;
}

/* The numbers of patches that are said, or of those left out. */
typedef struct {
  GArray *said, *left_out; /* of int */
  gboolean has_exception, is_whole;
  int total; /* of "3/16"; 0 if it isn't said */
} Numbers;

/* "3", "#3", "1-9", "3/16", "1,2,4" in one word. */
static void add_word(Numbers *numbers, GArray *list, const LbWord *word) {
  const char *p = word->data, *end = p + word->length;
  int last = 0;
  gboolean is_span = FALSE;
  if (strspn(p, "0123456789-/#,&+") < word->length)
    return;
  while (p < end && list->len < PATCHES_MAX) {
    int number = 0;
    if (!g_ascii_isdigit(*p)) {
      is_span = *p == '-' && last;
      p++;
      continue;
    }
    for (; p < end && g_ascii_isdigit(*p); p++)
      number = MIN(number * 10 + (*p - '0'), PATCHES_MAX);
    for (int i = is_span ? last + 1 : number; i <= number && list->len < PATCHES_MAX; i++)
      g_array_append_val(list, i);
    last = number;
    is_span = FALSE;
    if (p < end && *p == '/') {
      numbers->total = 0;
      for (p++; p < end && g_ascii_isdigit(*p); p++)
        numbers->total = MIN(numbers->total * 10 + (*p - '0'), PATCHES_MAX);
    }
  }
}

static void add_number(GArray *list, int number) {
  g_array_append_val(list, number);
}

static void read_numbers(const LbSentence *sentence, const LbSubject *subject, Numbers *numbers) {
  guint end = sentence->n;
  gboolean is_said_before = FALSE; /* "patch 1 applied, patch 2 needs work" */
  GArray *list = numbers->said;
  for (guint i = sentence->clause; i < end; i++) {
    const LbWord *word = &sentence->words[i];
    gboolean is_after = i > 0;
    if (i > sentence->verb && is_exception(sentence, i)) {
      numbers->has_exception = TRUE;
      list = numbers->left_out;
    } else if (i > sentence->verb && !numbers->has_exception &&
               lb_word_is_one_of(word, "with after as because since which thanks thank"))
      break;
    else if (lb_word_is_one_of(word, "series both all whole patchset set these entire everything them"))
      numbers->is_whole = TRUE;
    else if (lb_word_is_one_of(word, "this") && subject->index > 0 && i + 1 < end &&
             (numbers->has_exception || lb_word_is_one_of(word + 1, "and")))
      add_number(list, subject->index);
    else if (numbers->has_exception && lb_word_is_one_of(word, "last") && subject->total > 0)
      add_number(list, subject->total);
    else if (is_after && lb_word_is_one_of(word - 1, "first") && read_count(word) > 1)
      for (int k = 1; k <= (int)MIN(read_count(word), 100); k++)
        g_array_append_val(list, k);
    else if (!is_after || !lb_word_is_one_of(word - 1, "these the all both of those for to into in on v"))
      add_word(numbers, list, word);
    if (i == sentence->verb)
      is_said_before = list->len > 0;
    if (i >= sentence->verb && word->ends_clause && is_said_before)
      break;
    if (i > sentence->verb && word->ends_clause && i + 1 < end && !g_ascii_isdigit(word[1].data[0]) &&
        word[1].data[0] != '#' &&
        !lb_word_is_one_of(word + 1, "except minus but excluding patch patches and"))
      break;
  }
}

static void add_patch(GArray *patches, int index, const char *commit) {
  LbAppliedPatch patch = {.index = index, .total = LB_NO_NUMBER, .commit = commit, .is_applied = TRUE};
  g_array_append_val(patches, patch);
}

/* FALSE if some are left out and nobody can tell which. */
static gboolean take_numbers(const LbSentence *sentence, const LbSubject *subject, LbApplied *applied,
                             GArray *patches) {
  g_autoptr(GArray) said = g_array_new(FALSE, FALSE, sizeof(int)),
                    left_out = g_array_new(FALSE, FALSE, sizeof(int));
  Numbers numbers = {said, left_out, FALSE, FALSE, 0};
  read_numbers(sentence, subject, &numbers);
  int total = numbers.total ? numbers.total : subject->total;
  if (numbers.has_exception && !said->len) {
    if (!left_out->len || total < 1 || total > PATCHES_MAX)
      return FALSE;
    for (int i = 1; i <= total; i++) {
      gboolean is_out = FALSE;
      for (guint k = 0; k < left_out->len; k++)
        is_out = is_out || g_array_index(left_out, int, k) == i;
      if (!is_out)
        add_patch(patches, i, NULL);
    }
    return TRUE;
  }
  for (guint i = 0; i < said->len; i++)
    add_patch(patches, g_array_index(said, int, i), NULL);
  applied->is_whole = numbers.is_whole && !said->len;
  return TRUE;
}

static const char *read_commit(const LbSentence *sentence, LbArena *arena) {
  for (guint i = sentence->verb + 1; i < sentence->n; i++) {
    const LbWord *word = &sentence->words[i];
    gsize n = 0;
    gboolean has_digit = FALSE;
    while (n < word->length && g_ascii_isxdigit(word->data[word->length - 1 - n])) {
      has_digit = has_digit || g_ascii_isdigit(word->data[word->length - 1 - n]);
      n++;
    }
    if (n >= 8 && n <= 64 && has_digit && (n == word->length || word->data[word->length - 1 - n] == '/'))
      return lb_arena_strndup(arena, word->data + word->length - n, n);
  }
  return NULL;
}

static gboolean read_sentence(LbSentence *sentence, const LbSubject *subject, LbArena *arena,
                              LbApplied *applied, GArray *patches) {
  if (sentence->is_question)
    return FALSE;
  for (guint i = 0; i < sentence->n; i++) {
    gboolean needs_tree;
    sentence->verb = i;
    if (!is_verb(sentence, i) || !is_report(sentence, &needs_tree) || !has_object(sentence))
      continue;
    LbApplied found = {.is_applied = TRUE};
    if (!read_tree(sentence, &found, arena))
      continue;
    gboolean is_pull = i + 2 < sentence->n && lb_word_is_one_of(&sentence->words[i + 2], "pull");
    needs_tree = needs_tree || (lb_word_is_one_of(&sentence->words[i], "took taken") && !is_pull) ||
                 (i + 1 < sentence->n && lb_word_is_one_of(&sentence->words[i + 1], "your"));
    guint n_before = patches->len;
    if ((needs_tree && !found.tree) || !take_numbers(sentence, subject, &found, patches))
      continue;
    const char *commit = read_commit(sentence, arena);
    if (commit && patches->len == n_before)
      add_patch(patches, LB_NO_NUMBER, commit);
    applied->tree = found.tree;
    applied->branch = found.branch;
    applied->is_whole = found.is_whole || lb_word_is_one_of(&sentence->words[i], "pulled");
    return TRUE;
  }
  return FALSE;
}

/* Offset behind the paragraph of prose at pos; pos itself if none begins there. */
static gsize find_end(const char *text, gsize length, gsize pos) {
  while (pos < length) {
    LbSlice line = lb_line_get(text, length, pos);
    if (!lb_sentence_is_prose(line))
      break;
    pos += MIN(line.length + 1, length - pos);
    if (lb_sentence_is_greeting(line))
      break;
  }
  return pos;
}

/* Offset behind the last empty line between pos, which begins a line, and verb: a paragraph begins there or
 * below.  pos if there is none. */
static gsize find_gap(const char *text, gsize pos, gsize verb) {
  const char *begin = text + pos, *p = text + verb;
  while ((p = memrchr(begin, '\n', (gsize)(p - begin))))
    if (p == begin || p[-1] == '\n')
      return (gsize)(p + 1 - text);
  return pos;
}

static gboolean read_paragraph(LbSlice text, const LbSubject *subject, LbArena *arena, LbApplied *applied,
                               GArray *patches) {
  char buffer[LB_PARAGRAPH_MAX + 1];
  gsize n = lb_sentence_copy(text, buffer);
  LbSentence sentence;
  sentence.begins_paragraph = TRUE;
  for (const char *p = buffer; p < buffer + n;) {
    p = lb_sentence_take(p, buffer + n, &sentence);
    if (read_sentence(&sentence, subject, arena, applied, patches))
      return TRUE;
    sentence.begins_paragraph = FALSE;
  }
  return FALSE;
}

gboolean lb_statement_parse(const char *text, gsize length, const LbSubject *subject, LbArena *arena,
                            LbApplied *applied, GArray *patches) {
  const char *verb = NULL;
  gsize pos = 0;
  for (guint n_paragraphs = 0; pos < length && n_paragraphs < PARAGRAPHS_MAX;) {
    if (!verb || verb < text + pos) {
      verb = lb_verb_find(text, text + pos, text + length);
      if (!verb)
        return FALSE;
      pos = find_gap(text, pos, (gsize)(verb - text));
    }
    gsize next = find_end(text, length, pos);
    if (verb < text + next) {
      n_paragraphs++;
      if (read_paragraph((LbSlice){text + pos, next - pos}, subject, arena, applied, patches))
        return TRUE;
    }
    pos = next > pos ? next : lb_line_next(text, length, pos);
  }
  return FALSE;
}
