/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history_unit.h"
#include <glib/gstdio.h>
#include "intake/merge.h"
#include "report/report.h"
#include "source/kind.h"
#include "store/report_log.h"
#include "store/database.h"
#include "store/save.h"
#include "store/standing.h"

#define MAX_ROWS 20

/* What is kept from report to report. */
typedef struct {
  const Scene *scene;
  guint n;
  guint32 reports[MAX_ROWS];
  /* in memory */
  guint told[MAX_ROWS];
  GHashTable *printed;
  /* or in a store */
  char *path;
  gboolean is_saved[MAX_ROWS];
  /* of one report */
  GRand *random;
  LbStore *store;
  LbStoredMails *stored;
  GPtrArray *mails;
  LbMail *by_row[MAX_ROWS]; /* NULL: not there yet */
} List;

typedef struct {
  void (*load)(List *list, guint32 number, LbHistory *history);
  void (*save)(List *list, guint32 number, const LbReport *report, const LbOverview *overview);
} Keeper;

static char *read_text(gpointer keeper, const LbTextRef *ref, GError **error) {
  (void)keeper, (void)ref, (void)error;
  return g_strdup("");
}

/* Alike are mails of one subject. */
static void hash_mails(LbMergeCopy *copies, guint n, gpointer data) {
  for (LbMergeCopy *copy = copies; copy < copies + n; copy++) {
    g_strlcpy((char *)copy->hashes.content, copy->mail->subject, sizeof copy->hashes.content);
    copy->hashes.raw[0] = (guint8)copy->mail->source;
    copy->is_there = TRUE;
  }
}

static gboolean is_there(const Arrival *arrival, guint32 number) {
  return arrival->arrival <= number && arrival->row.hour < (int)(number + 1) * WEEK;
}

static LbPeriod find_period(const Scene *scene, guint32 number) {
  if (scene->is_open)
    return (LbPeriod){LB_TIME_UNKNOWN, LB_TIME_UNKNOWN};
  return (LbPeriod){HOUR(number * WEEK), HOUR((number + 1) * WEEK)};
}

static char *find_printed(gpointer keeper, const char *key) {
  return g_strdup(g_hash_table_lookup(keeper, key));
}

static void load_from_memory(List *list, guint32 number, LbHistory *history) {
  list->mails = g_ptr_array_new();
  for (guint i = 0; i < list->n; i++) {
    const Arrival *arrival = &list->scene->rows[i];
    list->by_row[i] = NULL;
    if (!is_there(arrival, number))
      continue;
    LbMail *mail = unit_series_build_mail(&arrival->row);
    mail->source = i;
    mail->report = list->reports[i];
    mail->told = list->told[i] & 15;
    list->by_row[i] = mail;
    g_ptr_array_add(list->mails, mail);
  }
  unit_series_shuffle(list->mails, list->random);
  *history = (LbHistory){.number = number,
                         .before = find_period(list->scene, number - 1),
                         .find_printed = find_printed,
                         .keeper = list->printed};
}

static guint find_row(const List *list, const LbMail *mail) {
  guint i = 0;
  while (i < list->n && list->by_row[i] != mail)
    i++;
  assert_true(i < list->n);
  return i;
}

static void save_in_memory(List *list, guint32 number, const LbReport *report, const LbOverview *overview) {
  (void)overview;
  for (guint i = 0; i < list->n; i++)
    if (list->by_row[i] && list->reports[i] == LB_REPORT_PENDING)
      list->reports[i] = number;
  for (guint i = 0; i < report->told->len; i++) {
    const LbToldMail *told = &g_array_index(report->told, LbToldMail, i);
    list->told[find_row(list, told->mail)] |= told->told;
  }
  for (guint i = 0; i < report->printed->len; i++) {
    const LbPrinted *printed = &g_array_index(report->printed, LbPrinted, i);
    assert_true(g_hash_table_insert(list->printed, g_strdup(printed->key), g_strdup(printed->subject)));
  }
}

static const Keeper memory = {load_from_memory, save_in_memory};

