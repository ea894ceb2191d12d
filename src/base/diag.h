/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be odd about a mail or about a place where mail should be: one
 * table, in diag.c, of name, level and sentence.  A mail carries its
 * diagnostics as a set of bits; those that belong to no mail (a FIFO in a
 * maildir, a missing blob) go straight into the log.  Prints nothing itself.
 */
#pragma once
#include <glib.h>

typedef enum {
  /* of a mail's header */
  LB_DIAG_FROM_LINE,        /* begins with a From_ line that is no part of it */
  LB_DIAG_BOM,              /* begins with a byte order mark */
  LB_DIAG_BARE_CR,          /* a CR without LF stands in the header */
  LB_DIAG_NUL,              /* a NUL in header or text, shown as U+FFFD */
  LB_DIAG_HEADER_JUNK,      /* a line in the header that is no field */
  LB_DIAG_HEADER_CUT,       /* field above 64 KiB or header above 1 MiB: the rest not read */
  LB_DIAG_FIELD_REPEATED,   /* a field that may stand once stands twice: the first counts */
  LB_DIAG_FIELD_DROPPED,    /* a field too hostile to hand to the parser */
  LB_DIAG_BAD_ENCODED_WORD, /* RFC 2047 word left as it is or decoded in part */
  LB_DIAG_UNKNOWN_CHARSET,  /* unknown charset: UTF-8, else windows-1252 */
  LB_DIAG_CHARSET_LIE,      /* the bytes don't fit the declared charset */
  LB_DIAG_DATE_UNUSABLE,    /* Date missing, unreadable or absurd: Received counts */
  LB_DIAG_DATE_UNKNOWN,     /* no usable date at all */
  LB_DIAG_NO_MSGID,         /* no Message-ID: a synthetic one */
  LB_DIAG_BAD_MSGID,        /* malformed Message-ID, used as it stands */
  LB_DIAG_MSGID_REUSED,     /* unlike mails with one Message-ID */
  LB_DIAG_NO_FROM,          /* no usable From */
  LB_DIAG_FROM_MUNGED,      /* From rewritten by the list (DMARC) and undone */
  /* of its body */
  LB_DIAG_BAD_BASE64,       /* base64 cut off or with foreign bytes */
  LB_DIAG_BAD_QP,           /* illegal quoted-printable, left as it is */
  LB_DIAG_MIME_NO_BOUNDARY, /* multipart without (found) boundary: body taken as text */
  LB_DIAG_MIME_DEPTH,       /* parts nested deeper than 100: the rest not read */
  LB_DIAG_MIME_PARTS,       /* more than 1000 parts: the rest not read */
  LB_DIAG_BODY_CUT,         /* mail above the size cap: the rest not read */
  LB_DIAG_HUNK_CUT,         /* a hunk ends before its counts do */
  LB_DIAG_TOTAL_DIFFERS,    /* cover and members disagree about the total */
  /* of places: these go to the log alone */
  LB_DIAG_NOT_REGULAR,   /* passed over: no regular file (directory, FIFO, socket, device, link) */
  LB_DIAG_NOT_MAIL,      /* skipped: no header field in it */
  LB_DIAG_EMPTY_FILE,    /* skipped: empty */
  LB_DIAG_VANISHED,      /* went away during the scan */
  LB_DIAG_UNREADABLE,    /* can't be opened or read: makes the run partial */
  LB_DIAG_BLOB_MISSING,  /* git object missing or corrupt: makes the run partial */
  LB_DIAG_LEADING_JUNK,  /* bytes before the first From_ line */
  LB_DIAG_TRAILING_JUNK, /* bytes after the end of compressed data */
  LB_N_DIAGS
} LbDiag;

typedef guint64 LbDiagSet;
#define LB_DIAG_BIT(diag) (G_GUINT64_CONSTANT(1) << (diag))

typedef enum {
  LB_LEVEL_NOTE,    /* worth knowing, nothing is amiss: not counted as a warning */
  LB_LEVEL_WARN,    /* mail reported, something in it is amiss */
  LB_LEVEL_SKIP,    /* a mail that should be there is not reported */
  LB_LEVEL_PARTIAL, /* as SKIP, and the run exits 69 */
} LbDiagLevel;

const char *lb_diag_get_name(LbDiag diag);     /* "charset-lie": for export and tests */
const char *lb_diag_get_sentence(LbDiag diag); /* "the bytes do not fit the declared charset" */
LbDiagLevel lb_diag_get_level(LbDiag diag);

/* Collects diagnostics of a run in any order, from any thread. */
typedef struct LbDiagLog LbDiagLog;
LbDiagLog *lb_diag_log_new(void);
void lb_diag_log_free(LbDiagLog *log);
/* where: locator as text, copied; detail: NULL or e.g. a system's error text, copied.  All are counted; of
 * one kind the first 10,000 are kept. */
void lb_diag_log_add(LbDiagLog *log, LbDiag diag, const char *where, const char *detail);
guint lb_diag_log_count(const LbDiagLog *log, LbDiagLevel at_least);
/* Called in the order of where, then diag: the same for any number of threads. */
typedef void (*LbDiagFunc)(LbDiag diag, const char *where, const char *detail, gpointer data);
void lb_diag_log_foreach(LbDiagLog *log, LbDiagFunc func, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbDiagLog, lb_diag_log_free)
