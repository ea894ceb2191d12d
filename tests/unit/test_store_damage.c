/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stores that were damaged, and a machine that is short of memory: nothing crashes, nothing is made up, what
 * is amiss is said, and the file stays as it is. */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>
#include "base/error.h"
#include "base/period.h"
#include "store/record.h"
#include "store/string_writer.h"
#include "store_unit.h"

/* ---- Memory that SQLite doesn't get, from the countdown's end on or once. */

static sqlite3_mem_methods system_memory;
static gint countdown = -1; /* -1: all is given */
static gboolean is_lasting;

static gboolean fails(void) {
  if (countdown < 0)
    return FALSE;
  if (countdown > 0) {
    countdown--;
    return FALSE;
  }
  if (!is_lasting)
    countdown = -1;
  return TRUE;
}

static void *take_memory(int size) {
  return fails() ? NULL : system_memory.xMalloc(size);
}

static void *resize_memory(void *memory, int size) {
  return fails() ? NULL : system_memory.xRealloc(memory, size);
}

static void set_up_memory(void) {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory);
  sqlite3_mem_methods ours = system_memory;
  ours.xMalloc = take_memory;
  ours.xRealloc = resize_memory;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
}

/* What a run does; FALSE with error. */
static gboolean use(const char *path, GError **error) {
  g_autoptr(LbStore) store = lb_store_open(path, 0, error);
  g_autofree char *text = store ? store_describe(store, error) : NULL;

  return text && store_try_save(store, "one", 320, 340, error);
}

static char *describe_file(const char *path) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LbStore) store = lb_store_open(path, 0, &error);
  char *text = store ? store_describe(store, &error) : NULL;

  if (!text)
    fail_msg("%s", error->message);
  return text;
}

static void copy_file(const char *from, const char *to) {
  g_autofree char *bytes = NULL;
  gsize length;

  assert_true(g_file_get_contents(from, &bytes, &length, NULL));
  assert_true(g_file_set_contents(to, bytes, (gssize)length, NULL));
  assert_int_equal(g_chmod(to, 0600), 0);
}

static void test_no_memory(void **state) {
  g_autofree char *whole = store_path("whole.sqlite"), *path = store_path("list.sqlite"), *after = NULL;
  guint n_failures = 0;

  (void)state;
  store_make(whole);
  g_autofree char *before = describe_file(whole);
  copy_file(whole, path);
  assert_true(use(path, NULL));
  after = describe_file(path);
  assert_string_not_equal(before, after);
  for (int lasting = 0; lasting < 2; lasting++) {
    gboolean done = FALSE;
    for (gint n = 0; !done; n += 1 + n / 40) {
      g_autoptr(GError) error = NULL;
      copy_file(whole, path);
      is_lasting = lasting;
      countdown = n;
      done = use(path, &error);
      n_failures += !done;
      /* Some of what SQLite asks for it can do without. */
      done = done && countdown >= 0;
      countdown = -1;
      g_autofree char *now = describe_file(path);
      unit_check(!g_strcmp0(now, error ? before : after), "allocation %d: neither done nor not done", n);
      unit_check(!error || error->domain == LB_ERROR, "allocation %d", n);
    }
  }
  assert_true(n_failures > 100);
}

/* ---- Files. */

/* FALSE: what is amiss was noticed, in one clear line. */
static gboolean look(const char *path, const char *wanted, gboolean *is_checked, guint seed) {
  g_autoptr(GError) error = NULL, check_error = NULL;
  g_autoptr(LbStore) store = lb_store_open(path, 0, &error);
  g_autofree char *text = store ? store_describe(store, &error) : NULL;

  *is_checked = store && lb_store_check(store, NULL, NULL, &check_error);
  unit_check(!check_error || g_error_matches(check_error, LB_ERROR, LB_ERROR_BAD_INPUT), "seed %u: check: %s",
             seed, check_error->message);
  if (text) {
    unit_check(!strcmp(text, wanted), "seed %u: something else is read, and nothing said", seed);
    return TRUE;
  }
  /* Where the header of the file says so it was made by a newer version. */
  unit_check(g_error_matches(error, LB_ERROR, LB_ERROR_BAD_INPUT) ||
                 g_error_matches(error, LB_ERROR, LB_ERROR_CONFIG),
             "seed %u: %d %s", seed, error->code, error->message);
  unit_check(strstr(error->message, path) && !strchr(error->message, '\n'), "seed %u: %s", seed,
             error->message);
  return FALSE;
}

