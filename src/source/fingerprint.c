/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/fingerprint.h"
#include <string.h>
#include "source/kind.h"

#define BLOCK 4096u
#define DIGITS 32 /* of SHA-256: nobody gains by a file that only looks the same */

static gboolean add_block(GString *text, int fd, guint64 offset, gsize length) {
  char block[BLOCK];
  if (lb_source_pread(fd, block, length, offset) != (gssize)length)
    return FALSE;
  g_autofree char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)block, length);
  g_string_append_c(text, ' ');
  g_string_append_len(text, hash, DIGITS);
  return TRUE;
}

char *lb_fingerprint_format(int fd, guint64 size) {
  g_autoptr(GString) text = g_string_new(NULL);
  gsize length = MIN(size, BLOCK);
  g_string_printf(text, "%" G_GUINT64_FORMAT, size);
  return add_block(text, fd, 0, length) && add_block(text, fd, size - length, length)
             ? g_string_free(g_steal_pointer(&text), FALSE)
             : NULL;
}

gboolean lb_fingerprint_fits(int fd, const char **text, guint64 *size) {
  *size = g_ascii_strtoull(*text, NULL, 10);
  g_autofree char *now = lb_fingerprint_format(fd, *size);
  if (!now || !g_str_has_prefix(*text, now))
    return FALSE;
  *text += strlen(now);
  *text += **text == ' ';
  return TRUE;
}
