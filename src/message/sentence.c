/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/sentence.h"

/* Marks around words: those that open something, and those that close it or end a clause. */
static inline gboolean is_opening(char c) {
  return c == '(' || c == '"' || c == '\'' || c == '`' || c == '[' || c == '*' || c == '<' || c == '#';
}

static inline gboolean is_stop(char c) {
  return c == '.' || c == ',' || c == '!' || c == '?' || c == ';' || c == ':';
}

static inline gboolean is_closing(char c) {
  return is_stop(c) || c == ')' || c == '"' || c == '\'' || c == '`' || c == ']' || c == '*' || c == '>';
}

static gboolean ends_sentence(const char *p, const char *end) {
  return *p != ',' && is_stop(*p) &&
         (p + 1 == end || p[1] == ' ' || (p[1] == ')' && (p + 2 == end || p[2] == ' ')));
}

const char *lb_sentence_take(const char *p, const char *end, LbSentence *sentence) {
  sentence->n = 0;
  sentence->is_question = FALSE;
  gboolean is_over = FALSE;
  while (p < end && !is_over && sentence->n < LB_SENTENCE_MAX) {
    const char *begin = p;
    while (p < end && *p != ' ')
      p++;
    const char *stop = p;
    p += p < end;
    is_over = stop > begin && ends_sentence(stop - 1, end);
    sentence->is_question = sentence->is_question || (stop > begin && stop[-1] == '?');
    gboolean is_in_brackets = *begin == '(';
    while (begin < stop && is_opening(*begin))
      begin++;
    gboolean ends_clause = FALSE;
    while (stop > begin && is_closing(stop[-1])) {
      ends_clause = ends_clause || is_stop(stop[-1]);
      stop--;
    }
    if (stop > begin)
      sentence->words[sentence->n++] = (LbWord){begin, (gsize)(stop - begin), ends_clause, is_in_brackets};
    else if (sentence->n)
      sentence->words[sentence->n - 1].ends_clause = TRUE;
  }
  return p;
}

gboolean lb_word_is_listed(const LbWord *word, const char *list, gsize length) {
  gsize n = word->length;
  if (!n)
    return FALSE;
  const char *end = list + length;
  const char pair[2] = {' ',
                        word->data[0] | 0x20}; /* makes letters small, and leaves what else is in lists */
  for (const char *p = list;; p++) {
    if (*p == pair[1] && n <= (gsize)(end - p) && (p[n] == ' ' || p[n] == '\0') &&
        !g_ascii_strncasecmp(p, word->data, n))
      return TRUE;
    p = lb_find_bytes(p, (gsize)(end - p), pair, sizeof pair);
    if (!p)
      return FALSE;
  }
}

gboolean lb_sentence_is_prose(LbSlice line) {
  if (!line.length || line.data[0] == '>')
    return FALSE;
  return line.length < LB_PARAGRAPH_MAX && !strchr(">|+-@[*=#\t", line.data[0]) &&
         !(line.length > 2 && line.data[0] == ' ' && line.data[1] == ' ') && !lb_line_is_blank(line);
}

gboolean lb_sentence_is_greeting(LbSlice line) {
  guint n_blanks = 0;
  if (!line.length || line.data[line.length - 1] != ',')
    return FALSE;
  for (gsize i = 0; i < line.length; i++)
    n_blanks += line.data[i] == ' ';
  return n_blanks <= 4;
}

gsize lb_sentence_copy(LbSlice text, char buffer[LB_PARAGRAPH_MAX + 1]) {
  gsize n = 0;
  for (gsize i = 0; i < text.length && n < LB_PARAGRAPH_MAX; i++) {
    gboolean is_apostrophe = i + 2 < text.length && !memcmp(text.data + i, "\342\200\231", 3);
    char c = is_apostrophe ? '\'' : text.data[i];
    i += is_apostrophe ? 2 : 0;
    c = lb_line_is_space(c) || c == '\n' ? ' ' : c;
    if (c != ' ' || (n && buffer[n - 1] != ' '))
      buffer[n++] = c;
  }
  buffer[n] = '\0';
  return n;
}
