/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 2047, as the wild writes it: words glued to text, split inside characters, labelled wrongly. */
#include <string.h>
#include "base/text.h"
#include "message/charset.h"
#include "message/header.h"

/* "=?charset*language?B?text?=" at a place in a field. */
typedef struct {
  const char *charset, *text, *end;
  gsize charset_length, text_length;
  gboolean is_base64;
} Word;

static gboolean parse_word(const char *at, const char *limit, Word *word) {
  if (limit - at < 8 || at[0] != '=' || at[1] != '?')
    return FALSE;
  word->charset = at + 2;
  const char *mark = memchr(word->charset, '?', (gsize)(limit - word->charset));
  if (!mark || mark == word->charset || limit - mark < 5 || mark[2] != '?')
    return FALSE;
  word->charset_length = (gsize)(mark - word->charset);
  for (const char *c = word->charset; c < mark; c++)
    if (*c <= ' ' || *c >= 127)
      return FALSE;
  /* RFC 2231 5: a language may follow the charset. */
  const char *star = memchr(word->charset, '*', word->charset_length);
  if (star)
    word->charset_length = (gsize)(star - word->charset);
  char encoding = g_ascii_toupper(mark[1]);
  if (encoding != 'B' && encoding != 'Q')
    return FALSE;
  word->is_base64 = encoding == 'B';
  word->text = mark + 3;
  for (const char *p = word->text; (p = memchr(p, '?', (gsize)(limit - p))) && p + 1 < limit; p++)
    if (p[1] == '=') {
      word->text_length = (gsize)(p - word->text);
      word->end = p + 2;
      return TRUE;
    }
  return FALSE;
}

static void decode_q(const Word *word, GString *out) {
  for (gsize i = 0; i < word->text_length; i++) {
    char c = word->text[i];
    if (c == '_')
      g_string_append_c(out, ' ');
    else if (c == '=' && i + 2 < word->text_length && g_ascii_isxdigit(word->text[i + 1]) &&
             g_ascii_isxdigit(word->text[i + 2])) {
      g_string_append_c(out, (char)(g_ascii_xdigit_value(word->text[i + 1]) << 4 |
                                    g_ascii_xdigit_value(word->text[i + 2])));
      i += 2;
    } else
      g_string_append_c(out, c);
  }
}

/* FALSE if it holds what is no base64: then the word stays as it is. */
static gboolean decode_b(const Word *word, GString *out) {
  for (gsize i = 0; i < word->text_length; i++) {
    char c = word->text[i];
    if (!g_ascii_isalnum(c) && c != '+' && c != '/' && c != '=' && c != ' ')
      return FALSE;
  }
  gint state = 0;
  guint save = 0;
  gsize at = out->len;
  g_string_set_size(out, at + word->text_length / 4 * 3 + 6);
  gsize n = g_base64_decode_step(word->text, word->text_length, (guchar *)out->str + at, &state, &save);
  /* Two or three characters without their padding still hold one or two bytes. */
  if (state == 2 || state == 3) {
    static const char padding[] = "==";
    n += g_base64_decode_step(padding, (gsize)(4 - state), (guchar *)out->str + at + n, &state, &save);
  }
  g_string_set_size(out, at + n);
  return TRUE;
}

/* The bytes of words that stood side by side, of one charset: joined before they are converted, as senders
 * split inside characters. */
typedef struct {
  GString *bytes;
  const char *charset;
  gsize charset_length;
} Run;

static void flush_run(Run *run, GString *out, LbDiagSet *diagnostics) {
  if (!run->charset)
    return;
  g_autofree char *charset = g_strndup(run->charset, run->charset_length);
  if (memchr(run->bytes->str, '\0', run->bytes->len))
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_NUL);
  lb_charset_append_utf8(out, charset, run->bytes->str, run->bytes->len, diagnostics);
  g_string_truncate(run->bytes, 0);
  run->charset = NULL;
}

static gboolean add_word(Run *run, const Word *word, GString *out, LbDiagSet *diagnostics) {
  if (run->charset && (run->charset_length != word->charset_length ||
                       g_ascii_strncasecmp(run->charset, word->charset, word->charset_length) != 0))
    flush_run(run, out, diagnostics);
  if (!word->is_base64)
    decode_q(word, run->bytes);
  else if (!decode_b(word, run->bytes))
    return FALSE;
  run->charset = word->charset;
  run->charset_length = word->charset_length;
  return TRUE;
}

static const char *find_last_close(const char *text, gsize length) {
  for (const char *p = text + length; (p = memrchr(text, '?', (gsize)(p - text)));)
    if (p + 1 < text + length && p[1] == '=')
      return p;
  return text;
}

const char *lb_header_decode_words(const char *text, gsize length, LbArena *arena, LbDiagSet *diagnostics) {
  g_autoptr(GString) out = g_string_sized_new(length);
  g_autoptr(GString) bytes = g_string_new(NULL);
  Run run = {bytes, NULL, 0};
  const char *limit = text + length, *plain = text;
  /* Behind the last "?=" no word can end: keeps "=? =? =? …" from being read again and again. */
  const char *last = find_last_close(text, length);
  for (const char *p = text; p < last && (p = memmem(p, (gsize)(last - p), "=?", 2));) {
    Word word;
    if (!parse_word(p, limit, &word)) {
      p += 2;
      continue;
    }
    gsize blanks = 0;
    while (plain + blanks < p && (plain[blanks] == ' ' || plain[blanks] == '\t'))
      blanks++;
    gboolean is_joined = run.charset && plain + blanks == p;
    if (!is_joined)
      flush_run(&run, out, diagnostics);
    /* White space between two words is no text (RFC 2047 6.2). */
    if (!is_joined)
      g_string_append_len(out, plain, p - plain);
    if (!add_word(&run, &word, out, diagnostics)) {
      flush_run(&run, out, diagnostics);
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_BAD_ENCODED_WORD);
      g_string_append_len(out, is_joined ? plain : p, word.end - (is_joined ? plain : p));
    }
    plain = p = word.end;
  }
  flush_run(&run, out, diagnostics);
  g_string_append_len(out, plain, limit - plain);
  return lb_arena_strndup(lb_arena_get_scratch(arena), out->str, out->len);
}
