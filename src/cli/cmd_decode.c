/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>
#include "base/error.h"
#include "cli/command.h"
#include "message/rewrite.h"
#include "source/source.h"

/* Reads until buffer holds more than a mail may, or all.  TRUE at the end of input. */
static gboolean read_mail(GString *buffer, gboolean *is_all, GError **error) {
  char chunk[65536];

  *is_all = FALSE;
  while (buffer->len <= LB_MAIL_MAX_BYTES) {
    gssize n = read(STDIN_FILENO, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read standard input: %s", g_strerror(errno));
      return FALSE;
    }
    if (n == 0) {
      *is_all = TRUE;
      return TRUE;
    }
    g_string_append_len(buffer, chunk, n);
  }
  return TRUE;
}

/* No stdio, no quiet end on a closed pipe: the caller keeps the original unless every byte went out. */
static gboolean write_bytes(const char *bytes, gsize length, GError **error) {
  while (length > 0) {
    gssize n = write(STDOUT_FILENO, bytes, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error(error, LB_ERROR, LB_ERROR_WRITE, "cannot write standard output: %s", g_strerror(errno));
      return FALSE;
    }
    bytes += n;
    length -= (gsize)n;
  }
  return TRUE;
}

static gboolean close_output(GError **error) {
  if (close(STDOUT_FILENO) == 0)
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_WRITE, "cannot write standard output: %s", g_strerror(errno));
  return FALSE;
}

/* A mail above the cap isn't looked into: it goes through as it comes. */
static gboolean filter_mail(GError **error) {
  g_autoptr(GString) mail = g_string_new(NULL), decoded = g_string_new(NULL);
  gboolean is_all;

  if (!read_mail(mail, &is_all, error))
    return FALSE;
  if (is_all && lb_rewrite_decoded(decoded, mail->str, mail->len))
    return write_bytes(decoded->str, decoded->len, error) && close_output(error);
  while (mail->len > 0) {
    if (!write_bytes(mail->str, mail->len, error))
      return FALSE;
    g_string_truncate(mail, 0);
    if (!is_all && !read_mail(mail, &is_all, error))
      return FALSE;
  }
  return close_output(error);
}

int lb_cmd_decode(int argc, char **argv) {
  g_autoptr(GOptionContext) context = g_option_context_new("- filter a mail: its text parts as UTF-8 8bit");
  g_autoptr(GError) error = NULL;
  int status;

  if (!lb_command_parse_options(context, "decode", &argc, &argv, &status))
    return status;
  if (argc > 1)
    g_set_error(&error, LB_ERROR, LB_ERROR_USAGE, "decode reads standard input, not '%s'", argv[1]);
  if (error || !filter_mail(&error))
    return lb_command_fail(error);
  return EX_OK;
}