/* Random pages of a whole store overwritten by noise, or by other pages of it. */
static void damage(char *bytes, gsize length, GRand *random) {
  gsize page = 8192, n_pages = length / page;

  for (gint n = g_rand_int_range(random, 1, 4); n > 0; n--) {
    gsize at = (gsize)g_rand_int_range(random, 0, (gint32)n_pages) * page;
    if (g_rand_int_range(random, 0, 4) == 0) {
      memmove(bytes + at, bytes + (gsize)g_rand_int_range(random, 0, (gint32)n_pages) * page, page);
      continue;
    }
    gsize first = g_rand_boolean(random) ? 0 : (gsize)g_rand_int_range(random, 0, (gint32)page);
    gsize end = g_rand_boolean(random) ? page : MIN(page, first + 16);
    for (gsize i = first; i < end; i++)
      bytes[at + i] = (char)g_rand_int(random);
  }
}

static void test_overwritten_pages(void **state) {
  g_autofree char *whole = store_path("whole.sqlite"), *path = store_path("list.sqlite"), *bytes = NULL;
  gsize length;
  guint n_noticed = 0, n_checked = 0;

  (void)state;
  store_make(whole);
  g_autofree char *wanted = describe_file(whole);
  assert_true(g_file_get_contents(whole, &bytes, &length, NULL));
  assert_true(length >= 10 * 8192 && length % 8192 == 0);
  for (guint seed = 0; seed < 200; seed++) {
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    char *damaged = g_malloc(length), *now = NULL;
    gsize length_now;
    gboolean is_checked;
    memcpy(damaged, bytes, length);
    damage(damaged, length, random);
    assert_true(g_file_set_contents(path, damaged, (gssize)length, NULL));
    g_chmod(path, 0600);
    gboolean is_read = look(path, wanted, &is_checked, seed);
    n_noticed += !is_read;
    n_checked += !is_checked;
    /* Who can't read all of it is told by the check, too. */
    unit_check(is_read || !is_checked, "seed %u: a store that can't be read passes the check", seed);
    assert_true(g_file_get_contents(path, &now, &length_now, NULL));
    unit_check(length_now == length && !memcmp(now, damaged, length), "seed %u: looking changed it", seed);
    /* Writing to it does no harm that wasn't there. */
    use(path, NULL);
    unit_check(g_file_test(path, G_FILE_TEST_IS_REGULAR), "seed %u: it is gone", seed);
    g_free(damaged);
    g_free(now);
  }
  assert_true(n_noticed > 150);
  assert_true(n_checked >= n_noticed);
}

static void test_cut_off(void **state) {
  g_autofree char *whole = store_path("whole.sqlite"), *path = store_path("list.sqlite"), *bytes = NULL;
  gsize length;

  (void)state;
  store_make(whole);
  g_autofree char *wanted = describe_file(whole);
  assert_true(g_file_get_contents(whole, &bytes, &length, NULL));
  for (guint i = 0; i < 40; i++) {
    gsize kept = i < 20 ? length * i / 20 : length - 1 - 700 * (i - 20);
    gboolean is_checked;
    assert_true(g_file_set_contents(path, bytes, (gssize)kept, NULL));
    g_chmod(path, 0600);
    unit_check(!look(path, wanted, &is_checked, i) && !is_checked, "cut off after %u bytes", (guint)kept);
  }
}

/* ---- Records and pages as they are handed to the code that reads them. */

typedef struct {
  GPtrArray *pages[LB_N_PAGE_KINDS]; /* of GByteArray */
} Pages;

static gboolean keep_page(LbPageKind kind, guint32 number, const guint8 *bytes, gsize length, gpointer data) {
  GPtrArray *pages = ((Pages *)data)->pages[kind];

  assert_int_equal(number, pages->len);
  g_ptr_array_add(pages, g_byte_array_append(g_byte_array_new(), bytes, (guint)length));
  return TRUE;
}

/* One byte in a few hundred becomes another, or all after a point are gone. */
static GByteArray *mutate(const GByteArray *bytes, GRand *random) {
  GByteArray *out = g_byte_array_append(g_byte_array_new(), bytes->data, bytes->len);

  for (gint n = g_rand_int_range(random, 0, 4); n > 0 && out->len; n--)
    out->data[g_rand_int_range(random, 0, (gint32)out->len)] =
        g_rand_boolean(random) ? (guint8)g_rand_int(random) : 0xff;
  if (g_rand_int_range(random, 0, 8) == 0)
    g_byte_array_set_size(out, (guint)g_rand_int_range(random, 0, (gint32)out->len + 1));
  return out;
}

