/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source_unit.h"
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

char *unit_folder;
void (*unit_meanwhile)(void);

int unit_folder_setup(void **state) {
  (void)state;
  unit_folder = g_dir_make_tmp("listbrief-unit-XXXXXX", NULL);
  return unit_folder ? 0 : -1;
}

static void remove_tree(const char *path) {
  GStatBuf status;
  if (g_lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
    g_chmod(path, 0700);
    GDir *directory = g_dir_open(path, 0, NULL);
    for (const char *name; directory && (name = g_dir_read_name(directory));) {
      g_autofree char *child = g_build_filename(path, name, NULL);
      remove_tree(child);
    }
    if (directory)
      g_dir_close(directory);
  }
  g_remove(path);
}

int unit_folder_teardown(void **state) {
  (void)state;
  unit_meanwhile = NULL;
  remove_tree(unit_folder);
  g_clear_pointer(&unit_folder, g_free);
  return 0;
}

char *unit_path(const char *name) {
  return g_build_filename(unit_folder, name, NULL);
}

void unit_write(const char *name, const char *bytes, gssize length) {
  g_autofree char *path = unit_path(name);
  g_autofree char *folder = g_path_get_dirname(path);
  g_mkdir_with_parents(folder, 0700);
  /* not g_file_set_contents(): it waits for the disk, and there are thousands */
  FILE *file = fopen(path, "we");
  gsize size = length < 0 ? strlen(bytes) : (gsize)length;
  if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
    fail_msg("cannot write %s", path);
}

void unit_printf(const char *name, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  unit_write(name, text, -1);
}

typedef struct {
  LbUnit unit;
  GPtrArray *mails;
} Work;

typedef struct {
  LbSource *source;
  GMutex lock;
  GPtrArray *works;
} Run;

static void mail_free(gpointer data) {
  UnitMail *mail = data;
  g_free(mail->bytes);
  g_free((char *)mail->locator.file);
  g_clear_pointer(&mail->place, g_bytes_unref);
  g_free(mail);
}

static void work_free(gpointer data) {
  Work *work = data;
  g_ptr_array_unref(work->mails);
  g_free(work);
}

/* A copy behind which nothing stands: reading past it is seen. */
static void take(const LbRawMail *raw, gpointer data) {
  Work *work = data;
  UnitMail *mail = g_new0(UnitMail, 1);
  mail->bytes = g_malloc(raw->length + 1);
  memcpy(mail->bytes, raw->bytes, raw->length);
  mail->bytes[raw->length] = '\0';
  mail->length = raw->length;
  mail->locator = raw->locator;
  mail->locator.file = g_strdup(raw->locator.file);
  mail->removes = raw->removes;
  mail->is_cut = raw->is_cut;
  mail->is_again = raw->is_again;
  g_ptr_array_add(work->mails, mail);
}

static gpointer read_units(gpointer data) {
  Run *run = data;
  g_autoptr(LbReader) reader = lb_reader_new();
  for (;;) {
    Work *work = g_new0(Work, 1);
    work->mails = g_ptr_array_new_with_free_func(mail_free);
    g_mutex_lock(&run->lock);
    gboolean has_more = lb_source_next(run->source, &work->unit, NULL);
    if (has_more)
      g_ptr_array_add(run->works, work);
    g_mutex_unlock(&run->lock);
    if (!has_more) {
      work_free(work);
      return NULL;
    }
    lb_source_read(run->source, reader, &work->unit, take, work, NULL);
  }
}

static int compare_works(gconstpointer a, gconstpointer b) {
  const Work *x = *(Work *const *)a, *y = *(Work *const *)b;
  return (x->unit.number > y->unit.number) - (x->unit.number < y->unit.number);
}

static void settle(Run *run, UnitSource *result) {
  g_autoptr(LbReader) reader = lb_reader_new();
  const LbUnit *before = NULL;
  g_ptr_array_sort(run->works, compare_works);
  for (guint i = 0; i < run->works->len; i++) {
    Work *work = run->works->pdata[i];
    for (int round = 0; !lb_source_settle(run->source, before, &work->unit); round++) {
      assert_true(round < 2);
      g_ptr_array_set_size(work->mails, 0);
      lb_source_read(run->source, reader, &work->unit, take, work, NULL);
      result->n_again++;
    }
    before = &work->unit;
    while (work->mails->len > 0)
      g_ptr_array_add(result->mails, g_ptr_array_steal_index(work->mails, 0));
  }
  result->n_units = run->works->len;
}

