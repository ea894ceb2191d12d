/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of libgit2 that are called: those that read objects load it, those of ids need nothing. */
#include <git2.h>
#include <git2/errors.h>
#include <git2/sys/odb_backend.h>
#include <stdarg.h>
#include <string.h>
#include "config.h"
#include "source/late.h"

static LbLate library = {.file = LATE_LIBGIT2};

gboolean lb_late_load_git(const char **failure) {
  return lb_late_load(&library, failure);
}

/* Frees nothing where nothing was ever made. */
#define LATE_FREE(name, type)                                                                                \
  static void late_##name(type *data) {                                                                      \
    static void (*function)(type *);                                                                         \
    if (!g_atomic_pointer_get(&function))                                                                    \
      g_atomic_pointer_set(&function, lb_late_find(&library, #name));                                        \
    function(data);                                                                                          \
  }                                                                                                          \
  void name(type *data) {                                                                                    \
    if (data)                                                                                                \
      late_##name(data);                                                                                     \
  }

LATE(int, git_libgit2_init, (void), ())
LATE(const git_error *, git_error_last, (void), ())
LATE(int, git_error_set_str, (int class, const char *text), (class, text))
LATE(git_object_t, git_object_string2type, (const char *text), (text))
LATE(int, git_odb_new, (git_odb * *out), (out))
LATE_FREE(git_odb_free, git_odb)
LATE(int, git_odb_add_backend, (git_odb * odb, git_odb_backend *backend, int priority),
     (odb, backend, priority))
LATE(int, git_odb_backend_pack, (git_odb_backend * *out, const char *folder), (out, folder))
LATE(int, git_odb_backend_loose,
     (git_odb_backend * *out, const char *folder, int level, int do_fsync, unsigned int folder_mode,
      unsigned int file_mode),
     (out, folder, level, do_fsync, folder_mode, file_mode))
LATE(int, git_odb_init_backend, (git_odb_backend * backend, unsigned int version), (backend, version))
LATE(void *, git_odb_backend_data_alloc, (git_odb_backend * backend, size_t size), (backend, size))
LATE(void, git_odb_backend_data_free, (git_odb_backend * backend, void *data), (backend, data))
LATE(int, git_odb_exists_prefix, (git_oid * out, git_odb *odb, const git_oid *id, size_t length),
     (out, odb, id, length))
LATE(int, git_odb_read, (git_odb_object * *out, git_odb *odb, const git_oid *id), (out, odb, id))
LATE(int, git_odb_read_header, (size_t * size, git_object_t *type, git_odb *odb, const git_oid *id),
     (size, type, odb, id))
LATE(const void *, git_odb_object_data, (git_odb_object * object), (object))
LATE(size_t, git_odb_object_size, (git_odb_object * object), (object))
LATE(git_object_t, git_odb_object_type, (git_odb_object * object), (object))
LATE_FREE(git_odb_object_free, git_odb_object)

/* Of the options that exist, those with one number. */
int git_libgit2_opts(int option, ...) {
  int (*function)(int, ...) = (int (*)(int, ...))lb_late_find(&library, "git_libgit2_opts");
  va_list arguments;
  va_start(arguments, option);
  gboolean takes_size = option == GIT_OPT_SET_MWINDOW_SIZE || option == GIT_OPT_SET_MWINDOW_MAPPED_LIMIT;
  int code =
      takes_size ? function(option, va_arg(arguments, size_t)) : function(option, va_arg(arguments, int));
  va_end(arguments);
  return code;
}

int git_oid_cpy(git_oid *out, const git_oid *from) {
  memcpy(out->id, from->id, sizeof out->id);
  return 0;
}

int git_oid_fromraw(git_oid *out, const unsigned char *raw) {
  memcpy(out->id, raw, sizeof out->id);
  return 0;
}

int git_oid_equal(const git_oid *a, const git_oid *b) {
  return memcmp(a->id, b->id, sizeof a->id) == 0;
}

/* Of as many hex digits; 0: alike. */
int git_oid_ncmp(const git_oid *a, const git_oid *b, size_t length) {
  size_t n = MIN(length, 2 * sizeof a->id);
  return memcmp(a->id, b->id, n / 2) != 0 || (n % 2 && (a->id[n / 2] ^ b->id[n / 2]) > 0xf);
}

/* What is shorter than an id is followed by zeros. */
int git_oid_fromstrn(git_oid *out, const char *text, size_t length) {
  memset(out->id, 0, sizeof out->id);
  if (length == 0 || length > 2 * sizeof out->id)
    return GIT_ERROR;
  for (size_t i = 0; i < length; i++) {
    int digit = g_ascii_xdigit_value(text[i]);
    if (digit < 0)
      return GIT_ERROR;
    out->id[i / 2] |= (unsigned char)(i % 2 ? digit : digit << 4);
  }
  return 0;
}

int git_oid_fromstrp(git_oid *out, const char *text) {
  return git_oid_fromstrn(out, text, strlen(text));
}

char *git_oid_tostr(char *out, size_t size, const git_oid *id) {
  static const char hex[] = "0123456789abcdef";
  size_t n = size ? MIN(size - 1, 2 * sizeof id->id) : 0;
  for (size_t i = 0; i < n; i++)
    out[i] = hex[i % 2 ? id->id[i / 2] & 15 : id->id[i / 2] >> 4];
  if (size)
    out[n] = '\0';
  return out;
}
