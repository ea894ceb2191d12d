/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"
#include <string.h>

typedef struct {
  const char *name;
  LbDiagLevel level;
  const char *sentence;
} Row;

static const Row table[LB_N_DIAGS] = {
    [LB_DIAG_FROM_LINE] = {"from-line", LB_LEVEL_NOTE, "a From_ line stands before the header"},
    [LB_DIAG_BOM] = {"bom", LB_LEVEL_NOTE, "a byte order mark stands before the header"},
    [LB_DIAG_BARE_CR] = {"bare-cr", LB_LEVEL_WARN, "a CR without LF stands in the header"},
    [LB_DIAG_NUL] = {"nul", LB_LEVEL_WARN, "NUL bytes, shown as U+FFFD"},
    [LB_DIAG_HEADER_JUNK] = {"header-junk", LB_LEVEL_WARN, "a line in the header is no field"},
    [LB_DIAG_HEADER_CUT] = {"header-cut", LB_LEVEL_WARN,
                            "field above 64 KiB or header above 1 MiB: the rest is not read"},
    [LB_DIAG_FIELD_REPEATED] = {"field-repeated", LB_LEVEL_WARN,
                                "a field that may stand once is repeated: the first counts"},
    [LB_DIAG_FIELD_DROPPED] = {"field-dropped", LB_LEVEL_WARN,
                               "a field that no parser should see is left out"},
    [LB_DIAG_BAD_ENCODED_WORD] = {"bad-encoded-word", LB_LEVEL_WARN,
                                  "an encoded word that can't be decoded is left as it is"},
    [LB_DIAG_UNKNOWN_CHARSET] = {"unknown-charset", LB_LEVEL_WARN,
                                 "unknown charset, read as UTF-8 or windows-1252"},
    [LB_DIAG_CHARSET_LIE] = {"charset-lie", LB_LEVEL_NOTE, "the bytes do not fit the declared charset"},
    [LB_DIAG_DATE_UNUSABLE] = {"date-unusable", LB_LEVEL_WARN,
                               "Date is missing, unreadable or absurd: Received counts"},
    [LB_DIAG_DATE_UNKNOWN] = {"date-unknown", LB_LEVEL_WARN, "no usable date at all"},
    [LB_DIAG_NO_MSGID] = {"no-msgid", LB_LEVEL_WARN, "no Message-ID: one is made from the content"},
    [LB_DIAG_BAD_MSGID] = {"bad-msgid", LB_LEVEL_NOTE, "malformed Message-ID, used as it stands"},
    [LB_DIAG_MSGID_REUSED] = {"msgid-reused", LB_LEVEL_WARN, "the Message-ID of another mail"},
    [LB_DIAG_NO_FROM] = {"no-from", LB_LEVEL_WARN, "no usable From"},
    [LB_DIAG_FROM_MUNGED] = {"from-munged", LB_LEVEL_NOTE,
                             "From was rewritten by the list, the author is restored"},
    [LB_DIAG_BAD_BASE64] = {"bad-base64", LB_LEVEL_WARN, "base64 is cut off or holds foreign bytes"},
    [LB_DIAG_BAD_QP] = {"bad-qp", LB_LEVEL_NOTE, "illegal quoted-printable is left as it is"},
    [LB_DIAG_MIME_NO_BOUNDARY] = {"mime-no-boundary", LB_LEVEL_WARN,
                                  "multipart without its boundary: the body is taken as text"},
    [LB_DIAG_MIME_DEPTH] = {"mime-depth", LB_LEVEL_WARN, "parts nested deeper than 100 are not read"},
    [LB_DIAG_MIME_PARTS] = {"mime-parts", LB_LEVEL_WARN, "parts after the 1000th are not read"},
    [LB_DIAG_BODY_CUT] = {"body-cut", LB_LEVEL_WARN, "larger than 32 MiB: the rest is not read"},
    [LB_DIAG_HUNK_CUT] = {"hunk-cut", LB_LEVEL_WARN, "a hunk ends before its counts do"},
    [LB_DIAG_TOTAL_DIFFERS] = {"total-differs", LB_LEVEL_NOTE, "cover and patches disagree about the total"},
    [LB_DIAG_NOT_REGULAR] = {"not-regular", LB_LEVEL_NOTE, "passed over: not a regular file"},
    [LB_DIAG_NOT_MAIL] = {"not-mail", LB_LEVEL_SKIP, "no header field in it: not a mail"},
    [LB_DIAG_EMPTY_FILE] = {"empty-file", LB_LEVEL_SKIP, "empty"},
    [LB_DIAG_VANISHED] = {"vanished", LB_LEVEL_NOTE, "went away while it was to be read"},
    [LB_DIAG_UNREADABLE] = {"unreadable", LB_LEVEL_PARTIAL, "cannot be read"},
    [LB_DIAG_BLOB_MISSING] = {"blob-missing", LB_LEVEL_PARTIAL, "git object missing or corrupt"},
    [LB_DIAG_LEADING_JUNK] = {"leading-junk", LB_LEVEL_WARN,
                              "bytes before the first From_ line are passed over"},
    [LB_DIAG_TRAILING_JUNK] = {"trailing-junk", LB_LEVEL_WARN,
                               "bytes after the compressed data are passed over"},
};

