/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/pages.h"
#include <sys/mman.h>

void lb_pages_advise(gpointer memory, gsize size) {
#ifdef MADV_HUGEPAGE
  gsize before = -(guintptr)memory & (LB_HUGE_PAGE - 1);
  if (before < size && size - before >= LB_HUGE_PAGE)
    madvise((char *)memory + before, (size - before) & ~(LB_HUGE_PAGE - 1), MADV_HUGEPAGE);
#else
  (void)memory, (void)size;
#endif
}

gpointer lb_pages_new(gsize size) {
  gsize room = size + LB_HUGE_PAGE;
  char *pages = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    g_error("no memory for %" G_GSIZE_FORMAT " bytes", size);
  /* A huge page begins at a multiple of its size. */
  gsize before = -(guintptr)pages & (LB_HUGE_PAGE - 1);
  if (before)
    munmap(pages, before);
  munmap(pages + before + size, room - before - size);
  lb_pages_advise(pages + before, size);
  return pages + before;
}

void lb_pages_free(gpointer pages, gsize size) {
  munmap(pages, size);
}
