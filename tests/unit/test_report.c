/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/error.h"
#include "intake/intake.h"
#include "report/report.h"
#include "report/tally.h"

#define TUESDAY 1767657600 /* 2026-01-06, midnight UTC */
#define DAY (24 * 3600)
#define ALL_NAMES                                                                                            \
  "watched, domains, contributors, patches, waiting, applied, pulls, reviewers, newcomers, discussions, "    \
  "incomplete, bots, numbers, messages"
#define FILLED "domains contributors patches waiting reviewers discussions incomplete bots numbers"

/* The two weeks of tests/data/mbox/report.mbox. */
typedef struct {
  GPtrArray *sources;
  LbDiagLog *log;
  LbIntake *intake;
  LbCollection *collection;
  LbOverview *overview;
  LbReportInput input;
} Fixture;

static int setup(void **state) {
  Fixture *fixture = g_new0(Fixture, 1);
  LbIntakeOptions intake = {.jobs = 1, .wants = LB_WANT_MESSAGE};
  LbSourceOptions options = {0};

  intake.log = options.log = fixture->log = lb_diag_log_new();
  fixture->sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
  g_ptr_array_add(fixture->sources, lb_source_open(SRCDIR "/tests/data/mbox/report.mbox", &options, NULL));
  fixture->intake = lb_intake_run(fixture->sources, &intake, NULL);
  fixture->collection = lb_collection_build(lb_intake_get_mails(fixture->intake), 2);
  fixture->overview =
      lb_overview_build(fixture->collection, lb_intake_get_mails(fixture->intake), NULL, LB_TIME_UNKNOWN, 30);
  fixture->input = (LbReportInput){
      .overview = fixture->overview,
      .mails = lb_intake_get_mails(fixture->intake),
      .texts = lb_intake_get_text_reader(fixture->intake),
      .collection = fixture->collection,
      .period = {LB_TIME_UNKNOWN, LB_TIME_UNKNOWN},
      .top = 15,
      .link = "https://example.org/{msgid}",
      .source_name = "report",
      .log = fixture->log,
      .now = TUESDAY + 14 * DAY,
  };
  *state = fixture;
  return 0;
}

static int teardown(void **state) {
  Fixture *fixture = *state;

  lb_overview_free(fixture->overview);
  lb_collection_free(fixture->collection);
  lb_intake_free(fixture->intake);
  g_ptr_array_unref(fixture->sources);
  lb_diag_log_free(fixture->log);
  g_free(fixture);
  return 0;
}

static const LbSectionData *find_section(const LbReport *report, const char *name) {
  for (guint i = 0; i < report->sections->len; i++) {
    const LbSectionData *section = g_ptr_array_index(report->sections, i);
    if (strcmp(section->section->name, name) == 0)
      return section;
  }
  return NULL;
}

static char *list_sections(const LbReport *report) {
  GString *names = g_string_new(NULL);

  for (guint i = 0; i < report->sections->len; i++) {
    const LbSectionData *section = g_ptr_array_index(report->sections, i);
    g_string_append_printf(names, "%s%s", i ? " " : "", section->section->name);
  }
  return g_string_free(names, FALSE);
}

static void assert_sections(Fixture *fixture, const char *list, const char *expected) {
  g_autoptr(LbReport) report = NULL;
  g_autofree char *names = NULL;

  fixture->input.sections = list;
  report = lb_report_build(&fixture->input, NULL);
  assert_non_null(report);
  names = list_sections(report);
  assert_string_equal(names, expected);
}

static void test_sections(void **state) {
  assert_sections(*state, NULL, FILLED " messages");
  assert_sections(*state, "messages,domains", "domains messages");
  assert_sections(*state, " numbers , bots", "bots numbers");
  assert_sections(*state, "-messages,-numbers",
                  "domains contributors patches waiting reviewers discussions incomplete bots");
  assert_sections(*state, "-messages,messages", FILLED " messages");
  assert_sections(*state, "domains,-domains,bots", "bots");
}

static void assert_usage(const LbReportInput *input, const char *expected) {
  g_autoptr(GError) error = NULL;

  assert_false(lb_report_check(input, &error));
  assert_true(g_error_matches(error, LB_ERROR, LB_ERROR_USAGE));
  assert_string_equal(error->message, expected);
  assert_null(lb_report_build(input, NULL));
}

static void test_usage(void **state) {
  Fixture *fixture = *state;
  const char *const exclude[] = {"class:rumour", NULL};

  fixture->input.sections = "domains,gossip";
  assert_usage(&fixture->input, "there is no section 'gossip'; there are " ALL_NAMES);
  fixture->input.sections = "";
  assert_usage(&fixture->input, "there is no section ''; there are " ALL_NAMES);
  fixture->input.sections = NULL;
  fixture->input.exclude = exclude;
  assert_usage(&fixture->input, "there is no class 'rumour'");
}

static void assert_span(Fixture *fixture, gint64 since, gint64 until, const char *first, const char *last) {
  g_autoptr(LbReport) report = NULL;

  fixture->input.period = (LbPeriod){since, until};
  report = lb_report_build(&fixture->input, NULL);
  assert_string_equal(report->first, first);
  assert_string_equal(report->last, last);
}

