/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "series/reply.h"

struct LbReplies {
  const LbCollection *collection;
  guint *posted; /* by place: that of the posting; LB_NO_MAIL: none */
};

static const LbMail *get_mail(const LbReplies *replies, guint place) {
  return g_ptr_array_index(replies->collection->mails, place);
}

#define NOT_YET (LB_NO_MAIL - 1)

/* What holds for a mail's parent, which is known, holds for the mail. */
static void settle(LbReplies *replies, guint place) {
  guint parent = replies->collection->threads->parent[place];
  if (replies->collection->number_of[place])
    replies->posted[place] = place;
  else
    replies->posted[place] = parent == LB_NO_MAIL ? LB_NO_MAIL : replies->posted[parent];
}

/* Each mail is passed once, however deep threads are; nearly always the parent came before it. */
static void find_posted(LbReplies *replies) {
  const LbThreads *threads = replies->collection->threads;
  g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(guint));
  for (guint i = 0; i < threads->n; i++)
    replies->posted[i] = NOT_YET;
  for (guint i = 0; i < threads->n; i++) {
    guint x = threads->parent[i];
    for (; x != LB_NO_MAIL && replies->posted[x] == NOT_YET; x = threads->parent[x])
      g_array_append_val(path, x);
    for (; path->len > 0; g_array_set_size(path, path->len - 1))
      settle(replies, g_array_index(path, guint, path->len - 1));
    settle(replies, i);
  }
}

LbReplies *lb_replies_build(const LbCollection *collection) {
  LbReplies *replies = g_new0(LbReplies, 1);
  guint n = collection->mails->len;
  replies->collection = collection;
  replies->posted = g_new(guint, n);
  find_posted(replies);
  return replies;
}

void lb_replies_free(LbReplies *replies) {
  if (!replies)
    return;
  g_free(replies->posted);
  g_free(replies);
}

const LbMail *lb_replies_find_parent(const LbReplies *replies, const LbMail *mail) {
  guint place = lb_collection_find_place(replies->collection, mail), parent;
  if (place == LB_NO_MAIL || (parent = replies->collection->threads->parent[place]) == LB_NO_MAIL)
    return NULL;
  return get_mail(replies, parent);
}

const LbMail *lb_replies_find_posted(const LbReplies *replies, const LbMail *mail) {
  guint place = lb_collection_find_place(replies->collection, mail);
  if (place == LB_NO_MAIL || replies->posted[place] == LB_NO_MAIL)
    return NULL;
  return get_mail(replies, replies->posted[place]);
}
