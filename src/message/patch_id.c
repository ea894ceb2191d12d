/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The algorithm of git's builtin patch-id: per file a SHA-1 over the lines without white space ("index" and "@@"
 * lines left out), the files' sums added up so that their order doesn't matter. */
#include "message/patch_id.h"
#include <string.h>
#include "message/lines.h"

typedef struct {
  GChecksum *checksum;  /* of the file being read */
  guint8 sum[20];
  gsize n_hashed;
  gint64 before, after; /* lines left of the hunk; -1 in the header of a file */
} State;

static void flush_file(State *state) {
  guint8 digest[20];
  gsize n = sizeof digest;
  guint carry = 0;
  g_checksum_get_digest(state->checksum, digest, &n);
  for (guint i = 0; i < sizeof digest; i++) {
    carry += (guint)state->sum[i] + digest[i];
    state->sum[i] = (guint8)carry;
    carry >>= 8;
  }
  g_checksum_reset(state->checksum);
}

static void hash_line(State *state, LbSlice line) {
  const char *run = NULL, *end = line.data + line.length;
  for (const char *c = line.data; c < end; c++) {
    if (!g_ascii_isspace(*c)) {
      run = run ? run : c;
      continue;
    }
    if (run)
      g_checksum_update(state->checksum, (const guchar *)run, c - run);
    if (run)
      state->n_hashed += (gsize)(c - run);
    run = NULL;
  }
  if (run) {
    g_checksum_update(state->checksum, (const guchar *)run, end - run);
    state->n_hashed += (gsize)(end - run);
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
  const char *plus = memchr(p, '+', (gsize)(end - p));
  state->after = 0;
  if (plus)
    read_count(plus + 1, end, &state->after);
}

/* FALSE when the diff is over. */
static gboolean take_line(State *state, LbSlice line) {
  if (state->before < 0) {
    if (lb_line_starts(line, "index "))
      return TRUE;
    if (lb_line_starts(line, "--- "))
      state->before = state->after = 1;
    else if (!line.length || !g_ascii_isalpha(line.data[0]))
      return FALSE;
  }
  if (state->before == 0 && state->after == 0) {
    if (lb_line_starts(line, "@@ -")) {
      read_hunk_header(state, line);
      return TRUE;
    }
    if (!lb_line_starts(line, "diff "))
      return FALSE;
    flush_file(state);
    state->before = state->after = -1;
  }
  if (state->before >= 0 && line.length) {
    if (line.data[0] == '-' || line.data[0] == ' ')
      state->before--;
    if (line.data[0] == '+' || line.data[0] == ' ')
      state->after--;
  } else if (state->before >= 0) {
    /* A blank that a mailer took off an empty context line. */
    state->before--;
    state->after--;
  }
  hash_line(state, line);
  return TRUE;
}

gboolean lb_patch_id_build(const char *text, gsize length, guint8 id[20]) {
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
  State state = {.checksum = checksum, .before = -1, .after = -1};
  for (gsize pos = 0; pos < length; pos = lb_line_next(text, length, pos)) {
    LbSlice line = lb_line_get(text, length, pos);
    if (lb_line_starts(line, "\\ ") && line.length > 12)
      continue; /* "\ No newline at end of file" */
    if (!take_line(&state, line))
      break;
  }
  flush_file(&state);
  memcpy(id, state.sum, sizeof state.sum);
  return state.n_hashed > 0;
}
