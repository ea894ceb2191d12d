/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private to store/: mails on their way into the open transaction, gathered into batches. */
#pragma once
#include "store/database.h"

/* Writes what is still in memory; nothing if there is nothing. */
gboolean lb_saving_flush(LbStore *store, GError **error);
void lb_saving_free(LbSaving *saving);

/* Over all that a row of the table batch says. */
guint64 lb_batch_sum(gint64 first, guint n, LbBlob keys, LbBlob places, LbBlob facts);
/* Of a page, an id and its bytes. */
guint64 lb_page_sum(gint64 id, LbBlob bytes);
/* What stands for a Message-ID in keys and in the table kept. */
guint64 lb_msgid_key(const char *msgid);

#define LB_PAGE_ID(source, kind, number) ((gint64)(source) << 32 | (gint64)(kind) << 28 | (gint64)(number))
#define LB_PAGE_ID_KIND(id) ((LbPageKind)((id) >> 28 & 15))
#define LB_PAGE_ID_NUMBER(id) ((guint32)((id)&0xfffffff))
