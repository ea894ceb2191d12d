/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reports did to the mails of a store: which one counted each, what was told, what was printed. */
#include "store/save.h"
#include "store/seal.h"
#include "store/stored_mails.h"

static gboolean count_range(LbStore *store, const LbCountedRange *range, GError **error) {
  return lb_database_run(store, error, "INSERT INTO counted VALUES (?, ?, ?)", "iii", range->first,
                         range->last, (gint64)range->report) &&
         lb_database_run(store, error, "DELETE FROM text WHERE mail BETWEEN ? AND ?", "ii", range->first,
                         range->last);
}

/* The mails that weren't counted and are now, in ranges as long as can be. */
static gboolean count_block(LbStore *store, const LbStoredMails *stored, const LbMailBlock *block,
                            LbCountedRange *range, GError **error) {
  for (guint i = 0; i < block->n; i++) {
    const LbMail *mail = &block->mails[i];
    gint64 id = block->first + i;
    if (!mail->msgid || mail->report == LB_REPORT_PENDING ||
        lb_counted_find(stored->counted, id) != LB_REPORT_PENDING)
      continue;
    if (range->last == id - 1 && range->report == mail->report) {
      range->last = id;
      continue;
    }
    if (range->last >= 0 && !count_range(store, range, error))
      return FALSE;
    *range = (LbCountedRange){id, id, mail->report};
  }
  return TRUE;
}

gboolean lb_store_save_counted(LbStore *store, const LbStoredMails *stored, GError **error) {
  LbCountedRange range = {-2, -2, 0};

  for (guint i = 0; i < stored->blocks->len; i++)
    if (!count_block(store, stored, &g_array_index(stored->blocks, LbMailBlock, i), &range, error))
      return FALSE;
  return range.last < 0 || count_range(store, &range, error);
}

gboolean lb_store_save_told(LbStore *store, const LbStoredMails *mails, const LbMail *mail, guint told,
                            GError **error) {
  return lb_database_run(store, error,
                         "INSERT INTO told VALUES (?1, ?2) ON CONFLICT (mail) DO UPDATE SET told=told|?2",
                         "ii", lb_stored_mails_find_id(mails, mail), (gint64)told);
}

gboolean lb_store_save_printed(LbStore *store, const char *key, const char *subject, guint32 number,
                               GError **error) {
  guint8 digest[32];
  LbBlob blob = lb_printed_key(key, digest);

  lb_seals_note(store, "printed");
  return lb_database_run(store, error, "INSERT OR IGNORE INTO printed VALUES (?, ?, ?)", "bti", &blob,
                         subject, (gint64)number);
}

gboolean lb_store_save_hashes(LbStore *store, const LbStoredMails *mails, const LbMail *mail,
                              const LbMailHashes *hashes, GError **error) {
  LbBlob content = {hashes->content, sizeof hashes->content}, raw = {hashes->raw, sizeof hashes->raw};

  return lb_database_run(store, error, "REPLACE INTO hash VALUES (?, ?, ?)", "ibb",
                         lb_stored_mails_find_id(mails, mail), &content, &raw);
}
