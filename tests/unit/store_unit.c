/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store_unit.h"
#include <glib/gstdio.h>
#include "base/period.h"
#include "store/history.h"

#define NOW G_GINT64_CONSTANT(1893456000)

char *store_folder;
static LbArena *arena;
static GPtrArray *mails;
static LbParser *parser;
static LbSpool *spool;

int store_setup(void **state) {
  (void)state;
  store_folder = g_dir_make_tmp("listbrief-XXXXXX", NULL);
  arena = lb_arena_new();
  spool = lb_spool_new(0);
  parser = lb_parser_new(arena, spool, 0, LB_WANT_RECIPIENTS | LB_WANT_MESSAGE | LB_WANT_PATCH_ID, NOW);
  mails = g_ptr_array_new();
  return store_folder ? 0 : -1;
}

int store_teardown(void **state) {
  g_autoptr(GDir) folder = g_dir_open(store_folder, 0, NULL);
  const char *name;

  (void)state;
  while (folder && (name = g_dir_read_name(folder))) {
    g_autofree char *path = store_path(name);
    g_unlink(path);
  }
  g_rmdir(store_folder);
  g_clear_pointer(&store_folder, g_free);
  g_clear_pointer(&mails, g_ptr_array_unref);
  g_clear_pointer(&parser, lb_parser_free);
  g_clear_pointer(&spool, lb_spool_free);
  g_clear_pointer(&arena, lb_arena_free);
  return 0;
}

char *store_path(const char *name) {
  return g_build_filename(store_folder, name, NULL);
}

static const char *const bodies[] = {
    /* a patch with trailers, notes, a link and a diff */
    "Say why.\n\nReviewed-by: R\xc3\xb6sle Review <r@example.org>\nSigned-off-by: A "
    "<a@example.org>\nChange-Id: I%u\n"
    "---\nv1: https://lore.kernel.org/all/m%u@example.org/\n\n a.c | 2 +-\n 1 file changed, 1 insertion(+), 1"
    " deletion(-)\n\ndiff --git a/dir%u/a.c b/dir%u/a.c\n--- a/dir%u/a.c\n+++ b/dir%u/a.c\n@@ -1 +1 "
    "@@\n-old\n+new\n",
    /* a review */
    "> Say why.\n\nReviewed-by: B <b@example.net>\nTested-by: Somebody Else <c%u@example.net>\n",
    /* thanks */
    "Applied to next, thanks!\n\n[1/1] it is done\n      commit: 0123456789ab%04u\n",
    /* a pull request */
    "The following changes since commit 1234567890123456789012345678901234567890:\n\n  Linux (%u)\n\nare "
    "available in"
    " the Git repository at:\n\n  https://git.example.org/tree.git tags/for-%u\n\nfor you to fetch changes "
    "up to"
    " 0987654321098765432109876543210987654321:\n\n  done\n",
    "Just words %u.\n",
};

