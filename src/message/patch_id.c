/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The algorithm of git's builtin patch-id (2.39 and later): per file a SHA-1 over the lines without white
 * space
 * ("index" and "@@" lines left out; of a binary file the blobs' ids), the files' sums added up so that their
 * order doesn't matter.  A diff that stops and begins again has several ids with git; here their sum.  Beyond
 * git: an empty line inside a hunk is context whose blank a mailer took off, so that the id stays the same;
 * and diffs without a "diff" line have an id, too.
 */
#include "message/patch_id.h"
#include <string.h>
#include "message/lines.h"

typedef struct {
  GChecksum *checksum; /* of the file being read */
  guint8 sum[20];
  gsize n_hashed;
  gint64 before, after; /* lines left of the hunk; before -1 in the header of a file */
  gboolean is_begun;    /* FALSE between diffs: seeking the next */
  gboolean is_binary;   /* the rest of this file isn't looked at */
  gboolean is_bare;     /* a diff without "diff" lines */
  LbSlice old_blob, new_blob;
  gsize n_waiting;
  char waiting[4096]; /* for the checksum: calls cost more than copies */
} State;

static void flush_waiting(State *state) {
  g_checksum_update(state->checksum, (const guchar *)state->waiting, (gssize)state->n_waiting);
  state->n_waiting = 0;
}

static void flush_file(State *state) {
  guint8 digest[20];
  gsize n = sizeof digest;
  guint carry = 0;
  flush_waiting(state);
  g_checksum_get_digest(state->checksum, digest, &n);
  for (guint i = 0; i < sizeof digest; i++) {
    carry += (guint)state->sum[i] + digest[i];
    state->sum[i] = (guint8)carry;
    carry >>= 8;
  }
  g_checksum_reset(state->checksum);
}

/* git's isspace(): no form feed, no vertical tab. */
static inline gboolean is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void hash_line(State *state, LbSlice line) {
  for (gsize pos = 0; pos < line.length;) {
    gsize stop = MIN(line.length, pos + sizeof state->waiting - state->n_waiting), n = state->n_waiting;
    for (; pos < stop; pos++) {
      state->waiting[n] = line.data[pos];
      n += !is_space(line.data[pos]);
    }
    state->n_hashed += n - state->n_waiting;
    state->n_waiting = n;
    if (n == sizeof state->waiting)
      flush_waiting(state);
  }
}

/* A count of a hunk header; 1 where it is left out. */
static const char *read_count(const char *p, const char *end, gint64 *count) {
  while (p < end && g_ascii_isdigit(*p))
    p++;
  *count = 1;
  if (p < end && *p == ',') {
    *count = 0;
    for (p++; p < end && g_ascii_isdigit(*p); p++)
      *count = MIN(*count * 10 + (*p - '0'), G_MAXINT32);
  }
  return p;
}

static void read_hunk_header(State *state, LbSlice line) {
  const char *end = line.data + line.length, *p = read_count(line.data + 4, end, &state->before);
  state->after = 0;
  if (end - p > 2 && p[0] == ' ' && p[1] == '+')
    read_count(p + 2, end, &state->after);
}

/* "index 0123..4567 100644" */
static void read_blobs(State *state, LbSlice line) {
  const char *end = line.data + line.length, *p = line.data + 6, *dots = memmem(p, (gsize)(end - p), "..", 2);
  if (!dots)
    return;
  const char *stop = memchr(dots, ' ', (gsize)(end - dots));
  state->old_blob = (LbSlice){p, (gsize)(dots - p)};
  state->new_blob = (LbSlice){dots + 2, (gsize)((stop ? stop : end) - dots - 2)};
}

static gboolean begins_file(const State *state, LbSlice line) {
  if (!state->is_bare)
    return lb_line_starts(line, "diff ");
  return lb_line_starts(line, "Index: ") || lb_line_starts(line, "--- ") || lb_line_starts(line, "diff ");
}

typedef enum { TO_HASH, TO_LEAVE, AT_END } Verdict;

static Verdict read_header(State *state, LbSlice line) {
  if (lb_line_starts(line, "GIT binary patch") || lb_line_starts(line, "Binary files")) {
    hash_line(state, state->old_blob);
    hash_line(state, state->new_blob);
    flush_file(state);
    state->is_binary = TRUE;
    return TO_LEAVE;
  }
  if (lb_line_starts(line, "index ")) {
    read_blobs(state, line);
    return TO_LEAVE;
  }
  if (lb_line_starts(line, "--- "))
    state->before = state->after = 1;
  else if (state->is_bare && line.length && line.data[0] == '=')
    return TO_LEAVE;
  else if (!line.length || !g_ascii_isalpha(line.data[0]))
    return AT_END;
  return TO_HASH;
}

static void count_line(State *state, LbSlice line) {
  char first = line.length && line.data[0] != '\r' ? line.data[0] : '\0';
  gboolean is_empty = !first && state->before > 0 && state->after > 0;
  if (first == '-' || first == ' ' || is_empty)
    state->before--;
  if (first == '+' || first == ' ' || is_empty)
    state->after--;
}

static Verdict read_line(State *state, LbSlice line) {
  if (state->is_binary) {
    if (begins_file(state, line)) {
      state->is_binary = FALSE;
      state->before = -1;
    }
    return TO_LEAVE;
  }
  if (state->before == -1) {
    Verdict verdict = read_header(state, line);
    if (verdict != TO_HASH)
      return verdict;
  }
  if (state->before == 0 && state->after == 0) {
    if (lb_line_starts(line, "@@ -")) {
      read_hunk_header(state, line);
      return TO_LEAVE;
    }
    if (!begins_file(state, line))
      return AT_END;
    flush_file(state);
    state->before = state->after = lb_line_starts(line, "--- ") ? 1 : -1;
  }
  count_line(state, line);
  return TO_HASH;
}

static void take_line(State *state, LbSlice line) {
  if (!state->is_begun && !begins_file(state, line))
    return;
  if (!state->is_begun) {
    state->is_begun = TRUE;
    state->is_binary = FALSE;
    state->before = state->after = -1;
    state->old_blob = state->new_blob = (LbSlice){NULL, 0};
  }
  Verdict verdict = read_line(state, line);
  if (verdict == TO_HASH)
    hash_line(state, line);
  if (verdict == AT_END) {
    flush_file(state);
    state->is_begun = FALSE;
  }
}

gboolean lb_patch_id_build(const char *text, gsize length, guint8 id[20]) {
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
  State state;
  memset(&state, 0, G_STRUCT_OFFSET(State, waiting));
  state.checksum = checksum;
  state.is_bare = !lb_line_starts((LbSlice){text, length}, "diff ");
  for (gsize pos = 0; pos < length; pos = lb_line_next(text, length, pos)) {
    LbSlice line = lb_line_get(text, length, pos);
    /* "\ No newline at end of file" */
    if (!lb_line_starts(line, "\\ ") || line.length < 12)
      take_line(&state, line);
  }
  if (state.is_begun)
    flush_file(&state);
  memcpy(id, state.sum, sizeof state.sum);
  return state.n_hashed > 0;
}
