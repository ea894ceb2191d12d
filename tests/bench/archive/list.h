/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list's life, mail after mail: series and their versions, what is answered, who takes part.  What is kept
 * does not grow with the archive, and a longer archive begins as a shorter one.
 */
#pragma once
#include "person.h"

typedef struct {
  const char *msgid;
  gint64 date;
  const Person *author;
  const GString *raw;
} Mail;

typedef void (*MailWriter)(const Mail *mail, gpointer data);

/* A mail each step seconds. */
void list_run(guint64 seed, guint64 mails, guint step, MailWriter writer, gpointer data);
