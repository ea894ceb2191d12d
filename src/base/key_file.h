/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of a key file as GKeyFile reads it (groups, keys, comments, escapes), each with its number,
 * without memory of its own: the delivery hook must read its configuration where nothing can be allocated,
 * and who names a mistake must name its line.  Says nothing of what groups and keys mean.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef enum {
  LB_KEY_LINE_END,   /* no more */
  LB_KEY_LINE_GROUP, /* name: what stands in the brackets */
  LB_KEY_LINE_VALUE, /* name and value, the value with its escapes */
  LB_KEY_LINE_BAD,   /* neither, or a value before the first group: mistake says what */
} LbKeyLineKind;

typedef struct {
  LbKeyLineKind kind;
  unsigned number;                    /* 1 for the first */
  const char *name, *value, *mistake; /* the first two: pieces of the file's bytes, not NUL-terminated */
  size_t name_length, value_length;
} LbKeyLine;

typedef struct {
  const char *next, *end;
  unsigned number;
  bool is_in_group;
} LbKeyFile;

/* bytes stay the caller's and must outlive both. */
void lb_key_file_init(LbKeyFile *file, const char *bytes, size_t length);
/* The next line that is neither empty nor a comment; FALSE at the end. */
bool lb_key_file_next(LbKeyFile *file, LbKeyLine *line);

/* A value with its escapes undone (\s \n \t \r \\), NUL-terminated.  FALSE if it does not fit or an escape is
 * none. */
bool lb_key_file_decode(const char *value, size_t length, char *out, size_t size);
/* The same for one item of a value that is a list "a;b;c": *value and *length are moved behind it.  FALSE
 * when there are no more, or as above: *mistake tells which. */
bool lb_key_file_next_item(const char **value, size_t *length, char *out, size_t size, bool *mistake);
