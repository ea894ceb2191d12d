/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which maildir a mail goes to: by the name of a list, or by the List-Id fields of its header, as
 * listbrief.conf has it.  Of the configuration nothing else is looked at, so that a mistake in what reports
 * need keeps no mail waiting; what can't be read as a key file at all is refused.  Allocates nothing, for the
 * hook; prints nothing.
 */
#pragma once
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define LB_ROUTE_MAX_HEADER 65536
#define LB_ROUTE_MAX_CONFIG 262144
#define LB_ROUTE_MAX_NAME 256

typedef struct {
  char config[PATH_MAX];        /* the file that was read */
  char maildir[PATH_MAX];       /* the result */
  char mistake[PATH_MAX + 256]; /* what is wrong, where a function returned FALSE */
} LbRoute;

/* Finds and reads the configuration; named: --config, or NULL. */
bool lb_route_read(LbRoute *route, const char *named);
/* The bytes of the configuration that was read last. */
const char *lb_route_get_bytes(size_t *length);
/* Reads it, and refuses it for a line that can't be understood. */
bool lb_route_open(LbRoute *route, const char *named);
/* maildir of `[list NAME]`. */
bool lb_route_choose_list(LbRoute *route, const char *name);
/* maildir of the list of the first List-Id that is configured, else the one for mail of no list. */
bool lb_route_choose_by_header(LbRoute *route, const char *header, size_t length);

/* Where the configuration is looked for, in order: FALSE when there is no such place.  Also for what reads
 * all of it. */
bool lb_route_format_config_path(unsigned i, char *path, size_t size);
/* Where mail goes if nothing is said: name NULL for mail of no list.  FALSE if no home is known or name is no
 * file name. */
bool lb_route_format_maildir(const char *name, char *path, size_t size);
/* A path as the configuration has it: absolute, or "~/" and what lies in the home.  FALSE for others. */
bool lb_route_expand_path(const char *written, char *path, size_t size);