static void test_span(void **state) {
  Fixture *fixture = *state;

  assert_span(fixture, LB_TIME_UNKNOWN, LB_TIME_UNKNOWN, "2026-01-05", "2026-01-13");
  assert_span(fixture, TUESDAY, TUESDAY + 7 * DAY, "2026-01-06", "2026-01-12");
  assert_span(fixture, TUESDAY, TUESDAY + 7 * DAY + 1, "2026-01-06", "2026-01-13");
  assert_span(fixture, TUESDAY - 40 * DAY, LB_TIME_UNKNOWN, "2025-11-27", "2026-01-13");
  /* Nothing in it: the other end, or now, stands for what no mail tells. */
  assert_span(fixture, LB_TIME_UNKNOWN, TUESDAY - 10 * DAY, "2025-12-26", "2025-12-26");
  assert_span(fixture, TUESDAY + 10 * DAY, LB_TIME_UNKNOWN, "2026-01-16", "2026-01-20");
  fixture->input.range_first = "123456789";
  fixture->input.range_last = "abcdef012";
  assert_span(fixture, TUESDAY, LB_TIME_UNKNOWN, "123456789", "abcdef012");
}

static void assert_name(Fixture *fixture, const char *expected) {
  g_autoptr(LbReport) report = lb_report_build(&fixture->input, NULL);
  assert_string_equal(report->name, expected);
}

static void test_name(void **state) {
  Fixture *fixture = *state;

  assert_name(fixture, "paint");
  fixture->input.name = "Our list";
  assert_name(fixture, "Our list");
  fixture->input.name = NULL;
  fixture->input.period.until = TUESDAY - 30 * DAY;
  assert_name(fixture, "report");
}

static const LbBlock *get_block(const LbReport *report, const char *section, guint i) {
  const LbSectionData *data = find_section(report, section);

  assert_non_null(data);
  assert_true(i < lb_blocks_count(data->blocks));
  return lb_blocks_get(data->blocks, i, report->scope, report->arena);
}

/* Data, not looks: what other formats will read. */
static void test_blocks(void **state) {
  Fixture *fixture = *state;
  g_autoptr(LbReport) report = lb_report_build(&fixture->input, NULL);
  const LbBlock *block = get_block(report, "contributors", 0);

  assert_int_equal(block->kind, LB_BLOCK_COUNT);
  assert_int_equal(block->count, 7);
  assert_string_equal(block->label, "Ada Lind <ada@example.org>");
  assert_string_equal(block->person.name, "Ada Lind");
  block = get_block(report, "patches", 0);
  assert_int_equal(block->kind, LB_BLOCK_GROUP);
  assert_string_equal(block->label, "New");
  assert_int_equal(block->count, 5);
  block = get_block(report, "patches", 1);
  assert_int_equal(block->kind, LB_BLOCK_POSTING);
  assert_string_equal(block->subject, "[PATCH] edge: too late");
  assert_string_equal(block->link, "https://example.org/until@example.com");
  assert_string_equal(block->details[0], "Ben Moor, 2026-01-13, 1 patch");
  assert_null(block->details[2]);
  block = get_block(report, "messages", 0);
  assert_int_equal(block->kind, LB_BLOCK_MESSAGE);
  assert_string_equal(block->title, "edge: too late");
  assert_string_equal(block->person.email, "ben@example.com");
  assert_null(block->sender.email);
  g_autofree char *text = report->texts.read(report->texts.keeper, &block->ref, NULL);
  assert_true(g_str_has_prefix(text, "Belongs to the next period.\n\nSigned-off-by: Ben Moor"));
  assert_true(g_str_has_suffix(text, " 1 file changed, 1 insertion(+)"));
}

static LbReport *new_report(void) {
  LbReport *report = g_new0(LbReport, 1);

  report->arena = lb_arena_new();
  report->sections = g_ptr_array_new();
  return report;
}

static void test_tally(void **state) {
  g_autoptr(LbReport) report = new_report();
  g_autoptr(LbBlocks) blocks = lb_blocks_new();
  g_autoptr(LbTally) tally = lb_tally_new();
  const LbBlock *block;

  lb_tally_add_person(tally, (LbPerson){"", "Kim@example.org"}, 1);
  lb_tally_add_person(tally, (LbPerson){"", "kim@example.org"}, 1);
  lb_tally_add_person(tally, (LbPerson){"Kim B", "kim@example.org"}, 1);
  lb_tally_add_person(tally, (LbPerson){"Kim A", "KIM@EXAMPLE.ORG"}, 1);
  lb_tally_add_person(tally, (LbPerson){"Abe", "abe@example.org"}, 1);
  lb_tally_add_person(tally, (LbPerson){"Zoe", "zoe@example.org"}, 1);
  lb_tally_add_person(tally, (LbPerson){"Nobody", NULL}, 1);
  assert_int_equal(lb_tally_count(tally), 4);
  lb_tally_append_blocks(tally, 3, report, blocks);
  assert_int_equal(lb_blocks_count(blocks), 3);
  block = lb_blocks_get(blocks, 0, NULL, report->arena);
  assert_int_equal(block->count, 4);
  assert_string_equal(block->label, "Kim A <kim@example.org>");
  /* Equals: in descending bytes of the line. */
  block = lb_blocks_get(blocks, 1, NULL, report->arena);
  assert_string_equal(block->label, "Zoe <zoe@example.org>");
  block = lb_blocks_get(blocks, 2, NULL, report->arena);
  assert_string_equal(block->label, "Abe <abe@example.org>");
  lb_tally_append_blocks(tally, 0, report, blocks);
  assert_int_equal(lb_blocks_count(blocks), 7);
  block = lb_blocks_get(blocks, 6, NULL, report->arena);
  assert_string_equal(block->label, "(none)");
  assert_string_equal(block->person.email, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_sections, setup, teardown),
      cmocka_unit_test_setup_teardown(test_usage, setup, teardown),
      cmocka_unit_test_setup_teardown(test_span, setup, teardown),
      cmocka_unit_test_setup_teardown(test_name, setup, teardown),
      cmocka_unit_test_setup_teardown(test_blocks, setup, teardown),
      cmocka_unit_test(test_tally),
  };

  lb_message_init();
  int status = cmocka_run_group_tests(tests, NULL, NULL);
  lb_message_shutdown();
  return status;
}