const char *lb_diag_get_name(LbDiag diag) {
  g_return_val_if_fail(diag < LB_N_DIAGS, "");
  return table[diag].name;
}

const char *lb_diag_get_sentence(LbDiag diag) {
  g_return_val_if_fail(diag < LB_N_DIAGS, "");
  return table[diag].sentence;
}

LbDiagLevel lb_diag_get_level(LbDiag diag) {
  g_return_val_if_fail(diag < LB_N_DIAGS, LB_LEVEL_NOTE);
  return table[diag].level;
}

typedef struct {
  LbDiag diag;
  char *where, *detail;
} Entry;

/* A hostile mailbox can be odd in millions of places: more of a kind than this are counted, not kept. */
#define ENTRIES_MAX 10000

struct LbDiagLog {
  GMutex lock;
  GArray *entries;
  guint counts[LB_N_DIAGS];
};

static void entry_clear(gpointer data) {
  Entry *entry = data;
  g_free(entry->where);
  g_free(entry->detail);
}

LbDiagLog *lb_diag_log_new(void) {
  LbDiagLog *log = g_new0(LbDiagLog, 1);
  g_mutex_init(&log->lock);
  log->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_set_clear_func(log->entries, entry_clear);
  return log;
}

void lb_diag_log_free(LbDiagLog *log) {
  if (!log)
    return;
  g_array_unref(log->entries);
  g_mutex_clear(&log->lock);
  g_free(log);
}

void lb_diag_log_add(LbDiagLog *log, LbDiag diag, const char *where, const char *detail) {
  g_mutex_lock(&log->lock);
  if (log->counts[diag]++ < ENTRIES_MAX) {
    Entry entry = {diag, g_strdup(where), g_strdup(detail)};
    g_array_append_val(log->entries, entry);
  }
  g_mutex_unlock(&log->lock);
}

guint lb_diag_log_count(const LbDiagLog *log, LbDiagLevel at_least) {
  guint n = 0;
  for (guint i = 0; i < LB_N_DIAGS; i++)
    n += table[i].level >= at_least ? log->counts[i] : 0;
  return n;
}

static gint compare(gconstpointer a, gconstpointer b) {
  const Entry *one = a, *other = b;
  gint order = g_strcmp0(one->where, other->where);
  if (!order)
    order = (gint)one->diag - (gint)other->diag;
  return order ? order : g_strcmp0(one->detail, other->detail);
}

void lb_diag_log_foreach(LbDiagLog *log, LbDiagFunc func, gpointer data) {
  g_array_sort(log->entries, compare);
  for (guint i = 0; i < log->entries->len; i++) {
    const Entry *entry = &g_array_index(log->entries, Entry, i);
    func(entry->diag, entry->where, entry->detail, data);
  }
}
