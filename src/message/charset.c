/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/charset.h"
#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>
#include "base/find.h"
#include "base/text.h"

#define NAME_MAX_LENGTH 40
#define REPLACEMENT "\xef\xbf\xbd"

typedef enum {
  FAMILY_UTF8,     /* none declared, us-ascii, UTF-8 */
  FAMILY_LATIN1,   /* iso-8859-1 and what it is taken for, windows-1252 */
  FAMILY_ASCII,    /* a superset of ASCII: bytes below 0x80 are themselves */
  FAMILY_STATEFUL, /* bytes below 0x80 needn't be ASCII */
  FAMILY_HZ,       /* RFC 1843, which glibc doesn't have */
  FAMILY_UNKNOWN
} Family;

/* What may be handed to iconv, by the beginning of the name: some of its rarer converters (IBM1364 and the
 * like) have looped or aborted on hostile input. */
static const struct {
  const char *prefix;
  Family family;
} families[] = {
    {"us-ascii", FAMILY_UTF8},
    {"ascii", FAMILY_UTF8},
    {"ansi-x3.4", FAMILY_UTF8},
    {"utf-8", FAMILY_UTF8},
    {"utf8", FAMILY_UTF8},
    {"unicode-1-1-utf-8", FAMILY_UTF8},
    {"utf-7", FAMILY_STATEFUL},
    {"unicode-1-1-utf-7", FAMILY_STATEFUL},
    {"utf-16", FAMILY_STATEFUL},
    {"utf-32", FAMILY_STATEFUL},
    {"ucs-", FAMILY_STATEFUL},
    {"iso-2022-jp", FAMILY_STATEFUL},
    {"iso-2022-kr", FAMILY_STATEFUL},
    {"iso-2022-cn", FAMILY_STATEFUL},
    {"hz", FAMILY_HZ},
    {"iso-8859-", FAMILY_ASCII},
    {"iso8859-", FAMILY_ASCII},
    {"latin", FAMILY_ASCII},
    {"windows-", FAMILY_ASCII},
    {"cp125", FAMILY_ASCII},
    {"cp8", FAMILY_ASCII},
    {"cp9", FAMILY_ASCII},
    {"x-cp", FAMILY_ASCII},
    {"koi8", FAMILY_ASCII},
    {"gb", FAMILY_ASCII},
    {"x-gbk", FAMILY_ASCII},
    {"big5", FAMILY_ASCII},
    {"euc-", FAMILY_ASCII},
    {"x-euc-", FAMILY_ASCII},
    {"shift-jis", FAMILY_ASCII},
    {"sjis", FAMILY_ASCII},
    {"x-sjis", FAMILY_ASCII},
    {"ks-c-5601", FAMILY_ASCII},
    {"ksc5601", FAMILY_ASCII},
    {"uhc", FAMILY_ASCII},
    {"tis-620", FAMILY_ASCII},
    {"mac", FAMILY_ASCII},
    {"viscii", FAMILY_ASCII},
    {"tcvn", FAMILY_ASCII},
    {"armscii", FAMILY_ASCII},
    {"georgian", FAMILY_ASCII},
};

/* Senders name the standard and send its vendor's extension (WHATWG Encoding, 4.2): read so when the declared
 * one doesn't fit, or when iconv doesn't know it. */
static const struct {
  const char *prefix, *wider;
} extensions[] = {
    {"gb", "gb18030"},        {"x-gbk", "gb18030"},           {"euc-kr", "cp949"},  {"ks-c-5601", "cp949"},
    {"euc-jp", "euc-jp-ms"},  {"big5", "big5-hkscs"},         {"tis-620", "cp874"}, {"iso-8859-9", "cp1254"},
    {"iso-8859-11", "cp874"}, {"unicode-1-1-utf-7", "utf-7"},
};

/* One thread's converters: a first use of a charset costs 100 us, a list needs few of them. */
typedef struct {
  struct {
    char name[NAME_MAX_LENGTH + 1];
    GIConv iconv; /* (GIConv)-1: the system doesn't know it */
  } slots[16];
  guint n_slots, next; /* next: the one to be replaced when all are taken */
} Converters;

