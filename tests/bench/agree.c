/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * agree SOURCE...: reads every mail twice, by our scan and by a full GMime parse, and compares subject,
 * sender, date, ids and text.  A difference has a reason or is printed; exit status 1 if there is one
 * without.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include "base/period.h"
#include "base/text.h"
#include "message/message.h"

#define SHOWN_MAX 20

typedef struct {
  LbParser *parser;
  LbSpool *spool;
  guint n_mails, n_compared, n_texts, n_explained, n_unlike;
  GHashTable *reasons; /* why a difference is none -> how often */
} Agreement;

static void explain(Agreement *agreement, const char *reason) {
  guint n = GPOINTER_TO_UINT(g_hash_table_lookup(agreement->reasons, reason));
  g_hash_table_insert(agreement->reasons, (gpointer)reason, GUINT_TO_POINTER(n + 1));
  agreement->n_explained++;
}

static char *collapse(const char *text) {
  char *copy = g_strdup(text ? text : "");
  copy[lb_text_collapse(copy, strlen(copy))] = '\0';
  return copy;
}

/* Line ends and the blanks before them, and blank lines at the end, are not what is compared. */
static char *normalise(const char *text) {
  GString *out = g_string_new(NULL);
  for (const char *p = text ? text : ""; *p;) {
    const char *newline = strchr(p, '\n'), *end = newline ? newline : p + strlen(p);
    gsize n = (gsize)(end - p);
    while (n && strchr(" \t\r", p[n - 1]))
      n--;
    g_string_append_len(out, p, (gssize)n);
    g_string_append_c(out, '\n');
    p = newline ? newline + 1 : end;
  }
  while (out->len && out->str[out->len - 1] == '\n')
    g_string_truncate(out, out->len - 1);
  return g_string_free(out, FALSE);
}

static void compare(Agreement *agreement, const LbMail *mail, const char *what, const char *ours,
                    const char *theirs, const char *reason) {
  agreement->n_compared++;
  if (!strcmp(ours, theirs))
    return;
  if (reason) {
    explain(agreement, reason);
    return;
  }
  if (agreement->n_unlike++ < SHOWN_MAX)
    printf("# %s: %s: '%.200s' is '%.200s' to GMime\n", mail->msgid, what, ours, theirs);
}

static gboolean has(const LbMail *mail, LbDiag diag) {
  return mail->diagnostics & LB_DIAG_BIT(diag);
}

static const char *get_raw(GMimeMessage *message, const char *field) {
  GMimeHeader *header =
      g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(message)), field);
  const char *raw = header ? g_mime_header_get_raw_value(header) : NULL;
  return raw ? raw : "";
}

/* 8-bit bytes in a header: GMime takes them for the locale's charset. */
static gboolean is_raw(GMimeMessage *message, const char *field) {
  return !g_str_is_ascii(get_raw(message, field));
}

/* RFC 2047 5 (3) forbids it and mailers do it: a character begun in one word and ended in the next. */
static gboolean is_split(GMimeMessage *message, const char *field) {
  const char *first = strstr(get_raw(message, field), "=?");
  return first && strstr(first + 2, "=?");
}

/* Ids that RFC 5322 does not know and that are in use: a name that ends with a dot, a URL, encoded words,
 * comments. */
static gboolean has_odd_id(const char *raw) {
  static const char *const marks[] = {".>", "://", "=?", "(", ",", "\""};
  for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
    if (strstr(raw, marks[i]))
      return TRUE;
  return FALSE;
}

static void compare_subject(Agreement *agreement, const LbMail *mail, GMimeMessage *message) {
  g_autofree char *theirs = collapse(g_mime_message_get_subject(message));
  const char *reason = has(mail, LB_DIAG_FIELD_REPEATED) ? "the first of repeated fields counts, not the last"
                       : has(mail, LB_DIAG_BAD_ENCODED_WORD) ? "broken encoded words"
                       : is_raw(message, "Subject")          ? "8-bit header"
                       : is_split(message, "Subject")        ? "encoded words split inside a character"
                                                             : NULL;
  compare(agreement, mail, "Subject", mail->subject, theirs, reason);
}

