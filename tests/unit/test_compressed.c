/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "base/error.h"
#include "source_unit.h"

#define FROM "From alice@example.org Tue Jan  2 10:00:00 2024\n"
#define TWO FROM "A: 1\n\nx\n\n" FROM "A: 2\n\ny\n"

/* Appends bytes as one gzip member. */
static void append_gzip(GString *out, const char *bytes, gsize length) {
  z_stream stream = {0};
  assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  gsize room = deflateBound(&stream, length) + 32;
  g_autofree Bytef *packed = g_malloc(room);
  stream.next_in = (Bytef *)bytes;
  stream.avail_in = length;
  stream.next_out = packed;
  stream.avail_out = room;
  assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
  g_string_append_len(out, (char *)packed, room - stream.avail_out);
  deflateEnd(&stream);
}

/* Incompressible enough that an unpacker has more than one go at it. */
static GString *build_large(guint mails) {
  g_autoptr(GRand) random = g_rand_new_with_seed(1952);
  GString *mbox = g_string_new(NULL);
  for (guint i = 0; i < mails; i++) {
    g_string_append_printf(mbox, FROM "Subject: %u\n\n", i);
    for (int j = 0; j < 100; j++)
      g_string_append_printf(mbox, "%08x%08x\n", g_rand_int(random), g_rand_int(random));
    g_string_append_c(mbox, '\n');
  }
  return mbox;
}

static void check(const char *name, guint mails, const char *diagnostics) {
  g_autofree char *spec = g_strdup_printf("%%s/%s", name);
  g_autoptr(UnitSource) source = unit_read_plain(spec);
  unit_check(source->mails->len == mails, "%s: %u mails", name, source->mails->len);
  unit_check_string(source->diagnostics, diagnostics, name);
  unit_check(source->n_unlike == 0, "%s", name);
}

static void test_gzip(void **state) {
  (void)state;
  g_autoptr(GString) packed = g_string_new(NULL), empty = g_string_new(NULL), mail = g_string_new(NULL);
  append_gzip(packed, TWO, strlen(TWO));
  append_gzip(empty, "", 0);
  append_gzip(mail, "Subject: x\n\ny\n", 14);
  unit_write("t.mbox.gz", packed->str, packed->len);
  unit_write("no-name", packed->str, packed->len);
  unit_write("empty.gz", empty->str, empty->len);
  unit_write("mail.eml.gz", mail->str, mail->len);
  check("t.mbox.gz", 2, "");
  check("no-name", 2, "");
  check("empty.gz", 0, "");
  check("mail.eml.gz", 1, "");
  g_autoptr(UnitSource) named = unit_read_plain("%s/t.mbox.gz"), single = unit_read_plain("%s/mail.eml.gz");
  assert_string_equal(named->name, "t");
  assert_string_equal(named->kind, "mbox");
  assert_string_equal(single->kind, "eml");
  assert_string_equal(single->name, "mail");
}

/* Members are joined, also where a mail goes on in the next one; what else follows is named or is padding. */
static void test_gzip_members(void **state) {
  (void)state;
  g_autoptr(GString) packed = g_string_new(NULL);
  static const char two[] = TWO;
  gsize half = strlen(FROM) + 3;
  append_gzip(packed, two, half);
  append_gzip(packed, "", 0);
  append_gzip(packed, &two[half], strlen(two) - half);
  unit_write("members", packed->str, packed->len);
  check("members", 2, "");
  g_string_append_len(packed, "\0\0\0\0\0", 5);
  unit_write("padded", packed->str, packed->len);
  check("padded", 2, "");
  g_string_append(packed, "junk");
  unit_write("junk", packed->str, packed->len);
  check("junk", 2, "trailing-junk junk\n");
}