static void free_converters(gpointer data) {
  Converters *converters = data;
  for (guint i = 0; i < converters->n_slots; i++)
    if (converters->slots[i].iconv != (GIConv)-1)
      g_iconv_close(converters->slots[i].iconv);
  g_free(converters);
}

static GPrivate thread_converters = G_PRIVATE_INIT(free_converters);

/* glibc's Shift_JIS turns backslashes into yen signs; as senders use the name, it is ASCII below 0x80. */
static const char *find_iconv_name(const char *name) {
  return g_str_has_prefix(name, "shift-jis") || strstr(name, "sjis") ? "cp932" : name;
}

static GIConv find_converter(const char *name) {
  Converters *converters = g_private_get(&thread_converters);
  if (!converters) {
    converters = g_new0(Converters, 1);
    g_private_set(&thread_converters, converters);
  }
  for (guint i = 0; i < converters->n_slots; i++)
    if (!strcmp(converters->slots[i].name, name))
      return converters->slots[i].iconv;
  guint slot = converters->n_slots;
  if (slot < G_N_ELEMENTS(converters->slots)) {
    converters->n_slots++;
  } else {
    slot = converters->next++ % G_N_ELEMENTS(converters->slots);
    if (converters->slots[slot].iconv != (GIConv)-1)
      g_iconv_close(converters->slots[slot].iconv);
  }
  g_strlcpy(converters->slots[slot].name, name, sizeof converters->slots[slot].name);
  GIConv iconv = g_iconv_open("UTF-8", name);
  if (iconv == (GIConv)-1)
    iconv = g_iconv_open("UTF-8", g_mime_charset_iconv_name(name));
  converters->slots[slot].iconv = iconv;
  return iconv;
}

gboolean lb_charset_is_utf8(const char *bytes, gsize length, gboolean *has_high) {
  const char *p = bytes, *end = bytes + length;

  *has_high = FALSE;
  while ((p = lb_find_high(p, end)) < end) {
    const char *run = p;
    while (p < end && *p & 0x80)
      p++;
    *has_high = TRUE;
    if (!g_utf8_validate_len(run, (gsize)(p - run), NULL))
      return FALSE;
  }
  return TRUE;
}

/* Lower case, '_' as '-'; FALSE if it is no name at all: long, or with characters that mean something to
 * iconv_open(). */
static gboolean normalize_name(const char *charset, char name[NAME_MAX_LENGTH + 1]) {
  gsize length = 0;
  for (const char *p = charset; *p; p++) {
    if (g_ascii_isspace(*p) || *p == '"' || *p == '\'')
      continue;
    if (length == NAME_MAX_LENGTH || !(g_ascii_isalnum(*p) || strchr("-_.:", *p)))
      return FALSE;
    name[length++] = *p == '_' ? '-' : g_ascii_tolower(*p);
  }
  name[length] = '\0';
  return TRUE;
}

static Family find_family(const char *name) {
  static const char *const latin1[] = {"iso-8859-1", "iso8859-1",    "latin1",
                                       "latin-1",    "windows-1252", "cp1252"};
  if (*name == '\0')
    return FAMILY_UTF8;
  for (guint i = 0; i < G_N_ELEMENTS(latin1); i++)
    if (!strcmp(name, latin1[i]))
      return FAMILY_LATIN1;
  for (guint i = 0; i < G_N_ELEMENTS(families); i++)
    if (g_str_has_prefix(name, families[i].prefix))
      return families[i].family;
  return FAMILY_UNKNOWN;
}

/* Appends all of bytes; what doesn't fit is itself below 0x80 and U+FFFD above.  Returns how many didn't. */
static gsize convert(GString *out, GIConv iconv, const char *bytes, gsize length) {
  char *in = (char *)bytes;
  gsize left = length, bad = 0;

  g_iconv(iconv, NULL, NULL, NULL, NULL);
  for (gboolean is_flushing = FALSE;;) {
    char buffer[4096], *to = buffer;
    gsize room = sizeof buffer;
    gsize status = g_iconv(iconv, is_flushing ? NULL : &in, is_flushing ? NULL : &left, &to, &room);
    int error = errno;
    g_string_append_len(out, buffer, to - buffer);
    if (status == (gsize)-1 && error == E2BIG && to > buffer)
      continue;
    if (is_flushing)
      return bad;
    if (left == 0) {
      is_flushing = TRUE;
    } else if (status == (gsize)-1) {
      bad++;
      if (*in & 0x80)
        g_string_append(out, REPLACEMENT);
      else
        g_string_append_c(out, *in);
      in++;
      left--;
    }
  }
}