static gboolean is_fetched(LbSource *source, LbReader *reader, const LbLocator *locator,
                           const UnitMail *mail) {
  g_autoptr(GString) buffer = g_string_new("left over");
  return lb_source_fetch(source, reader, locator, buffer, NULL) && buffer->len == mail->length &&
         memcmp(buffer->str, mail->bytes, mail->length) == 0;
}

static void fetch_all(Run *run, UnitSource *result) {
  g_autoptr(LbReader) reader = lb_reader_new();
  for (guint i = 0; i < result->mails->len; i++) {
    UnitMail *mail = result->mails->pdata[i];
    GByteArray *place = g_byte_array_new();
    LbLocator locator;
    lb_source_format_place(run->source, &mail->locator, place);
    mail->place = g_byte_array_free_to_bytes(place);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(mail->place, &length);
    assert_true(lb_source_parse_place(run->source, bytes, length, &locator));
    assert_int_equal(locator.id_size, mail->locator.id_size);
    assert_memory_equal(locator.commit, mail->locator.commit, sizeof locator.commit);
    assert_memory_equal(locator.blob, mail->locator.blob, sizeof locator.blob);
    assert_true(locator.offset == mail->locator.offset);
    if (!is_fetched(run->source, reader, &mail->locator, mail) ||
        !is_fetched(run->source, reader, &locator, mail))
      result->n_unlike++;
  }
}

static void add_diagnostic(LbDiag diag, const char *where, const char *detail, gpointer data) {
  if (g_str_has_prefix(where, unit_folder))
    where += strlen(unit_folder) + 1;
  g_string_append_printf(data, "%s %s%s%s\n", lb_diag_get_name(diag), where, detail ? " " : "",
                         detail ? detail : "");
}

UnitSource *unit_read(const char *spec, const LbSourceOptions *options, int jobs, guint64 chunk,
                      GError **error) {
  g_auto(GStrv) parts = g_strsplit(spec, "%s", 2);
  g_autofree char *real = g_strjoinv(unit_folder, parts);
  g_autoptr(LbDiagLog) log = lb_diag_log_new();
  LbSourceOptions own = options ? *options : (LbSourceOptions){0};
  own.log = log;
  Run run = {.source = lb_source_open(real, &own, error)};
  if (!run.source)
    return NULL;
  if (chunk)
    lb_mbox_set_chunk(run.source, chunk);
  if (unit_meanwhile)
    unit_meanwhile();
  UnitSource *result = g_new0(UnitSource, 1);
  result->mails = g_ptr_array_new_with_free_func(mail_free);
  result->kind = g_strdup(lb_source_get_kind(run.source));
  result->name = g_strdup(lb_source_get_name(run.source));
  run.works = g_ptr_array_new_with_free_func(work_free);
  g_mutex_init(&run.lock);
  g_autofree GThread **threads = g_new(GThread *, jobs);
  for (int i = 0; i < jobs; i++)
    threads[i] = g_thread_new("read", read_units, &run);
  for (int i = 0; i < jobs; i++)
    g_thread_join(threads[i]);
  settle(&run, result);
  result->continues = lb_source_continues(run.source);
  result->position = lb_source_get_position(run.source);
  fetch_all(&run, result);
  const char *first, *last;
  if (lb_source_get_range(run.source, &first, &last))
    result->range = g_strdup_printf("%s..%s", first, last);
  g_autoptr(GString) diagnostics = g_string_new(NULL);
  lb_diag_log_foreach(log, add_diagnostic, diagnostics);
  result->diagnostics = g_strdup(diagnostics->str);
  g_ptr_array_free(run.works, TRUE);
  g_mutex_clear(&run.lock);
  lb_source_close(run.source);
  return result;
}

UnitSource *unit_read_plain(const char *spec) {
  g_autoptr(GError) error = NULL;
  UnitSource *source = unit_read(spec, NULL, 1, 0, &error);
  unit_check(source, "%s: %s", spec, error ? error->message : "");
  return source;
}

void unit_source_free(UnitSource *source) {
  if (!source)
    return;
  g_ptr_array_free(source->mails, TRUE);
  g_free(source->diagnostics);
  g_free(source->kind);
  g_free(source->name);
  g_free(source->range);
  g_free(source->position);
  g_free(source);
}

char *unit_join(const UnitSource *source) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; i < source->mails->len; i++) {
    const UnitMail *mail = source->mails->pdata[i];
    g_string_append_len(text, mail->bytes, mail->length);
    g_string_append(text, "\n--\n");
  }
  return g_string_free(text, FALSE);
}
