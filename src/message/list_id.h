/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ids in the List-Id fields (RFC 2919) at the beginning of a mail, for who must file it before anything
 * else is known of it, and may not allocate.  Facts of mails have theirs from message.c, by the same reading.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define LB_LIST_ID_MAX 1024

typedef struct {
  const char *next, *end;
} LbListIdSearch;

/* Passes over byte order mark, empty lines and From_ line.  bytes may end anywhere in the mail. */
void lb_list_id_init(LbListIdSearch *search, const char *bytes, size_t length);
/* The next field's id in lower case (ASCII), of the fields that end within the bytes; longer ones are passed
 * over. */
bool lb_list_id_next(LbListIdSearch *search, char *id, size_t size);
/* Whether the bytes hold the empty line that ends the header.  *seen, 0 at first, is what needn't be looked
 * at again when there are more bytes. */
bool lb_list_id_find_body(const char *bytes, size_t length, size_t *seen);