static void compare_sender(Agreement *agreement, const LbMail *mail, GMimeMessage *message) {
  InternetAddressList *from = g_mime_message_get_from(message);
  InternetAddress *first =
      from && internet_address_list_length(from) ? internet_address_list_get_address(from, 0) : NULL;
  const char *address = first && INTERNET_ADDRESS_IS_MAILBOX(first)
                            ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))
                            : NULL;
  g_autofree char *ours = g_ascii_strdown(mail->sender->email ? mail->sender->email : "", -1);
  g_autofree char *theirs = g_ascii_strdown(address ? address : "", -1);
  const char *reason = has(mail, LB_DIAG_FROM_MUNGED) ? "From rewritten by the list and undone"
                       : has(mail, LB_DIAG_FIELD_REPEATED)
                           ? "the first of repeated fields counts, not the last"
                       : has(mail, LB_DIAG_NO_FROM)  ? "no usable From"
                       : strchr(theirs, '@') == NULL ? "an address that GMime cuts short"
                                                     : NULL;
  compare(agreement, mail, "From", ours, theirs, reason);
  g_autofree char *name = collapse(first ? internet_address_get_name(first) : NULL);
  g_autofree char *our_name = collapse(mail->sender->name);
  if (is_raw(message, "From"))
    reason = "8-bit header";
  else if (!reason && has(mail, LB_DIAG_BAD_ENCODED_WORD))
    reason = "broken encoded words";
  else if (!reason && is_split(message, "From"))
    reason = "encoded words split inside a character";
  else if (!reason && strchr(our_name, '('))
    reason = "a comment that is part of the name: Kim (Company)";
  else if (!reason && !*name)
    reason = "a name beside the address as RFC 822 had it: user@host (Name)";
  compare(agreement, mail, "name in From", our_name, name, reason);
}

static void compare_date(Agreement *agreement, const LbMail *mail, GMimeMessage *message) {
  GDateTime *date = g_mime_message_get_date(message);
  g_autofree char *ours = g_strdup_printf("%" G_GINT64_FORMAT, mail->date);
  g_autofree char *theirs =
      g_strdup_printf("%" G_GINT64_FORMAT, date ? g_date_time_to_unix(date) : LB_TIME_UNKNOWN);
  const char *reason = has(mail, LB_DIAG_DATE_UNUSABLE) || has(mail, LB_DIAG_DATE_UNKNOWN)
                           ? "Date missing, unreadable or absurd: Received counts"
                       : has(mail, LB_DIAG_FIELD_REPEATED)
                           ? "the first of repeated fields counts, not the last"
                           : NULL;
  compare(agreement, mail, "Date", ours, theirs, reason);
}

static char *join(GMimeReferences *references) {
  GString *all = g_string_new(NULL);
  int n = references ? g_mime_references_length(references) : 0;
  for (int i = MAX(0, n - 100); i < n; i++)
    g_string_append_printf(all, "%s ", g_mime_references_get_message_id(references, i));
  return g_string_free(all, FALSE);
}

static void compare_ids(Agreement *agreement, const LbMail *mail, GMimeMessage *message) {
  const char *id = g_mime_message_get_message_id(message);
  const char *reason = has(mail, LB_DIAG_NO_MSGID)    ? "no Message-ID: one is made"
                       : has(mail, LB_DIAG_BAD_MSGID) ? "malformed Message-ID"
                       : has(mail, LB_DIAG_FIELD_REPEATED)
                           ? "the first of repeated fields counts, not the last"
                       : has_odd_id(get_raw(message, "Message-ID")) ? "an id that is kept as it stands"
                                                                    : NULL;
  compare(agreement, mail, "Message-ID", mail->msgid, id ? id : "", reason);
  g_autoptr(GString) ours = g_string_new(NULL);
  gboolean is_odd = FALSE; /* GMime stops at an id without @ */
  for (const char *const *one = mail->references; *one; one++) {
    g_string_append_printf(ours, "%s ", *one);
    is_odd = is_odd || !strchr(*one, '@');
  }
  const char *raw = get_raw(message, "References");
  GMimeReferences *parsed = g_mime_references_parse(NULL, raw);
  g_autofree char *theirs = join(parsed);
  g_mime_references_free(parsed);
  reason = has(mail, LB_DIAG_FIELD_REPEATED) ? "the first of repeated fields counts, not the last"
           : is_odd || has_odd_id(raw)       ? "an id that is kept as it stands"
                                             : NULL;
  compare(agreement, mail, "References", ours->str, theirs, reason);
}

