/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/late.h"
#include "config.h"

#ifdef LATE_LIBRARIES
#include <dlfcn.h>

gboolean lb_late_load(LbLate *late, const char **failure) {
  g_mutex_lock(&late->lock);
  if (!late->handle && !late->failure) {
    late->handle = dlopen(late->file, RTLD_NOW | RTLD_LOCAL);
    if (!late->handle)
      late->failure = g_strdup(dlerror());
    void (*begin)(void) = late->handle && late->begin ? dlsym(late->handle, late->begin) : NULL;
    if (begin)
      begin();
  }
  if (late->failure && failure)
    *failure = late->failure;
  gboolean is_there = late->handle != NULL;
  g_mutex_unlock(&late->lock);
  return is_there;
}

/* The name to load it by stands for its interface: a function that was linked with is there. */
gpointer lb_late_find(LbLate *late, const char *name) {
  const char *failure = NULL;
  gpointer function = lb_late_load(late, &failure) ? dlsym(late->handle, name) : NULL;
  if (!function)
    g_error("no %s in %s: %s", name, late->file, failure ? failure : "another version");
  return function;
}
#else
gboolean lb_late_load_git(const char **failure) {
  (void)failure;
  return TRUE;
}

gboolean lb_late_load_archive(const char **failure) {
  (void)failure;
  return TRUE;
}
#endif
