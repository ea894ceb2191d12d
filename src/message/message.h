/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One mail: raw bytes in, immutable facts out.  The only doorway from source/ to what lies above:
 * nothing else there looks at raw bytes.
 */
#pragma once
#include "message/mail.h"
#include "message/spool.h"

typedef enum {
  LB_WANT_RECIPIENTS = 1 << 0, /* to, cc */
  LB_WANT_TEXT = 1 << 1,       /* decoded text of every mail into the spool */
  LB_WANT_MESSAGE = 1 << 2,    /* printed message of patches, covers and pulls into the spool */
  LB_WANT_PATCH_ID = 1 << 3,   /* diff->id */
} LbWants;

/* Once, before and after all else of message/: GMime's own tables. */
void lb_message_init(void);
void lb_message_shutdown(void);

typedef struct LbParser LbParser; /* one thread's: decoder, scratch buffers */
/* arena and spool (NULL if wants names no text) take what outlives the call, and outlive the mails;
 * spool_number is what LbTextRef.spool will say. */
LbParser *lb_parser_new(LbArena *arena, LbSpool *spool, guint spool_number, LbWants wants, gint64 now);
void lb_parser_free(LbParser *parser);
/* NULL if there is not one header field in it (then it is no mail: LB_DIAG_NOT_MAIL is the caller's). */
LbMail *lb_parser_parse(LbParser *parser, const LbRawMail *raw);

/* SHA-256 over what makes two mails the same (author, title, decoded text after list tag, list footer,
 * signature and white space are taken off), and over the raw bytes (CR before LF and trailing blank lines
 * off). */
typedef struct {
  guint8 content[32], raw[32];
} LbMailHashes;
/* with_raw: else that one is zeros. */
void lb_parser_hash(LbParser *parser, const char *bytes, gsize length, gboolean with_raw,
                    LbMailHashes *hashes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbParser, lb_parser_free)
