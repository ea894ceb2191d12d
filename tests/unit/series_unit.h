/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of series/ above postings share: mails in a line each, parsed in earnest, in many orders. */
#pragma once
#include "series/overview.h"
#include "unit.h"

typedef struct {
  const char *id;   /* "a1": the Message-ID is a1@example.org; NULL ends a table */
  const char *from; /* NULL: Ann Author <ann@example.org> */
  int hour;         /* since 2025-03-03; -1: no date that could be read */
  const char *subject;
  const char *answers; /* an id, or NULL */
  const char *text;    /* log of a patch, text of a reply; NULL: a line */
  const char *change;  /* what the patch adds to a file, or file and text: "b.c:text"; NULL: no diff */
} Row;
#define END                                                                                                  \
  { NULL, NULL, 0, NULL, NULL, NULL, NULL }
#define HOUR(n) (1740960000 + (n) * (gint64)3600)
/* Other people. */
#define BOB "Bob Builder <bob@example.com>"
#define CAT "Cat Checker <cat@example.net>"

int unit_series_setup(void **state);
int unit_series_teardown(void **state);

/* What unit_series_check() builds overviews with; reset before each test by unit_series_setup(). */
extern gint64 unit_until;
extern const char *unit_mailmap; /* text of the file; NULL: none */

/* The mail of a row, which lives as long as the test program. */
LbMail *unit_series_build_mail(const Row *row);
void unit_series_shuffle(GPtrArray *mails, GRand *random);

typedef void (*DescribeFunc)(GString *out, const LbOverview *overview);
/* The same in twenty orders of arrival; wanted NULL: whatever the first gives. */
void unit_series_check(const Row *rows, DescribeFunc describe, const char *wanted);
/* Of a table made up, once; n_rows without END. */
void unit_series_run(const Row *rows, guint n_rows, void (*func)(const LbOverview *overview));
/* "a1" of a mail. */
char *unit_series_get_id(const LbMail *mail);
const LbPosting *unit_series_find(const LbOverview *overview, const char *id);
