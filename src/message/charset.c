/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/charset.h"
#include <string.h>
#include "base/text.h"

/* Labels that mean more than they say: the superset that senders really use (WHATWG Encoding, 4.2). */
static const struct {
  const char *label, *iconv;
} supersets[] = {
    {"iso-8859-1", "WINDOWS-1252"},  {"iso8859-1", "WINDOWS-1252"},  {"latin1", "WINDOWS-1252"},
    {"iso_8859-1", "WINDOWS-1252"},  {"iso-8859-9", "WINDOWS-1254"}, {"iso-8859-11", "WINDOWS-874"},
    {"gb2312", "GB18030"},           {"gbk", "GB18030"},             {"gb_2312-80", "GB18030"},
    {"x-gbk", "GB18030"},            {"cp936", "GB18030"},           {"ks_c_5601-1987", "CP949"},
    {"euc-kr", "CP949"},             {"shift_jis", "CP932"},         {"shift-jis", "CP932"},
    {"sjis", "CP932"},               {"x-sjis", "CP932"},            {"big5", "BIG5-HKSCS"},
    {"unicode-1-1-utf-7", "UTF-7"},
};

static const char *find_iconv_name(const char *charset) {
  for (gsize i = 0; i < G_N_ELEMENTS(supersets); i++)
    if (!g_ascii_strcasecmp(supersets[i].label, charset))
      return supersets[i].iconv;
  return charset;
}

/* What is UTF-8 or ASCII whatever the name says. */
static gboolean is_utf8_label(const char *charset) {
  static const char *const labels[] = {"utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "unicode-1-1-utf-8"};
  for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
    if (!g_ascii_strcasecmp(labels[i], charset))
      return TRUE;
  return FALSE;
}

/* One thread's converters: a first use of a charset costs 100 us, a list needs few of them. */
typedef struct {
  struct {
    char *name;
    GIConv iconv;
  } slots[16];
  guint next;
} Converters;

static void free_converters(gpointer data) {
  Converters *converters = data;
  for (guint i = 0; i < G_N_ELEMENTS(converters->slots); i++)
    if (converters->slots[i].name) {
      g_free(converters->slots[i].name);
      if (converters->slots[i].iconv != (GIConv)-1)
        g_iconv_close(converters->slots[i].iconv);
    }
  g_free(converters);
}

static GPrivate thread_converters = G_PRIVATE_INIT(free_converters);

static GIConv find_converter(const char *name) {
  Converters *converters = g_private_get(&thread_converters);
  if (!converters) {
    converters = g_new0(Converters, 1);
    g_private_set(&thread_converters, converters);
  }
  for (guint i = 0; i < G_N_ELEMENTS(converters->slots); i++)
    if (converters->slots[i].name && !g_ascii_strcasecmp(converters->slots[i].name, name))
      return converters->slots[i].iconv;
  guint slot = converters->next++ % G_N_ELEMENTS(converters->slots);
  if (converters->slots[slot].name && converters->slots[slot].iconv != (GIConv)-1)
    g_iconv_close(converters->slots[slot].iconv);
  g_free(converters->slots[slot].name);
  converters->slots[slot].name = g_strdup(name);
  converters->slots[slot].iconv = g_iconv_open("UTF-8", name);
  return converters->slots[slot].iconv;
}

/* Appends the whole conversion or nothing. */
static gboolean convert(GString *out, GIConv iconv, const char *bytes, gsize length) {
  gsize begin = out->len, left = length;
  char *in = (char *)bytes;
  g_iconv(iconv, NULL, NULL, NULL, NULL);
  while (left) {
    char buffer[4096], *to = buffer;
    gsize room = sizeof buffer, before = left;
    gsize status = g_iconv(iconv, &in, &left, &to, &room);
    g_string_append_len(out, buffer, to - buffer);
    if (status == (gsize)-1 && left == before && to == buffer) {
      g_string_truncate(out, begin);
      return FALSE;
    }
  }
  if (memchr(out->str + begin, '\0', out->len - begin)) {
    g_autofree char *text = g_memdup2(out->str + begin, out->len - begin);
    gsize n = out->len - begin;
    g_string_truncate(out, begin);
    lb_text_append_utf8(out, text, n);
  }
  return TRUE;
}

void lb_charset_append_utf8(GString *out, const char *charset, const char *bytes, gsize length,
                            LbDiagSet *diagnostics) {
  if (charset && *charset && !is_utf8_label(charset)) {
    GIConv iconv = strlen(charset) < 64 ? find_converter(find_iconv_name(charset)) : (GIConv)-1;
    if (iconv == (GIConv)-1)
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_UNKNOWN_CHARSET);
    else if (convert(out, iconv, bytes, length))
      return;
    else
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_CHARSET_LIE);
  }
  if (!lb_text_append_utf8(out, bytes, length))
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_CHARSET_LIE);
}
