/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * read_source [-jN] [-r RANGE] [-R] [-f] [-g] [-l] SPEC: reads all mails of a source as the intake does and prints
 * their number and a hash over all their bytes in archive order (line feeds at a mail's end left out, as mbox
 * can't keep them).  -f: fetches each mail once more and compares.  -g: packs are read by libgit2, too.  -l: lists
 * locators and lengths.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "source/source.h"

typedef struct {
  LbLocator locator;
  guint64 hash, length;
  gboolean removes;
} Seen;

typedef struct {
  LbUnit unit;
  GArray *mails;
} Work;

static GMutex lock;
static GPtrArray *all;
static gboolean hashes = TRUE;

static guint64 hash_bytes(const char *bytes, gsize length) {
  guint64 hash = 1469598103934665603u, word;
  for (; length >= 8; bytes += 8, length -= 8) {
    memcpy(&word, bytes, 8);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
  }
  for (; length > 0; length--)
    hash = (hash ^ (guint8)*bytes++) * 1099511628211u;
  return hash;
}

static gsize trim(const char *bytes, gsize length) {
  while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
    length--;
  return length;
}

static void take(const LbRawMail *mail, gpointer data) {
  Work *work = data;
  Seen seen = {.locator = mail->locator, .length = mail->length, .removes = mail->removes};
  if (hashes)
    seen.hash = hash_bytes(mail->bytes, trim(mail->bytes, mail->length));
  g_array_append_val(work->mails, seen);
}

static gpointer worker(gpointer data) {
  LbSource *source = data;
  g_autoptr(LbReader) reader = lb_reader_new();
  for (;;) {
    g_autoptr(GError) error = NULL;
    Work *work = g_new0(Work, 1);
    work->mails = g_array_new(FALSE, FALSE, sizeof(Seen));
    g_mutex_lock(&lock);
    gboolean more = lb_source_next(source, &work->unit, &error);
    if (more)
      g_ptr_array_add(all, work);
    g_mutex_unlock(&lock);
    if (!more) {
      if (error)
        fprintf(stderr, "%s\n", error->message);
      g_array_free(work->mails, TRUE);
      g_free(work);
      return NULL;
    }
    if (!lb_source_read(source, reader, &work->unit, take, work, &error))
      fprintf(stderr, "%s\n", error->message);
  }
}

static int compare(gconstpointer a, gconstpointer b) {
  const Work *x = *(Work *const *)a, *y = *(Work *const *)b;
  return (x->unit.number > y->unit.number) - (x->unit.number < y->unit.number);
}

static void print_diag(LbDiag diag, const char *where, const char *detail, gpointer data) {
  fprintf(stderr, "%s: %s: %s\n", lb_diag_get_name(diag), where, detail ? detail : "-");
}

int main(int argc, char **argv) {
  int jobs = 1, option;
  gboolean fetches = FALSE, lists = FALSE;
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  LbSourceOptions options = {.log = log};
  while ((option = getopt(argc, argv, "j:r:Rfgln")) >= 0) {
    if (option == 'j')
      jobs = atoi(optarg);
    else if (option == 'r')
      options.range = optarg;
    else if (option == 'R')
      options.recursive = TRUE;
    else if (option == 'f')
      fetches = TRUE;
    else if (option == 'g')
      options.by_libgit2_alone = TRUE;
    else if (option == 'n')
      hashes = FALSE;
    else
      lists = TRUE;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(LbSource) source = lb_source_open(argv[optind], &options, &error);
  if (!source) {
    fprintf(stderr, "error %d: %s\n", error->code, error->message);
    return 1;
  }
  all = g_ptr_array_new();
  GThread *threads[64];
  jobs = CLAMP(jobs, 1, 64);
  for (int i = 0; i < jobs; i++)
    threads[i] = g_thread_new("read", worker, source);
  for (int i = 0; i < jobs; i++)
    g_thread_join(threads[i]);
  g_ptr_array_sort(all, compare);
  g_autoptr(LbReader) reader = lb_reader_new();
  g_autoptr(GString) buffer = g_string_new(NULL);
  guint64 mails = 0, bytes = 0, sum = 0, again = 0, differ = 0;
  for (guint i = 0; i < all->len; i++) {
    Work *work = all->pdata[i];
    while (!lb_source_settle(source, i ? &((Work *)all->pdata[i - 1])->unit : NULL, &work->unit)) {
      g_array_set_size(work->mails, 0);
      lb_source_read(source, reader, &work->unit, take, work, NULL);
      again++;
    }
    for (guint j = 0; j < work->mails->len; j++) {
      const Seen *seen = &g_array_index(work->mails, Seen, j);
      mails++;
      bytes += seen->length;
      sum = sum * 31 + seen->hash + seen->removes;
      if (lists) {
        g_autofree char *where = lb_locator_format(&seen->locator);
        printf("%s %" G_GUINT64_FORMAT "%s\n", where, seen->length, seen->removes ? " removes" : "");
      }
      if (fetches &&
          (!lb_source_fetch(source, reader, &seen->locator, buffer, NULL) || buffer->len != seen->length ||
           hash_bytes(buffer->str, trim(buffer->str, buffer->len)) != seen->hash))
        differ++;
    }
  }
  printf("%s %s: %" G_GUINT64_FORMAT " mails, %" G_GUINT64_FORMAT " bytes, %016" G_GINT64_MODIFIER
         "x, %u units, %" G_GUINT64_FORMAT " read again, %" G_GUINT64_FORMAT " fetched unlike\n",
         lb_source_get_kind(source), lb_source_get_name(source), mails, bytes, sum, all->len, again, differ);
  const char *first, *last;
  if (lb_source_get_range(source, &first, &last))
    printf("range %s..%s\n", first, last);
  lb_diag_log_foreach(log, print_diag, NULL);
  return 0;
}
