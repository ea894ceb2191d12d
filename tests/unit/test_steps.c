/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An archive that is read in steps, as it grows, gives what one reading of all of it gives. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "archive_unit.h"
#include "intake/hasher.h"
#include "intake/intake.h"
#include "intake/merge.h"
#include "output/facts.h"
#include "source_unit.h"

#define N_MAILS 90
#define WANTS (LB_WANT_TEXT | LB_WANT_MESSAGE | LB_WANT_RECIPIENTS)

/* What one reading gave; it owns the facts, the source owns the files' names. */
typedef struct {
  GPtrArray *sources; /* of the one LbSource */
  LbIntake *intake;
} Step;

/* All that was read since the archive was last read from its start. */
typedef struct {
  const char *spec;
  guint jobs;
  char *position;
  LbDiagLog *log;
  GPtrArray *steps;   /* of Step */
  GHashTable *places; /* of GBytes */
  guint n_anew;       /* times that it was read from its start */
} Follower;

static void step_free(gpointer data) {
  Step *step = data;
  lb_intake_free(step->intake);
  g_ptr_array_unref(step->sources);
  g_free(step);
}

static void follower_init(Follower *follower, const char *spec, guint jobs) {
  *follower = (Follower){.spec = spec, .jobs = jobs, .log = lb_diag_log_new()};
  follower->steps = g_ptr_array_new_with_free_func(step_free);
  follower->places = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
}

static void follower_clear(Follower *follower) {
  g_ptr_array_unref(follower->steps);
  g_hash_table_unref(follower->places);
  lb_diag_log_free(follower->log);
  g_free(follower->position);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Follower, follower_clear)

static gboolean is_known(const guint8 *place, gsize length, gpointer data) {
  g_autoptr(GBytes) bytes = g_bytes_new(place, length);
  return g_hash_table_contains(((Follower *)data)->places, bytes);
}

static GBytes *make_place(const Step *step, const LbMail *mail) {
  GByteArray *place = g_byte_array_new();
  LbLocator locator = lb_mail_get_locator(mail);
  lb_source_format_place(step->sources->pdata[0], &locator, place);
  return g_byte_array_free_to_bytes(place);
}

static const GPtrArray *get_mails(const Step *step) {
  return lb_intake_get_part(step->intake, 0)->mails;
}

static LbSource *open_source(Follower *follower) {
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) parts = g_strsplit(follower->spec, "%s", 2);
  g_autofree char *real = g_strjoinv(unit_folder, parts);
  LbSource *source = lb_source_open(real,
                                    &(LbSourceOptions){.log = follower->log,
                                                       .recursive = TRUE,
                                                       .position = follower->position,
                                                       .is_known = follower->position ? is_known : NULL,
                                                       .known_data = follower},
                                    &error);
  unit_check(source, "%s: %s", real, error ? error->message : "");
  if (strcmp(lb_source_get_kind(source), "mbox") == 0)
    lb_mbox_set_chunk(source, 5000);
  return source;
}

static void follow(Follower *follower) {
  LbSource *source = open_source(follower);
  Step *step = g_new0(Step, 1);
  step->sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
  g_ptr_array_add(step->sources, source);
  step->intake = lb_intake_read(
      step->sources, &(LbIntakeOptions){.jobs = follower->jobs, .wants = WANTS, .log = follower->log}, NULL);
  if (!lb_source_continues(source)) {
    g_ptr_array_set_size(follower->steps, 0);
    g_hash_table_remove_all(follower->places);
    follower->n_anew++;
  }
  g_ptr_array_add(follower->steps, step);
  for (guint i = 0; i < get_mails(step)->len; i++)
    g_hash_table_add(follower->places, make_place(step, get_mails(step)->pdata[i]));
  g_free(follower->position);
  follower->position = lb_source_get_position(source);
}

/* A mail and where it came from. */
typedef struct {
  LbMail *mail;
  Step *step;
  GBytes *place;
  guint rank;
} Entry;