/* RFC 1843: "~{" and "~}" around pairs of 7-bit bytes, "~~" is "~", "~" at the line's end joins lines.
 * Gives the same text in EUC-CN. */
static GString *undo_hz(const char *bytes, gsize length) {
  GString *out = g_string_sized_new(length);
  gboolean is_chinese = FALSE;

  for (gsize i = 0; i < length; i++) {
    char c = bytes[i], next = i + 1 < length ? bytes[i + 1] : '\0';
    if (c == '~' && (next == '{' || next == '}')) {
      is_chinese = next == '{';
      i++;
    } else if (c == '~' && !is_chinese && (next == '~' || next == '\n')) {
      if (next == '~')
        g_string_append_c(out, c);
      i++;
    } else {
      is_chinese = is_chinese && c != '\n';
      g_string_append_c(out, is_chinese && c > 0x20 ? (char)(c | 0x80) : c);
    }
  }
  return out;
}

static gsize count_high(const char *bytes, gsize length) {
  gsize n = 0;
  for (gsize i = 0; i < length; i++)
    n += (guchar)bytes[i] >> 7;
  return n;
}

/* Up to how many spoiled characters text is still taken for what it claims to be: a mail cut inside a
 * character, or with a line of somebody else's in it. */
static gsize tolerate(gsize characters) {
  return characters > 0 ? 1 + characters / 10 : 0;
}

/* UTF-8 with U+FFFD for what isn't; FALSE, and nothing appended, if little is. */
static gboolean append_damaged_utf8(GString *out, const char *bytes, gsize length) {
  const char *p = bytes, *end = bytes + length, *stop;
  gsize begin = out->len, bad = 0;

  while (!g_utf8_validate_len(p, (gsize)(end - p), &stop)) {
    g_string_append_len(out, p, stop - p);
    p = stop + 1;
    if (*stop == '\0') {
      g_string_append_c(out, *stop);
      continue;
    }
    bad++;
    while (p < end && ((guchar)*p & 0xc0) == 0x80)
      p++;
    g_string_append(out, REPLACEMENT);
  }
  g_string_append_len(out, p, end - p);
  /* characters above ASCII have two to four bytes, U+FFFD has three */
  if (bad <= tolerate((count_high(out->str + begin, out->len - begin) - 3 * bad) / 2))
    return TRUE;
  g_string_truncate(out, begin);
  return FALSE;
}

static LbCharsetResult fall_back(GString *out, const char *bytes, gsize length, gboolean is_utf8) {
  if (is_utf8)
    return LB_CHARSET_AS_IS;
  if (!append_damaged_utf8(out, bytes, length))
    lb_text_append_utf8(out, bytes, length);
  return LB_CHARSET_GUESSED;
}

static GIConv find_extension(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(extensions); i++)
    if (g_str_has_prefix(name, extensions[i].prefix))
      return find_converter(extensions[i].wider);
  return (GIConv)-1;
}

/* The declared charset, its extension, UTF-8; then whichever of the first two spoils few characters, else
 * windows-1252. */
