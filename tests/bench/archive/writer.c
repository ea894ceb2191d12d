/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "writer.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct Writer {
  void (*write)(Writer *writer, const Mail *mail);
  FILE *file; /* of mbox and git */
  const char *path;
  guint64 n;
  GPid git;
};

static void fail(const char *what) {
  fprintf(stderr, "generate: %s: %s\n", what, g_strerror(errno));
  exit(1);
}

static void write_bytes(FILE *file, const char *bytes, gsize length) {
  if (fwrite(bytes, 1, length, file) != length)
    fail("cannot write");
}

/* mboxrd, as public-inbox gives it */
static void write_mbox(Writer *writer, const Mail *mail) {
  fputs("From mboxrd@z Thu Jan  1 00:00:00 1970\n", writer->file);
  const char *at = mail->raw->str, *end = at + mail->raw->len, *hit = at;
  while ((hit = memmem(hit, (gsize)(end - hit), "From ", 5))) {
    const char *line = hit;
    while (line > at && line[-1] == '>')
      line--;
    if (line == mail->raw->str || line[-1] == '\n') {
      write_bytes(writer->file, at, (gsize)(line - at));
      fputc('>', writer->file);
      at = line;
    }
    hit += 5;
  }
  write_bytes(writer->file, at, (gsize)(end - at));
  fputc('\n', writer->file);
}

static void write_maildir(Writer *writer, const Mail *mail) {
  g_autofree char *path = g_strdup_printf("%s/cur/%" G_GINT64_FORMAT ".%08" G_GUINT64_FORMAT ".bench:2,S",
                                          writer->path, mail->date, writer->n++);
  FILE *file = fopen(path, "wbx");
  if (!file)
    fail(path);
  write_bytes(file, mail->raw->str, mail->raw->len);
  if (fclose(file) != 0)
    fail(path);
}

/* An epoch of public-inbox v2: a commit for each mail, whose file m holds it. */
static void write_git(Writer *writer, const Mail *mail) {
  fprintf(writer->file,
          "commit refs/heads/master\nauthor %s <%s> %" G_GINT64_FORMAT
          " +0000\ncommitter bench <bench@example.org> %" G_GINT64_FORMAT
          " +0000\ndata %u\n%s\nM 100644 inline m\ndata %" G_GSIZE_FORMAT "\n",
          mail->author->name, mail->author->address, mail->date, mail->date, (guint)strlen(mail->msgid),
          mail->msgid, mail->raw->len);
  write_bytes(writer->file, mail->raw->str, mail->raw->len);
  fputc('\n', writer->file);
}

static gboolean open_git(Writer *writer) {
  const char *init[] = {"git", "init", "-q", "--bare", "-b", "master", writer->path, NULL};
  const char *import[] = {"git", "-C", writer->path, "fast-import", "--quiet", NULL};
  gint status = 1, input;
  g_autoptr(GError) error = NULL;
  if (!g_spawn_sync(NULL, (gchar **)init, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                    &error) ||
      status ||
      !g_spawn_async_with_pipes(NULL, (gchar **)import, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                NULL, NULL, &writer->git, &input, NULL, NULL, &error)) {
    fprintf(stderr, "generate: %s\n", error ? error->message : "git init failed");
    return FALSE;
  }
  writer->file = fdopen(input, "wb");
  return writer->file != NULL;
}

static gboolean open_maildir(const char *path) {
  static const char *const names[] = {"cur", "new", "tmp"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *folder = g_build_filename(path, names[i], NULL);
    if (g_mkdir_with_parents(folder, 0777) != 0)
      fail(folder);
  }
  return TRUE;
}

Writer *writer_open(const char *format, const char *path) {
  Writer *writer = g_new0(Writer, 1);
  writer->path = path;
  gboolean is_open = FALSE;
  if (strcmp(format, "mbox") == 0) {
    writer->write = write_mbox;
    is_open = (writer->file = fopen(path, "wb")) != NULL;
    if (!is_open)
      fail(path);
  } else if (strcmp(format, "maildir") == 0) {
    writer->write = write_maildir;
    is_open = open_maildir(path);
  } else if (strcmp(format, "git") == 0) {
    writer->write = write_git;
    is_open = open_git(writer);
  }
  if (!is_open)
    g_clear_pointer(&writer, g_free);
  else if (writer->file)
    setvbuf(writer->file, NULL, _IOFBF, 1 << 20);
  return writer;
}

void writer_write(const Mail *mail, gpointer data) {
  Writer *writer = data;
  writer->write(writer, mail);
}

gboolean writer_close(Writer *writer) {
  gboolean is_good = TRUE;
  if (writer->file) {
    is_good = !ferror(writer->file);
    is_good = fclose(writer->file) == 0 && is_good;
  }
  if (writer->git) {
    gint status = 1;
    is_good &= waitpid(writer->git, &status, 0) == writer->git && status == 0;
  }
  g_free(writer);
  return is_good;
}