static gsize add_length(const char *text) {
  return text ? strlen(text) : 0;
}

/* Whatever was read can be looked at from end to end. */
static gsize walk(const LbMail *mail) {
  const LbDetails *details = mail->details;
  const LbExtras *extras = details->extras;
  gsize sum = strlen(mail->msgid) + strlen(mail->subject) + strlen(mail->title) + strlen(mail->parsed->tag) +
              add_length(mail->in_reply_to) + add_length(mail->author->name) +
              add_length(mail->sender->email);

  for (const char *const *id = mail->references; *id; id++)
    sum += strlen(*id);
  for (const char *const *id = mail->list_ids; *id; id++)
    sum += strlen(*id);
  for (const char *const *word = mail->parsed->prefix; *word; word++)
    sum += strlen(*word);
  for (const char *const *path = details->diff ? details->diff->paths : NULL; path && *path; path++)
    sum += strlen(*path);
  if (details->diff && details->diff->id)
    sum += details->diff->id[19];
  for (const LbCredit *credit = details->given; credit && credit->name; credit++)
    sum += strlen(credit->name) + add_length(credit->person->email) + (gsize)credit->kind;
  for (const LbCredit *credit = details->carried; credit && credit->name; credit++)
    sum += strlen(credit->name) + add_length(credit->person->name);
  for (guint i = 0; details->applied && i < details->applied->n_patches; i++)
    sum += add_length(details->applied->patches[i].title) + add_length(details->applied->patches[i].commit);
  for (const LbLink *link = extras->links; link && link->msgid; link++)
    sum += strlen(link->msgid);
  for (const LbPerson *person = extras->to; person && person->email; person++)
    sum += strlen(person->email);
  for (const LbPerson *person = extras->cc; person && person->email; person++)
    sum += add_length(person->name);
  if (extras->request)
    sum += add_length(extras->request->url) + add_length(extras->request->ref);
  return sum + add_length(details->summary) + add_length(extras->change_id);
}

static LbStrings *read_pages(const Pages *pages, GRand *random, GPtrArray *kept) {
  LbStrings *strings = lb_strings_new();

  for (int kind = 0; kind < LB_N_PAGE_KINDS; kind++)
    for (guint i = 0; i < pages->pages[kind]->len; i++) {
      GByteArray *page = mutate(g_ptr_array_index(pages->pages[kind], i), random);
      g_ptr_array_add(kept, page);
      lb_strings_add_page(strings, (LbPageKind)kind, i, page->data, page->len);
    }
  return strings;
}

static void test_mutations(void **state) {
  Pages pages;
  g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  LbRecordWriter writer;
  gsize sum = 0;
  guint n_read = 0, n_refused = 0;

  (void)state;
  for (guint i = 0; i < LB_N_PAGE_KINDS; i++)
    pages.pages[i] = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  g_autoptr(LbStringWriter) strings = lb_string_writer_new(keep_page, &pages);
  lb_record_writer_init(&writer, strings);
  for (guint i = 0; i < 100; i++) {
    GByteArray *record = g_byte_array_new();
    lb_record_write(&writer, store_mail(i), record);
    g_ptr_array_add(records, record);
  }
  assert_true(lb_string_writer_finish(strings));
  for (guint seed = 0; seed < 400; seed++) {
    g_autoptr(GRand) random = g_rand_new_with_seed(seed);
    g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    g_autoptr(LbArena) arena = lb_arena_new();
    g_autoptr(LbStrings) damaged = read_pages(&pages, random, kept);
    LbRecordReader reader;
    lb_record_reader_init(&reader, damaged, arena, LB_WANT_RECIPIENTS);
    for (guint i = 0; i < records->len; i++) {
      GByteArray *record = mutate(g_ptr_array_index(records, i), random);
      LbMail mail;
      /* Of its size and not a byte more, so that AddressSanitizer sees one. */
      guint8 *bytes = malloc(record->len + !record->len);
      memcpy(bytes, record->data, record->len);
      if (lb_record_read(&reader, bytes, record->len, &mail)) {
        sum += walk(&mail);
        n_read++;
      } else {
        n_refused++;
      }
      free(bytes);
      g_byte_array_unref(record);
    }
  }
  assert_true(sum > 0 && n_read > 1000 && n_refused > 1000);
  for (guint i = 0; i < LB_N_PAGE_KINDS; i++)
    g_ptr_array_unref(pages.pages[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)
      TEST(test_no_memory),
      TEST(test_overwritten_pages),
      TEST(test_cut_off),
      TEST(test_mutations),
  };
  set_up_memory();
  lb_message_init();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
