/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/progress.h"
#include <stdio.h>
#include <unistd.h>

struct LbProgress {
  const char *what;
  gboolean is_shown; /* a line stands on the terminal */
  guint64 total, done;
  gint64 begun, last;
  GMutex lock;
};

LbProgress *lb_progress_new(const char *what, gboolean enabled) {
  if (!enabled || !isatty(STDERR_FILENO))
    return NULL;
  LbProgress *progress = g_new0(LbProgress, 1);
  progress->what = what;
  progress->begun = g_get_monotonic_time();
  g_mutex_init(&progress->lock);
  return progress;
}

void lb_progress_set_total(LbProgress *progress, guint64 total) {
  if (progress)
    progress->total = total;
}

static void show(LbProgress *progress, gint64 now) {
  progress->last = now;
  progress->is_shown = TRUE;
  if (progress->total)
    fprintf(stderr, "\r%s: %3u %%", progress->what,
            (guint)MIN(100, 100.0 * (double)progress->done / (double)progress->total));
  else
    fprintf(stderr, "\r%s: %" G_GUINT64_FORMAT, progress->what, progress->done);
  fflush(stderr);
}

void lb_progress_advance(LbProgress *progress, guint64 amount) {
  if (!progress)
    return;
  g_mutex_lock(&progress->lock);
  progress->done += amount;
  gint64 now = g_get_monotonic_time();
  if (now - progress->begun > G_USEC_PER_SEC && now - progress->last > G_USEC_PER_SEC / 5)
    show(progress, now);
  g_mutex_unlock(&progress->lock);
}

void lb_progress_free(LbProgress *progress) {
  if (!progress)
    return;
  if (progress->is_shown)
    fputs("\r\033[K", stderr);
  g_mutex_clear(&progress->lock);
  g_free(progress);
}