static int compare_entries(gconstpointer a, gconstpointer b) {
  const Entry *x = a, *y = b;
  gsize x_length, y_length;
  const guint8 *x_place = g_bytes_get_data(x->place, &x_length),
               *y_place = g_bytes_get_data(y->place, &y_length);
  int order = lb_locator_compare_places(x_place, x_length, y_place, y_length);
  return order ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

static void entry_clear(gpointer data) {
  g_bytes_unref(((Entry *)data)->place);
}

/* In archive order. */
static GArray *list_entries(const Follower *follower) {
  GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_set_clear_func(entries, entry_clear);
  for (guint i = 0; i < follower->steps->len; i++) {
    Step *step = follower->steps->pdata[i];
    for (guint k = 0; k < get_mails(step)->len; k++) {
      LbMail *mail = get_mails(step)->pdata[k];
      Entry entry = {.mail = mail, .step = step, .place = make_place(step, mail), .rank = entries->len};
      g_array_append_val(entries, entry);
    }
  }
  g_array_sort(entries, compare_entries);
  return entries;
}

typedef struct {
  GHashTable *by_mail; /* of Entry */
  LbHasher *hasher;
} Hashing;

static void hash_mails(LbMergeCopy *copies, guint n, gpointer data) {
  const Hashing *hashing = data;
  for (guint i = 0; i < n; i++) {
    const Entry *entry = g_hash_table_lookup(hashing->by_mail, copies[i].mail);
    LbLocator locator = lb_mail_get_locator(copies[i].mail);
    copies[i].is_there =
        lb_hasher_hash(hashing->hasher, entry->step->sources->pdata[0], &locator, TRUE, &copies[i].hashes);
  }
}

/* Without what a mail reader may have renamed, with the place in its stead. */
static void add_line(GString *out, const char *line, const Entry *entry) {
  const char *locator = strstr(line, "\"locator\":"), *end = locator ? strstr(locator, "}") : NULL;
  gsize length;
  const guint8 *place = g_bytes_get_data(entry->place, &length);
  assert_non_null(end);
  g_string_append_len(out, line, locator - line);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf(out, "%02x", place[i]);
  g_string_append(out, end);
}

static void add_mail(GString *out, LbFields *fields, const Entry *entry, const LbCollection *collection) {
  LbTextRef text_ref = entry->mail->details->extras->text, message_ref = entry->mail->details->message;
  g_autofree char *text = lb_intake_read_text(entry->step->intake, &text_ref, NULL);
  g_autofree char *message = lb_intake_read_text(entry->step->intake, &message_ref, NULL);
  LbFactsTexts texts = {.text = text, .message = message};
  assert_non_null(text);
  add_line(out, lb_facts_format_mail(fields, entry->mail, collection, &texts), entry);
}

/* Line breaks that end a text: blank lines that came later on are not worth reading an archive again. */
static void strip_ends(GString *out) {
  gsize kept = 0;
  for (gsize i = 0; i < out->len; i++) {
    if (out->str[i] == '"')
      while (kept >= 2 && out->str[kept - 1] == 'n' && out->str[kept - 2] == '\\')
        kept -= 2;
    out->str[kept++] = out->str[i];
  }
  g_string_truncate(out, kept);
}

/* What export says of all that was read, merged into one archive. */
static char *export(const Follower *follower) {
  GString *out = g_string_new(NULL);
  g_autoptr(GArray) entries = list_entries(follower);
  g_autoptr(GPtrArray) mails = g_ptr_array_new();
  g_autoptr(LbArena) arena = lb_arena_new();
  g_autoptr(LbFields) fields = lb_fields_new(NULL);
  Hashing hashing = {.by_mail = g_hash_table_new(NULL, NULL), .hasher = lb_hasher_new()};
  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = &g_array_index(entries, Entry, i);
    g_hash_table_insert(hashing.by_mail, entry->mail, entry);
    g_ptr_array_add(mails, entry->mail);
  }
  lb_merge_remove_deleted(mails);
  lb_merge_mark_duplicates(mails, arena, hash_mails, &hashing);
  g_autoptr(LbCollection) collection = lb_collection_build(mails, 1);
  for (guint i = 0; i < mails->len; i++)
    add_mail(out, fields, g_hash_table_lookup(hashing.by_mail, mails->pdata[i]), collection);
  strip_ends(out);
  g_hash_table_unref(hashing.by_mail);
  lb_hasher_free(hashing.hasher);
  return g_string_free(out, FALSE);
}

/* What was followed is what is read at once, and the intake's own merge finds as many mails. */
static void check_all(const Follower *follower, const char *what) {
  Follower whole;
  follower_init(&whole, follower->spec, 1);
  follow(&whole);
  g_autofree char *wanted = export(&whole), *got = export(follower);
  const char *a = wanted, *b = got;
  for (; *a && *a == *b; a++)
    b++;
  unit_check(*a == *b, "%s: after %d bytes, '%.200s' is '%.200s'", what, (int)(a - wanted), a, b);
  unit_check(strlen(wanted) > 100, "%s: nothing to compare", what);
  follower_clear(&whole);
}