static void test_gzip_damage(void **state) {
  (void)state;
  g_autoptr(GString) mbox = build_large(500), packed = g_string_new(NULL);
  append_gzip(packed, mbox->str, mbox->len);
  g_autofree char *size = g_strdup_printf("%" G_GSIZE_FORMAT, mbox->len);
  unit_write("good", packed->str, packed->len);
  check("good", 500, "");
  packed->str[packed->len - 5] ^= 1; /* in the CRC */
  unit_write("crc", packed->str, packed->len);
  g_autofree char *crc =
      g_strdup_printf("unreadable crc incorrect data check after %s unpacked bytes\n", size);
  check("crc", 500, crc);
  packed->str[packed->len - 5] ^= 1;
  packed->str[packed->len - 1] ^= 1; /* in the length */
  unit_write("length", packed->str, packed->len);
  g_autofree char *length =
      g_strdup_printf("unreadable length incorrect length check after %s unpacked bytes\n", size);
  check("length", 500, length);
  packed->str[packed->len - 1] ^= 1;
  packed->str[packed->len / 2] ^= 0x10;
  unit_write("middle", packed->str, packed->len);
  g_autoptr(UnitSource) middle = unit_read_plain("%s/middle");
  assert_true(middle->mails->len >= 240);
  assert_true(g_str_has_prefix(middle->diagnostics, "unreadable middle "));
  packed->str[packed->len / 2] ^= 0x10;
  for (gsize cut = 10; cut < packed->len; cut += packed->len / 7) {
    unit_write("cut", packed->str, cut);
    g_autoptr(UnitSource) source = unit_read_plain("%s/cut");
    guint least = cut < 1000 ? 0 : 500 * cut / packed->len - 3;
    assert_in_range(source->mails->len, least, 500);
    assert_true(g_str_has_prefix(source->diagnostics, "unreadable cut the file is cut off after "));
  }
}

/* A gigabyte of nothing in a megabyte: given up early, and no error of the program. */
static void test_bomb(void **state) {
  (void)state;
  g_autofree char *zeros = g_malloc0(64 << 20);
  g_autoptr(GString) packed = g_string_new(NULL);
  for (int i = 0; i < 4; i++)
    append_gzip(packed, zeros, 64 << 20);
  unit_write("bomb", packed->str, packed->len);
  g_autoptr(UnitSource) source = unit_read_plain("%s/bomb");
  assert_true(
      g_str_has_prefix(source->diagnostics, "unreadable bomb unpacks to far more than any mail would"));
}

typedef struct {
  const char *name;
  int (*add)(struct archive *archive);
} Filter;

/* FALSE if this libarchive can't do it without a program of its own. */
static gboolean pack(const Filter *filter, const char *name, const char *bytes, gsize length) {
  g_autofree char *path = unit_path(name);
  struct archive *archive = archive_write_new();
  struct archive_entry *entry = archive_entry_new();
  archive_write_set_format_raw(archive);
  gboolean is_there = filter->add(archive) == ARCHIVE_OK;
  if (is_there) {
    archive_write_open_filename(archive, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_pathname(entry, "data");
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(archive, bytes, length), length);
    archive_write_close(archive);
  }
  archive_entry_free(entry);
  archive_write_free(archive);
  return is_there;
}

static void test_others(void **state) {
  (void)state;
  static const Filter filters[] = {{"bzip2", archive_write_add_filter_bzip2},
                                   {"xz", archive_write_add_filter_xz},
                                   {"zstd", archive_write_add_filter_zstd}};
  g_autoptr(GString) mbox = build_large(500);
  for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
    if (!pack(&filters[i], "packed", mbox->str, mbox->len))
      continue;
    check("packed", 500, "");
    g_autofree char *path = unit_path("packed");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size * 3 / 4), 0);
    g_autoptr(UnitSource) source = unit_read_plain("%s/packed");
    unit_check(source->mails->len < 500 && g_str_has_prefix(source->diagnostics, "unreadable packed "),
               "%s: %u mails, %s", filters[i].name, source->mails->len, source->diagnostics);
    assert_int_equal(truncate(path, 12), 0);
    g_autoptr(UnitSource) nothing = unit_read_plain("%s/packed");
    unit_check(nothing->mails->len == 0 && g_str_has_prefix(nothing->diagnostics, "unreadable packed "),
               "%s: %s", filters[i].name, nothing->diagnostics);
  }
}

