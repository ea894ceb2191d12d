/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folders with a file for each mail: maildir (https://cr.yp.to/proto/maildir.html), MH, .eml files.  Files
 * may come, go and be renamed while we read; nothing but a regular file is ever read.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/error.h"
#include "source/folder.h"

#define BATCH 64
/* The last batches are smaller: no thread waits long for another's last one. */
#define LAST_BATCH 8
#define SHARES 16
/* Paths lie in the directory's order: which comes next is not foreseen, and no cache has it. */
#define PATHS_AHEAD 2

typedef struct {
  LbSource base;
  LbFolder *folder;
  guint given;
} Maildir;

/* So much is read before it is parsed: the kernel's code and ours drive each other out of the processor's
 * caches. */
#define AT_HAND ((gsize)256 << 10)
/* Of a hundred mails all but one are smaller. */
#define SMALL ((gsize)64 << 10)
#define SECTOR 512

/* A file that was read, in a reader's room. */
typedef struct {
  const char *path; /* where it was found */
  gsize begin, length;
  guint64 size; /* of the whole file */
} Content;

/* Directories that a unit's files lie in, new and cur mostly: a file is opened from there, as its whole path
 * would be walked again and again. */
typedef struct {
  struct {
    const char *path;
    gsize length; /* up to the slash */
    int fd;
  } slots[2];
  guint n;
} Directories;

static void directories_clear(Directories *directories) {
  for (guint i = 0; i < directories->n; i++)
    if (directories->slots[i].fd >= 0)
      close(directories->slots[i].fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Directories, directories_clear)

/* The directory in front of path[length], which is a slash; AT_FDCWD if there are too many or it can't be
 * opened. */
static int find_directory(Directories *directories, const char *path, gsize length) {
  guint i = 0;
  while (i < directories->n &&
         (directories->slots[i].length != length || memcmp(directories->slots[i].path, path, length) != 0))
    i++;
  if (i == G_N_ELEMENTS(directories->slots))
    return AT_FDCWD;
  if (i == directories->n) {
    g_autofree char *name = g_strndup(path, length);
    directories->n++;
    directories->slots[i].path = path;
    directories->slots[i].length = length;
    directories->slots[i].fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  return directories->slots[i].fd >= 0 ? directories->slots[i].fd : AT_FDCWD;
}

/* Opens what was listed as a regular file, never through a link and never waiting for a FIFO's writer; -1
 * with errno, EINVAL for what is none any more. */
static int open_listed(Directories *directories, const char *path) {
  const char *slash = strrchr(path, '/');
  int directory = slash && slash > path ? find_directory(directories, path, (gsize)(slash - path)) : AT_FDCWD;
  int fd = openat(directory, directory == AT_FDCWD ? path : slash + 1,
                  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 && (errno == ELOOP || errno == ENXIO))
    errno = EINVAL;
  return fd;
}

/* A small file by one call; FALSE: how much there is, or whether it is a regular file, is not known yet.
 * pread(2) reads no FIFO, socket or terminal; a device that root puts in a mail's place after it was listed
 * may give some bytes here. Less than was asked for is all that there is, unless reading failed behind it,
 * which it does where a page or a sector of a device ends. */
static gboolean read_small(int fd, LbReader *reader, Content *content) {
  char *bytes = lb_reader_reserve(reader, content->begin + SMALL) + content->begin;
  gssize count = pread(fd, bytes, SMALL, 0);
  if (count <= 0 || count == SMALL || count % SECTOR == 0)
    return FALSE;
  content->size = content->length = (gsize)count;
  return TRUE;
}

/* Any regular file, up to the cap; FALSE with errno. */
static gboolean read_whole(int fd, LbReader *reader, Content *content) {
  struct stat status;
  if (fstat(fd, &status) < 0)
    return FALSE;
  if (!S_ISREG(status.st_mode)) {
    errno = EINVAL;
    return FALSE;
  }
  gsize wanted = MIN((guint64)status.st_size, LB_MAIL_MAX_BYTES);
  char *bytes = lb_reader_reserve(reader, content->begin + wanted + 1) + content->begin;
  gssize count = lb_source_pread(fd, bytes, wanted, 0);
  content->length = (gsize)MAX(count, 0);
  content->size = MAX((guint64)status.st_size, content->length);
  return count >= 0;
}

/* The file's bytes, up to the cap, into reader's room from content->begin on; FALSE with errno. */
static gboolean read_file(Directories *directories, LbReader *reader, Content *content) {
  int fd = open_listed(directories, content->path);
  if (fd < 0)
    return FALSE;
  gboolean is_read = read_small(fd, reader, content) || read_whole(fd, reader, content);
  int failure = errno;
  close(fd);
  errno = failure;
  return is_read;
}

/* read_file(), and if the file is gone, what it is called now. */
static gboolean read_wherever(Maildir *maildir, Directories *directories, LbReader *reader, Content *content,
                              gboolean *is_listed) {
  if (is_listed)
    *is_listed = FALSE;
  for (int round = 0; round < 4; round++) {
    if (read_file(directories, reader, content))
      return TRUE;
    if (errno != ENOENT && errno != ESTALE)
      return FALSE;
    const char *now = lb_folder_find_moved(maildir->folder, content->path, is_listed);
    if (!now)
      break;
    content->path = now;
  }
  errno = ENOENT;
  return FALSE;
}

static void note_failure(LbSource *source, const char *path, int failure) {
  if (failure == ENOENT)
    lb_source_note_errno(source, LB_DIAG_VANISHED, path, 0, 0);
  else if (failure == EINVAL)
    lb_source_note_errno(source, LB_DIAG_NOT_REGULAR, path, 0, 0);
  else
    lb_source_note_errno(source, LB_DIAG_UNREADABLE, path, 0, failure);
}

/* Reads file i behind what is at hand; FALSE if there is no mail in it. */
static gboolean take_file(Maildir *maildir, Directories *directories, guint i, LbReader *reader,
                          Content *content) {
  gboolean is_listed;
  content->path = lb_folder_get_path(maildir->folder, i);
  if (!read_wherever(maildir, directories, reader, content, &is_listed)) {
    if (!is_listed)
      note_failure(&maildir->base, content->path, errno);
    return FALSE;
  }
  if (content->length == 0)
    lb_source_note_errno(&maildir->base, LB_DIAG_EMPTY_FILE, content->path, 0, 0);
  return content->length > 0;
}

static gboolean maildir_read(LbSource *source, LbReader *reader, LbUnit *unit, LbRawMailFunc func,
                             gpointer data, GError **error) {
  Maildir *maildir = (Maildir *)source;
  g_auto(Directories) directories = {.n = 0};
  for (guint i = unit->begin; i < unit->end;) {
    Content contents[BATCH];
    guint n = 0;
    for (gsize end = 0; i < unit->end && end < AT_HAND; i++) {
      if (i + PATHS_AHEAD < unit->end)
        __builtin_prefetch(lb_folder_get_path(maildir->folder, i + PATHS_AHEAD));
      contents[n].begin = end;
      if (take_file(maildir, &directories, i, reader, &contents[n]))
        end += contents[n++].length;
    }
    for (guint k = 0; k < n; k++)
      func(&(LbRawMail){.bytes = reader->bytes + contents[k].begin,
                        .length = contents[k].length,
                        .is_cut = contents[k].size > LB_MAIL_MAX_BYTES,
                        .locator = {.file = contents[k].path, .length = contents[k].size}},
           data);
  }
  return TRUE;
}

static gboolean maildir_next(LbSource *source, LbUnit *unit, GError **error) {
  Maildir *maildir = (Maildir *)source;
  guint size = lb_folder_get_size(maildir->folder);
  if (maildir->given >= size)
    return FALSE;
  guint left = size - maildir->given;
  unit->number = unit->begin = maildir->given;
  maildir->given += MIN(CLAMP(left / SHARES, LAST_BATCH, BATCH), left);
  unit->end = maildir->given;
  return TRUE;
}

static gboolean maildir_fetch(LbSource *source, LbReader *reader, const LbLocator *locator, GString *buffer,
                              GError **error) {
  Content content = {.path = locator->file};
  g_auto(Directories) directories = {.n = 0};
  if (!read_wherever((Maildir *)source, &directories, reader, &content, NULL)) {
    g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "cannot read '%s': %s", content.path, g_strerror(errno));
    return FALSE;
  }
  g_string_append_len(buffer, reader->bytes, content.length);
  lb_reader_relax(reader);
  return TRUE;
}

/* The names are all that there is to know. */
static char *maildir_get_position(const LbSource *source) {
  return g_strdup("names");
}

static void maildir_format_place(const LbSource *source, const LbLocator *locator, GByteArray *place) {
  lb_folder_format_place(((const Maildir *)source)->folder, locator->file, place);
}

static gboolean maildir_parse_place(LbSource *source, const char *place, gsize length, LbLocator *locator) {
  locator->file = lb_folder_find_place(((Maildir *)source)->folder, place + 1, length - 1);
  return *place == LB_PLACE_MAILDIR && locator->file;
}

static gboolean maildir_looks_like(const LbPlace *place) {
  return place->is_recursive || lb_folder_looks_like(place->path);
}

static LbSource *maildir_open(LbPlace *place, const LbSourceOptions *options, GError **error) {
  Maildir *maildir = g_new0(Maildir, 1);
  maildir->base.log = options->log;
  maildir->base.continues = options->position && options->is_known;
  maildir->folder = lb_folder_new(&maildir->base, place->path, options, place->is_forced, error);
  if (!maildir->folder) {
    g_free(maildir);
    return NULL;
  }
  maildir->base.size = lb_folder_get_size(maildir->folder);
  return &maildir->base;
}

static void maildir_close(LbSource *source) {
  Maildir *maildir = (Maildir *)source;
  lb_folder_free(maildir->folder);
  g_free(maildir);
}

const LbSourceKind lb_source_maildir = {
    .name = "maildir",
    .takes_directory = TRUE,
    .has_names = TRUE,
    .looks_like = maildir_looks_like,
    .open = maildir_open,
    .next = maildir_next,
    .read = maildir_read,
    .fetch = maildir_fetch,
    .get_position = maildir_get_position,
    .format_place = maildir_format_place,
    .parse_place = maildir_parse_place,
    .close = maildir_close,
};
