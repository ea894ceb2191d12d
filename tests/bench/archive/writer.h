/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a generated archive's mails go.
 */
#pragma once
#include "list.h"

typedef struct Writer Writer;

/* Format: mbox, maildir or git; NULL with a message on standard error where that can't be made. */
Writer *writer_open(const char *format, const char *path);
void writer_write(const Mail *mail, gpointer writer);
gboolean writer_close(Writer *writer);