static int feed[2];

/* Standard input, from a pipe that is written to by a thread. */
static gpointer write_pipe(gpointer data) {
  const GString *bytes = data;
  gsize done = 0;
  while (done < bytes->len) {
    gssize count = write(feed[1], bytes->str + done, bytes->len - done);
    if (count < 0)
      break;
    done += count;
  }
  close(feed[1]);
  return NULL;
}

static void check_stdin(int fd, guint mails, const char *kind) {
  int saved = dup(STDIN_FILENO);
  dup2(fd, STDIN_FILENO);
  close(fd);
  g_autoptr(UnitSource) source = unit_read_plain("-");
  dup2(saved, STDIN_FILENO);
  close(saved);
  assert_int_equal(source->mails->len, mails);
  assert_string_equal(source->kind, kind);
  assert_string_equal(source->name, "-");
  assert_string_equal(source->diagnostics, "");
  if (mails)
    assert_string_equal(((UnitMail *)source->mails->pdata[0])->locator.file, "-");
}

static void check_pipe(const GString *bytes, guint mails, const char *kind) {
  assert_int_equal(pipe2(feed, O_CLOEXEC), 0);
  GThread *writer = g_thread_new("write", write_pipe, (gpointer)bytes);
  check_stdin(feed[0], mails, kind);
  g_thread_join(writer);
}

static void test_stdin(void **state) {
  (void)state;
  g_autoptr(GString) mbox = build_large(500), packed = g_string_new(NULL),
                     mail = g_string_new("Subject: x\n\ny\n"), nothing = g_string_new(NULL);
  append_gzip(packed, mbox->str, mbox->len);
  check_pipe(mbox, 500, "mbox");
  check_pipe(packed, 500, "mbox");
  check_pipe(mail, 1, "eml");
  check_pipe(nothing, 0, "mbox");
  unit_write("file", mbox->str, mbox->len);
  g_autofree char *path = unit_path("file");
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  check_stdin(fd, 500, "mbox");
  fd = open(path, O_RDONLY | O_CLOEXEC);
  lseek(fd, strstr(mbox->str, "\n\nFrom ") + 2 - mbox->str,
        SEEK_SET); /* something else read the first mail */
  check_stdin(fd, 499, "mbox");
}

/* A named pipe is read to its end; with nobody at the other end there is nothing to wait for. */
static void test_fifo(void **state) {
  (void)state;
  g_autofree char *path = unit_path("fifo");
  assert_int_equal(mkfifo(path, 0600), 0);
  check("fifo", 0, "");
  g_autoptr(GString) mbox = build_large(500);
  int keeper =
      open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* so that the writer has a reader at all times */
  feed[1] = open(path, O_WRONLY | O_CLOEXEC);
  GThread *writer = g_thread_new("write", write_pipe, mbox);
  struct pollfd ready = {.fd = keeper, .events = POLLIN};
  assert_int_equal(poll(&ready, 1, 10000), 1);
  check("fifo", 500, "");
  g_thread_join(writer);
  close(keeper);
}

static void test_no_room(void **state) {
  (void)state;
  g_autoptr(GString) packed = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  append_gzip(packed, TWO, strlen(TWO));
  unit_write("t.gz", packed->str, packed->len);
  g_setenv("TMPDIR", "/nonexistent", TRUE);
  g_autoptr(UnitSource) source = unit_read("%s/t.gz", NULL, 1, 0, &error);
  g_unsetenv("TMPDIR");
  assert_null(source);
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_CANNOT_CREATE));
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
      T(test_gzip),   T(test_gzip_members), T(test_gzip_damage), T(test_bomb),
      T(test_others), T(test_stdin),        T(test_fifo),        T(test_no_room),
  };
  return cmocka_run_group_tests_name("compressed", tests, NULL, NULL);
}
