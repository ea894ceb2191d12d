/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "[PATCH net-next v3 2/7] area: title": what a decoded, unfolded subject says.  Pure text, no mail:
 * what depends on the body (is there a diff?) is the classes' business (message/class.h).
 */
#pragma once
#include "base/arena.h"

#define LB_NO_NUMBER (-1)

typedef struct {
  const char *tag;           /* leading groups as sent, one blank between, list tags left out; "" if none */
  const char *const *prefix; /* tree and project words in order, NULL-terminated */
  const char *extra;         /* "3/n", "0.5/5", "1-2/5" as text, index none then; else NULL */
  gint16 version;            /* 1 if none; v0 is 0; three digits at most */
  gint16 reroll;             /* v5.1 on n/N: 1; else LB_NO_NUMBER */
  gint16 index, total;       /* LB_NO_NUMBER where none; numbers above 9999 are no counters */
  guint64 has_version : 1;
  guint64 rfc : 1, resend : 1;
  guint64 is_reply : 1;      /* Re:, Fwd:, 回复: … */
  guint64 is_ping : 1;       /* "Ping: [PATCH] x", "[PING^2] [PATCH] x": somebody waits for an answer */
  guint64 is_tracked : 1;    /* "bug#12345: [PATCH] x": debbugs puts it there, and takes Re: off */
  guint64 has_patch_tag : 1; /* PATCH, PATCHSET, PATCHES, RFC, RESEND, vN, PULL with n/N, [DO NOT MERGE …] */
  guint64 has_patch_word : 1;  /* PATCH, PATCHSET, PATCHES itself */
  guint64 has_pull_tag : 1;    /* [GIT PULL], [PULL], with or without n/N */
  guint64 is_weak_counter : 1; /* bare [n/N] or tree words before it: a patch only with a diff */
  guint64 is_stable : 1;       /* AUTOSEL, kernel version, stable, backport */
  guint64 is_foreign_tag : 1;  /* [syzbot], [bug report], [ANNOUNCE], a robot's: never a patch by its tag */
  guint64 unused : 52;         /* 0: rows are compared byte by byte */
  const char *title;           /* behind reply marks and leading groups */
} LbSubject;

/* text: one line of UTF-8 as lb_header_decode() gives it.  All pointers live in the arena. */
void lb_subject_parse(const char *text, LbArena *arena, LbSubject *subject);
/* "[net] x", "[drm misc-next] x": tags of trees that people send patches for, and nothing else. */
gboolean lb_subject_names_tree(const LbSubject *subject);
/* The arena's one copy, without the title, for all mails whose subjects say the same but for it.  Subject's
 * pointers are interned in the arena, or constant. */
const LbSubject *lb_subject_intern(LbArena *arena, const LbSubject *subject);