static LbCharsetResult decode_declared(GString *out, const char *name, Family family, const char *bytes,
                                       gsize length, gboolean is_utf8, LbDiagSet *diagnostics) {
  GIConv declared = find_converter(find_iconv_name(name));
  gsize begin = out->len, bad = G_MAXSIZE;

  if (declared != (GIConv)-1)
    bad = convert(out, declared, bytes, length);
  if (bad > 0) {
    GIConv wider = find_extension(name);
    if (wider == (GIConv)-1 && declared == (GIConv)-1) {
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_UNKNOWN_CHARSET);
      return fall_back(out, bytes, length, is_utf8);
    }
    if (wider != (GIConv)-1) {
      g_string_truncate(out, begin);
      bad = convert(out, wider, bytes, length);
    }
  }
  if (bad == 0)
    return LB_CHARSET_CONVERTED;
  *diagnostics |= LB_DIAG_BIT(LB_DIAG_CHARSET_LIE);
  gsize meaningful = family == FAMILY_STATEFUL ? length : count_high(bytes, length);
  if (!is_utf8 && bad <= tolerate(meaningful))
    return LB_CHARSET_GUESSED;
  g_string_truncate(out, begin);
  return fall_back(out, bytes, length, is_utf8);
}

/* C1 controls are in no mail: such bytes mean windows-1252, or UTF-8 where they make sense as that. */
static LbCharsetResult decode_latin1(GString *out, const char *bytes, gsize length, gboolean is_utf8,
                                     LbDiagSet *diagnostics) {
  for (gsize i = 0; i < length; i++) {
    if (((guchar)bytes[i] & 0xe0) != 0x80)
      continue;
    if (is_utf8) {
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_CHARSET_LIE);
      return LB_CHARSET_AS_IS;
    }
    return decode_declared(out, "windows-1252", FAMILY_LATIN1, bytes, length, FALSE, diagnostics);
  }
  return decode_declared(out, "iso-8859-1", FAMILY_LATIN1, bytes, length, FALSE, diagnostics);
}

static Family read_name(const char *charset, char name[NAME_MAX_LENGTH + 1]) {
  *name = '\0';
  /* nearly all mails */
  if (!charset || !g_ascii_strcasecmp(charset, "utf-8") || !g_ascii_strcasecmp(charset, "us-ascii"))
    return FAMILY_UTF8;
  return normalize_name(charset, name) ? find_family(name) : FAMILY_UNKNOWN;
}

static gboolean keeps_ascii(Family family) {
  return family != FAMILY_STATEFUL && family != FAMILY_HZ;
}

gboolean lb_charset_keeps_ascii(const char *charset) {
  char name[NAME_MAX_LENGTH + 1];
  return keeps_ascii(read_name(charset, name));
}

LbCharsetResult lb_charset_decode(GString *out, const char *charset, const char *bytes, gsize length,
                                  LbDiagSet *diagnostics) {
  char name[NAME_MAX_LENGTH + 1];
  gboolean has_high;
  Family family = read_name(charset, name);
  gboolean is_utf8 = lb_charset_is_utf8(bytes, length, &has_high);

  if (!has_high && keeps_ascii(family))
    return LB_CHARSET_AS_IS;
  switch (family) {
  case FAMILY_UTF8:
    if (!is_utf8)
      *diagnostics |= LB_DIAG_BIT(LB_DIAG_CHARSET_LIE);
    return fall_back(out, bytes, length, is_utf8);
  case FAMILY_UNKNOWN:
    *diagnostics |= LB_DIAG_BIT(LB_DIAG_UNKNOWN_CHARSET);
    return fall_back(out, bytes, length, is_utf8);
  case FAMILY_LATIN1:
    return decode_latin1(out, bytes, length, is_utf8, diagnostics);
  case FAMILY_HZ: {
    g_autoptr(GString) chinese = undo_hz(bytes, length);
    return decode_declared(out, "gb2312", FAMILY_ASCII, chinese->str, chinese->len, FALSE, diagnostics);
  }
  default:
    return decode_declared(out, name, family, bytes, length, is_utf8 && has_high, diagnostics);
  }
}

void lb_charset_append_utf8(GString *out, const char *charset, const char *bytes, gsize length,
                            LbDiagSet *diagnostics) {
  gsize begin = out->len;
  if (lb_charset_decode(out, charset, bytes, length, diagnostics) == LB_CHARSET_AS_IS) {
    lb_text_append_utf8(out, bytes, length);
  } else if (memchr(out->str + begin, '\0', out->len - begin)) {
    g_autofree char *text = g_memdup2(out->str + begin, out->len - begin);
    gsize n = out->len - begin;
    g_string_truncate(out, begin);
    lb_text_append_utf8(out, text, n);
  }
}