static void save_mails(List *list, guint32 source, guint32 number) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new();
  for (guint i = 0; i < list->n; i++)
    if (!list->is_saved[i] && list->scene->rows[i].arrival <= number)
      g_ptr_array_add(rows, GUINT_TO_POINTER(i));
  unit_series_shuffle(rows, list->random);
  for (guint i = 0; i < rows->len; i++) {
    guint row = GPOINTER_TO_UINT(g_ptr_array_index(rows, i));
    /* As in an mbox: its offset. */
    const guint8 place[] = {LB_PLACE_MBOX, (guint8)(i + 1 + number * MAX_ROWS)};
    LbMail *mail = unit_series_build_mail(&list->scene->rows[row].row);
    mail->report = list->reports[row];
    assert_true(lb_store_save_mail(list->store, source, mail, place, sizeof place, NULL, NULL));
    list->is_saved[row] = TRUE;
  }
}

static void load_from_store(List *list, guint32 number, LbHistory *history) {
  LbStoreFilter filter = {.n_sources = 1, .until = HOUR((number + 1) * WEEK)};
  guint32 source;
  list->store = lb_store_open(list->path, LB_STORE_CREATE, NULL);
  assert_non_null(list->store);
  assert_true(lb_store_begin(list->store, NULL));
  assert_true(lb_store_get_source(list->store, "mbox:there", &source, NULL, NULL));
  save_mails(list, source, number);
  assert_true(lb_store_commit(list->store, NULL));
  filter.sources = &source;
  g_autoptr(GError) error = NULL;
  list->stored = lb_store_load(list->store, &filter, &error);
  unit_check(list->stored, "%s", error->message);
  list->mails = g_ptr_array_ref(lb_stored_mails_get(list->stored));
  assert_true(lb_history_load(list->store, number, history, NULL));
}

static void say(const char *what, gpointer data) {
  (void)data;
  print_error("%s\n", what);
}

/* All that is known of postings. */
static char *dump(LbStore *store) {
  static const char *const queries[] = {
      "SELECT mail||' '||version||' '||total||' '||patches||' '||kind FROM posting ORDER BY mail",
      "SELECT posting||' after '||before||' '||rule FROM revision ORDER BY posting",
      "SELECT posting||' '||kind||' '||person||' '||patches||' '||mail FROM review ORDER BY posting, kind, "
      "person",
      "SELECT posting||' '||status||' '||evidence FROM status ORDER BY posting",
  };
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
    sqlite3_stmt *statement = lb_database_query(store, NULL, queries[i], "");
    assert_non_null(statement);
    while (lb_database_step(store, statement, NULL))
      g_string_append_printf(out, "%s\n", sqlite3_column_text(statement, 0));
    g_string_append(out, "--\n");
  }
  return g_string_free(out, FALSE);
}

/* What is known after each report is what is known when all is looked at anew; and then nothing is written.
 */
static void save_standing(List *list, guint32 number, const LbOverview *overview) {
  assert_true(lb_standing_save(list->store, list->stored, overview, number, NULL));
  g_autofree char *step_by_step = dump(list->store);
  assert_true(lb_standing_forget(list->store, NULL));
  assert_true(lb_standing_save(list->store, list->stored, overview, number, NULL));
  g_autofree char *anew = dump(list->store);
  assert_string_equal(step_by_step, anew);
  int changes = sqlite3_total_changes(list->store->db);
  assert_true(lb_store_set_setting(list->store, "standing", number - 1, NULL));
  assert_true(lb_standing_save(list->store, list->stored, overview, number, NULL));
  assert_int_equal(sqlite3_total_changes(list->store->db) - changes, 2);
}

static void save_in_store(List *list, guint32 number, const LbReport *report, const LbOverview *overview) {
  LbPeriod period = find_period(list->scene, number);
  const LbReportRecord record = {.number = number,
                                 .since = period.since,
                                 .until = period.until,
                                 .first = report->first,
                                 .last = report->last};
  assert_true(lb_store_begin(list->store, NULL));
  assert_true(lb_store_save_counted(list->store, list->stored, NULL));
  assert_true(lb_history_save(list->store, list->stored, number, report->told, report->printed, NULL));
  save_standing(list, number, overview);
  assert_true(lb_report_log_add(list->store, &record, "", 0, NULL));
  assert_true(lb_store_commit(list->store, NULL));
  unit_check(lb_store_check(list->store, say, NULL, NULL), "report %u", number);
  if (number % 2) {
    assert_true(lb_store_begin(list->store, NULL));
    assert_true(lb_standing_forget(list->store, NULL));
    assert_true(lb_store_commit(list->store, NULL));
  }
  g_clear_pointer(&list->stored, lb_stored_mails_free);
  g_clear_pointer(&list->store, lb_store_close);
}