/* Patches of series, a Message-ID now and then that was there, quoted From lines, a Content-Length that is
 * right or leads nowhere. */
static char *make_mail(GRand *random, int i) {
  GString *mail = g_string_new(NULL);
  g_autoptr(GString) body = g_string_new(NULL);
  int series = i / 4, member = i % 4, of = g_rand_int_range(random, 0, 20) == 0 && i > 3 ? i - 3 : i;
  g_string_append_printf(mail,
                         "From: Person %d <p%d@example.org>\nDate: Tue, 13 Jan 2026 10:%02d:%02d +0000\n"
                         "Message-ID: <m%d@example.org>\nList-Id: <one.lists.example.org>\n",
                         series % 7, series % 7, i / 60, i % 60, of);
  if (member > 0)
    g_string_append_printf(mail, "In-Reply-To: <m%d@example.org>\n", 4 * series);
  g_string_append_printf(body, "log of %d\n\n", of);
  for (int n = g_rand_int_range(random, 0, 40); n > 0; n--)
    g_string_append(body, n % 9 ? "some padding of the mail\n" : ">From here on there is more\n\n");
  if (member > 0)
    g_string_append(body, "---\n a.c | 1 +\n 1 file changed, 1 insertion(+)\n\ndiff --git a/a.c b/a.c\n"
                          "--- a/a.c\n+++ b/a.c\n@@ -1,1 +1,2 @@\n line\n+more\n");
  if (g_rand_int_range(random, 0, 9) == 0)
    g_string_append_printf(mail, "Content-Length: %d\n", g_rand_boolean(random) ? (int)body->len : 1 << 29);
  g_string_append_printf(mail, "Subject: [PATCH %d/3] part of %d\n\n%s", member, series, body->str);
  return g_string_free(mail, FALSE);
}

static char *make_mbox(GRand *random, guint **ends) {
  GString *mbox = g_string_new(NULL);
  *ends = g_new(guint, N_MAILS);
  for (int i = 0; i < N_MAILS; i++) {
    g_autofree char *mail = make_mail(random, i);
    g_string_append_printf(mbox, "From p@example.org Tue Jan 13 10:00:00 2026\n%s\n", mail);
    (*ends)[i] = mbox->len;
  }
  return g_string_free(mbox, FALSE);
}

