/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/mail.h"
#include <string.h>
#include "base/hash.h"
#include "base/period.h"

static const char *const none[] = {NULL};
static const LbExtras no_extras = {.author_date = LB_TIME_UNKNOWN, .patch_offset = -1};
static const LbDetails no_details = {.extras = &no_extras};
static const LbSubject no_subject = {.tag = "",
                                     .prefix = none,
                                     .version = 1,
                                     .reroll = LB_NO_NUMBER,
                                     .index = LB_NO_NUMBER,
                                     .total = LB_NO_NUMBER};
static const LbPerson nobody = {"", NULL};

void lb_mail_init(LbMail *mail) {
  *mail = (LbMail){.date = LB_TIME_UNKNOWN,
                   .author = &nobody,
                   .sender = &nobody,
                   .subject = "",
                   .title = "",
                   .parsed = &no_subject,
                   .details = &no_details,
                   .list_ids = none,
                   .references = none};
}

LbMail *lb_mail_new(LbArena *arena) {
  LbMail *mail = lb_arena_alloc(arena, sizeof *mail);
  lb_mail_init(mail);
  return mail;
}

LbDetails *lb_mail_make_details(LbMail *mail, LbArena *arena) {
  if (mail->details == &no_details) {
    LbDetails *details = lb_arena_alloc(arena, sizeof *details);
    *details = no_details;
    mail->details = details;
  }
  return (LbDetails *)mail->details;
}

LbExtras *lb_mail_make_extras(LbMail *mail, LbArena *arena) {
  LbDetails *details = lb_mail_make_details(mail, arena);
  if (details->extras == &no_extras) {
    LbExtras *extras = lb_arena_alloc(arena, sizeof *extras);
    *extras = no_extras;
    details->extras = extras;
  }
  return (LbExtras *)details->extras;
}

guint32 lb_mail_hash_id(const char *msgid) {
  guint32 hash = lb_hash_string(msgid) >> 2;
  return hash ? hash : 1;
}

void lb_mail_set_locator(LbMail *mail, const LbLocator *locator, LbArena *arena) {
  gsize n = locator->id_size;
  mail->origin = (LbOrigin){.file = locator->file, .length = locator->length, .id_size = locator->id_size};
  if (!n) {
    mail->origin.offset = locator->offset;
    return;
  }
  guint8 *ids = lb_arena_alloc_bytes(arena, 2 * n);
  memcpy(ids, locator->commit, n);
  memcpy(ids + n, locator->blob, n);
  mail->origin.ids = ids;
}

LbLocator lb_mail_get_locator(const LbMail *mail) {
  const LbOrigin *origin = &mail->origin;
  gsize n = origin->id_size;
  LbLocator locator = {.file = origin->file, .length = origin->length, .id_size = origin->id_size};
  if (!n) {
    locator.offset = origin->offset;
    return locator;
  }
  memcpy(locator.commit, origin->ids, n);
  memcpy(locator.blob, origin->ids + n, n);
  return locator;
}