static const Keeper in_store = {load_from_store, save_in_store};

static void describe_block(GString *out, const LbBlock *block) {
  switch (block->kind) {
  case LB_BLOCK_GROUP:
    g_string_append_printf(out, " | %s:", block->label);
    break;
  case LB_BLOCK_POSTING:
    g_string_append_printf(out, " %.*s", (int)strcspn(block->link, "@"), block->link);
    break;
  case LB_BLOCK_MESSAGE:
    g_string_append_printf(out, " | print %s", block->subject);
    break;
  case LB_BLOCK_REPEAT:
    g_string_append_printf(out, " | exist %s skip %s", block->subject, block->skipped);
    break;
  case LB_BLOCK_FACT:
    if (block->count || block->before > 0)
      g_string_append_printf(out, " | %s %u (%d)", block->label, block->count, (int)block->before);
    break;
  default:
    fail();
  }
}

static void describe(GString *out, guint32 number, const LbReport *report) {
  g_string_append_printf(out, "%u", number);
  for (guint i = 0; i < report->sections->len; i++) {
    const LbSectionData *section = g_ptr_array_index(report->sections, i);
    for (guint k = 0; k < lb_blocks_count(section->blocks); k++)
      describe_block(out, lb_blocks_get(section->blocks, k, report->scope, report->arena));
  }
  g_string_append_c(out, '\n');
}

static LbReportInput make_input(const Scene *scene, guint32 number) {
  gboolean is_last = number == scene->n_reports;
  return (LbReportInput){
      .texts = {.read = read_text},
      .period = find_period(scene, number),
      .sections = scene->hidden && !is_last ? scene->hidden
                  : scene->sections         ? scene->sections
                                            : "patches,messages",
      .exclude = is_last ? NULL : scene->exclude,
      .top = 15,
      .link = "{msgid}",
      .now = HOUR((number + 1) * WEEK),
      .jobs = number % 3,
  };
}

static void report(List *list, guint32 number, const Keeper *keeper, GString *out) {
  g_autoptr(LbArena) arena = lb_arena_new();
  LbReportInput input = make_input(list->scene, number);
  LbHistory history;
  keeper->load(list, number, &history);
  g_autoptr(GPtrArray) mails = list->mails;
  lb_merge_mark_duplicates(mails, arena, hash_mails, NULL);
  lb_history_count_mails(mails, number);
  g_autoptr(LbCollection) collection = lb_collection_build(mails, 2);
  g_autoptr(LbOverview) overview = lb_overview_build(collection, mails, NULL, LB_TIME_UNKNOWN, 30);
  overview->status.now = input.now;
  input.mails = mails;
  input.collection = collection;
  input.overview = overview;
  input.history = &history;
  g_autoptr(LbReport) made = lb_report_build(&input, NULL);
  assert_non_null(made);
  describe(out, number, made);
  keeper->save(list, number, made, overview);
}

static void check_kept(const Scene *scene, const Keeper *keeper, const char *path, GRand *random,
                       const char *wanted) {
  g_autoptr(GHashTable) printed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GString) out = g_string_new(NULL);
  List list = {.scene = scene, .printed = printed, .random = random, .path = (char *)path};
  for (; scene->rows[list.n].row.id; list.n++) {
    const Arrival *arrival = &scene->rows[list.n];
    assert_true(list.n < MAX_ROWS);
    list.reports[list.n] =
        arrival->arrival == 0 && arrival->row.hour >= 0 && arrival->row.hour < WEEK ? 0 : LB_REPORT_PENDING;
  }
  for (guint32 number = 1; number <= scene->n_reports; number++)
    report(&list, number, keeper, out);
  assert_string_equal(out->str, wanted);
}

static void remove_folder(const char *folder) {
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_int_equal(g_unlink(path), 0);
  }
  assert_int_equal(g_rmdir(folder), 0);
}

void unit_history_check(const Scene *scene, const char *wanted) {
  g_autoptr(GRand) random = g_rand_new_with_seed(4242);
  for (int round = 0; round < 12; round++)
    check_kept(scene, &memory, NULL, random, wanted);
  for (int round = 0; round < 2; round++) {
    g_autofree char *folder = g_dir_make_tmp("listbrief-unit-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "list.sqlite", NULL);
    check_kept(scene, &in_store, path, random, wanted);
    remove_folder(folder);
  }
}
