/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Invented people, told by their number alone: none of them is kept.
 */
#pragma once
#include "dice.h"

/* How their mail is sent, which decides on more than half of what a header says. */
typedef enum { PROVIDER_OWN, PROVIDER_POST, PROVIDER_OFFICE } Provider;

typedef struct {
  char name[64], address[96], host[64];
  Provider provider;
  gint zone; /* minutes east of Greenwich */
} Person;

void person_make(Person *person, guint64 seed, guint number);
/* Name and address as in a field; with is_field what isn't ASCII becomes an encoded word. */
void person_write(GString *text, const Person *person, gboolean is_field);
