/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/reply.h"
#include <string.h>

struct LbReplies {
  GPtrArray *mails;      /* of const LbMail, by date, then id */
  GHashTable *places;    /* const LbMail -> place + 1 */
  LbThreads *threads;
  GPtrArray **children;  /* by place; NULL: none */
};

static gint compare_mails(gconstpointer a, gconstpointer b) {
  const LbMail *one = *(const LbMail *const *)a, *other = *(const LbMail *const *)b;
  /* LB_TIME_UNKNOWN is the smallest number: an unknown date comes first, always in the same place. */
  if (one->date != other->date)
    return one->date < other->date ? -1 : 1;
  return strcmp(one->msgid, other->msgid);
}

LbReplies *lb_replies_build(const GPtrArray *mails) {
  LbReplies *replies = g_new0(LbReplies, 1);
  replies->mails = g_ptr_array_sized_new(mails->len);
  for (guint i = 0; i < mails->len; i++)
    if (!((const LbMail *)g_ptr_array_index(mails, i))->duplicate_of)
      g_ptr_array_add(replies->mails, g_ptr_array_index(mails, i));
  g_ptr_array_sort(replies->mails, compare_mails);
  replies->places = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < replies->mails->len; i++)
    g_hash_table_insert(replies->places, g_ptr_array_index(replies->mails, i), GUINT_TO_POINTER(i + 1));
  replies->threads = lb_threads_build(replies->mails);
  replies->children = g_new0(GPtrArray *, replies->mails->len);
  for (guint i = 0; i < replies->mails->len; i++) {
    guint parent = replies->threads->parent[i];
    if (parent == LB_NO_MAIL)
      continue;
    if (!replies->children[parent])
      replies->children[parent] = g_ptr_array_new();
    g_ptr_array_add(replies->children[parent], g_ptr_array_index(replies->mails, i));
  }
  return replies;
}

void lb_replies_free(LbReplies *replies) {
  if (!replies)
    return;
  for (guint i = 0; i < replies->mails->len; i++)
    if (replies->children[i])
      g_ptr_array_unref(replies->children[i]);
  g_free(replies->children);
  lb_threads_free(replies->threads);
  g_hash_table_unref(replies->places);
  g_ptr_array_unref(replies->mails);
  g_free(replies);
}

static guint find_place(const LbReplies *replies, const LbMail *mail) {
  return GPOINTER_TO_UINT(g_hash_table_lookup(replies->places, mail)) - 1;
}

const LbMail *lb_replies_find_parent(const LbReplies *replies, const LbMail *mail) {
  guint place = find_place(replies, mail), parent;
  if (place == LB_NO_MAIL || (parent = replies->threads->parent[place]) == LB_NO_MAIL)
    return NULL;
  return g_ptr_array_index(replies->mails, parent);
}

const LbMail *lb_replies_get_root(const LbReplies *replies, const LbMail *mail) {
  for (const LbMail *parent; (parent = lb_replies_find_parent(replies, mail));)
    mail = parent;
  return mail;
}

const GPtrArray *lb_replies_get_children(const LbReplies *replies, const LbMail *mail) {
  guint place = find_place(replies, mail);
  return place == LB_NO_MAIL ? NULL : replies->children[place];
}

const LbMail *lb_replies_find_posted(const LbReplies *replies, const LbCollection *collection, const LbMail *mail) {
  for (; mail; mail = lb_replies_find_parent(replies, mail))
    if (g_hash_table_contains(collection->by_mail, mail))
      return mail;
  return NULL;
}
