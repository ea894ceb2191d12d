/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a mail: MIME structure walked (without recursion, at most 100 deep and 1000 parts), transfer
 * encodings and charsets undone, format=flowed joined, html-only mail as text, attached patches found.
 */
#pragma once
#include "message/header.h"

/* What one thread keeps between mails: buffers. */
typedef struct LbDecoder LbDecoder;
LbDecoder *lb_decoder_new(void);
void lb_decoder_free(LbDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbDecoder, lb_decoder_free)

typedef struct {
  const char *text; /* all text parts as UTF-8, LF line ends, no NUL; valid until the next decode
                       with this decoder; may point into the mail's own bytes */
  gsize length;
  gssize patch;    /* offset in text of an attached patch that brings its own From/Subject; -1 if none:
                      what stands before it are notes, from there on it reads like a mail's body */
  guint n_patches; /* attached ones of that kind: a whole series may hang on one mail */
  gsize own;       /* length of what the sender wrote or attached: behind it stands the text of forwarded
                      mails (message/rfc822), whose diffs, From and trailers are not this mail's */
  const char *const *attachments; /* names, NULL-terminated, in the arena */
  gboolean is_signed;
} LbBody;

/* header: of the whole mail; bytes/length: its body alone. */
void lb_body_decode(LbDecoder *decoder, const LbHeader *header, const char *bytes, gsize length,
                    LbArena *arena, LbBody *body, LbDiagSet *diagnostics);
