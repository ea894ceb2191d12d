/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Libraries that few runs need, loaded when the first function of theirs is called.  libgit2 and libarchive
 * bring 26 others along, GMime eleven, which take the loader longer than all the rest of the program
 * together.
 *
 * Callers include the library's own headers and call its functions: late_*.c, each at the library's home,
 * define them.  Where configure found no names to load them by, the program is linked with them, and these
 * two say that they are there.
 */
#pragma once
#include <glib.h>

/* FALSE with what the loader said if it isn't there: to be asked before the first function is called. */
gboolean lb_late_load_git(const char **failure);
gboolean lb_late_load_archive(const char **failure);

/* For late_*.c alone: a library's state, and its functions by name. */
typedef struct {
  const char *file;
  const char *begin; /* its function that is called before all others; NULL: there is none */
  gpointer handle;
  const char *failure;
  GMutex lock;
} LbLate;
gboolean lb_late_load(LbLate *late, const char **failure);
gpointer lb_late_find(LbLate *late, const char *name);

/* Before this file: LATE_HIDDEN where the library's header leaves it open who sees its functions.  Else the
 * library would call ours, in a program that exports what it has, where it means its own. */
#ifdef LATE_HIDDEN
#define LATE_SCOPE __attribute__((visibility("hidden")))
#else
#define LATE_SCOPE
#endif

/* A function of `library`, the file's own LbLate: the header that it is from checks the prototype. */
#define LATE(type, name, parameters, arguments)                                                              \
  LATE_SCOPE type name parameters {                                                                          \
    static type(*function) parameters;                                                                       \
    if (!g_atomic_pointer_get(&function))                                                                    \
      g_atomic_pointer_set(&function, lb_late_find(&library, #name));                                        \
    return function arguments;                                                                               \
  }
