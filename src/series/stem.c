/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/stem.h"

#include <string.h>

#include "base/text.h"

static gsize skip_digits(const char *text, gsize i) {
  while (g_ascii_isdigit(text[i]))
    i++;
  return i;
}

/* "-3-" at i: leaves i behind it. */
static gboolean skip_counter(const char *text, gsize *i) {
  gsize end;

  if (text[*i] != '-')
    return FALSE;
  end = skip_digits(text, *i + 1);
  if (end == *i + 1 || end > *i + 6 || text[end] != '-')
    return FALSE;
  *i = end + 1;
  return TRUE;
}

/* 14 digits "." pid, or seconds "-" pid. */
static gboolean append_send_email(GString *out, const char *msgid) {
  gsize time = skip_digits(msgid, 0), pid, i;

  if (time < 9 || (msgid[time] != '.' && msgid[time] != '-'))
    return FALSE;
  pid = skip_digits(msgid, time + 1);
  i = pid;
  if (pid == time + 1 || !skip_counter(msgid, &i))
    return FALSE;
  lb_text_append(out, msgid, pid);
  lb_text_append(out, "-", 1);
  lb_text_append_string(out, msgid + i);
  return TRUE;
}

static gboolean append_format_patch(GString *out, const char *msgid) {
  gsize first = 0, time;

  if (g_str_has_prefix(msgid, "cover."))
    first = 5;
  else
    while (g_ascii_isxdigit(msgid[first]))
      first++;
  if (first < 5 || msgid[first] != '.')
    return FALSE;
  time = skip_digits(msgid, first + 1);
  if (time < first + 10 || !g_str_has_prefix(msgid + time, ".git."))
    return FALSE;
  lb_text_append_string(out, msgid + first);
  return TRUE;
}

/* The topic is free text: the counter is the last "-n-" before twelve hex digits. */
static gboolean append_b4(GString *out, const char *msgid) {
  const char *at = strchr(msgid, '@');
  gsize end = at ? (gsize)(at - msgid) : 0, hash = end, counter;

  if (skip_digits(msgid, 0) != 8 || msgid[8] != '-')
    return FALSE;
  while (hash > 0 && g_ascii_isxdigit(msgid[hash - 1]))
    hash--;
  if (end - hash < 7 || hash < 2 || msgid[hash - 1] != '-')
    return FALSE;
  counter = hash - 1;
  while (counter > 0 && g_ascii_isdigit(msgid[counter - 1]))
    counter--;
  if (counter == hash - 1 || counter < 10 || msgid[counter - 1] != '-')
    return FALSE;
  lb_text_append(out, msgid, counter);
  lb_text_append_string(out, msgid + hash - 1);
  return TRUE;
}

gboolean lb_stem_append(GString *out, const char *msgid) {
  return append_send_email(out, msgid) || append_b4(out, msgid) || append_format_patch(out, msgid);
}