char *store_mail_text(guint i) {
  static const char *const subjects[] = {
      "[PATCH v%u %u/9] it: is done %u", "Re: [PATCH v%u %u/9] it: is done %u",
      "Re: [PATCH v%u %u/9] it: is done %u", "[GIT PULL] fixes %u, %u and %u", "A question %u %u %u"};
  GString *text = g_string_new(NULL);
  guint kind = i % G_N_ELEMENTS(bodies);

  g_string_append_printf(text,
                         "From: \"Author %u\" <a%u@example.org>\nTo: list@example.org\nCc: B <b@example.net>,"
                         " c%u@example.com\nList-Id: <list%s.example.org>\nMessage-ID: <m%u@example.org>\n",
                         i % 7, i % 7, i % 13, i % 50 == 49 ? "-two" : "", i);
  if (i % 11)
    g_string_append_printf(text, "Date: Mon, %u Jan 2025 10:%02u:00 +0000\n", 1 + i % 28, i % 60);
  if (kind == 1 || kind == 2)
    g_string_append_printf(
        text, "In-Reply-To: <m%u@example.org>\nReferences: <gone@example.org> <m%u@example.org>\n", i - 1,
        i - 1);
  g_string_append(text, "Subject: ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_string_append_printf(text, subjects[kind], 1 + i % 3, 1 + i % 9, i / 5);
  g_string_append(text, "\n\n");
  g_string_append_printf(text, bodies[kind], i, i, i % 17, i % 17, i % 17, i % 17);
#pragma GCC diagnostic pop
  return g_string_free(text, FALSE);
}

const LbMail *store_mail(guint i) {
  while (mails->len <= i) {
    g_autofree char *text = store_mail_text(mails->len);
    LbRawMail raw = {.bytes = text, .length = strlen(text)};
    raw.locator = (LbLocator){.file = "list.mbox", .offset = 1000 * mails->len, .length = raw.length};
    LbMail *mail = lb_parser_parse(parser, &raw);
    mail->report = LB_REPORT_PENDING;
    g_ptr_array_add(mails, mail);
  }
  return g_ptr_array_index(mails, i);
}

/* As source/locator.c has an mbox's. */
static guint format_place(guint64 offset, guint8 place[16]) {
  guint n = 0;

  place[n++] = 'o';
  for (; offset >= 128; offset >>= 7)
    place[n++] = (guint8)(offset | 128);
  place[n++] = (guint8)offset;
  return n;
}

gboolean store_try_save(LbStore *store, const char *spec, guint first, guint end, GError **error) {
  guint32 source;

  if (!lb_store_begin(store, error))
    return FALSE;
  gboolean done = lb_store_get_source(store, spec, &source, NULL, error);
  for (guint i = first; done && i < end; i++) {
    const LbMail *mail = store_mail(i);
    g_autofree char *message =
        lb_spool_read(spool, mail->details->message.offset, mail->details->message.length, NULL);
    guint8 place[16];
    guint length = format_place(mail->origin.offset, place);
    done = lb_store_save_mail(store, source, mail, place, length, message, error);
  }
  g_autofree char *position = g_strdup_printf("%u", end);
  if (done && lb_store_set_position(store, source, position, error))
    return lb_store_commit(store, error);
  lb_store_rollback(store);
  return FALSE;
}

void store_save(LbStore *store, const char *spec, guint first, guint end) {
  g_autoptr(GError) error = NULL;

  if (!store_try_save(store, spec, first, end, &error))
    fail_msg("%s", error->message);
}

LbStoredMails *store_load(LbStore *store, const char *spec, GError **error) {
  guint32 source;
  LbStoreFilter filter = {.sources = &source, .n_sources = 1, .until = LB_TIME_UNKNOWN};

  filter.wants = LB_WANT_RECIPIENTS;
  filter.jobs = 2;
  return lb_store_find_source(store, spec, &source, NULL, error) ? lb_store_load(store, &filter, error)
                                                                 : NULL;
}

static void count_some(LbStore *store) {
  LbReportRecord record = {.number = 1,
                           .since = 1000,
                           .until = 2000,
                           .first = "2025-01-01",
                           .last = "2025-01-31",
                           .made = 3000,
                           .msgid = "r1@example.org"};
  g_autoptr(GError) error = NULL;
  g_autoptr(LbStoredMails) stored = store_load(store, "one", &error);

  assert_non_null(stored);
  GPtrArray *all = lb_stored_mails_get(stored);
  for (guint i = 0; i < all->len; i++)
    if (i % 10 != 9)
      ((LbMail *)g_ptr_array_index(all, i))->report = i < 40 ? 0 : 1;
  const LbMail *told = g_ptr_array_index(all, 50);
  assert_true(lb_store_begin(store, NULL) && lb_report_log_add(store, &record, "The report\n", 11, NULL) &&
              lb_store_save_counted(store, stored, NULL) &&
              lb_store_save_told(store, stored, told, LB_TOLD_POSTED, NULL) &&
              lb_store_save_printed(store, "some key", "[PATCH] some subject", 1, NULL) &&
              lb_store_save_hashes(store, stored, told, &(LbMailHashes){{1, 2, 3}, {4, 5, 6}}, NULL) &&
              lb_store_commit(store, NULL));
}

void store_make(const char *path) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LbStore) store = lb_store_open(path, LB_STORE_CREATE, &error);

  if (!store)
    fail_msg("%s", error->message);
  store_save(store, "one", 0, 300);
  store_save(store, "two", 300, 310);
  store_save(store, "one", 310, 320);
  count_some(store);
  assert_true(lb_store_begin(store, NULL) && lb_store_set_setting(store, "here", 5, NULL) &&
              lb_store_commit(store, NULL));
}

