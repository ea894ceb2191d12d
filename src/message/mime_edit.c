/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/mime_edit.h"
#include <string.h>

static void clear_edit(gpointer data) {
  g_free(((LbEdit *)data)->text);
}

GArray *lb_edits_new(void) {
  GArray *edits = g_array_new(FALSE, FALSE, sizeof(LbEdit));
  g_array_set_clear_func(edits, clear_edit);
  return edits;
}

void lb_edits_add(GArray *edits, const char *at, gsize length, char *text, gsize text_length) {
  LbEdit edit = {at, length, text, text_length};
  g_array_append_val(edits, edit);
}

static void add_string(GArray *edits, const char *at, gsize length, const char *text) {
  lb_edits_add(edits, at, length, g_strdup(text), strlen(text));
}

static gint compare_edits(gconstpointer a, gconstpointer b) {
  const LbEdit *left = a, *right = b;
  return left->at < right->at ? -1 : left->at > right->at;
}

void lb_edits_apply(GArray *edits, const char *bytes, gsize length, GString *out) {
  const char *p = bytes;

  g_array_sort(edits, compare_edits);
  for (guint i = 0; i < edits->len; i++) {
    const LbEdit *edit = &g_array_index(edits, LbEdit, i);
    g_string_append_len(out, p, edit->at - p);
    g_string_append_len(out, edit->text, (gssize)edit->text_length);
    p = edit->at + edit->length;
  }
  g_string_append_len(out, p, bytes + length - p);
}

/* Past blanks, folds and comments (RFC 5322 3.2.2). */
static const char *skip_space(const char *p, const char *end) {
  guint depth = 0;

  for (; p < end; p++) {
    if (*p == '\\' && depth > 0 && p + 1 < end)
      p++;
    else if (*p == '(')
      depth++;
    else if (*p == ')' && depth > 0)
      depth--;
    else if (depth == 0 && !g_ascii_isspace(*p))
      break;
  }
  return p;
}

static const char *skip_token(const char *p, const char *end) {
  while (p < end && !g_ascii_isspace(*p) && !strchr(";=\"(),", *p))
    p++;
  return p;
}

/* A parameter's value; NULL if its quotes aren't closed. */
static const char *skip_value(const char *p, const char *end) {
  if (p == end || *p != '"')
    return skip_token(p, end);
  for (p++; p < end && *p != '"'; p++)
    if (*p == '\\' && p + 1 < end)
      p++;
  return p < end ? p + 1 : NULL;
}

/* Finds the one charset parameter, in any of its forms (charset=, charset*=): from name to value's end.
 * at NULL if there is none.  FALSE if the field isn't well-formed or the charset comes in pieces. */
static gboolean find_charset(const char *p, const char *end, LbSlice *parameter) {
  *parameter = (LbSlice){NULL, 0};
  while ((p = skip_space(p, end)) < end) {
    if (*p++ != ';')
      return FALSE;
    const char *name = skip_space(p, end), *name_end = skip_token(name, end);
    p = skip_space(name_end, end);
    if (name == name_end && (p == end || *p == ';'))
      continue;
    if (name == name_end || p == end || *p != '=')
      return FALSE;
    const char *value = skip_space(p + 1, end);
    p = skip_value(value, end);
    if (!p || p == value)
      return FALSE;
    if (name_end - name < 7 || g_ascii_strncasecmp(name, "charset", 7) != 0)
      continue;
    if (parameter->data || (name_end - name > 7 && (name[7] != '*' || name_end - name > 8)))
      return FALSE;
    *parameter = (LbSlice){name, (gsize)(p - name)};
  }
  return TRUE;
}

static gboolean edit_content_type(GArray *edits, LbSlice field, gboolean is_typed) {
  const char *end = field.data + field.length, *type = skip_space(field.data, end);
  LbSlice charset;

  while (end > type && g_ascii_isspace(end[-1]))
    end--;
  if (!is_typed && memchr(type, ';', (gsize)(end - type)))
    return FALSE;
  if (!is_typed) {
    /* no type/subtype is read as text/plain by everybody (RFC 2045 5.2), and now says so */
    add_string(edits, type, (gsize)(end - type), "text/plain; charset=utf-8");
    return TRUE;
  }
  const char *type_end = skip_token(type, end);
  if (!find_charset(type_end, end, &charset))
    return FALSE;
  if (charset.data)
    add_string(edits, charset.data, charset.length, "charset=utf-8");
  else
    add_string(edits, type_end, 0, "; charset=utf-8");
  return TRUE;
}

/* A field of its own behind another one, with the same line end. */
static void add_field(GArray *edits, LbSlice behind, const char *field) {
  const char *end = behind.data + behind.length;
  gboolean is_crlf = behind.length > 0 && end[-1] == '\r';
  char *line = g_strconcat(field, is_crlf ? "\r\n" : "\n", NULL);
  lb_edits_add(edits, end + 1, 0, line, strlen(line));
}

gboolean lb_mime_edit_text(GArray *edits, LbSlice content_type, LbSlice encoding, gboolean is_typed) {
  if (!content_type.data && !encoding.data)
    return FALSE;
  if (content_type.data && !edit_content_type(edits, content_type, is_typed))
    return FALSE;
  if (!content_type.data)
    add_field(edits, encoding, "Content-Type: text/plain; charset=utf-8");
  if (!encoding.data) {
    add_field(edits, content_type, "Content-Transfer-Encoding: 8bit");
    return TRUE;
  }
  const char *end = encoding.data + encoding.length, *token = encoding.data;
  while (token < end && g_ascii_isspace(*token))
    token++;
  while (end > token && g_ascii_isspace(end[-1]))
    end--;
  add_string(edits, token, (gsize)(end - token), token > encoding.data ? "8bit" : " 8bit");
  return TRUE;
}

void lb_mime_edit_container(GArray *edits, LbSlice encoding) {
  const char *end = encoding.data + encoding.length, *token = encoding.data;
  if (!token)
    return;
  token = skip_space(token, end);
  if (end - token >= 4 && !g_ascii_strncasecmp(token, "7bit", 4))
    add_string(edits, token, 4, "8bit");
}