/* Of a mail with one part alone: which parts of others count is a matter of our own. */
static void compare_text(Agreement *agreement, const LbMail *mail, GMimeMessage *message) {
  GMimeObject *part = g_mime_message_get_mime_part(message);
  g_autofree char *ours = NULL, *theirs = NULL;
  if (!part || !GMIME_IS_TEXT_PART(part) ||
      !g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text", "plain"))
    return;
  g_autofree char *raw = lb_spool_read(agreement->spool, mail->details->extras->text.offset,
                                       mail->details->extras->text.length, NULL);
  g_autofree char *decoded = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
  const char *format = g_mime_object_get_content_type_parameter(part, "format");
  const char *charset = g_mime_text_part_get_charset(GMIME_TEXT_PART(part));
  gboolean is_foreign = charset && g_ascii_strcasecmp(charset, "utf-8") &&
                        g_ascii_strcasecmp(charset, "us-ascii") && g_ascii_strcasecmp(charset, "iso-8859-1");
  ours = normalise(raw);
  theirs = normalise(decoded);
  agreement->n_texts++;
  const char *reason =
      format && !g_ascii_strcasecmp(format, "flowed")                        ? "format=flowed joined"
      : has(mail, LB_DIAG_CHARSET_LIE) || has(mail, LB_DIAG_UNKNOWN_CHARSET) ? "charset that doesn't fit"
      : has(mail, LB_DIAG_BAD_BASE64) || has(mail, LB_DIAG_BAD_QP)           ? "broken transfer encoding"
      : has(mail, LB_DIAG_NUL)                                               ? "NUL shown as U+FFFD"
      : g_mime_part_get_content_encoding(GMIME_PART(part)) == GMIME_CONTENT_ENCODING_BASE64 &&
              strlen(ours) > strlen(theirs)
          ? "clear footer under base64"
      : is_foreign && strlen(ours) != strlen(theirs) ? "vendor's extension of a charset"
                                                     : NULL;
  compare(agreement, mail, "text", ours, theirs, reason);
}

static void take(const LbRawMail *raw, gpointer data) {
  Agreement *agreement = data;
  const LbMail *mail = lb_parser_parse(agreement->parser, raw);
  if (!mail)
    return;
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer(raw->bytes, raw->length);
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
  agreement->n_mails++;
  if (message) {
    compare_subject(agreement, mail, message);
    compare_sender(agreement, mail, message);
    compare_date(agreement, mail, message);
    compare_ids(agreement, mail, message);
    compare_text(agreement, mail, message);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
}

static gboolean read_source(Agreement *agreement, const char *spec, LbDiagLog *log) {
  g_autoptr(GError) error = NULL;
  const LbSourceOptions options = {.log = log};
  g_autoptr(LbSource) source = lb_source_open(spec, &options, &error);
  g_autoptr(LbReader) reader = lb_reader_new();
  LbUnit unit;
  if (!source) {
    fprintf(stderr, "agree: %s\n", error->message);
    return FALSE;
  }
  while (lb_source_next(source, &unit, NULL)) {
    g_autoptr(LbArena) arena = lb_arena_new();
    agreement->spool = lb_spool_new(0);
    agreement->parser =
        lb_parser_new(arena, agreement->spool, 0, LB_WANT_TEXT, g_get_real_time() / G_USEC_PER_SEC);
    lb_source_read(source, reader, &unit, take, agreement, NULL);
    lb_parser_free(agreement->parser);
    lb_spool_free(agreement->spool);
  }
  return TRUE;
}

int main(int argc, char **argv) {
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  Agreement agreement = {.reasons = g_hash_table_new(g_str_hash, g_str_equal)};
  gboolean is_read = TRUE;
  GHashTableIter iter;
  gpointer reason, n;
  lb_message_init();
  g_mime_init();
  for (int i = 1; i < argc; i++)
    is_read = read_source(&agreement, argv[i], log) && is_read;
  printf("# %u mails, %u texts of one part; of %u comparisons %u differ for a reason, %u for none\n",
         agreement.n_mails, agreement.n_texts, agreement.n_compared, agreement.n_explained,
         agreement.n_unlike);
  g_hash_table_iter_init(&iter, agreement.reasons);
  while (g_hash_table_iter_next(&iter, &reason, &n))
    printf("# %6u  %s\n", GPOINTER_TO_UINT(n), (const char *)reason);
  g_hash_table_unref(agreement.reasons);
  lb_message_shutdown();
  return !is_read || agreement.n_unlike > 0;
}
