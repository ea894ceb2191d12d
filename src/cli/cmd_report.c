/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"
#include "cli/reading.h"
#include "cli/report_options.h"
#include "output/writer.h"

/* A series that began before a range is known whole then: no longer one is sent in one go. */
#define MARGIN 128

/* Of several sources each name once, in the order named. */
static char *join_source_names(const GPtrArray *sources) {
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (guint i = 0; i < sources->len; i++) {
    const char *name = lb_source_get_name(g_ptr_array_index(sources, i));

    if (strcmp(name, "-") == 0)
      name = "standard input";
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
      g_ptr_array_add(names, (gpointer)name);
  }
  g_ptr_array_add(names, NULL);
  return g_strjoinv(", ", (char **)names->pdata);
}

/* The end of the period, but not in the future: nothing waits for days that are still to come. */
static LbOverview *build_overview(const LbReading *reading, const LbCollection *collection,
                                  guint stale_days) {
  LbOverview *overview = lb_overview_build(collection, lb_intake_get_mails(reading->intake), reading->mailmap,
                                           reading->period.until, stale_days);

  overview->status.now = MIN(overview->status.now, reading->now);
  return overview;
}

static LbReport *build_report(const LbReading *reading, const LbOverview *overview, LbReportInput *input,
                              GError **error) {
  g_autofree char *source_name = join_source_names(reading->sources);

  input->mails = lb_intake_get_mails(reading->intake);
  input->texts = lb_intake_get_text_reader(reading->intake);
  input->collection = overview->collection;
  input->overview = overview;
  input->period = reading->period;
  input->mailmap = reading->mailmap;
  input->log = reading->log;
  input->now = reading->now;
  input->jobs = lb_reading_get_jobs(reading);
  input->source_name = source_name;
  if (reading->range)
    lb_source_get_range(g_ptr_array_index(reading->sources, 0), &input->range_first, &input->range_last);
  return lb_report_build(input, error);
}

static LbWants wants(const LbReportInput *input) {
  return LB_WANT_MESSAGE | (lb_watch_needs_recipients(input->watch) ? LB_WANT_RECIPIENTS : 0);
}

int lb_cmd_report(int argc, char **argv) {
  g_auto(LbReading) reading = {.margin = MARGIN};
  g_auto(LbReportOptions) options = LB_REPORT_OPTIONS_INIT;
  g_autoptr(GOptionContext) context = g_option_context_new("SOURCE… - report what a mailing list did");
  g_autoptr(LbCollection) collection = NULL;
  g_autoptr(LbOverview) overview = NULL;
  g_autoptr(LbReport) report = NULL;
  g_autoptr(GError) error = NULL;
  LbReportInput input = {0};
  int status, written;

  lb_reading_add_options(&reading, context);
  lb_report_options_add(&options, context);
  if (!lb_command_parse_options(context, "report", &argc, &argv, &status))
    return status;
  if (!lb_report_options_parse(&options, &input, &error) || !lb_report_check(&input, &error) ||
      !lb_reading_open(&reading, argc - 1, argv + 1, &error) ||
      !lb_reading_run(&reading, wants(&input), &error))
    return lb_command_fail(error);
  collection = lb_collection_build(lb_intake_get_mails(reading.intake), lb_reading_get_jobs(&reading));
  overview = build_overview(&reading, collection, (guint)options.stale_days);
  lb_collection_trim(collection);
  report = build_report(&reading, overview, &input, &error);
  if (!report)
    return lb_command_fail(error);
  if (!lb_output_write_report(&lb_writer_text, report, reading.output, &error))
    return lb_command_fail(error);
  written = lb_command_close_stdout();
  status = lb_reading_finish(&reading, collection);
  status = written ? written : status;
  lb_command_leave(status, (gconstpointer[]){collection, overview, report, context, NULL});
  return status;
}
