/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series_unit.h"
#include <glib/gstdio.h>
#include <unistd.h>
#include "base/error.h"

gint64 unit_until;
const char *unit_mailmap;
static LbArena *arena;
static LbParser *parser;

int unit_series_setup(void **state) {
  (void)state;
  unit_until = LB_TIME_UNKNOWN;
  unit_mailmap = NULL;
  if (arena)
    return 0;
  lb_message_init();
  arena = lb_arena_new();
  parser = lb_parser_new(arena, NULL, 0, LB_WANT_PATCH_ID, HOUR(100000));
  return 0;
}

int unit_series_teardown(void **state) {
  (void)state;
  lb_parser_free(parser);
  lb_arena_free(arena);
  lb_message_shutdown();
  return 0;
}

static void append_diff(GString *raw, const char *change) {
  const char *colon = strchr(change, ':');
  g_autofree char *file = colon ? g_strndup(change, (gsize)(colon - change)) : g_strdup("a.c");
  g_string_append_printf(raw, "---\n %s | 1 +\n 1 file changed, 1 insertion(+)\n\n", file);
  g_string_append_printf(raw, "diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1 +1,2 @@\n x\n+%s\n", file,
                         file, file, file, colon ? colon + 1 : change);
}

LbMail *unit_series_build_mail(const Row *row) {
  g_autoptr(GString) raw = g_string_new(NULL);
  g_string_append_printf(raw, "From: %s\nSubject: %s\nMessage-ID: <%s@example.org>\n",
                         row->from ? row->from : "Ann Author <ann@example.org>", row->subject, row->id);
  if (row->hour >= 0) {
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(HOUR(row->hour));
    g_autofree char *text = g_date_time_format(date, "%d %b %Y %H:%M:%S +0000");
    g_string_append_printf(raw, "Date: %s\n", text);
  }
  if (row->answers)
    g_string_append_printf(raw, "In-Reply-To: <%s@example.org>\n", row->answers);
  g_string_append_printf(raw, "\n%s\n", row->text ? row->text : "A line.");
  if (row->change)
    append_diff(raw, row->change);
  const LbRawMail bytes = {.bytes = raw->str, .length = raw->len};
  LbMail *mail = lb_parser_parse(parser, &bytes);
  assert_non_null(mail);
  return mail;
}

static LbMailmap *load_mailmap(void) {
  g_autofree char *path = NULL;
  if (!unit_mailmap)
    return NULL;
  int fd = g_file_open_tmp("listbrief-unit-XXXXXX", &path, NULL);
  assert_true(fd >= 0);
  close(fd);
  assert_true(g_file_set_contents(path, unit_mailmap, -1, NULL));
  LbMailmap *mailmap = lb_mailmap_load(path, NULL);
  assert_int_equal(g_unlink(path), 0);
  assert_non_null(mailmap);
  return mailmap;
}

void unit_series_shuffle(GPtrArray *mails, GRand *random) {
  for (guint i = mails->len; i > 1; i--) {
    guint j = (guint)g_rand_int_range(random, 0, (gint32)i);
    gpointer swap = mails->pdata[j];
    mails->pdata[j] = mails->pdata[i - 1];
    mails->pdata[i - 1] = swap;
  }
}

void unit_series_check(const Row *rows, DescribeFunc describe, const char *wanted) {
  g_autoptr(GPtrArray) mails = g_ptr_array_new();
  g_autoptr(GRand) random = g_rand_new_with_seed(4242);
  g_autoptr(LbMailmap) mailmap = load_mailmap();
  g_autofree char *first = NULL;
  for (; rows->id; rows++)
    g_ptr_array_add(mails, unit_series_build_mail(rows));
  for (int i = 0; i < 20; i++) {
    g_autoptr(LbCollection) collection = lb_collection_build(mails, 2);
    g_autoptr(LbOverview) overview = lb_overview_build(collection, mails, mailmap, unit_until, 30);
    g_autoptr(GString) out = g_string_new(NULL);
    describe(out, overview);
    if (!wanted)
      wanted = first = g_strdup(out->str);
    assert_string_equal(out->str, wanted);
    unit_series_shuffle(mails, random);
  }
}

void unit_series_run(const Row *rows, guint n_rows, void (*func)(const LbOverview *overview)) {
  g_autoptr(GPtrArray) mails = g_ptr_array_new();
  for (guint i = 0; i < n_rows; i++)
    g_ptr_array_add(mails, unit_series_build_mail(rows + i));
  g_autoptr(LbCollection) collection = lb_collection_build(mails, 2);
  g_autoptr(LbOverview) overview = lb_overview_build(collection, mails, NULL, unit_until, 30);
  func(overview);
}

char *unit_series_get_id(const LbMail *mail) {
  return g_strndup(mail->msgid, strcspn(mail->msgid, "@"));
}

const LbPosting *unit_series_find(const LbOverview *overview, const char *id) {
  for (guint i = 0; i < overview->collection->mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(overview->collection->mails, i);
    g_autofree char *own = unit_series_get_id(mail);
    if (!strcmp(own, id))
      return lb_collection_find_posting(overview->collection, mail);
  }
  return NULL;
}
