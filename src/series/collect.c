/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/collect.h"

static void free_posting(gpointer data)
{
  LbPosting *posting = data;

  g_ptr_array_unref(posting->patches);
  g_free(posting);
}

/* NEEDSWORK: every patch a posting of its own; the grouping follows. */
LbCollection *lb_collection_build(const GPtrArray *mails)
{
  LbCollection *collection = g_new0(LbCollection, 1);

  collection->postings = g_ptr_array_new_with_free_func(free_posting);
  collection->by_mail = g_hash_table_new(NULL, NULL);
  collection->covers = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    LbPosting *posting;

    if (mail->duplicate_of || mail->removes || mail->mail_class != LB_CLASS_PATCH)
      continue;
    posting = g_new0(LbPosting, 1);
    posting->patches = g_ptr_array_new();
    g_ptr_array_add(posting->patches, (gpointer)mail);
    posting->first = mail;
    posting->version = mail->parsed.version;
    posting->total = 1;
    posting->date = mail->date;
    g_ptr_array_add(collection->postings, posting);
    g_hash_table_insert(collection->by_mail, (gpointer)mail, posting);
  }
  return collection;
}

void lb_collection_free(LbCollection *collection)
{
  if (!collection)
    return;
  g_hash_table_unref(collection->by_mail);
  g_hash_table_unref(collection->covers);
  g_ptr_array_unref(collection->postings);
  g_free(collection);
}

LbClass lb_collection_get_class(const LbCollection *collection, const LbMail *mail)
{
  return g_hash_table_contains(collection->covers, mail) ? LB_CLASS_COVER : mail->mail_class;
}

int *lb_posting_build_missing(const LbPosting *posting)
{
  return g_new0(int, posting->n_missing + 1);
}
