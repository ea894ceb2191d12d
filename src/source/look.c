/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "source/kind.h"

gboolean lb_source_is_field(const char *line, gsize length) {
  gsize i = 0;
  while (i < length && (guint8)line[i] > 32 && (guint8)line[i] < 127 && line[i] != ':')
    i++;
  if (i == 0)
    return FALSE;
  while (i < length && (line[i] == ' ' || line[i] == '\t')) /* RFC 5322 4.5: obsolete, but seen */
    i++;
  return i < length && line[i] == ':';
}

/* Behind a byte order mark, blank lines and a From_ line. */
static const char *skip_lead(const char *p, const char *end) {
  if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
    p += 3;
  while (p < end && (*p == '\n' || *p == '\r' || *p == ' ' || *p == '\t'))
    p++;
  if ((end - p > 5 && memcmp(p, "From ", 5) == 0) || (end - p > 6 && memcmp(p, ">From ", 6) == 0)) {
    const char *line_end = memchr(p, '\n', end - p);
    p = line_end ? line_end + 1 : end;
  }
  return p;
}

gboolean lb_source_begins_with_field(const char *bytes, gsize length) {
  const char *end = bytes + length, *p = skip_lead(bytes, end);
  return lb_source_is_field(p, end - p);
}

gboolean lb_source_looks_like_mail(const char *bytes, gsize length) {
  static const char *const names[] = {"From",        "Date",         "Subject", "Message-ID",   "Received",
                                      "Return-Path", "Delivered-To", "To",      "MIME-Version", "X-Mailer"};
  const char *end = bytes + length, *p = skip_lead(bytes, end);
  while (p < end && *p != '\n' && *p != '\r') {
    gsize left = end - p;
    if (*p != ' ' && *p != '\t' && !lb_source_is_field(p, left))
      return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
      gsize name_length = strlen(names[i]);
      if (left > name_length && p[name_length] == ':' && g_ascii_strncasecmp(p, names[i], name_length) == 0)
        return TRUE;
    }
    const char *line_end = memchr(p, '\n', left);
    p = line_end ? line_end + 1 : end;
  }
  return FALSE;
}

gssize lb_source_pread(int fd, char *bytes, gsize length, guint64 offset) {
  gsize done = 0;
  while (done < length) {
    gssize count = pread(fd, bytes + done, length - done, (off_t)(offset + done));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return -1;
    if (count == 0)
      break;
    done += count;
  }
  return done;
}

void lb_source_note_errno(LbSource *source, LbDiag diag, const char *path, guint64 offset, int error_number) {
  g_autofree char *where = lb_locator_format(&(LbLocator){.file = path, .offset = offset});
  lb_diag_log_add(source->log, diag, where, error_number ? g_strerror(error_number) : NULL);
}