static void append_bytes(const char *name, const char *bytes, gsize length) {
  g_autofree char *path = unit_path(name);
  FILE *file = fopen(path, "a");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static int go_on(GRand *random, int done) {
  int next = done + g_rand_int_range(random, 0, 25);
  return MIN(next, N_MAILS);
}

/* As deliverers append: mails, as many as come. */
static void follow_mbox(GRand *random, guint jobs) {
  g_autofree guint *ends = NULL;
  g_autofree char *mbox = make_mbox(random, &ends);
  g_auto(Follower) follower;
  follower_init(&follower, "%s/a.mbox", jobs);
  unit_write("a.mbox", "", 0);
  for (int done = 0; done < N_MAILS;) {
    int next = go_on(random, done);
    gsize from = done ? ends[done - 1] : 0, to = next ? ends[next - 1] : 0;
    append_bytes("a.mbox", mbox + from, to - from);
    done = next;
    follow(&follower);
  }
  check_all(&follower, "mbox");
}

/* Anywhere: amid a From_ line, a header, a body. */
static void follow_bytes(GRand *random, guint jobs) {
  g_autofree guint *ends = NULL;
  g_autofree char *mbox = make_mbox(random, &ends);
  g_auto(Follower) follower;
  gsize length = strlen(mbox);
  follower_init(&follower, "%s/a.mbox", jobs);
  unit_write("a.mbox", "", 0);
  for (gsize done = 0; done < length;) {
    gsize next = done + g_rand_int_range(random, 1, g_rand_boolean(random) ? 300 : 20000);
    next = MIN(next, length);
    append_bytes("a.mbox", mbox + done, next - done);
    done = next;
    follow(&follower);
  }
  check_all(&follower, "mbox cut anywhere");
}

/* Mail that is there: into cur with flags, or other flags, or another subfolder's sibling. */
static void read_some(GRand *random, GPtrArray *names) {
  for (guint i = 0; i < names->len; i++) {
    if (g_rand_int_range(random, 0, 3) > 0)
      continue;
    g_autofree char *from = g_strconcat(unit_folder, "/", names->pdata[i], NULL);
    g_autofree char *folder = g_path_get_dirname(names->pdata[i]),
                    *base = g_path_get_basename(names->pdata[i]);
    g_autofree char *maildir = g_path_get_dirname(folder);
    base[strcspn(base, ":")] = '\0';
    char *to = g_strdup_printf("%s/cur/%s:2,%s", maildir, base, g_rand_boolean(random) ? "S" : "RS");
    g_autofree char *path = unit_path(to);
    assert_int_equal(g_rename(from, path), 0);
    g_free(names->pdata[i]);
    names->pdata[i] = to;
  }
}

static void follow_maildir(GRand *random, guint jobs) {
  g_auto(Follower) follower;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  follower_init(&follower, "maildir:%s/m", jobs);
  g_autofree char *cur = unit_path("m/cur"), *below = unit_path("m/.b/cur");
  g_mkdir_with_parents(cur, 0700);
  g_mkdir_with_parents(below, 0700);
  for (int done = 0; done < N_MAILS;) {
    int next = go_on(random, done);
    for (; done < next; done++) {
      g_autofree char *mail = make_mail(random, done);
      /* names don't come in their order */
      char *name = g_strdup_printf("m/%snew/%d.%d.x", g_rand_boolean(random) ? "" : ".b/",
                                   g_rand_int_range(random, 0, 10000), done);
      unit_write(name, mail, -1);
      g_ptr_array_add(names, name);
    }
    follow(&follower);
    read_some(random, names);
  }
  follow(&follower);
  assert_int_equal(follower.n_anew, 1);
  check_all(&follower, "maildir");
}

/* Deletions, too, and epoch after epoch. */
static void follow_git(GRand *random, guint jobs) {
  g_auto(Follower) follower;
  Archive *epochs[3] = {archive_new("l/git/0.git", TRUE), NULL, NULL};
  int epoch = 0;
  g_autofree char *taken_back = NULL;
  follower_init(&follower, "git:%s/l", jobs);
  for (int done = 0; done < N_MAILS;) {
    int next = go_on(random, done);
    for (; done < next; done++) {
      char *mail = make_mail(random, done);
      if (epoch < 2 && done >= (epoch + 1) * N_MAILS / 3) {
        g_autofree char *name = g_strdup_printf("l/git/%d.git", epoch + 1);
        epochs[++epoch] = archive_new(name, TRUE);
      }
      commit_entry(epochs[epoch], "m", mail, GIT_FILEMODE_BLOB);
      if (taken_back && g_rand_int_range(random, 0, 8) == 0)
        commit_entry(epochs[epoch], "d", taken_back, GIT_FILEMODE_BLOB);
      g_free(taken_back);
      taken_back = mail;
    }
    follow(&follower);
  }
  assert_int_equal(follower.n_anew, 1);
  check_all(&follower, "git");
  for (int i = 0; i < 3; i++)
    if (epochs[i])
      archive_free(epochs[i]);
}

/* Each round other mails and other cuts, by turns with one thread and with two. */
static void repeat(void (*follow_kind)(GRand *random, guint jobs), int rounds) {
  for (int i = 0; i < rounds; i++) {
    g_autoptr(GRand) random = g_rand_new_with_seed(i);
    follow_kind(random, 1 + i % 2);
    unit_folder_teardown(NULL);
    unit_folder_setup(NULL);
  }
}

static void test_mbox(void **state) {
  (void)state;
  repeat(follow_mbox, 16);
}

static void test_bytes(void **state) {
  (void)state;
  repeat(follow_bytes, 16);
}

static void test_maildir(void **state) {
  (void)state;
  repeat(follow_maildir, 8);
}

static void test_git(void **state) {
  (void)state;
  repeat(follow_git, 8);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, unit_folder_setup, unit_folder_teardown)
  const struct CMUnitTest tests[] = {T(test_mbox), T(test_bytes), T(test_maildir), T(test_git)};
  lb_message_init();
  int failed = cmocka_run_group_tests_name("steps", tests, NULL, NULL);
  lb_message_shutdown();
  return failed;
}
