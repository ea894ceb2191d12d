/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to record.c and record_read.c. */
#pragma once

/* What there is of a mail, as bits of a record's first number. */
enum {
  CLASS_BITS = 7, /* LbClass */
  IS_STABLE = 1 << 3,
  IS_PULL = 1 << 4,
  IS_BEFORE = 1 << 5,
  REMOVES = 1 << 6,
  HAS_DATE = 1 << 7,
  HAS_SENDER = 1 << 8, /* it isn't the author */
  HAS_REFERENCES = 1 << 9,
  HAS_REPLY = 1 << 10,
  REPLIES_TO_LAST = 1 << 11, /* In-Reply-To is the last of References */
  HAS_TITLE = 1 << 14,       /* it isn't the end of the subject */
  HAS_DIFF = 1 << 15,
  HAS_LISTS = 1 << 16, /* they aren't those of the mail before */
  HAS_RECIPIENTS = 1 << 17,
  HAS_DIAGNOSTICS = 1 << 18,
  HAS_AUTHOR_DATE = 1 << 19,
  HAS_SUMMARY = 1 << 20,
  HAS_CHANGE_ID = 1 << 21,
  HAS_GIVEN = 1 << 22,
  HAS_CARRIED = 1 << 23,
  HAS_LINKS = 1 << 24,
  HAS_APPLIED = 1 << 25,
  HAS_REQUEST = 1 << 26,
  HAS_ATTACHMENTS = 1 << 27,
  HAS_PATCH_OFFSET = 1 << 28,
  IS_FIRST = 1 << 29, /* nothing is said as a difference from the mail before */
};