static void describe_mail(GString *out, LbStore *store, const LbStoredMails *stored, const LbMail *mail) {
  const LbDetails *details = mail->details;
  LbMailHashes hashes = {{0}, {0}};
  g_autofree char *text = lb_store_read_text(store, &details->message, NULL);

  lb_store_find_hashes(store, stored, mail, &hashes);
  g_string_append_printf(
      out,
      "%s %" G_GINT64_FORMAT " %s '%s' %s <%s> v%d %d/%d class %d report %u told %u at %" G_GUINT64_FORMAT
      "+%u %s diff %s %s cc %s given %s by %s hash %d text '%s'\n",
      mail->msgid, mail->date, mail->in_reply_to ? mail->in_reply_to : "-", mail->subject, mail->author->name,
      mail->author->email ? mail->author->email : "-", mail->parsed->version, mail->parsed->index,
      mail->parsed->total, mail->mail_class, mail->report, mail->told, mail->origin.offset,
      (guint)mail->origin.length, mail->list_ids[0] ? mail->list_ids[0] : "-",
      details->diff ? details->diff->paths[0] : "-", details->summary ? details->summary : "-",
      details->extras->cc ? details->extras->cc[0].email : "-", details->given ? details->given[0].name : "-",
      details->applied ? details->applied->rule : "-", hashes.content[0], text ? text : "!");
}

char *store_describe(LbStore *store, GError **error) {
  GError *local = NULL;
  g_autoptr(GPtrArray) specs = lb_store_list_sources(store, error);
  g_autoptr(GString) out = g_string_new(NULL);

  for (guint i = 0; specs && i < specs->len; i++) {
    g_autoptr(LbStoredMails) stored = store_load(store, g_ptr_array_index(specs, i), error);
    g_autofree char *position = NULL;
    guint32 source;
    if (!stored || !lb_store_find_source(store, g_ptr_array_index(specs, i), &source, &position, error))
      return NULL;
    g_string_append_printf(out, "%s at %s\n", (char *)g_ptr_array_index(specs, i), position);
    const GPtrArray *all = lb_stored_mails_get(stored);
    for (guint k = 0; k < all->len; k++)
      describe_mail(out, store, stored, g_ptr_array_index(all, k));
  }
  g_autoptr(LbReportRecord) record = specs ? lb_report_log_find(store, 0, &local) : NULL;
  GString *body = record ? lb_report_log_read_body(store, record->number, &local) : NULL;
  g_autofree char *printed = specs ? lb_store_find_printed(store, "some key") : NULL;
  if (!specs || local) {
    if (local)
      g_propagate_error(error, local);
    if (body)
      g_string_free(body, TRUE);
    return NULL;
  }
  if (record)
    g_string_append_printf(out, "report %u of %s to %s, %s: '%s', printed '%s'\n", record->number,
                           record->first, record->last, record->msgid, body->str, printed ? printed : "-");
  if (body)
    g_string_free(body, TRUE);
  return g_string_free(g_steal_pointer(&out), FALSE);
}
